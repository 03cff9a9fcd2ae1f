"""What the vault refuses, in the words of the common catalogue. None of them says what was sealed."""

from django.utils.translation import gettext_lazy as _

from kamkor.base.problems import AlreadyChanged, Problem


class Sealed(Problem):
    """These keys do not open it: it belongs to another desk, sharing has ended, or it was erased."""

    code = "sealed"
    status = 403
    title = _("This is sealed and your keys do not open it")


class WrongPassphrase(Problem):
    title = _("This pass phrase does not open your vault")
    mend = _("Check the keyboard language and Caps Lock, then type it again.")


class WrongRecoveryKey(Problem):
    title = _("This recovery key does not open this desk")
    mend = _("Type the words in the order in which they are printed.")


class LastHolder(Problem):
    """Nobody would be left who opens the desk's files."""

    title = _("Nobody else holds the key of this desk")
    mend = _("Admit a colleague or print a recovery key first.")


class ChangedMeanwhile(AlreadyChanged):
    """Somebody rewrote the item since the version that was expected."""
