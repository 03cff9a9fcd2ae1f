"""How many rows a stage has and how long it took to make."""

from typing import Any

from django.conf import settings
from django.db import connection

from bench.stage import known

TABLES = {
    "people.Person": "persons",
    "assistance.Case": "cases",
    "people.Particular": "particulars",
    "vault.Item": "sealed items",
    "vault.NameEntry": "entries of the name index",
    "assistance.Referral": "referrals",
    "assistance.Task": "tasks",
    "identification.Contact": "contacts",
    "base.AuditEvent": "entries of the access log",
}


def measure(rounds: int) -> None:
    found: dict[str, Any] = known(settings.HOME)
    counts, name = found["counts"], connection.display_name
    shown = ", ".join(f"{counts.get(label, 0):,} {title}" for label, title in TABLES.items())
    print(f"- {name}: {shown}; {sum(counts.values()):,} rows in all that are written in bulk,")
    print(
        f"  in {found['seconds']:,} s, of which {found['largest_seconds']:,} s for the {found['largest']:,}"
    )
    print("  persons of the largest desk.\n")
