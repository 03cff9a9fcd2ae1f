"""Whether a log-linear model has an estimate for a table, and one only (Fienberg & Rinaldo 2012).

The maximum of the likelihood is reached exactly if no direction b of the parameters leaves the expected
counts of everybody observed alone (Xb = 0 there) and lowers or keeps those of the empty histories, at least
one of them lowered (Xb <= 0, not 0). If it leaves all alone, the model is not identified. Only directions
that leave the observed alone matter, so the linear programme is over the null space of their rows, which
mostly is empty: then the answer is yes without any programme.
"""

from functools import lru_cache

import numpy as np

from kamkor.methods.prevalence.loglinear import NONE, Bools, Floats, Ints, information_of

ZERO = 1e-9
LOG_PRECISION = -27.0  # a determinant that much smaller than its bound may be 0


def exists(support: Bools, inside: Bools, terms: Ints) -> Bools:
    """For each row: whether there is one estimate. `support` are the histories that somebody has, `inside`
    those of the likelihood, `terms` as for a fit."""
    used = terms != NONE
    gram = information_of((support & inside).astype(float), np.where(used, terms, 0), used)
    # The determinant of a matrix of whole numbers is 0 or at least 1 in size; 0 shows as rounding noise.
    noise = np.log(np.maximum(np.diagonal(gram, axis1=1, axis2=2), 1)).sum(1) + LOG_PRECISION
    found: Bools = np.linalg.slogdet(gram).logabsdet > np.maximum(noise, -0.5)
    for row in np.flatnonzero(~found):
        model = tuple(sorted(int(term) for term in terms[row] if term != NONE))
        found[row] = _programme(support[row].tobytes(), inside[row].tobytes(), model)
    return found


@lru_cache(maxsize=200_000)
def _programme(support: bytes, inside: bytes, model: tuple[int, ...]) -> bool:
    seen, within = np.frombuffer(support, bool), np.frombuffer(inside, bool)
    histories, terms = np.arange(len(seen))[:, None], np.array(model)
    return estimable(((histories & terms) == terms).astype(float), seen & within, within & ~seen)


def estimable(design: Floats, seen: Bools, empty: Bools) -> bool:
    """Whether a model with this design has one estimate, where these rows have people and those have none."""
    free = _null_space(design[seen])
    if not free.shape[1]:
        return True
    moves = design[empty] @ free
    if np.linalg.matrix_rank(moves, tol=ZERO) < free.shape[1]:
        return False  # not identified: some direction changes nothing at all
    return not _one_sided(moves)


def _null_space(rows: Floats) -> Floats:
    values, vectors = np.linalg.eigh(rows.T @ rows)
    null: Floats = vectors[:, values < ZERO]
    return null


def _one_sided(moves: Floats) -> bool:
    """Whether some combination of the columns is nowhere negative and somewhere positive."""
    if moves.shape[1] == 1:
        return bool((moves > -ZERO).all() or (moves < ZERO).all())
    from scipy.optimize import linprog

    answer = linprog(-moves.sum(0), A_ub=np.vstack([-moves, moves]), bounds=(None, None),
                     b_ub=np.repeat([0.0, 1.0], len(moves)), method="highs")  # fmt: skip
    return answer.fun is None or bool(answer.fun < -1e-6)
