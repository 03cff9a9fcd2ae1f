"""Who compares the pairs: this process, or the workers of Spark in pieces. What comes out is the same: levels
depend on the pair and on how common its values are in all lists, which every worker is given."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from kamkor.methods import engines
from kamkor.methods.linkage.comparing import Comparison, Levels
from kamkor.methods.linkage.folding import Ints

PIECE = 250_000  # pairs
Compare = Callable[[Ints, Ints], Levels]
Spread = Callable[[Comparison], Compare]


def here(comparison: Comparison) -> Compare:
    return comparison.levels


@contextmanager
def on_spark() -> Iterator[Spread]:
    """While it is open, many pairs are compared by Spark, and few here."""
    with engines.spark() as session:
        context = session.sparkContext

        def spread(comparison: Comparison) -> Compare:
            held = context.broadcast(comparison)

            def levels(one: Ints, other: Ints) -> Levels:
                pieces = [(one[at : at + PIECE], other[at : at + PIECE]) for at in range(0, len(one), PIECE)]
                if len(pieces) < 2:
                    return comparison.levels(one, other)
                spread_out = context.parallelize(pieces, len(pieces))
                found: list[Levels] = spread_out.map(lambda pair: held.value.levels(*pair)).collect()
                return np.concatenate(found)

            return levels

        yield spread
