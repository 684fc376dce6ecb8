import dataclasses

import numpy as np
import pytest

import scrm_model as scrm
from scrm_model.errors import ArgumentError, EstimationError, IdentificationError, ModelError
from scrm_model.estimation.fit import fit
from scrm_model.estimation.workers import blocks_of, child, seed_sequence
from scrm_model.inference.indirect import indirect_effects
from scrm_model.planning import study_plan as room
from scrm_model.planning.mechanisms import MCAR, Careless, CommonMethod
from scrm_model.planning.noncentral import misfit, rmsea_power, satorra_saris_power
from scrm_model.planning.population import population
from scrm_model.planning.power import power
from scrm_model.planning.replicates import replicate
from scrm_model.planning.simulate import simulate
from scrm_model.planning.study_plan import study_plan
from scrm_model.planning.summary import COLUMNS, wilson

TEXT = """
F =~ x1 + x2 + x3
G =~ y1 + y2 + y3
H =~ z1 + z2 + z3
G ~ a*F
H ~ b*G + c*F
ind := a*b
"""
PLAIN = TEXT.replace("ind := a*b", "").replace("a*", "").replace("b*", "").replace("c*", "")
POP = population(TEXT, paths={"a": 0.35, "b": 0.3, "c": 0.15})


def quiet(*args, **options):
    return power(*args, progress=False, **options)


def row(found, name, n=None):
    frame = found.frame[found.frame["name"] == name]
    return (frame if n is None else frame[frame["n"] == n]).iloc[0]


# Identities: a power in closed form.


@pytest.mark.parametrize(("n", "effect"), [(400, 0.12), (150, 0.25), (800, 0.0)])
def test_one_path_has_the_power_of_satorra_and_saris(n, effect):
    text = "y ~ b*x"
    of = population(text, paths=effect)
    found = row(quiet(text, of, [n], 4000, 1, answers={"points": None}), "b")
    expected = satorra_saris_power(text, of, n, restrict="b == 0")
    # The likelihood ratio and z agree to terms of order 1/n.
    assert abs(found["power"] - expected) < 4 * np.sqrt(expected * (1 - expected) / 4000) + 1.5 / n
    assert abs(found["coverage"] - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 4000) + 1.5 / n


def test_a_path_left_out_is_noticed_as_often_as_the_noncentrality_says():
    of = population(PLAIN, paths={("F", "G"): 0.3, ("G", "H"): 0.3, ("F", "H"): 0.35})
    less = PLAIN.replace("+ F", "")
    n, draws = 300, 1500
    found = quiet(less, of, [n], draws, 2, answers={"points": None})
    expected = satorra_saris_power(less, of, n)
    assert 0.3 < expected < 0.95
    rate = row(found, "chi-square test rejects")["power"]
    assert abs(rate - expected) < 4 * np.sqrt(expected * (1 - expected) / draws) + 0.02
    # RMSEA: the population's own misfit in the formula of MacCallum, Browne and Sugawara.
    f, df = misfit(less, of)
    for name, null in (("close fit is rejected", 0.05), ("not-close fit is rejected", 0.08)):
        wanted = rmsea_power(null, np.sqrt(f / df), df, n + 1)
        rate = row(found, name)["power"]
        assert abs(rate - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / draws) + 0.02


def test_a_right_model_is_rejected_at_the_level_of_the_test():
    found = quiet(TEXT, POP, [2000], 400, 3, answers={"points": None}, alpha=0.10)
    rate = row(found, "chi-square test rejects")["power"]
    assert abs(rate - 0.10) < 4 * np.sqrt(0.1 * 0.9 / 400) + 0.01


# A batch is so many single fits.

VARIANTS = [
    {}, {"estimator": "MLR"}, {"estimator": "MLM"}, {"estimator": "MLMV"}, {"estimator": "MLMVS"},
    {"estimator": "MLF"}, {"estimator": "GLS"}, {"estimator": "ULS"}, {"likelihood": "wishart"},
    {"information": "observed"}, {"meanstructure": True}, {"std_lv": True}, {"se": "robust.sem"},
]  # fmt: skip


