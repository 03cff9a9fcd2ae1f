"""The demonstration speaks the codes of the lists, for every role, and is made once."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.conf import settings

from kamkor.access.models import Membership
from kamkor.access.policy import CASE_AND_LAWYER, EVERYONE
from kamkor.base import codelists, wall
from kamkor.base.codelists import CodeField
from kamkor.cli import demo as module
from kamkor.people.models import Person

BOTH = pytest.mark.django_db(databases=["default", "keys"])


def columns() -> list[tuple[str, CodeField]]:
    fields = [(model._meta.label, field) for model in apps.get_models() for field in model._meta.get_fields()]
    return [(label, field) for label, field in fields if isinstance(field, CodeField)]


@BOTH
def test_every_column_of_codes_names_a_list_that_exists() -> None:
    assert len(columns()) > 50
    missing = {
        (label, field.name, field.list_name)
        for label, field in columns()
        if not codelists.entries(field.list_name)
    }
    assert not missing


@BOTH
def test_everything_in_it_is_a_code_of_its_list(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module, "ACCOUNTS", tmp_path / "accounts.json")
    result = CliRunner().invoke(module.demo)
    assert result.exit_code == 0, result.output
    assert (tmp_path / "accounts.json").stat().st_mode & 0o077 == 0
    with wall.acting(None, scope="all"):
        for label, field in columns():
            values = set(apps.get_model(label)._base_manager.values_list(field.name, flat=True)) - {"", None}
            assert values <= codelists.entries(field.list_name).keys(), f"{label}.{field.name}"
        assert set(Membership.objects.values_list("role", flat=True)) == set(EVERYONE)
        readers = Membership.objects.filter(desk__code="crisis-centre", role__in=CASE_AND_LAWYER)
        assert readers.count() > settings.CASELOADS_ABOVE, "nobody would see what opening a file outside asks"
        count = Person.objects.count()
        assert CliRunner().invoke(module.demo).exit_code == 0
        assert Person.objects.count() == count > 0
