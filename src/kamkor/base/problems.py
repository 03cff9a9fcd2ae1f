"""What can go wrong on purpose: one catalogue, the same words on a page, in the API and in a command."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Problem(Exception):
    """A refusal that a person can understand and mend. `title` says what, `mend` says what to do, and `code`
    is what another program knows it by."""

    code = "not-possible"
    status = 422
    title: str | Promise = _("This could not be done")
    mend: str | Promise = ""

    def __init__(
        self,
        title: str | Promise = "",
        mend: str | Promise = "",
        *,
        headers: dict[str, str] | None = None,
    ) -> None:
        self.title = title or self.title
        self.mend = mend or self.mend
        self.headers = headers or {}
        super().__init__(str(self.title))


class Locked(Problem):
    """The vault is shut: the caller must open it with the pass phrase first."""

    code = "locked"
    status = 423
    title = _("Your vault is locked")
    mend = _("Open it with your pass phrase and try again.")


class AlreadyChanged(Problem):
    """Somebody else saved in between. Both texts are kept for the page that shows them side by side."""

    code = "changed-meanwhile"
    status = 409
    title = _("Somebody else changed this while you were writing")
    mend = _("Nothing is lost: compare the two texts and save the one to keep.")

    def __init__(self, *, mine: str = "", theirs: str = "") -> None:
        super().__init__()
        self.mine = mine
        self.theirs = theirs


class TooManyTries(Problem):
    """Somebody may be guessing: at this place, everybody waits but those who are known there."""

    code = "too-many-tries"
    status = 429
    title = _("Too many tries")


class WrongState(Problem):
    """The record has moved on; the step asked for is no longer open."""

    code = "wrong-state"
    title = _("This step is no longer possible")
    mend = _("Reload the page to see what has happened since.")
