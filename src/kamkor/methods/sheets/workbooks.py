"""One sheet of a workbook, read from any place on: whoever has read for long enough notes the place and goes
on there later, in another process if need be. Of the sheet only a part is ever held."""

import io
import re
import zipfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, BinaryIO

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring

from kamkor.methods.sheets.problems import FileError, Limits
from kamkor.methods.sheets.rows import trimmed

Numbered = Iterator[tuple[int, list[str]]]
# What a part of a workbook begins with: nothing that could define entities comes before its root.
PLAIN_XML = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*\?>\s*)*<[A-Za-z_]")
ROOT = re.compile(rb"""<([A-Za-z_][\w.-]*:)?[\w.-]+(?:[^>"']|"[^"]*"|'[^']*')*>""")
BLOCK = 2**18
LONGEST = 2**25  # bytes of one row or one text as they stand in the file
MANY = 4  # times the size of a file is what its texts may come to
T, R, SI, ROW = (f"{{{SHEET_MAIN_NS}}}{name}" for name in ("t", "r", "si", "row"))


class Texts:
    """The texts that the cells of a workbook point to: very many short ones, held as one."""

    def __init__(self, kept: bytes = b"") -> None:
        self._blob, self._ends = bytearray(), array("Q", [0])
        if kept:
            size = int.from_bytes(kept[:8])
            self._blob += kept[8 : 8 + size]
            self._ends.frombytes(kept[8 + size :])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self._blob[self._ends[number] : self._ends[number + 1]].decode()

    @property
    def size(self) -> int:
        return len(self._blob)

    def add(self, text: str) -> None:
        self._blob += text.encode()
        self._ends.append(len(self._blob))

    def extend(self, other: "Texts") -> None:
        begin = len(self._blob)
        self._blob += other._blob
        self._ends.extend(begin + end for end in other._ends[1:])

    def dump(self) -> bytes:
        """All of them, for `Texts(kept)`."""
        return len(self._blob).to_bytes(8) + bytes(self._blob) + self._ends[1:].tobytes()


@dataclass(frozen=True)
class Place:
    """How far a sheet has been read: bytes of it, and the number of the last row."""

    at: int = 0
    number: int = 0


