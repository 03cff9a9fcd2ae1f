"""Tables of any make, taken over: matched, checked, taken piece by piece, undone."""

from collections.abc import Mapping
from time import monotonic

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kamkor.access.actor import Actor
from kamkor.access.models import Desk
from kamkor.assistance.htcds.incoming import NothingToTake, RowsRefused, TakenBefore
from kamkor.assistance.imports import checking, incoming, reading, taking, undoing
from kamkor.assistance.imports.understanding import Setup
from kamkor.assistance.models import LikelyHere, TableImport
from kamkor.base.actions import action, require
from kamkor.base.problems import Problem, WrongState
from kamkor.base.uploads import BadFile

SECONDS = 1.0  # of work in one request
State = TableImport.State


class SayWhatToDo(Problem):
    title = _("Some of these people are probably here already")
    mend = _("Say what to do with those rows: take them as new people, as the same, or leave them out.")


@action("import.receive")
def receive(actor: Actor, desk: Desk, *, sent: incoming.Sent) -> TableImport:
    """Keep a table sealed until somebody says what its columns are. A large workbook is only begun to be
    read: `step` goes on. Raises BadFile."""
    require(actor, f"import.{sent.kind}", desk)
    if sent.is_book:
        return reading.begin(actor, desk, sent, until=monotonic() + SECONDS / 2)
    return incoming.keep(actor, desk, sent)


@action("import.match")
def match(actor: Actor, imported: TableImport, *, chosen: Setup) -> None:
    """Say what each column is; then every row is checked, and nothing is taken yet."""
    _must_be_open_to(actor, imported)
    incoming.decide(actor, imported, chosen)


@action("import.answer")
def answer(actor: Actor, imported: TableImport, *, answers: Mapping[int, str]) -> None:
    """What to do with rows, by number, whose people may be here already."""
    _must_be_open_to(actor, imported)
    if imported.state != State.CHECKED:
        raise WrongState
    for like in LikelyHere.objects.visible_to(actor).filter(imported=imported, row__in=answers):
        like.answer = TableImport.Likely(answers[like.row])
        like.save(update_fields=["answer"])


@action("import.take")
def take(
    actor: Actor, imported: TableImport, *, keep_good: bool = False, likely: str = "", again: bool = False
) -> None:
    """Begin to take a checked file: all of it, or with `keep_good` the good rows. `likely` says what to do
    with rows whose people may be here already, and `again` that the same file is taken once more."""
    _must_be_open_to(actor, imported)
    if imported.state != State.CHECKED:
        raise WrongState
    if imported.bad and not keep_good:
        raise RowsRefused
    if not imported.good:
        raise NothingToTake
    if not again and incoming.earlier(imported) is not None:
        raise TakenBefore
    if not likely and imported.likely_rows.filter(answer="").exists():
        raise SayWhatToDo
    imported.likely = likely
    imported.state, imported.done, imported.taken_at = State.TAKING, 0, timezone.now()
    imported.save()


@action("import.step")
def step(actor: Actor, imported: TableImport, *, seen: int) -> BadFile | None:
    """Go on for about a second. `seen` is how far the caller saw it: whoever comes second does nothing.
    Says why a workbook could not be read to its end; then nothing of it is kept."""
    _must_be_open_to(actor, imported)
    until = monotonic() + SECONDS
    if imported.done != seen:
        return None
    if imported.state == State.READING:
        return _read(actor, imported, until)
    while imported.running:
        _PASSES[State(imported.state)](actor, imported)
        if monotonic() > until:
            break
    imported.save()
    return None


@action("import.undo")
def undo(actor: Actor, imported: TableImport) -> None:
    """Begin to take everything out that the import made and nobody has worked on since."""
    _must_be_open_to(actor, imported)
    if imported.state not in {State.TAKEN, State.TAKING}:
        raise WrongState
    imported.state, imported.done, imported.kept = State.UNDOING, 0, 0
    imported.save()


@action("import.drop")
def drop(actor: Actor, imported: TableImport) -> None:
    """Throw away a file that waits, or the bad rows of one that was taken."""
    _must_be_open_to(actor, imported)
    incoming.drop(imported)


def _must_be_open_to(actor: Actor, imported: TableImport) -> None:
    """The kind decides too: who keeps the directory takes no people over."""
    require(actor, f"import.{imported.kind}", imported)


def _read(actor: Actor, imported: TableImport, until: float) -> BadFile | None:
    try:
        reading.go_on(actor, imported, until=until)
    except BadFile as refused:
        incoming.drop(imported)
        return refused
    imported.save()
    return None


def _check(actor: Actor, imported: TableImport) -> None:
    if imported.done < imported.pieces:
        checking.check_piece(actor, imported, imported.done)
        imported.done += 1
    if imported.done == imported.pieces:
        imported.state = State.CHECKED


def _take(actor: Actor, imported: TableImport) -> None:
    if imported.done < imported.pieces:
        taking.take_piece(actor, imported, imported.done)
        imported.done += 1
    if imported.done == imported.pieces:
        imported.state, imported.ended_at = State.TAKEN, timezone.now()
        taking.finish(imported)


def _undo(actor: Actor, imported: TableImport) -> None:
    imported.done += 1
    if not undoing.undo_some(actor, imported):
        imported.state, imported.done, imported.ended_at = State.UNDONE, 0, timezone.now()
        incoming.forget(imported)


_PASSES = {State.CHECKING: _check, State.TAKING: _take, State.UNDOING: _undo}
