from kamkor.prevention.models.adverts import Advert, AdvertContact, Letter, Review
from kamkor.prevention.models.departures import Departure
from kamkor.prevention.models.recruiters import (
    Check,
    Complaint,
    JobOrder,
    Owners,
    Permit,
    PermitEvent,
    Placed,
    Recruiter,
)

__all__ = [
    "Advert",
    "AdvertContact",
    "Check",
    "Complaint",
    "Departure",
    "JobOrder",
    "Letter",
    "Owners",
    "Permit",
    "PermitEvent",
    "Placed",
    "Recruiter",
    "Review",
]
