"""What a telephone sends: taken, known again, or kept aside, sealed in each case.

Nothing that is sent is lost: what cannot be taken is sealed byte for byte before the telephone is told why.
"""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.base.actions import action
from kamkor.methods.surveys.answers import Gathered, take_instance
from kamkor.methods.surveys.counting import Rows
from kamkor.methods.surveys.form import Form, Words
from kamkor.methods.surveys.instances import BadInstance, Instance, read_instance
from kamkor.surveys.actions import without
from kamkor.surveys.models import Attachment, Device, Quarantined, Questionnaire, Submission, Version
from kamkor.surveys.tied import Tie
from kamkor.vault.keyring import seal_for

XML_PART = "xml_submission_file"
MOST_FILES = 100
# What is wrong, the status of the specification, and what the person with the telephone reads.
PROBLEMS: dict[str, tuple[int, str | Promise]] = {
    "not_multipart": (400, _("This is not a filled form: it has no parts.")),
    "no_xml": (400, _("The part xml_submission_file is missing.")),
    "not_xml": (400, _("The form was cut off or damaged on the way. Send it again.")),
    "doctype": (400, _("A filled form declares no document type.")),
    "too_deep": (400, _("The form is nested too deeply.")),
    "too_large": (413, _("The form is too large.")),
    "no_form": (400, _("It does not say which form it is.")),
    "no_instance_id": (400, _("It has no instanceID, so it could not be known again.")),
    "bad_id": (400, _("Its instanceID is too long.")),
    "unknown_form": (404, _("This desk has no such form. Get the list of forms again.")),
    "unknown_version": (404, _("This desk has the form in other versions. Get the form again.")),
    "other_content": (409, _("A form with this instanceID is here already, and says something else.")),
    "no_tie": (404, _("What it was attached to is not here any more.")),
    "nothing_to_replace": (404, _("The form that it corrects is not here.")),
    "damaged": (400, _("The form was cut off or damaged on the way. Send it again.")),
    "other_key": (400, _("It is sealed for another desk.")),
    "unreadable": (400, _("The keys of this desk do not open it.")),
    "not_opened": (500, _("It could not be opened here.")),
    "replaced_already": (409, _("The form that it corrects has been corrected already.")),
}


class NotTaken(Exception):
    """Why a submission is kept aside; `code` is one of PROBLEMS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def status(self) -> int:
        return PROBLEMS[self.code][0]


@dataclass(frozen=True)
class Sent:
    """A submission with its files, taken out of the parts in which it came."""

    xml: bytes
    instance: Instance
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    at: datetime | None = None  # when it came, if that was earlier than now
    tie: Tie | None = None  # to what it belongs, if whoever filled it in began there


@dataclass(frozen=True)
class DeviceActor(Actor):
    """A telephone: it may get the desk's open forms and send them in, and see nothing."""

    device: Device | None = None

    @property
    def held(self) -> Device:
        assert self.device is not None
        return self.device

    @property
    def desk_id(self) -> int | None:
        return self.held.desk_id

    @property
    def role(self) -> str:
        return "device"


def parts_of(media_type: str, body: bytes, *, at: datetime | None = None) -> Sent:
    """Raises NotTaken."""
    if not media_type.casefold().startswith("multipart/form-data"):
        raise NotTaken("not_multipart")
    told = {"CONTENT_TYPE": media_type, "CONTENT_LENGTH": len(body)}
    try:
        handlers = [_InMemory()]
        fields, files = MultiPartParser(told, io.BytesIO(body), handlers, "utf-8").parse()
    # What a broken envelope makes the parser raise is told apart nowhere else.
    except (MultiPartParserError, SuspiciousOperation, UnicodeError, ValueError) as error:
        raise NotTaken("not_multipart") from error
    kept = {
        (one.name or name)[-200:]: (one.read(), one.content_type or "")
        for name, found in files.lists()
        for one in found
        if name != XML_PART
    }
    parts = files.getlist(XML_PART)
    xml = parts[-1].read() if parts else str(fields.get(XML_PART, "")).encode()
    if not xml:
        raise NotTaken("no_xml")
    if len(kept) > MOST_FILES:
        raise NotTaken("too_large")
    try:
        instance = read_instance(xml)
    except BadInstance as error:
        raise NotTaken(error.code) from error
    if max(len(instance.id), len(instance.replaces)) > 200:
        raise NotTaken("bad_id")
    return Sent(xml, instance, kept, at)


class _InMemory(MemoryFileUploadHandler):
    """The body is bounded already, and what is in it is sealed at once."""

    def handle_raw_input(self, *_given: Any, **_named: Any) -> None:
        self.activated = True


def version_of(actor: DeviceActor, instance: Instance) -> Version:
    """Which of the desk's forms was filled in. Raises NotTaken."""
    questionnaire = Questionnaire.objects.visible_to(actor).filter(form_id=instance.form_id).first()
    only = actor.held.questionnaire_id
    if questionnaire is None or (only is not None and questionnaire.pk != only):
        raise NotTaken("unknown_form")
    rows = Version.objects.light().filter(questionnaire=questionnaire, version=instance.version)
    version: Version | None = rows.first()
    if version is None:
        raise NotTaken("unknown_version")
    return version


