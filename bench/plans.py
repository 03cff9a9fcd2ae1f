"""How PostgreSQL finds the rows behind row-level security."""

from bench.options import Options, options
from bench.stage import on_each

ABOUT = """## Plans under row-level security

Every statement of the pages of a desk, read with `EXPLAIN` as the application's role in the transaction
of the page. No table of more than 10,000 rows may be read from one end to the other: the run fails if one
is.
"""


def main(given: Options) -> None:
    """On PostgreSQL alone: SQLite has no second wall."""
    sizes = {engine: size for engine, size in given.sizes.items() if engine == "postgresql"}
    if sizes:
        print(ABOUT)
        on_each("bench.measures.plans", Options(sizes, given.rounds))


if __name__ == "__main__":
    main(options())
