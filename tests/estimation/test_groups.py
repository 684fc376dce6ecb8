import warnings

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import case, data

from scrm_model.errors import (
    ArgumentError,
    DataError,
    MissingColumnError,
    MissingDataWarning,
    ModelError,
)
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"
MIMIC = "textual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\nspeed ~ textual + ageyr"
ITEMS = [f"x{k}" for k in range(1, 10)]
LADDER = {
    "configural": [],
    "metric": ["loadings"],
    "scalar": ["loadings", "intercepts"],
    "strict": ["loadings", "intercepts", "residuals"],
    "means": ["loadings", "intercepts", "residuals", "means"],
}
EVERYTHING = [
    "loadings", "intercepts", "means", "residuals", "residual.covariances", "lv.variances",
    "lv.covariances", "regressions",
]  # fmt: skip


@pytest.fixture(scope="module")
def hs():
    return data("hs")


@pytest.fixture(scope="module")
def ladder(hs):
    return {
        step: fit(THREE, hs, group="school", group_equal=kinds) for step, kinds in LADDER.items()
    }


def moments_by_group(hs, names=ITEMS):
    return {
        str(name): Moments(part[names].cov(), len(part), mean=part[names].mean())
        for name, part in hs.groupby("school", sort=False)
    }


def by_group(fitted, lhs, op, rhs="", column="est"):
    frame = fitted.parameters
    pick = (frame["lhs"] == lhs) & (frame["op"] == op) & (frame["rhs"] == rhs)
    return frame.loc[pick, column].tolist()


def test_every_step_of_the_ladder_costs_fit(ladder):
    chi2 = [f.measures["chisq"] for f in ladder.values()]
    assert chi2 == sorted(chi2)
    assert [f.df for f in ladder.values()] == [48, 54, 60, 69, 72]
    for step, fitted in ladder.items():
        stored = case(f"hs_{step}_ml", "robust")["measures"]
        assert fitted.measures["chisq"] == pytest.approx(stored["chisq"], rel=1e-8)
        assert fitted.measures["cfi"] == pytest.approx(stored["cfi"], rel=1e-7)
        assert fitted.settings.group_equal == tuple(LADDER[step])


def test_what_each_step_ties(ladder):
    def equal(step, *row):
        one, two = by_group(ladder[step], *row)
        return one == two

    assert not equal("configural", "visual", "=~", "x2")
    assert equal("metric", "visual", "=~", "x2")
    assert not equal("metric", "x2", "~1")
    assert equal("scalar", "x2", "~1")
    assert by_group(ladder["metric"], "visual", "~1") == [0, 0]
    assert by_group(ladder["scalar"], "visual", "~1")[0] == 0
    assert by_group(ladder["scalar"], "visual", "~1")[1] != 0
    assert not equal("scalar", "x2", "~~", "x2")
    assert equal("strict", "x2", "~~", "x2")
    assert not equal("strict", "visual", "~~", "visual")
    assert by_group(ladder["means"], "visual", "~1") == [0, 0]


def test_two_groups_that_share_nothing_are_two_fits(hs, ladder):
    both = ladder["configural"]
    parts = [fit(THREE, part, meanstructure=True) for _, part in hs.groupby("school", sort=False)]
    for key in ("chisq", "df", "npar", "logl", "unrestricted.logl", "baseline.chisq", "aic"):
        total = sum(p.measures[key] for p in parts)
        assert both.measures[key] == pytest.approx(total, rel=1e-9), key
    for g, (label, part) in enumerate(zip(("Pasteur", "Grant_White"), parts, strict=True), 1):
        mine = both.parameters[both.parameters["group"] == g]
        for column in ("est", "se", "std_all"):
            np.testing.assert_allclose(mine[column], part.parameters[column], rtol=1e-5, atol=1e-7)
        np.testing.assert_allclose(both.implied.cov[label], part.implied.cov, rtol=1e-6)
        np.testing.assert_allclose(both.r2[label], part.r2, rtol=1e-6)


