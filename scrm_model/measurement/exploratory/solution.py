"""From correlations to a factor solution."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError
from scrm_model.measurement.exploratory.correlations import Correlations
from scrm_model.measurement.exploratory.evaluation import (
    degrees_of_freedom,
    factor_test,
    residual_measures,
)
from scrm_model.measurement.exploratory.extraction import METHODS, Extraction, extract
from scrm_model.measurement.exploratory.factors import FactorAnalysis
from scrm_model.measurement.exploratory.remarks import remarks
from scrm_model.measurement.exploratory.retention import ParallelAnalysis
from scrm_model.measurement.exploratory.rotation import ROTATIONS, Rotation, in_order, rotate
from scrm_model.study.records import check_one_of

CROSS, GAP = 0.40, 0.20


@dataclass(frozen=True, slots=True)
class Options:
    """How factors are extracted, rotated and flagged; see `efa`."""

    method: str = "minres"
    rotation: str = "oblimin"
    starts: int = 30
    normalise: bool | None = None
    gamma: float = 0.0
    epsilon: float = 0.01
    power: float = 4.0
    cross: float = CROSS
    gap: float = GAP

    def check(self) -> None:
        """Raise `ArgumentError` for a value that cannot be used."""
        check_one_of("method", self.method, METHODS)
        check_one_of("rotation", self.rotation, ROTATIONS)
        wrong = (
            ("starts", self.starts, self.starts >= 1 and int(self.starts) == self.starts,
             "a whole number above 0", "starts=30"),
            ("gamma", self.gamma, self.gamma <= 1.0, "a number up to 1", "gamma=0"),
            ("epsilon", self.epsilon, self.epsilon > 0.0, "a number above 0", "epsilon=0.01"),
            ("power", self.power, self.power >= 1.0, "a number from 1", "power=4"),
            ("cross", self.cross, 0.0 <= self.cross <= 1.0, "a number from 0 to 1", "cross=0.40"),
            ("gap", self.gap, 0.0 <= self.gap <= 1.0, "a number from 0 to 1", "gap=0.20"),
        )  # fmt: skip
        for argument, got, fine, needs, example in wrong:
            if not fine:
                raise ArgumentError(f"{argument}= needs {needs}; got {got!r}. Write {example}.")


def solution(
    of: Correlations,
    count: int,
    options: Options,
    seed: np.random.SeedSequence,
    retention: ParallelAnalysis | None = None,
) -> FactorAnalysis:
    """A number of factors from correlations, without warnings."""
    if options.method == "ml":
        of.need_definite("maximum likelihood")
    rng = np.random.default_rng(seed)
    extraction = extract(of.matrix, count, options.method, rng)
    rotation = rotate(
        extraction.loadings, options.rotation, starts=int(options.starts), seed=rng,
        normalise=options.normalise, gamma=options.gamma, epsilon=options.epsilon,
        power=options.power,
    )  # fmt: skip
    return _result(of, extraction, rotation, options, retention)


def _result(
    of: Correlations,
    extraction: Extraction,
    rotation: Rotation,
    options: Options,
    retention: ParallelAnalysis | None,
) -> FactorAnalysis:
    L, phi, explained = in_order(rotation.loadings, rotation.phi)
    names = list(of.names)
    labels = [f"{'C' if options.method == 'pca' else 'F'}{k + 1}" for k in range(L.shape[1])]
    common = L @ phi @ L.T
    h2 = np.diag(common).copy()
    residual = of.matrix - common
    heywood = () if extraction.bounded is None else tuple(names[k] for k in extraction.bounded)
    items = _items(names, labels, L, h2, extraction.uniqueness, options)
    search = pd.Series(
        {
            "extraction.minima": extraction.minima, "rotation.starts": rotation.starts,
            "rotation.at_best": rotation.at_best, "rotation.minima": rotation.minima,
            "rotation.value": rotation.value,
        },
        dtype=float,
    )  # fmt: skip
    measures = _measures(of, common, extraction.uniqueness, L.shape[1], options.method)
    told = remarks(of, extraction, rotation, options, retention, items, heywood, h2)
    return FactorAnalysis(
        pd.DataFrame(L, names, labels), pd.DataFrame(L @ phi, names, labels),
        pd.DataFrame(phi, labels, labels), pd.Series(h2, names, name="communality"),
        pd.Series(extraction.uniqueness, names, name="uniqueness"),
        _variance(of, L, phi, explained, labels, options.method), pd.Series(measures),
        pd.DataFrame(residual, names, names), items, options.method, options.rotation, of.n,
        heywood, search, extraction.converged and rotation.converged, retention, told, of,
    )  # fmt: skip


def _measures(
    of: Correlations, common: NDArray, uniqueness: NDArray, f: int, method: str
) -> dict[str, float]:
    df = degrees_of_freedom(len(common), f)
    out = residual_measures(of.matrix, common, 0 if method == "pca" else df)
    if method == "pca" or not of.definite:
        return out
    return factor_test(of.matrix, common + np.diag(uniqueness), f, of.n) | out


def _variance(
    of: Correlations, L: NDArray, phi: NDArray, explained: NDArray, labels: list[str], method: str
) -> pd.DataFrame:
    share = explained / len(L)
    rows: dict[str, NDArray] = {
        "ss_loadings": explained, "proportion": share, "cumulative": np.cumsum(share),
        "share": explained / explained.sum(),
    }  # fmt: skip
    if method != "pca" and of.definite:
        structure = L @ phi
        score_r2 = np.diag(structure.T @ np.linalg.solve(of.matrix, structure))
        # Beyond 1 in a Heywood case, whose factors no population has.
        rows |= {"score_r2": score_r2} if (score_r2 <= 1.0).all() else {}
    return pd.DataFrame(rows, index=labels).T


def _items(
    names: list[str],
    labels: list[str],
    L: NDArray,
    h2: NDArray,
    uniqueness: NDArray,
    options: Options,
) -> pd.DataFrame:
    size = np.abs(L)
    main = size.argmax(axis=1)
    each = np.arange(len(L))
    largest = size[each, main]
    second = np.sort(size, axis=1)[:, -2] if L.shape[1] > 1 else np.zeros(len(L))
    gap = largest - second
    squares = L**2
    with np.errstate(invalid="ignore"):
        complexity = squares.sum(axis=1) ** 2 / (squares**2).sum(axis=1)
    crossing = ((second > options.cross) | (gap < options.gap)) & (L.shape[1] > 1)
    flag = np.where(largest < options.cross, "no main loading", np.where(crossing, "crosses", ""))
    return pd.DataFrame(
        {
            "item": names, "factor": [labels[k] for k in main], "loading": L[each, main],
            "second": second, "gap": gap, "communality": h2, "uniqueness": uniqueness,
            "complexity": complexity, "flag": flag,
        }
    )  # fmt: skip
