"""Runs one module next to a stage's database: `python -m bench.inside MODULE`, called by `bench.stage`."""

import argparse
import importlib
from dataclasses import dataclass

import django


@dataclass(frozen=True)
class Asked:
    module: str
    rounds: int
    persons: int


def asked() -> Asked:
    parser = argparse.ArgumentParser()
    parser.add_argument("module")
    parser.add_argument("--rounds", type=int, default=0)
    parser.add_argument("--persons", type=int, default=0)
    return Asked(**vars(parser.parse_args()))


if __name__ == "__main__":
    given = asked()
    django.setup()
    module = importlib.import_module(given.module)
    module.measure(given.persons or given.rounds)
