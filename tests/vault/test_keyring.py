import uuid
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from kamkor.vault import crypto, desks, keyring
from kamkor.vault.keyring import ChangedMeanwhile, Keyring, Sealed, WrongPassphrase
from kamkor.vault.models import File, Grant, Item, ItemVersion, StoredKey
from tests.vault.conftest import PHRASE, Staffed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
TEXT = "She wants a doctor, a woman"


def written(at: Staffed, text: str = TEXT) -> Item:
    ring = at.ring()
    return ring.write(ring.new_file(at.desk), "note", text, by=7)


def shared(at: Staffed, item: Item, receiver: Staffed, **ends: object) -> Grant:
    [grant] = at.ring().share([item], receiver.desk, ref="referral:1", **ends)  # type: ignore[arg-type]
    return grant


def test_what_a_member_writes_a_member_reads(centre: Staffed) -> None:
    item = written(centre)
    assert centre.ring().read(Item.objects.get()) == TEXT
    assert (item.size, item.media_type, item.written_by_id) == (len(TEXT), "text/plain", 7)
    assert TEXT.encode() not in bytes(item.sealed)


def test_bytes_are_kept_as_they_are(centre: Staffed) -> None:
    ring = centre.ring()
    item = ring.write(ring.new_file(centre.desk), "document", b"\x00\xff", media_type="image/png")
    assert ring.read_bytes(item) == b"\x00\xff"


def test_another_desk_reads_nothing(centre: Staffed, clinic: Staffed) -> None:
    item, ring = written(centre), clinic.ring()
    assert not ring.can_read(item)
    assert ring.read_many([item]) == {}
    with pytest.raises(Sealed):
        ring.read(item)
    with pytest.raises(Sealed):
        ring.rewrite(item, "changed")
    with pytest.raises(Sealed):
        ring.write(item.file, "note", "added")
    with pytest.raises(Sealed):
        ring.new_file(centre.desk)
    with pytest.raises(Sealed):
        ring.share([item], clinic.desk, ref="referral:1")


@pytest.mark.parametrize("phrase", ["", "wrong", PHRASE + " ", "x" * 5000])
def test_a_wrong_pass_phrase_opens_nothing(centre: Staffed, phrase: str) -> None:
    with pytest.raises(WrongPassphrase):
        Keyring.unlock(centre.member, phrase)


@pytest.mark.asvs("11.3.3")
def test_a_row_copied_over_another_does_not_open(centre: Staffed) -> None:
    ring = centre.ring()
    one = written(centre)
    two = ring.write(one.file, "note", "another")
    Item.objects.filter(pk=two.pk).update(sealed=one.sealed)
    with pytest.raises(crypto.Unreadable):
        ring.read(Item.objects.get(pk=two.pk))


def test_an_old_version_put_back_does_not_open(centre: Staffed) -> None:
    item = written(centre)
    old = bytes(item.sealed)
    centre.ring().rewrite(item, "newer")
    Item.objects.filter(pk=item.pk).update(sealed=old)
    with pytest.raises(crypto.Unreadable):
        centre.ring().read(Item.objects.get(pk=item.pk))


def test_rewriting_keeps_what_was(centre: Staffed) -> None:
    item, ring = written(centre), centre.ring()
    ring.rewrite(item, "second", by=8)
    ring.rewrite(item, "third", by=9, expected=2)
    assert ring.read(Item.objects.get()) == "third"
    assert ring.read(item) == "third"
    history = ring.history(item)
    assert [(version.version, version.written_by_id, text) for version, text in history] == [
        (2, 8, "second"),
        (1, 7, TEXT),
    ]


@pytest.mark.asvs("2.3.4")
def test_two_who_rewrite_at_once_lose_nothing(centre: Staffed) -> None:
    item = written(centre)
    seen = item.version
    centre.ring().rewrite(Item.objects.get(), "by the first", expected=seen)
    with pytest.raises(ChangedMeanwhile) as caught:
        centre.ring().rewrite(Item.objects.get(), "by the second", expected=seen)
    assert (caught.value.mine, caught.value.theirs) == ("by the second", "by the first")
    assert "by the" not in str(caught.value)
    assert centre.ring().read(Item.objects.get()) == "by the first"


def test_a_receiver_reads_exactly_what_is_shared(centre: Staffed, clinic: Staffed) -> None:
    item = written(centre)
    kept = centre.ring().write(item.file, "note", "not to be shared")
    shared(centre, item, clinic)
    assert clinic.ring().read(item) == TEXT
    assert not clinic.ring().can_read(kept)
    assert keyring.grant_refs([item, kept]) == {item.pk: {"referral:1"}}


def test_a_receiver_shares_nothing_on(centre: Staffed, clinic: Staffed) -> None:
    item = written(centre)
    shared(centre, item, clinic)
    with pytest.raises(Sealed):
        clinic.ring().share([item], clinic.desk, ref="referral:2")


def test_ended_sharing_is_shut_at_once(centre: Staffed, clinic: Staffed) -> None:
    item = written(centre)
    shared(centre, item, clinic)
    assert keyring.end_grants("referral:1") == 1
    assert keyring.end_grants("referral:1") == 0
    assert not clinic.ring().can_read(item)
    assert File.objects.get().turn_due
    assert bytes(Grant.objects.get().sealed_key) == b""
    assert keyring.grant_refs([item]) == {}


