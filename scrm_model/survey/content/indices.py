"""Indices of content validity as bare numbers: I-CVI, modified kappa, CVR, Aiken's V.

References
----------
Aiken, L. R. (1980). Content validity and reliability of single items or questionnaires.
Educational and Psychological Measurement, 40, 955-959.

Aiken, L. R. (1985). Three coefficients for analyzing the reliability and validity of ratings.
Educational and Psychological Measurement, 45, 131-142.

Ayre, C., & Scally, A. J. (2014). Critical values for Lawshe's content validity ratio. Measurement
and Evaluation in Counseling and Development, 47, 79-86.

Lawshe, C. H. (1975). A quantitative approach to content validity. Personnel Psychology, 28,
563-575.

Lynn, M. R. (1986). Determination and quantification of content validity. Nursing Research, 35,
382-385.

Penfield, R. D., & Giacobbi, P. R. (2004). Applying a score confidence interval to Aiken's item
content-relevance index. Measurement in Physical Education and Exercise Science, 8, 213-225.

Polit, D. F., Beck, C. T., & Owen, S. V. (2007). Is the CVI an acceptable indicator of content
validity? Research in Nursing & Health, 30, 459-467.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from scipy.special import ndtri


def chance_agreement(n: int, agreeing: int) -> float:
    """Probability that exactly `agreeing` of `n` experts agree by chance.

    Parameters
    ----------
    n : int
        Experts who rated the item.
    agreeing : int
        How many of them found it relevant.

    Returns
    -------
    float
        C(n, A) / 2ⁿ, the p_c of Polit, Beck and Owen (2007).
    """
    return math.comb(n, agreeing) / 2.0**n


def modified_kappa(n: int, agreeing: int) -> float:
    """I-CVI corrected for chance, κ* (Polit, Beck & Owen, 2007).

    Parameters
    ----------
    n : int
        Experts who rated the item, at least 2.
    agreeing : int
        How many of them found it relevant.

    Returns
    -------
    float
        (A/n - p_c) / (1 - p_c). It describes agreement that the item is relevant: when nobody
        finds it so, κ* is about 0, not 1.

    Notes
    -----
    The table of Polit, Beck and Owen is computed from rounded numbers, so that it has .81 where
    the formula has .816 (5 of 6), and p_c .041 where it is .031 (5 of 5).
    """
    chance = chance_agreement(n, agreeing)
    return (agreeing / n - chance) / (1.0 - chance)


def binomial_tail(n: int, at_least: int, chance: float = 0.5) -> float:
    """Probability of `at_least` successes or more in `n` trials.

    Parameters
    ----------
    n, at_least : int
        Trials and successes.
    chance : float
        Probability of a success.

    Returns
    -------
    float
        Summed from the far end, so that small tails keep their digits.
    """
    terms = (
        math.comb(n, k) * chance**k * (1.0 - chance) ** (n - k)
        for k in range(n, max(at_least, 0) - 1, -1)
    )
    return min(math.fsum(terms), 1.0)


def critical_count(n: int, alpha: float = 0.05, chance: float = 0.5) -> int | None:
    """Smallest number of experts that a one-tailed binomial test calls more than chance.

    Parameters
    ----------
    n : int
        Experts.
    alpha : float
        Level of the test.
    chance : float
        Probability under the null hypothesis.

    Returns
    -------
    int or None
        The smallest m with P(X ≥ m) ≤ alpha; None where not even all n of n reach it.
    """
    tail, found = 0.0, None
    for m in range(n, -1, -1):
        tail += math.comb(n, m) * chance**m * (1.0 - chance) ** (n - m)
        if tail > alpha:
            break
        found = m
    return found


def content_validity_ratio(n: int, essential: int) -> float:
    """Lawshe's CVR: -1 if nobody finds the item essential, 0 at one half, 1 if all do.

    Parameters
    ----------
    n : int
        Experts who judged the item.
    essential : int
        How many of them find it essential.

    Returns
    -------
    float
        (n_e - n/2) / (n/2).
    """
    return (2.0 * essential - n) / n


def critical_cvr(n: int, alpha: float = 0.05) -> float | None:
    """Smallest CVR that is more than chance: exact, one-tailed (Ayre & Scally, 2014).

    Parameters
    ----------
    n : int
        Experts who judged the item.
    alpha : float
        Level of the test.

    Returns
    -------
    float or None
        CVR of the `critical_count`; None where a panel is too small for any.

    Notes
    -----
    Equal to the table of Ayre and Scally. Wilson, Pan and Schumsky (2012) approximate the same
    by a normal distribution, and Lawshe's own table cannot be reproduced by either.
    """
    count = critical_count(n, alpha)
    return None if count is None else content_validity_ratio(n, count)


def aiken_v(ratings: Sequence[float], points: tuple[int, int] = (1, 4)) -> float:
    """Aiken's V: the mean rating on a scale from 0 to 1.

    Parameters
    ----------
    ratings : sequence of float
        Of one item, one for each expert.
    points : (int, int)
        Lowest and highest rating.

    Returns
    -------
    float
        (mean - low) / (high - low).
    """
    low, high = points
    return (math.fsum(ratings) / len(ratings) - low) / (high - low)


def score_interval(share: float, trials: int, level: float = 0.95) -> tuple[float, float]:
    """Score interval of a share (Wilson), which is also that of Aiken's V.

    Parameters
    ----------
    share : float
        I-CVI or p_sa, of as many trials as there are experts; or Aiken's V, of n · k trials,
        with k the highest rating less the lowest (Penfield & Giacobbi, 2004).
    trials : int
        Their number.
    level : float
        Of the interval.

    Returns
    -------
    (float, float)
        The values of π with (share - π)² ≤ z² π(1 - π)/trials. Asymmetric, inside [0, 1].
    """
    z = float(-ndtri((1.0 - level) / 2.0))
    middle = 2.0 * trials * share + z * z
    reach = z * math.sqrt(z * z + 4.0 * trials * share * (1.0 - share))
    below = 2.0 * (trials + z * z)
    return max((middle - reach) / below, 0.0), min((middle + reach) / below, 1.0)


def aiken_p(ratings: Sequence[float], points: tuple[int, int] = (1, 4)) -> float:
    """Exact right-tail probability of Aiken's V (Aiken, 1985).

    Parameters
    ----------
    ratings : sequence of float
        Whole numbers, one for each expert.
    points : (int, int)
        Lowest and highest rating.

    Returns
    -------
    float
        Probability of a V at least as large if every expert chose each point with the same
        probability, independently of the others.
    """
    low, high = points
    width = high - low + 1
    ways = [1]
    for _ in ratings:
        longer = [0] * (len(ways) + width - 1)
        for total, count in enumerate(ways):
            for step in range(width):
                longer[total + step] += count
        ways = longer
    reached = round(math.fsum(ratings) - low * len(ratings))
    return float(Fraction(sum(ways[reached:]), width ** len(ratings)))


def kappa_reading(kappa: float) -> str:
    """How κ* is conventionally read.

    Parameters
    ----------
    kappa : float
        κ*.

    Returns
    -------
    str
        ``"excellent"`` above .74, ``"good"`` from .60, ``"fair"`` from .40, else ``"poor"``: the
        bands of Fleiss (1981) and of Cicchetti and Sparrow (1981), as Polit, Beck and Owen (2007)
        use them, after rounding to two digits.
    """
    rounded = round(kappa, 2)
    for bound, word in ((0.75, "excellent"), (0.60, "good"), (0.40, "fair")):
        if rounded >= bound:
            return word
    return "poor"


def icvi_convention(n: int) -> float:
    """I-CVI conventionally asked for (Lynn, 1986; Polit & Beck, 2006).

    Parameters
    ----------
    n : int
        Experts who rated the item.

    Returns
    -------
    float
        1 with up to five experts, .78 with more.
    """
    return 1.0 if n <= 5 else 0.78
