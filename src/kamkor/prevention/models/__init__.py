from kamkor.prevention.models.adverts import Advert, AdvertContact, AdvertPhoto, Feed, Letter, Review
from kamkor.prevention.models.agreements import Agreement, SeasonReport
from kamkor.prevention.models.claims import Claim, ClaimRow, ClaimStep
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
from kamkor.prevention.models.visits import Visit

__all__ = [
    "Advert",
    "AdvertContact",
    "AdvertPhoto",
    "Agreement",
    "Check",
    "Claim",
    "ClaimRow",
    "ClaimStep",
    "Complaint",
    "Departure",
    "Feed",
    "JobOrder",
    "Letter",
    "Owners",
    "Permit",
    "PermitEvent",
    "Placed",
    "Recruiter",
    "Review",
    "SeasonReport",
    "Visit",
]
