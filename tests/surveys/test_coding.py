"""Answers in own words: opened for members of the desk alone, coded by hand, counted as several answers."""

import pytest
from django.test import Client
from django.urls import reverse

from kamkor.methods.surveys.counting import MISSING
from kamkor.surveys import actions, checking
from kamkor.surveys.coded import AnswerCode, CodedAnswer
from kamkor.surveys.models import Questionnaire, Submission
from tests.methods.surveys.books import Sheets, workbook
from tests.surveys.test_openrosa import Phone
from tests.world import World

TOLD = ("far and dear", "too far", "far", "far", "far away", "afraid", "afraid of the police", *[""] * 5)
ASKS: Sheets = {
    "survey": [
        ("type", "name", "label"),
        ("select_one yes_no", "came", "Did you come?"),
        ("text", "why", "Why not?"),
        ("begin_repeat", "child", "Child"),
        ("text", "name_of_fear", "What is the child afraid of?"),
        ("end_repeat", None, None),
    ],
    "choices": [("list_name", "name", "label"), ("yes_no", "yes", "Yes"), ("yes_no", "no", "No")],
    "settings": [("form_id", "form_title", "version"), ("why", "Why not", "1")],
}


@pytest.fixture
def asked(world: World, monkeypatch: pytest.MonkeyPatch) -> Questionnaire:
    monkeypatch.setattr(checking, "has_java", lambda: False)
    actor, raw = world.actor("centre", "supervisor"), workbook(ASKS)
    version = actions.upload(actor, actor.desk, checked=checking.check("w.xlsx", raw), workbook=raw)
    phone = Phone(world)
    for number, said in enumerate(TOLD):
        phone.send(
            f'<data id="why" version="1"><came>no</came><why>{said}</why>'
            f"<child><name_of_fear>dark</name_of_fear></child><child/>"
            f"<meta><instanceID>{number}</instanceID></meta></data>"
        )
    return version.questionnaire


def told(client: Client, tables: str) -> dict[str, int | None]:
    rows = client.get(tables).context["table"].rows
    return {row.label: row.cells[0].count for row in rows if row.value != MISSING}


def test_texts_are_coded_by_hand_and_counted_with_small_numbers_hidden(
    world: World, asked: Questionnaire
) -> None:
    client = world.client("centre", "worker")
    here = f"{reverse('answer-coding', args=[asked.pk])}?question=why"
    new = f"{reverse('answer-code-new', args=[asked.pk])}?question=why"
    for label in ("Distance", "Fear"):
        assert client.post(new, {"label": label}).status_code == 302
    assert client.post(new, {"label": "Fear"}).status_code == 422
    texts = client.get(here).context["texts"]
    assert [one.text for one in texts] == [said for said in TOLD if said]
    codes = {"far": "c1", "dear": "c1", "afraid": "c2"}
    given: dict[str, list[str]] = {"answer": [f"{one.submission}-{one.row}" for one in texts]}
    for one in texts:
        found = {code for word, code in codes.items() if word in one.text}
        given[f"codes_{one.submission}-{one.row}"] = [*sorted(found), "c9"]
    assert client.post(here, given).status_code == 302
    assert not client.get(here).context["texts"]
    assert len(client.get(f"{here}&coded=1").context["texts"]) == 7
    assert "far" not in str(list(Submission.objects.values_list("answers", flat=True)))  # it is not open
    tables = f"{reverse('questionnaire-tables', args=[asked.pk])}?of=why_coded"
    assert told(client, tables) == {"Distance": None, "Fear": None}  # two, which five would give away
    Questionnaire.objects.update(of_people=False)
    assert told(client, tables) == {"Distance": 5, "Fear": 2}
    code = AnswerCode.objects.get(label="Fear")
    client.post(reverse("answer-code-remove", args=[code.pk]))
    assert sorted(codes for row in CodedAnswer.objects.all() for codes in row.codes) == ["c1"] * 5


def test_answers_in_a_repeat_are_coded_row_by_row(world: World, asked: Questionnaire) -> None:
    client = world.client("centre", "worker")
    here = f"{reverse('answer-coding', args=[asked.pk])}?question=child/name_of_fear"
    client.post(here.replace("answers", "codes/new"), {"label": "The dark"})
    texts = client.get(here).context["texts"]
    assert {(one.row, one.text) for one in texts} == {(0, "dark")}
    given: dict[str, list[str]] = {"answer": [f"{one.submission}-0" for one in texts]}
    client.post(here, given | {f"codes_{one.submission}-0": ["c1"] for one in texts})
    tables = f"{reverse('questionnaire-tables', args=[asked.pk])}?of=child/name_of_fear_coded"
    context = client.get(tables).context
    assert context["table"].rows[0].cells[0].count == len(TOLD)
    assert context["table"].columns[0].base == 2 * len(TOLD)


def test_who_does_not_open_filled_forms_reads_and_codes_none(world: World, asked: Questionnaire) -> None:
    here = f"{reverse('answer-coding', args=[asked.pk])}?question=why"
    for role in ("programme_officer", "statistician"):
        assert world.client("centre", role).get(here).status_code == 403
    assert world.client("stranger", "worker").get(here).status_code == 404
    shut = world.client("centre", "worker", unlocked=False)
    assert shut.get(here).status_code == 302  # to the unlocking page
    own = Submission.objects.order_by("pk")[0]
    client = world.client("centre", "worker")
    client.post(f"{reverse('answer-code-new', args=[asked.pk])}?question=why", {"label": "Distance"})
    stranger = world.actor("stranger").desk
    Submission.objects.filter(pk=own.pk).update(desk=stranger)
    client.post(here, {"answer": [f"{own.pk}-0"], f"codes_{own.pk}-0": ["c1"]})
    assert not CodedAnswer.objects.exists()
    assert client.get(here.replace("question=why", "question=came")).status_code == 404
