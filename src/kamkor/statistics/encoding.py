"""Lists of people leave a desk encoded, by a member, on a basis that the access log keeps."""

import hashlib

from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.actions import action, record
from kamkor.base.problems import Problem

BASES = ("consent", "law")


@action("linkage.encode")
def encode(actor: Actor, desk: Desk, *, content: bytes, rows: int, basis: str, reference: str) -> None:
    """Write down that this encoded file was made, before it is handed over; the reference stands in it."""
    if basis not in BASES or not reference.strip():
        raise Problem(
            _("There is no basis for this list"), _("Say consent or law, and where it is written down.")
        )
    digest = hashlib.sha256(content).hexdigest()
    record(actor, "linkage.encode", f"linkage:{digest}", changed=[f"rows: {rows}"], reason=basis)
