"""The engine of forms says nothing that has no words of ours."""

import re
from pathlib import Path

from django.utils import translation

from kamkor.surveys import engine
from kamkor.surveys.browsers import _words

SAID = Path(__file__).parents[2] / "frontend" / "said.mjs"


def test_each_word_that_is_put_into_the_engine_is_told_to_it() -> None:
    used = set(re.findall(r'word\("(\w+)"\)', SAID.read_text()))
    told = _words() | engine.words()
    assert len(used) > 30
    assert used <= set(told)
    assert all(told.values())


def test_the_calendar_begins_on_monday_and_speaks_the_reader_s_language() -> None:
    with translation.override("ky"):
        found = engine.locale()
    assert (len(found["monthNames"]), found["firstDayOfWeek"]) == (12, 1)
    assert (found["dayNames"][0], found["monthNames"][0]) == ("Жекшемби", "Январь")
