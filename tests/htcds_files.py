"""Makes HTCDS files as organisations really send them: realistic, of any size, with every kind of dirt.

All people are invented. `python -m tests.htcds_files --version 1.0 --format csv --cases 1000 --seed 1 > file`
"""

import argparse
import csv
import io
import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from kamkor.methods.htcds.standard import Standard, standard

TODAY = date(2026, 6, 30)
FIRST_NAMES = (
    "Айгүл",
    "Нурлан",
    "Бегимай",
    "Өмүрбек",
    "Гүлзат",
    "Эркин",
    "Жаңыл",
    "Тилек",
    "Мээрим",
    "Азамат",
)
RUSSIAN_NAMES = ("Анна", "Пётр", "Марина", "Сергей", "Ольга", "Иван")
# Surnames made of words for “example” and “trial”, so that no living person has them.
SURNAMES = (
    "Үлгүбекова",
    "Мисалов",
    "Сынакова",
    "Тажрыйбаев",
    "Примерова",
    "Образцов",
    "Namunaeva",
    "Sampleev",
)
TOWNS = ("Ош", "Нарын", "Баткен", "Каракол", "Talas", "Жалал-Абад")
NOTES = (
    "Promised work in a café; never paid, “debt” grew",
    "Жумуш убада кылышкан, паспортун алып коюшкан; ырас эмес",
    "Забрали паспорт, обещали работу\nвторая строка записи",
    "=2+2 is what she remembers of the bill",
    "+996 is all of the number she kept",
    "-; see paper file, page 3",
    "@work: twelve hours, seven days",
)
EXTRA_COLUMNS = ("Кызматкердин белгиси", "Local office, room")
# The fields that a simple export of a case list has, in the order of people who never read the standard.
USED = (
    *("prs_FirstName", "prs_SecondName", "prs_Birthdate", "prs_Gender", "prs_Nationality", "prs_Citizenship"),
    *("prs_MaritalStatus", "prs_NumberOfChildren", "prs_Deceased", "prs_MailingCity", "prs_MailingLatitude"),
    *("vic_TraffickingStatus", "vic_TraffickingStatusDecisionMakingOrg", "vic_AgeWhenTrafficked"),
    *("vic_TypeOfExploitation", "vic_MethodOfRecruitment", "vic_RecruitmentWebsitesAndApps"),
    *("vic_MethodsOfControl", "vic_ForcedLabourIndustry", "cas_Status", "cas_IncomingReferralDate"),
    *("hte_Type", "hte_Country", "hte_Date", "hte_Description", "spl_Type", "spl_PlannedEndDate"),
    *("cco_CaseComment", "con_Consent", "con_PurposeOfInterview"),
)

Entry = dict[str, object]


@dataclass
class Expected:
    """What a careful reader makes of the file: row numbers as in `Reading`."""

    version: str
    good: set[int] = field(default_factory=set)
    bad: dict[int, str] = field(default_factory=dict)
    genders: dict[int, str] = field(default_factory=dict)
    cases: set[str] = field(default_factory=set)
    unknown_columns: tuple[str, ...] = EXTRA_COLUMNS


@dataclass
class Line:
    """One row on its way into a file; `code` is the error it must get, `tail` what is done to its cells."""

    entry: Entry
    code: str = ""
    encoding: str = "utf-8"
    tail: int = 0


