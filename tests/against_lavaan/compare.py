"""Whether a fit equals what lavaan found."""

import re
import warnings

import numpy as np
import pandas as pd
from against_lavaan.witness import data_of, implied_of, parameters_of

from scrm_model.estimation.fit import fit

NUMBERS = ["est", "se", "ci_lower", "ci_upper", "std_lv", "std_all"]


def fit_case(stored, **options):
    """The fit, and the kinds of warnings that it gave."""
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        found = fit(stored["model"], data_of(stored), **stored.get("args", {}), **options)
    return found, {w.category for w in given}


def assert_near(found, expected, tolerance, what):
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance, err_msg=what)


def assert_rows(found, expected):
    columns = ["lhs", "op", "group", "label"]
    if "equal(" in found.model.syntax:
        columns.remove("label")  # lavaan shows the text of equal() as the label of its row
    mine = found.parameters
    pd.testing.assert_frame_equal(
        mine[columns], expected[columns], check_dtype=False, obj="rows of the parameter table"
    )
    # The text of a definition has no parentheses that its meaning does not need.
    bare = [re.sub(r"[()]", "", rhs) for rhs in expected["rhs"]]
    assert [re.sub(r"[()]", "", rhs) for rhs in mine["rhs"]] == bare


def assert_parameters(found, expected, tolerance):
    mine = found.parameters
    # At a bound lavaan gives no error, and we give 0: there the parameter is no estimate.
    bound = expected["se"].isna().to_numpy()
    assert (mine["se"][bound] == 0).all()
    for column in NUMBERS:
        assert_near(mine[column][~bound], expected[column][~bound], tolerance, column)
    # z = est / se inherits the relative error of both.
    assert_near(mine["z"], expected["z"], 10 * tolerance, "z")
    assert_near(mine["pvalue"], expected["pvalue"], 10 * tolerance, "pvalue")


def assert_measures(found, expected, tolerance):
    mine = found.measures
    assert list(mine.index) == list(expected)
    wanted = pd.Series(expected, dtype=float)
    for name in wanted.index:
        assert_near(mine[name], wanted[name], tolerance, name)


def assert_r2(found, expected, tolerance):
    mine = found.r2
    columns = [mine] if isinstance(mine, pd.Series) else [mine[g] for g in mine]
    for column, stored in zip(columns, expected, strict=True):
        wanted = pd.Series(stored, dtype=float)
        assert set(column.index) == set(wanted.index)
        assert_near(column[wanted.index], wanted, tolerance, "r2")


def assert_implied(found, stored, tolerance):
    implied = found.implied
    several = isinstance(implied.cov, dict)
    covs = list(implied.cov.values()) if several else [implied.cov]
    means = list(implied.mean.values()) if several and implied.mean else [implied.mean] * len(covs)
    for cov, mean, (wanted, level) in zip(covs, means, implied_of(stored), strict=True):
        assert_near(cov.loc[wanted.index, wanted.index], wanted, tolerance, "implied covariances")
        assert (mean is None) == (level is None)
        if level is not None:
            assert_near(mean[level.index], level, tolerance, "implied means")
    for group, moments in enumerate(stored["implied"]):
        for key in {"thresholds", "slopes"} & set(moments):
            part = getattr(implied, key)
            part = list(part.values())[group] if several else part
            for name, wanted in moments[key].items():
                assert_near(part[name], wanted, tolerance, f"implied {key}")


def assert_equal_to(found, stored, tolerance):
    assert found.converged
    expected = parameters_of(stored)
    assert_rows(found, expected)
    assert_parameters(found, expected, tolerance)
    assert_measures(found, stored["measures"], tolerance)
    assert (found.npar, found.df) == (stored["measures"]["npar"], stored["measures"]["df"])
    assert found.nobs == stored["measures"].get("ntotal", found.nobs)
    assert_r2(found, stored["r2"], tolerance)
    assert_implied(found, stored, tolerance)
