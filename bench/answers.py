"""Tables of a million answers that lie in the database, on both databases: the page, and the command."""

from dataclasses import replace

from bench import stage
from bench.options import Options, options

FULL = 1_000_000


def main(given: Options, submissions: int = FULL) -> None:
    print("## Tables of stored answers\n")
    print("The form of [answers as tables](#answers-as-tables), as telephones send it, stored row by row:")
    print(
        "the page with one question, and `kamkor forms table` with all twenty. No scientific package is used."
    )
    for engine in given.sizes:
        with stage.empty(engine) as environment:
            stage.inside("bench.measures.answers", environment, replace(given, rounds=submissions))


if __name__ == "__main__":
    asked = options()
    main(asked, min([FULL, *(persons for persons in asked.sizes.values() if persons != 100_000)]))
