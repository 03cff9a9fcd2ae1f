"""A person with a case at the centre, offers of others, and a referral to the clinic, for these tests."""

from datetime import timedelta
from types import SimpleNamespace

from django.utils import timezone

from kamkor.assistance import sharing
from kamkor.assistance.actions import records
from kamkor.assistance.actions import referrals as actions
from kamkor.assistance.actions.cases import open_case
from kamkor.assistance.models import Case, Note, Referral
from kamkor.directory.models import Offer
from kamkor.people.models import Consent
from kamkor.vault.models import Item
from tests.world import World

SECRETS = {
    "name": "Canary-Name-Jyldyz",
    "call_name": "Canary-Call-Jyldyz",
    "phone": "+996 555 909 090",
    "address": "Canary-Street 7",
    "identity_number": "21205199609090",
}
WORKING, PRIVILEGED, FACT, LATER = (
    "canary-working-note",
    "canary-privileged-note",
    "canary-fact-note",
    "canary-later-note",
)
MESSAGE = "A dressing for the left hand, please."


def case_at(world: World, desk: str = "centre", **facts: object) -> Case:
    """A person with five particulars and a note of each kind."""
    person = world.person(desk, **SECRETS)
    for name, value in facts.items():
        setattr(person, name, value)
    person.save()
    case = open_case(world.actor(desk), person, kind="trafficking")
    records.add_note(world.actor(desk), case, text=FACT)
    records.add_note(world.actor(desk), case, text=WORKING, kind=Note.Kind.WORKING)
    records.add_privileged(world.actor(desk, "advocate"), case, text=PRIVILEGED)
    return case


def offer_of(world: World, desk: str = "clinic", **facts: object) -> Offer:
    given = {"service": "medical", "place": "41706000000000", "room": "can_take"} | facts
    return Offer.objects.create(desk=world.desks[desk], **given)


def items(world: World, case: Case, *labels: str) -> list[Item]:
    found = sharing.shareable(world.actor("centre"), case)
    return [row.item for row in found if row.item.label in labels]


def agreement(*, ground: str = Consent.Ground.CONSENT, reason: str = "") -> actions.Agreement:
    """Her yes for thirty days, or what stands in for it."""
    return actions.Agreement(timezone.localdate() + timedelta(days=30), ground, reason)


def refer(
    world: World,
    case: Case | None = None,
    *,
    offer: Offer | None = None,
    urgency: str = "normal",
    agreed: actions.Agreement | None = None,
    labels: tuple[str, ...] = ("call_name", "note"),
    basics: bool = False,
) -> Referral:
    """A referral from the centre to the clinic with the call name, the note of facts and a message."""
    case = case or case_at(world)
    asked = actions.Request(offer or offer_of(world), "medical", urgency, MESSAGE)
    return actions.send(
        world.actor("centre"),
        case,
        request=asked,
        agreement=agreed or agreement(),
        items=items(world, case, *labels),
        basics=basics,
    )


def everything_of(world: World, case: Case) -> SimpleNamespace:
    """All sealed texts of her file, as its own desk reads them."""
    own = list(case.person.file.items.all())
    return SimpleNamespace(items=own, texts=world.rings["centre"].read_many(own))
