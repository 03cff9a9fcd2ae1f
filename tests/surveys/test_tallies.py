"""Answers counted where they lie say the same as row by row; and nobody else's are among them."""

import random
from datetime import UTC, datetime

import pytest

from kamkor.methods.surveys.counting import Rows, Source
from kamkor.methods.surveys.form import Form
from kamkor.methods.surveys.rounds import ROUND, with_rounds
from kamkor.methods.surveys.tables import Asked, NoSuchQuestion, Tables, tabulate
from kamkor.surveys import actions, checking
from kamkor.surveys.coded import AnswerCode, CodedAnswer
from kamkor.surveys.coding import with_coded
from kamkor.surveys.models import Submission, Version
from kamkor.surveys.stored import open_answers_of
from kamkor.surveys.tallies import answers_to_count
from kamkor.surveys.views import read
from kamkor.vault import tokens
from kamkor.vault.keyring import seal_for
from tests.methods.surveys.books import HOUSEHOLD, workbook
from tests.world import World

REGION, LEAVES, WAYS, SIZE, AWAY = "region", "work/leaves", "work/ways", "work/size", "member/away"
SAID = {
    REGION: ("osh", "naryn", "moon"),
    LEAVES: ("yes", "no", "old", "it's", '"', "%s"),
    WAYS: ("bus", "bus plane", " plane bus", "bus boat", "бус"),
    SIZE: ("3", "4.5", "-", "nan", "1e400", "٣"),
}
MANY = 60
PLACE = HOUSEHOLD["survey"].index(("end_repeat", None, None, None))
SURVEY = [*HOUSEHOLD["survey"][:PLACE], ("text", "why", "Why?", "Почему?"), *HOUSEHOLD["survey"][PLACE:]]
ASKS = {**HOUSEHOLD, "survey": SURVEY}


@pytest.fixture
def version(world: World, monkeypatch: pytest.MonkeyPatch) -> Version:
    """Answers in three half-years, some of them without any, with rows of a repeat and codes by hand."""
    monkeypatch.setattr(checking, "has_java", lambda: False)
    actor, raw, rng = world.actor("centre", "supervisor"), workbook(ASKS), random.Random(7)
    version = actions.upload(actor, actor.desk, checked=checking.check("h.xlsx", raw), workbook=raw)
    device = actions.add_device(actor, actor.desk, secret=tokens.new_secret(), name="Phone")
    for number in range(MANY):
        main = {key: rng.choice(said) for key, said in SAID.items() if rng.random() < 0.8}
        main["w"] = rng.choice(("1", "2.5", "0"))
        members = [{AWAY: rng.choice(("yes", "no"))} for _ in range(rng.randrange(4))]
        Submission.objects.create(
            desk=actor.desk, questionnaire=version.questionnaire, version=version, device=device,
            instance_id=str(number),
            received_at=datetime(2025, rng.choice((1, 6, 7, 12)), 30, 23, tzinfo=UTC),
            answers={"main": main, "repeats": {"member": [*members, {}]} if members else {}},
            item=seal_for(actor.desk.holder, "submission", "<data/>")[1],
        )  # fmt: skip
    return version


def coded(version: Version, by: int) -> None:
    """The hand-coded words, of the whole form and of the rows of a repeat."""
    place = {"desk_id": version.desk_id, "questionnaire": version.questionnaire, "made_by_id": by}
    form, _flaws = read(version)
    texts = [one.key for one in form.questions if one.type == "text"]
    rows = list(Submission.objects.order_by("pk")[:20])
    for key in texts:
        for name in ("c1", "c2"):
            AnswerCode.objects.create(question=key, name=name, label=name, **place)
        for number, row in enumerate(rows):
            codes = (["c1"], ["c1", "c2"], [])[number % 3]
            CodedAnswer.objects.create(
                desk_id=version.desk_id, submission=row, question=key, codes=codes, by_id=by
            )


def asked(form: Form) -> list[Asked]:
    """Each question alone and all together, under each grouping, with weights, bad weights and none."""
    alone = [Asked(by, (key,), "w", smallest=1) for key in SAID for by in ("", LEAVES, ROUND)]
    codes = [Asked(REGION, (one.key,), smallest=1) for one in form.questions if one.key.endswith("_coded")]
    by = [Asked(by, weight=weight) for by in ("", REGION, SIZE, AWAY, ROUND) for weight in ("", "w")]
    return [*alone, *codes, *by, Asked(weight=SIZE)]


def made(form: Form, source: Source, one: Asked) -> Tables | str:
    try:
        return tabulate(form, source, one)
    except NoSuchQuestion as problem:
        return str(problem)


def test_the_database_counts_as_rows_are_counted(world: World, version: Version) -> None:
    actor, asks = world.actor("centre", "supervisor"), version.questionnaire
    form, _flaws = read(version)
    coded(version, actor.signed_in.pk)
    found, stored = answers_to_count(actor, asks, form)
    other, rows = with_coded(actor, asks, form, open_answers_of(actor, asks))
    assert (found, stored.size(), stored.rounds) == (other, MANY, ["2025 I", "2025 II"])
    whole = with_rounds(found, stored.rounds)
    assert [one.key for one in whole.questions if one.key.endswith("_coded")]
    for one in asked(whole):
        assert made(whole, stored, one) == made(whole, rows, one), one
    second = Rows([row for row in rows.main if row[ROUND] == "2025 II"])
    one = Asked(of=(REGION,), smallest=1)
    assert made(whole, stored.only(["2025 II"]), one) == made(whole, second, one)
    first = stored.first_answered(whole.questions)
    assert first == next(one for one in whole.questions if not rows.absent(one))
    for question in whole.questions:
        assert stored.absent(question) == rows.absent(question), question.key


def test_what_was_corrected_or_is_another_desk_s_is_not_counted(world: World, version: Version) -> None:
    first, second, third = Submission.objects.order_by("pk")[:3]
    Submission.objects.filter(pk=first.pk).update(replaced_by=second)
    Submission.objects.filter(pk=third.pk).update(desk=world.actor("stranger").desk)
    form, _flaws = read(version)
    for desk, size in (("centre", MANY - 2), ("stranger", 1), ("police", 0)):
        actor = world.actor(desk, "supervisor")
        asks, stored = answers_to_count(actor, version.questionnaire, form)
        table = tabulate(asks, stored, Asked(of=(REGION,), smallest=1)).tables
        assert [one.columns[0].base for one in table] == ([size] if size > 1 else [1] if size else [])
