"""The numbers of this room against R; witness.R stored them. Published examples at the end."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from scrm_model.screening.consistency import (
    correlations_of_rows,
    even_odd,
    pair_consistency,
    pairs_beyond,
    person_total,
)
from scrm_model.screening.contrasts import d_interval, goodness, holm, independence, welch
from scrm_model.screening.little import little
from scrm_model.screening.moments import distances, em_moments
from scrm_model.screening.normality import kurtosis, mardia_numbers, skewness
from scrm_model.screening.patterns import patterns_of
from scrm_model.screening.runs import strings, variability

HERE = Path(__file__).parent
STORED = json.loads((HERE / "witness.json").read_text("utf-8"))
DATA = HERE.parent / "against_lavaan" / "data"
HS = [f"x{k}" for k in range(1, 10)]
PARTS = [range(5), range(5, 9), range(9, 13), range(13, 17), range(17, 21), range(21, 24),
         range(24, 27)]  # fmt: skip
CLOSE = {"rel": 1e-9, "abs": 1e-9}


def frame(name):
    if name == "airquality":
        return pd.read_csv(HERE / "airquality.csv")
    file = {"hs": "hs", "hs_holes": "hs_holes", "scrm": "scrm400", "scrm_holes": "scrm400_mcar"}
    read = pd.read_csv(DATA / f"{file[name]}.csv")
    return read[HS] if name.startswith("hs") else read[pd.read_csv(DATA / "scrm400.csv").columns]


def values(name):
    return frame(name).to_numpy(dtype=float)


def known(stored):
    return np.array(stored, dtype=float)


@pytest.mark.parametrize("name", ["hs", "scrm"])
def test_mardia_is_that_of_psych_and_semtools(name):
    found, stored = mardia_numbers(values(name)), STORED["mardia"][name]
    psych = stored["psych"]
    assert found.b1p == pytest.approx(psych["b1p"], **CLOSE)
    assert found.b2p == pytest.approx(psych["b2p"], **CLOSE)
    assert found.chi2 == pytest.approx(psych["skew"], **CLOSE)
    assert found.small_chi2 == pytest.approx(psych["small.skew"], **CLOSE)
    assert found.z == pytest.approx(psych["kurtosis"], **CLOSE)
    tails = (found.chi2_p, found.small_p, found.z_p)
    assert tails == pytest.approx([psych["p.skew"], psych["p.small"], psych["p.kurt"]], abs=1e-12)
    assert (found.chi2, found.df) == pytest.approx((stored["skew"]["chi"], stored["skew"]["df"]))
    assert found.z == pytest.approx(stored["kurtosis"]["z"], **CLOSE)


@pytest.mark.parametrize("name", ["hs", "scrm"])
def test_skewness_and_kurtosis_are_those_of_semtools_and_psych(name):
    answers, stored = values(name), STORED["univariate"][name]
    np.testing.assert_allclose(skewness(answers), known(stored["skew"])[:, 0], atol=1e-10)
    np.testing.assert_allclose(kurtosis(answers), known(stored["kurtosis"])[:, 0], atol=1e-10)
    np.testing.assert_allclose(skewness(answers, 3), known(stored["skew3"]), atol=1e-10)
    np.testing.assert_allclose(kurtosis(answers, 3), known(stored["kurtosis3"]), atol=1e-10)


@pytest.mark.parametrize("name", ["airquality", "hs_holes", "scrm_holes"])
def test_moments_and_distances_of_incomplete_answers_are_lavaans(name):
    answers, stored = values(name), STORED["missing"][name]
    answers = answers[~np.isnan(answers).all(axis=1)]
    # R standardised the columns; both moments follow.
    z = (answers - np.nanmean(answers, axis=0)) / np.nanstd(answers, axis=0, ddof=1)
    patterns = patterns_of(~np.isnan(z))
    found = em_moments(z, patterns)
    assert found.converged
    np.testing.assert_allclose(found.mean, known(stored["mean"]), atol=1e-6)
    np.testing.assert_allclose(found.cov, known(stored["cov"]), atol=1e-6)
    d2 = distances(z, patterns, found.mean, found.unbiased)
    np.testing.assert_allclose(d2, known(stored["d2"]), rtol=1e-5, atol=1e-6)
    statistic, df = little(z, patterns, found)
    assert statistic == pytest.approx(stored["little"]["d2"], rel=1e-6)
    assert (df, len(patterns.counts)) == (stored["little"]["df"], stored["little"]["patterns"])


def test_mahalanobis_is_psychs():
    answers = values("hs")
    patterns = patterns_of(~np.isnan(answers))
    moments = em_moments(answers, patterns)
    d2 = distances(answers, patterns, moments.mean, moments.unbiased)
    np.testing.assert_allclose(d2, known(STORED["mahalanobis"]), rtol=1e-9)


@pytest.mark.parametrize("name", ["scrm", "scrm_holes"])
def test_indices_of_careless_answers_are_those_of_their_definitions_in_r(name):
    answers, stored = values(name), STORED["careless"][name]
    runs = np.column_stack(strings(answers))
    np.testing.assert_allclose(runs, known(stored["runs"]), atol=1e-10)
    np.testing.assert_allclose(variability(answers), known(stored["irv"]), atol=1e-10)
    np.testing.assert_allclose(even_odd(answers, PARTS), known(stored["even_odd"]), atol=1e-10)
    np.testing.assert_allclose(person_total(answers), known(stored["person_total"]), atol=1e-10)
    r = pd.DataFrame(answers).corr().to_numpy()
    pairs = pairs_beyond(r, 0.45)
    assert len(pairs) == stored["synonyms"]["pairs"]
    mine = pair_consistency(answers, pairs)
    theirs = known(stored["synonyms"]["r"])
    plain = ~np.isnan(theirs)  # the rest is resampled here, and has no number there
    assert plain.sum() > 390
    np.testing.assert_allclose(mine[plain], theirs[plain], atol=1e-10)
    x, y = answers[:, pairs[:, 0]], answers[:, pairs[:, 1]]
    np.testing.assert_allclose(correlations_of_rows(x, y)[plain], theirs[plain], atol=1e-10)


def test_welch_and_the_interval_of_d():
    cro1, stored = values("scrm")[:, 0], STORED["welch"]
    found = welch(cro1[:100], cro1[260:])
    assert (found.t, found.df, found.p, found.d) == pytest.approx(
        [stored[k] for k in ("t", "df", "p", "d")], **CLOSE
    )
    assert (found.d_lower, found.d_upper) == pytest.approx(stored["ci"], abs=1e-7)
    # psych rounds its search to about five digits.
    assert d_interval(0.3, 20, 25) == pytest.approx(np.delete(STORED["psych_d"], 1), abs=1e-5)


def test_counts_and_holm():
    counts = np.array([[20, 30, 25, 25], [40, 35, 15, 10]])
    found, stored = independence(counts), STORED["table"]
    assert (found.chi2, found.df, found.p) == pytest.approx(
        [stored[k] for k in ("chi2", "df", "p")], **CLOSE
    )
    found, stored = (
        goodness(np.array([60, 65, 40, 35]), np.array([0.4, 0.3, 0.2, 0.1])),
        STORED["margin"],
    )
    assert (found.chi2, found.df, found.p) == pytest.approx(
        [stored[k] for k in ("chi2", "df", "p")], **CLOSE
    )
    p = np.array([0.01, 0.04, 0.03, 0.005, 0.2])
    np.testing.assert_allclose(holm(p), STORED["holm"], rtol=1e-12)
    np.testing.assert_allclose(holm(np.insert(p, 2, np.nan))[[0, 1, 3, 4, 5]], STORED["holm"])


def test_little_of_naniars_airquality():
    # mcar_test(airquality) of naniar 1.1: 35.106, df 14, p .00142, by an EM that ends at 1e-4.
    answers = values("airquality")
    patterns = patterns_of(~np.isnan(answers))
    statistic, df = little(answers, patterns, em_moments(answers, patterns))
    assert (statistic, df) == (pytest.approx(35.1061288689702, abs=1e-4), 14)


def test_little_of_the_worked_example_of_enders():
    # Enders, C. K. (2010), Applied missing data analysis, p. 21: 14.63, df 5, p .01.
    nan = np.nan
    iq = [78, 84, 84, 85, 87, 91, 92, 94, 94, 96, 99, 105, 105, 106, 108, 112, 113, 115, 118, 134]
    job = [nan] * 10 + [7, 10, 11, 15, 10, 10, 12, 14, 16, 12]
    well = [13, 9, 10, 10, nan, 3, 12, 3, 13, nan, 6, 12, 14, 10, nan, 10, 14, 14, 12, 11]
    answers = np.column_stack([iq, job, well]).astype(float)
    patterns = patterns_of(~np.isnan(answers))
    statistic, df = little(answers, patterns, em_moments(answers, patterns))
    assert (round(statistic, 2), df) == (14.63, 5)
