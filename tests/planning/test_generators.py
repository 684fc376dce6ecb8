import numpy as np
import pytest
from scipy.stats import kurtosis, skew

from scrm_model.errors import ArgumentError
from scrm_model.planning.fleishman import kurtosis_bounds, moments, polynomial
from scrm_model.planning.generators import independent, intermediate, vale_maurelli
from scrm_model.planning.mechanisms import NonNormal
from scrm_model.planning.population import population
from scrm_model.planning.simulate import simulate

PAIRS = [
    (0, 0),
    (0, 3),
    (1, 1.5),
    (1, 0.5),
    (2, 7),
    (-2, 7),
    (0, -1),
    (1.75, 3.75),
    (0, 40),
    (5, 50),
]
TEXT = "F =~ x1 + x2 + x3\nG =~ y1 + y2 + y3\nG ~ b*F"


@pytest.mark.parametrize(("s", "k"), PAIRS)
def test_polynomials_have_their_moments_by_quadrature(s, k):
    b, c, d = polynomial(float(s), float(k))
    node, weight = np.polynomial.hermite_e.hermegauss(40)
    weight = weight / weight.sum()
    x = -c + b * node + c * node**2 + d * node**3
    assert weight @ x == pytest.approx(0.0, abs=1e-9)
    assert weight @ x**2 == pytest.approx(1.0, abs=1e-9)
    assert weight @ x**3 == pytest.approx(s, abs=1e-8)
    assert weight @ x**4 - 3 == pytest.approx(k, abs=1e-7)


def test_coefficients_of_the_literature():
    # Fleishman (1978), table 1: skewness 1.75, kurtosis 3.75.
    b, c, d = polynomial(1.75, 3.75)
    assert (b, c, d) == pytest.approx((0.92966, 0.39950, -0.03647), abs=1e-5)


def test_the_smallest_kurtosis():
    # Headrick (2010): -1.151323 is the least for a polynomial of degree three.
    least, most = kurtosis_bounds(0.0)
    assert least == pytest.approx(-1.1513, abs=2e-4)
    assert polynomial(0.0, least + 0.005) is not None
    assert polynomial(0.0, least - 0.005) is None
    assert polynomial(1.0, kurtosis_bounds(1.0)[0] - 0.01) is None
    assert polynomial(1.0, kurtosis_bounds(1.0)[0] + 0.01) is not None
    assert most > 40
    assert kurtosis_bounds(9.0) is None


def test_moments_of_a_polynomial_are_those_of_its_formulas():
    variance, s, k = moments(*(np.array(v) for v in (1.0, 0.0, 0.0)))
    assert (float(variance), float(s), float(k)) == (1.0, 0.0, 0.0)


def errors(x, f, parts=40):
    """A statistic of each column and its Monte Carlo error, from parts of the sample."""
    found = np.array([f(part) for part in np.split(x, parts)])
    return found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(parts)


@pytest.mark.parametrize(
    ("generator", "s", "k"),
    [("vale-maurelli", 1.0, 2.0), ("vale-maurelli", -1.5, 4.0), ("independent", 0.8, 3.0),
     ("independent", 0.0, 2.0)],
)  # fmt: skip
def test_moments_are_recovered_at_400_000(generator, s, k):
    of = population(TEXT, paths=0.4)
    how = NonNormal(s, k, generator)
    x = simulate(of, 400_000, 3, points=None, nonnormal=how).to_numpy()
    rho = of.cov.to_numpy()
    for found, expected in (
        (errors(x, skew), s),
        (errors(x, kurtosis), k),
        (errors(x, lambda part: np.corrcoef(part.T)), rho),
        (errors(x, lambda part: part.mean(axis=0)), 0.0),
    ):
        value, error = found
        # Skewness and kurtosis of parts of 10,000 are a little biased; so the allowance.
        assert (np.abs(value - expected) < 5 * error + 0.01 * (1 + abs(k))).all()
    # Neither is normal, and the sample knows it: the test can fail.
    assert (np.abs(errors(x, kurtosis)[0]) > 1.0).all()


