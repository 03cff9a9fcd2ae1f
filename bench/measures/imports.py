"""A table of persons, 1 % of its rows bad, taken over as the page does it, then compared and undone."""

import resource
import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from kamkor.access.actor import Actor
from kamkor.assistance.actions import imports as actions
from kamkor.assistance.imports import checking, fields, incoming
from kamkor.assistance.imports.incoming import Sent
from kamkor.assistance.imports.understanding import Setup
from kamkor.assistance.models import TableImport
from kamkor.base import codelists, wall
from kamkor.people import duplicates
from kamkor.people.actions import duplicates as looking
from kamkor.people.models import DuplicateScan
from tests import world
from tests.import_files import as_spreadsheets_write, make


def measure(rows: int) -> None:
    """Prints one Markdown table."""
    codelists.load()
    settings.IMPORT_MAX_ROWS = rows
    with wall.acting(None, scope="all"):
        actor = world.build().actor("centre", "supervisor")
    sent = Sent("persons", "list.csv", make(rows, bad=0.01).content)
    print(f"### {rows:,} rows, {len(sent.content) / 2**20:.0f} MB, {connection.vendor}\n")
    print("| step | rows | seconds (CPU) | rows/s (CPU) | requests | longest request (CPU s) | memory (MB) |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    before = time.process_time()
    with wall.acting(actor.desk_id):
        imported = actions.receive(actor, actor.desk, sent=sent)
        headings = incoming.heading(actor, imported).headings
        chosen = Setup("persons", tuple(fields.propose("persons", headings)))
        actions.match(actor, imported, chosen=chosen)
    spent = time.process_time() - before
    told("send and cut up", rows, [spent])
    workbook(actor, rows)
    imported = pass_over(actor, imported, "check every row", rows)
    with wall.acting(actor.desk_id):
        actions.take(actor, imported, keep_good=True, likely="new")
    imported = pass_over(actor, imported, "take the good rows", imported.good)
    with wall.acting(actor.desk_id):
        listed = len(checking.bad_rows(actor, imported))
    print(f"\nIn the books: {imported.taken:,}. Bad rows listed: {listed:,} of {imported.bad:,}.\n")
    print("| step | rows | seconds (CPU) | rows/s (CPU) | requests | longest request (CPU s) | memory (MB) |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    compare(actor, imported.taken)
    with wall.acting(actor.desk_id):
        actions.undo(actor, imported)
    pass_over(actor, imported, "undo all of it", imported.taken)
    print()


def workbook(actor: Actor, rows: int) -> None:
    """The same rows as a spreadsheet program keeps them: sent, read, thrown away."""
    book = as_spreadsheets_write(make(rows, bad=0.01, layout="xlsx").content)
    sent = Sent("persons", "list.xlsx", book)
    before = time.process_time()
    with wall.acting(actor.desk_id):
        imported = actions.receive(actor, actor.desk, sent=sent)
    told("send a workbook", rows, [time.process_time() - before])
    if imported.running:
        imported = pass_over(actor, imported, "read the workbook", rows)
    assert imported.rows == rows
    with wall.acting(actor.desk_id):
        actions.drop(actor, imported)


def pass_over(actor: Actor, imported: TableImport, name: str, rows: int) -> TableImport:
    """Every request until the pass is over."""

    def go_on() -> bool:
        now = TableImport.objects.get(pk=imported.pk)
        if now.running:
            actions.step(actor, now, seen=now.done)
        return now.running

    told(name, rows, requests(actor, go_on))
    with wall.acting(actor.desk_id):
        return TableImport.objects.get(pk=imported.pk)


def compare(actor: Actor, rows: int) -> None:
    """The first thousand people against all of them; the rest would take as long each."""
    some = min(rows, 1000)
    with wall.acting(actor.desk_id):
        scan = looking.look(actor, actor.desk)
        DuplicateScan.objects.filter(pk=scan.pk).update(last=min(scan.last, duplicates.AT_ONCE * 5))

    def go_on() -> bool:
        now = DuplicateScan.objects.get(pk=scan.pk)
        if now.ended_at is None:
            looking.step(actor, now, seen=now.position)
        return now.ended_at is None

    told("compare files, each with all", some, requests(actor, go_on))


def requests(actor: Actor, go_on: Callable[[], bool]) -> list[float]:
    spent = []
    more = True
    while more:
        before = time.process_time()
        with wall.acting(actor.desk_id):
            more = go_on()
        spent.append(time.process_time() - before)
    return spent


def told(name: str, rows: int, spent: list[float]) -> None:
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    total = sum(spent)
    print(
        f"| {name} | {rows:,} | {total:.1f} | {rows / total:,.0f} | {len(spent)} | {max(spent):.2f}"
        f" | {memory:.0f} |",
        flush=True,
    )
