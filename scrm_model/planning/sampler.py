"""A population and the way of its answers, prepared once and drawn from many times.

Notes
-----
Every mechanism has its own child of the seed, so that adding one changes nothing that the others
do. Answers arise in this order: constructs (with informants), items, method, cutting into points,
careless respondents, missing cells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, ModelError
from scrm_model.estimation.factor import symmetric_root
from scrm_model.estimation.workers import child
from scrm_model.planning import generators
from scrm_model.planning.generators import Generator
from scrm_model.planning.mechanisms import (
    MAR,
    MCAR,
    MNAR,
    Careless,
    CommonMethod,
    Informants,
    Missing,
    NonNormal,
    missing_cells,
    places,
)
from scrm_model.planning.population import Population

_WIDE = 8  # cases that are cut at once
_METHOD, _INFORMANTS, _CARELESS, _MISSING = 1, 2, 3, 100


@dataclass(frozen=True, slots=True)
class Drawn:
    """Answers, and everything that was done to them.

    Attributes
    ----------
    answers : ndarray, shape (n, p)
        With NaN where missing.
    complete : ndarray, shape (n, p)
        The same before cells went missing.
    careless : ndarray of int, shape (n,)
        0 for a respondent who reads, 1 for a straight line, 2 for answers at random.
    method : ndarray, shape (n,), or None
        Scores on the method factor.
    firm : ndarray of int, shape (n,), or None
        The firm of each informant, from 1.
    """

    answers: NDArray
    complete: NDArray
    careless: NDArray
    method: NDArray | None = None
    firm: NDArray | None = None


@dataclass(frozen=True)
class Sampler:
    """What `draw` needs of a population, computed once.

    Attributes
    ----------
    names : tuple of str
        Observed variables.
    source : Generator
        Of the items, or of the firms' constructs where there are informants.
    cuts : dict of int to ndarray
        Thresholds of the columns that are cut.
    missing : tuple of MCAR, MAR or MNAR
    careless : Careless or None
    method : (ndarray, share), or None
        Columns with the method factor.
    informants : Informants or None
    personal : tuple of ndarray, or None
        Loadings (p, m), which constructs informants see differently (m,), and root of the
        residual covariances (p, p).
    """

    names: tuple[str, ...]
    source: Generator
    cuts: Mapping[int, NDArray]
    missing: tuple[Missing, ...] = ()
    careless: Careless | None = None
    method: tuple[NDArray, float] | None = None
    informants: Informants | None = None
    personal: tuple[NDArray, NDArray, NDArray] | None = None

    @property
    def complete(self) -> bool:
        """Whether no cell goes missing."""
        return not self.missing

    def draw(self, n: int, seed: np.random.SeedSequence) -> Drawn:
        """Draw n cases (n firms where there are informants)."""
        rng = np.random.default_rng(seed)
        firm = None
        if self.informants is None:
            x = self.source.draw(n, rng)
        else:
            x = self._informed(n, rng, np.random.default_rng(child(seed, _INFORMANTS)))
            firm = np.repeat(np.arange(1, n + 1), self.informants.per_firm)
        method = None
        if self.method is not None:
            method = np.random.default_rng(child(seed, _METHOD)).standard_normal(len(x))
            columns, share = self.method
            x[:, columns] += np.sqrt(share) * method[:, None]
        answers = self._cut(x)
        kind = self._careless(answers, seed)
        gone = self._missing(answers, seed)
        return Drawn(gone, answers, kind, method, firm)

    def _informed(self, n: int, rng: np.random.Generator, own: np.random.Generator) -> NDArray:
        assert self.informants is not None  # asked only where there are
        assert self.personal is not None
        loadings, seen, root = self.personal
        icc = self.informants.icc
        eta = np.repeat(self.source.draw(n, rng), self.informants.per_firm, axis=0)
        noise = own.standard_normal(eta.shape)
        eta = np.where(seen, np.sqrt(icc) * eta + np.sqrt(1.0 - icc) * noise, eta)
        return eta @ loadings.T + own.standard_normal((len(eta), len(root))) @ root

    @cached_property
    def _thresholds(self) -> tuple[tuple[slice | NDArray[np.intp], NDArray], ...]:
        """Columns with as many thresholds as each other, and these as `_points` wants them."""
        groups: dict[int, list[int]] = {}
        for column, cuts in self.cuts.items():
            groups.setdefault(len(cuts), []).append(column)
        every = list(range(len(self.names)))
        return tuple(
            (
                slice(None) if columns == every else np.array(columns),
                _edges([self.cuts[k] for k in columns]),
            )
            for columns in groups.values()
        )

    def _cut(self, x: NDArray) -> NDArray:
        for columns, edges in self._thresholds:
            x[:, columns] = _points(x[:, columns], edges)
        return x

    def _careless(self, answers: NDArray, seed: np.random.SeedSequence) -> NDArray:
        kind = np.zeros(len(answers), dtype=int)
        if self.careless is None:
            return kind
        rng = np.random.default_rng(child(seed, _CARELESS))
        hit = rng.random(len(answers)) < self.careless.share
        straight = rng.random(len(answers)) < self.careless.straight
        kind[hit] = np.where(straight[hit], 1, 2)
        # One place on the scale for a straight line, one for each item otherwise.
        line, scattered = rng.random((len(answers), 1)), rng.random(answers.shape)
        place = np.where(straight[:, None], line, scattered)[hit]
        points = np.array([1 + len(self.cuts.get(k, ())) for k in range(answers.shape[1])])
        if (points > 1).all():
            answers[hit] = np.floor(place * points) + 1
        else:
            # Variables without points: anything from -2 to 2 standard deviations.
            answers[hit] = np.where(points > 1, np.floor(place * points) + 1, 4 * place - 2)
        return kind

    def _missing(self, answers: NDArray, seed: np.random.SeedSequence) -> NDArray:
        if not self.missing:
            return answers
        gone = np.zeros(answers.shape, dtype=bool)
        for k, how in enumerate(self.missing):
            rng = np.random.default_rng(child(seed, _MISSING + k))
            gone |= missing_cells(how, answers, self.names, rng)
        return np.where(gone, np.nan, answers)


def _edges(cuts: Sequence[NDArray]) -> NDArray:
    """A row for each threshold: of every column for as many cases as are cut at once, or of all."""
    edges = np.stack(cuts, axis=1)
    return np.tile(edges, _WIDE) if np.ptp(edges, axis=1).any() else edges[:, :1]


def _points(x: NDArray, edges: NDArray) -> NDArray:
    """Point of each value, from 1: one more than the number of thresholds below it.

    A value at a threshold counts below it, as searchsorted has it. Several cases side by side make
    loops that are long enough for the processor's vectors.
    """
    n, p = x.shape
    whole = n - n % _WIDE
    points = np.ones((n, p), dtype=np.uint8 if len(edges) < 255 else np.uint32)
    for rows, wide in ((slice(0, whole), _WIDE), (slice(whole, n), 1)):
        values, counts = x[rows].reshape(-1, wide * p), points[rows].reshape(-1, wide * p)
        above = np.empty(values.shape, dtype=bool)
        for edge in edges[:, : wide * p]:
            np.greater(values, edge, out=above)
            counts += above.view(np.uint8)  # as bytes, truth values need no conversion
    return points


def sampler(
    population: Population,
    cuts: Mapping[str, NDArray],
    *,
    nonnormal: NonNormal | None = None,
    missing: Missing | Sequence[Missing] | None = None,
    careless: Careless | None = None,
    method: CommonMethod | None = None,
    informants: Informants | None = None,
) -> Sampler:
    """Prepare a population for drawing.

    Parameters
    ----------
    population : Population
    cuts : mapping of str to ndarray
        Thresholds of the variables that are cut.
    nonnormal, missing, careless, method, informants
        As in `simulate`.

    Raises
    ------
    ArgumentError
        An option is of another kind, names an unknown variable, or does not go with another.
    ModelError
        The method factor takes more variance than an item has left.
    """
    for label, value, kind in (
        ("nonnormal", nonnormal, NonNormal), ("careless", careless, Careless),
        ("method", method, CommonMethod), ("informants", informants, Informants),
    ):  # fmt: skip
        if value is not None and not isinstance(value, kind):
            raise ArgumentError(
                f"{label}= needs {kind.__name__}(...); got {value!r}. See help({kind.__name__})."
            )
    names = tuple(map(str, population.cov.columns))
    gone = _mechanisms(missing, names)
    if nonnormal is not None:
        _check_nonnormal(cuts, method, informants)
    source, personal, effect = _source(population, nonnormal, method, informants)
    return Sampler(
        names, source, {names.index(k): v for k, v in cuts.items()}, gone, careless, effect,
        informants, personal,
    )  # fmt: skip


def _mechanisms(
    missing: Missing | Sequence[Missing] | None, names: tuple[str, ...]
) -> tuple[Missing, ...]:
    given = () if missing is None else missing if isinstance(missing, list | tuple) else (missing,)
    for how in given:
        if not isinstance(how, MCAR | MAR | MNAR):
            raise ArgumentError(
                f"missing= needs MCAR(...), MAR(...) or MNAR(...), or a list of them; got {how!r}. "
                "Write for example missing=MCAR(0.05)."
            )
        places("variables", how.variables, names)
        if isinstance(how, MAR):
            places("by", how.by, names)
    return tuple(given)


def _check_nonnormal(
    cuts: Mapping[str, NDArray], method: CommonMethod | None, informants: Informants | None
) -> None:
    if cuts:
        raise ArgumentError(
            "nonnormal= needs variables that are not cut; got points on a scale. Give points=None, "
            "or skew answers by skew= or proportions=."
        )
    if method is not None or informants is not None:
        raise ArgumentError(
            "nonnormal= needs a population without method= and informants=, whose sums would not "
            "have the moments asked for. Leave these out, or leave nonnormal= out."
        )


def _source(
    population: Population,
    nonnormal: NonNormal | None,
    method: CommonMethod | None,
    informants: Informants | None,
) -> tuple[Generator, tuple[NDArray, NDArray, NDArray] | None, tuple[NDArray, float] | None]:
    names = list(population.cov.columns)
    cov, latent = population.cov.to_numpy(), population.latent_cov.to_numpy()
    loadings = population.loadings.to_numpy()
    residual = cov - loadings @ latent @ loadings.T
    effect = None
    if method is not None:
        effect = places("variables", method.variables, names), method.share
        taken = np.zeros(len(cov))
        taken[effect[0]] = method.share
        _check_room(residual, taken, names)
        cov, residual = cov - np.diag(taken), residual - np.diag(taken)
    if informants is not None:
        # An observed variable that takes part in paths is a fact about the firm.
        seen = np.array([k not in names for k in population.latent_cov.columns])
        return generators.normal(latent), (loadings, seen, symmetric_root(residual)), effect
    if nonnormal is None:
        return generators.normal(cov), None, effect
    skewness, kurtosis = (nonnormal.values(k, names) for k in ("skewness", "kurtosis"))
    if nonnormal.generator == "vale-maurelli":
        return generators.vale_maurelli(cov, skewness, kurtosis, names), None, None
    mixture = np.hstack([loadings @ symmetric_root(latent), symmetric_root(residual)])
    return generators.independent(mixture, skewness, kurtosis, names), None, None


def _check_room(residual: NDArray, taken: NDArray, names: list[str]) -> None:
    room = np.diag(residual)
    low = [f"{k} ({r:.2f})" for k, r, t in zip(names, room, taken, strict=True) if t > r + 1e-12]
    if low or np.linalg.eigvalsh(residual - np.diag(taken))[0] < -1e-10:
        raise ModelError(
            f"method= needs a share below the residual variance of every item; got "
            f"{taken.max():g}, and less is left for {', '.join(low) or 'correlated residuals'}. "
            "Lower the share or the loadings, or name variables=."
        )
