"""The code lists, loaded once for a test that shows forms."""

from collections.abc import Iterator

import pytest

from kamkor.base import codelists


@pytest.fixture(autouse=True)
def _lists(db: None) -> Iterator[None]:
    codelists.load()
    codelists.forget()
    yield
    codelists.forget()
