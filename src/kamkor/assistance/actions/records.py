"""Notes and documents of a case."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.assistance.models import Case, Document, Note
from kamkor.base.actions import action, record
from kamkor.base.problems import Problem, WrongState
from kamkor.base.uploads import Checked
from kamkor.vault.keyring import destroy_items
from kamkor.vault.models import ItemVersion

LABELS = {  # under which name the text lies in her file; the last two are offered to nobody
    Note.Kind.FACT: "note",
    Note.Kind.WORKING: "working_note",
    Note.Kind.PRIVILEGED: "privileged_note",
}


@action("note.add")
def add_note(
    actor: Actor, case: Case, *, text: str, kind: str = Note.Kind.FACT, on: date | None = None
) -> Note:
    """A note of facts and plans, or a working note, which is never shared and expires at closing."""
    if kind == Note.Kind.PRIVILEGED:
        raise WrongState
    if kind == Note.Kind.WORKING and not case.is_open:
        raise Problem(_("A closed case keeps no working notes"), _("Write facts, or reopen the case."))
    return new_note(actor, case, text=text, kind=kind, on=on)


@action("note.privileged")
def add_privileged(actor: Actor, case: Case, *, text: str, on: date | None = None) -> Note:
    """An advocate's own note: for no supervisor, police, prosecutor or administrator."""
    return new_note(actor, case, text=text, kind=Note.Kind.PRIVILEGED, on=on)


def new_note(actor: Actor, case: Case, *, text: str, kind: str, on: date | None) -> Note:
    item = actor.keyring.write(case.person.file, LABELS[Note.Kind(kind)], text, by=actor.user_id)
    return Note.objects.create(
        desk_id=case.desk_id,
        case=case,
        kind=kind,
        text=item,
        on=on or timezone.localdate(),
        recorded_by=actor.user,
    )


@action("note.edit")
def edit_note(actor: Actor, note: Note, *, text: str, expected: int) -> None:
    """Put another text in its place; what it said before is kept. Raises ChangedMeanwhile."""
    if note.expired_at is not None:
        raise WrongState
    actor.keyring.rewrite(note.text, text, by=actor.user_id, expected=expected)


def expire_working_notes(actor: Actor, case: Case) -> None:
    """Part of closing: the texts go, with all that they said before; that there were notes stays known."""
    for note in Note.objects.filter(case=case, kind=Note.Kind.WORKING, expired_at=None).select_related(
        "text"
    ):
        actor.keyring.rewrite(note.text, "", by=actor.user_id)
        ItemVersion.objects.filter(item=note.text).delete()
        note.expired_at = timezone.now()
        note.save(update_fields=["expired_at"])


@action("document.add")
def add_document(actor: Actor, case: Case, *, kind: str, title: str, checked: Checked) -> Document:
    """Seal an upload that `base.uploads` has checked, and its title."""
    file, by = case.person.file, actor.user_id
    return Document.objects.create(
        desk_id=case.desk_id,
        case=case,
        kind=kind,
        item=actor.keyring.write(file, "document", checked.file, media_type=checked.media_type, by=by),
        title=actor.keyring.write(file, "document_title", title or checked.name, by=by),
        media_type=checked.media_type,
        size=checked.size,
        recorded_by=actor.user,
    )


@action("document.remove")
def remove_document(actor: Actor, document: Document, *, reason: str) -> None:
    """Destroy what is in it and its title, here and for whom it was shared with; when, who and why stays."""
    if document.removed_at is not None:
        raise WrongState
    destroy_items([document.item_id, document.title_id])
    document.removed_at, document.removed_by = timezone.now(), actor.user
    document.removed_why, document.size = reason, 0
    document.save(update_fields=["removed_at", "removed_by", "removed_why", "size"])
    record(actor, "document.destroy", document, reason=reason)
