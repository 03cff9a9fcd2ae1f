"""Workbooks for tests, from rows."""

import io
from collections.abc import Mapping, Sequence

from openpyxl import Workbook

from kamkor.methods.surveys.form import Form
from kamkor.methods.surveys.xlsform import read_form

Sheets = Mapping[str, Sequence[Sequence[object]]]


def workbook(sheets: Sheets) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def form(survey: Sequence[Sequence[object]], choices: Sequence[Sequence[object]] = ()) -> Form:
    sheets = {"survey": survey, "choices": choices or [("list_name", "name", "label")]}
    return read_form("form.xlsx", workbook(sheets))[0]


HOUSEHOLD: Sheets = {
    "survey": [
        ("type", "name", "label::English (en)", "label::Русский (ru)"),
        ("start", "start", None, None),
        ("select_one region", "region", "Region", "Область"),
        ("begin_group", "work", "Work", "Работа"),
        ("select_one yes_no", "leaves", "Does anybody leave for work?", "Уезжает ли кто-нибудь?"),
        ("select_multiple ways", "ways", "How do they leave?", "Как уезжают?"),
        ("integer", "size", "How many live here?", "Сколько здесь живёт?"),
        ("text", "story", "In their own words", "Своими словами"),
        ("end_group", None, None, None),
        ("begin_repeat", "member", "Member", "Член семьи"),
        ("select_one yes_no", "away", "Away now?", "Сейчас в отъезде?"),
        ("end_repeat", None, None, None),
    ],
    "choices": [
        ("list_name", "name", "label::English (en)", "label::Русский (ru)"),
        ("region", "osh", "Osh", "Ош"),
        ("region", "naryn", "Naryn", "Нарын"),
        ("yes_no", "yes", "Yes", "Да"),
        ("yes_no", "no", "No", "Нет"),
        ("ways", "bus", "By bus", "Автобусом"),
        ("ways", "plane", "By plane", "Самолётом"),
    ],
    "settings": [("form_id", "form_title", "version", "default_language"),
                 ("household", "Households", "2026-1", "English (en)")],
}  # fmt: skip
