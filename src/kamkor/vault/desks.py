"""The life of keys: members and desks come, are admitted, leave, forget a pass phrase, are recovered.

Who may do these things is for the policy to say; here it is only made sure that keys allow it.
"""

from typing import Literal

from django.db import transaction

from kamkor.base import wall
from kamkor.methods.recovery import from_words, to_words
from kamkor.vault import crypto, host
from kamkor.vault.keyring import Keyring
from kamkor.vault.models import File, Grant, Holder, KeyPair, NameEntry, Share, Wrap
from kamkor.vault.opening import open_member, opened, seal_previous, share_pair, wrap
from kamkor.vault.problems import LastHolder, Sealed, WrongRecoveryKey

Custody = Literal["staff", "host"]
PERSONAL = [Holder.Kind.MEMBER, Holder.Kind.RECOVERY, Holder.Kind.HOST]


def new_member(passphrase: str) -> Holder:
    """A member who can sign in to a vault of his own, which opens no desk until a colleague admits him."""
    with transaction.atomic():
        member = Holder.objects.create(kind=Holder.Kind.MEMBER)
        _new_member_pair(member, 1, passphrase)
    return member


def new_desk(*, custody: Custody) -> tuple[Holder, Keyring]:
    """A desk and the keyring that admits its first member; nobody else can, once that keyring is gone."""
    with transaction.atomic():
        desk = Holder.objects.create(kind=Holder.Kind.DESK)
        pair, private = _new_pair(desk, 1)
        keyring = Keyring([opened(pair, private)])
        if custody == "host":
            set_custody(keyring, desk, custody)
    return desk, keyring


def admit(keyring: Keyring, desk: Holder, member: Holder) -> None:
    """Let a member open the desk, from any keyring that opens it; the member's pass phrase is not needed."""
    _share(keyring, desk, member.current())


def remove(keyring: Keyring, desk: Holder, member: Holder) -> None:
    """Shut the desk to a leaver: what is written from now on is under keys that he has never held."""
    with transaction.atomic():
        _take_back(desk, member)
        turn_desk(keyring, desk)


def admitted(desk: Holder) -> set[int]:
    """The members (ids of their holders) who open the desk's present key."""
    return set(
        Share.objects.filter(pair=desk.current(), recipient__holder__kind=Holder.Kind.MEMBER).values_list(
            "recipient__holder_id", flat=True
        )
    )


def turn_desk(keyring: Keyring, desk: Holder) -> None:
    """Begin a new epoch for the desk, and for every desk whose key is under a standing seal to it.

    Files are sealed to the new epoch when they are next written; files shared with the desk likewise.
    """
    with transaction.atomic():
        due, done = [desk], set[int]()
        while due:
            turned = due.pop()
            if turned.pk in done:
                continue
            _turn(keyring, turned)
            done.add(turned.pk)
            given = Share.objects.filter(recipient__holder=turned)
            due.extend(Holder.objects.filter(pairs__shares__in=given).distinct())


def make_recovery(keyring: Keyring, desk: Holder) -> str:
    """The words to print and lock away: they open the desk alone. Words printed earlier open no longer."""
    secret = crypto.random_key()
    with transaction.atomic():
        earlier = Holder.objects.filter(kind=Holder.Kind.RECOVERY, pairs__received__pair__holder=desk)
        replaced = [holder.pk for holder in earlier]
        recovery = Holder.objects.create(kind=Holder.Kind.RECOVERY)
        pair = KeyPair.objects.create(holder=recovery, public=_recovery_pair(secret).public)
        _share(keyring, desk, pair)
        if replaced:
            Share.objects.filter(recipient__holder__in=replaced).delete()
            turn_desk(keyring, desk)
    return to_words(secret)


def recover(desk: Holder, words: str) -> Keyring:
    """The keyring that the printed words open: with it a member is admitted. Raises WrongRecoveryKey."""
    try:
        pair = _recovery_pair(from_words(words))
    except ValueError:
        raise WrongRecoveryKey from None
    share = Share.objects.filter(pair__holder=desk, recipient__public=pair.public).first()
    if share is None:
        raise WrongRecoveryKey
    return Keyring([opened(share.recipient, pair.private)])


def change_passphrase(member: Holder, old: str, new: str) -> None:
    """Raises WrongPassphrase when `old` does not open the vault. Nothing else has to be sealed anew."""
    own = open_member(member, old)
    wrap(member.current(), own.private, new)


@wall.acting(None, scope="all")
def reset_member(member: Holder, new_passphrase: str) -> None:
    """Give a member who forgot the pass phrase new keys, which open no desk.

    The vault stays shut until a colleague admits him again or the desk's recovery key is used: nobody,
    the administrator least of all, opens files by resetting a pass phrase. Raises LastHolder where the
    forgotten phrase is the only way into a desk: it may yet be remembered.
    """
    with transaction.atomic():
        for desk in Holder.objects.filter(pairs__shares__recipient__holder=member).distinct():
            _take_back(desk, member)
        Wrap.objects.filter(pair__holder=member).delete()
        _new_member_pair(member, member.current().epoch + 1, new_passphrase)


