"""A form that shows work is told from one that does not."""

import pytest

from kamkor.methods.work import do, is_done


def test_work_is_for_one_form_and_cannot_be_made_up() -> None:
    answer = do("a mark")
    assert is_done("a mark", answer)
    assert not is_done("another mark", answer)


@pytest.mark.parametrize("answer", ["", "-1", "x", "9" * 13, "0"])
def test_no_work_is_no_work(answer: str) -> None:
    assert not is_done("a mark", answer)
    assert not is_done("", answer)
