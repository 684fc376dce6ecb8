import numpy as np
import pytest
from scipy.special import ndtr

from scrm_model.errors import ArgumentError, EstimationError
from scrm_model.planning import study_plan as room
from scrm_model.planning.noncentral import satorra_saris_n, satorra_saris_power
from scrm_model.planning.population import population
from scrm_model.planning.power import power
from scrm_model.planning.probit import fieller, inverse, probit
from scrm_model.planning.replicates import replicate
from scrm_model.planning.required import required_n

LINE = "y ~ b*x"
TEXT = "F =~ x1 + x2 + x3\nG =~ y1 + y2 + y3\nH =~ z1 + z2 + z3\nG ~ a*F\nH ~ b*G\nind := a*b"
NORMAL = {"points": None}


def search(*args, **options):
    return required_n(*args, progress=False, **options)


@pytest.mark.parametrize(("effect", "wanted"), [(0.2, 0.8), (0.15, 0.9)])
def test_the_closed_form_lies_in_the_interval(effect, wanted):
    of = population(LINE, paths=effect)
    found = search(LINE, of, wanted, "b", 6000, 1, answers=NORMAL)
    exact = satorra_saris_n(LINE, of, restrict="b == 0", power=wanted)
    # Two estimates of one number, and the interval is one of 95 %: allow it one and a half times.
    half = (found.upper - found.lower) / 2
    assert abs(found.n - exact) < 1.5 * half + 1
    assert half < 0.06 * exact
    at = satorra_saris_power(LINE, of, found.n, restrict="b == 0")
    assert at == pytest.approx(wanted, abs=0.02)
    assert found.expected == pytest.approx(wanted, abs=0.01)


def test_power_at_the_answer_is_the_power_wanted():
    of = population(TEXT, paths={"a": 0.4, "b": 0.3})
    found = search(TEXT, of, 0.8, "ind", 2000, 3)
    frame = power(TEXT, of, [found.n], 1500, 4, progress=False).frame.set_index("name")
    assert frame.loc["ind", "power"] == pytest.approx(0.8, abs=0.045)
    assert found.trials["draws"].sum() > 2000
    assert (found.trials["successes"] <= found.trials["draws"]).all()
    assert repr(found).startswith(f"RequiredN(n={found.n}, 95 % interval ")


def test_the_same_seed_gives_the_same_answer_on_any_number_of_workers():
    of = population(LINE, paths=0.25)
    one = search(LINE, of, 0.8, "b", 600, 5, answers=NORMAL)
    two = search(LINE, of, 0.8, "b", 600, 5, answers=NORMAL, n_jobs=2)
    assert (one.n, one.lower, one.upper) == (two.n, two.lower, two.upper)
    assert one.trials.equals(two.trials)
    again = search(LINE, of, 0.8, "b", 600, one.seed, answers=NORMAL)
    assert again.n == one.n


def test_other_things_than_paths():
    of = population(TEXT, paths=0.4)
    both = search(TEXT, of, 0.8, seed=6, draws=600)
    single = search(TEXT, of, 0.8, "a", seed=6, draws=600)
    assert both.of == "all hypotheses"
    assert both.n > single.n
    fit = search(TEXT, of, 0.9, "not-close fit is rejected", seed=6, draws=600)
    assert 50 < fit.n < 1000


def test_coverage_of_the_interval():
    """The true n lies in about 95 of 100 intervals, when successes follow the regression."""
    rng = np.random.default_rng(1)
    a, b, x = -2.0, 0.2, np.sqrt([150, 180, 200, 220, 260])
    true = inverse(0.8, a, b)
    inside = 0
    for _ in range(400):
        hits = rng.binomial(300, ndtr(a + b * x)).astype(float)
        low, high = fieller(0.8416212335729143, *probit(x, np.full(5, 300.0), hits))
        inside += low <= true <= high
    assert abs(inside / 400 - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 400)


def test_probit_against_statsmodels():
    import statsmodels.api as sm

    x, trials, hits = np.sqrt([50, 100, 200.0]), np.full(3, 1000.0), np.array([200, 480, 810.0])
    a, b, cov = probit(x, trials, hits)
    both = np.column_stack([hits + 0.25, trials - hits + 0.25])
    family = sm.families.Binomial(sm.families.links.Probit())
    found = sm.GLM(both, sm.add_constant(x), family=family).fit()
    np.testing.assert_allclose([a, b], found.params, atol=1e-8)
    np.testing.assert_allclose(cov, found.cov_params(), rtol=1e-5)


def test_an_interval_without_end():
    a, b, cov = probit(np.sqrt([90, 100.0]), np.full(2, 20.0), np.array([10.0, 11.0]))
    assert fieller(0.84, a, b, cov) == (0.0, float("inf"))
    assert inverse(0.8, 1.0, -0.1) == 1.0


def test_ctrl_c_gives_what_is_known(monkeypatch):
    done = []

    def stopping(plan, block):
        if len(done) == 9:
            raise KeyboardInterrupt
        done.append(block)
        return replicate(plan, block)

    monkeypatch.setattr(room, "replicate", stopping)
    found = search(LINE, population(LINE, paths=0.2), 0.8, "b", 3000, 1, answers=NORMAL)
    assert found.interrupted
    assert "interrupted" in repr(found)
    assert found.n > 50


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"power": 0.01}, ArgumentError, r"^power= needs a number between 0.05 and 1; got 0.01"),
        ({"of": "bb"}, ArgumentError, r"^of= needs the name of an effect; got 'bb'"),
        ({"keep": "some"}, ArgumentError, r"^keep= needs"),
        ({"draws": 10}, ArgumentError, r"^draws= needs a whole number of at least 300"),
        ({"largest": 20}, ArgumentError, r"^largest= needs a whole number of at least"),
        (
            {"largest": 60},
            EstimationError,
            r"^largest= needs a number of cases at which the power of b reaches 0.8; got 60, where",
        ),
        (
            {"smallest": 2000, "largest": 4000},
            EstimationError,
            r"^smallest= needs a number of cases with less power than 0.8; got 2000",
        ),
    ],
)
def test_errors_say_what_to_do(options, error, message):
    given = {"power": 0.8, "of": "b", "seed": 1, "answers": NORMAL} | options
    with pytest.raises(error, match=message):
        search(LINE, population(LINE, paths=0.15), **given)
