"""A fit's data and settings with another model."""

from typing import Any

import pandas as pd

from scrm_model.estimation.fit import fit as estimate
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.result import Fit
from scrm_model.spec.model import Model


def fit_again(fit: Fit, model: Model, data: Any = None, **changes: Any) -> Fit:
    """Fit another model of the same variables to the same cases in the same way.

    Parameters
    ----------
    fit : Fit
        Whose rows, or moments, and settings are taken.
    model : Model
        It must not have observed variables that `fit` has not.
    data : DataFrame, optional
        Other cases in the place of those of `fit`.
    **changes
        Options of `scrm_model.estimation.fit.fit` that are to differ.

    Returns
    -------
    Fit

    Raises
    ------
    ModelError, DataError
        As `scrm_model.estimation.fit.fit`.

    Warns
    -----
    ConvergenceWarning, InadmissibleWarning
        See `Fit.problems`.
    """
    of = fit.settings
    used = set(model.observed)
    options = {
        "estimator": of.estimator, "missing": of.missing, "auxiliary": of.auxiliary,
        "group": of.group if fit.rows is not None else None, "group_equal": of.group_equal,
        "group_partial": of.group_partial, "ordered": [v for v in of.ordered if v in used],
        "parameterization": of.parameterization, "se": of.se, "test": of.test,
        "information": of.information, "std_lv": of.std_lv, "meanstructure": of.meanstructure,
        "likelihood": of.likelihood, "fixed_x": of.fixed_x, "orthogonal": of.orthogonal,
        "backend": of.backend,
    }  # fmt: skip
    return estimate(model, data_of(fit) if data is None else data, **(options | changes))


def data_of(fit: Fit) -> Any:
    """What a fit was made from: a frame of the rows used, or moments by group.

    Parameters
    ----------
    fit : Fit

    Returns
    -------
    DataFrame, Moments, or dict of group to Moments
        Moments have divisor N - 1.
    """
    names = list(fit.compiled.observed)
    if fit.rows is not None:
        frames = []
        for rows in fit.rows:
            frame = pd.DataFrame(rows.values, columns=names, index=rows.place)
            if fit.settings.group is not None:
                frame[fit.settings.group] = rows.label
            frames.append(frame)
        # In the order in which they came: groups are counted by their first case.
        return pd.concat(frames).sort_index(kind="stable").reset_index(drop=True)
    moments = [
        Moments(
            s.cov[0] * (1.0 if fit.settings.unbiased else s.cases / (s.cases - 1)),
            s.cases,
            None if s.mean is None else s.mean[0],
            names,
        )
        for s in fit.samples
    ]
    groups = fit.table.groups
    return moments[0] if len(moments) == 1 else dict(zip(groups, moments, strict=True))
