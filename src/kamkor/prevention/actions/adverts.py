"""What is done with adverts: taken in, judged, written about."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from PIL import Image

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.actions.tasks import new_task
from kamkor.assistance.models import Task
from kamkor.base.actions import action, reference
from kamkor.base.problems import Problem, WrongState
from kamkor.base.public import fresh_code
from kamkor.base.uploads import DRAWING, Checked
from kamkor.methods.adverts.exports import Found
from kamkor.methods.adverts.scoring import Reading
from kamkor.prevention import reading
from kamkor.prevention.models import Advert, AdvertContact, AdvertPhoto, Feed, Letter, Review

ANSWER_DAYS = 30
WIDEST = 1600  # dots of a photo


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
    return _add(actor, desk, found=found, source=source, outlet=outlet, link=link)


@action("feed.take")
def take_feed(actor: Actor, desk: Desk, *, feed: Feed, found: Sequence[Found]) -> Added:
    """What the system itself has read on a page; what it has read there before is left out."""
    own = Advert.objects.visible_to(actor).filter(link=feed.address)
    known = set(own.values_list("digest", flat=True))
    found = [one for one in found if reading.digest(one.text) not in known]
    return _add(actor, desk, found=found, source="site", outlet=feed.outlet, link=feed.address)


def _add(actor: Actor, desk: Desk, *, found: Sequence[Found], source: str, outlet: str, link: str) -> Added:
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
        added_by=actor.user,
    )


def _understand(row: Advert, said: Reading) -> None:
    row.language, row.score = said.language, reading.urgency(row.text, said)
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


def keep_photo(actor: Actor, advert: Advert, photo: Checked) -> AdvertPhoto:
    """Beside the words that were typed from it; small, since it is only looked at."""
    photo.file.seek(0)
    with DRAWING, Image.open(photo.file) as picture:
        picture.thumbnail((WIDEST, WIDEST))
        out = io.BytesIO()
        picture.convert("RGB").save(out, "JPEG", quality=80)
    return AdvertPhoto.objects.create(desk=actor.desk, advert=advert, picture=out.getvalue())


@action("feed.add")
def add_feed(actor: Actor, desk: Desk, *, kind: str, address: str, outlet: str, hours: int) -> Feed:
    """A page to be read by itself."""
    if Feed.objects.visible_to(actor).filter(address=address, ended_at=None).exists():
        raise Problem(_("This page is read already"))
    return Feed.objects.create(
        desk=desk, kind=kind, address=address, outlet=outlet, hours=hours, added_by=actor.signed_in
    )


@action("feed.end")
def end_feed(actor: Actor, feed: Feed) -> None:
    if feed.ended_at is not None:
        raise WrongState
    feed.ended_at = timezone.now()
    feed.save(update_fields=["ended_at"])


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
