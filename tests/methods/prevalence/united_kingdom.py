"""The lists of the United Kingdom in 2013, as published (Bales, Hesketh & Silverman 2015)."""

from pathlib import Path

import pytest

from kamkor.methods.prevalence.reading import read
from kamkor.methods.prevalence.tables import Table

FILE = Path(__file__).parents[4] / "shared" / "reference" / "mse_uk2013.csv"

needed = pytest.mark.skipif(not FILE.exists(), reason="the published table is not beside this checkout")


def six_lists() -> Table:
    return read(FILE.read_text()).table


def five_lists() -> Table:
    return six_lists().merged(["PF", "NCA"])
