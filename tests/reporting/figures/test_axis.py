import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrm_model.reporting.figures.axis import axis_of, step_of
from scrm_model.reporting.figures.markers import MARKERS, marker
from scrm_model.reporting.figures.marks import Words


@given(
    st.lists(st.floats(-1e6, 1e6).map(lambda v: round(v, 4)), min_size=1, max_size=8),
    st.integers(3, 9),
)
def test_every_number_has_a_place_and_marks_are_round(values, most):
    axis = axis_of(values, 10.0, 210.0, most)
    assert all(10.0 - 1e-9 <= axis.at(v) <= 210.0 + 1e-9 for v in values)
    assert 1 <= len(axis.ticks) <= most + 2
    for tick in axis.ticks:
        # What is printed is what is meant.
        assert float(f"{tick:.{axis.decimals}f}") == pytest.approx(tick, rel=1e-9, abs=1e-9)
    assert all(a < b for a, b in pairwise(axis.ticks))


def test_numbers_that_are_not_finite_do_not_count():
    assert axis_of([math.nan, math.inf], 0.0, 1.0).low == pytest.approx(-0.04)
    alone = axis_of([3.0], 0.0, 1.0)
    assert alone.low < 3.0 < alone.high
    assert axis_of([1.0, 2.0], 100.0, 0.0).at(2.0) < axis_of([1.0, 2.0], 100.0, 0.0).at(1.0)


@pytest.mark.parametrize(
    ("span", "step"), [(1.0, (0.2, 1)), (0.6, (0.1, 1)), (1.6, (0.25, 2)), (70.0, (10.0, 0))]
)
def test_steps_are_round(span, step):
    found = step_of(span, 7)
    assert found[0] == pytest.approx(step[0])
    assert found[1] == step[1]


def test_numbers_of_an_axis_do_not_touch():
    axis = axis_of([0.0, 0.0013], 0.0, 60.0)
    words = [m for m in axis.below(0, 10, "fr") if isinstance(m, Words)]
    assert all(b.x - a.x > 15 for a, b in pairwise(words))
    assert all("," in m.text for m in words)


def test_signs_are_all_different():
    found = {repr(marker(k, 0.0, 0.0)) for k in range(MARKERS)}
    assert len(found) == MARKERS
