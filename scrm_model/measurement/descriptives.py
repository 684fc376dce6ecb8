"""Means, standard deviations and correlations: what a reader needs to fit the model again."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, EstimationError
from scrm_model.estimation.choice import shape
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.result import Fit

PEARSON, UNRESTRICTED, POLYCHORIC = "pearson", "unrestricted", "polychoric"


@dataclass(frozen=True, eq=False, repr=False)
class Descriptives:
    """The observed variables of a fit, described.

    Attributes
    ----------
    frame : DataFrame
        A row a variable and group: variable, group (from 1), n (answers), mean, sd (divisor
        N - 1), skewness and kurtosis (excess; moments with divisor N). NaN where moments stood
        for data and had none.
    correlations : mapping of int to DataFrame
        Correlation matrix by group.
    kind : {"pearson", "unrestricted", "polychoric"}
        Of the rows used; of the unrestricted model, by full information, where cells are missing
        and rows are kept (means and sds too); of latent responses, with ordinal variables.
    n : mapping of int to int
        Cases by group.
    """

    frame: pd.DataFrame
    correlations: Mapping[int, pd.DataFrame]
    kind: str
    n: Mapping[int, int]

    def moments(self, group: int = 1) -> Moments:
        """Covariances and means made of the table, to fit a model to.

        Parameters
        ----------
        group : int
            Counts from 1.

        Returns
        -------
        Moments

        Raises
        ------
        ArgumentError
            There is no such group.
        EstimationError
            The correlations are polychoric: weights and errors need the answers.
        """
        if group not in self.correlations:
            raise ArgumentError(
                f"group= needs a number from 1 to {len(self.correlations)}; got {group!r}. Groups "
                "count from 1."
            )
        if self.kind == POLYCHORIC:
            raise EstimationError(
                "moments() needs correlations of continuous variables; got polychoric ones, whose "
                "weights and errors need the answers. Fit the answers."
            )
        own = self.frame[self.frame["group"] == group]
        sd, mean = own["sd"].to_numpy(float), own["mean"].to_numpy(float)
        r = self.correlations[group]
        known = None if np.isnan(mean).any() else mean
        return Moments(r.to_numpy() * np.outer(sd, sd), self.n[group], known, list(r.columns))

    def table(self, group: int = 1) -> pd.DataFrame:
        """Variables, means, sds and the lower triangle of their correlations, in one frame."""
        own = self.frame[self.frame["group"] == group].reset_index(drop=True)
        r = self.correlations[group].to_numpy()
        lower = pd.DataFrame(np.where(np.tri(len(r), k=-1, dtype=bool), r, np.nan))
        lower.columns = [str(k + 1) for k in range(len(r))]
        return pd.concat([own, lower], axis=1)

    def __repr__(self) -> str:
        return "\n".join(
            self.table(g).drop(columns="group").to_string(
                index=False, float_format="{:.2f}".format, na_rep=""
            )
            for g in self.correlations
        )  # fmt: skip

    def _repr_html_(self) -> str:
        return "".join(
            self.table(g).to_html(index=False, float_format="{:.2f}".format, na_rep="")
            for g in self.correlations
        )


def descriptives(fit: Fit) -> Descriptives:
    """Describe the observed variables of a fit.

    Parameters
    ----------
    fit : Fit
        Converged or not.

    Returns
    -------
    Descriptives

    Raises
    ------
    ArgumentError
        `fit` is no result of `fit()`.

    Notes
    -----
    Correlations are those the model was fitted to. Where rows with missing cells are kept, means
    and standard deviations are of the unrestricted model too, so that the three belong together.
    """
    if not isinstance(fit, Fit):
        raise ArgumentError(f"fit= needs a result of fit(); got {type(fit).__name__}.")
    names = list(fit.compiled.observed)
    ordinal = fit.compiled.responses is not None
    kind = POLYCHORIC if ordinal else UNRESTRICTED if fit.settings.incomplete else PEARSON
    frames, correlations, cases = [], {}, {}
    for k, sample in enumerate(fit.samples):
        values = None if fit.rows is None else fit.rows[k].values
        count, mean, sd, cov = _described(fit, k, values, kind)
        skew, kurtosis = _shaped(values, len(names))
        root = np.sqrt(np.diag(cov))
        correlations[k + 1] = pd.DataFrame(cov / np.outer(root, root), index=names, columns=names)
        cases[k + 1] = sample.cases
        frames.append(pd.DataFrame({
            "variable": names, "group": k + 1, "n": count, "mean": mean, "sd": sd,
            "skewness": skew, "kurtosis": kurtosis,
        }))  # fmt: skip
    return Descriptives(pd.concat(frames, ignore_index=True), correlations, kind, cases)


def _described(
    fit: Fit, k: int, values: NDArray | None, kind: str
) -> tuple[NDArray, NDArray, NDArray, NDArray]:
    """Answers, means, standard deviations and covariances of one group."""
    sample, observed = fit.samples[k], fit.observed.cov
    label = fit.table.groups[k] if len(fit.samples) > 1 else None
    cov = (observed if label is None else observed[label]).to_numpy(float)
    cases = sample.cases
    divisor = 1.0 if fit.settings.unbiased else cases / (cases - 1)
    count = np.full(len(cov), cases)
    if values is not None:
        count = (~np.isnan(values)).sum(axis=0)
    if kind == POLYCHORIC and values is not None:
        return count, np.nanmean(values, axis=0), np.nanstd(values, axis=0, ddof=1), cov
    sd = np.sqrt(np.diag(cov) * divisor)
    mean = np.full(len(cov), np.nan)
    if sample.mean is not None:
        mean = sample.mean[0]
    elif values is not None:
        mean = values.mean(axis=0)
    return count, mean, sd, cov


def _shaped(values: NDArray | None, p: int) -> tuple[NDArray, NDArray]:
    if values is None:
        nothing = np.full(p, np.nan)
        return nothing, nothing
    return shape(values)