def test_values_by_variable():
    of = population(TEXT)
    how = NonNormal({"x1": 1.5}, {"x1": 4.0, "y1": 2.0})
    x = simulate(of, 100_000, 4, points=None, nonnormal=how)
    assert skew(x["x1"]) == pytest.approx(1.5, abs=0.1)
    assert kurtosis(x["y1"]) == pytest.approx(2.0, abs=0.25)
    assert kurtosis(x["z1" if "z1" in x else "y2"]) == pytest.approx(0.0, abs=0.1)


def test_normal_values_give_normal_variables():
    of = population(TEXT)
    plain = simulate(of, 50, 5, points=None)
    same = simulate(of, 50, 5, points=None, nonnormal=NonNormal())
    np.testing.assert_allclose(plain, same, atol=1e-10)


def test_intermediate_correlations_lead_to_those_wanted():
    b, c, d = np.array([polynomial(1.0, 2.0), polynomial(0.0, 3.0), polynomial(-1.0, 1.0)]).T
    target = np.array([[1, 0.5, -0.3], [0.5, 1, 0.2], [-0.3, 0.2, 1]])
    between = intermediate(target, b, c, d, "xyz")
    node, weight = np.polynomial.hermite_e.hermegauss(30)
    weight = weight / weight.sum()
    for i, j in ((0, 1), (0, 2), (1, 2)):
        r = between[i, j]
        u = node[:, None]
        v = r * u + np.sqrt(1 - r**2) * node[None, :]
        x = -c[i] + b[i] * u + c[i] * u**2 + d[i] * u**3
        y = -c[j] + b[j] * v + c[j] * v**2 + d[j] * v**3
        assert weight @ (x * y) @ weight == pytest.approx(target[i, j], abs=1e-9)


def ring(r):
    return np.array([[1.0, r], [r, 1.0]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: vale_maurelli(ring(0.3), np.zeros(2), np.array([-1.3, 0]), "xy"),
            r"^kurtosis= needs between -1.15 and 101 at a skewness of 0; got -1.3 for 'x'. Raise",
        ),
        (
            lambda: vale_maurelli(ring(0.3), np.array([0, 2.0]), np.array([0, 1.0]), "xy"),
            r"^kurtosis= needs between 5.15 and 101 at a skewness of 2; got 1 for 'y'",
        ),
        (
            lambda: vale_maurelli(ring(0.3), np.array([9.0, 0]), np.array([200.0, 0]), "xy"),
            r"^skewness= needs values that a polynomial of degree three can have; got 9 for 'x'",
        ),
        (
            lambda: vale_maurelli(ring(-0.9), np.full(2, 2.0), np.full(2, 7.0), "xy"),
            r"'x' and 'y' correlate -0.900, and with these values can only between -0.\d+ and 1",
        ),
        (
            lambda: independent(np.eye(2), np.zeros(2), np.array([-1.5, 0]), "xy"),
            r"got -1.5 for 'independent variable 1'. The variables that are mixed must be farther",
        ),
        (
            lambda: independent(
                np.array([[1.0, 0], [1.0, 0]]), np.array([1.0, 0.0]), np.zeros(2), "xy"
            ),
            r"^skewness= needs values that a mixture .* misses its by 0.5",
        ),
        (
            lambda: NonNormal(generator="vale-maureli"),
            r"^generator= .*Did you mean 'vale-maurelli'",
        ),
        (lambda: NonNormal(skewness="high"), r"^skewness= needs finite numbers; got 'high'"),
    ],
)
def test_errors_say_what_to_do(call, message):
    with pytest.raises(ArgumentError, match=message):
        call()


def test_impossible_correlations_behind_polynomials():
    r = np.array([[1, -0.45, -0.45], [-0.45, 1, -0.45], [-0.45, -0.45, 1]])
    with pytest.raises(
        ArgumentError, match=r"impossible correlation matrix \(smallest eigenvalue -"
    ):
        vale_maurelli(r, np.full(3, 1.2), np.full(3, 2.0), "xyz")
