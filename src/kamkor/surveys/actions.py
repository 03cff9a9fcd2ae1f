"""What a desk does with its questionnaires."""

from collections.abc import Collection
from datetime import date
from hashlib import md5
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access import sessions
from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.base.actions import action
from kamkor.base.problems import Problem, WrongState
from kamkor.surveys.checking import Checked
from kamkor.surveys.models import Device, MediaFile, Questionnaire, Submission, Version
from kamkor.surveys.named import must_not_be_closed_to
from kamkor.surveys.tied import Tie
from kamkor.vault import tokens


@action("form.upload")
def upload(actor: Actor, desk: Desk, *, checked: Checked, workbook: bytes, of: str = "people") -> Version:
    """Take a form over: a new one, which tells `of` people, organisations or places, or a new version of one
    that is there."""
    form = checked.form
    questionnaire, _fresh = Questionnaire.objects.get_or_create(
        desk=desk,
        form_id=form.id[:100],
        defaults={
            "title": (form.title or form.id)[:200],
            "made_by": actor.signed_in,
            "of_people": of == "people",
            "of_organisations": of == "organisations",
        },
    )
    try:
        with transaction.atomic():
            version = Version.objects.create(
                desk=desk,
                questionnaire=questionnaire,
                version=form.version[:60],
                workbook=workbook,
                xform=checked.xform,
                digest=fingerprint(checked.xform.encode()),
                counted=[
                    question.key for question in form.questions if question.kind and not question.sealed
                ],
                repeats=list(form.repeats),
                made_by=actor.signed_in,
            )
    except IntegrityError as error:
        raise Problem(
            _("This version is here already"),
            _("Write a new version into the sheet settings, column version."),
        ) from error
    _carry_media(questionnaire, version)
    if form.title and questionnaire.title != form.title[:200]:
        questionnaire.title = form.title[:200]
        questionnaire.save(update_fields=["title"])
    return version


def fingerprint(content: bytes) -> str:
    """As the standard wants it: to tell versions of a file apart, no protection against anybody."""
    return md5(content, usedforsecurity=False).hexdigest()


def _carry_media(questionnaire: Questionnaire, version: Version) -> None:
    """A new version begins with the pictures and lists of the one before."""
    before = questionnaire.versions.exclude(pk=version.pk).order_by("-pk").first()
    for file in MediaFile.objects.filter(version=before) if before else ():
        MediaFile.objects.create(
            desk_id=version.desk_id, version=version, name=file.name, content=file.content, digest=file.digest
        )


@action("form.media")
def attach(actor: Actor, questionnaire: Questionnaire, *, name: str, content: bytes) -> None:
    """Give the newest version a picture, sound or list that it shows; one of the same name is replaced."""
    version = questionnaire.newest()
    MediaFile.objects.update_or_create(
        version=version,
        name=name,
        defaults={"desk_id": version.desk_id, "content": content, "digest": fingerprint(content)},
    )


@action("device.add")
def add_device(actor: Actor, desk: Desk, *, secret: str, name: str) -> Device:
    """Let a telephone fill in the open forms of the desk; its `secret` is shown once and kept nowhere."""
    digest = tokens.digest(secret)
    assert digest is not None
    return Device.objects.create(desk=desk, name=name, digest=digest, made_by=actor.signed_in)


@action("device.begin")
def begin_browser(actor: Actor, desk: Desk, *, secret: str, name: str, sign_in: str) -> Device:
    """Let the browser of a colleague work without a line, until this sign-in is ended. It has one secret."""
    digest = tokens.digest(secret)
    assert digest is not None
    before = Device.objects.visible_to(actor).filter(
        kind=Device.Kind.BROWSER, made_by=actor.signed_in, sign_in=sign_in, ended_at=None
    )
    before.update(ended_at=timezone.now())
    return Device.objects.create(
        desk=desk,
        kind=Device.Kind.BROWSER,
        name=name,
        digest=digest,
        sign_in=sign_in,
        made_by=actor.signed_in,
    )