class Workbook:
    """Values, not formulas, of the sheet, else of the first. Raises FileError, when it is opened or read:
    whatever a foreign workbook makes its reader raise means that it is broken."""

    def __init__(self, name: str, file: BinaryIO, *, limits: Limits, sheet: str = "") -> None:
        self._name, self._limits = name, limits
        with self._broken():
            self._archive = zipfile.ZipFile(file)
            self._must_be_plain()
            reader: Any = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
            reader.read_manifest()
            reader.read_workbook()
            apply_stylesheet(reader.archive, reader.wb)
            strings = reader.package.find(SHARED_STRINGS)
            self._texts_part = strings.PartName[1:] if strings is not None else ""
            self._rows_part = self._sheet(reader, sheet)
            self._types = {
                "epoch": reader.wb.epoch,
                "date_formats": reader.wb._date_formats,
                "timedelta_formats": reader.wb._timedelta_formats,
            }
            self.size = sum(self._archive.getinfo(part).file_size for part in self._parts)

    @property
    def _parts(self) -> list[str]:
        return [part for part in (self._texts_part, self._rows_part) if part]

    def texts(self, at: int = 0) -> Iterator[tuple[int, Texts]]:
        """What cells point to, some at a time, with how far it was read by then."""
        with self._broken():
            if not self._texts_part:
                return
            for end, nodes in self._chunks(self._texts_part, "sst", "si", at):
                found = Texts()
                for node in nodes.iterfind(SI):
                    found.add(_text(node))
                yield end, found

    def all_texts(self) -> Texts:
        whole = Texts()
        for _at, some in self.texts():
            self.add(whole, some)
        return whole

    def add(self, whole: Texts, some: Texts) -> None:
        """Raises FileError when they come to more than anybody writes by hand."""
        whole.extend(some)
        if whole.size > MANY * self._limits.bytes:
            raise FileError(self._name, "too_large", limit=str(MANY * self._limits.bytes // 1_000_000))

    def rows(self, texts: Texts, place: Place | None = None) -> Iterator[tuple[Place, Numbered]]:
        """Numbered rows of cells as CSV would have them, some at a time, with the place after them."""
        number = place.number if place else 0
        with self._broken():
            for end, nodes in self._chunks(self._rows_part, "sheetData", "row", place.at if place else 0):
                parser: Any = WorkSheetParser(io.BytesIO(), texts, data_only=True, **self._types)
                parser.row_counter = number
                found = [self._row(*parser.parse_row(node)) for node in nodes.iterfind(ROW)]
                number = parser.row_counter
                yield Place(end, number), iter(found)

    def _row(self, number: int, cells: list[dict[str, Any]]) -> tuple[int, list[str]]:
        if cells and max(cell["column"] for cell in cells) > 2**14:
            raise ValueError
        filled = {cell["column"]: cell_text(cell["value"]) for cell in cells}
        row = trimmed([filled.get(column, "") for column in range(1, max(filled, default=0) + 1)])
        if len(row) > self._limits.columns:
            raise FileError(self._name, "too_many_columns", limit=str(self._limits.columns))
        return number, row

    def _chunks(self, part: str, within: str, element: str, at: int) -> Iterator[tuple[int, Any]]:
        """Whole elements of a part as trees, with how many bytes of it are read. The part must come to its
        own end: half a sheet is not taken for a whole one."""
        with self._archive.open(part) as opened:
            head = opened.read(LONGEST // 32)
            root = ROOT.search(head)
            start = re.search(rb"<((?:[\w.-]+:)?)%b(?:\s[^>]*?)?(/?)>" % re.escape(within.encode()), head)
            if root is None or start is None:
                raise ValueError
            if start[2]:
                return
            closing = b"</" + start[1] + element.encode() + b">"
            ending = b"</" + start[1] + within.encode() + b">"
            wrap = head[: root.end()], b"</" + (root[1] or b"") + _name(root) + b">"
            opened.seek(max(at, start.end()))
            rest, at = b"", max(at, start.end())
            while block := opened.read(BLOCK):
                rest += block
                cut = rest.rfind(closing) + len(closing)
                if cut >= len(closing):
                    at += cut
                    yield at, fromstring(wrap[0] + rest[:cut] + wrap[1])
                    rest = rest[cut:]
                elif len(rest) > LONGEST:
                    raise FileError(self._name, "too_large", limit=str(LONGEST // 1_000_000))
                if ending in rest:
                    return
            raise ValueError

    def _sheet(self, reader: Any, sheet: str) -> str:
        found = {
            page.name.strip().casefold(): (page.name, rel.target)
            for page, rel in reader.parser.find_sheets()
            if rel.target in reader.valid_files and "chartsheet" not in rel.Type
        }
        if sheet and sheet.casefold() not in found:
            raise FileError(self._name, "no_sheet", sheets=", ".join(name for name, _part in found.values()))
        _name, part = found[sheet.casefold()] if sheet else next(iter(found.values()))
        return str(part)

    def _must_be_plain(self) -> None:
        """XML can be made to grow without end by what stands before its root; no spreadsheet writes that."""
        for part in self._archive.namelist():
            if part.endswith((".xml", ".rels")):
                with self._archive.open(part) as opened:
                    if not PLAIN_XML.match(opened.read(2**12)):
                        raise FileError(self._name, "broken_book")

    @contextmanager
    def _broken(self) -> Iterator[None]:
        try:
            yield
        except FileError:
            raise
        except Exception as error:
            raise FileError(self._name, "broken_book") from error


def _name(root: re.Match[bytes]) -> bytes:
    found = re.match(rb"<(?:[\w.-]+:)?([\w.-]+)", root[0])
    assert found is not None
    return found[1]


def _text(node: Any) -> str:
    """Without its formatting, and without how it is to be pronounced."""
    plain = "".join(part.text or "" for part in node.iterfind(T))
    rich = "".join(part.text or "" for run in node.iterfind(R) for part in run.iterfind(T))
    return (plain + rich).replace("x005F_", "")


def cell_text(value: object) -> str:
    """A value of a workbook as CSV would have it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case _:
            return str(value).strip()
