"""Resampling the people and the BCa interval (Efron 1987; DiCiccio & Efron 1996)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from kamkor.methods.prevalence.intervals import LEVEL, Interval
from kamkor.methods.prevalence.loglinear import Floats

EDGE = 1e-6  # where the acceleration would turn the tail around
Estimator = Callable[[Floats], Floats]  # rows of counts by history -> estimated totals, inf where none


@dataclass(frozen=True)
class Bootstrap:
    """What the resamples say: the interval, and the share of them that had no finite estimate."""

    interval: Interval
    without_estimate: float
    bias: float
    acceleration: float


def resamples(counts: Floats, number: int, rng: np.random.Generator) -> Floats:
    """As many tables of as many people, drawn with replacement from those observed."""
    there = np.flatnonzero(counts)
    drawn = np.zeros((number, len(counts)))
    drawn[:, there] = rng.multinomial(int(counts.sum()), counts[there] / counts.sum(), number)
    return drawn


def bootstrap(counts: Floats, estimator: Estimator, number: int, rng: np.random.Generator) -> Bootstrap:
    """The BCa interval of the estimator, whatever selection it does inside."""
    there = np.flatnonzero(counts)
    left_out = np.repeat(counts[None], len(there), 0)
    left_out[np.arange(len(there)), there] -= 1
    totals = estimator(np.vstack([counts[None], left_out, resamples(counts, number, rng)]))
    estimate, jackknife, drawn = totals[0], totals[1 : 1 + len(there)], totals[1 + len(there) :]
    bias = _bias(drawn, float(estimate))
    speed = acceleration(jackknife, counts[there])
    return Bootstrap(_bca(drawn, bias, speed), float(np.mean(~np.isfinite(drawn))), bias, speed)


def acceleration(jackknife: Floats, weights: Floats) -> float:
    """From the estimates with one person of each history left out, weighted by how many have it."""
    finite = np.isfinite(jackknife)
    if not finite.any():
        return 0.0
    values, weights = jackknife[finite], weights[finite]
    moved = np.average(values, weights=weights) - values
    spread = float(np.sum(weights * moved**2))
    return float(np.sum(weights * moved**3)) / (6 * spread**1.5) if spread > 0 else 0.0


def _bias(drawn: Floats, estimate: float) -> float:
    below = float(np.mean(drawn < estimate) + np.mean(drawn == estimate) / 2)
    edge = 0.5 / len(drawn)
    return float(ndtri(min(max(below, edge), 1 - edge)))


def _bca(drawn: Floats, bias: float, speed: float) -> Interval:
    tail = (1 - LEVEL) / 2
    moved = bias + ndtri(np.array([tail, 1 - tail]))
    shares = ndtr(bias + moved / np.maximum(1 - speed * moved, EDGE))
    low, high = (float(end) for end in np.quantile(drawn, shares, method="higher"))
    largest = float(drawn[np.isfinite(drawn)].max(initial=0.0))
    return Interval(min(low, largest), min(high, largest), open=not np.isfinite(high))
