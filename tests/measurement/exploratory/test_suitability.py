"""KMO, sphericity, and the correlations that all of this room begins with."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from against_lavaan.witness import data

import scrm_model as scrm
from scrm_model.measurement.exploratory.adequacy import (
    sampling_adequacy,
    sphericity,
    squared_multiple_correlations,
)
from scrm_model.measurement.exploratory.pairwise import pairwise_correlations

HS = [f"x{k}" for k in range(1, 10)]


def equal(p, r):
    return np.full((p, p), r) + (1 - r) * np.eye(p)


@pytest.mark.parametrize(("p", "r"), [(3, 0.5), (6, 0.2)])
def test_equal_correlations_have_closed_forms(p, r):
    partial = r / (1 + (p - 2) * r)
    overall, each = sampling_adequacy(equal(p, r))
    assert overall == pytest.approx(r**2 / (r**2 + partial**2))
    np.testing.assert_allclose(each, overall)
    smc = (p - 1) * r**2 / (1 + (p - 2) * r)
    np.testing.assert_allclose(squared_multiple_correlations(equal(p, r)), smc)
    chi2, df, _ = sphericity(equal(p, r), 101)
    logdet = (p - 1) * np.log(1 - r) + np.log(1 + (p - 1) * r)
    assert chi2 == pytest.approx(-(100 - (2 * p + 5) / 6) * logdet)
    assert df == p * (p - 1) / 2


def test_multiple_correlations_are_those_of_regressions():
    x = data("hs")[HS].to_numpy()
    x = x - x.mean(axis=0)
    others = np.delete(x, 3, axis=1)
    residual = x[:, 3] - others @ np.linalg.lstsq(others, x[:, 3], rcond=None)[0]
    expected = 1 - (residual**2).sum() / (x[:, 3] ** 2).sum()
    assert scrm.kmo(data("hs"), HS).smc["x4"] == pytest.approx(expected)


def test_pairwise_correlations_are_pandas():
    frame = data("bfi600")
    seen = frame.notna().to_numpy(dtype=float)
    mine = pairwise_correlations(frame.fillna(0).to_numpy(dtype=float), seen)
    np.testing.assert_allclose(mine, frame.corr(), atol=1e-12)


def test_frames_of_any_kind_and_moments_give_the_same():
    frame = data("hs")[HS]
    first = scrm.kmo(frame)
    for other in (pl.from_pandas(frame), scrm.Moments(frame.cov(), len(frame)),
                  scrm.Moments(frame.corr(), len(frame))):  # fmt: skip
        found = scrm.kmo(other)
        assert found.overall == pytest.approx(first.overall)
        assert found.bartlett.chisq == pytest.approx(first.bartlett.chisq)
    assert first.frame.columns.tolist() == ["item", "msa", "smc"]
    assert first.measures["kmo"] == first.overall


def test_rows_that_are_left_out_are_counted():
    with pytest.warns(scrm.MissingDataWarning, match=r"\d+ of 600 rows have missing cells") as seen:
        found = scrm.kmo(data("bfi600"))
    assert seen[0].filename == __file__
    assert found.n == len(data("bfi600").dropna())
    assert found.notes()[0].startswith(f"{600 - found.n} of 600 rows")
    assert found.notes("fr")[0].startswith(f"{600 - found.n} lignes sur 600")
    pairs = scrm.kmo(data("bfi600"), missing="pairwise")
    assert pairs.n == 600
    assert "587 to 600" in pairs.notes()[0]


def test_full_information_of_complete_rows_changes_nothing():
    frame = data("hs")[HS]
    assert scrm.kmo(frame, missing="fiml").overall == pytest.approx(scrm.kmo(frame).overall)


def test_tables_speak_both_languages():
    found = scrm.kmo(data("hs"), HS)
    english, french = found.tables(), found.tables("fr")
    assert list(english) == ["Suitability for factors", "Suitability, by item"]
    assert list(french["Adéquation, par item"].columns) == ["item", "MSA", "R² multiple"]
    assert "< .001" in english["Suitability for factors"]["value"].tolist()
    assert "0.752" in repr(found)
    assert "<table" in found._repr_html_()


def test_an_item_without_correlations_has_no_msa_and_says_so():
    moments = scrm.Moments(np.eye(4) + np.pad(equal(3, 0.4) - np.eye(3), (0, 1)), 100,
                           names=list("abcd"))  # fmt: skip
    found = scrm.kmo(moments)
    assert np.isnan(found.items["d"])
    assert any("No MSA for d" in note for note in found.notes())


@pytest.mark.parametrize(
    ("change", "options", "error", "match"),
    [
        (lambda f: f.assign(x9=f["x1"] + f["x2"]), {}, scrm.DataError, "depend on each other"),
        (lambda f: f.assign(x9=3.0), {}, scrm.DataError, "one value"),
        (lambda f: f.assign(x9=3.0), {"missing": "pairwise"}, scrm.DataError, "vary"),
        (lambda f: f.assign(x9="often"), {}, scrm.DataError, "items= needs .* 'x9'"),
        (lambda f: f.assign(x9="often"), {"items": HS}, scrm.DataError, "'x9'; got 301 cells"),
        (lambda f: f.assign(x9=np.nan), {"missing": "pairwise"}, scrm.DataError, "fewer for 'x9'"),
        (lambda f: pd.concat([f, f[["x1"]]], axis=1), {}, scrm.DataError, "every column once"),
        (lambda f: f.assign(on=pd.Timestamp(0)), {}, scrm.DataError, "items= needs .* 'on'"),
        (lambda f: f[["x1", "x2"]], {}, scrm.ArgumentError, "at least 3"),
        (lambda f: f, {"items": ["x1", "x2", "x33"]}, scrm.MissingColumnError, "x3"),
        (lambda f: f, {"items": ["x1", "x2", "x2"]}, scrm.ArgumentError, "more than once"),
        (lambda f: f, {"missing": "mean"}, scrm.ArgumentError, "missing="),
        (lambda f: f, {"ordered": ["y"]}, scrm.ArgumentError, "ordered="),
        (lambda f: f.round(), {"ordered": True, "missing": "fiml"}, scrm.ArgumentError, "missing="),
        (lambda f: f.head(8), {}, scrm.DataError, "more complete rows"),
        (lambda f: 3, {}, scrm.ArgumentError, "data="),
        (lambda f: scrm.Moments(f.cov(), 301), {"missing": "fiml"}, scrm.ArgumentError, "raw"),
        (lambda f: scrm.Moments(f.cov(), 301), {"ordered": True}, scrm.ArgumentError, "raw"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused(change, options, error, match):
    with pytest.raises(error, match=match):
        scrm.kmo(change(data("hs")[HS]), **options)


def test_pairs_that_nobody_answered_are_named():
    frame = pd.DataFrame(np.random.default_rng(1).standard_normal((40, 3)), columns=list("abc"))
    frame.loc[:19, "a"] = np.nan
    frame.loc[20:, "b"] = np.nan
    with pytest.raises(scrm.DataError, match="'a' and 'b' have 0"):
        scrm.kmo(frame, missing="pairwise")


def test_correlations_that_do_not_fit_together_are_refused_where_they_are_inverted():
    frame = _contradictory()
    with pytest.raises(scrm.DataError, match="positive definite"):
        scrm.kmo(frame, missing="pairwise")
    with pytest.raises(scrm.DataError, match="maximum likelihood"):
        scrm.efa(frame, 1, missing="pairwise", method="ml")
    found = scrm.efa(frame, 1, missing="pairwise", method="pca")
    assert found.measures["rmsr"] > 0


def _contradictory():
    """a and b agree, b and c agree, a and c disagree, each on rows of its own."""
    rng = np.random.default_rng(2)
    x, noise = rng.standard_normal(90), 0.2 * rng.standard_normal((90, 4))
    frame = pd.DataFrame(x[:, None] + noise, columns=list("abcd"))
    frame.loc[60:, "c"] *= -1
    for column, rows in (("c", slice(0, 29)), ("a", slice(30, 59)), ("b", slice(60, 89))):
        frame.loc[rows, column] = np.nan
    return frame
