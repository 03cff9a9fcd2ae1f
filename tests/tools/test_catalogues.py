"""The catalogues keep what was translated, and nothing wrong passes as complete."""

import json
from pathlib import Path

import polib
import pytest

from tools import catalogues, cyrillic, messages, sources
from tools.sources import key

ONE = polib.POEntry(msgid="Hello %(name)s", occurrences=[("a.py", "3")])
MANY = polib.POEntry(msgid="%(n)s day", msgid_plural="%(n)s days", msgctxt="time")
SOURCES = {key(entry): entry for entry in (ONE, MANY)}


@pytest.fixture(autouse=True)
def catalogue_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogues, "path", lambda language: tmp_path / language / "django.po")
    monkeypatch.setattr(messages, "messages", lambda: SOURCES)


FILLED = {
    "Hello %(name)s": "Привет, %(name)s",
    "time\u0004%(n)s day": ["%(n)s день", "%(n)s дня", "%(n)s дней", "%(n)s дня"],
}


def test_a_filled_catalogue_is_complete_and_stays_so(tmp_path: Path) -> None:
    catalogues.write("ru", catalogues.up_to_date("ru", SOURCES))
    assert len(list(catalogues.problems("ru", SOURCES))) == 2
    file = tmp_path / "filled.json"
    file.write_text(json.dumps(FILLED))
    assert messages.apply(file, "ru") == 0
    assert list(catalogues.problems("ru", SOURCES)) == []
    before = catalogues.path("ru").read_bytes()
    catalogues.write("ru", catalogues.up_to_date("ru", SOURCES))
    assert catalogues.path("ru").read_bytes() == before


def test_every_language_has_djangos_plural_forms() -> None:
    assert [catalogues.forms(language) for language in catalogues.LANGUAGES] == [1, 4, 1]


@pytest.mark.parametrize("translation", ["Привет", "Привет, %(nom)s", "<b>Привет</b>, %(name)s", "", ["a"]])
def test_a_wrong_translation_is_refused(translation: str | list[str]) -> None:
    entry = catalogues.merged(ONE, None, 4)
    assert messages.take(entry, translation)
    assert entry.msgstr == ""


def test_a_number_of_plural_forms_that_is_not_the_languages_is_refused() -> None:
    assert messages.take(catalogues.merged(MANY, None, 4), ["%(n)s дня"])


def test_a_fuzzy_translation_is_not_kept() -> None:
    guessed = polib.POEntry(msgid=ONE.msgid, msgstr="Привет, %(name)s", flags=["fuzzy"])
    assert catalogues.merged(ONE, guessed, 4).msgstr == ""


def test_messages_come_from_python_and_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "ROOT", tmp_path)
    monkeypatch.setattr(sources, "SOURCES", tmp_path / "src")
    monkeypatch.setattr(sources, "BORROWED", tmp_path / "none.pot")
    page = tmp_path / "src" / "templates" / "page.html"
    page.parent.mkdir(parents=True)
    page.write_text('{% blocktranslate trimmed %}\n Two\n words\n{% endblocktranslate %}{% translate "Go" %}')
    (tmp_path / "src" / "views.py").write_text('_("Hello %(name)s")\npgettext_lazy("door", "Open")')
    assert list(sources.messages()) == [
        ("", "Go"),
        ("", "Hello %(name)s"),
        ("door", "Open"),
        ("", "Two words"),
    ]


def test_the_cyrillic_twin_keeps_names_of_placeholders() -> None:
    text = 'msgid ""\nmsgstr "Language: uz\\n"\n\nmsgid "Hi %(name)s"\nmsgstr "Salom %(name)s"\n'
    assert cyrillic.twin(text).endswith('msgid "Hi %(name)s"\nmsgstr "Салом %(name)s"\n')
