"""Tables of answers that lie in the database: the page, and the command with all its questions."""

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.urls import reverse

from bench.surveys import NUMBERS, ONE, SEVERAL, form, made_up, names
from kamkor.base import codelists, wall
from kamkor.cli.forms import forms
from kamkor.methods.surveys.counting import Rows
from kamkor.methods.surveys.tables import Asked, tabulate
from kamkor.surveys import actions, checking
from kamkor.surveys.models import Questionnaire, Submission, Version
from kamkor.surveys.stored import open_submissions
from kamkor.surveys.views import read
from kamkor.vault import tokens
from kamkor.vault.keyring import seal_for
from tests.world import PASSPHRASE, World, build

DISTINCT = 20_000  # filled forms that differ; each is there many times
BY_ROWS = 100_000  # of which each is read, as a comparison
ID = {"sqlite": "lower(hex(randomblob(16)))", "postgresql": "gen_random_uuid()"}


def measure(submissions: int) -> None:
    codelists.load()
    with wall.acting(None, scope="all"):
        world = build()
        version = begun(world)
        stored(version, submissions)
    told(world, version.questionnaire, submissions)


def begun(world: World) -> Version:
    """A form with few answers that differ."""
    actor, raw = world.actor("centre", "supervisor"), form()
    checked = checking.check("f.xlsx", raw)
    version = actions.upload(actor, actor.desk, checked=checked, workbook=raw, of="places")
    device = actions.add_device(actor, actor.desk, secret=tokens.new_secret(), name="Phone")
    item = seal_for(actor.desk.holder, "submission", "<data/>")[1]
    first = Submission(
        desk=actor.desk, questionnaire=version.questionnaire, version=version, device=device, item=item,
        instance_id="first", answers={},
    )  # fmt: skip
    first.save()
    return version


def stored(version: Version, submissions: int) -> None:
    """The same rows again and again, each with an item of its own, as the database makes them fastest."""
    with connection.cursor() as cursor:
        cursor.execute("create temporary table differs (n integer primary key, answers text)")
        found = (zip(names(), row, strict=True) for row in made_up(DISTINCT))
        said = [json.dumps({"main": {name: one for name, one in row if one}, "repeats": {}}) for row in found]
        cursor.executemany("insert into differs values (%s, %s)", list(enumerate(said)))
        own = ID[connection.vendor]
        count = (
            "with recursive c(n) as (select 1 union all select n + 1 from c where n < %s)"
            if connection.vendor == "sqlite" else "with c as (select generate_series(1, %s) as n)"
        )  # fmt: skip
        copies = f"create temporary table copies as {count} select n, {own} as item from c"
        cursor.execute(copies, [submissions])
        copied(cursor, "vault_item", {"id": "copies.item"}, "label = 'submission'")
        answers = "differs.answers" + ("::jsonb" if connection.vendor == "postgresql" else "")
        copied(
            cursor, "surveys_submission",
            {"item_id": "copies.item", "instance_id": "copies.item", "answers": answers},
            "instance_id = 'first'",
        )  # fmt: skip
        cursor.execute("delete from surveys_submission where instance_id = 'first'")
    with connection.cursor() as cursor:
        cursor.execute("analyze")


def copied(cursor: Any, table: str, changed: dict[str, str], which: str) -> None:
    columns = [one.name for one in connection.introspection.get_table_description(cursor, table)]
    kept = [name for name in columns if name != "id" or "id" in changed]
    values = ", ".join(changed.get(name, f"one.{name}") for name in kept)
    joined = f"(select * from {table} where {which} limit 1) one, copies"
    joined += f" join differs on differs.n = copies.n % {DISTINCT}" if "answers" in changed else ""
    cursor.execute(f"insert into {table} ({', '.join(kept)}) select {values} from {joined}")


def told(world: World, questionnaire: Questionnaire, submissions: int) -> None:
    client = world.client("centre", "supervisor")
    address = reverse("questionnaire-tables", args=[questionnaire.pk])
    print(f"\n{submissions:,} in {connection.vendor}:\n")
    print("| What | Seconds by the clock | CPU seconds of Kamkor's process |\n| --- | --- | --- |")
    for what, asked in (
        ("the page: one answer by oblast", {"of": "o0", "by": "region"}),
        ("the page: several answers by oblast", {"of": "s0", "by": "region"}),
        ("the page: a number", {"of": "n0"}),
    ):
        clocked(what, partial(page, client, address, asked, submissions))
    with TemporaryDirectory() as place:
        phrase = Path(place) / "phrase"
        phrase.write_text(PASSPHRASE)
        acting = ["--as", "centre", "--desk", "centre", "--passphrase-file", str(phrase)]
        command = ["table", questionnaire.form_id, "--by", "region", "--json", *acting]
        clocked("`kamkor forms table --by region`: all 20 questions", lambda: commanded(command, submissions))
    part = min(BY_ROWS, submissions)
    clocked(f"{part:,} of them row by row: all 20 questions", lambda: by_rows(world, questionnaire, part))


def clocked(what: str, work: Callable[[], None]) -> None:
    clock, cpu = time.perf_counter(), time.process_time()
    work()
    clock, cpu = time.perf_counter() - clock, time.process_time() - cpu
    print(f"| {what} | {clock:.1f} | {cpu:.1f} |", flush=True)


def page(client: Client, address: str, asked: dict[str, str], submissions: int) -> None:
    shown = client.get(address, asked)
    assert f"{submissions} were asked" in shown.content.decode(), shown.status_code


def commanded(command: list[str], submissions: int) -> None:
    done = CliRunner().invoke(forms, command, catch_exceptions=False)
    made = json.loads(done.stdout)
    assert len(made["tables"]) == ONE + SEVERAL + NUMBERS, done.stderr
    assert made["tables"][0]["columns"][0]["base"] == submissions


def by_rows(world: World, questionnaire: Questionnaire, part: int) -> None:
    """As it was done before, for a part: a million take more memory than they are worth."""
    actor = world.actor("centre", "supervisor")
    with wall.acting(actor.desk_id):
        asks, _flaws = read(questionnaire.newest())
        found = open_submissions(actor, questionnaire).order_by("pk").values_list("answers", flat=True)[:part]
        rows = Rows([answers["main"] for answers in found.iterator()])
    tabulate(asks, rows, Asked(by="region"))
