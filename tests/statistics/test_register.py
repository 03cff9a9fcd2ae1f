"""The register of figures: nothing is overwritten, what is corrected keeps what it was."""

import csv
import io
from decimal import Decimal

import pytest
from django.db import Error, transaction
from django.urls import reverse

from kamkor.base import codelists
from kamkor.statistics import register
from kamkor.statistics.models import Figure, FigureChange
from tests.world import World


@pytest.fixture
def loaded(world: World) -> World:
    codelists.load()
    register.load()
    return world


def form_of(figure: Figure, **changed: str) -> dict[str, str]:
    return {
        "en": figure.measure["en"],
        "subject": figure.subject,
        "question": figure.question,
        "said": figure.said,
        "low": str(figure.low),
        "high": str(figure.high),
        "unit": figure.unit,
        "period": figure.period,
        "definition": figure.definition,
        "source": figure.source,
        "confirmed": "on",
    } | changed


def test_the_page_shows_where_figures_disagree_and_by_how_much(loaded: World) -> None:
    text = loaded.client("stranger", "statistician").get(reverse("register")).content.decode()
    assert "From 3 to 100: 97 apart, 33.33 times." in text
    assert "From 0 to 6: 6 apart." in text
    assert "All say 277,000, but of different people." in text
    assert "known to the administration of the region" in text


def test_a_correction_keeps_what_it_was_and_a_release_leaves_it(loaded: World) -> None:
    figure = Figure.objects.get(code="trafficking-2019-investigations")
    client, address = loaded.client("stranger", "statistician"), reverse("figure-edit", args=[figure.pk])
    assert client.post(address, form_of(figure, said="9", low="9", high="9")).status_code == 422  # no reason
    sent = form_of(figure, said="9", low="9", high="9", confirmed="", why="counted again")
    assert client.post(address, sent).status_code == 302
    register.load()
    figure.refresh_from_db()
    assert (figure.said, figure.low, figure.confirmed) == ("9", Decimal(9), False)
    change = FigureChange.objects.get(field="said")
    assert (change.old, change.new, change.why) == ("8", "9", "counted again")
    assert change.by == loaded.users["stranger"]
    page = client.get(reverse("register"), {"subject": "trafficking"}).content.decode()
    assert "(unconfirmed)" in page
    with pytest.raises(Error), transaction.atomic():
        FigureChange.objects.all().delete()


def test_others_read_but_do_not_write(loaded: World) -> None:
    figure = Figure.objects.first()
    assert figure is not None
    address = reverse("figure-edit", args=[figure.pk])
    assert loaded.client("centre", "coordinator").get(reverse("register")).status_code == 200
    assert loaded.client("centre", "coordinator").post(address, form_of(figure)).status_code == 403
    assert loaded.client("centre", "worker").get(reverse("register")).status_code == 403


def test_the_file_has_every_figure_with_its_source(loaded: World) -> None:
    answer = loaded.client("stranger", "statistician").get(reverse("register-csv"), {"subject": "collateral"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["said"] for row in rows} == {"3", "~40", "40", "40–100"}
    assert len(rows) == 4
    assert all(row["source"] and row["status"] == "verified" for row in rows)
