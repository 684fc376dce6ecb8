"""What is drawn: clusters, answers of the fitted model, data in which the model holds."""

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import data
from estimation.ordinal_builders import answers

import scrm_model.inference.bootstrap as room
from scrm_model.errors import (
    ArgumentError,
    DataError,
    EstimationError,
    IntervalWarning,
    NotAvailableError,
)
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.observed.patterns import patterns_of
from scrm_model.estimation.observed.saturated import saturated
from scrm_model.inference import bollen_stine
from scrm_model.inference.bollen_stine import where_the_model_holds
from scrm_model.inference.bootstrap import bootstrap
from scrm_model.inference.clusters import clusters_of
from scrm_model.inference.indirect import indirect_effects
from scrm_model.inference.intervals import acceleration
from scrm_model.inference.jackknife import leave_one_out
from scrm_model.inference.resampling import Cases, Parametric, drawn_counts
from scrm_model.planning.mechanisms import Informants
from scrm_model.planning.population import population
from scrm_model.planning.simulate import simulate

TEXT = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\ntextual ~ visual"
MIMIC = TEXT + "\nvisual ~ ageyr + sex"
ITEMS = [f"x{k}" for k in range(1, 7)]


@pytest.fixture(scope="module")
def hs():
    return data("hs").drop(columns="grade")


@pytest.fixture(scope="module")
def holes(hs):
    frame = hs.copy()
    gone = np.random.default_rng(2).random((len(hs), 6)) < 0.1
    frame[ITEMS] = frame[ITEMS].mask(gone)
    return frame


@pytest.fixture(scope="module")
def firms():
    """Informants of 60 firms, with 1 to 4 of them each."""
    model = "F =~ a1 + a2 + a3\nG =~ b1 + b2 + b3\nG ~ F"
    rows = simulate(
        population(model, loadings=0.85), 60, 7, informants=Informants(4, 0.5), points=None
    )
    rows = rows[np.random.default_rng(4).random(len(rows)) < 0.7]
    return rows.assign(half=np.where(rows["firm"] <= 35, "one", "two"))


FIRMS = "F =~ a1 + a2 + a3\nG =~ b1 + b2 + b3\nG ~ F"


# Clusters.
def test_clusters_of_one_case_are_cases(hs):
    fitted = fit(TEXT, hs)
    own = bootstrap(fitted, 300, seed=3, cluster=np.arange(len(hs)))
    plain = bootstrap(fitted, 300, seed=3)
    np.testing.assert_array_equal(own.rows, plain.rows)
    np.testing.assert_array_equal(own.left_out.rows, plain.left_out.rows)
    assert "clusters=301" in repr(own)
    assert "clusters" not in repr(plain)


def by_hand(fitted, clusters, seed, size):
    """Counts of cases as `Cases` draws them, by group."""
    rng = np.random.default_rng(seed)
    return [drawn_counts(rng, c.max() + 1, size)[:, c] for c in clusters]


@pytest.mark.parametrize(
    "options",
    [
        {}, {"estimator": "GLS"}, {"estimator": "ULS"}, {"estimator": "WLS"},
        {"likelihood": "wishart"}, {"group": "half"}, {"missing": "fiml"}, {"missing": "two.stage"},
        {"group": "half", "group_equal": ["loadings"]},
    ],
    ids=lambda o: "-".join(map(str, o.values())) or "ML",
)  # fmt: skip
@pytest.mark.filterwarnings("ignore::scrm_model.errors.InadmissibleWarning")
def test_a_draw_of_clusters_is_a_fit_of_all_their_rows(firms, options):
    frame = firms
    if "missing" in options:
        names = frame.columns[frame.columns.str.match("[ab]")]
        gone = np.random.default_rng(1).random((len(frame), len(names))) < 0.05
        frame = frame.assign(**frame[names].mask(gone))
    fitted = fit(FIRMS, frame, **options)
    clusters = clusters_of(fitted, frame["firm"])
    counts = by_hand(fitted, clusters, 8, 4)
    assert len({int(sum(c[k].sum() for c in counts)) for k in range(4)}) > 1
    seen = 0
    for part, found in Cases(fitted, clusters).draw(np.random.default_rng(8), 4):
        for place, theta, good in zip(part, found.theta, found.converged, strict=True):
            labels = [
                np.repeat(r.index, c[place]) for r, c in zip(fitted.rows, counts, strict=True)
            ]
            alone = fit(FIRMS, frame.loc[np.concatenate(labels)], **options)
            assert good == alone.converged
            np.testing.assert_allclose(theta, alone.theta, rtol=1e-8, atol=1e-8)
            seen += 1
    assert seen == 4


