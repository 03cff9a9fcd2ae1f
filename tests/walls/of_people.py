"""What is kept of a person: of herself, of her cases, and what reached other desks."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.assistance.models import (
    ChildPath,
    Demand,
    Document,
    Exploitation,
    FollowUp,
    Goal,
    Handover,
    Need,
    Note,
    Placement,
    Referral,
    ReferralStep,
    ServiceGiven,
    Stay,
    Task,
)
from kamkor.base.public import fresh_code
from kamkor.crossborder import actions as search_requests
from kamkor.crossborder.models import Match
from kamkor.identification.models import Answer, Fact, InterpretedTalk, Packet, Screening, Talk
from kamkor.people import files
from kamkor.people.actions import erasure
from kamkor.people.files import Terms
from kamkor.people.models import Consent, Exclusion, Flag, Particular, Relationship
from kamkor.people.openings import Opening, OutsideReview

if TYPE_CHECKING:
    from tests.walls.records import Records

SECRET = "canary"


def secret(actor: Actor, person: Any, name: str) -> Any:
    return actor.keyring.write(person.file, name, f"{SECRET} {name}", by=actor.user_id)


def of_person(records: "Records", actor: Actor, person: Any) -> None:
    """What is kept of her beside her cases."""
    hers = {"desk": actor.desk, "person": person}
    other = records.world.person("centre", name=f"{SECRET} other")
    records.others["<int:other>"] = str(other.pk)
    screening = Screening.objects.create(
        **hers, profile="adult_labour", list_version="1", interviewer=actor.signed_in
    )
    records.keep(
        screening,
        Talk.objects.create(**hers, screening=screening),
        Answer.objects.create(**hers, screening=screening, indicator="D1-wages", value="yes"),
        Fact.objects.create(**hers, kind="presumed", on="2026"),
        Particular.objects.filter(person=person).first(),  # type: ignore[arg-type]
        Relationship.objects.create(**hers, other=other, kind="sibling"),
        Opening.objects.create(
            **hers,
            user=actor.signed_in,
            reason="stand_in",
            words=secret(actor, person, "words"),
            ends_at=timezone.now() + timedelta(hours=4),
        ),
        Flag.objects.create(
            **hers, kind="danger", item=secret(actor, person, "flag"), raised_by=actor.signed_in
        ),
        Exclusion.objects.create(
            **hers, excluded_desk=records.world.desks["police"], reason="security", set_by=actor.signed_in
        ),
        InterpretedTalk.objects.create(
            **hers,
            code=fresh_code(),
            interpreters=records.world.desks["commission"],
            language="ky",
            at=timezone.now(),
            asked_by=actor.signed_in,
        ),
        Packet.objects.create(
            **hers,
            code=fresh_code(),
            commission=records.world.desks["commission"],
            reasons=secret(actor, person, "reasons"),
            prepared_by=actor.signed_in,
        ),
    )


def forgetting(records: "Records", actor: Actor) -> None:
    """Somebody whose file is held, and who wants us to forget her."""
    person = records.world.person("centre", name=f"{SECRET} held")
    records.keep(
        erasure.hold(
            records.world.actor("centre", "supervisor"), person, ground="court", paper=f"{SECRET} 1"
        ),
        erasure.ask(actor, person, language="ky", told_of_hold=True, words=f"{SECRET} wish"),
    )


def of_case(records: "Records", actor: Actor, person: Any, case: Any) -> None:
    """What is done in one case."""
    own = {"desk": actor.desk, "case": case}
    today = timezone.localdate()
    records.keep(
        Need.objects.create(**own, kind="medical", seen_on=today),
        Goal.objects.create(**own, text=secret(actor, person, "goal")),
        ServiceGiven.objects.create(**own, kind="medical", on=today),
        Stay.objects.create(**own, since=today),
        ChildPath.objects.create(**own, wish=secret(actor, person, "wish")),
        Exploitation.objects.create(**own, source_values=secret(actor, person, "source")),
        FollowUp.objects.create(**own, due_on=today, months=1),
        Note.objects.create(**own, text=secret(actor, person, "note")),
        Document.objects.create(
            **own,
            kind="other",
            item=secret(actor, person, "document"),
            title=secret(actor, person, "title"),
            media_type="text/plain",
            size=1,
        ),
        Task.objects.create(**own, kind="call_back", due_at=timezone.now()),
        Demand.objects.create(
            **own, body="court", paper_number=secret(actor, person, "paper"), received_on=today
        ),
    )


def search(records: "Records", actor: Actor, person: Any) -> None:
    """A relative asks the desk for somebody who may be this person."""
    request = search_requests.take(
        actor,
        actor.desk,
        facts={"kind": "lost_contact", "asker_is": "mother", "asking_dangerous": "no"},
        texts={name: f"{SECRET} {name}" for name in search_requests.TEXTS},
    )
    step = search_requests.add_step(
        actor, request, kind="police_refused", on="2026", post=f"{SECRET} post", note=f"{SECRET} step"
    )
    match = Match.objects.create(desk=actor.desk, person=person, request=request, score=1)
    records.keep(request, step, match)


def agreed(actor: Actor, person: Any, receiver: str, records: "Records") -> Consent:
    return files.give_consent(
        actor,
        person,
        Terms(
            layer="sharing",
            purpose="referral",
            receiver=records.world.desks[receiver],
            items=[Document.objects.get(case__person=person).item],
            ends_on=timezone.localdate() + timedelta(days=30),
        ),
    )


def refer(records: "Records", actor: Actor, person: Any, case: Any) -> None:
    """The clinic has accepted a referral that carries one item."""
    consent = agreed(actor, person, "clinic", records)
    assert actor.user is not None
    referral = Referral.objects.create(
        desk=actor.desk,
        code=fresh_code(),
        person=person,
        case=case,
        receiver=records.world.desks["clinic"],
        service="medical",
        purpose="service",
        consent=consent,
        status="accepted",
        sent_at=timezone.now(),
        created_by=actor.user,
    )
    item = consent.items.get()
    actor.keyring.share([item], records.world.desks["clinic"].holder, ref=consent.ref)
    records.referral = referral
    records.keep(
        OutsideReview.objects.create(
            desk=actor.desk,
            person=person,
            consent=consent,
            reviewer=records.world.desks["commission"],
            taken_by=actor.user,
            ground="emergency",
            purpose="referral",
            due_at=timezone.now(),
        )
    )
    records.keep(
        referral, consent, ReferralStep.objects.create(referral=referral, desk=actor.desk, verb="send")
    )
    other = Referral.objects.create(
        desk=actor.desk,
        code=fresh_code(),
        person=person,
        case=case,
        receiver=records.world.desks["police"],
        service="shelter",
        purpose="service",
        consent=consent,
        status="declined",
        created_by=actor.user,
    )
    records.keep(
        Placement.objects.create(
            desk=actor.desk,
            referral=other,
            file=actor.keyring.new_file(actor.desk.holder),
            wish=secret(actor, person, "wish of a child"),
            begun_by=actor.signed_in,
        )
    )
    records.others |= {"<uuid:item>": str(item.pk)}


def hand_over(records: "Records", actor: Actor, person: Any, case: Any) -> None:
    """A handover to a desk that has not answered yet."""
    consent = agreed(actor, person, "commission", records)
    records.keep(
        Handover.objects.create(
            desk=actor.desk,
            case=case,
            code=fresh_code(),
            receiver=records.world.desks["commission"],
            consent=consent,
        )
    )
