"""What happens to answers on their way: small frozen values that `simulate` takes.

Notes
-----
A cell is missing with a probability that depends on nothing (MCAR), on answers that are seen
(MAR), or on the answer itself that is then not seen (MNAR) [rubin1976]_. Under the last two the
probability is ``expit(a + strength z)``, z the standardised answer, or the standardised mean of
the answers, that drives it, and a such that the mean probability of the sample is the rate.

References
----------
.. [rubin1976] Rubin, D. B. (1976). Inference and missing data. Biometrika, 63, 581-592.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.planning.checks import between, finite, whole

Names = tuple[str, ...] | None
Moment = float | Mapping[str, float]
GENERATORS = ("vale-maurelli", "independent")


@dataclass(frozen=True, slots=True)
class MCAR:
    """Cells missing completely at random.

    Parameters
    ----------
    rate : float
        Share of the cells, between 0 and 1.
    variables : str or iterable of str, optional
        Where; everywhere by default.
    """

    rate: float
    variables: Names = None

    def __post_init__(self) -> None:
        between("rate", self.rate, 0.0, 1.0)
        _set_names(self, "variables")

    def chances(self, answers: NDArray, names: Sequence[str], where: NDArray) -> NDArray:
        """Probability of each cell in the columns `where`, shape (n, len(where))."""
        return np.full((len(answers), len(where)), self.rate)


@dataclass(frozen=True, slots=True)
class MAR:
    """Cells missing at random: more often where other answers, which are all there, are high.

    Parameters
    ----------
    rate : float
        Share of the cells, between 0 and 1.
    by : str or iterable of str
        Variables whose mean answer drives it.
    variables : str or iterable of str, optional
        Where; by default everywhere but in `by`.
    strength : float
        Slope of the logistic curve on the standardised mean; negative where low answers drive it.
    """

    rate: float
    by: Names
    variables: Names = None
    strength: float = 1.0

    def __post_init__(self) -> None:
        between("rate", self.rate, 0.0, 1.0)
        finite("strength", self.strength)
        _set_names(self, "by")
        _set_names(self, "variables")
        if not self.by:
            raise ArgumentError(
                f"by= needs variables that drive what is missing; got {self.by!r}. Use MCAR if "
                "nothing does."
            )
        if self.variables and (both := set(self.by) & set(self.variables)):
            raise ArgumentError(
                f"by= needs variables without missing answers; got {sorted(both)} in variables= "
                "too. Leave them out there, or use MNAR."
            )

    def chances(self, answers: NDArray, names: Sequence[str], where: NDArray) -> NDArray:
        """Probability of each cell in the columns `where`, shape (n, len(where))."""
        drivers = [list(names).index(k) for k in self.by or ()]
        z = _standardised(answers[:, drivers].mean(axis=1, keepdims=True))
        return np.repeat(_logistic(z, self.rate, self.strength), len(where), axis=1)


@dataclass(frozen=True, slots=True)
class MNAR:
    """Cells missing not at random: more often where the answer itself is high.

    Parameters
    ----------
    rate : float
        Share of the cells, between 0 and 1.
    variables : str or iterable of str, optional
        Where; everywhere by default.
    strength : float
        Slope of the logistic curve on the standardised answer; negative where low answers are
        withheld.
    """

    rate: float
    variables: Names = None
    strength: float = 1.0

    def __post_init__(self) -> None:
        between("rate", self.rate, 0.0, 1.0)
        finite("strength", self.strength)
        _set_names(self, "variables")

    def chances(self, answers: NDArray, names: Sequence[str], where: NDArray) -> NDArray:
        """Probability of each cell in the columns `where`, shape (n, len(where))."""
        return _logistic(_standardised(answers[:, where]), self.rate, self.strength)


Missing = MCAR | MAR | MNAR


@dataclass(frozen=True, slots=True)
class Careless:
    """Respondents who do not read.

    Parameters
    ----------
    share : float
        Probability that a respondent is one, between 0 and 1.
    straight : float
        Share among them that gives the same answer everywhere; the others answer at random.
    """

    share: float
    straight: float = 0.5

    def __post_init__(self) -> None:
        between("share", self.share, 0.0, 1.0)
        if not 0.0 <= finite("straight", self.straight) <= 1.0:
            raise ArgumentError(
                f"straight= needs a share from 0 to 1; got {self.straight!r}. 1 means that every "
                "careless respondent answers in a straight line."
            )


@dataclass(frozen=True, slots=True)
class CommonMethod:
    """A method factor that all items share: the way of asking, the mood of the respondent.

    Parameters
    ----------
    share : float
        Share of each item's variance, taken out of its residual variance, between 0 and 1.
    variables : str or iterable of str, optional
        Items with it; all by default.
    """

    share: float
    variables: Names = None

    def __post_init__(self) -> None:
        between("share", self.share, 0.0, 1.0)
        _set_names(self, "variables")


@dataclass(frozen=True, slots=True)
class Informants:
    """Several informants of each firm.

    Parameters
    ----------
    per_firm : int
        Informants of each firm.
    icc : float
        Share of a construct's variance among informants that lies between firms, between 0 and 1.
    """

    per_firm: int
    icc: float

    def __post_init__(self) -> None:
        whole("per_firm", self.per_firm, 1)
        between("icc", self.icc, 0.0, 1.0)

    @property
    def reliability(self) -> float:
        """Of a firm's mean over its informants: ``k icc / (1 + (k - 1) icc)``, k their number."""
        return self.per_firm * self.icc / (1.0 + (self.per_firm - 1) * self.icc)