def test_sharing_ends_by_itself(centre: Staffed, clinic: Staffed) -> None:
    item = written(centre)
    shared(centre, item, clinic, ends_at=timezone.now() + timedelta(hours=1))
    assert clinic.ring().can_read(item)
    Grant.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    assert not clinic.ring().can_read(item)
    assert keyring.end_expired_grants() == 1
    assert File.objects.get().turn_due


def test_a_grant_kept_aside_opens_nothing_written_later(
    centre: Staffed, clinic: Staffed, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    item = written(centre)
    kept_aside = bytes(shared(centre, item, clinic).sealed_key)
    keyring.end_grants("referral:1")
    with django_capture_on_commit_callbacks(execute=True):
        centre.ring().rewrite(item, "written later")
    assert not File.objects.get().turn_due
    Grant.objects.update(sealed_key=kept_aside, ended_at=None)
    with pytest.raises(crypto.Unreadable):
        clinic.ring().read(Item.objects.get())


def test_turning_keeps_owner_receiver_and_history(
    centre: Staffed, clinic: Staffed, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    item = written(centre)
    centre.ring().rewrite(item, "second")
    shared(centre, item, clinic)
    with django_capture_on_commit_callbacks(execute=True):
        centre.ring().turn(item.file)
    now = Item.objects.get()
    assert now.file_epoch == 2
    assert centre.ring().read(now) == "second"
    assert clinic.ring().read(now) == "second"
    assert [text for _, text in centre.ring().history(now)] == [TEXT]
    assert list(StoredKey.objects.values_list("epoch", flat=True)) == [2]


def test_rows_loaded_before_somebody_turned_still_open(
    centre: Staffed, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    item, ring = written(centre), centre.ring()
    with django_capture_on_commit_callbacks(execute=True):
        centre.ring().turn(File.objects.get())
    assert ring.read(item) == TEXT


def test_a_turn_that_a_crash_broke_off_is_done_again(centre: Staffed) -> None:
    item = written(centre)
    stored = StoredKey.objects.get()
    StoredKey.objects.create(
        file_id=stored.file_id, epoch=2, pair_id=stored.pair_id, sealed=stored.sealed, pepper=b"left over"
    )
    assert centre.ring().read(item) == TEXT
    centre.ring().turn(item.file)
    assert centre.ring().read(Item.objects.get()) == TEXT


def test_devices_only_seal(centre: Staffed, clinic: Staffed) -> None:
    _, item = keyring.seal_for(centre.desk, "letter", TEXT)
    assert centre.ring().read(item) == TEXT
    assert not clinic.ring().can_read(item)


def test_what_is_destroyed_no_copy_of_the_records_opens(centre: Staffed, clinic: Staffed) -> None:
    item = written(centre)
    centre.ring().rewrite(item, "second")
    shared(centre, item, clinic)
    copy = [list(model.objects.values()) for model in (Item, ItemVersion, Grant)]
    keyring.destroy(item.file)
    assert not centre.ring().can_read(Item.objects.get())
    assert bytes(Item.objects.get().sealed) == b""
    Item.objects.all().delete()
    for model, rows in zip((Item, ItemVersion, Grant), copy, strict=True):
        for row in rows:
            model.objects.create(**row)  # type: ignore[attr-defined]
    for ring in (centre.ring(), clinic.ring()):
        with pytest.raises(Sealed):
            ring.read(Item.objects.get())
    assert not StoredKey.objects.exists()


def test_many_are_read_in_the_same_few_queries(
    centre: Staffed, clinic: Staffed, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ring = centre.ring()
    files = [ring.new_file(centre.desk) for _ in range(12)]
    items = [ring.write(file, "note", f"text {n}") for n, file in enumerate(files)]
    centre.ring().share(items, clinic.desk, ref="referral:1")
    for reader, others in ((centre, 0), (clinic, 1)):
        for some in (items[:2], items):
            ring = reader.ring()
            with django_assert_num_queries(2 + others), django_assert_num_queries(1, using="keys"):
                texts = ring.read_many(some)
            assert texts == {item.pk: f"text {n}" for n, item in enumerate(some)}


def test_nothing_of_a_keyring_is_printed(centre: Staffed) -> None:
    ring = centre.ring()
    ring.read(written(centre))
    assert repr(ring) == "<Keyring of 1>"
    for pair in ring.pairs.values():
        assert "private" not in repr(pair)


def test_a_dumped_keyring_is_the_same_keyring(centre: Staffed) -> None:
    item = written(centre)
    assert Keyring.load(centre.ring().dump()).read(item) == TEXT


def test_ids_are_random(centre: Staffed) -> None:
    assert all(
        isinstance(row, uuid.UUID) and row.version == 4 for row in (written(centre).pk, File.objects.get().pk)
    )


def test_a_colleague_who_turned_the_desk_meanwhile_is_no_obstacle(centre: Staffed) -> None:
    item, ring = written(centre), centre.ring()
    assert ring.read(item) == TEXT
    desks.turn_desk(centre.ring(), centre.desk)
    ring.rewrite(item, "second")
    assert centre.ring().read(Item.objects.get()) == "second"
