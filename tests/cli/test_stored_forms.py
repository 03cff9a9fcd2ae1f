"""`kamkor forms table|export FORM_ID --as USER --desk DESK`: each option, and whoever may not."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kamkor.access.models import Desk
from kamkor.base.models import AuditEvent
from kamkor.cli.forms import forms
from kamkor.methods.surveys.counting import Rows
from kamkor.surveys import actions, checking
from kamkor.surveys.models import Device, Questionnaire, Submission
from kamkor.vault import tokens
from kamkor.vault.keyring import seal_for
from tests.methods.surveys.books import workbook
from tests.surveys.test_openrosa import SECRET, filled
from tests.surveys.test_without_line import Browser
from tests.world import PASSPHRASE, World

SHEETS = {
    "survey": [
        ("type", "name", "label"),
        ("select_one region", "region", "Region"),
        ("select_multiple need", "needs", "Needs"),
        ("integer", "weight", "Weight"),
        ("text", "story", "Story"),
        ("begin repeat", "member", "Member"),
        ("select_one yes", "away", "Away"),
        ("end repeat", "", ""),
    ],
    "choices": [
        ("list_name", "name", "label"),
        *(("region", name, name.title()) for name in ("osh", "naryn")),
        *(("need", name, name.title()) for name in ("food", "work")),
        *(("yes", name, name.title()) for name in ("yes", "no")),
    ],
    "settings": [("form_id", "form_title", "version"), ("needs", "What is needed", "2026-1")],
}


@pytest.fixture
def asked(world: World, monkeypatch: pytest.MonkeyPatch) -> Questionnaire:
    """Twelve answers in two half-years; two of them from Naryn, one of which weighs as much as ten."""
    monkeypatch.setattr(checking, "has_java", lambda: False)
    actor, raw = world.actor("centre", "supervisor"), workbook(SHEETS)
    version = actions.upload(actor, actor.desk, checked=checking.check("n.xlsx", raw), workbook=raw)
    device = actions.add_device(actor, actor.desk, secret=tokens.new_secret(), name="Phone")
    for number in range(12):
        away = [{"member/away": "yes"}, {"member/away": "no"}]
        main = {"region": "osh" if number < 10 else "naryn", "needs": "food work", "weight": "1"}
        add(version, device, number, main | ({"weight": "10"} if number == 11 else {}), away)
    return version.questionnaire


def add(version: Any, device: Device, number: int, main: dict[str, str], away: list[dict[str, str]]) -> None:
    Submission.objects.create(
        desk=device.desk,
        questionnaire=version.questionnaire,
        version=version,
        device=device,
        instance_id=str(number),
        received_at=datetime(2026, 3 if number % 2 else 9, 1, tzinfo=UTC),
        answers={"main": main, "repeats": {"member": away}},
        item=seal_for(device.desk.holder, "submission", "<data/>")[1],
    )


@pytest.fixture
def phrase(tmp_path: Path) -> Path:
    (tmp_path / "phrase").write_text(PASSPHRASE + "\n")
    return tmp_path / "phrase"


def run(command: str, phrase: Path, *more: str, desk: str = "centre", user: str = "") -> Result:
    acting = ("--as", user or desk, "--desk", desk, "--passphrase-file", str(phrase))
    done = CliRunner().invoke(forms, [command, *more, *acting])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done


def tables(done: Result) -> dict[str, Any]:
    assert done.exit_code == 0, done.stderr
    return {table["question"]: table for table in json.loads(done.stdout)["tables"]}


def test_every_option_of_a_table(world: World, asked: Questionnaire, phrase: Path) -> None:
    by = tables(run("table", phrase, "needs", "--by", "region", "--json", "--smallest", "1"))
    # Of people, 2 of 12 are hidden, and so is what would tell them.
    assert [column["base"] for column in by["needs"]["columns"]] == [12, None, None]
    assert by["member/away"]["unit"] == "member"
    assert "story" not in by
    actions.seal(world.actor("centre", "supervisor"), asked, sealed=[], of="places")
    rounds = tables(run("table", phrase, "needs", "--by", "round", "--of", "region", "--json"))
    assert [column["value"] for column in rounds["region"]["columns"]] == ["(all)", "2026 I", "2026 II"]
    assert [column["base"] for column in rounds["region"]["columns"]] == [12, 6, 6]
    one = tables(run("table", phrase, "needs", "--round", "2026 I", "--json"))
    assert one["member/away"]["columns"][0]["base"] == 12  # two rows each of six
    heavy = tables(
        run("table", phrase, "needs", "--weight", "weight", "--of", "region", "--smallest", "1", "--json")
    )
    shares = {row["value"]: row["cells"][0]["share_of_all"] for row in heavy["region"]["rows"]}
    assert shares["naryn"] == pytest.approx(100 * 11 / 21, abs=0.1)
    assert run("table", phrase, "needs", "--xlsx").stdout_bytes.startswith(b"PK")
    assert run("table", phrase, "needs", "--csv").stdout.lstrip("\ufeff").startswith("question,label")
    assert "asked 12" in run("table", phrase, "needs", "--cut").stdout
    assert AuditEvent.objects.filter(verb="form.tables", desk_id=asked.desk_id).count() >= 6


CANNOT = (
    ("nothing", 1, "has no form nothing"),
    ("needs.xlsx", 1, "no such file"),
    ("needs --by nothing", 1, "asks no question nothing"),
    ("needs --by story", 1, "sealed"),
    ("needs --by needs", 1, "one answer"),
    ("needs --of nothing", 1, "asks no question nothing"),
    ("needs --weight story", 1, "not sealed"),
    ("needs --weight nothing", 1, "no such question"),
    ("needs --round 2019", 1, "2026 I, 2026 II"),
    (f"needs --answers {__file__}", 2, "belongs to a form in a file"),
)


def test_what_cannot_be_is_said_with_the_mend(asked: Questionnaire, phrase: Path) -> None:
    for more, code, said in CANNOT:
        done = run("table", phrase, *more.split(), "--json")
        assert (done.exit_code, done.stdout) == (code, ""), more
        assert said in done.stderr


def test_strangers_and_state_bodies(world: World, asked: Questionnaire, phrase: Path, tmp_path: Path) -> None:
    for desk in ("police", "stranger", "commission"):
        for command in (["table", "--json"], ["export", "--to", "csv", "--out", str(tmp_path / "x.csv")]):
            done = run(command[0], phrase, "needs", *command[1:], desk=desk)
            assert (done.exit_code, done.stdout) == (1, "")
    assert run("table", phrase, "needs", user="police").exit_code == 1
    assert CliRunner().invoke(forms, ["table", "needs"]).exit_code == 2
    (tmp_path / "wrong").write_text("wrong\n")
    assert "does not open" in run("table", tmp_path / "wrong", "needs").stderr
    # Named organisations, and the desk itself is of the state: tables with small numbers hidden, no rows.
    actions.seal(world.actor("centre", "supervisor"), asked, sealed=[], of="organisations")
    Desk.objects.get(code="centre").organisation.__class__.objects.update(state=True)
    done = run("export", phrase, "needs", "--to", "csv", "--out", str(tmp_path / "x.csv"))
    assert (done.exit_code, "state body" in done.stderr, (tmp_path / "x.csv").exists()) == (1, True, False)
    by = tables(run("table", phrase, "needs", "--by", "region", "--json", "--smallest", "1"))
    assert [column["base"] for column in by["needs"]["columns"]] == [12, None, None]


def test_rows_leave_without_what_is_sealed_and_nothing_asked_is_no_error(
    asked: Questionnaire, phrase: Path, tmp_path: Path
) -> None:
    done = run("export", phrase, "needs", "--to", "xlsx", "--out", str(tmp_path / "x"))
    assert (done.exit_code, Path(done.stdout.strip()).suffix) == (0, ".xlsx"), done.stderr
    Submission.objects.all().delete()
    for more in (["--json"], ["--json", "--by", "region"], ["--json", "--by", "round"], ["--csv"], []):
        empty = run("table", phrase, "needs", *more)
        assert empty.exit_code == 0, empty.stderr
    assert json.loads(run("table", phrase, "needs", "--json").stdout)["submissions"] == 0
    for kind in ("csv", "zip", "hxl"):
        done = run("export", phrase, "needs", "--to", kind, "--out", str(tmp_path / f"e.{kind}"))
        assert done.exit_code == 0, done.stderr


def test_what_waits_sealed_is_opened_by_the_command(
    world: World, asked: Questionnaire, phrase: Path, django_capture_on_commit_callbacks: Any
) -> None:
    browser = Browser(world)
    form = filled("uuid:9", form="needs").replace("<region>osh", "<region>naryn")
    browser.told(browser.form(form), browser.sealed(b"nonsense"))
    done = run("table", phrase, "needs", "--json")
    assert json.loads(done.stdout)["submissions"] == 13
    assert ("Opened now: 1" in done.stderr, SECRET in done.stdout) == (True, False)
    assert Rows.PARENT not in done.stdout
