"""Units of credit: they sum to the whole, none is lost, and only names decide what is left over."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.lineage.oracle import in_units as exactly
from tracker.lineage import SCALE
from tracker.lineage.whole import FINE, in_units


def units(weights: list[list[Fraction]], scale: int = SCALE) -> list[list[int]]:
    """Return the units of each model's roots, which are in the order of their names."""
    parts = np.array([int(weight * FINE) for model in weights for weight in model], dtype=np.int64)
    owner = np.repeat(np.arange(len(weights)), [len(model) for model in weights])
    found = in_units(parts, owner, lambda rows: rows, scale)
    return [found[owner == model].tolist() for model in range(len(weights))]


def test_what_is_left_over_goes_by_name_to_what_does_not_come_out_even() -> None:
    third, sixth = Fraction(1, 3), Fraction(1, 6)
    assert units([[Fraction(1)], [Fraction(1, 2)] * 2, [third] * 3, [Fraction(1, 2), third, sixth]]) == [
        [1_000_000_000],
        [500_000_000, 500_000_000],
        [333_333_334, 333_333_333, 333_333_333],
        [500_000_000, 333_333_334, 166_666_666],
    ]


def test_a_root_of_less_than_a_unit_has_one_taken_from_the_largest() -> None:
    least = Fraction(1, 10**12)
    assert units([[least, Fraction(1, 2), Fraction(1, 2) - 3 * least, least, least]]) == [
        [1, 499_999_998, 499_999_999, 1, 1]
    ]
    assert units([[Fraction(99, 100), *[Fraction(1, 900)] * 9]], scale=10) == [[1] * 10]


def test_more_roots_than_units_are_refused() -> None:
    assert units([[Fraction(1, 10)] * 10], scale=10) == [[1] * 10]
    with pytest.raises(ValueError, match="11 roots cannot share 10 units"):
        units([[Fraction(1, 11)] * 11], scale=10)


# parts that differ by less than a thousandth of a unit are taken for equal
sizes = st.lists(st.integers(1, 100), min_size=1, max_size=9)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(sizes, min_size=1, max_size=6), st.sampled_from([9, 1000, SCALE]), st.randoms())
def test_units_sum_to_the_whole_and_are_those_of_exact_fractions(drawn, scale, chance) -> None:
    weights = [[Fraction(size, sum(model)) for size in model] for model in drawn]
    found = units(weights, scale)
    for model, counted in zip(weights, found, strict=True):
        assert sum(counted) == scale and min(counted) > 0
        if scale == SCALE:
            assert all(abs(each - weight * scale) < 1 for each, weight in zip(counted, model, strict=True))
            assert counted == list(exactly(dict(enumerate(model)), scale).values())
    # the order in which rows stand does not matter
    model = max(weights, key=len)
    order = chance.sample(range(len(model)), len(model))
    parts = np.array([int(model[each] * FINE) for each in order], dtype=np.int64)
    turned = in_units(parts, np.zeros(len(model), dtype=np.int64), np.array(order).__getitem__, scale)
    assert turned.tolist() == [found[weights.index(model)][each] for each in order]
