"""Asks for the pages of a desk and reads the plan of every statement that they send."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, connections

from bench.measures.acting import Browser, ask, signed_in
from bench.measures.pages import own_cases, scenes
from kamkor.assistance.models import Case
from kamkor.base import wall
from kamkor.wsgi import application
from tests.walls.test_access_walk import GUARDED

BIG = 10_000  # rows
ROLES = ("worker", "supervisor", "operator")
SIZES = (
    "SELECT relname, reltuples::bigint, relrowsecurity FROM pg_class WHERE relkind = 'r' AND reltuples > 0"
)
Node = dict[str, Any]  # of a plan, as PostgreSQL writes it


@dataclass
class Table:
    rows: int
    walled: bool
    indexes: set[str] = field(default_factory=set)
    scanned_by: set[str] = field(default_factory=set)  # pages that read all of it
    asked: int = 0


@dataclass
class Reader:
    """Reads the plan of each statement before it is run."""

    tables: dict[str, Table]
    page: str = ""
    statements: set[str] = field(default_factory=set)

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, *rest: Any) -> Any:
        """As Django calls what is wrapped around each statement; `rest` is (many, context)."""
        if sql.startswith(("SELECT", "UPDATE", "DELETE")) and sql not in self.statements:
            self.statements.add(sql)
            with rest[-1]["connection"].connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                [[plan]] = cursor.fetchall()
            for node in nodes((json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]):
                self.note(node)
        return execute(sql, params, *rest)

    def note(self, node: Node) -> None:
        table = self.tables.get(node.get("Relation Name", ""))
        if table is None:
            return
        table.asked += 1
        if "Index Name" in node:
            table.indexes.add(node["Index Name"])
        elif node["Node Type"] == "Seq Scan":
            table.scanned_by.add(self.page)


def nodes(plan: Node) -> Iterator[Node]:
    yield plan
    for part in plan.get("Plans", []):
        below = list(nodes(part))
        # A scan of the bitmap of an index names the table, the scan of the index below it names the index.
        for node in below:
            if node["Node Type"] == "Bitmap Index Scan" and "Relation Name" in plan:
                node["Relation Name"] = plan["Relation Name"]
        yield from below


def pages(browser: Browser) -> Iterator[tuple[str, dict[str, object] | None]]:
    """Every page of the desk and of one of its cases, and the scenes that are timed."""
    with wall.acting(None, scope="all"):
        case = own_cases(browser)[0]
    for route, guard in GUARDED.items():
        if "GET" in guard.methods and guard.model in (None, Case):
            path = route.replace("<int:pk>", str(case.pk))
            if "<" not in path:
                yield path, None
    yield "/desk/people/?q=%D0%90%D0%B9%D0%B3%D2%AF%D0%BB", None
    for scene in scenes(browser):
        with wall.acting(None, scope="all"):
            prepared = scene.prepare(0)
        yield prepared


def read(browser: Browser, tables: dict[str, Table]) -> int:
    """Ask for all pages; gives how many different statements they sent."""
    reader = Reader(tables)
    with connections["default"].execute_wrapper(reader), connections["keys"].execute_wrapper(reader):
        for path, form in pages(browser):
            reader.page = path
            ask(application, browser.environ(path, form))
    return len(reader.statements)


def measure(rounds: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SIZES)
        tables = {name: Table(rows, walled) for name, rows, walled in cursor.fetchall()}
    number = sum(read(signed_in(role), tables) for role in ROLES)
    print(f"{number:,} statements of {', '.join(ROLES)}; tables behind the wall, and others that are big:\n")
    print("| Table | Rows | Behind the wall | Asked | Indexes | Read whole |\n|---|--:|---|--:|---|---|")
    for name, table in sorted(tables.items(), key=lambda pair: -pair[1].rows):
        if table.asked and (table.walled or table.rows > BIG):
            whole = f"{len(table.scanned_by)} pages" if table.scanned_by else ""
            walled = "yes" if table.walled else ""
            used = ", ".join(f"`{index}`" for index in sorted(table.indexes))
            print(f"| {name} | {table.rows:,} | {walled} | {table.asked} | {used} | {whole} |")
    print(flush=True)
    slow = {name: sorted(table.scanned_by) for name, table in tables.items() if table.rows > BIG}
    if any(slow.values()):
        raise SystemExit(f"Big tables are read whole: { {name: by for name, by in slow.items() if by} }")