@action("submission.receive")
def receive(actor: DeviceActor, questionnaire: Questionnaire, *, version: Version, sent: Sent) -> Submission:
    """Take a filled form, or know it again and take the files that it lacked; raises NotTaken."""
    digest = hashlib.sha256(sent.xml).hexdigest()
    rows = Submission.objects.filter(questionnaire=questionnaire)
    known = rows.filter(instance_id=sent.instance.id).first()
    if known is not None and known.digest != digest:
        raise NotTaken("other_content")
    if known is None:
        known = _new(actor, questionnaire, version, sent)
    _add_files(known, sent)
    return known


def _new(actor: DeviceActor, questionnaire: Questionnaire, version: Version, sent: Sent) -> Submission:
    replaced = _replaced(questionnaire, sent.instance.replaces)
    device = actor.held
    _file, item = seal_for(device.desk.holder, "submission", sent.xml, media_type="text/xml")
    submission = Submission.objects.create(
        desk_id=device.desk_id,
        questionnaire=questionnaire,
        version=version,
        device=device,
        instance_id=sent.instance.id,
        digest=hashlib.sha256(sent.xml).hexdigest(),
        received_at=sent.at or timezone.now(),
        answers=open_answers(version, sent.instance, questionnaire.sealed),
        item=item,
        tie=_tie_of(questionnaire, sent.tie or device.tie or (replaced.tie if replaced else None)),
    )
    if replaced is not None:
        replaced.replaced_by = submission
        replaced.save(update_fields=["replaced_by"])
    return submission


def _tie_of(questionnaire: Questionnaire, tie: Tie | None) -> Tie | None:
    return tie if tie is not None and tie.questionnaire_id == questionnaire.pk else None


def _replaced(questionnaire: Questionnaire, instance_id: str) -> Submission | None:
    if not instance_id:
        return None
    rows = Submission.objects.filter(questionnaire=questionnaire, instance_id=instance_id)
    before: Submission | None = rows.first()
    if before is None:
        raise NotTaken("nothing_to_replace")
    if before.replaced_by_id is not None:
        raise NotTaken("replaced_already")
    return before


def _add_files(submission: Submission, sent: Sent) -> None:
    """Those that are not here yet: a submission may come in several parts, each with the form again."""
    here = dict(submission.attachments.values_list("name", "digest"))
    for name, (content, media_type) in sent.files.items():
        digest = hashlib.sha256(content).hexdigest()
        if name in here:
            if here[name] != digest:
                raise NotTaken("other_content")
            continue
        holder = submission.desk.holder
        _file, item = seal_for(holder, "attachment", content, media_type=media_type[:100] or "text/plain")
        Attachment.objects.create(
            desk_id=submission.desk_id, submission=submission, name=name, digest=digest, item=item
        )


def open_answers(version: Version, instance: Instance, sealed: Iterable[str]) -> dict[str, Any]:
    """Of all that was answered, what may be counted; of an encrypted form nothing."""
    form = Form("", "", "", (), "", repeats=dict.fromkeys(version.repeats, Words({})))
    gathered = Gathered()
    take_instance(form, gathered, instance.root, instance.id)
    counted = set(version.counted)

    def kept(row: dict[str, str]) -> dict[str, str]:
        return {key: said for key, said in row.items() if key in counted and said}

    repeats = {
        repeat: [kept({key: said for key, said in row.items() if key != Rows.PARENT}) for row in rows]
        for repeat, rows in gathered.repeats.items()
    }
    return without({"main": kept(gathered.main[0]), "repeats": repeats}, set(sealed))


def keep_aside(
    actor: DeviceActor, media_type: str, body: bytes, problem: str, *, at: datetime | None = None
) -> Quarantined:
    """Seal what was sent as it came. The same bytes are kept once, however often they come."""
    digest = hashlib.sha256(body).hexdigest()
    before: Quarantined | None = Quarantined.objects.visible_to(actor).filter(digest=digest).first()
    if before is not None:
        return before
    device = actor.held
    _file, item = seal_for(device.desk.holder, "quarantine", body, media_type="application/octet-stream")
    kept: Quarantined = Quarantined.objects.create(
        desk_id=device.desk_id,
        device=device,
        problem=problem,
        media_type=media_type[:300],
        digest=digest,
        received_at=at or timezone.now(),
        item=item,
    )
    return kept


@action("quarantine.retry")
def retry(actor: Actor, kept: Quarantined) -> None:
    """Try again what could not be taken, after a mend here; raises NotTaken with what is wrong now."""
    sent = parts_of(kept.media_type, actor.keyring.read_bytes(kept.item), at=kept.received_at)
    as_device = DeviceActor(membership=None, device=kept.device)
    version = version_of(as_device, sent.instance)
    receive(as_device, version.questionnaire, version=version, sent=sent)
    kept.taken_at = timezone.now()
    kept.save(update_fields=["taken_at"])
