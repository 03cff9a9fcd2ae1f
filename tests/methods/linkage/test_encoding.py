"""Encoded lists: what is in them, what is not, and that they are refused when they should be."""

import base64
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from kamkor.methods.linkage import clk_files, matching
from kamkor.methods.linkage.encoding import FOLDED, bare, encoded
from kamkor.methods.linkage.reading import COLUMNS, ID, ListProblem

TODAY = date(2026, 11, 22)
KEY, OTHER_KEY = b"k" * 32, b"o" * 32
AIGUL = ["1", "Айгүл", "Токтогулова", "Асановна", "1994-05-31", "Бишкек", "+996555010203"]


def frame(*rows: Sequence[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys([ID, *COLUMNS], pl.String), orient="row")


def apart(one: Sequence[str], other: Sequence[str], keys: tuple[bytes, bytes] = (KEY, KEY)) -> int:
    bits = [bare(frame(row), key)[0] for row, key in zip((one, other), keys, strict=True)]
    return int((bits[0] != bits[1]).sum())


def test_swapped_names_and_another_alphabet_stay_near_and_another_key_does_not() -> None:
    same = apart(AIGUL, ["2", "TOKTOGULOVA", "AIGUL", "ASANOVNA", "31.05.1994", "", "0555010203"])
    exchanged = apart(AIGUL, [*AIGUL[:4], "1994-03-01", *AIGUL[5:]])
    stranger = apart(AIGUL, ["3", "Эрмек", "Жумабаев", "Кадырович", "1979-07-07", "Ош", "+996700998877"])
    assert same < stranger / 4
    assert exchanged < stranger / 2
    assert apart(AIGUL, AIGUL, (KEY, OTHER_KEY)) > stranger / 2


def test_the_last_digits_of_a_telephone_are_not_encoded() -> None:
    assert apart(AIGUL, [*AIGUL[:6], "+996555010299"]) == 0
    assert apart(AIGUL, [*AIGUL[:6], "+996777010203"]) > 0


def test_at_least_two_bits_in_a_hundred_are_flipped_and_never_the_same() -> None:
    people = frame(*([str(number), *AIGUL[1:]] for number in range(2000)))
    clean, one, other = bare(people, KEY), encoded(people, KEY), encoded(people, KEY)
    assert (one != clean).mean(1).min() >= 0.02  # of everybody, not on average
    assert (one != clean).mean() < 0.03
    assert 0.035 < (one != other).mean() < 0.065
    assert (one != clean).mean(0).min() > 0.005  # every bit, not some of them


def test_the_file_holds_its_label_and_no_name(tmp_path: Path) -> None:
    path = kept(tmp_path, "police")
    text = path.read_text()
    found = clk_files.read_encoded(path, today=TODAY)
    assert found.ids == ["1"]
    assert (found.source, found.head.made_on, found.head.expires_on) == (
        "police",
        TODAY,
        TODAY + timedelta(90),
    )
    assert "Personal data" in text
    assert not [word for word in AIGUL[1:] if word in text]
    assert KEY.hex() not in text


def test_what_has_expired_is_refused_the_day_after(tmp_path: Path) -> None:
    path = kept(tmp_path, "police")
    clk_files.read_encoded(path, today=TODAY + timedelta(90))
    with pytest.raises(ListProblem, match=r"police\.clk: expired on 2027-02-20\. Delete it"):
        clk_files.read_encoded(path, today=TODAY + timedelta(91))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.partition("\n")[2], "row 1: this is not an encoded list"),
        (lambda text: text.replace("kamkor-clk-2", "other"), "row 1: encoded by another version"),
        (lambda text: text + text.partition("\n")[2].replace("1,", "2,", 1), "2 rows, its head says 1"),
        (lambda text: text + text.partition("\n")[2], "an id stands there twice"),
        (lambda text: text + "2,%%%\n", "row 3: the row is damaged"),
        (lambda text: text + f"2,{base64.b64encode(b'short').decode()}\n", "row 3: the row is damaged"),
        (lambda text: "", "row 1: this is not an encoded list"),
    ],
)
def test_a_damaged_file_is_told_where(tmp_path: Path, change: object, told: str) -> None:
    path = kept(tmp_path, "police")
    assert callable(change)
    path.write_text(change(path.read_text()))
    with pytest.raises(ListProblem, match=told):
        clk_files.read_encoded(path, today=TODAY)


def test_lists_of_two_keys_and_invented_with_real_people_are_not_compared(tmp_path: Path) -> None:
    police = read(kept(tmp_path, "police"))
    for other in (kept(tmp_path, "health", key=OTHER_KEY), kept(tmp_path, "trial", basis="invented")):
        with pytest.raises(ListProblem):
            clk_files.check_together([police, read(other)])
    with pytest.raises(ListProblem, match="two or more"):
        clk_files.check_together([police])


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("secret")
    with pytest.raises(ListProblem, match="needs 32"):
        clk_files.read_key(tmp_path / "key")


def test_people_meet_across_lists_once_and_the_order_of_lists_changes_nothing() -> None:
    chance = np.random.default_rng(3)
    people = chance.integers(0, 2, (300, FOLDED), dtype=np.uint8)
    one, other, third = (people ^ (chance.random(people.shape) < 0.05) for _ in range(3))
    clusters, _ = matching.matched([one, other[50:], third[::-1]])
    assert (clusters[0][50:] == clusters[1]).all()
    assert (clusters[0] == clusters[2][::-1]).all()
    turned, _ = matching.matched([other[50:], one, third[::-1]])
    assert (turned[1][50:] == turned[0]).all()


def kept(folder: Path, name: str, *, key: bytes = KEY, basis: str = "law") -> Path:
    head = clk_files.Head(
        TODAY,
        TODAY + timedelta(90),
        basis=basis,
        reference="Law 1",
        key_check=clk_files.key_check(key),
        rows=1,
    )
    path = folder / f"{name}.clk"
    path.write_bytes(clk_files.written(head, ["1"], encoded(frame(AIGUL), key)))
    return path


def read(path: Path) -> clk_files.Encoded:
    return clk_files.read_encoded(path, today=TODAY)
