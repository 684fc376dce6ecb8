"""The item-sort task as bare numbers: p_sa, c_sv and their binomial tests.

References
----------
Anderson, J. C., & Gerbing, D. W. (1991). Predicting the performance of measures in a confirmatory
factor analysis with a pretest assessment of their substantive validities. Journal of Applied
Psychology, 76, 732-740.

Howard, M. C., & Melloy, R. C. (2016). Evaluating item-sort task methods: The presentation of a new
statistical significance formula and methodological best practices. Journal of Business and
Psychology, 31, 173-186.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scrm_model.survey.content.indices import binomial_tail, critical_count


@dataclass(frozen=True, slots=True)
class Sorted:
    """Where the experts put one item.

    Attributes
    ----------
    n : int
        Experts who put it anywhere.
    correct : int
        How many put it where it was meant to be.
    rival : int
        How many chose the other construct that was chosen most often.
    rivals : tuple of str
        Which that was; several at a tie, none if everybody was right.
    """

    n: int
    correct: int
    rival: int
    rivals: tuple[str, ...]

    @property
    def p_sa(self) -> float:
        """Proportion of substantive agreement, n_c / N."""
        return self.correct / self.n

    @property
    def c_sv(self) -> float:
        """Substantive-validity coefficient, (n_c - n_o) / N, from -1 to 1."""
        return (self.correct - self.rival) / self.n

    @property
    def pvalue(self) -> float:
        """Probability of so many right assignments if each had probability one half."""
        return binomial_tail(self.n, self.correct)


def sorted_item(counts: Mapping[str, int], construct: str) -> Sorted:
    """Count the assignments of one item.

    Parameters
    ----------
    counts : mapping of str to int
        How many experts put the item to each construct.
    construct : str
        Where it was meant to be.

    Returns
    -------
    Sorted
    """
    others = {name: count for name, count in counts.items() if name != construct and count}
    most = max(others.values(), default=0)
    return Sorted(
        n=sum(counts.values()),
        correct=counts.get(construct, 0),
        rival=most,
        rivals=tuple(name for name, count in others.items() if count == most),
    )


def critical_p_sa(n: int, alpha: float = 0.05) -> float | None:
    """Smallest p_sa that is more than chance: m / N (Howard & Melloy, 2016).

    Parameters
    ----------
    n : int
        Experts who sorted the item.
    alpha : float
        Level of the one-tailed test.

    Returns
    -------
    float or None
        With m the smallest number of right assignments for which P(X ≥ m) ≤ alpha under a
        binomial distribution with probability one half; None where the panel is too small.

    Notes
    -----
    One half is not the rate of random sorting, which is one over the number of constructs: it
    asks that a majority of judges like these put the item where it belongs.
    """
    count = critical_count(n, alpha)
    return None if count is None else count / n


def critical_c_sv(n: int, alpha: float = 0.05) -> float | None:
    """Smallest c_sv that is more than chance: (m - (N - m)) / N (Anderson & Gerbing, 1991).

    Parameters
    ----------
    n : int
        Experts who sorted the item.
    alpha : float
        Level of the one-tailed test.

    Returns
    -------
    float or None
        With m as in `critical_p_sa`; None where the panel is too small.

    Notes
    -----
    It takes for granted that whoever is wrong chose the same construct, which is true of two
    constructs only. With more, c_sv can pass it with fewer than m right assignments; Howard and
    Melloy (2016) therefore test p_sa, which is what the recommendations here go by.
    """
    count = critical_count(n, alpha)
    return None if count is None else (2.0 * count - n) / n
