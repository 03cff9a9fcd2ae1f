"""Latent classes of people, as many as the data ask for (Manrique-Vallier 2016).

Gibbs sampling, all chains at once. The stick-breaking prior makes the order of classes matter, so that
neighbours are also swapped with their sticks (Papaspiliopoulos & Roberts 2008); without it
chains that began in a poor order stay there. The number of unseen has no upper limit.
"""

import numpy as np

from kamkor.methods.prevalence.convergence import Convergence, convergence
from kamkor.methods.prevalence.intervals import LEVEL, Interval
from kamkor.methods.prevalence.loglinear import Floats
from kamkor.methods.prevalence.results import Estimate, Settings
from kamkor.methods.prevalence.said import gettext_noop as _
from kamkor.methods.prevalence.said import said
from kamkor.methods.prevalence.tables import Table

CLASSES = 10
CONCENTRATION = 0.25  # both parameters of the gamma prior of the sticks' concentration
CHAINS = 64  # that begin far apart
FIRST, LAST = 2_000, 64_000  # sweeps before the first look at convergence, and at most
WORK = 20_000_000  # draws of one chain at most, so that large tables end too
BURN_IN = 0.25  # of the sweeps
TINY = 1e-12
MOST = 1e15  # beyond it a Poisson number and its mean are the same for a computer


