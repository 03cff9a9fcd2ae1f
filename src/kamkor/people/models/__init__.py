"""A person, what is known of who she is, what she has agreed to, who is kept from her; and files of two."""

from kamkor.people.keeping import ErasedFile, Erasure, Hold, Warned
from kamkor.people.models.pairs import DuplicateScan, SamePair
from kamkor.people.models.person import (
    Carried,
    Consent,
    ConsentQuerySet,
    Exclusion,
    Flag,
    Particular,
    Person,
    PersonOwned,
    PersonOwnedQuerySet,
    PersonQuerySet,
    Relationship,
    allowed_by,
    carried,
    closed_to,
)
from kamkor.people.openings import Opening, OutsideReview

__all__ = [
    "Carried",
    "Consent",
    "ConsentQuerySet",
    "DuplicateScan",
    "ErasedFile",
    "Erasure",
    "Exclusion",
    "Flag",
    "Hold",
    "Opening",
    "OutsideReview",
    "Particular",
    "Person",
    "PersonOwned",
    "PersonOwnedQuerySet",
    "PersonQuerySet",
    "Relationship",
    "SamePair",
    "Warned",
    "allowed_by",
    "carried",
    "closed_to",
]
