"""Where the time of a request goes."""

from bench.options import Options, options
from bench.stage import on_each

ABOUT = """## Where the time goes

At every tick of the CPU's clock (1-4 ms) during our side of the pages above it is noted who asks for it.
A layer bears its own questions to the database: *vault* is opening keys and texts with their queries,
*policy* building what narrows the rows, the verdicts and the second wall, *database* the queries of the
page itself, built by the ORM and sent by the driver. Shares are in per cent.
"""


def main(given: Options) -> None:
    print(ABOUT)
    on_each("bench.measures.costs", given)


if __name__ == "__main__":
    main(options())
