"""What is done with adverts: taken in, judged, written about."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.models import Task
from kamkor.base.actions import action, reference
from kamkor.base.problems import Problem, WrongState
from kamkor.base.public import fresh_code
from kamkor.methods.adverts.exports import Found
from kamkor.methods.adverts.scoring import Reading
from kamkor.prevention import reading
from kamkor.prevention.models import Advert, AdvertContact, Letter, Review

ANSWER_DAYS = 30


@dataclass(frozen=True)
class Added:
    """What became of adverts that were handed in."""

    new: list[Advert]
    known: int


@action("advert.add")
def add(
    actor: Actor, desk: Desk, *, found: Sequence[Found], source: str, outlet: str = "", link: str = ""
) -> Added:
    """Read adverts and put them in the queue; one that stood there on the same day already is left out."""
    rows = [_row(actor, desk, one, source=source, outlet=outlet, link=link) for one in found]
    digests = {row.digest for row in rows}
    held = Advert.objects.visible_to(actor).filter(source=source, digest__in=digests)
    seen = set(held.values_list("digest", "outlet", "day"))
    new: list[Advert] = []
    for row in rows:
        if (same := (row.digest, row.outlet, row.day)) not in seen:
            seen.add(same)
            new.append(row)
    read = reading.read_all(actor, [(row.text, row.day) for row in new])
    like = reading.first_of_kind(actor, [row.text for row in new])
    for row, said, first in zip(new, read, like, strict=True):
        _understand(row, said)
        row.like_id = first if first is not None and first >= 0 else None
    Advert.objects.bulk_create(new, batch_size=500)
    later = [
        (row, -1 - first) for row, first in zip(new, like, strict=True) if first is not None and first < 0
    ]
    for row, place in later:
        row.like = new[place].like or new[place]
    Advert.objects.bulk_update([row for row, _place in later], ["like"], batch_size=500)
    _keep_contacts(new, read)
    return Added(new, len(rows) - len(new))


def _row(actor: Actor, desk: Desk, one: Found, *, source: str, outlet: str, link: str) -> Advert:
    text = one.text.replace("\x00", "").encode("utf-8", "replace").decode()  # halves of letters are none
    return Advert(
        desk=desk,
        text=text,
        digest=reading.digest(text),
        source=source,
        outlet=outlet or one.outlet,
        link=link,
        day=one.day or timezone.localdate(),
        added_by=actor.signed_in,
    )


def _understand(row: Advert, said: Reading) -> None:
    row.language, row.score = said.language, said.score
    row.flags = [[flag.code, flag.start, flag.end] for flag in said.flags]
    row.countries = sorted(said.countries)


def _keep_contacts(rows: Sequence[Advert], read: Sequence[Reading]) -> None:
    AdvertContact.objects.bulk_create(
        (
            AdvertContact(desk_id=row.desk_id, advert=row, value=value[:120], notable=said.notable)
            for row, said in zip(rows, read, strict=True)
            for value in sorted({contact[:120] for contact in said.reached})
        ),
        batch_size=500,
    )


@action("advert.review")
def review(actor: Actor, advert: Advert, *, decision: str, why: str, ask_second: bool = False) -> Review:
    """An analyst's opinion; with `ask_second` another colleague gives one too."""
    opinions = list(Review.objects.visible_to(actor).filter(advert=advert))
    if advert.state == Advert.State.DONE or len(opinions) > 1:
        raise WrongState
    if any(opinion.by_id == actor.user_id for opinion in opinions):
        raise Problem(_("The second opinion is another person's"))
    done = bool(opinions) or not ask_second
    advert.state = Advert.State.DONE if done else Advert.State.SECOND
    advert.save(update_fields=["state"])
    return Review.objects.create(
        desk=actor.desk, advert=advert, decision=decision, why=why, second=bool(opinions), by=actor.signed_in
    )


@action("letter.write")
def write_letter(actor: Actor, advert: Advert, /, *, written_on: date, **facts: Any) -> Letter:
    """A letter about an advert; an answer is due after thirty days, and a task says so."""
    due = written_on + timedelta(days=ANSWER_DAYS)
    own = {"desk": actor.desk, "advert": advert, "code": fresh_code(), "written_by": actor.signed_in}
    letter = Letter.objects.create(**own, written_on=written_on, due_on=due, **facts)
    morning = timezone.make_aware(datetime.combine(due, time(9)))
    new_task(actor.desk, "letter_due", morning, subject=reference(letter))
    return letter


@action("letter.answer")
def record_answer(actor: Actor, letter: Letter, *, answer: str, answered_on: date) -> None:
    if letter.answer:
        raise WrongState
    letter.answer, letter.answered_on = answer, answered_on
    letter.save(update_fields=["answer", "answered_on"])
    waiting = Task.objects.visible_to(actor).open().filter(kind="letter_due", subject=reference(letter))
    waiting.update(done_at=timezone.now())