def plan_for(text, of, n=150, answers=None, **options):
    made = study_plan(
        text, of, answers=answers, of=None, alpha=0.05, method="montecarlo", draws=500,
        group="group", options=options,
    )  # fmt: skip
    seed = seed_sequence(5)
    return made.at(dict.fromkeys(made.samplers, n), seed), blocks_of(12, 50, seed)[0]


def same(plan, block):
    assert plan.stacked
    batch, single = (
        replicate(plan, block),
        replicate(dataclasses.replace(plan, stacked=False), block),
    )
    assert batch.converged.all()
    for name in ("success", "covered", "tests", "converged", "admissible"):
        np.testing.assert_array_equal(getattr(batch, name), getattr(single, name))
    np.testing.assert_allclose(batch.value, single.value, atol=1e-5)
    np.testing.assert_allclose(batch.error, single.error, atol=5e-6)


@pytest.mark.parametrize("options", VARIANTS, ids=str)
def test_a_stack_equals_single_fits(options):
    same(*plan_for(TEXT, POP, **options))


def test_a_stack_equals_single_fits_with_groups_and_constraints():
    two = {"A": POP, "B": population(TEXT, paths=0.4)}
    text = PLAIN.replace("G ~ F", "G ~ c(a1, a2)*F") + "gap := a1 - a2"
    same(*plan_for(text, two))
    same(*plan_for(PLAIN, two, group_equal="loadings", estimator="MLR"))
    same(*plan_for(TEXT + "a == b", POP))
    same(*plan_for("m ~ a*x\ny ~ b*m + c*x\nab := a*b", population("m ~ x\ny ~ m + x")))


def test_a_replicate_is_a_sample_that_simulate_draws_and_fit_estimates():
    plan, block = plan_for(TEXT, POP)
    batch = replicate(plan, block)
    for k in (0, 7):
        fitted = fit(TEXT, simulate(POP, 150, child(block.seed, k)))
        found = fitted.parameters.set_index("label").loc[["a", "b", "c", "ind"]]
        np.testing.assert_allclose(batch.value[k], found["est"], atol=1e-5)
        np.testing.assert_allclose(batch.error[k][:3], found["se"][:3], atol=1e-6)
        assert (
            batch.success[k, :3].tolist()
            == ((found["pvalue"][:3] < 0.05) & (found["est"][:3] > 0)).tolist()
        )
        assert batch.tests[k, 0] == (fitted.measures["pvalue"] < 0.05)
        effect = indirect_effects(fitted, draws=20_000, method="montecarlo", seed=1).frame.iloc[0]
        if min(abs(effect["ci_lower"]), abs(effect["ci_upper"])) > 0.01:
            assert batch.success[k, 3] == (effect["ci_lower"] > 0)
        assert batch.error[k, 3] == pytest.approx(effect["se"], rel=0.12)


def test_the_delta_method_is_that_of_indirect_effects():
    plan, block = plan_for(TEXT, POP)
    batch = replicate(dataclasses.replace(plan, draws=0), block)
    fitted = fit(TEXT, simulate(POP, 150, child(block.seed, 3)))
    found = fitted.parameters.set_index("label").loc["ind"]
    assert batch.error[3, 3] == pytest.approx(found["se"], abs=1e-6)
    assert batch.success[3, 3] == (found["pvalue"] < 0.05)


# What is told.


