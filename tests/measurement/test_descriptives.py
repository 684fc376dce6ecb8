"""Descriptives: enough to fit the model again. tests/against_lavaan has the outside numbers."""

import numpy as np
import openpyxl
import pandas as pd
import pytest
from against_lavaan.witness import data

import scrm_model as scrm

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"
TEXTS = {"plain": THREE, "means": THREE + "".join(f"x{k} ~ 1\n" for k in range(1, 10))}


def numbers(fit):
    frame = fit.parameters[["est", "se", "std_all"]].to_numpy()
    return frame, fit.measures[["chisq", "df", "cfi", "rmsea", "srmr"]].to_numpy()


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("likelihood", ["normal", "wishart"])
def test_the_model_is_fitted_again_from_the_table(text, likelihood):
    fit = scrm.fit(text, data("hs"), likelihood=likelihood)
    again = scrm.fit(text, scrm.descriptives(fit).moments(), likelihood=likelihood)
    for one, two in zip(numbers(fit), numbers(again), strict=True):
        assert two == pytest.approx(one, rel=1e-6, abs=1e-8)


def test_a_stranger_fits_the_model_from_the_workbook(tmp_path):
    fit = scrm.fit(TEXTS["means"], data("hs"))
    path = scrm.table(fit, "descriptives").save(tmp_path / "items.xlsx")
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    head = next(k for k, row in enumerate(rows) if row[0] == "Item")
    body = pd.DataFrame(rows[head + 1 : head + 10], columns=rows[head])
    names = [text.split(". ")[1] for text in body["Item"]]
    lower = np.nan_to_num(body.iloc[:, 3:].to_numpy(float))
    r = np.pad(lower, ((0, 0), (0, 1)))
    r = r + r.T + np.eye(9)
    sd = body["SD"].to_numpy(float)
    cov = pd.DataFrame(r * np.outer(sd, sd), index=names, columns=names)
    again = scrm.fit(TEXTS["means"], scrm.Moments(cov, 301, body["M"].to_numpy(float)))
    for one, two in zip(numbers(fit), numbers(again), strict=True):
        assert two == pytest.approx(one, rel=1e-6, abs=1e-8)


def test_the_printed_table_gives_nearly_the_same():
    fit = scrm.fit(THREE, data("hs"))
    found = scrm.descriptives(fit)
    cov = found.correlations[1].round(2) * np.outer(*[found.frame["sd"].round(2)] * 2)
    again = scrm.fit(THREE, scrm.Moments(cov, 301))
    assert again.parameters["std_all"].to_numpy() == pytest.approx(
        fit.parameters["std_all"].to_numpy(), abs=0.02
    )


def test_groups():
    fit = scrm.fit(THREE, data("hs"), group="school")
    found = scrm.descriptives(fit)
    assert found.frame["group"].tolist() == [1] * 9 + [2] * 9
    assert sum(found.n.values()) == 301
    labels = fit.table.groups
    again = scrm.fit(THREE, {label: found.moments(k) for k, label in enumerate(labels, start=1)})
    assert again.measures["chisq"] == pytest.approx(fit.measures["chisq"])
    with pytest.raises(scrm.ArgumentError, match=r"group= needs a number from 1 to 2; got 3"):
        found.moments(3)


def test_moments_without_means_have_none():
    fit = scrm.fit(THREE, scrm.descriptives(scrm.fit(THREE, data("hs"))).moments())
    bare = scrm.fit(THREE, scrm.Moments(fit.observed.cov, 301))
    found = scrm.descriptives(bare)
    assert found.frame[["mean", "skewness", "kurtosis"]].isna().all(axis=None)
    assert found.moments().mean is None
    shown = scrm.table(found)
    assert "_M_" not in shown.markdown()
    assert "without means" in shown.markdown()


def test_ordinal_items_cannot_be_fitted_from_the_table():
    two = "f1 =~ u1 + u2 + u3 + u4\nf2 =~ u5 + u6 + u7 + u8"
    found = scrm.descriptives(scrm.fit(two, data("datcat"), ordered=True))
    assert found.kind == "polychoric"
    with pytest.raises(scrm.EstimationError, match=r"moments\(\) needs correlations of continuous"):
        found.moments()
    assert "polychoric" in scrm.table(found).markdown()


def test_it_shows_itself():
    found = scrm.descriptives(scrm.fit(THREE, data("hs")))
    assert "visual" not in repr(found)
    assert "x9" in repr(found)
    assert "<table" in found._repr_html_()
    assert found.table().loc[1, "1"] == found.correlations[1].loc["x2", "x1"]
    assert np.isnan(found.table().loc[1, "2"])
    with pytest.raises(scrm.ArgumentError, match=r"fit= needs a result of fit\(\); got DataFrame"):
        scrm.descriptives(data("hs"))
