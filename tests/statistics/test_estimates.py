"""The hidden number on the desk: lists are brought, a worker computes, two people sign, a range goes out."""

import json
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from kamkor.access.actor import Actor
from kamkor.access.models import Membership
from kamkor.base import codelists
from kamkor.base.models import AuditEvent
from kamkor.base.problems import Problem, WrongState
from kamkor.methods.prevalence.reading import read
from kamkor.methods.prevalence.tables import TableProblem
from kamkor.statistics.estimates import actions, working
from kamkor.statistics.models import Estimate, Figure, Release
from tests.world import World

TABLE = (
    "a,b,c,d,count\n1,0,0,0,150\n0,1,0,0,140\n0,0,1,0,160\n0,0,0,1,120\n1,1,0,0,21\n1,0,1,0,22\n0,1,1,0,20\n"
)
TABLE += "1,0,0,1,19\n0,1,0,1,17\n0,0,1,1,18\n1,1,1,0,4\n"
ABOUT = {
    "population": "Adults from the north", "definition": "presumed", "period": "2025", "place": "",
    "inhabitants": 1_000_000, "entries": "",
}  # fmt: skip
SETTINGS = {"merge": [], "threshold": 0.02, "boot": 1000, "seed": 1}


def waiting(world: World, text: str = TABLE, **settings: object) -> Estimate:
    actor = world.actor("centre", "statistician")
    row = actions.add(actor, world.desks["centre"], sheet=read(text))
    about = ABOUT | {"purposes": ["" for _list in row.table["lists"]]}
    actions.start(actor, row, about=about, settings=SETTINGS | settings)
    return Estimate.objects.get(pk=row.pk)


def done(world: World, monkeypatch: pytest.MonkeyPatch, text: str = TABLE, **settings: object) -> Estimate:
    """Without the two methods that take seconds."""
    monkeypatch.setattr(working, "METHODS", ("independence", "stepwise", "chao"))
    monkeypatch.setattr(working, "SHOWN", ("stepwise", "chao", "independence"))
    row = waiting(world, text, **settings)
    assert working.work() == 1
    row.refresh_from_db()
    return row


def colleague(world: World) -> Actor:
    membership = Membership.objects.create(
        user=world.users["line"], desk=world.desks["centre"], role="coordinator"
    )
    return Actor(membership=membership, user=world.users["line"])


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_statistician_brings_lists_and_reads_what_the_worker_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    codelists.load()
    client = world.client("centre", "statistician")
    file = SimpleUploadedFile("lists.csv", TABLE.encode())
    answer = client.post(reverse("estimate-new"), {"file": file})
    row = Estimate.objects.get()
    assert answer["Location"] == reverse("estimate-start", args=[row.pk])
    assert "691 people are on at least one of 4 lists, 121 on several." in page(
        client, "estimate-start", row.pk
    )
    given = {"population": "Adults", "definition": "presumed", "period": "2025", "inhabitants": "1000000",
             "list0": "crimes", "merge": "c+d", "threshold": "0.02", "boot": "1000", "seed": "7"}  # fmt: skip
    assert client.post(answer["Location"], given | {"merge": "c+x"}).status_code == 422
    client.post(answer["Location"], given)
    assert "It waits for its turn" in page(client, "estimate", row.pk)
    monkeypatch.setattr(working, "METHODS", ("independence", "stepwise", "chao"))
    monkeypatch.setattr(working, "SHOWN", ("stepwise", "chao", "independence"))
    assert working.work() == 1
    text = page(client, "estimate", row.pk)
    for words in ("Adults", "Presumed victims", "crimes", "c+d", "For 100,000 of 1,000,000", row.sha256,
                  "Indication: a range only", "Without a", "90%", "What would make it fail",
                  "seed 7"):  # fmt: skip
        assert words in text
    saved = client.get(reverse("estimate-file", args=[row.pk, "table"])).content
    assert read(saved.decode()).table.counts == read(TABLE).table.counts
    assert AuditEvent.objects.filter(verb="estimate.start", subject=f"statistics.estimate:{row.pk}").exists()


