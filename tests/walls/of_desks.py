"""What a desk has that is about nobody, or about many."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.duty import Alert, Region, Shift
from kamkor.access.models import Membership, Token, User
from kamkor.assistance.imports import incoming
from kamkor.assistance.models import (
    Event,
    HandOut,
    ImportedFile,
)
from kamkor.base.public import fresh_code
from kamkor.directory.models import Offer, OutsideOrganisation
from kamkor.identification.models import Contact, Line
from kamkor.people.models import DuplicateScan, SamePair
from kamkor.webhooks.models import Delivery, Subscription
from tests.walls.of_people import SECRET, secret

if TYPE_CHECKING:
    from tests.walls.records import Records


def of_desk(records: "Records", actor: Actor, person: Any) -> None:
    """What a desk has that is about nobody, or about many."""
    records.keep(
        Offer.objects.create(desk=actor.desk, service="psychological"),
        OutsideOrganisation.objects.create(code="some-centre", names={"en": "Some centre"}, kind="ngo"),
        Line.objects.create(desk=actor.desk, code="line-1", number="1", channel="phone"),
        Contact.objects.create(
            desk=actor.desk,
            channel="phone",
            operator=actor.signed_in,
            note=secret(actor, person, "contact"),
        ),
        incoming.keep(
            actor, actor.desk, incoming.Sent("persons", "list.csv", f"name,phone\n{SECRET} row,1\n".encode())
        ),
        SamePair.objects.create(desk=actor.desk, one=person, two_id=int(records.others["<int:other>"])),
        DuplicateScan.objects.create(desk=actor.desk, last=1, by=actor.signed_in),
        ImportedFile.objects.create(
            desk=actor.desk,
            digest="0" * 64,
            version="2.0",
            format="csv",
            rows=1,
            good=1,
            bad=0,
            name=secret(actor, person, "file.csv"),
            upload=actor.keyring.write(person.file, "upload", f"prs_FirstName\n{SECRET} import\n"),
            by=actor.signed_in,
        ),
        HandOut.objects.create(
            desk=actor.desk, layout="csv", reason="check", cases=[1], asked_by=records.world.users["line"]
        ),
        Event.objects.create(
            desk=actor.desk,
            code=fresh_code(),
            file=actor.keyring.new_file(actor.desk.holder),
            kind="trafficking",
            head_count=3,
            created_by=actor.signed_in,
        ),
        Membership.objects.get(desk=actor.desk, role="interpreter"),
        Alert.objects.create(
            desk=actor.desk,
            about=actor.desk,
            user=records.world.users["line"],
            told="supervisor",
            kind="off_hours",
            times=1,
            since=timezone.now(),
            until=timezone.now(),
        ),
        Region.objects.create(desk=actor.desk, place=actor.desk.place),
        Shift.objects.create(
            desk=actor.desk,
            user=actor.signed_in,
            begins_at=timezone.now() + timedelta(hours=1),
            ends_at=timezone.now() + timedelta(hours=9),
        ),
    )


def of_systems(records: "Records", actor: Actor) -> None:
    """A partner's system with access, which is told of events, and a message that did not arrive."""
    own = {"desk": actor.desk, "made_by": actor.signed_in}
    token = Token.objects.create(
        **own,
        name="Partner",
        account=User.objects.create(username="token-partner", display_name="Partner"),
        role="worker",
        scopes=["referral.list"],
        digest="0" * 64,
        ends_at=timezone.now() + timedelta(days=30),
    )
    told = Subscription.objects.create(
        **own, token=token, address="https://192.0.2.1/", kinds=["referral.sent"]
    )
    message = Delivery.objects.create(
        desk=actor.desk,
        subscription=told,
        event=1,
        kind="referral.sent",
        subject="assistance.referral:1",
        at=timezone.now(),
        due_at=timezone.now(),
        state="dead",
    )
    records.keep(token, told, message)
