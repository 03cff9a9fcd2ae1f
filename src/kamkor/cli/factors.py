"""Second factors that were lost where nobody of the desk can help: the operator prints a new card."""

import click
from django.db import transaction

from kamkor.access import factors
from kamkor.access.actor import NOBODY
from kamkor.access.models import User
from kamkor.access.sessions import SignIn
from kamkor.base import wall
from kamkor.base.actions import record

REASONS = ["lost", "stolen", "broken", "used_up"]  # of the list factor_reason


@click.group()
def second_factors() -> None:
    """Second factors of the staff."""


@second_factors.command()
@click.argument("username")
@click.option("--reason", type=click.Choice(REASONS), required=True, help="What happened to it.")
def reset(username: str, reason: str) -> None:
    """Take everything back that USERNAME signed in with beside the password; prints a new card of codes."""
    with wall.acting(None, scope="all"), transaction.atomic():
        user = User.objects.filter(username=username.lower(), is_active=True).first()
        if user is None:
            raise click.ClickException("There is no such account.")
        factors.remove_all(user)
        SignIn.objects.filter(user=user).delete()
        factors.note(user, "reset", by=None, reason=reason)
        codes = factors.new_card(user)
        record(NOBODY, "member.factors", user, reason=reason)
    click.echo("Hand this card over in person; it is kept nowhere. They are told at the next sign-in.\n")
    for start in range(0, len(codes), 5):
        click.echo("  ".join(f"{code[:5]} {code[5:]}" for code in codes[start : start + 5]))