def test_the_frame():
    found = quiet(TEXT, POP, [120, 200], 60, 4)
    frame = found.frame
    assert list(frame.columns) == COLUMNS
    assert frame["n"].unique().tolist() == [120, 200]
    assert frame[frame["n"] == 120]["name"].tolist() == [
        "a", "b", "c", "ind", "all hypotheses", "chi-square test rejects", "close fit is rejected",
        "not-close fit is rejected",
    ]  # fmt: skip
    assert frame["kind"].unique().tolist() == ["path", "defined", "all at once", "model"]
    effects = frame[frame["kind"].isin(["path", "defined"])]
    assert effects.notna().all(axis=None)
    a = row(found, "a", 120)
    assert a["bias"] == pytest.approx(a["mean"] - a["true"])
    assert a["relative_bias"] == pytest.approx(a["bias"] / a["true"])
    assert a["se_ratio"] == pytest.approx(a["mean_se"] / a["sd"])
    assert a["power_se"] == pytest.approx(np.sqrt(a["power"] * (1 - a["power"]) / a["n_kept"]))
    assert a["power_lower"] < a["power"] <= a["power_upper"]
    assert (frame["n_draws"] == 60).all()
    joint = frame[frame["name"] == "all hypotheses"]
    assert (joint["power"].to_numpy() <= effects.groupby("n")["power"].min().to_numpy()).all()
    assert found.table().columns.tolist() == ["kind", "name", 120, 200]
    assert found.table()["name"].tolist() == frame[frame["n"] == 120]["name"].tolist()
    assert repr(found).startswith("Power at alpha = 0.05, 60 replicates each, seed=4; indirect")
    assert "<table" in found._repr_html_()


def test_true_values_are_the_limit_of_the_estimates():
    plan, _ = plan_for(TEXT, POP, answers={"proportions": [0.1, 0.2, 0.3, 0.4]})
    fitted = fit(TEXT, simulate(POP, 400_000, 6, proportions=[0.1, 0.2, 0.3, 0.4]))
    found = fitted.parameters.set_index("label").loc[["a", "b", "c", "ind"]]
    assert (np.abs(plan.true - found["est"]) < 4.5 * found["se"]).all()
    std = row(quiet(TEXT, POP, [100], 10, 1, answers={"points": None}), "ind")["true_std"]
    assert std == pytest.approx(0.35 * 0.3, abs=1e-8)


def test_true_values_behind_ordinal_answers_are_the_populations_own():
    def limit(**options):
        made = study_plan(
            TEXT, POP, answers=None, of=None, alpha=0.05, method="delta", draws=0, group="group",
            options=options,
        )  # fmt: skip
        found = made._limit({"": 200}, "ML", False).parameters
        return found.set_index(["lhs", "op", "rhs"])["est"]

    # Markers load .75 in all factors, so that raw paths are standardised ones.
    for ordered in (True, list(POP.cov)):
        delta = limit(ordered=ordered)
        assert delta["G", "~", "F"] == pytest.approx(0.35, abs=1e-8)
        assert delta["x1", "~~", "x1"] == pytest.approx(1 - 0.75**2, abs=1e-8)
    theta = limit(ordered=True, parameterization="theta")
    assert theta["x1", "~~", "x1"] == pytest.approx(1.0, abs=1e-8)
    assert theta["F", "~~", "F"] == pytest.approx(0.75**2 / (1 - 0.75**2), abs=1e-8)
    # Seven points that are taken as numbers have other variances than what lies behind them.
    some = limit(ordered="x1")
    assert some["x1", "~~", "x1"] < 0.5 < some["x2", "~~", "x2"]


def test_the_studys_claims_are_the_targets():
    model = scrm.specify()
    of = population(model, paths="expected", loadings={"SCRMP_FIRM": 0.85, "SCRMP_REL": 0.85})
    frame = quiet(model, of, [250], 20, 1).frame
    assert frame[frame["kind"] == "hypothesis"]["name"].tolist() == [f"H{k}" for k in range(1, 10)]
    assert (frame["kind"] == "indirect").sum() == 11
    assert frame[frame["kind"] == "total indirect"]["name"].tolist() == [
        "CRO → … → SCRMP", "SMTU → … → SCRMP",
    ]  # fmt: skip
    assert frame[frame["kind"] == "all at once"]["name"].tolist() == [
        "all hypotheses", "all indirect effects",
    ]  # fmt: skip
    total = frame[frame["name"] == "SMTU → … → SCRMP"].iloc[0]["true_std"]
    parts = frame[frame["name"].str.startswith("SMTU →") & (frame["kind"] == "indirect")]
    assert total == pytest.approx(parts["true_std"].sum())
    # A claim of the other sign is not supported, however strong the effect.
    study = scrm.STUDY.without("SMS")
    less = scrm.specify(study)
    against = population(less, paths={"H1": -0.5} if "H1" in less.syntax else {"H3": -0.5})
    shown = quiet(less, against, [250], 20, 1).frame
    negative = shown[(shown["kind"] == "hypothesis") & (shown["true"] < -0.2)]
    assert len(negative) == 1
    assert negative["power"].iloc[0] == 0.0


