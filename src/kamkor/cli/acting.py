"""Who acts on the command line: `--as USER --desk CODE`, with the vault opened by the pass phrase."""

from pathlib import Path

import click

from kamkor.access import policy
from kamkor.access.actor import Actor
from kamkor.access.models import Membership
from kamkor.base import wall
from kamkor.base.actions import Refused, record_refusal
from kamkor.vault.keyring import Keyring, WrongPassphrase

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
who = click.option("--as", "user", metavar="USER", help="Who acts.")
where = click.option("--desk", metavar="CODE", help="At which desk.")
phrase = click.option(
    "--passphrase-file", type=FILE, help="Holds the pass phrase; without it, it is asked for."
)


def actor_of(user: str | None, desk: str | None, passphrase_file: Path | None, verb: str) -> Actor:
    """The user in a role at the desk, with the vault open; in the role that may, if they have several."""
    if not user or not desk:
        raise click.UsageError("Say who acts: --as USER --desk CODE.")
    with wall.acting(None, scope="all"):
        memberships = Membership.objects.current().select_related("desk__holder", "user__holder")
        rows = list(memberships.filter(user__username__iexact=user, desk__code=desk).order_by("pk"))
    if not rows:
        raise click.ClickException("This user does not work at this desk.")
    chosen = next((row for row in rows if policy.verdict(row.role, verb, "own").allowed), rows[0])
    holder = chosen.user.holder
    assert holder is not None
    if passphrase_file is not None:
        given = passphrase_file.read_text("utf-8").rstrip("\r\n")
    else:
        given = click.prompt("Pass phrase", hide_input=True, err=True)
    try:
        return Actor(membership=chosen, keys=Keyring.unlock(holder, given), user=chosen.user)
    except WrongPassphrase as error:
        raise click.ClickException("This pass phrase does not open the vault.") from error


def refused(actor: Actor, refusal: Refused) -> click.ClickException:
    """What is said to somebody whose role does not allow it; the try is logged."""
    record_refusal(actor, refusal.verb, refusal.subject)
    return click.ClickException("Your role at this desk does not allow this.")
