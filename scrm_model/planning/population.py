"""A population: a model with standardised values, every residual variance derived."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, ModelError
from scrm_model.estimation.implied.compiled import CompiledModel, compile_table
from scrm_model.estimation.result import Fit
from scrm_model.planning.published import from_constructs, from_fit, from_table
from scrm_model.planning.values import Loadings, Pair, Paths, Values
from scrm_model.planning.variances import (
    check_definite,
    error_variances,
    residual_variances,
    total_effects,
)
from scrm_model.spec.model import Model
from scrm_model.spec.table import Parameter


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
    model: Model | str | Fit,
    *,
    paths: Paths | None = None,
    loadings: Loadings | None = None,
    correlations: Mapping[Pair, float] | None = None,
    constructs: pd.DataFrame | None = None,
    reliabilities: Mapping[str, float] | None = None,
    table: pd.DataFrame | None = None,
    group: str | None = None,
) -> Population:
    """A population from standardised values.

    Parameters
    ----------
    model : Model, str or Fit
        What relates to what. Values that the model fixes to 0 stay 0; other fixed values only set
        a scale and do not count. From a fit, its standardised estimates are the true values, and
        nothing else may be given but `group`.
    paths : float, preset or mapping, optional
        Standardised paths, one for all or by label (``"H1"``) or by (source, target). A preset is
        ``"cautious"`` (0.20), ``"expected"`` (0.30) or ``"optimistic"`` (0.50), for all or within
        a mapping. Paths for which nothing is given take 0.30.
    loadings : float or mapping, optional
        Standardised loadings, one for all or by indicator, or by (factor, indicator). Indicators
        for which nothing is given take 0.75; the only indicator of a factor takes 1.
    correlations : mapping of (a, b) to float, optional
        Correlations between exogenous latent variables, or between residuals; 0.30 between
        exogenous ones and 0 between residuals where nothing is given.
    constructs : DataFrame, optional
        Published correlation or covariance matrix of the constructs, names on rows and columns.
        Paths, and correlations of exogenous constructs, are computed from it where they are not
        given otherwise.
    reliabilities : mapping of str to float, optional
        Of the scales that `constructs` correlates; its correlations are divided by the roots of
        the two reliabilities. Without them they are taken as free of measurement error.
    table : DataFrame, optional
        Published values with columns lhs, op, rhs and value (or std_all): loadings (``=~``), paths
        (``~``), correlations (``~~``). Variances are derived and not read.
    group : str, optional
        Of a fit with several groups.

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

    Notes
    -----
    The presets are one social CRM literature's: cautious against its spread (the pooled correlation
    of CRM with performance is .52, with a prediction interval from -.24 to .89), see
    ``docs/planning.md``. Paths from `constructs` are ``R_xx^-1 r_xy``, equation by equation.
    """
    if isinstance(model, Fit):
        given = (paths, loadings, correlations, constructs, reliabilities, table)
        return Population(*from_fit(model, group, any(v is not None for v in given)))
    if not isinstance(model, Model | str):
        raise ArgumentError(
            f"model= needs a Model or lavaan text; got {type(model).__name__}. "
            "Write for example 'F =~ x1 + x2 + x3'."
        )
    if group is not None:
        raise ArgumentError(
            f"group= needs a fit with groups; got {group!r} with a model. Make one population for "
            "each group, and give simulate() a mapping of group to population."
        )
    model = Model.from_syntax(model) if isinstance(model, str) else model
    compiled = compile_table(model.parameter_table(fixed_x=False))
    values = Values(compiled, paths, loadings, dict(correlations or {}))
    if table is not None:
        values.add(*from_table(table, compiled.table))
    if constructs is not None:
        values.add(*from_constructs(constructs, reliabilities or {}, compiled.table))
    elif reliabilities is not None:
        raise ArgumentError(
            "reliabilities= needs a matrix to correct; got no constructs=. Give both."
        )
    return _population(model, compiled, values)


def _population(model: Model, compiled: CompiledModel, values: Values) -> Population:
    lam, beta, psi, theta = values.matrices()
    total = total_effects(beta)
    psi = residual_variances(compiled, total, psi, beta)
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
