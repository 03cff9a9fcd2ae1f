"""What several journeys begin with."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from tests.journeys.conftest import Desk

ANSWERS: dict[str, str | bool] = {
    "medical_need": "none",
    "sleeps_tonight": "shelter_needed",
    "danger": "possible",
    "accompanied": "alone",
    "language": "ky",
    "sex": "female",
    "age": "adult",
    "came_by": "self",
    "agreed": True,
    "next_step": "doctor",
}


@dataclass(frozen=True)
class Taken:
    """A person who was taken in: the numbers of her case and of her file."""

    case: int
    person: int

    @property
    def case_path(self) -> str:
        return f"/desk/cases/{self.case}/"

    @property
    def person_path(self) -> str:
        return f"/desk/people/{self.person}/"


def take_in(desk: Desk, call_name: str, **answers: str | bool) -> Taken:
    """Day 1 on its one page, as far as it must be filled in."""
    desk.go("/desk/people/new")
    desk.fill(**(ANSWERS | {"call_name": call_name} | answers))
    desk.submit()
    return taken(desk)


def taken(desk: Desk) -> Taken:
    """The case that is open now, and the file that it leads to."""
    file = desk.page.locator("main a[href^='/desk/people/']:not([href*='new'])")
    href = next(
        way for way in file.evaluate_all("all => all.map(a => a.getAttribute('href'))") if way.count("/") == 4
    )
    return Taken(desk.id(), int(href.split("/")[3]))


def yesterday() -> str:
    return str(timezone.localdate() - timedelta(days=1))


def desk_name(desk: Desk) -> str:
    """The desk that somebody works at, as the head of each page says."""
    return desk.go("/desk/").locator(".kamkor-header__account span").first.inner_text()