@dataclass(frozen=True, slots=True)
class NonNormal:
    """Variables that are not normal; see `scrm_model.planning.generators`.

    Parameters
    ----------
    skewness : float or mapping of str to float
        For all variables, or by variable; 0 where a mapping leaves one out.
    kurtosis : float or mapping of str to float
        Excess kurtosis, likewise.
    generator : {"vale-maurelli", "independent"}
    """

    skewness: Moment = 0.0
    kurtosis: Moment = 0.0
    generator: str = "vale-maurelli"

    def __post_init__(self) -> None:
        if self.generator not in GENERATORS:
            choices = " or ".join(map(repr, GENERATORS))
            raise ArgumentError(
                f"generator= needs {choices}; got {self.generator!r}."
                f"{did_you_mean(str(self.generator), GENERATORS)}"
            )
        for label in ("skewness", "kurtosis"):
            given = getattr(self, label)
            for key, value in given.items() if isinstance(given, Mapping) else [(None, given)]:
                finite(label, value, key)

    def values(self, label: str, names: Sequence[str]) -> NDArray:
        """Skewness or kurtosis of variables, shape (len(names),)."""
        given = getattr(self, label)
        if not isinstance(given, Mapping):
            return np.full(len(names), float(given))
        check_names(label, given, names)
        return np.array([float(given.get(k, 0.0)) for k in names])


def check_names(argument: str, given: Iterable[str], known: Sequence[str]) -> None:
    """Refuse names that are no variables of the population.

    Raises
    ------
    ArgumentError
    """
    for name in given:
        if name not in known:
            raise ArgumentError(
                f"{argument}= needs variables of the population; got {name!r}."
                + (did_you_mean(name, known) or f" They are {', '.join(known)}.")
            )


def places(argument: str, given: Names, names: Sequence[str]) -> NDArray[np.intp]:
    """Columns of some variables; of all if None."""
    if given is None:
        return np.arange(len(names))
    check_names(argument, given, names)
    return np.array([list(names).index(k) for k in given], dtype=np.intp)


def missing_cells(
    how: Missing, answers: NDArray, names: Sequence[str], rng: np.random.Generator
) -> NDArray[np.bool_]:
    """Which cells one mechanism takes away.

    Parameters
    ----------
    how : MCAR, MAR or MNAR
    answers : ndarray, shape (n, p)
        Complete.
    names : sequence of str
        Of the p variables.
    rng : Generator

    Returns
    -------
    ndarray of bool, shape (n, p)
    """
    where = places("variables", how.variables, names)
    if isinstance(how, MAR):
        check_names("by", how.by or (), names)
        where = np.array([k for k in where if names[k] not in (how.by or ())], dtype=np.intp)
    out = np.zeros(answers.shape, dtype=bool)
    chances = how.chances(answers, names, where)
    out[:, where] = rng.random(chances.shape) < chances
    return out


def _set_names(value: object, label: str) -> None:
    """Keep names as a tuple, so that the value can be compared and hashed."""
    given = getattr(value, label)
    if given is not None:
        names = (given,) if isinstance(given, str) else tuple(given)
        object.__setattr__(value, label, names)


def _standardised(x: NDArray) -> NDArray:
    spread = x.std(axis=0)
    return (x - x.mean(axis=0)) / np.where(spread > 0, spread, 1.0)


def _logistic(z: NDArray, rate: float, strength: float) -> NDArray:
    """Probabilities by the logistic curve whose mean is the rate in every column."""
    reach = abs(strength) * np.abs(z).max() + 40.0
    low, high = np.full(z.shape[1], -reach), np.full(z.shape[1], reach)
    for _ in range(60):
        middle = (low + high) / 2
        below = expit(middle + strength * z).mean(axis=0) < rate
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return expit((low + high) / 2 + strength * z)
