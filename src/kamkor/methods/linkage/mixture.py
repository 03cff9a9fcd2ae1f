"""What a pattern of agreement says: the model of Fellegi and Sunter (1969) with classes for families and
homonyms.

Counts of patterns are taken for a sum of classes, each of which has its own chance of every level of every
field, fields independent within a class: one person; brothers and sisters; twins; a household; people of the
same name; and strangers, whose chances are known from how common the values are. The rest is learned without
any truth by expectation and maximisation (Winkler 1988), from all pairs at once, so that the share of pairs
that are one person is learned as well.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kamkor.methods.linkage import comparing
from kamkor.methods.linkage.comparing import BINS, FIELDS, SIZES, Levels
from kamkor.methods.linkage.folding import Ints

Floats = NDArray[np.float64]
CLASSES = ("one person", "siblings", "twins", "household", "same name", "strangers")
ROUNDS = 200
_ENOUGH = 1e-4  # change of a share in one round
_BELIEF = 40  # pairs that the beginning counts for
_FLOOR = {"phone": 1e-3}  # of the pairs that agree exactly, at least as many are strangers
_USUAL_FLOOR = 0.1
_DRAWN = 400_000  # pairs from which the chances of strangers are taken
_USUALLY = 2000.0  # pairs of strangers that what is usual counts for: it decides in short lists only
_SELDOM = 1e-7
_OTHER_FIRST_NAME = 0.01  # of one person's pairs at most: else twins, who share all the rest, would be one
_FIRST, _SURNAME, _FATHER, _DOB, _CITY, _PHONE, _ORDER = range(7)
# Which fields of a class are as strangers', and which as those of one person; the others are its own.
_AS_STRANGERS = {1: (_FIRST, _DOB), 2: (_FIRST,), 3: (_FIRST, _FATHER, _DOB), 4: (_DOB, _PHONE)}
_AS_ONE = {1: (_ORDER,), 2: (_DOB, _ORDER), 3: (_ORDER,), 4: (_ORDER,)}


@dataclass(frozen=True)
class Evidence:
    """What the model learns from: patterns among the candidates with their counts, and chances of
    strangers."""

    patterns: Levels
    counts: Floats
    pairs: float  # that there are in all
    exact: list[Floats]  # for each field, of all pairs how many agree exactly, by level; else nothing
    strangers: list[Floats]  # for each field, the chances of its levels in random pairs


@dataclass(frozen=True)
class Model:
    """For each class how many pairs it has, and for each field its chances of every level."""

    sizes: Floats
    chances: list[Floats]  # for each field, class x level

    def belief(self, patterns: Levels) -> Floats:
        """Log odds, to base e, that two rows with this pattern are one person."""
        logs = self._logs(patterns)
        others = logs[:, 1:]
        top = others.max(1)
        answer: Floats = logs[:, 0] - top - np.log(np.exp(others - top[:, None]).sum(1))
        return answer

    def shares(self, patterns: Levels) -> Floats:
        """How much of a pattern is of each class."""
        logs = self._logs(patterns)
        found = np.exp(logs - logs.max(1)[:, None])
        answer: Floats = found / found.sum(1)[:, None]
        return answer

    def _logs(self, patterns: Levels) -> Floats:
        logs = np.tile(np.log(self.sizes), (len(patterns), 1))
        for field, chances in enumerate(self.chances):
            logs += np.log(chances)[:, patterns[:, field]].T
        return logs


def learned(evidence: Evidence) -> Model:
    """The model that explains the counts, from a beginning that holds for most lists."""
    model = _beginning(evidence)
    first = model
    for _ in range(ROUNDS):
        before, model = model, _better(model, first, evidence)
        if np.abs(np.log(model.sizes / before.sizes)).max() < _ENOUGH:
            break
    return model


def _better(model: Model, first: Model, evidence: Evidence) -> Model:
    """One round: the patterns are shared out among the classes, then counted for each."""
    shared = model.shares(evidence.patterns) * evidence.counts[:, None]
    sizes = shared.sum(0) + 1e-3
    sizes[-1] = evidence.pairs
    chances = []
    for field, size in enumerate(SIZES):
        level = evidence.patterns[:, field]
        found = np.array([np.bincount(level, shared[:, one], minlength=size) for one in range(len(CLASSES))])
        new = _normalised(found + _BELIEF * first.chances[field] * (first.chances[field] < 1))
        new[-1] = _strangers(evidence, field, found[:-1].sum(0))
        chances.append(new)
    return Model(sizes, _tied(chances))


def _strangers(evidence: Evidence, field: int, known: Floats) -> Floats:
    """Chances of strangers: of exact agreement by counting, less the pairs that are explained otherwise."""
    answer = evidence.strangers[field].copy()
    exact = evidence.exact[field]
    if len(exact):
        floor = _FLOOR.get(FIELDS[field], _USUAL_FLOOR)
        counted = np.maximum(exact - known, floor * exact) + _USUALLY * _usual(field)
        answer = np.where(exact > 0, counted / (evidence.pairs + _USUALLY), answer)
    return _one_row(answer)


def _usual(field: int) -> Floats:
    """Chances of strangers where the lists are too short to tell."""
    if field < 3:
        return np.concatenate([[0], 0.01 / 4.0 ** np.arange(BINS), [0.001, 0.001, 0.006, 0.02, 0.96]])
    others = {
        _DOB: [0, 1e-5, 4e-5, 1e-5, 1e-3, 3e-3, 0.013, 0.98], _PHONE: [0, 1e-5, 1e-5, 1e-5, 1e-5, 1],
        _CITY: [0, 0.1, 0.02, *[0.005] * (BINS - 2), 0.85], _ORDER: [0, 0.995, 0.005],
    }  # fmt: skip
    return np.array(others[field])


def _one_row(chances: Floats) -> Floats:
    """Level 0 is certain, since an empty field says nothing; the others make one."""
    answer: Floats = _normalised(chances[None])[0]
    return answer


def _normalised(found: Floats) -> Floats:
    found = np.maximum(found, _SELDOM * np.maximum(found[:, 1:].sum(1)[:, None], 1e-9))
    answer: Floats = found / found[:, 1:].sum(1)[:, None]
    answer[:, 0] = 1
    return answer


def _tied(chances: list[Floats]) -> list[Floats]:
    """With the fields of each class that are those of strangers or of one person."""
    for one, fields in _AS_STRANGERS.items():
        for field in fields:
            chances[field][one] = chances[field][-1]
    first = chances[_FIRST][0]
    if first[-1] > _OTHER_FIRST_NAME:
        first[1:-1] *= (1 - _OTHER_FIRST_NAME) / first[1:-1].sum()
        first[-1] = _OTHER_FIRST_NAME
    for one, fields in _AS_ONE.items():
        for field in fields:
            chances[field][one] = chances[field][0]
    return chances


def _beginning(evidence: Evidence) -> Model:
    sames = [_shares(evidence, field) for field in range(len(SIZES))]
    one = [_name(sames[field], 0.8) for field in range(3)]
    one += [_dob(), _town(sames[_CITY], 0.85), _phone(0.8), np.array([1, 0.96, 0.04])]
    kin = [_name(sames[field], 0.85) for field in range(3)]
    kin += [_dob(), _town(sames[_CITY], 0.9), _phone(0.5), np.array([1, 0.97, 0.03])]
    chances = [
        _normalised(np.array([one[field], *[kin[field]] * 4, evidence.strangers[field]]))
        for field in range(len(SIZES))
    ]
    rows = float(evidence.counts[_clear(evidence.patterns)].sum()) + 1
    sizes = np.array([rows, rows / 5, rows / 50, rows / 5, rows / 10, evidence.pairs])
    return Model(sizes, _tied(chances))


def _clear(patterns: Levels) -> NDArray[np.bool_]:
    """Patterns that hardly anybody but one person has: a name and the date, or a name and the telephone."""
    named = (patterns[:, _FIRST] >= 1) & (patterns[:, _FIRST] <= comparing.NEAR)
    dated = (patterns[:, _DOB] >= 1) & (patterns[:, _DOB] <= comparing.DATE_DIGIT)
    called = (patterns[:, _PHONE] >= 1) & (patterns[:, _PHONE] <= comparing.PHONE_DIGIT)
    surname = (patterns[:, _SURNAME] >= 1) & (patterns[:, _SURNAME] <= comparing.NEAR)
    return named & (surname.astype(np.int8) + dated + called >= 2)


def _shares(evidence: Evidence, field: int) -> Floats:
    """Of the exact agreements, how many are of each level."""
    exact = evidence.exact[field]
    if not len(exact):
        return np.zeros(0)
    total = np.sqrt(exact)
    answer: Floats = total / max(total.sum(), 1e-9)
    return answer


def _name(shares: Floats, same: float) -> Floats:
    rest = 1 - same
    return np.concatenate([[1], same * shares[1 : BINS + 1], rest * np.array([0.5, 0.05, 0.2, 0.05, 0.2])])


def _dob() -> Floats:
    return np.array([1, 0.05, 0.83, 0.03, 0.04, 0.02, 0.01, 0.02])


def _town(shares: Floats, same: float) -> Floats:
    return np.concatenate([[1], same * shares[1 : BINS + 1], [1 - same]])


def _phone(same: float) -> Floats:
    return np.array([1, 0.01, 0.04, same - 0.05, 0.04, 0.96 - same])


def evidence_of(
    levels: Levels, weights: Ints, comparison: comparing.Comparison
) -> tuple[Evidence, NDArray[np.int32]]:
    """The patterns of these pairs, each of which stands for so many, counted, with the number of each pair's
    pattern."""
    codes, back = comparing.patterns_of(levels)
    counts = np.bincount(back, weights).astype(np.float64)
    rows = comparison.rows
    drawn = comparison.levels(*comparing.some_pairs(rows, _DRAWN))
    drawn = drawn[~_clear(drawn)]
    pairs = _pairs_in_all(rows.lists)
    weight = min(pairs / max(len(drawn), 1), 1.0)
    strangers = [
        _one_row(weight * np.bincount(drawn[:, field], minlength=size) + _USUALLY * _usual(field) + 0.1)
        for field, size in enumerate(SIZES)
    ]
    exact = [*_exact(comparison), np.zeros(0)]
    return Evidence(comparing.decoded(codes), counts, pairs, exact, strangers), back


def _pairs_in_all(lists: NDArray[np.int32]) -> float:
    sizes = np.bincount(lists).astype(np.float64)
    if len(sizes) == 1:
        return max(float(sizes[0] * (sizes[0] - 1) / 2), 1.0)
    return float(sizes.sum() ** 2 - (sizes**2).sum()) / 2


def _exact(comparison: comparing.Comparison) -> list[Floats]:
    """For each field and level, how many of all pairs have the very same value."""
    rows, common = comparison.rows, comparison.frequencies
    columns: list[tuple[NDArray[np.integer], Levels]] = [
        (rows.names[:, field], common.names[field][rows.names[:, field]]) for field in range(3)
    ]
    dates = rows.born[:, 0] * np.int64(10_000) + rows.born[:, 1] * 100 + rows.born[:, 2]
    columns += [
        (np.where(rows.born[:, 2] > 0, dates, 0), common.dates),
        (rows.city, common.places[rows.city]),
        (rows.phone, common.phones),
    ]
    return [
        _same_pairs(values, levels, rows.lists, size)
        for (values, levels), size in zip(columns, SIZES[:-1], strict=True)
    ]


def _same_pairs(values: NDArray[np.integer], levels: Levels, lists: NDArray[np.int32], size: int) -> Floats:
    """Pairs that share a value, by the level of the value; within a list only where there is but one."""
    known = values > 0
    distinct, back = np.unique(values[known], return_inverse=True)
    level = np.zeros(len(distinct), np.int64)
    level[back] = levels[known]
    each = [np.bincount(back[lists[known] == one], minlength=len(distinct)) for one in range(lists.max() + 1)]
    total = np.sum(each, 0).astype(np.float64)
    pairs: Floats = total * (total - 1) / 2
    if len(each) > 1:
        pairs = (total**2 - np.sum(np.square(each, dtype=np.float64), 0)) / 2
    answer: Floats = np.bincount(level, pairs, minlength=size).astype(np.float64)
    return answer