def test_draws_come_in_the_order_of_the_resamples(firms):
    """Stacks of one size each must not sort the draws by size."""
    fitted = fit(FIRMS, firms, estimator="GLS")
    found = bootstrap(fitted, 40, seed=5, cluster=firms["firm"])
    assert found.n_used == 40
    child = np.random.SeedSequence(5).spawn(1)[0]
    (counts,) = by_hand(fitted, found.clusters, child, 40)
    sizes = counts.sum(axis=1)
    assert sizes.min() < sizes[0] < sizes.max()
    first = fit(FIRMS, firms.loc[np.repeat(firms.index, counts[0])], estimator="GLS")
    own = first.parameters["est"].to_numpy()
    np.testing.assert_allclose(found.rows[0, 0], own, rtol=1e-8, atol=1e-8)


def test_informants_of_a_firm_make_errors_larger(firms):
    model = "F =~ a1 + a2 + a3"
    rows = simulate(population(model), 80, 5, informants=Informants(5, 0.6), points=None)
    fitted = fit(model, rows, meanstructure=True)
    means = (fitted.parameters["op"] == "~1") & (fitted.parameters["se"] > 0)
    plain, by_firm = (
        bootstrap(fitted, 400, seed=1, cluster=c).table()["se"][means] for c in (None, rows["firm"])
    )
    # An item shares .6 x .75^2 = .34 of its variance in a firm: design effect 1 + 4 x .34.
    assert np.mean(by_firm / plain) == pytest.approx(np.sqrt(1 + 4 * 0.34), rel=0.1)


def test_bca_leaves_whole_clusters_out(firms):
    fitted = fit(FIRMS, firms)
    found = bootstrap(fitted, 50, seed=1, cluster=firms["firm"])
    names = pd.unique(firms["firm"])
    assert found.left_out.rows.shape[1] == len(names)
    alone = fit(FIRMS, firms[firms["firm"] != names[3]])
    np.testing.assert_allclose(
        found.left_out.rows[0, 3], alone.parameters["est"], rtol=1e-8, atol=1e-8
    )
    assert np.isfinite(found.table("bca")["ci_lower"]).all()


