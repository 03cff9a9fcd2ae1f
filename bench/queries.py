"""How many questions each page asks of the database."""

import json
import statistics

from bench.options import Options, options
from bench.stage import ROOT

GOLDEN = ROOT / "tests" / "query_counts.json"
SHOWN = 10
ABOUT = """## Queries of each page

Counted on SQLite in every run of the tests, which fail when a page asks once more than it did, or more for
thirty rows than for three. The second wall adds one statement to each page on PostgreSQL. The whole list is
`tests/query_counts.json`.
"""


def main(_given: Options) -> None:
    counts: dict[str, int] = json.loads(GOLDEN.read_text())
    print(ABOUT)
    print(f"{len(counts)} pages: {statistics.median(counts.values()):.0f} queries is the median. The most:\n")
    print("| Page | Queries |\n|---|--:|")
    for route, number in sorted(counts.items(), key=lambda pair: -pair[1])[:SHOWN]:
        print(f"| `{route}` | {number} |")


if __name__ == "__main__":
    main(options())
