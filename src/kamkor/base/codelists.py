"""The code lists as the running system sees them: loaded from `kamkor.codes`, kept and edited here."""

import time
from collections.abc import Callable, Iterator

from django import forms
from django.db import models, transaction
from django.utils.translation import get_language

from kamkor.base.models import CodeEntry, CodeRelease
from kamkor.codes import loaders

FRESH_SECONDS = 60
FIELDS = [
    "order",
    "labels",
    "parent",
    "valid_from",
    "valid_to",
    "status",
    "source",
    "note",
    "extra",
    "superseded",
]
SORTED = ("country",)  # too long for any order but the reader's alphabet
BESIDE = str.maketrans(
    {"ё": "е\uffff", "ң": "н\uffff", "ө": "о\uffff", "ү": "у\uffff"} | dict.fromkeys("ʻʼ’")
)
_cache: dict[str, dict[str, CodeEntry]] = {}
_read_at: list[float] = [0.0]


def entries(name: str) -> dict[str, CodeEntry]:
    """The current version of one list, in order."""
    return all_lists().get(name, {})


def all_lists() -> dict[str, dict[str, CodeEntry]]:
    """Every list by its name. Read once a minute, in one query."""
    if not _cache or time.monotonic() - _read_at[0] > FRESH_SECONDS:
        forget()
        for entry in CodeEntry.objects.current().order_by("list", "order", "code"):
            _cache.setdefault(entry.list, {})[entry.code] = entry
        _read_at[0] = time.monotonic()
    return _cache


def forget() -> None:
    """Read the lists again at the next use."""
    _cache.clear()


def label(name: str, code: str) -> str:
    """The code in the reader's language; the code itself when the list does not have it."""
    entry = entries(name).get(code)
    return entry.label(get_language() or "en") if entry else code


def choices(name: str, *, blank: bool = False) -> Callable[[], Iterator[tuple[str, str]]]:
    """Choices for a form field, in the reader's language at the time the form is shown."""

    def pairs() -> Iterator[tuple[str, str]]:
        if blank:
            yield "", ""
        language = get_language() or "en"
        found = [(code, entry.label(language)) for code, entry in entries(name).items()]
        yield from sorted(found, key=_by_letters) if name in SORTED else found

    return pairs


def _by_letters(pair: tuple[str, str]) -> str:
    """Letters that stand at the end of their code page go to where readers look for them."""
    return pair[1].casefold().translate(BESIDE)


class CodeChoice(forms.ChoiceField):
    """One code of a list."""

    def __init__(self, name: str, *, required: bool = True, radios: bool = False, **kwargs: object) -> None:
        widget = forms.RadioSelect if radios else forms.Select
        pairs = choices(name, blank=not radios)
        super().__init__(choices=pairs, required=required, widget=widget, **kwargs)  # type: ignore[arg-type]


class CodesChoice(forms.MultipleChoiceField):
    """Several codes of a list."""

    def __init__(self, name: str, *, required: bool = True, **kwargs: object) -> None:
        widget = forms.CheckboxSelectMultiple
        super().__init__(choices=choices(name), required=required, widget=widget, **kwargs)  # type: ignore[arg-type]


class CodeField(models.CharField):  # type: ignore[type-arg]
    """A column that holds a code of one list, as the standard writes it."""

    def __init__(self, name: str = "", **kwargs: object) -> None:
        self.list_name = name
        kwargs.setdefault("max_length", 80)
        super().__init__(**kwargs)  # type: ignore[arg-type]


@transaction.atomic
def load() -> int:
    """Bring the database to the released lists; a second call changes nothing. Rows edited here are kept."""
    digest = loaders.pack_version()
    if CodeRelease.objects.filter(digest=digest).exists():
        return 0
    held = {(row.list, row.version, row.code): row for row in CodeEntry.objects.all()}
    latest = {name: versions[-1] for name, versions in loaders.lists().items()}
    rows = [
        _entry(code, held.get((code.list, code.version, code.code)), latest) for code in loaders.load_all()
    ]
    known = [row for row in rows if row.pk is not None and row.edited_at is None]
    CodeEntry.objects.bulk_create([row for row in rows if row.pk is None], batch_size=500)
    CodeEntry.objects.bulk_update(known, FIELDS, batch_size=200)
    CodeRelease.objects.create(digest=digest, rows=len(rows))
    forget()
    return len(rows)


def _entry(code: loaders.Code, held: CodeEntry | None, latest: dict[str, str]) -> CodeEntry:
    row = held or CodeEntry(list=code.list, version=code.version, code=code.code)
    if row.edited_at is not None:
        return row
    row.order, row.labels, row.parent = code.order, dict(code.labels), code.parent
    row.valid_from, row.valid_to, row.status = code.valid_from, code.valid_to, code.status
    row.source, row.note, row.extra = code.source, code.note, dict(code.extra)
    row.superseded = code.version != latest[code.list]
    return row
