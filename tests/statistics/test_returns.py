"""Half-year returns: entered by one, signed by another, doubted before, and changed only with a reason."""

import datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, transaction
from django.urls import reverse
from django.utils import timezone

from kamkor.access.actor import Actor
from kamkor.access.models import Membership
from kamkor.assistance.models import Task
from kamkor.base import codelists
from kamkor.base.problems import Problem
from kamkor.methods.indicators import Period, declared
from kamkor.prevention.models import Claim, ClaimRow, ClaimStep
from kamkor.statistics import returns
from kamkor.statistics.indicators import all_results
from kamkor.statistics.models import Return, ReturnChange, ReturnFigure
from tests.statistics.test_indicators import presume
from tests.world import World


@pytest.fixture
def loaded(world: World) -> World:
    codelists.load()
    Membership.objects.create(user=world.users["line"], desk=world.desks["police"], role="supervisor")
    return world


def colleague(world: World) -> Actor:
    """Somebody else at the police desk."""
    membership = Membership.objects.get(user=world.users["line"], desk=world.desks["police"])
    return Actor(membership=membership, user=world.users["line"])


def entered(world: World, period: str = "2026H1", **given: int | None) -> Return:
    numbers = {item: None if value is None else Decimal(value) for item, value in given.items()}
    actor = world.actor("police", "investigator")
    return returns.enter(
        actor, world.desks["police"], period=period, given=numbers, texts={"obstacles": "No car"}
    )


def test_a_second_person_signs_and_only_then_it_counts(loaded: World) -> None:
    row = entered(loaded, statements_made=14, cases_opened=12)
    with pytest.raises(Problem, match="second person"):
        returns.sign(loaded.actor("police", "investigator"), row)
    justice = declared()[0]["justice"]
    made = {each.measure.code: each for each in all_results(Period("2026"), [justice])["justice"]}
    assert made["statements_made"].text == "–"  # not sent is not none
    returns.sign(colleague(loaded), row)
    made = {each.measure.code: each for each in all_results(Period("2026"), [justice])["justice"]}
    assert made["statements_made"].value == 14
    assert made["persons_convicted"].text == "–"


def test_a_signed_number_keeps_what_it_was(loaded: World) -> None:
    row = entered(loaded, statements_made=14)
    returns.sign(colleague(loaded), row)
    actor = loaded.actor("police", "investigator")
    with pytest.raises(Problem, match="is signed"):
        entered(loaded, statements_made=15)
    figure = ReturnFigure.objects.get(item="statements_made")
    with pytest.raises(Problem, match="why"):
        returns.change(actor, figure, value=Decimal(15), why=" ")
    returns.change(actor, figure, value=Decimal(15), why="counted again")
    kept = ReturnChange.objects.get()
    assert (kept.old, kept.new) == (Decimal(14), Decimal(15))
    assert (kept.why, kept.by) == ("counted again", loaded.users["police"])
    with pytest.raises(Error), transaction.atomic():
        ReturnChange.objects.all().delete()


def test_doubts_against_the_last_half_year_and_against_the_whole(loaded: World) -> None:
    entered(loaded, "2025H2", statements_made=4, cases_opened=6)
    desk, given = (
        loaded.desks["police"],
        {"statements_made": Decimal(14), "statements_registered": Decimal(15)},
    )
    said = " ".join(returns.doubts(desk, Period("2026H1"), given))
    assert "Persons who made a statement: 14, last time 4." in said
    assert "Criminal cases opened: empty, last time 6." in said
    assert "Statements registered: 15 is more than Persons who made a statement (14)." in said


