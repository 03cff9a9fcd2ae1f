"""What Spark counts and compares is what this process does: releases and linkage; where Java is too."""

import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from kamkor.methods.disclosure.reading import TableProblem, read
from kamkor.methods.linkage import spreading
from kamkor.methods.linkage.linking import link
from kamkor.methods.linkage.reading import COLUMNS, ID

pytestmark = pytest.mark.skipif(not (find_spec("pyspark") and shutil.which("java")), reason="no Spark here")


def test_a_release_reads_the_same_records(tmp_path: Path) -> None:
    chance = np.random.default_rng(3)
    words = ["", "a", 'with "quotes"', "with, comma", "o'ther", "back\\slash", "Бишкек"]
    rows = pl.DataFrame({name: chance.choice(words, 300) for name in ("form", "place of work", "`odd` name")})
    file = tmp_path / "cases.csv"
    file.write_bytes(b"\xef\xbb\xbf" + rows.write_csv().encode())
    names = ("`odd` name", "form")
    found, plain = (read(file, names, engine) for engine in ("spark", "duckdb"))
    assert found.names == plain.names == names
    told = [
        sorted(tuple(each.values[place][code] for place, code in enumerate(row)) for row in each.codes)
        for each in (found, plain)
    ]
    assert told[0] == told[1]
    file.write_text("form,year\na,1\nb\n")
    with pytest.raises(TableProblem, match="Without --engine spark"):
        read(file, (), "spark")
    file.write_bytes("form,year\nа,1\n".encode("cp1251"))
    with pytest.raises(TableProblem, match="not in UTF-8"):
        read(file, (), "spark")


def test_linkage_by_spark_is_linkage(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(4)
    names = [["Айгүл", "Aigul", "Нурлан", "Бермет"], ["Токтогулова", "Осмонов", "Исакова"], ["", "Асановна"]]
    fields: dict[str, Any] = {
        name: chance.choice(words, 400) for name, words in zip(COLUMNS[:3], names, strict=True)
    }
    fields |= {"dob": [f"19{60 + n % 40}-0{1 + n % 9}-1{n % 10}" for n in chance.integers(0, 99, 400)],
               "city": chance.choice(["Ош", "Нарын"], 400),
               "phone": [f"0555{n:06}" for n in chance.integers(0, 300, 400)]}  # fmt: skip
    rows = pl.DataFrame({"source": ["list"] * 400, ID: [str(n) for n in range(400)], **fields})
    monkeypatch.setattr(spreading, "PIECE", 500)
    with spreading.on_spark() as spread:
        far = link(rows, spread)
    near = link(rows)
    assert far.clusters().equals(near.clusters())
    assert far.review().equals(near.review())