def custody(desk: Holder) -> Custody:
    """Whether the host holds a key of the desk; every member is shown this."""
    held = Share.objects.filter(pair__holder=desk, recipient__holder__kind=Holder.Kind.HOST)
    return "host" if held.exists() else "staff"


def set_custody(keyring: Keyring, desk: Holder, custody: Custody) -> None:
    """Host custody is one more recipient: the key file of the host, outside the databases."""
    if custody == "host":
        _share(keyring, desk, host.pair()[0])
        return
    with transaction.atomic():
        for holder in Holder.objects.filter(kind=Holder.Kind.HOST):
            _take_back(desk, holder)
        turn_desk(keyring, desk)


def standing_seal(keyring: Keyring, desk: Holder, reader: Holder) -> None:
    """Let another desk read all of this desk's files, and whoever has a standing seal on that one too."""
    _share(keyring, desk, reader.current())


def join(keyring: Keyring, desk: Holder, into: Holder) -> None:
    """Make a desk part of another: its keys open to that one alone, its files are the other's from now on and
    move to its key when they are next written. Take a keyring that opens both."""
    if not keyring.opens(into):
        raise Sealed
    with transaction.atomic():
        Holder.objects.select_for_update(no_key=True).filter(pk__in=[desk.pk, into.pk]).count()
        _share(keyring, desk, into.current())
        Share.objects.filter(pair__holder=desk).exclude(recipient__holder=into).delete()
        Holder.objects.filter(joined_to=desk).update(joined_to=into)
        Holder.objects.filter(pk=desk.pk).update(joined_to=into)
        keyring.pass_on(desk, into)
        File.objects.filter(holder=desk).update(holder=into)
        NameEntry.objects.filter(holder=desk).update(holder=into)


def readers(desk: Holder) -> set[int]:
    """The desks (ids of their holders) that a standing seal lets open this one."""
    held = Share.objects.filter(pair=desk.current(), recipient__holder__kind=Holder.Kind.DESK)
    return set(held.values_list("recipient__holder_id", flat=True))


def read_by(desk: Holder) -> set[int]:
    """The desks (ids of their holders) that this one opens by a standing seal."""
    kind = Holder.Kind.DESK
    given = Share.objects.filter(
        recipient__holder=desk, pair__holder__kind=kind, pair__holder__joined_to=None
    )
    return set(given.values_list("pair__holder_id", flat=True))


def has_recovery(desk: Holder) -> bool:
    """Whether there are printed words that open the desk."""
    kind = Holder.Kind.RECOVERY
    return Share.objects.filter(pair=desk.current(), recipient__holder__kind=kind).exists()


def end_standing_seal(keyring: Keyring, desk: Holder, reader: Holder) -> None:
    with transaction.atomic():
        _take_back(desk, reader)
        turn_desk(keyring, desk)


def _new_pair(holder: Holder, epoch: int) -> tuple[KeyPair, bytes]:
    pair = crypto.new_pair()
    return KeyPair.objects.create(holder=holder, epoch=epoch, public=pair.public), pair.private


def _new_member_pair(member: Holder, epoch: int, passphrase: str) -> None:
    pair, private = _new_pair(member, epoch)
    wrap(pair, private, passphrase)


def _share(keyring: Keyring, desk: Holder, recipient: KeyPair) -> None:
    pair = desk.current()
    share_pair(keyring.private(pair), pair, recipient)


def _take_back(desk: Holder, recipient: Holder) -> None:
    """Raises LastHolder rather than leave files that nobody can open."""
    shares = Share.objects.filter(pair__holder=desk)
    shares.filter(recipient__holder=recipient).delete()
    if not shares.filter(recipient__holder__kind__in=PERSONAL).exists():
        raise LastHolder


def _turn(keyring: Keyring, desk: Holder) -> None:
    """The new epoch goes to the newest pair of everybody who held the old one, and opens the old one."""
    Holder.objects.select_for_update(no_key=True).get(pk=desk.pk)
    old = desk.current()
    previous = keyring.private(old)
    pair, private = _new_pair(desk, old.epoch + 1)
    pair.previous_sealed = seal_previous(pair, previous)
    pair.save(update_fields=["previous_sealed"])
    keyring.add(opened(pair, private))
    held = Share.objects.filter(pair__holder=desk)
    for recipient in Holder.objects.filter(pairs__received__in=held).distinct():
        share_pair(private, pair, recipient.current())
    held.exclude(pair=pair).delete()
    with wall.acting(None, scope="all"):  # the files of others that are open to this desk
        open_grants = Grant.objects.active().filter(recipient__holder=desk)
        File.objects.filter(items__grants__in=open_grants).update(turn_due=True)


def _recovery_pair(secret: bytes) -> crypto.Pair:
    return crypto.pair_of(crypto.derive(secret, "recovery"))