@action("device.end")
def end_browser(actor: Actor, device: Device, *, here: str = "") -> None:
    """A colleague shuts out their own browser, wherever it is now; `here` is the sign-in that goes on."""
    _shut_out(device, here)


@action("device.link")
def make_link(
    actor: Actor,
    questionnaire: Questionnaire,
    *,
    secret: str,
    why: str,
    ends_on: date | None,
    tie: Tie | None = None,
) -> Device:
    """Let anybody who has the address fill in this one form; what is answered belongs to `tie`. None is made
    for a case: who finds the address could add to somebody's file."""
    if tie is not None and (tie.case_id or tie.questionnaire_id != questionnaire.pk):
        raise WrongState
    digest = tokens.digest(secret)
    assert digest is not None
    return Device.objects.create(
        desk_id=questionnaire.desk_id,
        kind=Device.Kind.LINK,
        name=questionnaire.title[:80],
        questionnaire=questionnaire,
        tie=tie,
        why=why,
        ends_on=ends_on,
        digest=digest,
        made_by=actor.signed_in,
    )


@action("device.revoke")
def revoke_device(actor: Actor, device: Device, *, here: str = "") -> None:
    """Shut a lost telephone, a browser or a link out at once. What it has sent stays."""
    _shut_out(device, here)


def _shut_out(device: Device, here: str) -> None:
    """With a browser goes whoever is signed in there, so that one button is enough when it was stolen."""
    if device.ended_at is not None:
        raise WrongState
    device.ended_at = timezone.now()
    device.save(update_fields=["ended_at"])
    if device.kind == Device.Kind.BROWSER and device.sign_in not in {"", here}:
        sessions.end(device.made_by, mark=device.sign_in)


@action("form.open")
def open_again(actor: Actor, questionnaire: Questionnaire) -> None:
    """Telephones are offered it from now on."""
    _turn(questionnaire, to_open=True)


@action("form.close")
def close(actor: Actor, questionnaire: Questionnaire) -> None:
    """Telephones are not offered it any more. What was filled in before may still come."""
    _turn(questionnaire, to_open=False)


def _turn(questionnaire: Questionnaire, *, to_open: bool) -> None:
    if questionnaire.is_open is to_open:
        raise WrongState
    questionnaire.is_open = to_open
    questionnaire.save(update_fields=["is_open"])


@action("form.seal")
def seal(
    actor: Actor,
    questionnaire: Questionnaire,
    *,
    sealed: Collection[str],
    of: str,
    fill_by: str = Questionnaire.EVERYBODY,
    seen_by: str = Questionnaire.DESK,
) -> None:
    """Which answers are not counted though they could be, what one filled form tells of, who may fill it in,
    and who sees what came of it."""
    if of != questionnaire.of:
        must_not_be_closed_to(actor, questionnaire)
    fresh = set(sealed) - set(questionnaire.sealed)
    questionnaire.sealed, questionnaire.of_people = sorted(sealed), of == "people"
    questionnaire.of_organisations = of == "organisations"
    questionnaire.fill_by, questionnaire.seen_by = fill_by, seen_by
    questionnaire.save(update_fields=["sealed", "of_people", "of_organisations", "fill_by", "seen_by"])
    rows = Submission.objects.filter(questionnaire=questionnaire).only("answers") if fresh else ()
    for row in rows:  # what is sealed now was open until now; the sealed original still says it
        row.answers = without(row.answers, fresh)
        row.save(update_fields=["answers"])


def without(answers: dict[str, Any], sealed: Collection[str]) -> dict[str, Any]:
    """Open answers but for those to some questions."""

    def kept(row: dict[str, str]) -> dict[str, str]:
        return {key: said for key, said in row.items() if key not in sealed}

    repeats = {repeat: [kept(row) for row in rows] for repeat, rows in answers.get("repeats", {}).items()}
    return {"main": kept(answers.get("main", {})), "repeats": repeats}
