"""What was tried to make requests cheaper, each way beside the one that it replaced."""

from bench.options import Options, options
from bench.stage import on_each

ABOUT = """## What was tried to make it faster

The ORM takes longer to build a statement than the database to answer it. So what every request asks is
written as SQL, what the process knows is not asked for, and nothing is asked twice. CPU time of one call,
both ways in turn, the least of ten runs.
"""
ELSE = """
Also done: a new file's key is kept by who made it and its text written without a lock (a contact asks 21
questions instead of 32); a referral comes with its consent (17 instead of 23); a request tells the second
wall once which desk acts, and the end of the transaction takes it back.

Tried and left out: fetching two steps of shared keys in one statement (a round trip less, and as much
more to build); keeping a desk's keys or a membership from one request to the next (a colleague who is
removed would read on); writing the access log behind the answer (a crash would lose it).
"""


def main(given: Options) -> None:
    print(ABOUT)
    on_each("bench.measures.tried", given)
    print(ELSE)


if __name__ == "__main__":
    main(options())
