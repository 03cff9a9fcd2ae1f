"""Tables taken over from the command line, by the same code as on the page."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kamkor.assistance.models import ImportMapping, TableImport
from kamkor.cli.imports import import_table
from kamkor.people.models import Person
from tests.assistance.test_imports import BAD, CHILD, GOOD, HEAD
from tests.world import PASSPHRASE, World


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "good.csv").write_text(HEAD + GOOD + CHILD)
    (tmp_path / "mixed.csv").write_text(HEAD + GOOD + BAD)
    (tmp_path / "odd.csv").write_text("kim;qachon\nМисалова Айгүл;1996\n")
    (tmp_path / "phrase").write_text(PASSPHRASE + "\n")
    return tmp_path


def run(files: Path, name: str, *more: str, desk: str = "centre", kind: str = "persons") -> tuple[int, str]:
    acting = ["--as", desk, "--desk", desk, "--passphrase-file", str(files / "phrase")]
    result = CliRunner().invoke(import_table, [str(files / name), "--kind", kind, *more, *acting])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_a_dry_run_takes_nothing(world: World, files: Path) -> None:
    code, output = run(files, "good.csv", "--dry-run")
    assert (code, Person.objects.count()) == (0, 0), output
    assert "2 rows: 2 good, 0 bad" in output
    assert TableImport.objects.get().state == "dropped"


def test_bad_rows_are_listed_without_their_values(world: World, files: Path) -> None:
    code, output = run(files, "mixed.csv")
    assert (code, Person.objects.count()) == (1, 0)
    assert "mixed.csv:3: Date of birth: write the date" in output
    assert "Сынаков" not in output
    code, output = run(files, "mixed.csv", "--keep-good")
    assert (code, Person.objects.count()) == (1, 1), output


def test_a_mapping_from_a_file_or_remembered(world: World, files: Path) -> None:
    code, output = run(files, "odd.csv")
    assert code == 2
    assert "Say who agreed" in output
    (files / "map.json").write_text(json.dumps({"kim": "name", "qachon": "birth_year"}))
    code, output = run(files, "odd.csv", "--mapping", str(files / "map.json"), "--everybody-agreed")
    assert (code, Person.objects.get().birth_year) == (0, 1996), output
    name = ImportMapping.objects.get().name
    code, output = run(files, "odd.csv", "--mapping", name, "--likely", "skip", "--again")
    assert (code, Person.objects.count()) == (0, 1), output
    assert run(files, "odd.csv", "--mapping", "nothing-so", "--everybody-agreed")[0] == 2


def test_the_role_and_the_desk_decide(world: World, files: Path) -> None:
    world.desks["centre"].memberships.exclude(role="worker").delete()
    code, output = run(files, "good.csv")
    assert (code, Person.objects.count()) == (1, 0)
    assert "does not allow" in output