class _Maker:
    def __init__(self, version: str, layout: str, seed: int, *, dirt: bool) -> None:
        self.rng = random.Random(f"{version}/{seed}")
        self.standard: Standard = standard(version)
        self.layout = layout
        self.dirt = dirt
        self.fields = [name for name in USED if name in self.standard.fields]
        self.spoilers = _SPOILERS | (_CSV_SPOILERS if layout == "csv" else _JSON_SPOILERS)

    def lines(self, cases: int) -> list[Line]:
        lines: list[Line] = []
        for number in range(1, cases + 1):
            entry = self.entry(f"KG-{number:05}")
            rows = [entry, *(self.again(entry) for _ in range(self.rng.choice((0, 0, 0, 0, 1, 2))))]
            for row in rows:
                lines.append(self.line(row))
                if self.dirt and not lines[-1].code and self.rng.random() < 0.01:
                    lines.append(Line(dict(row), "duplicate_row"))
                if self.dirt and self.rng.random() < 0.01:
                    lines.append(Line({}))
        return lines

    def line(self, entry: Entry) -> Line:
        line = Line(entry)
        if self.dirt:
            self.dress(entry)
            if self.rng.random() < 0.1:
                line.code = self.rng.choice(sorted(self.spoilers))
                self.spoilers[line.code](self, line)
        return line

    def entry(self, number: str) -> Entry:
        entry: Entry = {"CaseNumber": number}
        for name in self.fields:
            if self.rng.random() < 0.85 or name in ("prs_FirstName", "prs_SecondName", "prs_Gender"):
                entry[name] = self.value(name)
        for name in EXTRA_COLUMNS:
            entry[name] = self.rng.choice(("", "№ 4", "ң, ө, ү", "=A1", "room 2"))
        return entry

    def again(self, entry: Entry) -> Entry:
        """Another row of the same case: one more event and service, the rest as before."""
        row = {"CaseNumber": entry["CaseNumber"]}
        kept = ("prs_FirstName", "prs_SecondName", "prs_Gender")
        row |= {name: entry[name] for name in kept if name in entry}
        row |= {name: self.value(name) for name in ("hte_Type", "hte_Date", "hte_Country", "spl_Type")}
        # Two rows of one case may not be the same by chance.
        row["cco_CaseComment"] = f"{self.rng.choice(NOTES)} {self.rng.random():.12f}"
        return row

    def value(self, name: str) -> object:
        item = self.standard.fields[name]
        if item.codes:
            # The first labels have neither commas nor slashes that a reader might stumble over.
            count = self.rng.randint(1, 3) if item.kind == "multiselect" else 1
            return ";".join(self.rng.sample(sorted(item.codes), count))
        match item.kind:
            case "date":
                return (TODAY - timedelta(days=self.rng.randint(1, 9000))).isoformat()
            case "checkbox":
                return self.rng.choice(("true", "false"))
            case "number":
                return str(self.rng.randint(0, 12)) if "Children" in name or "Age" in name else "42.87"
            case "multiselect":
                return self.rng.choice(("KG", "KG;RU", "UZ"))
        return self.text(name)

    def text(self, name: str) -> str:
        choices = {"prs_FirstName": FIRST_NAMES, "prs_SecondName": SURNAMES, "prs_MailingCity": TOWNS}
        return self.rng.choice(
            choices.get(name, NOTES if name.endswith(("Description", "Comment")) else TOWNS)
        )

    def dress(self, entry: Entry) -> None:
        """Dirt that a reader must see through."""
        for name in list(entry):
            item, text = self.standard.fields.get(name), str(entry[name])
            if item is None or self.rng.random() > 0.1 or not text:
                continue
            if item.kind == "date":
                year, month, day = text.split("-")
                entry[name] = self.rng.choice(
                    (f"{day}.{month}.{year}", year, f"{year}-{month}", f"{month}.{year}")
                )
            elif item.kind == "checkbox":
                words = (
                    ("yes", "да", "ооба", "1", "TRUE")
                    if text == "true"
                    else ("no", "нет", "жок", "0", "False")
                )
                entry[name] = self.rng.choice(words)
            elif item.codes and ";" in text:
                entry[name] = text.replace(";", self.rng.choice((" | ", " , ", " ; ")))
            elif item.codes:
                label = next(iter(item.codes[text]), text)
                entry[name] = self.rng.choice((text.lower(), f" {text}  ", label))
            elif item.kind == "text" and self.layout == "csv":
                entry[name] = f"  {text} "


def _spoil(name: str, *values: str) -> Callable[[_Maker, Line], None]:
    def spoil(maker: _Maker, line: Line) -> None:
        line.entry[name] = maker.rng.choice(values)

    return spoil


def _misspell(maker: _Maker, line: Line) -> None:
    line.entry["cas_Status"] = maker.rng.choice(("Actve", "Folow Up", "Closd", "??", "неизвестно"))


def _to_cp1251(maker: _Maker, line: Line) -> None:
    line.entry["prs_FirstName"] = maker.rng.choice(RUSSIAN_NAMES)
    line.encoding = "cp1251"


def _shift(maker: _Maker, line: Line) -> None:
    line.tail = maker.rng.choice((-3, 2))


def _not_a_record(_: _Maker, line: Line) -> None:
    line.tail = 1


