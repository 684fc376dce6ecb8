"""True values from what is there already: a fit, a table of estimates, a matrix of constructs."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, DataError, ModelError, did_you_mean
from scrm_model.estimation.implied.compiled import LAMBDA
from scrm_model.estimation.implied.moments import fill, implied
from scrm_model.estimation.result import Fit
from scrm_model.planning.checks import finite
from scrm_model.spec.model import Model
from scrm_model.spec.table import ParameterTable

Pair = tuple[str, str]
Known = tuple[dict[Pair, float], dict[Pair, float], dict[Pair, float]]
VALUE_COLUMNS = ("value", "std_all", "std.all", "est.std")


def from_fit(
    fit: Fit, group: str | None, more: bool
) -> tuple[Model, pd.DataFrame, pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """The fields of a population whose true values are the standardised estimates of a fit.

    Parameters
    ----------
    fit : Fit
    group : str or None
        One of its groups; None if it has none.
    more : bool
        Whether other values were given, which is refused.

    Raises
    ------
    ArgumentError
        Other values were given, or the group is unknown.
    ModelError
        The estimates are no population: there is no minimum, or a variance is negative.
    """
    if more:
        raise ArgumentError(
            "paths=, loadings= and the like need a model; got a fit, whose estimates are the "
            "values. Give fit.model in place of the fit."
        )
    place = _group_place(fit, group)
    if not fit.admissible:
        raise ModelError(
            "model= needs a fit that could be a population; "
            + " ".join(str(p) for p in fit.problems)
            + " Give fit.model and values of your own."
        )
    block, sample = fit.compiled.blocks[place], fit.samples[place]
    theta = fit.theta[None]
    of = implied(block, theta, sample.cov, sample.mean)
    loadings = fill(block, theta, sample.cov, sample.mean)[LAMBDA][0]
    spread, latent = np.sqrt(np.diag(of.sigma[0])), np.sqrt(np.diag(of.latent_cov[0]))
    observed, names = list(fit.compiled.observed), list(fit.compiled.latent)
    frame = fit.parameters.query("op != ':=' and op != '~1' and group == @place + 1")
    values = frame[["lhs", "op", "rhs", "label"]].assign(value=frame["std_all"])
    return (
        fit.model,
        values.reset_index(drop=True),
        _labelled(of.sigma[0] / np.outer(spread, spread), observed, observed),
        _labelled(of.latent_cov[0] / np.outer(latent, latent), names, names),
        _labelled(loadings * latent / spread[:, None], observed, names),
    )


def _group_place(fit: Fit, group: str | None) -> int:
    labels = list(fit.table.groups)
    if len(labels) < 2 and group is None:
        return 0
    if group is None or str(group) not in labels:
        told = ", ".join(map(repr, labels)) or "no group: the fit has none"
        raise ArgumentError(f"group= needs one of {told}; got {group!r}. Name one group.")
    return labels.index(str(group))


def _labelled(values: NDArray, rows: list[str], columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(values, index=rows, columns=columns)


def from_table(frame: pd.DataFrame, table: ParameterTable) -> Known:
    """Paths, loadings and correlations of a published table.

    Parameters
    ----------
    frame : DataFrame
        Columns lhs, op, rhs and one of `VALUE_COLUMNS`.
    table : ParameterTable
        Of the model, one group.

    Raises
    ------
    ArgumentError
        A column is missing, a relation is not in the model, or a value is no number.
    """
    columns = [c for c in VALUE_COLUMNS if c in getattr(frame, "columns", ())]
    if not isinstance(frame, pd.DataFrame) or not {"lhs", "op", "rhs"} <= set(frame) or not columns:
        raise ArgumentError(
            "table= needs a DataFrame with columns lhs, op, rhs and value (or std_all); got "
            f"{list(getattr(frame, 'columns', [])) or type(frame).__name__}. Write a row for each "
            "published number, such as ('CRO', '=~', 'cro1', 0.81)."
        )
    rows = {(v.lhs, v.op, v.rhs) for v in table.parameters}
    rows |= {(b, op, a) for a, op, b in rows if op == "~~"}
    out: Known = ({}, {}, {})
    for lhs, op, rhs, value in frame[["lhs", "op", "rhs", columns[0]]].itertuples(index=False):
        if op not in ("=~", "~", "~~") or (op == "~~" and lhs == rhs):
            continue
        if (lhs, op, rhs) not in rows:
            raise ArgumentError(
                f"table= needs relations of the model; got '{lhs} {op} {rhs}'. Add it to the "
                "model, or leave it out."
            )
        number = finite("table", value, f"{lhs} {op} {rhs}")
        kind, key = {"~": (0, (rhs, lhs)), "=~": (1, (lhs, rhs)), "~~": (2, (lhs, rhs))}[op]
        out[kind][key] = number
    return out


def from_constructs(
    matrix: Any, reliabilities: Mapping[str, float], table: ParameterTable
) -> Known:
    """Paths, and correlations of exogenous variables, from the correlations of constructs.

    Parameters
    ----------
    matrix : DataFrame
        Correlations or covariances, names on rows and columns.
    reliabilities : mapping of str to float
        Of the scales behind the matrix; 1 where left out.
    table : ParameterTable
        Of the model, one group.

    Raises
    ------
    DataError
        It is no covariance matrix, lacks a construct, or is impossible once corrected.
    """
    r = _correlations(matrix, reliabilities)
    into: dict[str, list[str]] = {}
    for v in table.parameters:
        if v.op == "~" and (v.free or v.value):
            into.setdefault(v.lhs, []).append(v.rhs)
    needed = {name for target, sources in into.items() for name in (target, *sources)}
    if absent := sorted(needed - set(r)):
        raise DataError(
            f"constructs= needs every variable of the paths; {', '.join(map(repr, absent))} "
            "missing."
            f"{did_you_mean(absent[0], map(str, r))} Add rows and columns, or name them alike."
        )
    paths = {
        (source, target): float(value)
        for target, sources in into.items()
        for source, value in zip(
            sources,
            np.linalg.solve(r.loc[sources, sources], r.loc[sources, target]),
            strict=True,
        )
    }
    correlations = {
        (v.lhs, v.rhs): float(r.to_numpy()[r.index.get_loc(v.lhs), r.columns.get_loc(v.rhs)])
        for v in table.parameters
        if v.op == "~~" and v.lhs != v.rhs and {v.lhs, v.rhs} <= set(r) - set(into)
    }
    return paths, {}, correlations


def _correlations(matrix: Any, reliabilities: Mapping[str, float]) -> pd.DataFrame:
    if not isinstance(matrix, pd.DataFrame) or list(matrix.index) != list(matrix.columns):
        raise DataError(
            "constructs= needs a DataFrame with the same names on rows and columns; got "
            f"{type(matrix).__name__}. Write pd.DataFrame(values, index=names, columns=names)."
        )
    values = matrix.to_numpy(dtype=float)
    if not np.isfinite(values).all() or not np.allclose(values, values.T, atol=1e-8):
        raise DataError(
            "constructs= needs a symmetric matrix of finite numbers; got another. Fill both "
            "triangles, and 1 on the diagonal of correlations."
        )
    names = list(map(str, matrix.columns))
    root = np.ones(len(names))
    for name, value in reliabilities.items():
        if name not in names or not 0 < finite("reliabilities", value, name) <= 1:
            raise ArgumentError(
                "reliabilities= needs numbers above 0 and up to 1 for constructs of the matrix; "
                f"got {value!r} for {name!r}.{did_you_mean(name, names)} Give alpha or omega."
            )
        root[names.index(name)] = np.sqrt(value)
    spread = np.sqrt(np.diag(values))
    r = values / np.outer(spread, spread) / np.outer(root, root)
    np.fill_diagonal(r, 1.0)
    if not np.linalg.eigvalsh(r)[0] > 1e-10:
        raise DataError(
            "constructs= needs correlations that can hold together; the matrix is not positive "
            "definite"
            + (" once corrected for reliability" if reliabilities else "")
            + ". Look for "
            "a misprint, or raise the reliabilities."
        )
    return pd.DataFrame(r, index=names, columns=names)
