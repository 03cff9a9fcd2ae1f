"""The data that everything else is measured on."""

from bench.options import Options, options
from bench.stage import on_each

ABOUT = """## The data

Invented people at 200 desks of very unequal size (the largest keeps a sixth of all files), one in four with a
case: facts, needs, services, notes, referrals with their consents, tasks, looks back, calls, the access log.
Whoever is measured works at the largest desk. Everything that a page of a case there opens is sealed and
indexed by the vault itself. Cheaper than life: every other sealed text is random bytes of the same length, in
the same tables and indexes, and the buckets of those names are drawn evenly.
"""


def main(given: Options) -> None:
    print(ABOUT)
    on_each("bench.measures.data", given)


if __name__ == "__main__":
    main(options())
