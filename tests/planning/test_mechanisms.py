import numpy as np
import pandas as pd
import pytest

import scrm_model as scrm
from scrm_model.errors import ArgumentError, ModelError
from scrm_model.planning.mechanisms import (
    MAR,
    MCAR,
    MNAR,
    Careless,
    CommonMethod,
    Informants,
    NonNormal,
)
from scrm_model.planning.simulate import Simulation, simulate, simulation
from scrm_model.planning.thresholds import lean_for, skewness_of, thresholds

TEXT = "F =~ x1 + x2 + x3\nG =~ y1 + y2 + y3\nG ~ b*F"
ITEMS = ["x1", "x2", "x3", "y1", "y2", "y3"]
N = 100_000


@pytest.fixture(scope="module")
def pop():
    return scrm.population(TEXT, paths=0.4)


def near(share, expected, n, errors=4.5):
    return abs(share - expected) < errors * np.sqrt(expected * (1 - expected) / n)


def test_mcar_rate_and_independence(pop):
    drawn = simulation(pop, N, 1, missing=MCAR(0.1))
    gone = drawn.missing
    assert all(near(gone[k].mean(), 0.1, N) for k in ITEMS)
    assert abs(np.corrcoef(gone["x1"], drawn.complete["x1"])[0, 1]) < 4.5 / np.sqrt(N)
    assert drawn.answers.isna().equals(gone)
    pd.testing.assert_frame_equal(drawn.answers.fillna(drawn.complete).astype(int), drawn.complete)


def test_mar_rate_and_what_drives_it(pop):
    drawn = simulation(pop, N, 2, missing=MAR(0.2, by=["x1", "x2"], strength=0.8))
    gone, driver = drawn.missing, drawn.complete[["x1", "x2"]].mean(axis=1)
    assert not gone[["x1", "x2"]].any(axis=None)
    for k in ["x3", "y1", "y2", "y3"]:
        assert near(gone[k].mean(), 0.2, N)
    # The slope of a logistic regression on the standardised driver is the strength.
    import statsmodels.api as sm

    z = ((driver - driver.mean()) / driver.std(ddof=0)).to_numpy()
    found = sm.Logit(gone["y1"].to_numpy(float), sm.add_constant(z)).fit(disp=0)
    assert abs(found.params[1] - 0.8) < 4.5 * found.bse[1]
    # Given the driver, the answer itself says nothing: that is what MAR means.
    both = np.column_stack([z, drawn.complete["y1"]])
    found = sm.Logit(gone["y1"].to_numpy(float), sm.add_constant(both)).fit(disp=0)
    assert abs(found.params[2]) < 4.5 * found.bse[2]


def test_mnar_depends_on_the_answer_itself(pop):
    drawn = simulation(pop, N, 3, missing=MNAR(0.15, ["y1"], strength=-1.0))
    gone = drawn.missing
    assert near(gone["y1"].mean(), 0.15, N)
    assert not gone[["x1", "x2", "x3", "y2", "y3"]].any(axis=None)
    assert drawn.complete.loc[gone["y1"], "y1"].mean() < drawn.complete["y1"].mean() - 0.5


def test_several_mechanisms_add_up(pop):
    drawn = simulation(pop, N, 4, missing=[MCAR(0.1, "x1"), MNAR(0.2, "x1")])
    assert drawn.missing["x1"].mean() == pytest.approx(1 - 0.9 * 0.8, abs=0.01)


def test_careless_respondents(pop):
    drawn = simulation(pop, N, 5, careless=Careless(0.12, straight=0.25))
    kind = drawn.careless
    assert near((kind != "").mean(), 0.12, N)
    assert near((kind == "straight").sum() / (kind != "").sum(), 0.25, 12_000)
    lines = drawn.answers[kind == "straight"]
    assert (lines.nunique(axis=1) == 1).all()
    assert set(lines["x1"]) == set(range(1, 8))
    noise = drawn.answers[kind == "random"]
    assert abs(np.corrcoef(noise["x1"], noise["x2"])[0, 1]) < 4.5 / np.sqrt(len(noise))
    assert noise["y3"].value_counts(normalize=True).to_numpy() == pytest.approx(
        [1 / 7] * 7, abs=0.02
    )
    # The others answer as they would have done.
    plain = simulate(pop, N, 5)
    same = kind == ""
    pd.testing.assert_frame_equal(drawn.answers[same], plain[same])


def test_careless_on_scales_of_several_lengths_and_none(pop):
    some = simulate(pop, 500, 6, careless=Careless(0.9), proportions={"x1": [0.5, 0.5]})
    assert set(some["x1"]) == {1, 2}
    assert some["x2"].max() == 7
    bare = simulation(pop, 500, 6, careless=Careless(0.9, straight=1.0), points=None)
    lines = bare.answers[bare.careless == "straight"]
    np.testing.assert_allclose(lines.std(axis=1), 0.0, atol=1e-12)