def test_of_individuals_only_counts_are_kept_and_names_are_refused(world: World) -> None:
    client = world.client("centre", "statistician")
    rows = "a,b,c,sent\n" + "1,1,0,b\n" * 12 + "0,0,1,\n" * 5
    client.post(reverse("estimate-new"), {"text": rows, "referred": "sent"})
    assert Estimate.objects.get().table == {
        "lists": ["a", "b", "c"], "counts": [[3, 12], [4, 5]], "alone": [[1, 12], [4, 5]], "groups": {},
    }  # fmt: skip
    answer = client.post(reverse("estimate-new"), {"text": "name,a,b\nАйгүл,1,0\n"})
    assert answer.status_code == 422
    assert "Row 2, column “name”" in answer.content.decode()
    assert Estimate.objects.count() == 1


def test_two_people_sign_and_the_register_has_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row, first = done(world, monkeypatch), world.actor("centre", "statistician")
    with pytest.raises(Problem, match="No figure of this method"):
        actions.sign(first, row, method="independence")
    actions.sign(first, row, method="stepwise")
    with pytest.raises(Problem, match="second person"):
        actions.sign(first, row, method="stepwise")
    assert not Figure.objects.filter(question="hidden-number").exists()
    actions.sign(colleague(world), row, method="")
    result = next(each for each in row.found["results"] if each["method"] == "stepwise")
    figure = Figure.objects.get(question="hidden-number")
    assert result["status"] == figure.status == "estimate"
    assert (figure.low, figure.high) == (round(result["ci"]["low"]), round(result["ci"]["high"]))
    assert figure.said.startswith(f"{result['N_hat']:,.0f} (")
    public = open_page("en")
    for words in (figure.said.split(" (")[1].rstrip(")"), "Adults from the north", "Presumed victims",
                  "Not confirmed", "Whole country", row.sha256, "What would make it fail"):  # fmt: skip
        assert words in public
    with pytest.raises(WrongState):
        actions.sign(first, row, method="stepwise")
    with pytest.raises(Error), transaction.atomic():
        Estimate.objects.filter(pk=row.pk).update(seconded_by=first.user_id)


