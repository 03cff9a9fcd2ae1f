"""A long file is read by a database, and says the same as row by row."""

from pathlib import Path

import numpy as np
import pytest

from kamkor.methods.disclosure import reading
from kamkor.methods.disclosure.reading import TableProblem, read

ROWS = 'sex;form;note\nf;labour;\nm;;"a;b"\n\nf;labour;"he said ""no"""\n007;sexual;NULL\n'


def test_both_ways_read_alike(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "people.csv"
    file.write_text(ROWS, encoding="utf-8-sig")
    slow = read(file, ["note", "sex"])
    monkeypatch.setattr(reading, "LONG", 0)
    monkeypatch.setattr(reading, "_checked", None)  # what reads row by row is not asked
    fast = read(file, ["note", "sex"])
    assert (fast.names, fast.values) == (slow.names, slow.values)
    assert (fast.codes == slow.codes).all()
    fast.write(tmp_path / "again.csv")
    assert (read(tmp_path / "again.csv").codes == np.array(slow.codes)).all()


def test_a_broken_row_is_still_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "people.csv"
    file.write_text("a,b,c\n1,2,3\n1,2\n")
    monkeypatch.setattr(reading, "LONG", 0)
    with pytest.raises(TableProblem, match="Row 3 has 2 cells"):
        read(file)
