"""Keys turned to the end: all files of a desk, and the host's own key while desks work."""

from pathlib import Path

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kamkor.vault import desks, host, names, resealing
from kamkor.vault.keyring import Keyring, Sealed
from kamkor.vault.models import Holder, Item, NameEntry, Share, StoredKey
from tests.vault.conftest import Staffed, staffed

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def written(at: Staffed, text: str = "a text") -> Item:
    ring = at.ring()
    return ring.write(ring.new_file(at.desk), "note", text)


def stolen(ring: Keyring) -> Keyring:
    """Every private key that somebody could have written down."""
    return Keyring(list(ring.pairs.values()))


def test_sealing_anew_leaves_nothing_to_somebody_who_kept_the_old_key(
    centre: Staffed, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    items = [written(centre) for _ in range(3)]
    pairs = centre.ring().pairs.values()
    kept = Keyring([pair for pair in pairs if pair.holder_id == centre.desk.pk])
    desks.turn_desk(centre.ring(), centre.desk)
    assert resealing.old_keys(centre.desk).count() == 3
    with django_capture_on_commit_callbacks(execute=True):
        progress = resealing.reseal(centre.ring(), centre.desk)
    assert (progress.position, progress.done) == (None, 3)
    assert not resealing.old_keys(centre.desk).exists()
    for item in Item.objects.filter(pk__in=[item.pk for item in items]):
        assert not Keyring(kept._roots).can_read(item)
        assert centre.ring().read(item) == "a text"


def test_it_goes_on_where_it_broke_off(
    centre: Staffed, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    for _ in range(3):
        written(centre)
    desks.turn_desk(centre.ring(), centre.desk)
    StoredKey.objects.filter(pk=StoredKey.objects.earliest("pk").pk).update(file_id="0" * 32)  # of a crash
    position, steps = 0, 0
    while position is not None:
        with django_capture_on_commit_callbacks(execute=True):
            progress = resealing.reseal(centre.ring(), centre.desk, after=position, seconds=0)
        position, steps = progress.position, steps + 1  # type: ignore[assignment]
    assert steps == 4
    assert resealing.old_keys(centre.desk).count() == 1


def test_another_desk_seals_nothing_anew(centre: Staffed, clinic: Staffed) -> None:
    written(centre)
    desks.turn_desk(centre.ring(), centre.desk)
    with pytest.raises(Sealed):
        resealing.reseal(clinic.ring(), centre.desk)
    assert resealing.old_keys(centre.desk).count() == 1


def test_names_move_to_a_new_secret_and_the_old_one_is_destroyed(
    centre: Staffed, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    for subject, name in enumerate(["Гүлнара Токтосунова", "Бакыт уулу Азамат", "Светлана Орозбекова"], 1):
        names.index(centre.ring(), centre.desk, {subject: [name]})
    kept = list(NameEntry.objects.values())
    old = names._secrets(centre.ring(), centre.desk, names.INDEX)
    names.forget(centre.ring(), centre.desk, 2)
    names.start_anew(centre.ring(), centre.desk)
    more = True
    while more:
        with django_capture_on_commit_callbacks(execute=True):
            more = names.renew(centre.ring(), centre.desk, at_most=1)
            assert names.find(centre.ring(), centre.desk, "Токтосунова")[0].id == 1
    assert names.find(centre.ring(), centre.desk, "Светлана")[0].id == 3
    assert not names.find(centre.ring(), centre.desk, "Азамат")
    assert [s.item for s in names._secrets(centre.ring(), centre.desk, names.INDEX)] != [old[0].item]
    # A copy of the index and of the secret's row from before, beside the present key store:
    old[0].item.save(force_insert=True)
    assert len(kept) > 3
    assert not centre.ring().can_read(old[0].item)


# The host


@pytest.fixture
def kept_by_host(centre: Staffed, clinic: Staffed) -> list[Staffed]:
    held = [centre, clinic, staffed()]
    for at in held:
        desks.set_custody(at.ring(), at.desk, "host")
    return held


def run() -> list[tuple[int, int]]:
    return list(resealing.turn_host())


def test_the_hosts_key_is_turned_and_the_old_file_opens_nothing_new(
    kept_by_host: list[Staffed],
    settings: Settings,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    file: Path = settings.HOST_KEY_FILE
    before, old = written(kept_by_host[0]), stolen(host.keyring())
    epoch, copy = host.pair()[0].epoch, file.read_bytes()
    assert run() == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert host.pair()[0].epoch == epoch + 1
    assert file.read_bytes() != copy
    assert not host.turning()
    assert host.waiting() == []
    with django_capture_on_commit_callbacks(execute=True):
        after = [written(at) for at in kept_by_host]
        resealing.reseal(kept_by_host[0].ring(), kept_by_host[0].desk)
    assert not any(old.can_read(item) for item in after)
    assert not old.can_read(Item.objects.get(pk=before.pk))
    assert all(host.keyring().read(item) == "a text" for item in after)
    file.write_bytes(copy)  # the thief's copy of the file, beside the present databases
    assert not any(host.keyring().can_read(item) for item in after)


def test_a_turn_of_the_host_that_was_killed_goes_on_and_locks_nobody_out(kept_by_host: list[Staffed]) -> None:
    turning = resealing.turn_host()
    next(turning)
    next(turning)
    turning.close()  # as far as the second desk
    assert host.turning()
    assert len(host.waiting()) == 2
    assert all(host.keyring().opens(at.desk) for at in kept_by_host)
    assert all(at.ring().opens(at.desk) for at in kept_by_host)
    assert run() == [(0, 2), (1, 2), (2, 2)]
    assert all(host.keyring().opens(at.desk) for at in kept_by_host)


def test_killed_before_the_row_or_before_the_file_is_replaced(
    kept_by_host: list[Staffed], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    for where in ("_pair_of", "end"):
        with monkeypatch.context() as patch:
            patch.setattr(host, where, killed)
            with pytest.raises(Killed):
                run()
        assert all(host.keyring().opens(at.desk) for at in kept_by_host)
    epoch = host.pair()[0].epoch
    run()
    assert host.pair()[0].epoch == epoch
    assert not host.turning()
    assert all(host.keyring().opens(at.desk) for at in kept_by_host)


def test_a_desk_that_chooses_the_host_while_it_turns_gets_the_new_key(kept_by_host: list[Staffed]) -> None:
    turning = resealing.turn_host()
    next(turning)
    late = staffed()
    desks.set_custody(late.ring(), late.desk, "host")
    list(turning)
    assert host.keyring().opens(late.desk)
    assert not Share.objects.filter(
        recipient__in=host.pair()[0].holder.pairs.exclude(pk=host.pair()[0].pk)
    ).exists()


def test_desks_without_the_host_are_left_alone(kept_by_host: list[Staffed]) -> None:
    own = staffed()
    run()
    assert own.desk.current().epoch == 1
    assert not host.keyring().opens(own.desk)
    assert Holder.objects.filter(kind=Holder.Kind.HOST).count() == 1
