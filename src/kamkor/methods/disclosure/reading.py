"""Microdata as people keep them: a comma-separated file with a heading, one row for each person or event."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Sized
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kamkor.methods.engines import EngineProblem, counted_by_spark

Codes = NDArray[np.integer[Any]]  # as narrow as the values allow: ten million rows are kept in memory
Row = list[str]
CHUNK, BATCH = 20_000, 500_000  # rows at once
LONG = 50_000_000  # bytes
NO_TEXT = "The text is not in UTF-8. Mend: save the file as “CSV UTF-8”."
LOST = "\ufffd"  # stands for what could not be read as text


class TableProblem(Exception):
    """The file cannot be read as a table; the message names the place and the mend."""


@dataclass(frozen=True)
class Microdata:
    """Rows as codes: `values[column][code]` is the word in the file, "" where the cell is empty."""

    names: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    codes: Codes

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def sizes(self) -> tuple[int, ...]:
        return tuple(len(words) for words in self.values)

    def column(self, name: str) -> int:
        if name not in self.names:
            raise TableProblem(f"There is no column {name!r}; there are {', '.join(self.names)}.")
        return self.names.index(name)

    def only(self, names: Sequence[str]) -> "Microdata":
        places = [self.column(name) for name in names]
        return Microdata(tuple(names), tuple(self.values[place] for place in places), self.codes[:, places])

    def rows(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> "Microdata":
        return Microdata(self.names, self.values, self.codes[which])

    def write(self, file: Path) -> None:
        if len(self) > BATCH and len(self.names) > 1:
            self._write_long(file)
            return
        words = [np.array(words, dtype=object) for words in self.values]
        with file.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(self.names)
            for start in range(0, len(self), CHUNK):
                part = self.codes[start : start + CHUNK].T
                cells = [known[column] for known, column in zip(words, part, strict=True)]
                writer.writerows([""] if row == ("",) else row for row in zip(*cells, strict=True))

    def _write_long(self, file: Path) -> None:
        """The same in a tenth of the time; what is nothing is written as nothing."""
        import polars as pl

        words = [pl.Series([word or None for word in words], dtype=pl.String) for words in self.values]
        with file.open("wb") as out:
            for start in range(0, len(self), BATCH):
                part = self.codes[start : start + BATCH].T
                cells = {
                    name: known[column]
                    for name, known, column in zip(self.names, words, part, strict=True)
                }  # fmt: skip
                pl.DataFrame(cells).write_csv(out, include_header=not start)


class _Book(dict[str, int]):
    """Gives every new word the next number."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