@pytest.mark.parametrize("kinds", LADDER.values(), ids=list(LADDER))
def test_moments_by_group_are_as_good_as_the_answers(hs, kinds):
    raw = fit(THREE, hs, group="school", group_equal=kinds)
    found = fit(THREE, moments_by_group(hs), group_equal=kinds)
    np.testing.assert_allclose(found.measures, raw.measures, rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(found.bse, raw.bse, rtol=1e-6)
    assert found.nobs == raw.nobs == 301
    assert found.rows is None


def test_moments_by_group_without_means(hs):
    parts = {
        str(name): Moments(part[ITEMS].cov(), len(part))
        for name, part in hs.groupby("school", sort=False)
    }
    found = fit(THREE, parts, group_equal="loadings")
    raw = fit(THREE, hs, group="school", group_equal="loadings", meanstructure=False)
    np.testing.assert_allclose(found.measures, raw.measures, rtol=1e-7, atol=1e-7)
    with pytest.raises(DataError, match="data= needs means for a model with intercepts"):
        fit(THREE, parts, meanstructure=True)


def test_groups_stand_in_the_order_in_which_they_appear(hs, ladder):
    assert list(ladder["metric"].implied.cov) == ["Pasteur", "Grant_White"]
    turned = fit(THREE, hs.iloc[::-1], group="school", group_equal="loadings")
    assert list(turned.implied.cov) == list(turned.r2) == ["Grant_White", "Pasteur"]
    np.testing.assert_allclose(turned.measures, ladder["metric"].measures, rtol=1e-7, atol=1e-7)
    for one, two in ((1, 2), (2, 1)):
        mine = turned.parameters[turned.parameters["group"] == one]["est"]
        theirs = ladder["metric"].parameters
        np.testing.assert_allclose(mine, theirs[theirs["group"] == two]["est"], rtol=1e-5)


def test_groups_may_be_numbers_or_categories(hs, ladder):
    named = ladder["metric"].measures
    numbers = hs.assign(school=(hs["school"] == "Pasteur").astype(int))
    found = fit(THREE, numbers, group="school", group_equal="loadings")
    assert list(found.implied.cov) == ["1", "0"]
    np.testing.assert_allclose(found.measures, named, rtol=1e-9, atol=1e-9)
    # A category that no row has is no group.
    levels = ["elsewhere", "Grant_White", "Pasteur"]
    categories = hs.assign(school=pd.Categorical(hs["school"], levels))
    found = fit(THREE, categories, group="school", group_equal="loadings")
    assert list(found.implied.cov) == ["Pasteur", "Grant_White"]
    np.testing.assert_allclose(found.measures, named, rtol=1e-9, atol=1e-9)


def test_three_groups(hs):
    thirds = hs.assign(third=np.resize(["a", "b", "c"], len(hs)))
    found = fit(THREE, thirds, group="third", group_equal="loadings")
    assert found.df == 3 * 24 + 2 * 6
    assert sorted(found.parameters["group"].unique()) == [1, 2, 3]
    assert len(set(by_group(found, "visual", "=~", "x2"))) == 1
    parts = [fit(THREE, part, meanstructure=True) for _, part in thirds.groupby("third")]
    assert found.measures["chisq"] > sum(p.measures["chisq"] for p in parts)


def test_partial_equality_frees_what_it_names(hs, ladder):
    def freed(*names):
        return fit(THREE, hs, group="school", group_equal=LADDER["scalar"], group_partial=names)

    partial = freed("x3~1", "x7 ~ 1", "textual =~ x6")
    assert partial.df == ladder["scalar"].df - 3
    assert partial.measures["chisq"] < ladder["scalar"].measures["chisq"]
    for row in (("x3", "~1"), ("x7", "~1"), ("textual", "=~", "x6")):
        one, two = by_group(partial, *row)
        assert one != two
    assert len(set(by_group(partial, "x2", "~1"))) == 1
    tied = {"group": "school", "group_equal": ["residual.covariances"]}
    text = f"{THREE}\nx1 ~~ x4"
    reverse = fit(text, hs, group_partial="x4~~x1", **tied)
    assert reverse.df == fit(text, hs, group="school").df == fit(text, hs, **tied).df - 1


def test_all_that_can_be_equal(hs):
    pooled = fit(MIMIC, hs, group="school", group_equal=EVERYTHING)
    # What is left to differ are the moments of fixed x.
    frame = pooled.parameters
    halves = [
        frame[(frame["group"] == g) & ~((frame["lhs"] == "ageyr") & (frame["op"] != "~"))]
        for g in (1, 2)
    ]
    np.testing.assert_array_equal(halves[0]["est"], halves[1]["est"])
    assert pooled.npar == fit(MIMIC, hs, meanstructure=True).npar


@pytest.mark.parametrize("kind", EVERYTHING)
def test_each_kind_of_equality_takes_its_parameters(hs, kind):
    text = f"{THREE}\nspeed ~ visual\nx1 ~~ x4"
    free = fit(text, hs, group="school")
    tied = fit(text, hs, group="school", group_equal=[kind])
    # Six loadings, nine intercepts less the three latent means that they free, and so on.
    lost = {
        "loadings": 6, "intercepts": 6, "means": 0, "residuals": 9, "residual.covariances": 1,
        "lv.variances": 3, "lv.covariances": 1, "regressions": 1,
    }  # fmt: skip
    assert tied.df - free.df == lost[kind]
    assert tied.measures["chisq"] >= free.measures["chisq"] - 1e-8
    assert tied.converged


def test_equal_loadings_free_the_variances_of_later_groups(hs, ladder):
    found = fit(THREE, hs, group="school", group_equal="loadings", std_lv=True)
    assert found.measures["chisq"] == pytest.approx(ladder["metric"].measures["chisq"], rel=1e-8)
    one, two = by_group(found, "visual", "~~", "visual")
    assert one == 1
    assert two != 1


def test_labels_across_groups(hs):
    text = (
        "visual =~ x1 + c(a, a)*x2 + c(b1, b2)*x3\ntextual =~ x4 + x5 + x6\n"
        "visual ~~ c(r1, r2)*textual\ngap := r1 - r2"
    )
    found = fit(text, hs, group="school")
    assert by_group(found, "visual", "=~", "x2", "label") == ["a", "a"]
    assert by_group(found, "visual", "=~", "x3", "label") == ["b1", "b2"]
    one, two = by_group(found, "visual", "~~", "textual")
    (gap,) = by_group(found, "gap", ":=", "r1-r2")
    assert gap == pytest.approx(one - two)
    # The two covariances share the loading, so they are not independent: no sum of squares.
    covariance = found.cov_params().loc["r1", "r2"]
    errors = by_group(found, "visual", "~~", "textual", "se")
    (error,) = by_group(found, "gap", ":=", "r1-r2", "se")
    assert error**2 == pytest.approx(sum(e**2 for e in errors) - 2 * covariance)
    # The user's label goes before the one that group_equal would give.
    kept = fit(text, hs, group="school", group_equal="loadings")
    assert by_group(kept, "visual", "=~", "x3", "label") == ["b1", "b2"]
    assert kept.df == found.df + 2


def test_incomplete_rows_of_a_group_are_left_out(hs):
    holes = hs.copy()
    holes.loc[holes.index[:4], "x1"] = np.nan
    with pytest.warns(MissingDataWarning, match="4 of 301 rows"):
        found = fit(THREE, holes, group="school")
    assert [len(rows) for rows in found.raw_data()] == [152, 145]
    assert [r.label for r in found.rows] == ["Pasteur", "Grant_White"]


def test_one_group_is_no_groups(hs):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = fit(THREE, hs.assign(land="here"), group="land")
    np.testing.assert_allclose(found.measures, fit(THREE, hs).measures)
    assert isinstance(found.r2, pd.Series)
    assert not found.compiled.meanstructure


@pytest.mark.parametrize(
    ("options", "kind", "said"),
    [
        ({"group": "scool"}, MissingColumnError,
         "group= needs a column of the data; got 'scool'. Did you mean 'school'"),
        ({"group": "grade"}, DataError, "group= needs a value in every row; 'grade' is empty in 1"),
        ({"group_equal": "loadings"}, ArgumentError,
         "group_equal= needs at least two groups; got one. Name the column"),
        ({"group_partial": "x1~1"}, ArgumentError, "group_partial= needs at least two groups"),
        ({"group": "school", "group_equal": ["loading"]}, ArgumentError,
         "group_equal= needs some of 'loadings'"),
        ({"group": "school", "group_equal": "thresholds"}, ArgumentError, "no variable is ordinal"),
        ({"group": "school", "group_equal": 3}, ArgumentError,
         "group_equal= needs a text or several; got 3"),
        ({"group": "school", "group_equal": "loadings", "group_partial": "visual=~x22"},
         ArgumentError, "group_partial= needs parameters of the model; got 'visual=~x22'"),
    ],
)  # fmt: skip
def test_groups_that_cannot_be(hs, options, kind, said):
    with pytest.raises(kind) as caught:
        fit(THREE, hs, **options)
    assert said in str(caught.value)


def test_values_that_contradict_equality(hs):
    text = "visual =~ x1 + c(0.5, 0.7)*x2 + x3"
    with pytest.raises(ModelError, match=r"group_equal= needs one value for 'visual=~x2'.*0\.5"):
        fit(text, hs, group="school", group_equal="loadings")
    found = fit(text, hs, group="school", group_equal="loadings", group_partial="visual=~x2")
    assert by_group(found, "visual", "=~", "x2") == [0.5, 0.7]


def test_a_group_without_enough_cases(hs):
    few = pd.concat([hs, hs.head(5).assign(school="Elsewhere")])
    with pytest.raises(DataError, match="in group 'Elsewhere'; got 5 rows for 9 variables"):
        fit(THREE, few, group="school")
