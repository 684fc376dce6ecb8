"""What follows from fits of ordinal variables: resamples, effects, hypotheses, diagram."""

import warnings

import numpy as np
import pytest
from against_lavaan.witness import data
from estimation.ordinal_builders import answers

from scrm_model.errors import DataError, InadmissibleWarning
from scrm_model.estimation.fit import fit
from scrm_model.estimation.resample import refit_counts
from scrm_model.inference.bootstrap import bootstrap
from scrm_model.inference.compare import compare
from scrm_model.inference.hypotheses import hypothesis_table
from scrm_model.inference.indirect import indirect_effects
from scrm_model.inference.jackknife import leave_one_out, values_of
from scrm_model.planning.population import population
from scrm_model.planning.simulate import simulate
from scrm_model.reporting.diagram import path_diagram
from scrm_model.spec.specify import specify

FIVE = [0.04, 0.08, 0.20, 0.38, 0.30]
TWO = "f =~ u1 + u2 + u3 + u4\ng =~ u5 + u6 + u7 + u8"
MIXED = "F =~ c1 + c2 + o1 + o2\nG =~ c3 + o3 + o4 + b1\nG ~ a*F"
O = ["o1", "o2", "o3", "o4", "b1"]  # noqa: E741
KINDS = {
    "factors": (TWO, "answers", {"ordered": True}),
    "theta": (TWO, "answers", {"ordered": True, "parameterization": "theta"}),
    "unweighted": (TWO, "answers", {"ordered": True, "estimator": "ULSMV"}),
    "full weight": ("F =~ o1 + o2 + o3 + o4", "sim_mixed", {"ordered": O, "estimator": "WLS"}),
    "groups": (TWO, "groups", {"ordered": True, "group": "g", "group_equal": ["loadings"]}),
    "mixed": (MIXED, "sim_mixed", {"ordered": O}),
    "fixed x": (MIXED + "\nF ~ age + male", "sim_mixed", {"ordered": O}),
    "mediator": ("o1 ~ a*age\no2 ~ b*o1 + age\nind := a*b", "sim_mixed", {"ordered": O[:2]}),
    "pairwise": (TWO, "holes", {"ordered": True, "missing": "pairwise"}),
    "curved": (
        TWO.replace("u2 + u3", "a*u2 + b*u3") + "\na == b^2", "answers", {"ordered": True},
    ),
}  # fmt: skip


def frame_of(name):
    if name == "sim_mixed":
        return data("sim_mixed")
    frame = answers(3, 300)
    if name == "holes":
        gone = np.random.default_rng(1).uniform(size=frame.shape) < 0.1
        return frame.mask(gone)
    return frame.assign(g=np.where(np.arange(300) % 2, "a", "b")) if name == "groups" else frame


@pytest.mark.filterwarnings("ignore::scrm_model.errors.InadmissibleWarning")
@pytest.mark.parametrize("kind", KINDS)
def test_a_refit_equals_a_fit_of_the_resampled_rows(kind):
    text, name, options = KINDS[kind]
    frame = frame_of(name)
    fitted = fit(text, frame, **options)
    rng = np.random.default_rng(11)
    parts = fitted.raw_data()
    counts = [rng.multinomial(len(p), np.full(len(p), 1 / len(p)), size=3) for p in parts]
    found = refit_counts(fitted, counts)
    assert found.converged.all()
    mine = values_of(fitted, found, found.converged)
    near = 1e-8
    for k in range(3):
        labels = [np.repeat(r.index, c[k]) for r, c in zip(fitted.rows, counts, strict=True)]
        alone = fit(text, frame.loc[np.concatenate(labels)], **options)
        np.testing.assert_allclose(found.theta[k], alone.theta, rtol=near, atol=near)
        assert found.value[k] == pytest.approx(alone.solution.value, rel=1e-8, abs=1e-10)
        table = alone.parameters[alone.parameters["op"] != ":="]
        for scale, column in enumerate(("est", "std_lv", "std_all")):
            np.testing.assert_allclose(mine[scale, k], table[column], rtol=near, atol=near)
        for own, other in zip(found.samples, alone.samples, strict=True):
            np.testing.assert_allclose(own.moments[k], other.moments[0], rtol=1e-9, atol=1e-9)
            if other.weight is not None:
                np.testing.assert_allclose(own.weight[k], other.weight[0], rtol=1e-6)


def test_resamples_without_a_category_are_counted():
    frame = answers(5, 150)
    rare = frame["u1"].copy()
    rare[rare == 1] = 2
    rare.iloc[0] = 1  # one case alone: a resample lacks it with probability 0.37
    fitted = fit("f =~ u1 + u2 + u3 + u4", frame.assign(u1=rare), ordered=True)
    drawn = bootstrap(fitted, draws=100, seed=1)
    assert 22 <= drawn.n_failed <= 55
    assert drawn.n_used == 100 - drawn.n_failed - drawn.n_inadmissible
    assert f"{drawn.n_failed} without a minimum" in repr(drawn)
    assert np.isfinite(drawn.rows).all()


