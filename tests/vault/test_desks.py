import stat
from pathlib import Path

import pytest
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kamkor.vault import crypto, desks, host
from kamkor.vault.keyring import Keyring, Sealed, WrongPassphrase
from kamkor.vault.models import File, Holder, Item, KeyPair, Share, StoredKey, Wrap
from kamkor.vault.opening import OpenPair
from kamkor.vault.problems import LastHolder, WrongRecoveryKey
from kamkor.vault.router import KEY_STORE_APPS
from tests.vault.conftest import PHRASE, Staffed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def written(at: Staffed, text: str = "a text") -> Item:
    ring = at.ring()
    return ring.write(ring.new_file(at.desk), "note", text)


def unlock(member: Holder, phrase: str = PHRASE) -> Keyring:
    return Keyring.unlock(member, phrase)


def kept_aside(ring: Keyring) -> list[OpenPair]:
    """Every private key that somebody could have written down."""
    return list(ring.pairs.values())


def test_a_new_member_opens_no_desk_until_admitted(centre: Staffed) -> None:
    item, member = written(centre), desks.new_member(PHRASE)
    assert not unlock(member).opens(centre.desk)
    assert not unlock(member).can_read(item)
    desks.admit(centre.ring(), centre.desk, member)
    desks.admit(centre.ring(), centre.desk, member)
    assert unlock(member).read(item) == "a text"
    assert desks.admitted(centre.desk) == {centre.member.pk, member.pk}


def test_only_who_opens_a_desk_admits_to_it(centre: Staffed, clinic: Staffed) -> None:
    with pytest.raises(Sealed):
        desks.admit(clinic.ring(), centre.desk, clinic.member)


def test_a_member_removed_reads_nothing_in_the_next_request(centre: Staffed) -> None:
    item, leaver = written(centre), centre.colleague()
    session = unlock(leaver).dump()
    desks.remove(centre.ring(), centre.desk, leaver)
    assert not Keyring.load(session).opens(centre.desk)
    assert not Keyring.load(session).can_read(item)
    assert centre.ring().read(item) == "a text"


