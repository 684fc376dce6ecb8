"""Whatever comes in, the answer is a value or a `ScrmError`, and no warning leaks."""

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import scrm_model as scrm
from scrm_model.screening.result import SECTIONS

SCALES = scrm.Scales(
    scrm.Scales.build({"A": ["a1", "a2"], "B": ["b1", "b2"], "C": ["c1", "c2"]}, points=4).scales,
    attention=scrm.SCALES.attention[:1],
    controls=scrm.SCALES.controls[:2],
)
NAMES = [*SCALES.codes, "att1", "firm_size", "firm_age", "t", "w"]
answer = st.sampled_from([1.0, 2.0, 3.0, 4.0, np.nan])
odd = st.sampled_from([0.0, -99.0, 2.5, np.inf, 1e300, "x", "3", "", None, True, pd.NaT, 1 + 2j])
few_odd = st.one_of(answer, answer, answer, answer, odd)


@st.composite
def frames(draw, cell):
    n = draw(st.integers(0, 12))
    columns = {name: draw(st.lists(cell, min_size=n, max_size=n)) for name in NAMES}
    return pd.DataFrame(columns)


def looked_at(frame, **options):
    found = scrm.screen(frame, SCALES, **options)
    for name in ("missing_by_case", "patterns", "frequencies", *SECTIONS):
        table = getattr(found, name)
        table.text("fr")
        table.html()
    assert len(found.cases) == len(frame)
    found.summary()
    repr(found)
    return found


def value_or_error(make):
    """A value, or None if there was an error in the library's own form."""
    try:
        return make()
    except scrm.ScrmError as error:
        told = str(error)
    assert "needs" in told
    return None


quick = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@quick
@given(frames(answer))
def test_answers_of_any_shape_give_tables(frame):
    if len(frame):
        found = looked_at(frame, time="t", wave="w", arrival=False)
        cells = frame[list(SCALES.codes)].notna().sum().sum()
        assert found.missing.frame["n"].sum() == cells
        assert found.patterns.frame["cases"].sum() == len(frame)
        numbers = found.cases.select_dtypes("number")
        assert not np.isinf(numbers).any().any()


@quick
@given(frames(few_odd), st.booleans(), st.sampled_from([(), (-99,), (0, 2.5)]))
def test_anything_else_is_a_value_or_an_error_of_ours(frame, in_order, codes):
    value_or_error(lambda: looked_at(frame, time="t", arrival=in_order, missing_codes=codes))


junk = st.one_of(
    st.none(), st.booleans(), st.integers(-3, 3), st.floats(), st.text(max_size=3),
    st.sampled_from(["t", "w", "firm_size", [1], {}, {"firm_size": {1: 1.0}}, (0.3, 0.3), ("t",)]),
)  # fmt: skip
OPTIONS = ("id", "time", "arrival", "wave", "fractions", "population", "flow", "mcar", "cut_offs",
           "seed", "missing_codes")  # fmt: skip


@quick
@given(st.dictionaries(st.sampled_from(OPTIONS), junk, max_size=3))
def test_options_of_any_kind(options):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.integers(1, 5, (12, len(NAMES))), columns=NAMES)
    value_or_error(lambda: looked_at(frame, **options))


@quick
@given(st.one_of(junk, st.lists(junk, max_size=4)), junk)
def test_exclusions_of_any_kind(cases, reason):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.integers(1, 5, (12, len(NAMES))), columns=NAMES)
    found = scrm.screen(frame, SCALES)
    kept = value_or_error(lambda: found.exclude(cases, reason))
    if kept is not None:
        assert len(kept.data) + len(kept.exclusions[0].cases) == 12