def lcm(table: Table, settings: Settings) -> Estimate:
    """The posterior median and the middle 95 % of it, once the chains agree or the sweeps are used up."""
    chains = _Chains(table, np.random.default_rng(settings.seed))
    patterns = len(table.counts)
    last = min(LAST, max(2 * FIRST, WORK // (CLASSES * (patterns + len(table.lists)))))
    drawn = chains.run(FIRST)
    found = convergence(np.log(_kept(drawn)))
    while not found.reached and drawn.shape[1] < last:
        drawn = np.hstack([drawn, chains.run(min(drawn.shape[1] // 2, last - drawn.shape[1]))])
        found = convergence(np.log(_kept(drawn)))
    return _summary(_kept(drawn), found, drawn.shape[1])


def _kept(drawn: Floats) -> Floats:
    return drawn[:, int(drawn.shape[1] * BURN_IN) :]


def _summary(drawn: Floats, found: Convergence, sweeps: int) -> Estimate:
    tail = (1 - LEVEL) / 2
    low, middle, high = (float(each) for each in np.quantile(drawn, [tail, 0.5, 1 - tail]))
    words = _("Not converged: split R-hat %(r_hat)s (at most 1.05), effective size %(size)s (at least 400).")
    doubt = said(words, r_hat=f"{found.r_hat:.3f}", size=f"{found.effective_size:.0f}")
    return Estimate(
        middle,
        Interval(low, high),
        diagnostics={
            "classes": CLASSES,
            "chains": CHAINS,
            "sweeps": sweeps * CHAINS,
            "r_hat": round(found.r_hat, 4),
            "effective_size": round(found.effective_size),
            "converged": found.reached,
            "credible": {"level": LEVEL, "low": round(low, 2), "high": round(high, 2)},
        },
        doubts=[] if found.reached else [doubt],
    )


class _Chains:
    """Chains that go on where they stopped.

    Of each chain: the chance of each class to be on each list, what each class has of everybody (as log), the
    concentration of the sticks, and the unseen of each class.
    """

    def __init__(self, table: Table, rng: np.random.Generator) -> None:
        self.rng = rng
        histories = np.array(list(table.counts))
        self.numbers = np.array(list(table.counts.values()))
        self.on = (histories[:, None] >> np.arange(len(table.lists)) & 1).astype(float)
        self.summed = np.hstack([self.on, np.ones((len(histories), 1))])
        self.observed = table.observed
        self.begin()

    def begin(self) -> None:
        """Everybody in one class, with unseen from half the observed to twenty times as many."""
        self.unseen = np.zeros((CHAINS, CLASSES))
        self.unseen[:, 0] = np.round(
            self.observed * np.exp(self.rng.uniform(np.log(0.5), np.log(20), CHAINS))
        )
        self.chances = self.rng.random((CHAINS, CLASSES, self.on.shape[1]))
        sizes = self.numbers @ self.on
        self.chances[:, 0] = self.rng.beta(1 + sizes, 1 + self.observed + self.unseen[:, :1] - sizes)
        self.shares = np.full((CHAINS, CLASSES), np.log(0.001))
        self.shares[:, 0] = 0.0
        self.concentration = np.ones(CHAINS)
        self._look()

    def run(self, sweeps: int) -> Floats:
        """So many further totals of each chain."""
        totals = np.empty((CHAINS, sweeps))
        for sweep in range(sweeps):
            sums = self._join().transpose(0, 2, 1) @ self.summed
            people = sums[:, :, -1] + self.unseen
            self._draw_chances(sums[:, :, :-1], people)
            self._draw_shares(people)
            self._draw_unseen()
            totals[:, sweep] = self.observed + self.unseen.sum(1)
        return totals

    def _join(self) -> Floats:
        """Send the people of each history to classes."""
        odds = np.log(self.inner) - self.never
        logs = self.on @ odds.transpose(0, 2, 1)
        logs += self.missed[:, None]
        # A class with a tenth of everybody gives any history at least TINY for each list: no underflow.
        parts = np.exp(logs, out=logs)
        parts *= (1 / (parts @ np.ones(CLASSES)))[:, :, None]
        return self.rng.multinomial(self.numbers, parts).astype(float)

    def _look(self) -> None:
        """The logs of not being on each list, and of being in a class and on no list at all."""
        self.inner = np.minimum(np.maximum(self.chances, TINY), 1 - TINY)  # three times as fast as clip
        self.never = np.log1p(-self.inner)
        self.missed = self.shares + self.never.sum(2)

    def _draw_chances(self, there: Floats, people: Floats) -> None:
        self.chances = self.rng.random(there.shape)  # what a class without people has
        peopled = np.nonzero(people > 0)
        yes = 1 + there[peopled]
        self.chances[peopled] = self.rng.beta(yes, (2 + people[peopled])[:, None] - yes)

    def _draw_shares(self, people: Floats) -> None:
        later = people.sum(1, keepdims=True) - people.cumsum(1)
        sticks = self.rng.beta(1 + people[:, :-1], self.concentration[:, None] + later[:, :-1])
        sticks = np.minimum(np.maximum(sticks, TINY), 1 - TINY)
        self._swap(int(self.rng.integers(2)), sticks, people)
        rest = np.log1p(-sticks).cumsum(1)
        self.shares = np.zeros_like(people)
        self.shares[:, :-1] = np.log(sticks)
        self.shares[:, 1:] += rest
        self.concentration = self.rng.gamma(CONCENTRATION + CLASSES - 1, 1 / (CONCENTRATION - rest[:, -1]))

    def _swap(self, first: int, sticks: Floats, people: Floats) -> None:
        """Exchange every other class, from the first on, with the next one where that is accepted; the
        weights of these pairs do not touch each other."""
        here = np.arange(first, CLASSES - 2, 2)
        after = here + 1
        rest = np.log1p(-sticks)
        gain = people[:, here] * rest[:, after] - people[:, after] * rest[:, here]
        chains, pairs = np.nonzero(-self.rng.standard_exponential(gain.shape) < gain)
        one, other = here[pairs], after[pairs]
        for values in (sticks, people, self.chances):
            values[chains, one], values[chains, other] = values[chains, other], values[chains, one]

    def _draw_unseen(self) -> None:
        """The unseen given the classes: a negative multinomial, as Poisson numbers with a common gamma."""
        self._look()
        hidden = np.exp(self.missed)
        seen = np.maximum(1 - hidden.sum(1), TINY)
        mean = (self.rng.standard_gamma(self.observed, CHAINS) / seen)[:, None] * hidden
        self.unseen = np.where(mean < MOST, self.rng.poisson(np.minimum(mean, MOST)), mean)
