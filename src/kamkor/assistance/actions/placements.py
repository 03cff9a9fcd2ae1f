"""The child-protection specialist's act: the child is placed, heard, and somebody acts for the child."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.assistance.actions.answering import UNDER_WAY
from kamkor.assistance.actions.children import seal_text
from kamkor.assistance.models import Placement, Referral
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState

OPEN_FIELDS = ("kind", "offer", "since", "until", "representative")


@action("placement.begin")
def begin(actor: Actor, referral: Referral) -> Placement:
    """A record of our own of a child of whom we were told; the same one however often it is begun."""
    held: Placement | None = Placement.objects.visible_to(actor).filter(referral=referral).first()
    if held is not None:
        return held
    if referral.standing not in UNDER_WAY:
        raise WrongState
    file = actor.keyring.new_file(actor.desk.holder)
    return Placement.objects.create(desk=actor.desk, referral=referral, file=file, begun_by=actor.signed_in)


@action("placement.record")
def record(
    actor: Actor,
    placement: Placement,
    *,
    facts: Mapping[str, object],
    texts: Mapping[str, str],
    seen: Mapping[str, int] | None = None,
) -> Placement:
    """What is known by now: open `facts`, sealed `texts` by field with the versions `seen` of them."""
    for name in OPEN_FIELDS:
        if name in facts:
            setattr(placement, name, facts[name])
    if placement.offer is not None and not placement.offer.children:
        raise Problem(_("This place does not take children"), _("Choose one that does."))
    if placement.until and (placement.since is None or placement.until < placement.since):
        raise Problem(_("A placement cannot end before it began"), _("Correct one of the two days."))
    for name, text in texts.items():
        seal_text(actor, placement, name, text, file=placement.file, seen=(seen or {}).get(name, 0))
    placement.save()
    return placement