def test_pairs_that_are_asked_for():
    found = quiet(PLAIN, POP, [150], 20, 1, of=[("F", "H")])
    assert {"F → G → H", "F → … → H"} <= set(found.frame["name"])
    assert row(found, "F → G → H")["true"] == pytest.approx(row(found, "F → … → H")["true"])
    loop = "F =~ x1 + x2 + x3\nG =~ y1 + y2 + y3\nH =~ z1 + z2 + z3\nI =~ w1 + w2 + w3\n"
    loop += "G ~ H + F\nH ~ G + I"
    names = set(quiet(loop, population(loop), [300], 10, 1, of=[("F", "H")]).frame["name"])
    assert "F → G → H" in names
    assert "F → … → H" not in names  # in a loop a total effect is no sum of paths


def test_monte_carlo_intervals_find_what_delta_intervals_miss():
    """The delta method has next to no power for small products."""
    by = {m: row(quiet(TEXT, POP, [120], 500, 8, method=m), "ind") for m in ("montecarlo", "delta")}
    assert by["montecarlo"]["power"] > by["delta"]["power"] + 0.08
    assert by["montecarlo"]["coverage"] > 0.9


# Seeds, workers, and ways of analysis.


def test_the_same_seed_gives_the_same_numbers_on_any_number_of_workers():
    one = quiet(TEXT, POP, [120, 200], 230, 9).frame
    assert one.equals(quiet(TEXT, POP, [120, 200], 230, 9, n_jobs=2).frame)
    assert one.equals(quiet(TEXT, POP, [120, 200], 230, 9, n_jobs=1).frame)
    alone = quiet(TEXT, POP, [200], 230, 9).frame
    assert one[one["n"] == 200].reset_index(drop=True).equals(alone)
    assert not one.equals(quiet(TEXT, POP, [120, 200], 230, 10).frame)
    assert len({quiet(TEXT, POP, [120], 10).seed for _ in range(2)}) == 2


def test_a_seed_that_was_drawn_can_be_given_again():
    first = quiet(TEXT, POP, [150], 20)
    assert first.frame.equals(quiet(TEXT, POP, [150], 20, first.seed).frame)


def test_missing_answers_cost_power():
    whole = row(quiet(TEXT, POP, [150], 60, 1), "b")
    holes = quiet(TEXT, POP, [150], 60, 1, answers={"missing": MCAR(0.04)})
    assert row(holes, "b")["sd"] > whole["sd"]
    assert row(holes, "b")["power"] < whole["power"]


def test_full_information_keeps_power_that_listwise_deletion_loses():
    holes = {"answers": {"missing": MCAR(0.08)}}
    listwise = row(quiet(TEXT, POP, [200], 100, 1, **holes), "b")
    fiml = row(quiet(TEXT, POP, [200], 100, 1, missing="fiml", **holes), "b")
    assert fiml["power"] > listwise["power"] + 0.1
    assert fiml["sd"] < listwise["sd"]
    assert abs(fiml["relative_bias"]) < 4 * fiml["sd"] / np.sqrt(100) / fiml["true"]
    assert fiml["coverage"] > 0.95 - 4 * np.sqrt(0.95 * 0.05 / 100)


