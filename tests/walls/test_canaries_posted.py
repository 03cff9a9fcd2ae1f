"""A word of its own is sent in every text field of every form; what writes it into an open column is seen.

Forms are read from the pages themselves, filled as their readers would fill them, and sent by somebody who
may. Each statement that writes is looked at, then all is taken back. What may stand open is named here.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections, transaction

from tests.databases import ON_POSTGRESQL
from tests.walls.pages import opened
from tests.walls.records import Records

CANARY = "Zarinacanary"
GUESSES = ("2026-03-08", "3", "+996555010203", "https://192.0.2.7/", "zarina")
# What may stand open: it is about organisations and work, and asks for nothing about a person in our care.
OPEN = {
    "base_codeentry": {"labels", "note"},  # code lists
    "directory_offer": {"hours"},
    "directory_outsideorganisation": {"names", "phone"},
    "identification_line": {"number"},  # of a telephone line of ours
    "prevention_advert": {"link", "outlet", "text"},  # published by others
    "prevention_agreement": {"abroad", "home", "number"},
    "prevention_departure": {"carrier", "spot"},
    "prevention_feed": {"outlet"},
    "prevention_letter": {"to_name", "words"},  # to whoever published an advert
    "prevention_permit": {"number", "partner"},
    "prevention_permitevent": {"ground"},
    "prevention_recruiter": {"address", "name", "number", "phone", "site", "spellings"},  # a public register
    "prevention_visit": {"place", "recommended", "site", "to_name"},  # to workplaces
    "statistics_release": {"changes", "why_withdrawn"},  # published
    "statistics_return": {"words"},  # of a body's half-year, published
    "surveys_activity": {"place", "title"},  # a training or a campaign
    "surveys_answercode": {"label"},  # what answers are sorted by
    "surveys_device": {"name", "why"},
    "website_sheettext": {"body", "title"},  # published
}
ENOUGH = 40  # forms that took what was typed; the others ask for what a reader of forms cannot guess
COLUMNS = re.compile(r'^(INSERT INTO|UPDATE) "(\w+)"')


@dataclass
class Form:
    """One form of a page: where it is sent, and each field with its type and what may be chosen."""

    action: str
    kinds: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, list[str]] = field(default_factory=dict)

    def filled(self, wrong: set[str], turn: int) -> dict[str, Any]:
        """As a reader fills it: the word wherever one can write, another value where that was refused."""
        sent: dict[str, Any] = {}
        for name, kind in self.kinds.items():
            refused = any(name == one or name.startswith(f"{one}_") for one in wrong)
            if kind == "text":
                sent[name] = GUESSES[turn % len(GUESSES)] if refused else f"{CANARY} {name}"
            elif kind == "file":
                sent[name] = SimpleUploadedFile(f"{CANARY}.txt", f"name\n{CANARY}\n".encode())
            elif self.chosen.get(name):
                sent[name] = self.chosen[name][turn % len(self.chosen[name]) if refused else 0]
        return sent


class Forms(HTMLParser):
    """The forms of a page that are sent by POST."""

    def __init__(self, path: str, page: str) -> None:
        super().__init__()
        self.path, self.found, self.select = path, list[Form](), ""
        self.form: Form | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.form = Form(said.get("action") or self.path) if said.get("method") == "post" else None
            self.found += [self.form] if self.form else []
        elif self.form is not None:
            self.read(tag, said, self.form)

    def read(self, tag: str, said: dict[str, str], form: Form) -> None:
        name, kind = said.get("name", ""), said.get("type", "text")
        if tag == "select":
            self.select = name
            form.kinds[name] = "choice"
        elif tag == "option" and said.get("value"):
            form.chosen.setdefault(self.select, []).append(said["value"])
        elif tag == "textarea" or (tag == "input" and kind in ("text", "search", "email", "password", "url")):
            form.kinds[name] = "text"
        elif tag == "input" and name:
            form.kinds.setdefault(name, "file" if kind == "file" else "choice")
            if kind in ("number", "date", "tel", "time", "datetime-local"):
                form.chosen[name] = [
                    {"date": "2026-03-08", "time": "09:00", "tel": "+996555010203"}.get(kind, "3")
                ]
            else:
                form.chosen.setdefault(name, []).append(said.get("value", "on"))


class Written:
    """The open columns into which the word went."""

    def __init__(self) -> None:
        self.columns: set[str] = set()

    def look(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # Django's wrapper
        begins = COLUMNS.match(sql)
        if begins and params:
            for row in params if many else [params]:
                self.columns |= set(named(sql, begins[2], row))
        return execute(sql, params, many, context)

    @contextmanager
    def watching(self) -> Iterator[None]:
        with (
            connections["default"].execute_wrapper(self.look),
            connections["keys"].execute_wrapper(self.look),
        ):
            yield


def named(sql: str, table: str, row: Sequence[Any]) -> Iterator[str]:
    """`table.column` for each value that holds the word; a NULL of an update is no value."""
    inserted = (
        re.findall(r'"(\w+)"', sql.split("VALUES", maxsplit=1)[0])[1:] if sql.startswith("INSERT") else []
    )
    columns = inserted or re.findall(r'"(\w+)" = %s', sql)
    for place, value in enumerate(row):
        text = bytes(value).decode("latin-1") if isinstance(value, bytes | memoryview) else str(value)
        if CANARY.lower() in text.lower():
            yield f"{table}.{columns[place % len(columns)]}"


def send(client: Any, form: Form) -> bool:
    """Whether it was taken, after some guesses at what a field wants that does not take any word."""
    wrong: set[str] = set()
    for turn in range(len(GUESSES)):
        with transaction.atomic(), transaction.atomic(using="keys"):
            answer = client.post(form.action, form.filled(wrong, turn))
            transaction.set_rollback(True)
            transaction.set_rollback(True, using="keys")
        if answer.status_code in (200, 302):
            return True
        fresh = set(re.findall(r'id="id_(\w+?)(?:_\d+)?_error"', answer.content.decode()))
        if answer.status_code != 422 or not fresh:
            return False
        wrong |= fresh
    return False


@pytest.mark.asvs("14.2.4")
@pytest.mark.skipif(ON_POSTGRESQL, reason="the same statements")
def test_no_form_writes_what_is_typed_into_a_column_that_is_not_named_here(filled: Records) -> None:
    written, sent, taken = Written(), set(), 0
    with written.watching():
        for _route, answer, client in opened(filled.world, filled):
            for form in Forms(answer.request["PATH_INFO"], answer.content.decode()).found:
                asks = (form.action, *sorted(form.kinds))
                if "text" in form.kinds.values() and asks not in sent:
                    sent.add(asks)
                    taken += send(client, form)
    assert taken >= ENOUGH
    assert written.columns <= {f"{table}.{column}" for table, columns in OPEN.items() for column in columns}
    assert written.columns, "the search itself works"
