"""Questionnaires that stand in the database, for `kamkor forms`."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click
from django.db import transaction

from kamkor.access.actor import Actor
from kamkor.base import wall
from kamkor.base.actions import Refused, record, require
from kamkor.base.problems import Problem
from kamkor.cli.acting import actor_of, refused
from kamkor.methods.surveys.answer_files import Answers
from kamkor.methods.surveys.form import Form, Question
from kamkor.methods.surveys.rounds import ROUND, with_rounds
from kamkor.methods.surveys.tables import Asked, Tables, tabulate
from kamkor.surveys import envelopes
from kamkor.surveys.coding import with_coded
from kamkor.surveys.models import Questionnaire
from kamkor.surveys.named import may_have_rows, must_be_seen_by, smallest_shown
from kamkor.surveys.stored import open_answers_of
from kamkor.surveys.tallies import Stored, answers_to_count
from kamkor.surveys.views import read

HALF_YEAR = "round"  # by which --by means the half-year in which answers came


@dataclass(frozen=True)
class StoredForm:
    """A form and the answers to it that may be counted."""

    actor: Actor
    questionnaire: Questionnaire
    form: Form
    source: Stored

    @property
    def sealed(self) -> frozenset[str]:
        by_default = {question.key for question in self.form.questions if question.sealed}
        return frozenset({*self.questionnaire.sealed, *by_default})

    def of_rounds(self, wanted: Sequence[str], by: str) -> "StoredForm":
        """With the rounds as groups, where there is more than one; only those wanted, if any are named."""
        known = self.source.rounds
        if not wanted and len(known) < 2 and by not in {HALF_YEAR, ROUND}:
            return self
        for name in wanted:
            if name not in known:
                there = ", ".join(known) or "none"
                raise click.ClickException(f"--round {name}: no answers came then. There are: {there}.")
        source = self.source.only(wanted) if wanted else self.source
        return replace(self, form=with_rounds(self.form, list(wanted) or known), source=source)

    def tables(self, asked: Asked, rounds: Sequence[str]) -> tuple[Form, Asked, Tables]:
        """What the form asks in these rounds, what was asked for as far as it may be told, and its tables."""
        stored = self.of_rounds(rounds, asked.by)
        asked = stored.protected(asked, rounds)
        return stored.form, asked, tabulate(stored.form, stored.source, asked)

    def protected(self, asked: Asked, rounds: Sequence[str]) -> Asked:
        """The same question, with what the desk hides."""
        by = asked.by or (ROUND if rounds else "")
        if by == HALF_YEAR and self.form.question(HALF_YEAR) is None:
            by = ROUND
        smallest = max(asked.smallest, smallest_shown(self.actor, self.questionnaire))
        return replace(asked, by=by, weight=self._weight(asked.weight), sealed=self.sealed, smallest=smallest)

    def _weight(self, name: str) -> str:
        """A weight is a question here, as all that is kept open."""
        if not name:
            return ""
        question: Question | None = self.form.question(name)
        if question is None:
            raise click.ClickException(f"--weight {name}: the form asks no such question.")
        if question.key in self.sealed or question.kind != "number":
            raise click.ClickException(f"--weight {name}: a weight is a number that is not sealed.")
        return question.key

    def rows_to_export(self, language: str) -> Answers:
        if not may_have_rows(self.actor, self.questionnaire):
            raise click.ClickException(
                "A row tells of a person, or of an organisation that a state body must not read. Take tables."
            )
        asks, _flaws = read(self.questionnaire.newest())
        rows = open_answers_of(self.actor, self.questionnaire)
        form, rows = with_coded(self.actor, self.questionnaire, asks, rows)
        uncounted = {question.key for question in form.questions if not question.kind}
        return Answers(form, rows, language, left_out=self.sealed | uncounted)


@contextmanager
def stored_form(
    name: str, acting: tuple[str | None, str | None, Path | None], verb: str
) -> Iterator[StoredForm]:
    """The form of this id at the desk; `acting` is who acts, where, and the file of the pass phrase. What
    waits sealed is opened first by who may."""
    user, desk, passphrase_file = acting
    if name.endswith((".xlsx", ".xls")):
        raise click.ClickException(f"{name}: there is no such file.")
    actor = actor_of(user, desk, passphrase_file, verb)
    try:
        with wall.acting(actor.desk_id), transaction.atomic():
            yield _read(actor, name, verb)
    except Problem as problem:
        raise click.ClickException(f"{problem.title}. {problem.mend}") from problem
    except Refused as refusal:
        raise refused(actor, refusal) from refusal


def _read(actor: Actor, name: str, verb: str) -> StoredForm:
    found = Questionnaire.objects.visible_to(actor).filter(form_id=name).first()
    if found is None:
        raise click.ClickException(f"This desk has no form {name}.")
    require(actor, verb, found)
    must_be_seen_by(actor, found)
    _open_waiting(actor)
    record(actor, verb, found)
    form, _flaws = read(found.newest())
    return StoredForm(actor, found, *answers_to_count(actor, found, form))


def _open_waiting(actor: Actor) -> None:
    waiting = envelopes.waiting_forms(actor).count()
    if waiting and envelopes.may_open(actor):
        taken, waiting = envelopes.open_all(actor)
        click.echo(f"Opened now: {taken}.", err=True)
    if waiting:
        click.echo(f"Sealed and not counted: {waiting}.", err=True)
