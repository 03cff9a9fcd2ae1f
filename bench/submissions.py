"""What telephones send: filled forms a second, and ten thousand malformed inputs."""

from bench import stage
from bench.options import Options, options

COUNT = 10_000


def main(given: Options) -> None:
    print("## What telephones send\n")
    print("Through all of the server's code but the network: each is read, sealed to its desk, and logged.")
    print("Malformed is what is cut off, flipped, of another form or version, without or with another's")
    print("instanceID, with entities, deep, wide, in other encodings, packed, with paths for names, giant;")
    print("`tests/surveys/malformed.py` makes it, and `make test` sends a hundred of it.\n", flush=True)
    stage.throw_away("bench.measures.submissions", Options(given.sizes, COUNT))


if __name__ == "__main__":
    main(options())
