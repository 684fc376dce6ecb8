import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrm_model.errors import ArgumentError
from scrm_model.reporting.formats import (
    Interval,
    Number,
    bounded,
    formatted,
    integer,
    interval,
    is_missing,
    number,
    p_equals,
    p_value,
    percent,
    stars,
)

NARROW, FIXED = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (0.046, ".046", "0,046"),
        (0.0004, f"<{NARROW}.001", f"<{NARROW}0,001"),
        (0.0, f"<{NARROW}.001", f"<{NARROW}0,001"),
        (0.001, ".001", "0,001"),
        (1.0, "1.000", "1,000"),
        (0.5, ".500", "0,500"),
    ],
)
def test_p_values_as_apa_prints_them(value, english, french):
    assert (p_value(value), p_value(value, "fr")) == (english, french)


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [
        (1.256, "1.26", "1,26"),
        (-0.3, "−0.30", "−0,30"),
        (-0.001, "0.00", "0,00"),
        (1234.5, "1,234.50", f"1{NARROW}234,50"),
        (math.inf, "∞", "∞"),
        (-math.inf, "−∞", "−∞"),
    ],
)
def test_numbers(value, english, french):
    assert (number(value), number(value, 2, "fr")) == (english, french)


@pytest.mark.parametrize(
    ("value", "english", "french"),
    [(0.784, ".78", "0,78"), (-0.2, "−.20", "−0,20"), (1.03, "1.03", "1,03"), (0, ".00", "0,00")],
)
def test_bounded_numbers_lose_their_zero_in_english_only(value, english, french):
    assert (bounded(value), bounded(value, 2, "fr")) == (english, french)


def test_intervals_percentages_and_whole_numbers():
    assert interval(-0.1234, 0.5) == f"[−0.12,{FIXED}0.50]"
    assert interval(-0.1234, 0.5, 3, "fr") == f"[−0,123{NARROW};{FIXED}0,500]"
    assert interval(0.02, 0.05, 3, "en", "bounded") == f"[.020,{FIXED}.050]"
    assert (percent(0.125), percent(0.125, 1, "fr")) == ("12.5%", f"12,5{NARROW}%")
    assert (integer(1234567), integer(1234, "fr")) == ("1,234,567", f"1{NARROW}234")


def test_stars():
    assert [stars(p) for p in (0.0009, 0.009, 0.049, 0.05)] == ["***", "**", "*", ""]
    assert stars(0.05, "fr") == "n.s."
    assert stars(float("nan"), "fr") == ""


@pytest.mark.parametrize("missing", [None, float("nan"), np.float64("nan"), pd.NA, pd.NaT])
def test_missing_numbers_are_a_dash_and_never_nan(missing):
    assert is_missing(missing)
    for text in (number(missing), bounded(missing), p_value(missing), percent(missing)):
        assert text == "–"
    assert interval(missing, 1.0) == "–"
    assert interval(1.0, missing) == "–"


def test_text_is_not_missing():
    assert not is_missing("nan")
    assert not is_missing(Number(1.0))


@given(st.floats(allow_nan=True, allow_infinity=True), st.sampled_from(["en", "fr"]))
def test_no_number_prints_nan(value, lang):
    for kind in ("number", "bounded", "p", "percent"):
        text = formatted(value, kind, 3, lang)
        assert "nan" not in text.lower()
        assert "-" not in text, "a minus sign, not a hyphen"


@given(st.floats(-1e6, 1e6))
def test_numbers_read_back(value):
    back = float(number(value, 3).replace("−", "-").replace(",", ""))
    assert back == pytest.approx(value, abs=0.00051)


def test_numbers_wait_for_a_language():
    assert Number(0.03, "p").get("en") == f"={NARROW}.030"
    assert p_equals(0.00001, "fr") == f"<{NARROW}0,001"
    assert Number(312, "integer").get("fr") == "312"
    assert Interval(0.1, 0.2, 2).get("en") == f"[0.10,{FIXED}0.20]"


def test_unknown_language():
    for call in (number, bounded, percent):
        with pytest.raises(ArgumentError, match="lang= needs 'en' or 'fr'; got 'de'"):
            call(1.0, 2, "de")