def _nest(_: _Maker, line: Line) -> None:
    line.entry["prs_MailingCity"] = {"city": "Ош"}


_SPOILERS: dict[str, Callable[[_Maker, Line], None]] = {
    "unknown_code": _misspell,
    "several_codes": _spoil("cas_Status", "Active;Closed", "Active | FollowUp"),
    "bad_date": _spoil("prs_Birthdate", "31.02.1999", "весна 2019", "1999-13-01", "01/02/03", "0000"),
    "future_date": _spoil("cas_IncomingReferralDate", "2031-01-01", "01.01.2044", "2027"),
    "bad_number": _spoil("prs_MailingLatitude", "forty", "4 2", "1e9999", "NaN"),
    "out_of_range": _spoil("prs_MailingLatitude", "142.87", "-91"),
    "bad_checkbox": _spoil("prs_Deceased", "maybe", "2", "белгисиз"),
    "too_long": _spoil("hte_Description", "узун " * 8000),
    "control_characters": _spoil("prs_MailingCity", "Ош\x07", "Нарын\x00 шаары", "\u202eшО"),
    "wrong_encoding": _to_cp1251,
    "missing_required": _spoil("CaseNumber", "", "  "),
}
_CSV_SPOILERS = {"ragged_row": _shift}
_JSON_SPOILERS = {"not_a_record": _not_a_record, "nested_value": _nest}


def make_file(
    version: str, layout: str, *, cases: int = 1000, seed: int = 1, dirt: bool = True
) -> tuple[bytes, Expected]:
    """A file of one version as `csv` or `json`, and what must come out of it (read on `TODAY`)."""
    maker = _Maker(version, layout, seed, dirt=dirt)
    lines = maker.lines(cases)
    expected = Expected(version)
    for number, line in enumerate(lines, start=2 if layout == "csv" else 1):
        _expect(expected, maker.standard, number, line)
    headings = ["CaseNumber", *maker.fields, *EXTRA_COLUMNS]
    raw = _csv_bytes(maker, headings, lines) if layout == "csv" else _json_bytes(lines)
    return raw, expected


def _expect(expected: Expected, chosen: Standard, number: int, line: Line) -> None:
    if line.code:
        expected.bad[number] = line.code
    elif line.entry:
        expected.good.add(number)
        expected.cases.add(str(line.entry["CaseNumber"]))
        spelt = str(line.entry["prs_Gender"]).replace(" ", "").lower()
        known = {item.replace(" ", "").lower(): item for item in chosen.fields["prs_Gender"].codes}
        if code := known.get(spelt):
            expected.genders[number] = chosen.upgrade.get(("prs_Gender", code), code)


def _csv_bytes(maker: _Maker, headings: list[str], lines: list[Line]) -> bytes:
    delimiter = maker.rng.choice(",;\t")
    spelt = {name: name.replace("_", " ").upper() for name in headings if name.startswith("prs_")}
    names = [spelt.get(name, name) if maker.dirt else name for name in headings]
    rows = [_csv_line([*names, "", ""] if maker.dirt else names, delimiter).encode()]
    for line in lines:
        cells = [str(line.entry.get(name, "")) for name in headings]
        cells = cells[: line.tail] if line.tail < 0 else cells + ["x"] * line.tail
        rows.append(_csv_line(cells, delimiter).encode(line.encoding, "replace"))
    mark = b"\xef\xbb\xbf" if maker.rng.random() < 0.5 else b""
    return mark + b"".join(rows)


def _csv_line(cells: list[str], delimiter: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerow(cells)
    return out.getvalue()


def _json_bytes(lines: list[Line]) -> bytes:
    records: list[bytes] = []
    for line in lines:
        content = "no record" if line.tail else line.entry
        records.append(json.dumps(content, ensure_ascii=False).encode(line.encoding, "replace"))
    return b"[\n" + b",\n".join(records) + b"\n]\n"


def main() -> None:
    """Writes one file to the standard output."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", choices=("0.2", "1.0", "2.0"), default="2.0")
    parser.add_argument("--format", choices=("csv", "json"), default="csv")
    parser.add_argument("--cases", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clean", action="store_true", help="without any dirt")
    args = parser.parse_args()
    raw, _ = make_file(args.version, args.format, cases=args.cases, seed=args.seed, dirt=not args.clean)
    sys.stdout.buffer.write(raw)


if __name__ == "__main__":
    main()
