"""Cases and everything that is done for a person: needs, services, stays, records, tasks and referrals."""

from kamkor.assistance.models.care import Goal, Need, ServiceGiven, Stay
from kamkor.assistance.models.cases import Case, CaseOwned, CaseOwnedQuerySet, Event, FollowUp, Reopening
from kamkor.assistance.models.children import ChildPath
from kamkor.assistance.models.exploitation import Exploitation
from kamkor.assistance.models.hand_outs import HandOut
from kamkor.assistance.models.handing import Demand, Handover
from kamkor.assistance.models.imports import ImportedFile, ImportedRow, ImportMapping, LikelyHere, TableImport
from kamkor.assistance.models.placements import Placement
from kamkor.assistance.models.records import Document, Note
from kamkor.assistance.models.referrals import Referral, ReferralStep
from kamkor.assistance.models.tasks import Task

__all__ = [
    "Case",
    "CaseOwned",
    "CaseOwnedQuerySet",
    "ChildPath",
    "Demand",
    "Document",
    "Event",
    "Exploitation",
    "FollowUp",
    "Goal",
    "HandOut",
    "Handover",
    "ImportMapping",
    "ImportedFile",
    "ImportedRow",
    "LikelyHere",
    "Need",
    "Note",
    "Placement",
    "Referral",
    "ReferralStep",
    "Reopening",
    "ServiceGiven",
    "Stay",
    "TableImport",
    "Task",
]
