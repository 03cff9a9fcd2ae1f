"""Check a firm: for anybody, however it is spelt, and never “safe”."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from kamkor.prevention.actions import recruiters
from tests.prevention.registering import firm_with_permit
from tests.world import World

SAFE = re.compile(r"is safe|are safe|trustworthy|reliable", re.IGNORECASE)


@pytest.mark.parametrize("spelling", ["Ак жол карьера", "ak-zhol karera", "AK JOL CAREER"])
def test_a_person_says_which_firm_it_is_and_reads_what_the_permit_covers(world: World, spelling: str) -> None:
    permit = firm_with_permit(world)
    page = reverse("firm-check")
    asked = Client().post(page, {"name": spelling}).content.decode()
    assert "Which of these is it?" in asked
    assert "Seoul Farm" not in asked  # nothing is said before somebody confirms
    told = Client().post(page, {"name": spelling, "firm": permit.recruiter_id}).content.decode()
    assert "no permit in force today" in told  # it is suspended
    keeper = world.actor("commission", "permit_officer")
    recruiters.add_event(keeper, permit, kind="resumed", on=date(2026, 9, 20), until=None, ground="")
    told = Client().post(page, {"name": spelling, "firm": permit.recruiter_id}).content.decode()
    assert "What the permit covers" in told
    assert "No permit makes an offer safe" in told
    assert not SAFE.search(told)


def test_who_is_not_on_the_register_is_told_so_and_nothing_sealed_is_shown(world: World) -> None:
    permit = firm_with_permit(world)
    keeper = world.actor("commission", "permit_officer")
    recruiters.write_owners(keeper, permit.recruiter, text="Owner's own name")
    unknown = Client().post(reverse("firm-check"), {"name": "Ала-Тоо Тур"})
    assert "No firm of this name is on the register" in unknown.content.decode()
    assert Client().post(reverse("firm-check"), {"name": ""}).status_code == 422
    for asked in ("Ak-Jol", "%", "_", "а" * 160, "' OR 1=1"):
        answer = Client().post(reverse("firm-check"), {"name": asked, "firm": permit.recruiter_id})
        assert answer.status_code == 200
        assert "own name" not in answer.content.decode()
