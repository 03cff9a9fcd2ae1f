"""How codes of HTCDS and ours stand for each other. What has no pair is left to the sealed source."""

from collections.abc import Iterable
from functools import cache

from kamkor.codes import loaders
from kamkor.methods.sheets.cells import squeeze

SEX = {
    "Feminine": "female",
    "Masculine": "male",
    "TransgenderFeminine": "female",
    "TransgenderMasculine": "male",
    "NonConforming": "other",
    "NonSpecifiedUnknown": "unknown",
}
GENDER = {
    "female": "Feminine",
    "male": "Masculine",
    "other": "NonConforming",
    "unknown": "NonSpecifiedUnknown",
}

STATUS = {
    "PossibleVictimOfTrafficking": "presumed",
    "ActualVictimOfTrafficking": "confirmed",
    "NotAVictimOfTrafficking": "not_confirmed",
}
STATUS_OUT = {ours: theirs for theirs, ours in STATUS.items()}
# A "governmental organisation" could be any of ours, so it stays blank here.
DECIDED_BY = {"Police": "police", "NGO": "ngo", "CourtOrProsecution": "court"}
PRESUMED_BY = {"Police": "police", "NGO": "ngo"}
DECIDED_BY_OUT = {
    "commission": "NonPoliceGovernmentalOrganization",
    "police": "Police",
    "prosecutor": "CourtOrProsecution",
    "court": "CourtOrProsecution",
    "ministry_labour": "NonPoliceGovernmentalOrganization",
    "child_protection": "NonPoliceGovernmentalOrganization",
    "consulate": "NonPoliceGovernmentalOrganization",
    "ngo": "NGO",
    "border": "NonPoliceGovernmentalOrganization",
    "health": "NonPoliceGovernmentalOrganization",
    "education": "NonPoliceGovernmentalOrganization",
    "self": "Other",
    "foreign_body": "Other",
}

CLOSED = ("Closed", "ClosedReferred")
TRANSFERRED = "transferred"  # our reason for closing that stands for ClosedReferred


def code_of(name: str, text: str) -> str:
    """The code of a list that somebody wrote as a code or as a label in any language; empty for none."""
    return _spellings(name).get(squeeze(text), "")


def codes_of(name: str, texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(code for text in texts if (code := code_of(name, text))))


def label_of(name: str, code: str) -> str:
    """In English, as files between systems have it."""
    entry = loaders.code_list(name).get(code)
    return entry.label("en") if entry else code


@cache
def _spellings(name: str) -> dict[str, str]:
    entries = loaders.code_list(name).values()
    labels = {squeeze(label): entry.code for entry in entries for label in entry.labels.values() if label}
    shorter = {squeeze(alpha3): entry.code for entry in entries if (alpha3 := entry.extra.get("alpha3", ""))}
    return labels | shorter | {squeeze(entry.code): entry.code for entry in entries}
