"""Makes tables as people really keep them: any size, encoding and delimiter, with every kind of dirt.

All people are invented. `python -m tests.import_files --rows 1000 --layout xlsx > file`
"""

import argparse
import csv
import io
import random
import re
import sys
import zipfile
from dataclasses import dataclass, field
from datetime import date

from openpyxl import Workbook
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from tests.htcds_files import FIRST_NAMES, SURNAMES

HEAD = ["ФИО", "Туулган күнү", "Пол", "Телефон", "Жарандыгы", "Туулган жери", "Макулдугу", "Эскертүү"]
FIELDS = ["name", "birth_date", "sex", "phone", "citizenships", "", "consent", "other"]
WOMAN, MAN = ("ж", "Жен.", "аял", "F", "ayol", "Female"), ("м", "муж", "Эркек", "M", "erkak", "male")
COUNTRIES = ("КР", "Кыргызстан", "KG", "Россия; KG", "Qirgʻiziston", "KGZ")
YES = ("ооба", "да", "yes", "ha", "1", "TRUE")
NOTES = (
    "",
    "=2+2 is what she remembers",
    "+996 only",
    "-; page 3",
    "@work",
    "ң, ө, ү\nsecond line",
    "«кавычки»",
)
# What is wrong, in which column, and the code of the error that the row must get.
SPOILT = (
    (1, "31.02.1999", "bad_date"),
    (1, "весна 1999", "bad_date"),
    (1, "01.01.2044", "future_date"),
    (2, "жн", "unknown_choice"),
    (4, "Атлантида", "unknown_choice"),
    (6, "жок", "no_consent"),
    (6, "balkim", "bad_checkbox"),
    (0, "Мисалова\x00 Айгүл", "control_characters"),
    (0, "\u202eлүгйА", "control_characters"),
    (0, "", "nobody"),
    (7, "узун " * 3000, "too_long"),
    (1, "#REF!", "formula_error"),
)
SIMPLE = tuple(spoiler for spoiler in SPOILT if "\x00" not in spoiler[1] and "\u202e" not in spoiler[1])


@dataclass
class Made:
    """A table, and what a careful reader makes of it: numbers of rows as a spreadsheet counts them."""

    content: bytes
    good: set[int] = field(default_factory=set)
    bad: dict[int, str] = field(default_factory=dict)


def make(rows: int, *, seed: int = 1, bad: float = 0.1, layout: str = "csv", encoding: str = "utf-8") -> Made:
    """`layout` is csv or xlsx; of the rows a share of `bad` is spoilt in one cell."""
    rng = random.Random(seed)
    made, table = Made(b""), [HEAD]
    for number in range(2, rows + 2):
        row = _row(rng, number)
        if rng.random() < bad:
            column, text, code = rng.choice(SPOILT if layout == "csv" and encoding != "cp1251" else SIMPLE)
            row[column], made.bad[number] = text, code
        else:
            made.good.add(number)
        table.append(row)
    made.content = workbook(table) if layout == "xlsx" else text_of(table, rng.choice(",;\t"), encoding)
    return made


def _row(rng: random.Random, number: int) -> list[str]:
    day = date(rng.randint(1960, 2005), rng.randint(1, 12), rng.randint(1, 28))
    spelt = rng.choice((day.isoformat(), f"{day:%d.%m.%Y}", f"{day:%m.%Y}", str(day.year)))
    name = f"{rng.choice(SURNAMES)} {rng.choice(FIRST_NAMES)}"
    phone = f"+996 555 {number // 1000 % 1000:03} {number % 1000:03}"
    return [
        *(name, spelt, rng.choice(WOMAN + MAN), phone, rng.choice(COUNTRIES), "Ош", rng.choice(YES)),
        f"{rng.choice(NOTES)} {number}",
    ]


def text_of(table: list[list[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(table)
    return out.getvalue().encode(encoding, "replace")


def workbook(table: list[list[object]] | list[list[str]], *, sheet: str = "Тизме") -> bytes:
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    for row in table:
        page.append(row)
    other = book.create_sheet("Башка")
    other.append(["nothing", "here"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def typed_workbook() -> bytes:
    """Dates, numbers, truths, a formula and merged cells as a spreadsheet has them."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.append(["ФИО", "Дата рождения", "Телефон", "Согласие", "Возраст", "Примечание"])
    page.append(["Мисалова Айгүл", date(1996, 5, 3), 996555010203, True, 30.0, "=1+1"])
    page.append(["Сынаков Эркин", "1990", None, True, None, "x"])
    page.merge_cells("F2:F3")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed_part(content: bytes, part: str, text: bytes) -> bytes:
    """A workbook with one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
    return out.getvalue()


INLINE = re.compile(r't="inlineStr"([^>]*)><is>(.*?)</is></c>', re.DOTALL)


def as_spreadsheets_write(content: bytes) -> bytes:
    """The same workbook with its texts apart from its cells, each once."""
    texts: dict[str, int] = {}

    def point(found: re.Match[str]) -> str:
        return f't="s"{found[1]}><v>{texts.setdefault(found[2], len(texts))}</v></c>'

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    sheet, types = "xl/worksheets/sheet1.xml", "[Content_Types].xml"
    parts[sheet] = INLINE.sub(point, parts[sheet])
    said = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHARED_STRINGS}"/></Types>'
    parts[types] = parts[types].replace("</Types>", said)
    parts["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{SHEET_MAIN_NS}">{"".join(f"<si>{text}</si>" for text in texts)}</sst>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return out.getvalue()


def main() -> None:
    """Writes one table to the standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--layout", choices=("csv", "xlsx"), default="csv")
    parser.add_argument("--encoding", default="utf-8")
    parser.add_argument("--bad", type=float, default=0.1)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    made = make(args.rows, seed=args.seed, bad=args.bad, layout=args.layout, encoding=args.encoding)
    sys.stdout.buffer.write(made.content)


if __name__ == "__main__":
    main()
