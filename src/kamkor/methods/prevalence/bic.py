"""The log-linear model with the best Bayesian information criterion, and intervals that choose among the best
hundred anew in every resample (Silverman, Chan & Vincent 2024)."""

from dataclasses import dataclass

import numpy as np

from kamkor.methods.prevalence.bootstrap import bootstrap
from kamkor.methods.prevalence.existence import exists
from kamkor.methods.prevalence.hierarchies import hierarchies
from kamkor.methods.prevalence.loglinear import (
    HIGHEST,
    LOWEST,
    NONE,
    STEPS,
    Bools,
    Floats,
    Ints,
    fit,
    information_of,
    log_likelihood,
    opened,
    over,
    with_lists,
)  # fmt: skip
from kamkor.methods.prevalence.results import Estimate, Settings
from kamkor.methods.prevalence.rules import unstable
from kamkor.methods.prevalence.said import gettext_noop as _
from kamkor.methods.prevalence.said import said
from kamkor.methods.prevalence.sensitivity import counts_of
from kamkor.methods.prevalence.stepwise import names_of
from kamkor.methods.prevalence.tables import Table

ALL_ORDERS, MOST_LISTS = 5, 6  # all orders up to five lists, pairs at six, none beyond
ROUGH, LIKELY = 4, 1000  # steps of the first look at all models, and how many are then fitted to the end
BEST = 100  # models that a resample chooses from
CLOSE = 12  # of these, so many are fitted to the end in each resample
AT_ONCE = 2000  # rows fitted together


def bic(table: Table, settings: Settings) -> Estimate:
    """The estimate of the best model, with a BCa interval over the choice among the best ones."""
    lists = len(table.lists)
    if reason := _too_many(lists, settings.max_order):
        return Estimate(np.inf, None, impossible=[reason])
    counts = counts_of(table)
    order = settings.max_order or (lists - 1 if lists <= ALL_ORDERS else 2)
    models = hierarchies(lists, order)
    best = _best(counts, models)
    if not best.rows.size:
        return Estimate(np.inf, None)
    top = models[best.rows[0]]
    answer = Estimate(
        float(best.totals[0]),
        None,
        model=[names_of(table.lists, int(mask)) for mask in top if mask != NONE],
        diagnostics={"models": len(models), "max_order": order, "bic": round(float(best.criteria[0]), 2)},
    )
    return _with_interval(answer, counts[0], models[best.rows], settings)


def _too_many(lists: int, order: int | None) -> str | None:
    if lists > MOST_LISTS:
        words = _("There are too many models of %(lists)s lists; merge those alike until %(most)s are left.")
        return said(words, lists=lists, most=MOST_LISTS)
    if lists > ALL_ORDERS and (order or 2) > 2:
        words = "With %(lists)s lists only pairs can be gone through: use --max-order 2, or merge lists."
        return said(words, lists=lists)
    return None


def _with_interval(answer: Estimate, counts: Floats, models: Ints, settings: Settings) -> Estimate:
    if not settings.boot:
        return answer
    choice = _Choice(counts, models)
    found = bootstrap(counts, choice.totals, settings.boot, np.random.default_rng(settings.seed))
    answer.diagnostics.update(
        resamples=settings.boot,
        resamples_without_estimate=found.without_estimate,
        models_resampled=len(models),
    )
    return Estimate(
        answer.total, found.interval, answer.model, answer.diagnostics,
        impossible=unstable(found.without_estimate),
    )  # fmt: skip


@dataclass(frozen=True)
class _Ranked:
    """Models by their criterion, the best first: places among the models, totals and criteria."""

    rows: Ints
    totals: Floats
    criteria: Floats


def _best(counts: Floats, models: Ints) -> _Ranked:
    """The best models that have an estimate: all are fitted roughly, the likely ones to the end."""
    every = np.repeat(counts, len(models), 0)
    totals, criteria = fitted(every, models, steps=ROUGH)
    roughly = np.argsort(criteria, kind="stable")
    good: list[int] = []
    for at in range(0, len(roughly), LIKELY):
        likely = roughly[at : at + LIKELY]
        totals[likely], criteria[likely] = fitted(every[likely], models[likely])
        order = likely[np.argsort(criteria[likely], kind="stable")]
        good.extend(_that_exist(counts, models, order, BEST - len(good)))
        if len(good) >= BEST:
            break
    rows = np.array(good, int)
    return _Ranked(rows, totals[rows], criteria[rows])


