"""What is large is sealed in pieces: bound to place and order, turned along, in clear on no disk."""

import io
import os
import random
from pathlib import Path

import pytest
from pytest_django import Settings

from kamkor.vault import crypto, files, keyring
from kamkor.vault.keyring import Sealed
from kamkor.vault.models import Item, ItemPiece, StoredKey
from kamkor.vault.spool import PIECE, SealedUploads, Spool, spooled
from tests.vault.conftest import Staffed, staffed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
KEY, BOUND = bytes(32), b"here"


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(crypto, "PIECE_BYTES", 1000)
    return 1000


def large(size: int = 4500) -> bytes:
    return random.Random(size).randbytes(size)


def document(centre: Staffed, content: bytes) -> Item:
    ring = centre.ring()
    return ring.write(ring.new_file(centre.desk), "document", io.BytesIO(content), media_type="text/plain")


@pytest.mark.asvs("11.3.3")
def test_pieces_that_were_changed_moved_left_out_or_cut_off_do_not_open() -> None:
    head = crypto.new_head()
    sealed = list(crypto.seal_pieces(KEY, head, [b"one", b"two", b"three"], bound=BOUND))

    def opened(pieces: list[bytes], *, key: bytes = KEY, head: bytes = head, bound: bytes = BOUND) -> bytes:
        return b"".join(crypto.open_pieces(key, head, pieces, bound=bound))

    assert opened(sealed) == b"onetwothree"
    changed = sealed[1][:-1] + bytes([sealed[1][-1] ^ 1])
    for wrong in (
        [sealed[0], changed, sealed[2]],
        [sealed[1], sealed[0], sealed[2]],
        [sealed[0], sealed[2]],
        sealed[:2],
        [*sealed, sealed[2]],
        [],
    ):
        with pytest.raises(crypto.Unreadable):
            opened(wrong)
    with pytest.raises(crypto.Unreadable):
        opened(sealed, key=bytes(31) + b"x")
    with pytest.raises(crypto.Unreadable):
        opened(sealed, bound=b"elsewhere")
    with pytest.raises(crypto.Unreadable):
        opened(sealed, head=crypto.new_head())


@pytest.mark.parametrize("size", [999, 1000, 1001, 2000, 4500])
def test_a_file_of_any_size_is_read_as_it_was_written(centre: Staffed, small_pieces: int, size: int) -> None:
    item = document(centre, large(size))
    assert item.size == size
    assert ItemPiece.objects.count() == (0 if size <= small_pieces else -(-size // small_pieces))
    assert centre.ring().read_bytes(Item.objects.get()) == large(size)
    assert not any(large(size)[:200] in bytes(piece.sealed) for piece in ItemPiece.objects.all())


def test_what_was_sealed_before_there_were_pieces_still_opens(centre: Staffed) -> None:
    ring = centre.ring()
    item = ring.write(ring.new_file(centre.desk), "document", large(2**19))
    assert bytes(item.sealed[:1]) == crypto.VERSION
    assert b"".join(centre.ring().read_in_pieces(item)) == large(2**19)


def test_turning_seals_every_piece_anew_and_the_old_key_opens_none(
    centre: Staffed, small_pieces: int
) -> None:
    item = document(centre, large())
    ring = centre.ring()
    ring.rewrite(item, io.BytesIO(large(3500)))
    before = list(ItemPiece.objects.order_by("version", "number").values_list("sealed", flat=True))
    ring.turn(item.file)
    after = list(ItemPiece.objects.order_by("version", "number").values_list("sealed", flat=True))
    assert len(after) == len(before) == 9
    assert not {bytes(piece) for piece in before} & {bytes(piece) for piece in after}
    now = Item.objects.get()
    assert centre.ring().read_bytes(now) == large(3500)
    [version] = now.versions.all()
    key = centre.ring()._item_keys([now])[now.pk]
    assert b"".join(files.open_in_pieces(version, now, key)) == large()


def test_what_was_shared_opens_in_pieces_and_for_no_stranger(centre: Staffed, small_pieces: int) -> None:
    clinic, stranger = staffed(), staffed()
    item = document(centre, large())
    centre.ring().share([item], clinic.desk, ref="referral:1")
    assert spooled(clinic.ring(), Item.objects.get()).read() == large()
    with pytest.raises(Sealed):
        spooled(stranger.ring(), Item.objects.get())


def test_destroying_leaves_no_piece(centre: Staffed, small_pieces: int) -> None:
    whole, single = document(centre, large()), document(centre, large(2500))
    keyring.destroy(whole.file)
    assert set(ItemPiece.objects.values_list("item", flat=True)) == {single.pk}
    keyring.destroy_items([single.pk])
    assert not ItemPiece.objects.exists()
    assert not StoredKey.objects.filter(file_id=whole.file_id).exists()


def test_who_reads_while_the_file_is_turned_gets_all_of_it(
    centre: Staffed, small_pieces: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = document(centre, large())
    seen = Item.objects.get()
    centre.ring().turn(item.file)
    assert spooled(centre.ring(), seen).read() == large()
    ItemPiece.objects.filter(number=4).delete()
    with pytest.raises(crypto.Unreadable):
        spooled(centre.ring(), Item.objects.get())


@pytest.mark.asvs("14.2.2")
def test_a_spool_is_read_as_it_was_written_and_its_disk_tells_nothing(tmp_path: Path) -> None:
    content = large(3 * PIECE + 77)
    spool = Spool([content[:10], content[10 : 2 * PIECE], content[2 * PIECE :]])
    assert spool.read() == content
    assert spool.read() == b""
    for start, size in ((0, 5), (PIECE - 3, 6), (2 * PIECE, PIECE), (3 * PIECE + 70, 100), (4 * PIECE, 9)):
        spool.seek(start)
        assert spool.read(size) == content[start : start + size]
    disk = os.pread(spool._disk.fileno(), 4 * PIECE, 0)
    assert len(disk) > 3 * PIECE
    assert not any(content[start : start + 16] in disk for start in range(0, 3 * PIECE, 4099))
    assert not list(tmp_path.glob("**/*"))
    spool.seek(0)
    with pytest.raises(io.UnsupportedOperation):
        spool.write(b"over what is there")
    spool.close()


@pytest.mark.asvs("5.2.1")
def test_of_an_upload_that_is_too_large_no_more_is_kept_than_says_so(settings: Settings) -> None:
    settings.UPLOAD_MAX_BYTES = settings.IMPORT_MAX_BYTES = 1000
    handler = SealedUploads()
    handler.new_file("file", "a.txt", "text/plain", None)
    for start in range(0, 5000, 500):
        handler.receive_data_chunk(b"x" * 500, start)
    assert handler.held.size == 1001