def test_bootstrap_errors_are_near_those_of_the_formula():
    fitted = fit(TWO, answers(6, 500), ordered=True)
    table = bootstrap(fitted, draws=150, seed=2).table()
    free = (fitted.parameters["op"].isin(["=~", "|"]) & (fitted.parameters["se"] > 0)).to_numpy()
    ratio = (table["se"] / fitted.parameters["se"])[free]
    assert ratio.mean() == pytest.approx(1.0, abs=0.08)


def test_leaving_out_a_case_equals_a_fit_without_it():
    text, frame = "f =~ u1 + u2 + u3 + u4", answers(7, 80)
    fitted = fit(text, frame, ordered=True)
    found = leave_one_out(fitted).rows
    for k in (0, 40, 79):
        try:
            alone = fit(text, frame.drop(index=k), ordered=True)
        except DataError:  # the case alone has a category
            continue
        np.testing.assert_allclose(found[0, k], alone.parameters["est"], atol=1e-6)


@pytest.fixture(scope="module")
def study_fit():
    model = specify(performance="single")
    rows = simulate(population(model), 400, 3, proportions=FIVE)
    return fit(model, rows, ordered=True)


def test_indirect_effects_of_an_ordinal_study(study_fit):
    tables = {
        method: indirect_effects(study_fit, draws=60, method=method, seed=1).frame
        for method in ("bootstrap", "montecarlo", "delta")
    }
    for name, table in tables.items():
        np.testing.assert_allclose(table["est"], tables["delta"]["est"], rtol=1e-8, err_msg=name)
        assert (
            (table["ci_lower"] < table["est"]) & (table["est"] < table["ci_upper"])
        ).mean() > 0.9
    assert len(tables["delta"]) > 10


def test_indirect_effect_through_an_ordinal_mediator():
    text = "o1 ~ a*age\no2 ~ b*o1 + c*age\nind := a*b"
    for parameterization in ("delta", "theta"):
        found = fit(text, data("sim_mixed"), ordered=O[:2], parameterization=parameterization)
        row = found.parameters.iloc[-1]
        a, b = found.params["a"], found.params["b"]
        assert row["est"] == pytest.approx(a * b)
        cov = found.cov_params().loc[["a", "b"], ["a", "b"]].to_numpy()
        slope = np.array([b, a])
        assert row["se"] == pytest.approx(np.sqrt(slope @ cov @ slope), rel=1e-8)
        effects = indirect_effects(found, method="delta").frame
        assert np.abs(effects["est"] - a * b).min() < 1e-10


def test_hypotheses_and_diagram(study_fit):
    table = hypothesis_table(study_fit)
    assert list(table["hypothesis"]) == [f"H{k}" for k in range(1, 10)]
    labelled = study_fit.parameters.set_index("label")
    for row in table.itertuples():
        assert row.est == labelled.loc[row.hypothesis, "est"]
        assert row.se == labelled.loc[row.hypothesis, "se"]
    assert (table["verdict"] == "supported").all()
    svg = path_diagram(study_fit)._repr_html_()
    assert "CRO" in svg
    assert "SCRMP" in svg


def test_configural_and_scalar_models_compare_alike_under_both_parameterizations():
    frame, stats = data("datcat"), []
    for parameterization in ("delta", "theta"):
        fits = [
            fit(TWO, frame, ordered=True, group="g", group_equal=equal,
                parameterization=parameterization)
            for equal in ((), ("thresholds", "loadings"))
        ]  # fmt: skip
        stats.append(compare(*fits).tests[0])
    assert stats[0].stat == pytest.approx(stats[1].stat, rel=1e-3)
    assert stats[0].df == stats[1].df


def test_fits_of_other_ordinal_variables_are_not_compared():
    frame = answers(3)
    fits = [fit(TWO, frame, ordered=o, estimator="WLSMV") for o in (True, ["u1", "u2"])]
    with pytest.raises(DataError, match="needs the same ordinal variables for all; got"):
        compare(*fits)


def test_a_population_comes_back_through_a_mediation_of_ordinal_items():
    model = specify(performance="single")
    truth = population(model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InadmissibleWarning)
        found = [
            fit(model, simulate(truth, 600, seed, proportions=FIVE), ordered=True)
            for seed in range(6)
        ]
    paths = [f.parameters.loc[f.parameters["op"] == "~", "std_all"].to_numpy() for f in found]
    assert np.mean(paths) == pytest.approx(0.30, abs=0.02)