def test_a_common_method_factor(pop):
    share = 0.2
    drawn = simulation(pop, N, 7, points=None, method=CommonMethod(share))
    expected = pop.cov.to_numpy() + share * (1 - np.eye(6))
    gap = np.abs(np.cov(drawn.answers.to_numpy().T) - expected)
    assert (gap < 5 * np.sqrt((1 + expected**2) / N)).all()
    # The scores are the truth: their share of each item's variance is the one asked for.
    for k in ITEMS:
        r = np.corrcoef(drawn.method, drawn.answers[k])[0, 1]
        assert r == pytest.approx(np.sqrt(share), abs=0.015)
    some = simulation(pop, N, 7, points=None, method=CommonMethod(share, ["x1", "y1"]))
    assert np.corrcoef(some.method, some.answers["x2"])[0, 1] == pytest.approx(0.0, abs=0.015)


def test_informants_share_their_firm(pop):
    how = Informants(3, 0.6)
    drawn = simulate(pop, 30_000, 8, points=None, informants=how)
    assert list(drawn.columns[:2]) == ["firm", "informant"]
    assert len(drawn) == 90_000
    assert drawn.groupby("firm").size().eq(3).all()
    assert set(drawn["informant"]) == {1, 2, 3}
    items = drawn[ITEMS].to_numpy().reshape(30_000, 3, 6)
    # Two informants agree on an item by ICC times its communality; items keep variance 1.
    agree = np.mean([items[:, i, 0] * items[:, j, 0] for i, j in ((0, 1), (0, 2), (1, 2))])
    assert agree == pytest.approx(0.6 * 0.75**2, abs=0.01)
    assert items.var() == pytest.approx(1.0, abs=0.02)
    # Within one informant constructs correlate less, by the ICC; items of one construct do not.
    r = np.corrcoef(drawn[ITEMS].to_numpy().T)
    assert r[0, 1] == pytest.approx(0.75**2, abs=0.01)
    assert r[0, 3] == pytest.approx(0.75**2 * 0.4 * 0.6, abs=0.01)
    assert how.reliability == pytest.approx(3 * 0.6 / (1 + 2 * 0.6))


def test_facts_about_a_firm_are_the_same_for_its_informants():
    of = scrm.population("F =~ x1 + x2 + x3\nF ~ size", paths=0.3)
    drawn = simulate(of, 50, 1, points=None, informants=Informants(2, 0.5))
    assert drawn.groupby("firm")["size"].nunique().eq(1).all()
    assert drawn.groupby("firm")["x1"].nunique().eq(2).all()


def test_groups(pop):
    other = scrm.population(TEXT, paths=0.0)
    both = simulation(
        {"A": pop, "B": other}, {"A": 60_000, "B": 40_000}, 9, points=None, group="size"
    )
    frame = both.answers
    assert frame["size"].value_counts().to_dict() == {"A": 60_000, "B": 40_000}
    r = frame.groupby("size")[["x1", "y1"]].corr().to_numpy()[[0, 2], 1]
    assert r[0] == pytest.approx(0.4 * 0.75**2, abs=0.02)
    assert r[1] == pytest.approx(0.0, abs=0.02)
    assert len(both.complete) == len(both.missing) == len(both.careless) == 100_000
    assert len(simulate({"A": pop, "B": pop}, 10, 1)) == 20
    pd.testing.assert_frame_equal(simulate({"A": pop}, 10, 1), simulate(pop, 10, 1))


def test_every_option_has_randomness_of_its_own(pop):
    everything = {
        "missing": MCAR(0.2), "careless": Careless(0.2), "method": CommonMethod(0.1),
    }  # fmt: skip
    whole = simulation(pop, 400, 10, **everything)
    turned = simulation(pop, 400, 10, **dict(reversed(everything.items())))
    pd.testing.assert_frame_equal(whole.answers, turned.answers)
    for label, part in (("missing", "missing"), ("careless", "careless"), ("method", "method")):
        alone = getattr(simulation(pop, 400, 10, **{label: everything[label]}), part)
        assert getattr(whole, part).equals(alone)


def test_the_truth_is_shown(pop):
    drawn = simulation(pop, 100, 11, missing=MCAR(0.5))
    assert isinstance(drawn, Simulation)
    assert repr(drawn).startswith("Simulation(100 rows; ")
    assert drawn.method is None
    pd.testing.assert_frame_equal(drawn.answers, simulate(pop, 100, 11, missing=MCAR(0.5)))


