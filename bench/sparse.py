"""Sparse tables by the hundred: `python -m bench.sparse --tables 300`.

Each is drawn from people in two classes on three to eight lists, with pairs of lists that share nobody and
lists of a few people. Every method must answer each of them without an error, in proper JSON, and by the
rules. Beside that the point estimates of stepwise and bic are worked out a second time, the slow way that
the papers describe: a design matrix, Newton's method with halved steps, the linear programme of Fienberg &
Rinaldo over all histories for every single model.
"""

import argparse
import json
import os
import time
from collections import Counter
from collections.abc import Sequence
from itertools import combinations

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy.optimize import linprog
from scipy.stats import poisson

from bench.coverage import mixed
from kamkor.methods.prevalence import dga, lcm
from kamkor.methods.prevalence.estimating import METHODS, estimate
from kamkor.methods.prevalence.hierarchies import hierarchies
from kamkor.methods.prevalence.loglinear import NONE, Floats
from kamkor.methods.prevalence.results import Result, Settings, Status
from kamkor.methods.prevalence.sensitivity import counts_of
from kamkor.methods.prevalence.stepwise import THRESHOLD, select
from kamkor.methods.prevalence.tables import Table

BOOT = 60
SLOWLY, FOURTH = 3, 4  # lists at most for the second calculation of bic; every fourth table may have more
NEAR = 1e-4


def drawn(rng: np.random.Generator) -> Table:
    """A table such as agencies in a small country bring."""
    lists = int(rng.integers(3, 9))
    people = int(np.exp(rng.uniform(np.log(100), np.log(5000))))
    chances = np.exp(rng.uniform(np.log(0.02), np.log(0.3), lists))
    share, factor = rng.uniform(0.05, 0.5), rng.uniform(1, 4)
    both = [(1 - share, chances.tolist()), (share, np.minimum(chances * factor, 0.8).tolist())]
    counts = rng.multinomial(people, mixed(both))
    for pair in combinations(range(lists), 2):  # lists that avoid each other
        if rng.random() < 0.15:
            mask = sum(1 << place for place in pair)
            counts[np.arange(len(counts)) & mask == mask] = 0
    counts[rng.random(len(counts)) < rng.uniform(0, 0.3)] = 0
    names = tuple("ABCDEFGH"[:lists])
    return Table(names, {h: int(counts[h]) for h in range(1, len(counts)) if counts[h]})


def design(lists: int, terms: Sequence[int]) -> Floats:
    histories = np.arange(1, 1 << lists)[:, None]
    on: Floats = ((histories & np.array(terms)) == np.array(terms)).astype(float)
    return on


def slow_fit(counts: Floats, pairs: Sequence[int], *, check: bool) -> tuple[float, Floats, float] | None:
    """Total, expected counts and criterion of a model, or None where it has no estimate."""
    lists = len(counts).bit_length()
    terms = [0, *(1 << place for place in range(lists)), *pairs]
    on = design(lists, terms)
    empty = on.T @ counts == 0
    inside = ~(on[:, empty] > 0).any(1)
    rows, kept = on[np.ix_(inside, ~empty)], counts[inside]
    if check and not slow_exists(rows, kept):
        return None
    found = newton(rows, kept)
    expected = np.zeros(len(counts))
    expected[inside] = np.exp(rows @ found)
    likelihood = float(kept @ (rows @ found) - expected.sum())
    total = float(counts.sum() + np.exp(found[0]))
    return total, expected, len(terms) * float(np.log(counts.sum())) - 2 * likelihood


def slow_exists(rows: Floats, counts: Floats) -> bool:
    """As Fienberg & Rinaldo have it: positive numbers with the same margins, and a design of full rank."""
    if np.linalg.matrix_rank(rows) < rows.shape[1]:
        return False
    number = len(counts)
    least = np.hstack([-np.eye(number), np.ones((number, 1))])
    margins = np.hstack([rows.T, np.zeros((rows.shape[1], 1))])
    goal = np.append(np.zeros(number), -1.0)
    answer = linprog(goal, A_ub=least, b_ub=np.zeros(number), A_eq=margins, b_eq=rows.T @ counts)
    return answer.status == 0 and answer.fun is not None and bool(answer.fun < -1e-7)


def newton(rows: Floats, counts: Floats) -> Floats:
    """The maximum of the likelihood; a step that does not gain is halved."""
    at, best = np.linalg.lstsq(rows, np.log(counts + 0.5), rcond=None)[0], -np.inf
    for _ in range(300):
        expected = np.exp(np.clip(rows @ at, -60, 60))
        step = np.linalg.lstsq(rows.T @ (expected[:, None] * rows), rows.T @ (counts - expected), rcond=None)[
            0
        ]
        best = float(counts @ (rows @ at) - expected.sum())
        size = 1.0
        while size > 1e-9 and counts @ (rows @ (at + size * step)) - gains(rows, at + size * step) < best:
            size /= 2
        at = at + size * step
        if np.abs(step).max() < 1e-9:
            break
    return np.asarray(at, float)


