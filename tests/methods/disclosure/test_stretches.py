"""Numbers of overlapping stretches, against an attacker who tries everything that could be."""

from itertools import combinations, product

from hypothesis import given, settings
from hypothesis import strategies as st

from kamkor.methods.disclosure.stretches import Known, follows, gives_away, most

MOST = 2  # people between two cuts that are tried
COUNTS = st.lists(st.integers(0, MOST), min_size=4, max_size=4)
PLACES = st.sampled_from(list(combinations(range(5), 2)))


@settings(max_examples=25, deadline=None)
@given(COUNTS, st.lists(st.tuples(PLACES, st.booleans()), min_size=1, max_size=4))
def test_a_bound_is_what_can_be(counts: list[int], told: list[tuple[tuple[int, int], bool]]) -> None:
    known = [Known(0, 4, 0, sum(counts))]
    for (first, end), exact in told:
        true = sum(counts[first:end])
        known.append(Known(first, end, true if exact else 1, true if exact else float("inf")))
    known = [each for each in known if each.least or each.most == each.least or each.first == 0]
    possible = [
        tried
        for tried in product(range(sum(counts) + 1), repeat=4)
        if all(each.least <= sum(tried[each.first : each.end]) <= each.most for each in known)
    ]
    far = most(5, known)
    for first, end in combinations(range(5), 2):
        sums = [sum(tried[first:end]) for tried in possible]
        if sums:
            assert (far[first][end], -far[end][first]) == (max(sums), min(sums))
            assert follows(5, known, first, end) == (sums[0] if max(sums) == min(sums) else None)


def test_a_quarter_between_a_half_and_a_longer_stretch_is_not_given_away() -> None:
    counts = [14, 6, 20]  # two quarters and the second half
    half, year = Known(2, 3, 20, 20), Known(0, 3, 40, 40)
    assert gives_away(counts, [half], Known(1, 3, 26, 26), 11)
    assert not gives_away(counts, [year], Known(0, 2, 20, 20), 11)
    assert not gives_away(counts, [], Known(1, 3, 26, 26), 11)
