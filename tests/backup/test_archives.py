"""An archive opens for its officers alone, leaves no text, and is refused with the reason when not whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kamkor.vault import archives
from kamkor.vault.archives import BadArchive, Title
from tests.backup.conftest import Officer, new_officer

TITLE = Title("records", "sqlite", 7, "2026-01-02T03:04:05+00:00")
TEXT = b"the address of the shelter " * 20_000


def written(place: Path, officer: Officer, text: bytes = TEXT, title: Title = TITLE) -> Path:
    path = place / "one.kamkor"
    archives.write(path, title, iter([text]), officers=[officer.public])
    return path


def read(path: Path, identity: str) -> bytes:
    with archives.contents(archives.check(path), identity) as stream:
        return stream.read(2**30)


def reason(path: Path, officer: Officer) -> str:
    with pytest.raises(BadArchive) as caught:
        read(path, officer.identity)
    return str(caught.value)


def test_an_officer_reads_what_was_written(place: Path, officer: Officer) -> None:
    path = written(place, officer)
    assert read(path, f"# a remark\n{officer.identity}\n") == TEXT
    assert archives.check(path).title == TITLE
    assert path.stat().st_mode & 0o077 == 0


def test_each_of_several_officers_opens_it_and_nobody_else(place: Path, officer: Officer) -> None:
    other, stranger = new_officer(), new_officer()
    path = place / "two.kamkor"
    archives.write(path, TITLE, iter([TEXT]), officers=[officer.public, other.public])
    assert read(path, officer.identity) == read(path, other.identity) == TEXT
    assert "encrypted to other officers" in reason(path, stranger)


def test_nothing_readable_lies_anywhere_while_it_is_written(place: Path, officer: Officer) -> None:
    seen: set[str] = set()

    def text() -> Iterator[bytes]:
        for begin in range(0, len(TEXT), 50_000):
            yield TEXT[begin : begin + 50_000]
            for path in place.rglob("*"):
                if path.is_file():
                    seen.add(path.name)
                    assert b"shelter" not in path.read_bytes()

    archives.write(place / "one.kamkor", TITLE, text(), officers=[officer.public])
    assert "one.kamkor.part" in seen
    assert "one.kamkor" not in seen
    assert not (place / "one.kamkor.part").exists()


def test_a_backup_that_breaks_off_leaves_the_one_before(place: Path, officer: Officer) -> None:
    path = written(place, officer)

    def breaking() -> Iterator[bytes]:
        yield TEXT
        raise RuntimeError("the power failed")

    with pytest.raises(RuntimeError, match="the power failed"):
        archives.write(path, TITLE, breaking(), officers=[officer.public])
    assert read(path, officer.identity) == TEXT
    assert [found.name for found in place.glob("*.kamkor*")] == ["one.kamkor"]


def test_what_a_killed_backup_leaves_is_refused(place: Path, officer: Officer) -> None:
    path = written(place, officer)
    left = place / "left.kamkor.part"
    left.write_bytes(path.read_bytes()[: -archives.TAIL_BYTES])
    assert "no signature at its end" in reason(left, officer)


@pytest.mark.parametrize("kept", [0, 10, 200, 5000, -200, -1])
def test_a_file_cut_short_is_refused(place: Path, officer: Officer, kept: int) -> None:
    path = written(place, officer)
    path.write_bytes(path.read_bytes()[:kept])
    assert reason(path, officer)


@pytest.mark.asvs("11.3.3")
@pytest.mark.parametrize("where", [20, 60, 400, 70_000, 300_000, -100, -80, -1])
def test_one_changed_byte_is_refused(place: Path, officer: Officer, where: int) -> None:
    path = written(place, officer)
    content = bytearray(path.read_bytes())
    content[where] ^= 1
    path.write_bytes(content)
    assert reason(path, officer)


def test_somebody_elses_signature_is_refused(place: Path, officer: Officer) -> None:
    path = written(place, officer)
    ours = archives.signer()
    (place / "keys" / "backup_key").unlink()
    assert "Nobody's signature is known here" in reason(path, officer)
    written(place / "keys", officer)  # makes another key
    assert "not trusted here" in reason(path, officer)
    assert archives.check(path, [ours]).title.number == 7
    with pytest.raises(BadArchive, match="not trusted"):
        archives.check(place / "keys" / "one.kamkor", [ours])


def test_another_format_is_refused_only_after_its_signature(place: Path, officer: Officer) -> None:
    path = written(place, officer, title=Title("records", "sqlite", 7, "", format=0))
    assert "It has format 0; this version of Kamkor reads format 1" in reason(path, officer)
    path.write_bytes(path.read_bytes().replace(b'"format": 0', b'"format": 1'))
    assert "altered" in reason(path, officer)


def test_a_file_exchanged_after_it_was_checked_is_refused(place: Path, officer: Officer) -> None:
    path = written(place, officer)
    checked = archives.check(path)
    archives.write(path, TITLE, iter([TEXT.upper()]), officers=[officer.public])
    with archives.contents(checked, officer.identity) as stream, pytest.raises(BadArchive, match="exchanged"):
        stream.read(2**30)


def test_some_other_file_is_not_taken_for_a_backup(place: Path, officer: Officer) -> None:
    other = place / "letter.txt"
    other.write_text("Dear colleague\n")
    assert reason(other, officer) == "This is not a backup of Kamkor."


def test_without_an_officer_nothing_is_written(place: Path) -> None:
    with pytest.raises(BadArchive, match="nobody could open"):
        archives.write(place / "one.kamkor", TITLE, iter([TEXT]), officers=[])
    with pytest.raises(BadArchive, match="no age public key"):
        archives.write(place / "one.kamkor", TITLE, iter([TEXT]), officers=["age1nobody"])
    assert not list(place.glob("*.kamkor*"))


def test_the_copy_before_is_written_over_not_only_forgotten(place: Path, officer: Officer) -> None:
    path = written(place, officer)
    with path.open("rb") as before:
        written(place, officer, TEXT[:1000])
        assert not before.read().strip(b"\0")
    assert read(path, officer.identity) == TEXT[:1000]


def test_officers_are_read_with_remarks(officer: Officer) -> None:
    lines = ["# heads of two desks", "", f"{officer.public}  # Aigerim", ""]
    assert archives.read_officers(lines) == [officer.public]
    with pytest.raises(BadArchive):
        archives.read_officers(["ssh-rsa AAAA"])


def test_an_identity_file_without_a_key_is_told(place: Path, officer: Officer) -> None:
    path = written(place, officer)
    with pytest.raises(BadArchive, match="holds no age key"):
        read(path, "not a key")