def test_of_an_indication_no_single_figure_leaves(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    few = "a,b,c,count\n1,0,0,30\n0,1,0,28\n0,0,1,33\n1,1,0,5\n1,0,1,6\n0,1,1,4\n"
    row = done(world, monkeypatch, few)
    actions.sign(world.actor("centre", "statistician"), row, method="stepwise")
    actions.sign(colleague(world), row, method="")
    result = row.found["results"][0]
    assert result["status"] == "indication"
    point = f"{result['N_hat']:,.0f}"
    assert point not in Figure.objects.get(question="hidden-number").said
    assert f">{point}" not in page(world.client("centre", "programme_officer"), "estimates")
    spread = f"{result['ci']['low']:,.0f}–{result['ci']['high']:,.0f}"
    for language in ("en", "ky", "ru", "uz"):
        text = open_page(language)
        assert len(text) < 60_000
        assert spread.replace(",", "") in re.sub(r"[\s,.\xa0]", "", text)
    file = Client().get(reverse("open-data-file", args=["hidden-number-presumed-2025", 1, "estimate.json"]))
    assert json.loads(file.content)["N_hat"] is None
    assert point not in re.findall(r"[\d,]+", open_page("en"))


def open_page(language: str) -> str:
    """What a passer-by reads of the only estimate that is out."""
    with translation.override(language):
        assert reverse("open-data-version", args=["hidden-number-presumed-2025", 1]) in page(
            Client(), "open-data"
        )
        return page(Client(), "open-data-version", "hidden-number-presumed-2025", 1)


def test_a_new_version_is_of_the_same_people(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row, second = done(world, monkeypatch), colleague(world)
    for population in ("Adults from the north", "Children", "Adults from the north"):
        Estimate.objects.filter(pk=row.pk).update(
            about=row.about | {"population": population}, signed_at=None, signed_by=None, seconded_at=None,
            seconded_by=None, figure=None, method="",
        )  # fmt: skip
        Figure.objects.all().delete()
        row.refresh_from_db()
        actions.sign(world.actor("centre", "statistician"), row, method="stepwise")
        actions.sign(second, row, method="")
    names = ["hidden-number-presumed-2025", "hidden-number-presumed-2025-2", "hidden-number-presumed-2025"]
    found = Release.objects.order_by("pk").values_list("data_set", "version")
    assert list(found) == list(zip(names, (1, 1, 2), strict=True))


def test_groups_and_a_second_table_on_the_page(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    client = world.client("centre", "statistician")
    head, *lines = TABLE.splitlines()
    rows = [f"{head},sex"] + [f"{line},{sex}" for line in lines for sex in ("women", "men")]
    both = "\n".join([head, *lines * 2]).replace(",21\n", ",11\n")
    files = {"file": "\n".join(rows), "without": both}

    def sent(**more: str) -> int:
        given = {name: SimpleUploadedFile("lists.csv", text.encode()) for name, text in files.items()}
        return client.post(reverse("estimate-new"), {**given, "by": "sex", **more}).status_code

    assert (sent(referred="sex"), sent()) == (422, 302)
    row = Estimate.objects.get()
    assert set(row.table["groups"]) == {"women", "men"}
    about = ABOUT | {"purposes": [""] * 4}
    actions.start(
        world.actor("centre", "statistician"), row, about=about, settings=SETTINGS | {"merge": ["c+d"]}
    )
    monkeypatch.setattr(working, "METHODS", ("independence", "stepwise", "chao"))
    monkeypatch.setattr(working, "SHOWN", ("stepwise", "chao", "independence"))
    assert working.work() == 1
    row.refresh_from_db()
    assert {each[0]["observed"] for each in row.found["groups"].values()} == {691}
    assert row.found["alone"][0]["observed"] < row.found["results"][0]["observed"]
    text = page(client, "estimate", row.pk)
    for words in ("Groups", "women", "men", "All groups in one model"):
        assert words in text


def test_the_files_of_a_linkage_are_taken_as_they_are(world: World) -> None:
    clusters = "source,unique_id,cluster_id\npolice,1,1\nhealth,a,1\nline,x,1\nhealth,b,2\nline,y,3\n"
    world.client("centre", "statistician").post(
        reverse("estimate-new"), {"file": SimpleUploadedFile("clusters.csv", clusters.encode())}
    )
    table = Estimate.objects.get().table
    assert table["lists"] == ["health", "line", "police"]
    assert table["counts"] == [[1, 1], [2, 1], [7, 1]]
    with pytest.raises(TableProblem, match="Row 2"):
        read("source,unique_id,cluster_id\npolice,1,\n")


def test_a_refusal_says_why_in_the_readers_language(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    row = done(world, monkeypatch, "a,b,count\n1,0,30\n1,1,20\n")
    assert {each["N_hat"] for each in row.found["results"]} == {None}
    template, values = row.found["results"][0]["said"][0]
    assert template % values == row.found["results"][0]["reasons"][0]
    assert "There are 2 lists with people; at least 3 are needed." in page(
        world.client("centre", "statistician"), "estimate", row.pk
    )
    with translation.override("ru"):
        monkeypatch.setattr("kamkor.statistics.estimates.wording._", lambda text: f"RU {text}")
        assert "RU There are 2 lists" in page(world.client("centre", "statistician"), "estimate", row.pk)
    with pytest.raises(Problem, match="No figure of this method"):
        actions.sign(world.actor("centre", "statistician"), row, method="stepwise")


def test_strangers_and_those_who_may_not_see_small_counts_do_not(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = done(world, monkeypatch)
    address = reverse("estimate", args=[row.pk])
    assert world.client("stranger", "statistician").get(address).status_code == 404
    for role in ("programme_officer", "worker", "supervisor"):
        assert world.client("centre", role).get(address).status_code in {403, 404}
    assert "Adults" not in page(world.client("centre", "programme_officer"), "estimates")
    assert "Adults" not in page(world.client("stranger", "statistician"), "estimates")


def test_a_worker_that_died_is_followed_three_times_and_a_late_one_changes_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = waiting(world)
    first = working.take()
    assert first is not None
    assert working.take() is None  # it is held
    over = timezone.now() - working.LEASE
    Estimate.objects.filter(pk=row.pk).update(leased_until=over)
    assert working.take() is not None
    assert not working._Held(first.pk, first.lease).keep(state="done")  # type: ignore[arg-type]
    for left in (1, 0):
        Estimate.objects.filter(pk=row.pk).update(leased_until=over)
        assert (working.take() is not None) == bool(left)
    row.refresh_from_db()
    assert row.state == Estimate.State.FAILED
    with pytest.raises(WrongState):
        actions.start(world.actor("centre", "statistician"), row, about={}, settings={})
