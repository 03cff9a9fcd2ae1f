"""Screening over several talks: opened, answered as she tells, set aside. Nothing in it is required."""

from collections.abc import Mapping
from typing import NotRequired, TypedDict

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.base import codelists
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.identification.models import Answer, Screening, Talk
from kamkor.people.models import Person

LIST = "ilo_indicator"
TOLD = ("yes", "no")


class Elements(TypedDict):
    """What was changed of act, means and purpose."""

    act: NotRequired[list[str]]
    means: NotRequired[list[str]]
    purpose: NotRequired[list[str]]


@action("screening.open")
def open_screening(actor: Actor, person: Person, *, profile: str, second_reason: str = "") -> Screening:
    """Begin to tick signs. A second screening of the same person needs a reason."""
    if not second_reason and screenings_of(actor, person).exists():
        raise Problem(
            _("A second screening needs a reason"),
            _("Go on with the first one, or say why the person has to be asked again."),
        )
    assert actor.user is not None
    versions = {entry.version for entry in codelists.entries(LIST).values()}
    return Screening.objects.create(
        desk_id=person.desk_id,
        person=person,
        profile=profile,
        list_version=max(versions, default=""),
        interviewer=actor.user,
        second_reason=second_reason,
    )


@action("screening.answer")
def answer(
    actor: Actor,
    screening: Screening,
    *,
    changed: Mapping[str, str],
    elements: Elements | None = None,
    reasons: str | None = None,
    version: int = 0,
) -> None:
    """Keep what was changed, and nothing else, so that two people who tick at once lose nothing. Unknown is
    not stored. `reasons` replace the text whose `version` the writer saw."""
    must_interview(actor, screening)
    _keep_answers(screening, changed)
    for name, codes in (elements or {}).items():
        setattr(screening, name, codes)
    if reasons is not None:
        _keep_reasons(actor, screening, reasons, version)
    screening.set_aside_at = None  # taken up again
    screening.save()


@action("screening.talk")
def talk(
    actor: Actor,
    screening: Screening,
    *,
    stopped: str = "",
    minutes: int | None = None,
    interpreter: bool = False,
) -> Talk:
    """Begin a talk; or end the one that is going on, with why it stopped."""
    must_interview(actor, screening)
    now = timezone.now()
    open_talk = running(actor, screening)
    if not stopped:
        return open_talk or Talk.objects.create(
            desk_id=screening.desk_id,
            person_id=screening.person_id,
            screening=screening,
            interpreter=interpreter,
        )
    if open_talk is None:
        raise WrongState
    passed = int((now - open_talk.at).total_seconds() // 60)
    open_talk.stopped, open_talk.minutes = stopped, passed if minutes is None else minutes
    open_talk.save(update_fields=["stopped", "minutes"])
    return open_talk


@action("screening.set_aside")
def set_aside(actor: Actor, screening: Screening) -> None:
    """Not finished, and nobody's fault. The next tick takes it up again."""
    screening.set_aside_at = timezone.now()
    screening.save(update_fields=["set_aside_at"])


def screenings_of(actor: Actor, person: Person) -> "QuerySet[Screening]":
    return Screening.objects.visible_to(actor).filter(person__in=person.all_ids())


def running(actor: Actor, screening: Screening) -> Talk | None:
    """The talk that has begun and not stopped."""
    return Talk.objects.visible_to(actor).filter(screening=screening, stopped="").order_by("-at").first()


def must_interview(actor: Actor, screening: Screening) -> None:
    """A child tells one person. Somebody else begins a second screening, with a reason."""
    if screening.person.is_child and screening.interviewer_id != actor.user_id:
        raise Problem(
            _("A child is asked by one trained interviewer"),
            _("Let the same person go on, or begin a second screening and give the reason."),
        )


def _keep_answers(screening: Screening, changed: Mapping[str, str]) -> None:
    unknown = [code for code, value in changed.items() if value not in TOLD]
    Answer.objects.filter(screening=screening, indicator__in=unknown).delete()
    told = [
        Answer(
            desk_id=screening.desk_id,
            person_id=screening.person_id,
            screening=screening,
            indicator=code,
            value=value,
        )
        for code, value in changed.items()
        if value in TOLD
    ]
    Answer.objects.bulk_create(
        told, update_conflicts=True, unique_fields=["screening", "indicator"], update_fields=["value", "at"]
    )


def _keep_reasons(actor: Actor, screening: Screening, text: str, version: int) -> None:
    if screening.reasons is None:
        screening.reasons = actor.keyring.write(screening.person.file, "reasons", text, by=actor.user_id)
    else:
        actor.keyring.rewrite(screening.reasons, text, by=actor.user_id, expected=version)