def read(file: Path, names: Sequence[str] = (), engine: str = "duckdb") -> Microdata:
    """The columns of these names, or all; an error names the row as an editor or a spreadsheet shows it.
    Spark counts equal rows, which then stand side by side."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as text:
            return _read(text.read(4096), file, names, engine)
    except UnicodeDecodeError:
        raise TableProblem(NO_TEXT) from None
    except EngineProblem as problem:
        raise TableProblem(str(problem)) from problem
    except csv.Error as problem:
        raise TableProblem(f"The file is not a table of cells ({problem}). Save it as CSV UTF-8.") from None


def _read(beginning: str, file: Path, names: Sequence[str], engine: str) -> Microdata:
    heading = beginning.partition("\n")[0]
    delimiter = max(",;\t", key=heading.count)
    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = csv.reader(text, delimiter=delimiter)
        header = _header(next(rows, []))
        places = [_place(header, name) for name in names] or list(range(len(header)))
        books = [_Book() for _ in places]
        wanted = [header[place] for place in places]
        parts = (
            _by_spark(counted_by_spark(file, delimiter, header, wanted), books)
            if engine == "spark"
            else _by_database(file, delimiter, books, wanted)
        )
        if parts is None:
            books = [_Book() for _ in places]
            parts = [_coded(chunk, books, places) for chunk in _chunks(_checked(rows, len(header)))]
    if not parts:
        raise TableProblem("The file has no rows under its heading.")
    values = tuple(tuple(book) for book in books)
    return Microdata(tuple(header[place] for place in places), values, _joined(parts, values))


def narrow(values: Sequence[Sized]) -> type[np.int16] | type[np.int32]:
    """What holds the codes of all these words, and of one more."""
    return np.int16 if max(map(len, values)) < 2**15 - 1 else np.int32


def filled(columns: Iterable[Codes], values: Sequence[Sequence[str]], rows: int) -> Codes:
    """These columns side by side, one after the other in memory for no longer than it takes."""
    found = np.empty((rows, len(values)), dtype=narrow(values))
    for place, column in enumerate(columns):
        found[:, place] = column
    return found


def _joined(parts: list[Codes], values: Sequence[Sequence[str]]) -> Codes:
    """The parts one under the other; each is let go as soon as it has been copied."""
    found = np.empty((sum(map(len, parts)), len(values)), dtype=narrow(values))
    end = len(found)
    while parts:
        part = parts.pop()
        found[end - len(part) : end] = part
        end -= len(part)
    return found


def _header(cells: Row) -> Row:
    header = [name.strip() for name in cells]
    if not header or "" in header:
        place = header.index("") + 1 if header else 1
        raise TableProblem(f"Row 1, column {place}: the heading has no name. Every column needs one.")
    if repeated := [name for name, times in Counter(header).items() if times > 1]:
        raise TableProblem(f"Row 1: the column {repeated[0]!r} stands there twice. Give each its own name.")
    return header


def _place(header: Row, name: str) -> int:
    if name not in header:
        raise TableProblem(f"Row 1: there is no column {name!r}; there are {', '.join(header)}.")
    return header.index(name)


def _checked(rows: Iterator[Row], width: int) -> Iterator[Row]:
    for line, row in enumerate(rows, 2):
        if len(row) == width:
            yield row
        elif row or width == 1:
            if len(row) <= 1 and width == 1:
                yield row or [""]
                continue
            raise TableProblem(
                f"Row {line} has {len(row)} cells, the heading has {width}. A cell with the separator in it "
                "needs quotation marks."
            )


def _chunks(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _coded(chunk: list[Row], books: Sequence[_Book], places: Sequence[int]) -> Codes:
    columns = list(zip(*chunk, strict=True))
    found = np.empty((len(chunk), len(places)), dtype=np.int32)
    for number, (book, place) in enumerate(zip(books, places, strict=True)):
        found[:, number] = np.fromiter(map(book.__getitem__, columns[place]), np.int32, len(chunk))
    return found


def _by_database(
    file: Path, delimiter: str, books: Sequence[_Book], names: Sequence[str]
) -> list[Codes] | None:
    """A long file in a third of the time, without a text for each cell. None where the file is short, or
    something in it is not as it should be: then it is read row by row, to say where."""
    if file.stat().st_size < LONG or not find_spec("duckdb") or not find_spec("pyarrow"):
        return None
    import duckdb

    connection = duckdb.connect()
    try:
        table = connection.read_csv(
            str(file), header=True, all_varchar=True, delimiter=delimiter, quotechar='"', escapechar='"'
        )
        wanted = table.select(*(duckdb.ColumnExpression(name) for name in names))
        return [_of_batch(batch, books) for batch in wanted.to_arrow_reader(BATCH)]
    except duckdb.Error:
        return None
    finally:
        connection.close()


def _by_spark(table: Any, books: Sequence[_Book]) -> list[Codes]:  # pyarrow tells no types
    """Of the different rows and how often each stands there."""
    times = table.column(len(books)).to_numpy()
    parts = [_of_batch(batch, books) for batch in table.to_batches()]
    if any(LOST in word for book in books for word in book):
        raise TableProblem(NO_TEXT)
    return [np.repeat(np.concatenate(parts), times, axis=0)] if parts else []


def _of_batch(batch: Any, books: Sequence[_Book]) -> Codes:  # pyarrow tells no types
    """Each word is looked up once for all its rows; what is empty comes as nothing."""
    found = np.empty((batch.num_rows, len(books)), dtype=np.int32)
    for number, (book, column) in enumerate(zip(books, batch.columns, strict=False)):
        words = column.fill_null("").dictionary_encode()
        codes = np.array([book[word] for word in words.dictionary.to_pylist()], np.int32)
        found[:, number] = codes[words.indices.to_numpy()]
    return found.astype(narrow(books))


def in_domain(table: Microdata, domain: dict[str, list[str]]) -> Microdata:
    """With the values that the code lists allow, in their order; an empty cell is always allowed."""
    for name in table.names:
        if name not in domain:
            raise TableProblem(
                f"The domain has no values for the column {name!r}. Add them, or leave it out with --columns."
            )
    values = tuple(("", *dict.fromkeys(word for word in domain[name] if word)) for name in table.names)
    return Microdata(table.names, values, filled(_moved(table, values), values, len(table)))


def _moved(table: Microdata, values: Sequence[Sequence[str]]) -> Iterator[Codes]:
    """The columns in the codes of these values."""
    for place, (name, words) in enumerate(zip(table.names, values, strict=True)):
        order = {word: code for code, word in enumerate(words)}
        to = np.array([order.get(word, -1) for word in table.values[place]], dtype=np.int32)
        column = to[table.codes[:, place]]
        if (column < 0).any():
            line = int(np.argmax(column < 0)) + 2
            raise TableProblem(
                f"Row {line}, column {name!r}: the value is not in the domain. Mend the cell or the code "
                f"list; {int((column < 0).sum())} rows have such a value."
            )
        yield column


def as_found(table: Microdata) -> Microdata:
    """With the values that stand in the rows, sorted, and an empty cell allowed: a draft's domain."""
    words = {name: sorted(set(values) - {""}) for name, values in zip(table.names, table.values, strict=True)}
    return in_domain(table, words)


def bounded(table: Microdata, person: Codes, most: int, rng: np.random.Generator) -> Microdata:
    """At most so many rows of each person, chosen by chance."""
    order = rng.permutation(len(table))
    order = order[np.argsort(person[order], kind="stable")]
    first = np.concatenate([[True], person[order][1:] != person[order][:-1]])
    since = np.arange(len(order)) - np.maximum.accumulate(np.where(first, np.arange(len(order)), 0))
    return table.rows(np.sort(order[since < most]))
