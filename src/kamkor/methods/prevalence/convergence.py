"""Whether chains agree and say enough: split R-hat, effective size (Gelman et al. 2013, section 11.4-5)."""

from dataclasses import dataclass

import numpy as np

from kamkor.methods.prevalence.loglinear import Floats

HIGHEST_R_HAT, SMALLEST_SIZE = 1.05, 400


@dataclass(frozen=True)
class Convergence:
    """How far the halves of all chains differ, and how many independent draws they are worth."""

    r_hat: float
    effective_size: float

    @property
    def reached(self) -> bool:
        return self.r_hat <= HIGHEST_R_HAT and self.effective_size >= SMALLEST_SIZE


def convergence(chains: Floats) -> Convergence:
    """Of chains in rows."""
    half = chains.shape[1] // 2
    halves = np.vstack([chains[:, :half], chains[:, half : 2 * half]])
    within = float(halves.var(1, ddof=1).mean())
    if within == 0:
        return Convergence(np.inf, 0.0)
    total = (half - 1) / half * within + float(halves.mean(1).var(ddof=1))
    likeness = 1 - (within - _autocovariances(halves).mean(0)) / total
    size = halves.size / _autocorrelation_time(likeness)
    return Convergence(float(np.sqrt(total / within)), min(float(size), float(halves.size)))


def _autocovariances(rows: Floats) -> Floats:
    length = rows.shape[1]
    spectrum = np.fft.rfft(rows - rows.mean(1, keepdims=True), 2 * length)
    sums: Floats = np.fft.irfft(spectrum * spectrum.conj())[:, :length] / (length - 1)
    return sums


def _autocorrelation_time(likeness: Floats) -> float:
    """Twice the sum of autocorrelations less one, while neighbouring pairs are positive (Geyer 1992)."""
    even = len(likeness) // 2 * 2
    pairs = likeness[:even:2] + likeness[1:even:2]
    negative = np.flatnonzero(pairs <= 0)
    end = int(negative[0]) if negative.size else len(pairs)
    return max(2 * float(pairs[:end].sum()) - 1, 1e-3)
