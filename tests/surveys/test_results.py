"""Answers as tables on a page: the founding survey's figures, small numbers, exports, strangers."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from kamkor.methods.surveys.shares import CUT, share
from kamkor.methods.surveys.shipped import shipped
from kamkor.surveys import actions, checking
from kamkor.surveys.models import Questionnaire, Submission
from kamkor.surveys.views import read
from kamkor.vault import tokens
from kamkor.vault.keyring import seal_for
from tests.methods.surveys.founding import ANSWERS, answers, published
from tests.world import World


@pytest.fixture
def survey(world: World, monkeypatch: pytest.MonkeyPatch) -> Questionnaire:
    """The founding survey, as 36 telephones would have sent it."""
    monkeypatch.setattr(checking, "has_java", lambda: False)
    actor, raw = world.actor("centre", "supervisor"), shipped("ngo_capacity")
    version = actions.upload(actor, actor.desk, checked=checking.check("n.xlsx", raw), workbook=raw)
    device = actions.add_device(actor, actor.desk, secret=tokens.new_secret(), name="Phone")
    form, _flaws = read(version)
    for number, row in enumerate(answers(form)):
        Submission.objects.create(
            desk=actor.desk,
            questionnaire=version.questionnaire,
            version=version,
            device=device,
            instance_id=str(number),
            answers={"main": row, "repeats": {}},
            item=seal_for(actor.desk.holder, "submission", "<data/>")[1],
        )
    return version.questionnaire


def organisations(world: World, survey: Questionnaire, sealed: Sequence[str] = ()) -> None:
    actions.seal(world.actor("centre", "supervisor"), survey, sealed=sealed, of="organisations")


def test_the_page_prints_the_published_figures(world: World, survey: Questionnaire) -> None:
    organisations(world, survey)
    client = world.client("centre", "statistician")
    page = reverse("questionnaire-tables", args=[survey.pk])
    shown = client.get(page, {"of": "experience/activities", "cut": "on"}).content.decode()
    for figure in ("47.2 %", "38.8 %", "14.0 %", "36 were asked, 36 answered.", "<svg"):
        assert figure in shown
    assert "83.4 %" in client.get(page, {"of": "experience/whom", "cut": "on"}).content.decode()
    file = client.get(reverse("questionnaire-export", args=[survey.pk]), {"cut": "on"})
    rows = {
        (row["question"], row["value"]): row
        for row in csv.DictReader(io.StringIO(b"".join(file).decode("utf-8-sig")))
    }
    for given in published():
        if given.count is not None:
            row = rows[given.question, given.value]
            places = len(given.printed.partition(".")[2])
            assert (row["base"], row["count"]) == (str(ANSWERS), str(given.count))
            assert share(float(row["share_of_all"]), 100, CUT, places) == float(given.printed)


def test_of_people_small_numbers_are_hidden_on_the_page(world: World, survey: Questionnaire) -> None:
    page = reverse("questionnaire-tables", args=[survey.pk])
    shown = world.client("centre", "worker").get(page, {"of": "experience/knows_cases"})
    assert next(row[1] for row in shown.context["rows"]) == "hidden"  # 3 of 36
    crossed = world.client("centre", "worker").get(page, {"of": "general/region", "by": "experience/whom"})
    assert crossed.status_code == 200


def test_what_is_sealed_is_not_to_be_asked_for(world: World, survey: Questionnaire) -> None:
    organisations(world, survey, sealed=["experience/whom"])
    client, page = world.client("centre", "worker"), reverse("questionnaire-tables", args=[survey.pk])
    for asked in ({"of": "experience/whom"}, {"by": "experience/whom"}, {"of": "general/organisation"}):
        shown = client.get(page, asked)
        assert shown.context["table"].question == "general/funding"
        assert 'value="experience/whom"' not in shown.content.decode()
    exported = client.get(reverse("questionnaire-export", args=[survey.pk]), {"format": "xlsx"})
    assert b"".join(exported).startswith(b"PK")


def test_answers_of_an_organisation_are_not_for_another_desk(world: World, survey: Questionnaire) -> None:
    for name in ("questionnaire-tables", "questionnaire-export", "submissions"):
        address = reverse(name, args=[survey.pk])
        for desk, role in (("police", "supervisor"), ("commission", "statistician"), ("line", "worker")):
            assert world.client(desk, role).get(address).status_code == 404
        assert world.client("centre", "administrator").get(address).status_code == 403


def test_half_years_are_compared_in_a_table_and_a_sentence(world: World, survey: Questionnaire) -> None:
    organisations(world, survey)
    early = Submission.objects.order_by("pk")[:18].values_list("pk", flat=True)
    Submission.objects.filter(pk__in=list(early)).update(received_at=datetime(2020, 3, 1, tzinfo=UTC))
    page = reverse("questionnaire-tables", args=[survey.pk])
    asked = {"of": "experience/activities", "by": "(round)"}
    shown = world.client("centre", "statistician").get(page, asked)
    assert shown.context["head"][2] == "2020 I"
    assert "differ most in" in shown.content.decode()
