"""The lower bound from those on one and on two lists.

Chao (1987) bounds the unseen by f1 * f1 / (2 f2) where all lists are equally long. Lists of unequal length
make that too large even for independent lists, so the bound here lets each list have its own length: the
log-linear model of independence fitted to histories of one and two lists alone (Rivest & Baillargeon 2007,
the lower bound of their models Mth). People who differ in how easily they are found, or lists that attract
each other, make it too low, never too high; lists that avoid each other are the exception.
"""

import numpy as np

from kamkor.methods.prevalence.loglinear import Floats
from kamkor.methods.prevalence.stepwise import history_sizes, totals


def lower_bounds(counts: Floats) -> Floats:
    """For each row of counts by history; inf where nobody is on two lists."""
    return totals(counts, threshold=0, largest=2)


def equal_lists(counts: Floats) -> Floats:
    """Chao's own formula, for comparison with what others publish; inf where nobody is on two lists."""
    sizes = history_sizes(counts.shape[-1].bit_length() - 1)
    once, twice = counts[..., sizes == 1].sum(-1), counts[..., sizes == 2].sum(-1)
    unseen = np.where(twice > 0, once**2 / (2 * np.maximum(twice, 1)), np.inf)
    total: Floats = counts.sum(-1) + unseen
    return total