def _that_exist(counts: Floats, models: Ints, order: Ints, number: int) -> list[int]:
    """The first so many of these models that have an estimate."""
    good: list[int] = []
    for at in range(0, len(order), BEST):
        part = order[at : at + BEST]
        support = np.repeat(counts, len(part), 0)
        good.extend(part[exists(support > 0, *_opened(support, models[part]))].tolist())
        if len(good) >= number:
            break
    return good[:number]


def _opened(counts: Floats, models: Ints) -> tuple[Bools, Ints]:
    return opened(over(counts), with_lists(models, counts.shape[1].bit_length() - 1))


def fitted(
    counts: Floats, models: Ints, start: Floats | None = None, *, steps: int = STEPS
) -> tuple[Floats, Floats]:
    """The total and the criterion of each row of counts under its model; parameters at minus infinity count
    as parameters."""
    totals, criteria = np.empty(len(counts)), np.empty(len(counts))
    number = (models != NONE).sum(1) + counts.shape[1].bit_length()
    by_size = np.argsort(number, kind="stable")
    for at in range(0, len(counts), AT_ONCE):
        rows = by_size[at : at + AT_ONCE]
        inside, terms = _opened(counts[rows], models[rows])
        done = fit(counts[rows], inside, terms, None if start is None else start[rows], steps=steps)
        observed = counts[rows].sum(1)
        totals[rows] = observed + done.unseen
        likelihood = log_likelihood(counts[rows], inside, done.expected)
        criteria[rows] = number[rows] * np.log(observed) - 2 * likelihood
    return totals, criteria


class _Choice:
    """The choice among some models for many tables near the first one.

    One step of Newton's from the first table's fit, which is linear in the counts, ranks the models for all
    tables at once; then the closest few are fitted to the end.
    """

    def __init__(self, counts: Floats, models: Ints) -> None:
        self.models = models
        every = np.repeat(counts[None], len(models), 0)
        self.inside, terms = _opened(every, models)
        self.expected = fit(every, self.inside, terms).expected
        self.number = (models != NONE).sum(1) + len(counts).bit_length()
        used = terms != NONE
        inverse = np.linalg.inv(information_of(_observed(self.expected), np.where(used, terms, 0), used))
        self.leverage = np.stack(
            [_leverage(i, t[t != NONE], len(counts)) for i, t in zip(inverse, terms, strict=True)]
        )

    def totals(self, counts: Floats) -> Floats:
        """The estimate of each row of counts under the model it chooses; inf where none has one."""
        parts = [self._totals(counts[at : at + AT_ONCE]) for at in range(0, len(counts), AT_ONCE)]
        return np.concatenate(parts)

    def _totals(self, counts: Floats) -> Floats:
        close = min(CLOSE, len(self.models))
        likely = np.argpartition(self._roughly(counts), close - 1, axis=1)[:, :close]
        rows, models = np.repeat(counts, close, 0), self.models[likely.ravel()]
        totals, criteria = fitted(rows, models, self.expected[likely.ravel()])
        good = exists(rows > 0, *_opened(rows, models))
        shape = (len(counts), close)
        best = np.where(good, criteria, np.inf).reshape(shape).argmin(1)
        chosen = np.where(good, totals, np.inf).reshape(shape)
        picked: Floats = chosen[np.arange(len(counts)), best]
        return picked

    def _roughly(self, counts: Floats) -> Floats:
        """The criterion of each row under each model after one step."""
        criteria = np.empty((len(counts), len(self.models)))
        for place, expected in enumerate(self.expected):
            inside = self.inside[place]
            here = np.where(inside, expected, 0.0)
            safe = np.where(here > 0, here, 1.0)
            moved = np.log(safe) + np.where(inside, counts - here, 0.0) @ self.leverage[place]
            moved = np.clip(moved, LOWEST, HIGHEST)
            likelihood = np.where(inside, counts * moved - np.exp(moved), 0.0).sum(1)
            criteria[:, place] = self.number[place] * np.log(counts.sum(1)) - 2 * likelihood
        return criteria


def _observed(expected: Floats) -> Floats:
    kept = expected.copy()
    kept[:, 0] = 0
    return kept


def _leverage(inverse: Floats, terms: Ints, histories: int) -> Floats:
    """How a residual of each history moves each linear predictor in one step: X (X'WX)^-1 X'."""
    there = np.arange(histories)[:, None]
    design = ((there & terms) == terms).astype(float)
    moved: Floats = design @ inverse[: len(terms), : len(terms)] @ design.T
    return moved