def test_ordinal_answers_by_weighted_least_squares():
    five = {"answers": {"points": 5}, "ordered": True, "estimator": "WLSMV"}
    found = quiet(TEXT, POP, [400], 150, 3, **five)
    for name in ("a", "b", "c"):
        path = row(found, name)
        assert path["n_kept"] > 140
        # What lies behind the answers is estimated without the bias of treating them as numbers.
        assert abs(path["bias"]) < 4 * path["sd"] / np.sqrt(150)
        assert path["coverage"] > 0.95 - 4 * np.sqrt(0.95 * 0.05 / 150)
        assert 0.85 < path["se_ratio"] < 1.15
    plan, block = plan_for(TEXT, POP, 300, **five)
    assert not plan.stacked
    single = fit(
        TEXT, simulate(POP, 300, child(block.seed, 2), points=5), ordered=True, estimator="WLSMV"
    )
    wanted = single.parameters.set_index("label").loc[["a", "b", "c", "ind"], "est"]
    np.testing.assert_allclose(replicate(plan, block).value[2], wanted, atol=1e-10)


def test_what_goes_wrong_with_answers_shows_as_bias():
    careless = row(quiet(TEXT, POP, [300], 150, 1, answers={"careless": Careless(0.2, 1.0)}), "c")
    method = row(quiet(TEXT, POP, [300], 150, 1, answers={"method": CommonMethod(0.25)}), "c")
    clean = row(quiet(TEXT, POP, [300], 150, 1), "c")
    assert abs(clean["relative_bias"]) < 0.2
    assert method["bias"] > clean["bias"] + 0.03
    assert careless["bias"] > clean["bias"] + 0.03


def test_groups_with_values_of_their_own():
    two = {"A": population(PLAIN, paths=0.5), "B": population(PLAIN, paths=0.0)}
    found = quiet(PLAIN, two, [{"A": 200, "B": 150}, {"A": 100, "B": 90}], 100, 1)
    assert found.frame["n"].unique().tolist() == [350, 190]
    assert row(found, "F → G [A]", 350)["power"] > 0.95
    assert row(found, "F → G [B]", 350)["power"] < 0.2
    assert row(found, "F → G [A]", 350)["group"] == 1
    assert quiet(PLAIN, two, [100], 5, 1).frame["n"].unique().tolist() == [200]


def test_a_model_without_degrees_of_freedom_is_told():
    found = quiet("y ~ b*x", population("y ~ x"), [50], 20, 1)
    assert not (found.frame["kind"] == "model").any()
    assert found.notes == (
        "The model has no degrees of freedom, so that its fit cannot be tested.",
    )
    unknown = quiet(TEXT, POP, [150], 10, 1, estimator="ULS")
    assert "The chi-square of ULS has no known distribution: no test." in unknown.notes


def test_what_is_kept_is_counted_and_told():
    weak = population("F =~ x1 + x2 + x3\nG =~ y1 + y2 + y3\nG ~ F", loadings=0.4)
    text = "F =~ x1 + x2 + x3\nG =~ y1 + y2 + y3\nG ~ F"
    strict = quiet(text, weak, [60], 100, 1)
    loose = quiet(text, weak, [60], 100, 1, keep="converged")
    counts = strict.frame.iloc[0]
    assert counts["n_draws"] == 100
    assert counts["n_kept"] == counts["n_admissible"] < counts["n_converged"]
    assert loose.frame.iloc[0]["n_kept"] == counts["n_converged"]
    assert any(
        f"only {counts['n_kept']} of 100 replicates are admissible" in t for t in strict.notes
    )


def test_ctrl_c_returns_what_is_done(monkeypatch):
    done = []

    def stopping(plan, block):
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(block)
        return replicate(plan, block)

    monkeypatch.setattr(room, "replicate", stopping)
    found = quiet(TEXT, POP, [120, 200], 200, 1)
    assert found.interrupted
    assert found.frame.groupby("n")["n_draws"].first().to_dict() == {120: 200, 200: 100}
    assert found.notes[-1].startswith("The work was interrupted")


def test_samples_in_which_nothing_can_be_estimated():
    with pytest.raises(scrm.ScrmError, match="rows"):
        quiet(TEXT, POP, [8], 10, 1)


