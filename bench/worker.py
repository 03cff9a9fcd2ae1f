"""Memory and start-up of the server."""

from bench.options import Options, options
from bench.stage import on_each

ABOUT = """## A worker

`kamkor serve` as an operator starts it: Granian with one worker process of eight threads for WSGI; more
workers each take as much again. Eight at a time ask for pages and record contacts, and one signs in with
a password, which is stretched by Argon2id at its usual cost. The promise is 200 MB or less (MB of
1,000,000 bytes).
"""


def main(given: Options) -> None:
    print(ABOUT)
    print("| Database | Seconds to the first answer | MB after it | MB after 500 requests | MB at most |")
    print("|---|--:|--:|--:|--:|")
    on_each("bench.measures.worker", given)


if __name__ == "__main__":
    main(options())
