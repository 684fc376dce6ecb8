"""How many people to ask, given how many answer."""

from dataclasses import dataclass
from math import ceil

import numpy as np
from scipy.special import bdtrc, betaln, gammaln

from scrm_model.planning.checks import between, finite, whole
from scrm_model.planning.noncentral import smallest


@dataclass(frozen=True, slots=True)
class Invitations:
    """A number of invitations.

    Attributes
    ----------
    send : int
        Gives `n` usable answers with the certainty that was asked for.
    expected : int
        Gives them on average, which is in half of all cases too few.
    n : int
        Usable answers wanted.
    rate : float
        Usable answers an invitation.
    certainty : float
        Probability of at least `n` usable answers from `send` invitations.
    """

    send: int
    expected: int
    n: int
    rate: float
    certainty: float

    def __repr__(self) -> str:
        return (
            f"Invitations(send={self.send} for n={self.n} usable answers with a probability of "
            f"{self.certainty:.1%}; {self.expected} on average, at {self.rate:.1%} an invitation)"
        )


def invitations(
    n: int,
    response_rate: float,
    *,
    usable: float = 1.0,
    based_on: int | None = None,
    certainty: float = 0.90,
) -> Invitations:
    """Invitations that give enough usable answers.

    Parameters
    ----------
    n : int
        Usable answers wanted.
    response_rate : float
        Answers an invitation, between 0 and 1.
    usable : float
        Share of the answers that can be used, above 0 and up to 1: complete, careful, of the right
        informant.
    based_on : int, optional
        Invitations (of a pilot, of an earlier wave) that the rate was seen on. The fewer, the more
        uncertain it is, and the more are sent. Without it the rate is taken as known.
    certainty : float
        Probability that enough come back, between 0 and 1.

    Returns
    -------
    Invitations

    Raises
    ------
    ArgumentError
        A number is out of its range.

    Notes
    -----
    The number of usable answers is binomial with probability r, the product of the two rates. With
    `based_on` = m, r itself follows a beta distribution with parameters m r + 1/2 and
    m (1 - r) + 1/2 (what m observations leave of Jeffreys' prior), and the number is
    beta-binomial.
    """
    n = whole("n", n, 1)
    between("response_rate", response_rate, 0.0, 1.0)
    if usable != 1.0:
        between("usable", finite("usable", usable), 0.0, 1.0)
    between("certainty", certainty, 0.0, 1.0)
    rate = response_rate * usable
    size = None if based_on is None else whole("based_on", based_on, 1)

    def enough(sent: int) -> float:
        return _at_least(n, sent, rate, size)

    send = smallest(enough, certainty, n)
    return Invitations(send, ceil(n / rate - 1e-9), n, rate, enough(send))


def _at_least(n: int, sent: int, rate: float, based_on: int | None) -> float:
    """P(usable answers >= n)."""
    if sent < n:
        return 0.0
    if based_on is None:
        return float(bdtrc(n - 1, sent, rate))
    a, b = based_on * rate + 0.5, based_on * (1.0 - rate) + 0.5
    k = np.arange(n)
    log_mass = (
        gammaln(sent + 1) - gammaln(k + 1) - gammaln(sent - k + 1)
        + betaln(k + a, sent - k + b) - betaln(a, b)
    )  # fmt: skip
    return float(1.0 - np.exp(log_mass).sum())
