"""Looks at the settings of an installation, and refuses those that are unsafe."""

import sys

import click

from kamkor.cli import deployment


@click.command()
@click.option("--deploy", is_flag=True, help="All that must hold before real people are put into it.")
def check(*, deploy: bool) -> None:
    """Refuse settings that are unsafe, each with its mend; run it with the server's own environment."""
    found = deployment.problems(deployment.DEPLOYED if deploy else deployment.EVERYWHERE)
    for problem in found:
        click.echo(f"- {problem.what}\n  {problem.mend}")
    if found:
        click.echo(f"\nRefused: {len(found)} to mend.", err=True)
        sys.exit(1)
    click.echo("Nothing unsafe was found in the settings.")
