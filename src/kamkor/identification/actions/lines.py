"""The lines that a desk answers."""

from django.utils.text import slugify

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.actions import action
from kamkor.identification.models import Contact, Line


@action("line.add")
def add(actor: Actor, desk: Desk, *, number: str, channel: str, keeps_hashes: bool) -> Line:
    code = slugify(f"{desk.code}-{channel}-{Line._base_manager.filter(desk=desk).count() + 1}")[:40]
    return Line.objects.create(
        desk=desk, code=code, number=number, channel=channel, keeps_hashes=keeps_hashes
    )


@action("line.edit")
def edit(actor: Actor, line: Line, *, number: str, channel: str, keeps_hashes: bool) -> None:
    """A line that stops keeping hashes forgets those it has."""
    line.number, line.channel, line.keeps_hashes = number, channel, keeps_hashes
    line.save()
    if not keeps_hashes:
        Contact.objects.visible_to(actor).filter(line=line).update(caller_hash="", hash_until=None)