def test_skewness_of_answers(pop):
    answers = simulate(pop, 200_000, 12, skew=-1.0, points=5)
    for k in ITEMS:
        assert answers[k].skew() == pytest.approx(-1.0, abs=0.03)
    some = simulate(pop, 200_000, 12, skew={"x1": 0.7})
    assert some["x1"].skew() == pytest.approx(0.7, abs=0.03)
    assert skewness_of(thresholds(7, lean_for(7, 0.0))) == pytest.approx(0.0, abs=1e-9)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda p: MCAR(0.0), ArgumentError, r"^rate= needs a number between 0 and 1; got 0.0"),
        (lambda p: MNAR(1.2), ArgumentError, r"^rate= "),
        (lambda p: MAR(0.1, by=()), ArgumentError, r"^by= needs variables that drive"),
        (
            lambda p: MAR(0.1, "x1", ["x1", "x2"]),
            ArgumentError,
            r"^by= .*got \['x1'\] in variables=",
        ),
        (lambda p: MNAR(0.1, strength="much"), ArgumentError, r"^strength= needs finite"),
        (lambda p: Careless(1.5), ArgumentError, r"^share= needs a number between 0 and 1"),
        (lambda p: Careless(0.5, 2), ArgumentError, r"^straight= needs a share from 0 to 1; got 2"),
        (lambda p: CommonMethod(0), ArgumentError, r"^share= "),
        (lambda p: Informants(0, 0.5), ArgumentError, r"^per_firm= needs a whole number"),
        (lambda p: Informants(2, 1.0), ArgumentError, r"^icc= needs a number between 0 and 1"),
        (
            lambda p: simulate(p, 9, missing=MCAR(0.1, "z")),
            ArgumentError,
            r"^variables= .*They are x1",
        ),
        (
            lambda p: simulate(p, 9, missing=MAR(0.1, "xx1")),
            ArgumentError,
            r"^by= .*Did you mean 'x1'",
        ),
        (
            lambda p: simulate(p, 9, missing=0.1),
            ArgumentError,
            r"^missing= needs MCAR\(...\).*got 0.1",
        ),
        (
            lambda p: simulate(p, 9, careless=0.1),
            ArgumentError,
            r"^careless= needs Careless\(...\)",
        ),
        (
            lambda p: simulate(p, 9, method=0.1),
            ArgumentError,
            r"^method= needs CommonMethod\(...\)",
        ),
        (lambda p: simulate(p, 9, informants=2), ArgumentError, r"^informants= needs Informants\("),
        (
            lambda p: simulate(p, 9, nonnormal=NonNormal(1, 2)),
            ArgumentError,
            r"^nonnormal= .*not cut; got points on a scale. Give points=None",
        ),
        (
            lambda p: simulate(p, 9, points=None, nonnormal=NonNormal(), method=CommonMethod(0.1)),
            ArgumentError,
            r"^nonnormal= needs a population without method=",
        ),
        (
            lambda p: simulate(p, 9, method=CommonMethod(0.6)),
            ModelError,
            r"^method= needs a share below the residual variance.*x1 \(0.44\).*Lower the share",
        ),
        (
            lambda p: simulate(p, 9, skew=5.0),
            ArgumentError,
            r"^skew= needs a value between -.*7 points",
        ),
        (
            lambda p: simulate(p, 9, skew=0.5, points=None),
            ArgumentError,
            r"^skew= needs answers on p",
        ),
        (lambda p: simulate(p, 9, skew={"q": 0.5}), ArgumentError, r"^skew= needs variables"),
        (
            lambda p: simulate(p, 9, seed="one"),
            ArgumentError,
            r"^seed= needs a whole number; got 'one'",
        ),
        (lambda p: simulate(p, 9, seed=-1), ArgumentError, r"^seed= .*not negative; got -1"),
        (
            lambda p: simulate({"A": p, "B": p}, {"A": 3}),
            ArgumentError,
            r"^n= needs a number for each",
        ),
        (
            lambda p: simulate({"A": p, "B": p}, 5, group="x1"),
            ArgumentError,
            r"^group= needs another",
        ),
        (lambda p: simulate({}, 5), ArgumentError, r"^population= needs a Population"),
        (lambda p: simulate(TEXT, 5), ArgumentError, r"^population= .*got str. Make one with"),
        (
            lambda p: simulate({"A": p, "B": scrm.population("F =~ x1 + x2 + x3")}, 5),
            ArgumentError,
            r"^population= needs the same variables in every group",
        ),
        (
            lambda p: simulation(p, 5, mising=MCAR(0.1)),
            ArgumentError,
            r"^answers= needs options of simulate\(\); got 'mising'. Did you mean 'missing'",
        ),
    ],
)
def test_errors_say_what_to_do(pop, call, error, message):
    with pytest.raises(error, match=message):
        call(pop)
