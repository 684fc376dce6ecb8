"""True values: the user's, then published ones, then middling ones, put into matrices."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, ModelError, did_you_mean
from scrm_model.estimation.implied.compiled import BETA, LAMBDA, PSI, THETA, CompiledModel
from scrm_model.planning.checks import finite
from scrm_model.spec.table import Parameter

Pair = tuple[str, str]
Paths = Mapping[Any, float | str] | float | str
Loadings = Mapping[Any, float] | float

PRESETS = {"cautious": 0.20, "expected": 0.30, "optimistic": 0.50}
PATH, LOADING, CORRELATION = PRESETS["expected"], 0.75, 0.30


class Values:
    """The user's values, put into the matrices of the model.

    Parameters
    ----------
    compiled : CompiledModel
    paths, loadings, correlations
        As in `scrm_model.planning.population.population`.
    """

    def __init__(
        self,
        compiled: CompiledModel,
        paths: Paths | None,
        loadings: Loadings | None,
        correlations: dict[Pair, float],
    ) -> None:
        self.compiled = compiled
        self.paths: Paths = {} if paths is None else paths
        self.loadings: Loadings = {} if loadings is None else loadings
        self.correlations = correlations
        self.published: tuple[dict[Pair, float], ...] = ({}, {}, {})
        self._check_composites()
        self._check_names()

    def add(
        self,
        paths: dict[Pair, float],
        loadings: dict[Pair, float],
        correlations: dict[Pair, float],
    ) -> None:
        """Add published values, which count where the user and earlier ones gave none."""
        new = zip(self.published, (paths, loadings, correlations), strict=True)
        self.published = tuple(more | old for old, more in new)

    def rows(self) -> list[tuple[Parameter, tuple[int, int, int]]]:
        """Table rows with their places, means left out."""
        everything = zip(self.compiled.table.parameters, self.compiled.row_place, strict=True)
        return [(v, place) for v, place in everything if v.op != "~1"]

    def _check_composites(self) -> None:
        sums = [v for v, _ in self.rows() if v.op == "<~"]
        if sums:
            raise ModelError(
                f"model= needs latent variables with a residual; '{sums[0].lhs}' is a composite"
                f" ('{sums[0].lhs} <~ {sums[0].rhs}'). Give the population of its parts, with"
                " paths from them."
            )

    def _check_names(self) -> None:
        rows = [v for v, _ in self.rows()]
        if isinstance(self.paths, Mapping):
            known = {v.label for v in rows if v.op == "~" and v.label}
            pairs = {(v.rhs, v.lhs) for v in rows if v.op == "~"}
            for key in self.paths:
                if key not in known and key not in pairs:
                    raise ArgumentError(
                        f"paths= needs labels or (source, target) pairs of the model; got {key!r}."
                        + _near_path(key, known, pairs)
                    )
        if isinstance(self.loadings, Mapping):
            known = {v.rhs for v in rows if v.op == "=~"}
            both = {(v.lhs, v.rhs) for v in rows if v.op == "=~"}
            for name in self.loadings:
                if name not in known and name not in both:
                    near = "" if isinstance(name, tuple) else did_you_mean(name, known)
                    raise ArgumentError(
                        f"loadings= needs indicators of the model; got {name!r}."
                        + (near or f" They are {', '.join(sorted(known))}.")
                    )
        covarying = {frozenset((v.lhs, v.rhs)) for v in rows if v.op == "~~" and v.lhs != v.rhs}
        for pair in self.correlations:
            if not isinstance(pair, tuple) or len(pair) != 2:
                raise ArgumentError(
                    f"correlations= needs pairs of variables; got {pair!r}. Write for example "
                    "{('CRO', 'SMS'): 0.4}."
                )
            if frozenset(pair) not in covarying:
                raise ArgumentError(
                    f"correlations= needs pairs that covary in the model; got {pair!r}. "
                    f"Add '{pair[0]} ~~ {pair[1]}' to the model."
                )

    def matrices(self) -> tuple[NDArray, NDArray, NDArray, NDArray]:
        """Lambda, B, and Psi and Theta with correlations off the diagonal and 0 on it."""
        p, m = self.compiled.p, len(self.compiled.latent)
        shapes = {LAMBDA: (p, m), BETA: (m, m), PSI: (m, m), THETA: (p, p)}
        out = {k: np.zeros(shape) for k, shape in shapes.items()}
        for k, name in enumerate(self.compiled.latent):
            if name in self.compiled.observed:
                out[LAMBDA][self.compiled.observed.index(name), k] = 1.0
        alone = self._only_indicators()
        explained = {v.lhs for v, _ in self.rows() if v.op == "~"}
        explained |= {v.rhs for v, _ in self.rows() if v.op == "=~"}
        for v, (matrix, i, j) in self.rows():
            if not v.free and v.value == 0.0:
                continue
            if v.op == "=~":
                out[matrix][i, j] = 1.0 if v.rhs in alone else self._loading(v)
            elif v.op == "~":
                out[matrix][i, j] = self._path(v)
            elif v.lhs != v.rhs:
                out[matrix][i, j] = out[matrix][j, i] = self._correlation(v, explained)
        return out[LAMBDA], out[BETA], out[PSI], out[THETA]

    def _only_indicators(self) -> set[str]:
        by_factor: dict[str, list[str]] = {}
        for v, _ in self.rows():
            if v.op == "=~":
                by_factor.setdefault(v.lhs, []).append(v.rhs)
        return {names[0] for names in by_factor.values() if len(names) == 1}

    def _loading(self, v: Parameter) -> float:
        if not isinstance(self.loadings, Mapping):
            return finite("loadings", self.loadings)
        given: Mapping[Any, float] = self.loadings
        pair = (v.lhs, v.rhs)
        for key in (pair, v.rhs):
            if key in given:
                return finite("loadings", given[key], key)
        return self.published[1].get(pair, LOADING)

    def _path(self, v: Parameter) -> float:
        if not isinstance(self.paths, Mapping):
            return _effect(self.paths, None)
        given: Mapping[Any, float | str] = self.paths
        pair = (v.rhs, v.lhs)
        for key in (pair, v.label):
            if key and key in given:
                return _effect(given[key], key)
        return self.published[0].get(pair, PATH)

    def _correlation(self, v: Parameter, explained: set[str]) -> float:
        for pair in ((v.lhs, v.rhs), (v.rhs, v.lhs)):
            if pair in self.correlations:
                return finite("correlations", self.correlations[pair], pair)
        for pair in ((v.lhs, v.rhs), (v.rhs, v.lhs)):
            if pair in self.published[2]:
                return self.published[2][pair]
        outside = v.lhs not in explained and v.rhs not in explained
        return CORRELATION if outside else 0.0


def _near_path(key: object, labels: set[str], pairs: set[Pair]) -> str:
    if isinstance(key, tuple):
        if key[::-1] in pairs:
            return f" Did you mean {key[::-1]!r}?"
        return f" The pairs are {', '.join(map(repr, sorted(pairs)))}."
    return did_you_mean(str(key), labels) or " Write a path's label into the model: 'y ~ b1*x'."


def _effect(value: Any, key: object) -> float:
    """A path as number, presets looked up."""
    if isinstance(value, str) and value in PRESETS:
        return PRESETS[value]
    try:
        return finite("paths", value, key)
    except ArgumentError as error:
        if not isinstance(value, str):
            raise
        choices = ", ".join(map(repr, PRESETS))
        raise ArgumentError(f"{error} Or name a preset: {choices}.") from None
