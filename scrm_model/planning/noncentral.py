"""Power in closed form: the test statistic as a non-central chi-square, on bare numbers first.

Notes
-----
In a sample of n the statistic n F is about non-central chi-square. Its noncentrality is n times the
discrepancy between the population's moments and the nearest that the tested model allows
[satorra1985]_, or, where only a degree of misfit is supposed, (n - 1) df RMSEA^2 / groups
[maccallum1996]_. The first writes n, as the test statistic of this library does, the second n - 1,
as its authors do. n counts the cases of all groups together.

References
----------
.. [satorra1985] Satorra, A., & Saris, W. E. (1985). Power of the likelihood ratio test in
   covariance structure analysis. Psychometrika, 50, 83-90.
.. [maccallum1996] MacCallum, R. C., Browne, M. W., & Sugawara, H. M. (1996). Power analysis and
   determination of sample size for covariance structure modeling. Psychological Methods, 1,
   130-149.
"""

from collections.abc import Callable
from math import ceil
from typing import Any

from scipy.special import chdtri, chndtr, chndtrix

from scrm_model.errors import ArgumentError, ModelError
from scrm_model.estimation.evaluation.fit_measures import noncentral_chi2_sf
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.planning.checks import between, positive, whole
from scrm_model.planning.population import Population
from scrm_model.spec.model import Model

LARGEST = 10_000_000  # a search for n gives up here


def chi2_power(ncp: float, df: int, alpha: float = 0.05) -> float:
    """Probability that a chi-square test rejects.

    Parameters
    ----------
    ncp : float
        Noncentrality; 0 gives `alpha`.
    df : int
    alpha : float
        Level of the test.

    Raises
    ------
    ArgumentError
        If `ncp` is negative, `df` no positive whole number, `alpha` not between 0 and 1.
    """
    df, alpha = whole("df", df, 1), between("alpha", alpha, 0.0, 1.0)
    ncp = positive("ncp", ncp, zero=True)
    return noncentral_chi2_sf(float(chdtri(df, alpha)), df, ncp)


def chi2_noncentrality(power: float, df: int, alpha: float = 0.05) -> float:
    """The noncentrality at which a chi-square test has some power.

    Parameters
    ----------
    power : float
        Above `alpha`.
    df, alpha
        As in `chi2_power`.

    Raises
    ------
    ArgumentError
        If `power` is not between `alpha` and 1.
    """
    power = between("power", power, between("alpha", alpha, 0.0, 1.0), 1.0)
    low, high = 0.0, 1.0
    while chi2_power(high, df, alpha) < power:
        low, high = high, 2.0 * high
    for _ in range(200):
        middle = (low + high) / 2.0
        low, high = (middle, high) if chi2_power(middle, df, alpha) < power else (low, middle)
    return (low + high) / 2.0


def rmsea_power(
    rmsea0: float, rmsea_a: float, df: int, n: float, alpha: float = 0.05, groups: int = 1
) -> float:
    """Power of a test of fit against an RMSEA.

    Parameters
    ----------
    rmsea0 : float
        RMSEA under the null hypothesis.
    rmsea_a : float
        RMSEA in the population. Above `rmsea0` the test is one of close fit (rejected when fit is
        too bad), below it one of not-close fit (rejected when fit is good).
    df : int
    n : float
        Cases of all groups together.
    alpha : float
    groups : int

    Raises
    ------
    ArgumentError
        A number is out of its range, or the two RMSEA are equal.

    Notes
    -----
    See `scrm_model.planning.noncentral`, MacCallum, Browne and Sugawara (1996).
    """
    df, groups = whole("df", df, 1), whole("groups", groups, 1)
    alpha = between("alpha", alpha, 0.0, 1.0)
    rmsea0, rmsea_a = positive("rmsea0", rmsea0, zero=True), positive("rmsea_a", rmsea_a, zero=True)
    scale = (positive("n", n) - 1.0) * df / groups
    null, true = scale * rmsea0**2, scale * rmsea_a**2
    if rmsea_a > rmsea0:
        critical = _upper(null, df, alpha)
        return noncentral_chi2_sf(critical, df, true)
    if rmsea_a < rmsea0:
        return float(chndtr(chndtrix(alpha, df, null), df, true))
    raise ArgumentError(
        f"rmsea_a= needs another value than rmsea0=; got {rmsea_a} for both. Give the RMSEA of "
        "the population, above rmsea0 for close fit or below it for not-close fit."
    )


