"""A population: a model with standardised values, every residual variance derived."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, ModelError, did_you_mean
from scrm_model.estimation.implied.compiled import (
    BETA,
    LAMBDA,
    PSI,
    THETA,
    CompiledModel,
    compile_table,
)
from scrm_model.planning.checks import finite
from scrm_model.planning.variances import (
    check_definite,
    error_variances,
    residual_variances,
    total_effects,
)
from scrm_model.spec.model import Model
from scrm_model.spec.table import Parameter

Pair = tuple[str, str]
Paths = Mapping[str, float] | Mapping[Pair, float] | Mapping[str | Pair, float] | float
Loadings = Mapping[str, float] | float


@dataclass(frozen=True, eq=False, repr=False)
class Population:
    """A model with true values.

    Attributes
    ----------
    model : Model
    parameters : DataFrame
        lhs, op, rhs, label, value: the standardised true values. Between residuals they are
        correlations, on the diagonal variances.
    cov : DataFrame, shape (p, p)
        Correlation matrix of the observed variables.
    latent_cov : DataFrame, shape (m, m)
        Correlation matrix of the latent variables.
    loadings : DataFrame, shape (p, m)
        Effects of latent on observed variables.
    """

    model: Model
    parameters: pd.DataFrame
    cov: pd.DataFrame
    latent_cov: pd.DataFrame
    loadings: pd.DataFrame

    def value(self, lhs: str, op: str, rhs: str) -> float:
        """True value of one relation.

        Raises
        ------
        ModelError
            If the population has no such relation.
        """
        p = self.parameters
        found = p[(p["lhs"] == lhs) & (p["op"] == op) & (p["rhs"] == rhs)]
        if not len(found):
            raise ModelError(f"The population has no relation '{lhs} {op} {rhs}'.")
        return float(found["value"].iloc[0])

    def __repr__(self) -> str:
        paths = self.parameters[self.parameters["op"] == "~"]
        told = ", ".join(
            f"{x} → {y} {v:.2f}" for y, x, v in paths[["lhs", "rhs", "value"]].to_numpy()
        )
        return f"Population({len(self.cov)} observed variables; {told})"


def population(
    model: Model | str,
    *,
    paths: Paths = 0.30,
    loadings: Loadings = 0.75,
    correlations: Mapping[Pair, float] | None = None,
) -> Population:
    """A population from standardised values.

    Parameters
    ----------
    model : Model or str
        What relates to what. Values that the model fixes to 0 stay 0; other fixed values only set
        a scale and do not count.
    paths : float or mapping
        Standardised paths, one for all or by label (``"H1"``) or by (source, target). Paths that
        a mapping leaves out take 0.30.
    loadings : float or mapping of str to float
        Standardised loadings, one for all or by indicator. Indicators that a mapping leaves out
        take 0.75; the only indicator of a factor takes 1.
    correlations : mapping of (a, b) to float, optional
        Correlations between exogenous latent variables, or between residuals; 0.30 between
        exogenous ones and 0 between residuals where nothing is given.

    Returns
    -------
    Population

    Raises
    ------
    ArgumentError
        A name is not in the model, or a value is no number.
    ModelError
        The values explain more than all the variance of a variable, or the correlations cannot
        hold together.
    """
    if not isinstance(model, Model | str):
        raise ArgumentError(
            f"model= needs a Model or lavaan text; got {type(model).__name__}. "
            "Write for example 'F =~ x1 + x2 + x3'."
        )
    model = Model.from_syntax(model) if isinstance(model, str) else model
    table = model.parameter_table(fixed_x=False)
    compiled = compile_table(table)
    values = _Values(compiled, paths, loadings, dict(correlations or {}))
    lam, beta, psi, theta = values.matrices()
    total = total_effects(beta)
    psi = residual_variances(compiled, total, psi)
    latent = total @ psi @ total.T
    check_definite(latent, 1e-10)
    theta = error_variances(compiled, lam, latent, theta)
    check_definite(theta, -1e-10)
    sigma = lam @ latent @ lam.T + theta
    check_definite(sigma, 1e-10)
    rows = [_true(v, place, (lam, beta, psi, theta)) for v, place in values.rows()]
    observed, names = list(compiled.observed), list(compiled.latent)
    return Population(
        model,
        pd.DataFrame(rows, columns=["lhs", "op", "rhs", "label", "value"]),
        pd.DataFrame(sigma, index=observed, columns=observed),
        pd.DataFrame(latent, index=names, columns=names),
        pd.DataFrame(lam, index=observed, columns=names),
    )


def _true(
    v: Parameter, place: tuple[int, int, int], matrices: tuple[NDArray, ...]
) -> tuple[str, str, str, str, float]:
    matrix, i, j = place
    value = float(matrices[matrix][i, j])
    if v.op == "~~" and i != j and value:
        value /= float(np.sqrt(matrices[matrix][i, i] * matrices[matrix][j, j]))
    return v.lhs, v.op, v.rhs, v.label, value


class _Values:
    """The user's values, put into the matrices of the model."""

    def __init__(
        self,
        compiled: CompiledModel,
        paths: Paths,
        loadings: Loadings,
        correlations: dict[Pair, float],
    ) -> None:
        self.compiled = compiled
        self.paths = paths
        self.loadings = loadings
        self.correlations = correlations
        self._check_composites()
        self._check_names()

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
            for name in self.loadings:
                if name not in known:
                    raise ArgumentError(
                        f"loadings= needs indicators of the model; got {name!r}."
                        + (did_you_mean(name, known) or f" They are {', '.join(sorted(known))}.")
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
        given = self.loadings
        if not isinstance(given, Mapping):
            return finite("loadings", given)
        return finite("loadings", given.get(v.rhs, 0.75), v.rhs)

    def _path(self, v: Parameter) -> float:
        if not isinstance(self.paths, Mapping):
            return finite("paths", self.paths)
        given: Mapping[Any, float] = self.paths
        pair = (v.rhs, v.lhs)
        return finite("paths", given.get(pair, given.get(v.label, 0.30)), v.label or pair)

    def _correlation(self, v: Parameter, explained: set[str]) -> float:
        for pair in ((v.lhs, v.rhs), (v.rhs, v.lhs)):
            if pair in self.correlations:
                return finite("correlations", self.correlations[pair], pair)
        outside = v.lhs not in explained and v.rhs not in explained
        return 0.30 if outside else 0.0


def _near_path(key: object, labels: set[str], pairs: set[Pair]) -> str:
    if isinstance(key, tuple):
        if key[::-1] in pairs:
            return f" Did you mean {key[::-1]!r}?"
        return f" The pairs are {', '.join(map(repr, sorted(pairs)))}."
    return did_you_mean(str(key), labels) or " Write a path's label into the model: 'y ~ b1*x'."