def test_a_model_that_the_population_cannot_determine(monkeypatch):
    def nowhere(model, data, **options):
        found = fit(model, data, **options)
        far = dataclasses.replace(found.solution, converged=False)
        return dataclasses.replace(found, solution=far)

    monkeypatch.setattr(room, "fit", nowhere)
    with pytest.raises(ModelError, match=r"^model= needs estimates at the population's moments"):
        quiet(TEXT, POP, [150], 10, 1)


def test_all_replicates_lost(monkeypatch):
    def lost(plan, block):
        found = replicate(plan, block)
        never = np.zeros_like(found.converged)
        return dataclasses.replace(found, converged=never, admissible=never, reasons=("No luck.",))

    monkeypatch.setattr(room, "replicate", lost)
    with pytest.raises(
        EstimationError, match=r"^n= needs samples .*none at n = 150 in 10 .*No luck\."
    ):
        quiet(TEXT, POP, [150], 10, 1)


@pytest.mark.parametrize(("hits", "trials"), [(0, 20), (20, 20), (7, 50), (50, 100)])
def test_wilson_solves_its_equation(hits, trials):
    low, high = wilson(hits, trials)
    for bound in (low, high):
        if 0 < bound < 1:
            z = (hits / trials - bound) / np.sqrt(bound * (1 - bound) / trials)
            assert abs(z) == pytest.approx(1.959964, abs=1e-6)
    assert low <= hits / trials <= high


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: quiet(7, POP), ArgumentError, r"^model= needs a Model or lavaan text; got int"),
        (lambda: quiet(TEXT, 7), ArgumentError, r"^population= needs a Population"),
        (lambda: quiet(TEXT, POP, []), ArgumentError, r"^n= needs one or more numbers.*got \[\]"),
        (lambda: quiet(TEXT, POP, "200"), ArgumentError, r"^n= needs one or more numbers"),
        (lambda: quiet(TEXT, POP, [200, 200]), ArgumentError, r"^n= needs different numbers"),
        (lambda: quiet(TEXT, POP, [0]), ArgumentError, r"^n= needs a whole number of at least 1"),
        (
            lambda: quiet(TEXT, POP, draws=1),
            ArgumentError,
            r"^draws= needs a whole number of at lea",
        ),
        (lambda: quiet(TEXT, POP, alpha=1), ArgumentError, r"^alpha= needs a number between"),
        (lambda: quiet(TEXT, POP, keep="all"), ArgumentError, r"^keep= needs 'admissible' or"),
        (
            lambda: quiet(TEXT, POP, method="bootstrap"),
            ArgumentError,
            r"^method= needs 'montecarlo'",
        ),
        (
            lambda: quiet(TEXT, POP, method_draws=5),
            ArgumentError,
            r"^method_draws= needs .* at least 100",
        ),
        (lambda: quiet(TEXT, POP, answers={"pints": 5}), ArgumentError, r"Did you mean 'points'"),
        (lambda: quiet(TEXT, POP, estimator="MLX"), ArgumentError, r"^estimator= needs one of"),
        (lambda: quiet(TEXT, POP, of=[("F", "Q")]), ModelError, r"^of= needs variables.*got 'Q'"),
        (
            lambda: quiet(TEXT, POP, of=[("H", "F")]),
            ModelError,
            r"^of= needs an indirect path from 'H'",
        ),
        (lambda: quiet(TEXT, POP, of=["F"]), ArgumentError, r"^of= needs \(source, target\) pairs"),
        (
            lambda: quiet("F =~ x1 + x2 + x3", POP, [100], 5),
            ModelError,
            r"^model= needs paths to be tested; .*rmsea_power\(\)",
        ),
        (
            lambda: quiet(TEXT + "H =~ w1", POP),
            ArgumentError,
            r"^population= needs every variable of the model; 'w1' missing",
        ),
        (
            lambda: quiet("G ~ F\nF =~ x1 + x2\nG =~ y1\ny1 ~~ y1", POP, [100], 5),
            IdentificationError,
            r"at most as many free parameters as moments",
        ),
    ],
)
def test_errors_say_what_to_do(call, error, message):
    with pytest.raises(error, match=message):
        call()