def gains(rows: Floats, at: Floats) -> float:
    return float(np.exp(np.clip(rows @ at, -60, 60)).sum())


def slow_stepwise(table: Table) -> float | None:
    counts, lists = counts_of(table)[0, 1:], len(table.lists)
    masks = [1 << a | 1 << b for a, b in table.pairs]
    met = {mask: (np.arange(1, 1 << lists) & mask) == mask for mask in masks}
    taken: list[int] = []
    now = slow_fit(counts, taken, check=True)
    while now:

        def tail(mask: int, expected: Floats = now[1]) -> float:
            observed, mean = counts[met[mask]].sum(), expected[met[mask]].sum()
            return float(min(poisson.cdf(observed, mean), poisson.sf(observed - 1, mean)))

        for mask in sorted((m for m in masks if m not in taken), key=tail):
            if tail(mask) < THRESHOLD and (grown := slow_fit(counts, [*taken, mask], check=True)):
                taken.append(mask)
                now = grown
                break
        else:
            return now[0]
    return None


def slow_bic(table: Table) -> float | None:
    counts, lists = counts_of(table)[0, 1:], len(table.lists)
    models = [[int(m) for m in row if m != NONE] for row in hierarchies(lists, lists - 1)]
    # The first that exists, in the order of their criteria: the linear programme is the slow part.
    order = sorted(models, key=lambda pairs: (slow_fit(counts, pairs, check=False) or (0, 0, np.inf))[2])
    return next((found[0] for pairs in order if (found := slow_fit(counts, pairs, check=True))), None)


def wrong(result: Result, table: Table) -> str | None:
    """What is not as the rules have it."""
    text = json.dumps(result.as_json(), allow_nan=False)
    found = json.loads(text)
    given, interval = found["N_hat"], found["ci"]
    if (result.status is Status.REFUSED) != (given is None):
        return "a refusal with a figure, or a figure without"
    if table.repeated < 10 and given is not None:
        return "too few on several lists"
    if given is None:
        return None if result.reasons else "a refusal without a reason"
    if given < table.observed:
        return "fewer than the observed"
    if result.status is Status.ESTIMATE and (table.repeated < 30 or not table.connected()):
        return "an estimate that is an indication"
    if interval and not table.observed <= interval["low"] <= interval["high"]:
        return f"an interval from {interval['low']} to {interval['high']}"
    return None


def compare(name: str, ours: float | None, theirs: float | None) -> str | None:
    if (ours is None) != (theirs is None) or (ours and theirs and abs(ours / theirs - 1) > NEAR):
        return f"{name}: {ours} and, slowly, {theirs}"
    return None


def points(table: Table, *, longer: bool) -> list[str]:
    """Where the two calculations of a point differ."""
    differ = [compare("stepwise", _finite(float(select(counts_of(table)).totals[0])), slow_stepwise(table))]
    if len(table.lists) <= SLOWLY + longer:
        differ.append(compare("bic", _finite(METHODS["bic"](table, Settings(boot=0)).total), slow_bic(table)))
    return [each for each in differ if each]


def _finite(total: float) -> float | None:
    return total if np.isfinite(total) else None


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--tables", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=280, help="CPU, after which nothing new begins")
    given = parser.parse_args()
    lcm.CHAINS, lcm.FIRST, lcm.LAST = 4, 40, 80
    dga.MOST_LISTS = 6  # seven take seconds for each table
    said: Counter[tuple[str, str]] = Counter()
    longest: dict[str, float] = dict.fromkeys(METHODS, 0.0)
    problems, tables = [], 0
    for seed in range(given.seed, given.seed + given.tables):
        if time.process_time() > given.seconds:
            break
        table, tables = drawn(np.random.default_rng([2027, seed])).trimmed(), tables + 1
        if not table.lists:
            continue
        methods = [name for name in METHODS if name != "bic" or len(table.lists) <= 5 or seed % FOURTH == 0]
        results = estimate(table, methods, Settings(boot=BOOT, seed=seed))
        said.update((result.method, result.status.value) for result in results)
        longest |= {r.method: max(longest[r.method], r.seconds) for r in results}
        problems += [f"{seed} {r.method}: {what}" for r in results if (what := wrong(r, table))]
        problems += [f"{seed} {what}" for what in points(table, longer=seed % FOURTH == 0)]
    print(f"{tables} tables, {len(problems)} problems")
    for line in problems:
        print(line)
    for method in METHODS:
        verdicts = ", ".join(f"{said[method, status.value]} {status.value}" for status in Status)
        print(f"{method}: {verdicts}; {longest[method]:.1f} s at most")


if __name__ == "__main__":
    main()