def test_a_file_is_taken_whole_or_its_first_wrong_row_is_named(loaded: World) -> None:
    client = loaded.client("police", "investigator")
    address = reverse("return-file", args=[returns.periods()[1].code])
    for text, said in (
        ("item;value\nstatements_made;-3\n", "Row 2, value"),
        ("item,value\ncases_to_court,3\n", "Row 2, item"),  # the prosecutor is asked
        ("a,b\n1,2\n", "Row 1"),
    ):
        answer = client.post(address, {"file": SimpleUploadedFile("r.csv", text.encode())})
        assert answer.status_code == 422
        assert said in answer.content.decode()
    assert not Return.objects.exists()
    good = SimpleUploadedFile("r.csv", b"item;value\nstatements_made;1 014\ntrained;\n")
    assert client.post(address, {"file": good}).status_code == 302
    held = {figure.item: figure.value for figure in ReturnFigure.objects.all()}
    assert held == {"statements_made": 1014, "trained": None}


def test_the_form_asks_a_desk_for_its_own_and_says_who_has_not_sent(loaded: World) -> None:
    client, period = loaded.client("police", "investigator"), returns.periods()[1].code
    page = client.get(reverse("return", args=[period])).content.decode()
    assert "Statements registered" in page
    assert "Criminal cases sent to court" not in page
    sent = {"statements_made": "14", "obstacles": "No car"}
    assert client.post(reverse("return", args=[period]), sent).status_code == 302
    row = Return.objects.get()
    page = client.get(reverse("return-sign", args=[row.pk])).content.decode()
    assert "No car" in page
    assert client.post(reverse("return-sign", args=[row.pk])).status_code == 422  # who entered does not sign
    assert loaded.client("clinic", "supervisor").get(reverse("return-sign", args=[row.pk])).status_code == 404
    page = loaded.client("stranger", "statistician").get(reverse("returns-received")).content.decode()
    assert "Waits for a signature" in page


def test_a_late_return_makes_one_task_until_it_is_signed(loaded: World) -> None:
    now = datetime.datetime(2026, 7, 16, 9, tzinfo=datetime.UTC)
    assert returns.remind(now) == 0  # nobody has reported before
    entered(loaded, "2025H2", statements_made=4)
    row = entered(loaded, "2026H1", statements_made=4)
    assert returns.remind(now - datetime.timedelta(days=2)) == 0
    assert (returns.remind(now), returns.remind(now)) == (1, 0)
    assert Task.objects.get(kind="return_due").desk == loaded.desks["police"]
    returns.sign(colleague(loaded), row)
    assert not Task.objects.open().filter(kind="return_due").exists()


def test_money_that_desks_got_back_is_counted_beside_the_returns(world: World) -> None:
    codelists.load()
    year, date = timezone.localdate().year - 1, datetime.date
    desk, by = world.desks["centre"], world.users["centre"]
    for case in presume(world, 6):
        own = {"code": case.code, "case": case, "file": case.person.file, "taken_by": by}
        claim = Claim.objects.create(**own, desk=desk, taken_on=date(year, 3, 1))
        mine = {"desk": desk, "claim": claim, "recorded_by": by}
        for paid in (100, 0):
            ClaimRow.objects.create(
                **mine, kind="wages", on=date(year, 2, 1), promised=1000, per="whole", paid=paid,
                currency="RUB", som=Decimal("1.1"),
            )  # fmt: skip
        ClaimStep.objects.create(**mine, kind="paid", on=date(year, 9, 1), amount=500, currency="RUB")
        ClaimStep.objects.create(**mine, kind="paid", on=date(year, 9, 2), amount=7, currency="EUR")
    ClaimStep.objects.create(**mine, kind="awarded", on=date(year, 6, 1), amount=900, currency="KGS")
    money = declared()[0]["money"]
    made = {each.measure.code: each for each in all_results(Period(str(year)), [money])["money"]}
    told = {code: each.value for code, each in made.items() if code.startswith("recorded")}
    assert told == {
        "recorded_claimed_persons": 6,
        "recorded_claimed_som": pytest.approx(6 * 1900 * 1.1),
        "recorded_awarded_persons": None,
        "recorded_awarded_som": None,
        "recorded_paid_persons": 6,
        "recorded_paid_som": pytest.approx(6 * 550),
    }
    assert made["recorded_awarded_persons"].hidden
    assert made["recorded_awarded_som"].hidden
    assert made["paid_som"].value is None
    assert all_results(Period(f"{year}H1"), [money])["money"][-2].value == 0
