"""Answers that were sent here: the open ones for tables, and all of them for who opens them with the keys."""

from collections.abc import Iterator

from kamkor.access.actor import Actor
from kamkor.methods.surveys.answers import ROW_ID, Gathered, take_instance
from kamkor.methods.surveys.counting import Rows
from kamkor.methods.surveys.form import Form
from kamkor.methods.surveys.instances import read_instance
from kamkor.methods.surveys.rounds import ROUND
from kamkor.surveys.models import Attachment, Questionnaire, Submission, SubmissionQuerySet

AT_ONCE = 200


def open_submissions(actor: Actor, questionnaire: Questionnaire) -> SubmissionQuerySet:
    """What the actor may see and was not corrected since."""
    rows: SubmissionQuerySet = Submission.objects.visible_to(actor).filter(questionnaire=questionnaire)
    return rows.counted()


def open_answers_of(actor: Actor, questionnaire: Questionnaire) -> Rows:
    """What may be counted, row by row; a half-year is a round."""
    found = open_submissions(actor, questionnaire)
    main: list[dict[str, str]] = []
    repeats: dict[str, list[dict[str, str]]] = {}
    rows = found.order_by("pk").values_list("instance_id", "received_at", "answers")
    for own, at, answers in rows.iterator(chunk_size=5000):
        for repeat, inner in answers.get("repeats", {}).items():
            repeats.setdefault(repeat, []).extend({**row, Rows.PARENT: str(len(main))} for row in inner)
        half = f"{at.year} {'I' if at.month <= 6 else 'II'}"
        main.append({**answers.get("main", {}), ROW_ID: own, ROUND: half})
    return Rows(main, repeats)


def all_answers_of(actor: Actor, questionnaire: Questionnaire, form: Form) -> Rows:
    """Everything that was answered. An encrypted form stays what it is: a row with its id alone."""
    gathered = Gathered()
    rows = open_submissions(actor, questionnaire)
    listed = list(rows.select_related("item__file").defer("answers").order_by("pk"))
    for place in range(0, len(listed), AT_ONCE):
        for _item, content in actor.keyring.read_each(row.item for row in listed[place : place + AT_ONCE]):
            instance = read_instance(content)
            take_instance(form, gathered, instance.root, instance.id)
    for own, at in gathered.places.items():
        gathered.main[at][ROW_ID] = own
    return Rows(gathered.main, gathered.repeats)


def files_of(actor: Actor, questionnaire: Questionnaire) -> Iterator[tuple[str, bytes]]:
    """The pictures and other files that came with the forms, opened one after the other."""
    rows = Attachment.objects.visible_to(actor).filter(
        submission__questionnaire=questionnaire, submission__replaced_by=None
    )
    listed = list(rows.select_related("item__file").order_by("pk"))
    names = {row.item_id: row.name for row in listed}
    for item, content in actor.keyring.read_each(row.item for row in listed):
        yield names[item], content
