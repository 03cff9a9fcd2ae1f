"""The directory's first entries: organisations that public reports name, each to be confirmed by somebody."""

from kamkor.base import codelists
from kamkor.directory.models import OutsideOrganisation


def load() -> int:
    """Add the organisations of the list that the directory does not have yet; edits are kept."""
    held = set(OutsideOrganisation.objects.values_list("code", flat=True))
    fresh = [
        OutsideOrganisation(
            code=code,
            names=entry.labels,
            kind=entry.extra.get("kind", ""),
            place=entry.extra.get("place", ""),
            source=entry.source,
        )
        for code, entry in codelists.entries("organisation").items()
        if code not in held
    ]
    OutsideOrganisation.objects.bulk_create(fresh)
    return len(fresh)
