"""The `kamkor` command: one module for each noun, loaded when it is called; Django only where needed."""

import os
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

import click
import django


@dataclass(frozen=True)
class Entry:
    """Where a command is, and what the list of commands says of it; some must run before Django can."""

    place: str
    help: str
    needs_django: bool = True


COMMANDS = {
    "start": Entry("kamkor.cli.start:start", "Prepare everything that is missing, then serve."),
    "serve": Entry("kamkor.cli.start:serve", "Serve the pages."),
    "migrate": Entry("kamkor.cli.database:migrate", "Bring both databases up to date.", needs_django=False),
    "demo": Entry("kamkor.cli.demo:demo", "Fill in invented organisations, staff and people."),
    "codes": Entry("kamkor.cli.codes:codes", "Load the code lists and the country pack."),
    "htcds": Entry("kamkor.cli.htcds:htcds", "Take over and hand out cases in the HTCDS format."),
    "import": Entry("kamkor.cli.imports:import_table", "Take a table of people or organisations over."),
    "audit": Entry("kamkor.cli.audit:audit", "Seal the access log and verify its seals."),
    "backup": Entry("kamkor.cli.backup:backup", "Back up records and keys while the server runs."),
    "restore": Entry(
        "kamkor.cli.restore:restore", "Restore a backup, or only check one.", needs_django=False
    ),
    "drill": Entry(
        "kamkor.cli.backup:drill", "Restore a backup into nothing, and say whether it would serve."
    ),
    "check": Entry("kamkor.cli.check:check", "Refuse settings that are unsafe."),
    "tick": Entry("kamkor.cli.tick:tick", "End what has run out, and pass on what is late."),
    "work": Entry("kamkor.cli.work:work", "Compute what waits: estimates of the hidden number."),
    "keys": Entry("kamkor.cli.keys:keys", "The keys of a desk and of the host: state, turn, recover."),
    "token": Entry("kamkor.cli.token:token", "Access of partner systems to a desk."),
    "webhooks": Entry("kamkor.cli.webhooks:webhooks", "Messages to partner systems."),
    "desk": Entry("kamkor.cli.desk:desk", "Begin a real desk and its head."),
    "factors": Entry("kamkor.cli.factors:second_factors", "Take back somebody's lost second factor."),
    "report": Entry("kamkor.cli.report:report", "Write the report of a year, ready to be sent."),
    "prevalence": Entry(
        "kamkor.cli.prevalence:prevalence", "Estimate the hidden number from lists.", needs_django=False
    ),
    "link": Entry(
        "kamkor.cli.link:link", "Find one person in many lists, also without names.", needs_django=False
    ),
    "release": Entry(
        "kamkor.cli.release:release", "Prepare a file for publication, or say why not.", needs_django=False
    ),
    "names": Entry(
        "kamkor.cli.names:names", "Find names in a list, however they are spelt.", needs_django=False
    ),
    "adverts": Entry(
        "kamkor.cli.adverts:adverts", "Read adverts of work for warning signs.", needs_django=False
    ),
    "forms": Entry("kamkor.cli.forms:forms", "Questionnaires: answers as tables.", needs_django=False),
    "doctor": Entry(
        "kamkor.cli.doctor:doctor", "Say what is missing, and how to mend it.", needs_django=False
    ),
}


class Commands(click.Group):
    """A group that imports a command's module when the command is called."""

    def list_commands(self, context: click.Context) -> list[str]:
        return [name for name, entry in COMMANDS.items() if find_spec(entry.place.partition(":")[0])]

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in self.list_commands(context):
            return None
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kamkor.settings")
        entry = COMMANDS[name]
        if entry.needs_django:
            django.setup()
        module, _, attribute = entry.place.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].help) for name in self.list_commands(context)])


@click.command(cls=Commands)
@click.version_option(package_name="kamkor")
def main() -> None:
    """Kamkor, the open information system of a country's counter-trafficking response."""