def test_clusters_are_found_by_label_or_by_position(hs):
    frame = hs.assign(firm=np.arange(301) // 3)
    frame.loc[5, "x1"] = np.nan
    frame.index = [f"row {k}" for k in range(301)]
    with pytest.warns(UserWarning, match="1 of 301 rows"):
        fitted = fit(TEXT, frame, group="school")
    labelled = clusters_of(fitted, frame["firm"].sample(frac=1, random_state=1))
    placed = clusters_of(fitted, frame["firm"].to_numpy())
    for one, two, rows in zip(labelled, placed, fitted.rows, strict=True):
        np.testing.assert_array_equal(one, two)
        own = frame.loc[rows.index, "firm"].to_numpy()
        assert len(np.unique(np.stack([one, own]), axis=1).T) == len(np.unique(own))
    one_group = fit(TEXT, frame.drop(index="row 5"))
    named = clusters_of(fit("x1 ~ x2 + sex", frame.drop(index="row 5")), "x2")
    assert named[0].max() + 1 == frame.drop(index="row 5")["x2"].nunique()
    with pytest.raises(ArgumentError, match=r"got the name 'firm'. Write cluster=frame\['firm'\]"):
        clusters_of(one_group, "firm")


@pytest.mark.parametrize(
    ("cluster", "error", "told"),
    [
        (lambda f: np.arange(300), ArgumentError, "each of the 301 rows of the data; got 300 val"),
        (lambda f: 7, ArgumentError, "each of the 301 rows of the data; got int"),
        (lambda f: f["id"].head(300), ArgumentError, "a Series without '300' and 0 more"),
        (lambda f: f["id"].mask(f["id"] < 4), DataError, "it is empty in 3 of 301"),
        (lambda f: np.arange(301) % 9, DataError, "at least 10 clusters, .* got 9"),
    ],
)
def test_clusters_that_cannot_be_used(hs, cluster, error, told):
    frame = hs.assign(id=np.arange(1, 302))
    with pytest.raises(error, match=f"^cluster= needs .*{told}"):
        bootstrap(fit(TEXT, hs), 20, cluster=cluster(frame))


def test_a_cluster_in_two_groups(hs):
    fitted = fit(TEXT, hs, group="school")
    with pytest.raises(DataError, match=r"within one group; '\d+' is in 'Pasteur' and 'Grant_W"):
        bootstrap(fitted, 20, cluster=np.arange(301) % 20)


def test_clusters_go_with_cases_only(hs):
    fitted = fit(TEXT, hs)
    for kind in ("parametric", "bollen.stine"):
        with pytest.raises(
            ArgumentError, match=f"cluster= needs kind='nonparametric'; got .*{kind}"
        ):
            bootstrap(fitted, 20, kind=kind, cluster=np.arange(301))
    with pytest.raises(ArgumentError, match=r"cluster= needs method='bootstrap'; got .*'delta'"):
        indirect_effects(fitted, [("visual", "textual")], method="delta", cluster=np.arange(301))


def test_indirect_effects_of_clusters(firms):
    text = "a1 ~ b1\na2 ~ a1"
    fitted = fit(text, firms)
    pairs = [("b1", "a2")]
    found = indirect_effects(fitted, pairs, draws=100, seed=2, cluster=firms["firm"], n_jobs=2)
    plain = indirect_effects(fitted, pairs, draws=100, seed=2)
    assert found.frame["est"].tolist() == plain.frame["est"].tolist()
    assert (found.frame["se"] != plain.frame["se"]).all()


# Draws from the fitted model.
CASES = {
    "ML": (TEXT, "hs", {}),
    "GLS": (TEXT, "hs", {"estimator": "GLS"}),
    "WLS": (TEXT, "hs", {"estimator": "WLS"}),
    "wishart": (TEXT, "hs", {"likelihood": "wishart"}),
    "fixed x": (MIMIC, "hs", {"meanstructure": True}),
    "groups": (TEXT, "hs", {"group": "school", "group_equal": ["loadings"]}),
    "fiml": (TEXT, "holes", {"missing": "fiml"}),
    "fiml, fixed x": (MIMIC, "holes", {"missing": "fiml"}),
    "two.stage": (TEXT, "holes", {"missing": "two.stage"}),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_parametric_draw_is_a_fit_of_its_rows(kind, hs, holes):
    text, name, options = CASES[kind]
    frame = {"hs": hs, "holes": holes}[name]
    fitted = fit(text, frame, **options)
    source = Parametric.of(fitted)
    ((part, found),) = source.draw(np.random.default_rng(6), 3)
    assert part.tolist() == [0, 1, 2]
    rng = np.random.default_rng(6)
    stacks = [law.draw(rng, 3) for law in source.laws]
    fixed = [fitted.compiled.observed.index(v) for v in ("ageyr", "sex") if v in text]
    for stack, rows in zip(stacks, fitted.raw_data(), strict=True):
        np.testing.assert_array_equal(np.isnan(stack), np.isnan(np.stack([rows] * 3)))
        np.testing.assert_array_equal(stack[:, :, fixed], np.stack([rows[:, fixed]] * 3))
        free = ~np.isnan(rows)
        free[:, fixed] = False
        assert (stack[0] != stack[1])[free].all()
    for k in range(3):
        parts = [
            pd.DataFrame(s[k], columns=list(fitted.compiled.observed)).assign(school=r.label)
            for s, r in zip(stacks, fitted.rows, strict=True)
        ]
        alone = fit(text, pd.concat(parts, ignore_index=True), **options)
        np.testing.assert_allclose(found.theta[k], alone.theta, rtol=1e-8, atol=1e-8)
        if alone.settings.discrepancy.name != "FIML":
            assert found.value[k] == pytest.approx(alone.solution.value, rel=1e-9)
        else:
            assert found.value[k] == pytest.approx(alone.solution.value, rel=1e-6)


@pytest.mark.parametrize("kind", ["ML", "fixed x", "groups", "fiml", "two.stage"])
def test_parametric_draws_lie_around_the_estimates(kind, hs, holes):
    text, name, options = CASES[kind]
    fitted = fit(text, {"hs": hs, "holes": holes}[name], **options)
    found = bootstrap(fitted, 400, seed=1, kind="parametric")
    table = found.table()
    free = (fitted.parameters["se"] > 0).to_numpy()
    own = found.rows[0][:, free[: found.rows.shape[2]]]
    away = (own.mean(axis=0) - table["est"][free].to_numpy()) / own.std(axis=0)
    # Estimates of order 1/N bias: small against their error, and no more than that.
    assert np.abs(away).mean() < 0.12
    assert np.abs(away).max() < 0.4
    se = fitted.parameters["se"]
    if kind != "two.stage":
        assert np.median(table["se"][free] / se[free]) == pytest.approx(1.0, abs=0.08)
    # The statistic has a chi-square distribution: the sample is normal and the model true.
    if kind != "two.stage":
        error = 4 * np.sqrt(2 * fitted.df / 400)
        assert found.chisq.mean() == pytest.approx(fitted.df, abs=error + 0.05 * fitted.df)


def test_parametric_draws_of_ordinal_answers():
    text = "f =~ u1 + u2 + u3 + u4\ng =~ u5 + u6 + u7 + u8"
    frame = answers(3, 300)
    frame.iloc[:40, 0] = np.nan
    fitted = fit(text, frame, ordered=True, missing="pairwise")
    (law,) = Parametric.of(fitted).laws
    drawn = law.draw(np.random.default_rng(1), 400)
    assert np.isnan(drawn[:, :40, 0]).all()
    # Shares of the categories are those of the thresholds, which are those of the data.
    for k in range(8):
        seen = fitted.category_numbers()[0][:, k]
        own = np.bincount(seen[~np.isnan(seen)].astype(int)) / (~np.isnan(seen)).sum()
        column = drawn[:, :, k]
        theirs = np.bincount(column[~np.isnan(column)].astype(int)) / (~np.isnan(column)).sum()
        np.testing.assert_allclose(theirs, own, atol=0.006)
    found = bootstrap(fitted, 200, seed=1, kind="parametric")
    free = (fitted.parameters["se"] > 0).to_numpy()
    ratio = found.table()["se"][free] / fitted.parameters["se"][free]
    assert np.median(ratio) == pytest.approx(1.0, abs=0.1)
    away = (found.rows[0].mean(axis=0) - fitted.parameters["est"]) / found.table()["se"]
    assert np.abs(away[free]).max() < 0.4


def test_parametric_draws_of_ordinal_answers_with_fixed_predictors():
    frame = data("sim_mixed")
    fitted = fit("o1 ~ a*age\no2 ~ b*o1 + age", frame, ordered=["o1", "o2"])
    found = bootstrap(fitted, 200, seed=1, kind="parametric")
    free = (fitted.parameters["se"] > 0).to_numpy()
    away = (found.rows[0].mean(axis=0) - fitted.parameters["est"])[free] / found.table()["se"][free]
    assert np.abs(away).max() < 0.35
    ratio = found.table()["se"][free] / fitted.parameters["se"][free]
    assert np.median(ratio) == pytest.approx(1.0, abs=0.1)
    with pytest.raises(NotAvailableError, match="needs a model with degrees of freedom"):
        found.test  # noqa: B018


# Bollen and Stine.
@pytest.mark.parametrize(
    "options",
    [
        {}, {"meanstructure": True}, {"group": "school", "group_equal": ["loadings", "intercepts"]},
        {"likelihood": "wishart"}, {"estimator": "GLS"}, {"estimator": "ULS"},
        {"estimator": "WLS"}, {"estimator": "MLR"},
    ],
    ids=lambda o: "-".join(map(str, o.values())) or "ML",
)  # fmt: skip
def test_transformed_data_have_the_implied_moments(hs, options):
    fitted = fit(TEXT, hs, **options)
    moved = where_the_model_holds(fitted)
    divisor = 1 if fitted.settings.unbiased else 0
    for before, after, implied in zip(
        fitted.raw_data(), moved.raw_data(), fitted.bread.implied, strict=True
    ):
        cov = np.cov(after, rowvar=False, ddof=divisor)
        np.testing.assert_allclose(cov, implied.sigma[0], rtol=0, atol=1e-12)
        mean = implied.mu[0] if fitted.compiled.meanstructure else before.mean(axis=0)
        np.testing.assert_allclose(after.mean(axis=0), mean, rtol=1e-12)
    names = list(fitted.compiled.observed)
    frame = pd.concat(
        [pd.DataFrame(r.values, columns=names).assign(school=r.label) for r in moved.rows],
        ignore_index=True,
    )
    again = fit(TEXT, frame, **options)
    np.testing.assert_allclose(again.theta, fitted.theta, rtol=1e-6, atol=1e-6)
    assert again.measures["chisq"] == pytest.approx(0.0, abs=1e-8)
    # The user's rows are as they were.
    np.testing.assert_array_equal(np.concatenate([r.values for r in fitted.rows]).shape, (301, 6))


@pytest.mark.parametrize(
    ("text", "options"),
    [
        (TEXT, {"missing": "fiml"}), (TEXT, {"missing": "two.stage"}),
        (TEXT, {"missing": "fiml", "group": "school"}), (MIMIC, {"missing": "fiml"}),
    ],
)  # fmt: skip
def test_transformed_rows_with_holes_have_the_implied_moments(holes, text, options):
    fitted = fit(text, holes, **options)
    moved = where_the_model_holds(fitted)
    frames = []
    for before, after, implied in zip(fitted.rows, moved.rows, fitted.bread.implied, strict=True):
        np.testing.assert_array_equal(np.isnan(before.values), np.isnan(after.values))
        own = saturated(patterns_of(after.values))
        np.testing.assert_allclose(own.cov, implied.sigma[0], atol=1e-9)
        np.testing.assert_allclose(own.mean, implied.mu[0], atol=1e-8)
        frame = pd.DataFrame(after.values, columns=list(fitted.compiled.observed))
        frames.append(frame.assign(school=after.label))
    again = fit(text, pd.concat(frames, ignore_index=True), **options)
    np.testing.assert_allclose(again.theta, fitted.theta, rtol=1e-6, atol=1e-6)
    assert again.measures["chisq"] == pytest.approx(0.0, abs=1e-6)


def test_rows_without_holes_are_turned_as_complete_ones(hs):
    complete = where_the_model_holds(fit(TEXT, hs, meanstructure=True))
    full = where_the_model_holds(fit(TEXT, hs, missing="fiml"))
    np.testing.assert_allclose(full.rows[0].values, complete.rows[0].values, rtol=1e-6)


@pytest.mark.parametrize("missing", ["fiml", "two.stage"])
def test_statistics_of_incomplete_resamples_are_those_of_fits(holes, missing):
    fitted = fit(TEXT, holes, missing=missing)
    moved = where_the_model_holds(fitted)
    found = bootstrap(fitted, 3, seed=1, kind="bollen.stine")
    child = np.random.SeedSequence(1).spawn(1)[0]
    counts = drawn_counts(np.random.default_rng(child), fitted.nobs, 3)
    names = list(fitted.compiled.observed)
    for k in range(3):
        drawn = pd.DataFrame(np.repeat(moved.rows[0].values, counts[k], axis=0), columns=names)
        alone = fit(TEXT, drawn, missing=missing)
        assert found.chisq[k] == pytest.approx(alone.measures["chisq"], rel=1e-6)


def test_no_transformation_is_told(holes, monkeypatch):
    monkeypatch.setattr(bollen_stine, "_MOST", 1)
    with pytest.raises(EstimationError, match="none was found, as too many cells are missing"):
        bootstrap(fit(TEXT, holes, missing="fiml"), 20, kind="bollen.stine")


def test_the_test_counts_larger_statistics(hs):
    fitted = fit(TEXT, hs)
    found = bootstrap(fitted, 500, seed=2, kind="bollen.stine")
    test = found.test
    assert test.statistic == pytest.approx(fitted.measures["chisq"], rel=1e-10)
    assert test.n_used == len(found.chisq) == 500 - found.n_failed
    assert test.pvalue == (found.chisq >= test.statistic).sum() / test.n_used
    q = (test.pvalue * test.n_used + 1) / (test.n_used + 2)
    assert test.se == pytest.approx(np.sqrt(q * (1 - q) / test.n_used))
    assert test.df == fitted.df
    assert "kind='bollen.stine'" in repr(found)
    assert f"{test.n_used} resamples" in repr(test)


def test_a_p_of_nothing_is_told_as_a_bound(hs):
    fitted = fit("f =~ x1 + x2 + x3 + x4 + x5 + x6", hs)
    test = bootstrap(fitted, 200, seed=2, kind="bollen.stine").test
    assert test.pvalue == 0
    assert test.se > 0
    assert "p < 0.005" in repr(test)


@pytest.mark.parametrize("kind", ["parametric", "bollen.stine"])
def test_statistics_of_a_true_model_are_chi_square(kind):
    rows = simulate(population(FIRMS), 600, 3, points=None)
    fitted = fit(FIRMS, rows)
    found = bootstrap(fitted, 1000, seed=1, kind=kind)
    assert found.chisq.mean() == pytest.approx(fitted.df, rel=0.1)
    assert found.test.pvalue == pytest.approx(fitted.measures["pvalue"], abs=0.06)


def test_uls_has_a_test_by_resampling_alone(hs):
    fitted = fit(TEXT, hs, estimator="ULS")
    assert np.isnan(fitted.measures["pvalue"])
    scaled = fit(TEXT, hs, estimator="ULSMV").measures["pvalue.scaled"]
    test = bootstrap(fitted, 1000, seed=1, kind="bollen.stine").test
    assert test.pvalue == pytest.approx(scaled, abs=4 * test.se + 0.03)


def test_what_has_no_transformation(hs):
    ordinal = fit("f =~ u1 + u2 + u3 + u4", answers(3, 300), ordered=True)
    with pytest.raises(ArgumentError, match=r"'bollen.stine' needs continuous variables; got ord"):
        bootstrap(ordinal, 20, kind="bollen.stine")
    with pytest.raises(NotAvailableError, match="needs resamples in which the model holds; got"):
        bootstrap(fit(TEXT, hs), 20, seed=1).test  # noqa: B018


def test_kinds(hs):
    with pytest.raises(
        ArgumentError, match=r"kind= needs one of 'nonparametric', .*'bollen.stein'"
    ):
        bootstrap(fit(TEXT, hs), 20, kind="bollen.stein")
    fitted = fit("f =~ a + b + c + d", Moments(np.eye(4) + 0.5, 90, names=list("abcd")))
    for kind in room.KINDS:
        with pytest.raises(ArithmeticError, match="needs raw data; this model was fitted to Mom"):
            bootstrap(fitted, 20, kind=kind)


def test_bca_is_for_cases(hs):
    found = bootstrap(fit(TEXT, hs), 50, seed=1, kind="parametric")
    with pytest.raises(ArgumentError, match="interval='bca' needs kind='nonparametric'; got"):
        found.table("bca")
    assert np.isfinite(found.table("bc")["ci_lower"]).all()


# R2.
def test_r2_is_that_of_each_draw(hs):
    fitted = fit(TEXT, hs, group="school")
    found = bootstrap(fitted, 60, seed=1)
    table = found.r2("percentile", 0.9)
    for group, label in enumerate(fitted.table.groups, 1):
        own = table[table["group"] == group].set_index("variable")
        assert own["est"].to_dict() == pytest.approx(fitted.r2[label].to_dict())
    frame = fitted.parameters
    psi = (frame["lhs"] == "textual") & (frame["rhs"] == "textual") & (frame["group"] == 2)
    left = 1 - found.rows[2][:, int(frame.index[psi][0])]
    row = table[(table["variable"] == "textual") & (table["group"] == 2)].iloc[0]
    assert row["se"] == pytest.approx(left.std(ddof=1))
    assert row["ci_lower"] == pytest.approx(np.quantile(left, 0.05))
    assert row["ci_upper"] == pytest.approx(np.quantile(left, 0.95))
    moved = found.r2("bca", 0.9)
    assert (moved["ci_lower"] != table["ci_lower"]).any()
    assert np.isfinite(moved[["ci_lower", "ci_upper"]].to_numpy()).all()
    with pytest.raises(ArgumentError, match="interval= needs one of"):
        found.r2("exact")


def test_r2_of_a_model_that_explains_nothing(hs):
    assert len(bootstrap(fit("x1 ~~ x2", hs), 20, seed=1).r2()) == 0


# BCa.
def test_acceleration_of_two_samples_is_that_of_their_influences():
    """The difference of two means, by the formula of Davison and Hinkley."""
    rng = np.random.default_rng(1)
    x, y = rng.exponential(size=30), rng.exponential(size=70) ** 2
    left = np.concatenate(
        [
            [np.delete(x, k).mean() - y.mean() for k in range(30)],
            [x.mean() - np.delete(y, k).mean() for k in range(70)],
        ]
    )[:, None]
    group = np.repeat([0, 1], [30, 70])
    influences = x - x.mean(), -(y - y.mean())
    top = sum((v**3).sum() / len(v) ** 3 for v in influences)
    bottom = sum((v**2).sum() / len(v) ** 2 for v in influences) ** 1.5
    assert acceleration(left, group)[0] == pytest.approx(top / (6 * bottom), rel=1e-10)
    assert acceleration(left)[0] != pytest.approx(top / (6 * bottom), rel=1e-4)


def test_groups_are_told_apart_when_cases_are_left_out(hs):
    fitted = fit(TEXT, hs, group="school")
    assert np.bincount(leave_one_out(fitted).group).tolist() == [156, 145]


def test_a_bias_that_cannot_be_corrected_is_told():
    rng = np.random.default_rng(3)
    x = rng.standard_normal(100)
    frame = pd.DataFrame({"x": x, "y": 0.3 * x + rng.standard_normal(100)})
    fitted = fit("y ~ b*x\nfar := b^2 - 10*b^2", frame)
    found = bootstrap(fitted, 40, seed=1)
    draws = found.rows[0].copy()
    draws[:, 0] = np.abs(draws[:, 0]) + 5.0
    moved = type(found)(
        fitted, 1, 40, 0, 0, np.stack([draws, *found.rows[1:]]), found.r2_draws, found.chisq
    )
    for interval in ("bc", "bca"):
        with pytest.warns(IntervalWarning, match=r"all 40 lie on one side for 'y ~ x'"):
            table = moved.table(interval)
        assert np.isfinite(table["ci_lower"]).all()
    assert moved.table("percentile")["ci_lower"][0] > 5


# Workers.
@pytest.mark.parametrize("kind", ["nonparametric", "parametric", "bollen.stine"])
def test_numbers_do_not_depend_on_workers(hs, kind):
    fitted = fit(TEXT, hs)
    one, two = (bootstrap(fitted, 600, seed=1, kind=kind, n_jobs=n) for n in (1, 2))
    np.testing.assert_array_equal(one.rows, two.rows)
    np.testing.assert_array_equal(one.r2_draws, two.r2_draws)
    np.testing.assert_array_equal(one.chisq, two.chisq)
    assert (one.n_failed, one.n_inadmissible) == (two.n_failed, two.n_inadmissible)


def test_workers_that_are_no_number(hs):
    with pytest.raises(ArgumentError, match="n_jobs= needs a whole number other than 0; got 0"):
        bootstrap(fit(TEXT, hs), 20, n_jobs=0)


def test_ctrl_c_returns_what_is_done(hs, monkeypatch):
    done = []
    resample = room._resample

    def stopping(block):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(block)
        return resample(block)

    fitted = fit(MIMIC, hs)
    whole = bootstrap(fitted, 1000, seed=1)
    monkeypatch.setattr(room, "_resample", stopping)
    found = bootstrap(fitted, 1000, seed=1)
    assert found.interrupted
    assert found.n_draws == 500
    assert found.n_used + found.n_failed + found.n_inadmissible == 500
    np.testing.assert_array_equal(found.rows, whole.rows[:, : found.n_used])
    assert repr(found).endswith("; interrupted)")
    done.clear()
    effects = indirect_effects(fitted, [("ageyr", "textual")], draws=1000, seed=1)
    assert effects.interrupted
    assert "; interrupted)" in repr(effects)
