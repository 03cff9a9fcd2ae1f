"""Questionnaires that stand in the database, for `kamkor forms`."""

from dataclasses import dataclass, replace
from pathlib import Path

import click
from django.conf import settings

from kamkor.access.actor import Actor
from kamkor.base import wall
from kamkor.base.actions import Refused
from kamkor.cli.acting import actor_of, refused
from kamkor.methods.surveys.answer_files import Answers
from kamkor.methods.surveys.counting import Rows
from kamkor.methods.surveys.form import Form
from kamkor.methods.surveys.tables import Asked
from kamkor.surveys.handing import may_have_rows
from kamkor.surveys.models import Questionnaire
from kamkor.surveys.stored import open_answers_of
from kamkor.surveys.views import read


@dataclass(frozen=True)
class StoredForm:
    """A form and the answers to it that may be counted."""

    actor: Actor
    questionnaire: Questionnaire
    form: Form
    source: Rows

    @property
    def sealed(self) -> frozenset[str]:
        by_default = {question.key for question in self.form.questions if question.sealed}
        return frozenset({*self.questionnaire.sealed, *by_default})

    def protected(self, asked: Asked) -> Asked:
        """The same question, with what the desk hides."""
        smallest = max(asked.smallest, settings.SMALL_CELL_INSIDE) if self.questionnaire.of_people else 1
        return replace(asked, sealed=self.sealed, smallest=smallest)

    def rows_to_export(self, language: str) -> Answers:
        if not may_have_rows(self.actor, self.questionnaire):
            raise click.ClickException(
                "A row tells of a person: only those who open filled forms can have them."
            )
        uncounted = {question.key for question in self.form.questions if not question.kind}
        return Answers(self.form, self.source, language, left_out=self.sealed | uncounted)


def stored_form(name: str, acting: tuple[str | None, str | None, Path | None], verb: str) -> StoredForm:
    """The form of this id at the desk; `acting` is who acts, where, and the file of the pass phrase."""
    user, desk, passphrase_file = acting
    if name.endswith(".xlsx"):
        raise click.ClickException(f"{name}: there is no such file.")
    actor = actor_of(user, desk, passphrase_file, verb)
    with wall.acting(actor.desk_id):
        found = Questionnaire.objects.visible_to(actor).filter(form_id=name).first()
        if found is None:
            raise click.ClickException(f"This desk has no form {name}.")
        if not actor.may(verb, found):
            raise refused(actor, Refused(verb, found))
        form, _flaws = read(found.newest())
        return StoredForm(actor, found, form, open_answers_of(actor, found))
