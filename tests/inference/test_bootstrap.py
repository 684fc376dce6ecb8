import json

import numpy as np
import pandas as pd
import pytest
from against_lavaan.witness import HERE, data
from scipy import stats

from scrm_model.errors import ArgumentError, EstimationError, InadmissibleWarning
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.resample import admissible_stack, refit_counts
from scrm_model.estimation.settings import ESTIMATORS
from scrm_model.inference.bootstrap import bootstrap
from scrm_model.inference.effects import Effects
from scrm_model.inference.indirect import from_bootstrap, indirect_effects
from scrm_model.inference.jackknife import leave_one_out

WITNESS = json.loads((HERE / "inference.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def drawn(hs_sem):
    return bootstrap(hs_sem, draws=600, seed=4)


# Refits.
def test_same_seed_same_numbers(hs_sem, drawn):
    again = bootstrap(hs_sem, draws=600, seed=4)
    np.testing.assert_array_equal(again.rows, drawn.rows)
    other = bootstrap(hs_sem, draws=600, seed=5)
    assert not np.array_equal(other.rows, drawn.rows)
    # The first blocks do not depend on how many follow.
    short = bootstrap(hs_sem, draws=250, seed=4)
    np.testing.assert_array_equal(short.rows, drawn.rows[:, : short.rows.shape[1]])


@pytest.mark.filterwarnings("ignore::scrm_model.errors.InadmissibleWarning")
@pytest.mark.parametrize(
    "kind", ["plain", "means", "groups", "labels", "curved", "wishart", *ESTIMATORS]
)
def test_a_refit_equals_a_fit_of_the_resampled_rows(kind):
    frame = data("hs").drop(columns="grade")
    text = "visual =~ x1 + a*x2 + b*x3\ntextual =~ x4 + c*x5 + x6\ntextual ~ visual"
    options = {}
    if kind == "labels":
        text += "\na == b\nind := a*b"
    if kind == "curved":
        text += "\na == b^2"
    if kind == "means":
        options["meanstructure"] = True
    if kind == "wishart":
        options["likelihood"] = "wishart"
    if kind in ESTIMATORS:
        options["estimator"] = kind
    if kind == "groups":
        text, options["group"] = (
            text.replace("a*", "").replace("b*", "").replace("c*", ""),
            "school",
        )
    fitted = fit(text, frame, **options)
    rng = np.random.default_rng(11)
    parts = fitted.raw_data()
    counts = [rng.multinomial(len(p), np.full(len(p), 1 / len(p)), size=5) for p in parts]
    found = refit_counts(fitted, counts)
    assert found.converged.all()
    labels = [r.index for r in fitted.rows]
    for k in range(5):
        rows = np.concatenate([np.repeat(i, c[k]) for i, c in zip(labels, counts, strict=True)])
        alone = fit(text, frame.loc[rows], **options)
        np.testing.assert_allclose(found.theta[k], alone.theta, rtol=1e-8, atol=1e-8)
        assert found.value[k] == pytest.approx(alone.solution.value, rel=1e-10, abs=1e-12)


def test_leaving_out_equals_fits_without_the_row(hs_sem):
    frame = data("hs")
    found = leave_one_out(hs_sem).rows
    assert found.shape == (3, 301, len(hs_sem.table.parameters))
    for k in (0, 7, 249, 250, 300):
        alone = fit(hs_sem.model, frame.drop(index=k)).parameters.iloc[:-1]
        for kind, column in enumerate(("est", "std_lv", "std_all")):
            np.testing.assert_allclose(found[kind, k], alone[column], rtol=1e-8, atol=1e-8)


def test_leaving_out_in_groups():
    frame = data("hs")
    fitted = fit("f =~ x1 + x2 + x3 + x4", frame, group="school", meanstructure=False)
    found = leave_one_out(fitted).rows
    first = int((frame["school"] == "Pasteur").sum())
    row = frame.index[frame["school"] == "Grant_White"][2]
    alone = fit(
        "f =~ x1 + x2 + x3 + x4", frame.drop(index=row), group="school", meanstructure=False
    )
    np.testing.assert_allclose(found[0, first + 2], alone.parameters["est"], atol=1e-8)


def test_admissible_stack_sees_variances_and_correlations(hs_sem):
    theta = np.repeat(hs_sem.theta[None], 4, axis=0)
    names = list(hs_sem.compiled.names)
    theta[1, names.index("x1 ~~ x1")] = -0.1
    theta[2, 0] = np.nan
    theta[3, names.index("visual ~~ visual")] = -0.01
    assert admissible_stack(hs_sem.compiled, theta, hs_sem.samples).tolist() == [
        True, False, False, False,
    ]  # fmt: skip


# Tables.
def test_table(hs_sem, drawn):
    frame = drawn.table()
    pd.testing.assert_frame_equal(frame, drawn.frame)
    parameters = hs_sem.parameters
    for column in ("lhs", "op", "rhs", "group", "label", "est", "std_all"):
        assert list(frame[column]) == list(parameters[column])
    free = parameters["se"] > 0
    # The same errors as those of normal theory, more or less.
    assert np.median(frame["se"][free] / parameters["se"][free]) == pytest.approx(1, abs=0.25)
    assert (frame["se"][~free] == 0).all()
    assert frame["pvalue"][~free].isna().all()
    np.testing.assert_allclose(frame["ci_lower"][:-1], np.quantile(drawn.rows[0], 0.025, axis=0))
    # Of a definition: the quantiles of its own draws.
    a, b = (parameters.index[parameters["label"] == v][0] for v in "ab")
    product = drawn.rows[0][:, a] * drawn.rows[0][:, b]
    last = frame.iloc[-1]
    assert last["ci_upper"] == pytest.approx(np.quantile(product, 0.975))
    assert last["se"] == pytest.approx(product.std(ddof=1))
    product = drawn.rows[2][:, a] * drawn.rows[2][:, b]
    assert last["std_ci_upper"] == pytest.approx(np.quantile(product, 0.975))


@pytest.mark.parametrize("interval", ["percentile", "bc", "bca", "normal", "basic"])
def test_every_interval_covers_its_estimate(drawn, interval):
    frame = drawn.table(interval, 0.9)
    free = frame["se"] > 0
    assert (frame["ci_lower"][free] < frame["est"][free]).all()
    assert (frame["est"][free] < frame["ci_upper"][free]).all()
    wide = drawn.table(interval, 0.99)
    assert (wide["ci_lower"][free] < frame["ci_lower"][free]).all()


def test_bca_table_by_hand(hs_sem, drawn):
    frame = drawn.table("bca")
    column = int(hs_sem.parameters.index[hs_sem.parameters["label"] == "a"][0])
    draws = drawn.rows[0][:, column]
    left = leave_one_out(hs_sem).rows[0][:, column]
    d = left.mean() - left
    a = (d**3).sum() / (6 * (d**2).sum() ** 1.5)
    z0 = stats.norm.ppf((draws < frame["est"][column]).mean())
    share = [stats.norm.cdf(z0 + (z0 + z) / (1 - a * (z0 + z))) for z in (-1.95996398, 1.95996398)]
    expected = np.quantile(draws, share)
    assert frame.loc[column, ["ci_lower", "ci_upper"]].tolist() == pytest.approx(
        expected.tolist(), rel=1e-6
    )


def test_repr_counts(drawn):
    assert drawn.n_used + drawn.n_failed + drawn.n_inadmissible == drawn.n_draws == 600
    assert repr(drawn).startswith(f"Bootstrap({drawn.n_used} of 600 resamples used;")
    assert "seed=4" in repr(drawn)
    assert "<table" in drawn._repr_html_()


def test_progress_bar(talor, capsys):
    bootstrap(talor, draws=20, seed=1, progress=True)
    assert "bootstrap" in capsys.readouterr().err
    bootstrap(talor, draws=20, seed=1)
    assert capsys.readouterr().err == ""


# Effects.
def test_effects_of_draws_are_those_of_each_draw(hs_sem, drawn):
    effects = Effects(hs_sem, [("visual", "speed")], definitions=True)
    found = from_bootstrap(drawn, effects, "percentile", 0.95)
    frame = found.frame.set_index("kind")
    path = hs_sem.parameters
    row = {v: int(path.index[path["label"] == v][0]) for v in "abc"}
    for kind, head, est in ((0, "", "est"), (2, "std_", "std")):
        a, b, c = (drawn.rows[kind][:, row[v]] for v in "abc")
        for name, draws in (("specific", a * b), ("total", a * b + c), ("defined", a * b)):
            bounds = np.quantile(draws, [0.025, 0.975])
            assert frame.loc[name, f"{head}ci_lower"] == pytest.approx(bounds[0])
            assert frame.loc[name, f"{head}ci_upper"] == pytest.approx(bounds[1])
            assert frame.loc[name, f"{head}se"] == pytest.approx(draws.std(ddof=1))
        assert frame.loc["total", est] == pytest.approx(
            frame.loc["direct", est] + frame.loc["total indirect", est]
        )
    assert (found.n_draws, found.n_used, found.seed) == (600, drawn.n_used, 4)
    for interval in ("bc", "bca", "normal"):
        other = from_bootstrap(drawn, effects, interval, 0.95).frame
        assert other["est"].tolist() == found.frame["est"].tolist()
        np.testing.assert_allclose(other["ci_lower"], found.frame["ci_lower"], atol=0.15)
        assert (other["ci_lower"] != found.frame["ci_lower"]).all()


def near(frame, expected, draws):
    """Limits within four Monte Carlo errors of both sides."""
    frame = frame.set_index("path")
    for k, name in enumerate(expected["names"]):
        assert frame.loc[name, "est"] == pytest.approx(expected["est"][k], rel=1e-5, abs=1e-6)
        # At the 2.5 % quantile of a normal density the error of a limit is 2.7 sd / sqrt(draws);
        # the longer tail of a product has more.
        error = 3.5 * frame.loc[name, "se"] * np.sqrt(1 / draws + 1 / expected["draws"])
        for bound in ("ci_lower", "ci_upper"):
            assert abs(frame.loc[name, bound] - expected[bound][k]) < 4 * error


@pytest.mark.parametrize("expected", WITNESS["monte_carlo"], ids=lambda w: w["case"])
def test_monte_carlo_equals_semtools(talor, serial, expected):
    assert WITNESS["program"].startswith("semTools 0.5.6, lavaan 0.6.14")
    fitted = talor if expected["case"] == "talor_mediation" else serial
    draws = 100_000 if fitted is talor else 20_000
    found = indirect_effects(fitted, draws=draws, method="montecarlo", seed=3)
    near(found.frame, expected, draws)
    assert (found.n_used, found.n_failed, found.method) == (draws, 0, "montecarlo")


def test_bootstrap_equals_lavaan(talor):
    (expected,) = WITNESS["bootstrap"]
    near(indirect_effects(talor, draws=4000, seed=3).frame, expected, 4000)


def test_monte_carlo_has_a_seed(talor):
    one, two = (
        indirect_effects(talor, draws=300, method="montecarlo", seed=s).frame for s in (1, 1)
    )
    pd.testing.assert_frame_equal(one, two)
    other = indirect_effects(talor, draws=300, method="montecarlo", seed=2).frame
    assert (other["ci_lower"] != one["ci_lower"]).all()


def test_effects_say_how_they_were_made(hs_sem):
    found = indirect_effects(hs_sem, draws=40, seed=1, interval="bc", level=0.9)
    assert repr(found).startswith(
        f"Effects with 90% intervals (bootstrap, bc, {found.n_used} of 40"
    )


# Refusals.
def test_draws(talor):
    for wrong in (1, 0, 2.5):
        with pytest.raises(ArgumentError, match="draws= needs a whole number of at least 2; got"):
            bootstrap(talor, draws=wrong)


def test_intervals(drawn):
    with pytest.raises(ArgumentError, match="interval= needs one of 'percentile', 'bc', 'bca'"):
        drawn.table("exact")
    with pytest.raises(ArgumentError, match="level= needs a number between 0 and 1; got 95"):
        drawn.table(level=95)


def test_moments_cannot_be_resampled():
    fitted = fit("f =~ a + b + c", Moments(np.eye(3) + 0.5, 90, names=["a", "b", "c"]))
    for ask in (bootstrap, leave_one_out):
        with pytest.raises(EstimationError, match="needs raw data; this model was fitted to Mome"):
            ask(fitted)


def test_a_fit_without_a_minimum_has_nothing_to_resample(talor):
    from dataclasses import replace

    lost = replace(talor, solution=replace(talor.solution, converged=False))
    for ask in (bootstrap, indirect_effects):
        with pytest.raises(EstimationError, match=r"\(\) needs a converged fit; No minimum was"):
            ask(lost)


def test_too_many_inadmissible_resamples():
    with pytest.warns(InadmissibleWarning):
        fitted = fit("f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6\nh =~ x7 + x8 + x9", data("hs").head(40))
    with pytest.raises(
        EstimationError, match=r"admissible solutions in at least half .* got \d+ of"
    ):
        bootstrap(fitted, draws=60, seed=1)