def _upper(ncp: float, df: int, alpha: float) -> float:
    """The critical value that is exceeded with probability alpha."""
    return float(chdtri(df, alpha) if ncp == 0 else chndtrix(1.0 - alpha, df, ncp))


def rmsea_n(
    rmsea0: float,
    rmsea_a: float,
    df: int,
    power: float = 0.80,
    alpha: float = 0.05,
    groups: int = 1,
) -> int:
    """Smallest number of cases, all groups together, at which `rmsea_power` reaches `power`.

    Parameters
    ----------
    rmsea0, rmsea_a, df, alpha, groups
        As in `rmsea_power`.
    power : float

    Returns
    -------
    int

    Raises
    ------
    ArgumentError
        As `rmsea_power`, or `power` is not between `alpha` and 1.

    Notes
    -----
    semTools' ``findRMSEAsamplesize`` gives this number divided by the number of groups.
    """
    power = between("power", power, alpha, 1.0)
    return smallest(lambda n: rmsea_power(rmsea0, rmsea_a, df, n, alpha, groups), power, 2)


def smallest(power_at: Callable[[int], float], power: float, least: int) -> int:
    """The smallest n at which a power that grows with n reaches some value.

    Raises
    ------
    ArgumentError
        If ten million are not enough.
    """
    low, high = least - 1, max(least, 64)
    while power_at(high) < power:
        low, high = high, 2 * high
        if high > LARGEST:
            raise ArgumentError(
                f"power= needs a value that some number of cases reaches; got {power}, which "
                f"{LARGEST:,} do not reach. The effect is too near to nothing."
            )
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if power_at(middle) >= power else (middle, high)
    return high


def misfit(
    model: Model | str, population: Population, restrict: str | None = None, **options: Any
) -> tuple[float, int]:
    """How far a population is from what a model, or a restriction of it, allows.

    Parameters
    ----------
    model : Model or str
        What would be fitted.
    population : Population
        What is true.
    restrict : str, optional
        Constraints under test, such as ``"H1 == 0"`` with the label of a path. Without it, the
        model itself is under test.
    **options
        Of `fit`, such as ``std_lv=True``.

    Returns
    -------
    f : float
        Discrepancy F a case; the noncentrality in a sample of n is n F.
    df : int
        Degrees of freedom of the test.

    Raises
    ------
    ModelError
        A constraint uses an unknown label, or does not cost a degree of freedom.
    """
    text = model.syntax if isinstance(model, Model) else model
    if restrict is None:
        whole_fit = fit(text, Moments(population.cov, n=1000), **options)
        return _f(whole_fit), whole_fit.df
    larger = fit(text, Moments(population.cov, n=1000), **options)
    smaller = fit(f"{text}\n{restrict}", Moments(population.cov, n=1000), **options)
    df = smaller.df - larger.df
    if df < 1:
        raise ModelError(
            f"restrict= needs constraints that cost degrees of freedom; got {restrict!r}. Write "
            "for example 'b1 == 0', with b1 the label of a path."
        )
    return max(_f(smaller) - _f(larger), 0.0), df


def _f(fitted: Any) -> float:
    return float(fitted.solution.value)


def satorra_saris_power(
    model: Model | str,
    population: Population,
    n: int,
    *,
    restrict: str | None = None,
    alpha: float = 0.05,
    **options: Any,
) -> float:
    """Power of the chi-square test of a model, or of a restriction of it.

    Parameters
    ----------
    model, population, restrict
        As in `misfit`: ``restrict="H1 == 0"`` is the test of one path.
    n : int
        Number of cases.
    alpha : float
    **options
        Of `fit`.

    Returns
    -------
    float

    Notes
    -----
    Satorra and Saris (1985), see `scrm_model.planning.noncentral`. Answers are taken as normal and
    uncut; `power` takes account of more.
    """
    f, df = misfit(model, population, restrict, **options)
    return chi2_power(whole("n", n, 2) * f, df, alpha)


def satorra_saris_n(
    model: Model | str,
    population: Population,
    *,
    restrict: str | None = None,
    power: float = 0.80,
    alpha: float = 0.05,
    **options: Any,
) -> int:
    """Smallest number of cases at which `satorra_saris_power` reaches `power`.

    Raises
    ------
    ArgumentError
        If the population fits the restriction, so that no number is enough.
    """
    f, df = misfit(model, population, restrict, **options)
    ncp = chi2_noncentrality(power, df, alpha)
    if not f * LARGEST > ncp:
        raise ArgumentError(
            "population= needs values that contradict what is tested; got one that fits it, so "
            "that no number of answers has power. Change the population, or restrict=."
        )
    return ceil(ncp / f)