def test_a_leaver_with_all_keys_and_the_databases_reads_nothing_written_after(
    centre: Staffed, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before, leaver = written(centre), centre.colleague()
    stolen = Keyring(kept_aside(unlock(leaver)))
    desks.remove(centre.ring(), centre.desk, leaver)
    assert stolen.can_read(before)
    with django_capture_on_commit_callbacks(execute=True):
        added = centre.ring().write(File.objects.get(), "note", "into the old file")
        new = written(centre, "into a new file")
    assert not stolen.can_read(added)
    assert not stolen.can_read(new)
    assert not Keyring(kept_aside(stolen)).can_read(Item.objects.get(pk=before.pk))
    assert centre.ring().read(Item.objects.get(pk=before.pk)) == "a text"


def test_a_leaver_of_the_receiver_reads_nothing_rewritten_after(
    centre: Staffed, clinic: Staffed, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    item, leaver = written(centre), clinic.colleague()
    centre.ring().share([item], clinic.desk, ref="referral:1")
    stolen = Keyring(kept_aside(unlock(leaver)))
    assert stolen.can_read(item)
    desks.remove(clinic.ring(), clinic.desk, leaver)
    with django_capture_on_commit_callbacks(execute=True):
        centre.ring().rewrite(item, "second")
    assert not stolen.can_read(Item.objects.get())
    assert clinic.ring().read(Item.objects.get()) == "second"


def test_the_last_holder_cannot_be_removed(centre: Staffed) -> None:
    with pytest.raises(LastHolder):
        desks.remove(centre.ring(), centre.desk, centre.member)
    assert centre.ring().opens(centre.desk)


def test_turning_many_times_keeps_the_oldest_readable(centre: Staffed) -> None:
    item = written(centre)
    for _ in range(4):
        desks.turn_desk(centre.ring(), centre.desk)
    assert centre.desk.current().epoch == 5
    assert centre.ring().read(item) == "a text"
    assert Share.objects.filter(pair__holder=centre.desk).count() == 1


def test_a_file_moves_to_the_new_epoch_when_it_is_written(centre: Staffed) -> None:
    item = written(centre)
    desks.turn_desk(centre.ring(), centre.desk)
    centre.ring().rewrite(item, "second")
    stored = StoredKey.objects.latest("epoch")
    assert (stored.epoch, stored.pair_id) == (2, centre.desk.current().pk)


def test_the_printed_key_recovers_a_desk(centre: Staffed) -> None:
    item = written(centre)
    words = desks.make_recovery(centre.ring(), centre.desk)
    desks.turn_desk(centre.ring(), centre.desk)
    member = desks.new_member("another phrase")
    desks.admit(desks.recover(centre.desk, words.lower()), centre.desk, member)
    assert unlock(member, "another phrase").read(item) == "a text"


def test_wrong_or_replaced_words_recover_nothing(centre: Staffed, clinic: Staffed) -> None:
    words = desks.make_recovery(centre.ring(), centre.desk)
    elsewhere = desks.make_recovery(clinic.ring(), clinic.desk)
    newer = desks.make_recovery(centre.ring(), centre.desk)
    for wrong in ("", "no words", words, elsewhere, newer[:-1]):
        with pytest.raises(WrongRecoveryKey):
            desks.recover(centre.desk, wrong)
    assert desks.recover(centre.desk, newer).opens(centre.desk)


def test_the_recovery_key_is_in_no_row(centre: Staffed) -> None:
    words = desks.make_recovery(centre.ring(), centre.desk)
    private = next(iter(desks.recover(centre.desk, words).dump().split(b'"')[1::2]))
    rows = [*KeyPair.objects.values_list(), *Share.objects.values_list(), *Wrap.objects.values_list()]
    assert private.decode() not in str(rows)


def test_a_pass_phrase_is_changed_with_the_old_one_only(centre: Staffed) -> None:
    item = written(centre)
    with pytest.raises(WrongPassphrase):
        desks.change_passphrase(centre.member, "wrong", "another phrase")
    desks.change_passphrase(centre.member, PHRASE, "another phrase")
    with pytest.raises(WrongPassphrase):
        centre.ring()
    assert unlock(centre.member, "another phrase").read(item) == "a text"


@pytest.mark.asvs("11.2.2", "11.4.4")
def test_the_cost_of_a_phrase_is_kept_with_it(centre: Staffed, settings: Settings) -> None:
    settings.KDF_MEMORY_KIB, settings.KDF_PASSES = 128, 2
    assert centre.ring().opens(centre.desk)
    desks.change_passphrase(centre.member, PHRASE, PHRASE)
    kept = Wrap.objects.get(pair__holder=centre.member)
    assert (kept.memory_kib, kept.passes) == (128, 2)
    assert centre.ring().opens(centre.desk)


def test_a_reset_opens_nothing_until_a_colleague_admits(centre: Staffed) -> None:
    item, member = written(centre), centre.colleague()
    desks.reset_member(member, "another phrase")
    with pytest.raises(WrongPassphrase):
        unlock(member)
    assert not unlock(member, "another phrase").can_read(item)
    desks.turn_desk(centre.ring(), centre.desk)
    assert not unlock(member, "another phrase").can_read(item)
    desks.admit(centre.ring(), centre.desk, member)
    assert unlock(member, "another phrase").read(item) == "a text"


def test_a_reset_opens_after_the_recovery_key_is_used(centre: Staffed) -> None:
    item, words = written(centre), desks.make_recovery(centre.ring(), centre.desk)
    desks.reset_member(centre.member, "another phrase")
    desks.admit(desks.recover(centre.desk, words), centre.desk, centre.member)
    assert unlock(centre.member, "another phrase").read(item) == "a text"


def test_a_reset_never_shuts_a_desk_for_ever(centre: Staffed) -> None:
    with pytest.raises(LastHolder):
        desks.reset_member(centre.member, "another phrase")
    assert centre.ring().opens(centre.desk)


def test_host_custody_is_one_more_recipient(centre: Staffed, settings: Settings) -> None:
    item = written(centre)
    assert desks.custody(centre.desk) == "staff"
    assert not host.keyring().can_read(item)
    desks.set_custody(centre.ring(), centre.desk, "host")
    assert desks.custody(centre.desk) == "host"
    assert host.keyring().read(item) == "a text"
    path: Path = settings.HOST_KEY_FILE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    desks.reset_member(centre.member, "another phrase")
    desks.admit(host.keyring(), centre.desk, centre.member)
    assert unlock(centre.member, "another phrase").read(item) == "a text"


def test_custody_taken_back_shuts_the_host_out(centre: Staffed) -> None:
    desks.set_custody(centre.ring(), centre.desk, "host")
    stolen = Keyring(kept_aside(host.keyring()))
    desks.set_custody(centre.ring(), centre.desk, "staff")
    assert desks.custody(centre.desk) == "staff"
    assert not host.keyring().opens(centre.desk)
    assert not stolen.can_read(written(centre))


def test_a_new_desk_may_begin_under_host_custody(everything: None) -> None:
    desk, _ = desks.new_desk(custody="host")
    assert desks.custody(desk) == "host"
    assert host.keyring().opens(desk)


def test_a_standing_seal_opens_one_way(centre: Staffed, clinic: Staffed) -> None:
    ours, theirs = written(centre), written(clinic)
    desks.standing_seal(centre.ring(), centre.desk, clinic.desk)
    assert clinic.ring().read(ours) == "a text"
    assert not centre.ring().can_read(theirs)


def test_a_standing_seal_taken_back_opens_nothing_written_after(centre: Staffed, clinic: Staffed) -> None:
    desks.standing_seal(centre.ring(), centre.desk, clinic.desk)
    stolen = Keyring(kept_aside(clinic.ring()))
    desks.end_standing_seal(centre.ring(), centre.desk, clinic.desk)
    item = written(centre)
    assert not clinic.ring().can_read(item)
    assert not stolen.can_read(item)


def test_a_leaver_of_the_reading_desk_takes_no_standing_seal_along(centre: Staffed, clinic: Staffed) -> None:
    desks.standing_seal(centre.ring(), centre.desk, clinic.desk)
    leaver = clinic.colleague()
    stolen = Keyring(kept_aside(unlock(leaver)))
    desks.remove(clinic.ring(), clinic.desk, leaver)
    item = written(centre)
    assert not stolen.can_read(item)
    assert clinic.ring().read(item) == "a text"


def test_a_share_moved_to_another_row_does_not_open(centre: Staffed, clinic: Staffed) -> None:
    stolen = Share.objects.get(pair__holder=centre.desk)
    own = Share.objects.get(pair__holder=clinic.desk)
    Share.objects.filter(pk=own.pk).update(sealed=stolen.sealed)
    with pytest.raises(crypto.Unreadable):
        clinic.ring().opens(clinic.desk)


def test_file_keys_are_in_the_key_store_alone(centre: Staffed) -> None:
    written(centre)
    assert StoredKey.objects.get()._state.db == "keys"
    tables = {alias: set(connections[alias].introspection.table_names()) for alias in connections}
    assert "vault_storedkey" not in tables["default"]
    assert tables["keys"] == {"vault_storedkey", "django_migrations"}


def test_only_migrations_of_the_vault_do_anything_in_the_key_store() -> None:
    """All others are noted there, and not run."""
    elsewhere = [
        migration
        for (app, _name), migration in MigrationLoader(None).disk_migrations.items()
        if app not in KEY_STORE_APPS
    ]
    assert len(elsewhere) > 50
    for migration in elsewhere:
        assert not [step for step in migration.operations if getattr(step, "hints", {}).get("key_store")]
