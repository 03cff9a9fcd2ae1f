"""Where nobody of a desk can help, the operator takes a lost second factor back, and it is not hidden."""

import re

import pytest
from click.testing import CliRunner
from django.test import Client
from django.urls import reverse

from kamkor.access import factors
from kamkor.access.models import FactorNotice
from kamkor.base.models import AuditEvent
from kamkor.cli.factors import second_factors
from tests.access.entering import newcomer, with_app
from tests.world import World


def test_the_operator_prints_a_card_and_she_is_told(world: World) -> None:
    user = newcomer(world)
    with_app(user)
    client = Client()
    client.force_login(user)
    result = CliRunner().invoke(second_factors, ["reset", "Newcomer", "--reason", "lost"])
    assert result.exit_code == 0, result.output
    codes = re.findall(r"\d{5} \d{5}", result.output)
    assert len(codes) == factors.CODES
    assert not factors.kinds_of([user.pk])[user.pk][1:]
    assert factors.use_code(user, codes[0].replace(" ", ""))
    notice = FactorNotice.objects.get(user=user)
    assert (notice.what, notice.reason, notice.by, notice.told_at) == ("reset", "lost", None, None)
    assert client.get(reverse("my-work"))["Location"].startswith(reverse("sign-in"))
    assert AuditEvent.objects.get(verb="member.factors").reason == "lost"


@pytest.mark.parametrize(
    "given", [["nobody", "--reason", "lost"], ["newcomer"], ["newcomer", "--reason", "no"]]
)
def test_not_without_a_reason_or_an_account(world: World, given: list[str]) -> None:
    newcomer(world)
    assert CliRunner().invoke(second_factors, ["reset", *given]).exit_code != 0
    assert not FactorNotice.objects.exists()
