"""What the first view of each page weighs."""

from bench.options import Options, options
from bench.stage import throw_away

ABOUT = """## Bytes of the first view

What a browser that has nothing yet loads: the page compressed, with styles, script and fonts. The tests fail
above 100 KB (102,400 bytes).
"""


def main(given: Options) -> None:
    print(ABOUT, flush=True)
    throw_away("bench.measures.weights", given)


if __name__ == "__main__":
    main(options())
