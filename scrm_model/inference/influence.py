"""How much single cases weigh: a fit without each case in turn, in stacks.

Notes
-----
With theta the estimates of all cases, theta_i those without case i, V the covariance matrix of
theta and l the log-likelihood of all cases::

    generalised Cook's distance   (theta - theta_i)' V^-1 (theta - theta_i)
    likelihood distance           2 (l(theta) - l(theta_i))
    standardised change           (theta - theta_i) / se(theta), one a parameter

[cook1986]_, [pek2011]_ and [belsley1980]_. The first two are nearly equal where l is nearly a
parabola and V belongs to it. Every theta_i is a minimum of its own
and not a step towards it. The log-likelihood of one case says how well the model describes it, and
its distance (x - mu)' Sigma^-1 (x - mu) how far it lies from the others under the model.

References
----------
.. [belsley1980] Belsley, D. A., Kuh, E., & Welsch, R. E. (1980). Regression Diagnostics. Wiley.
.. [cook1986] Cook, R. D. (1986). Assessment of local influence. Journal of the Royal Statistical
   Society, Series B, 48, 133-169.
.. [pek2011] Pek, J., & MacCallum, R. C. (2011). Sensitivity analysis in structural equation
   models: Cases and their influence. Multivariate Behavioral Research, 46, 202-228.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc

from scrm_model.errors import ArgumentError, NotAvailableError
from scrm_model.estimation.resample import BLOCK
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import one_of
from scrm_model.estimation.workers import Block, blocks_of, run_blocks, seed_sequence
from scrm_model.inference.bootstrap import need_converged
from scrm_model.inference.casewise import log_density, squared_distance
from scrm_model.inference.jackknife import without

COLUMNS = ("gcd", "likelihood_distance", "d_chisq", "loglik", "d2")


@dataclass(frozen=True, eq=False, repr=False)
class Influence:
    """What each case does to a fit.

    Attributes
    ----------
    fit : Fit
    frame : DataFrame
        A row for each case: case (its label in the data), group (from 1), answered (variables with
        an answer), d2 and its p, loglik, gcd, likelihood_distance, d_chisq (chi-square of all
        cases minus that without the case). Columns that this fit cannot have are not there, and
        `remarks` say why.
    changes : DataFrame
        Cases by free parameters: (estimate - estimate without the case) / standard error.
    remarks : tuple of str
        What could not be computed, and cases without which there is no minimum.
    """

    fit: Fit
    frame: pd.DataFrame
    changes: pd.DataFrame
    remarks: tuple[str, ...] = ()

    def top(self, count: int = 10, by: str = "gcd") -> pd.DataFrame:
        """The cases that weigh most.

        Parameters
        ----------
        count : int
        by : str
            A column of `frame`. For `loglik` the lowest come first, for the rest the largest in
            absolute value.

        Returns
        -------
        DataFrame
            Rows of `frame`, with the parameter that each case changes most, and by how many
            standard errors.

        Raises
        ------
        NotAvailableError
            If this fit has no such column.
        """
        one_of("by", by, COLUMNS)
        if by not in self.frame:
            raise NotAvailableError(f"This fit has no {by!r}. " + " ".join(self.remarks))
        value = self.frame[by] if by == "loglik" else -self.frame[by].abs()
        at = value.sort_values(kind="stable").index[:count]
        changes = self.changes.loc[at].dropna(how="all")
        largest = changes.abs().idxmax(axis=1)
        moved = [changes.loc[k, largest[k]] for k in changes.index]
        out = self.frame.loc[at].copy()
        out["changes_most"] = largest.reindex(at)
        out["by_se"] = pd.Series(moved, index=changes.index, dtype=float).reindex(at)
        return out.reset_index(drop=True)

    def __repr__(self) -> str:
        return "\n".join([self._head(), self.top(by=self._order()).to_string(
            index=False, float_format="{:.3f}".format), *self.remarks])  # fmt: skip

    def _repr_html_(self) -> str:
        table = self.top(by=self._order()).to_html(index=False, float_format="{:.3f}".format)
        told = "".join(f"<p>{r}</p>" for r in self.remarks)
        return f"<p>{self._head()}</p>{table}{told}"

    def _order(self) -> str:
        return next(c for c in COLUMNS if c in self.frame)

    def _head(self) -> str:
        return (
            f"Influence of {len(self.frame)} cases; those with the largest {self._order()}. There "
            "is no cut-off: look whether a few stand apart, and at what they answered."
        )


def influence(
    fit: Fit,
    cases: Iterable[Hashable] | None = None,
    *,
    n_jobs: int | None = None,
    progress: bool = False,
) -> Influence:
    """Weigh single cases: what a fit would be without each of them.

    Parameters
    ----------
    fit : Fit
        Of raw data.
    cases : iterable, optional
        Labels of rows of the data; by default all that were used.
    n_jobs : int, optional
        Workers as joblib counts them; None is one, or what ``joblib.parallel_config`` says.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Influence

    Raises
    ------
    EstimationError
        The fit did not converge, or has no raw data.
    ArgumentError
        `cases` names rows that were not used.

    Notes
    -----
    Nothing is left out of the data. A case that weighs much is a reason to look at it, and no
    reason to drop it.
    """
    need_converged(fit, "influence()")
    fit.raw_data()  # says why, where there is none
    table = _cases(fit, cases)
    task = (fit, tuple(np.arange(r.values.shape[0]) for r in fit.rows or ()))
    blocks = [
        Block(b.first, b.size, b.seed, (*task, group, places[b.first : b.first + b.size]))
        for group, places in table.groupby("at").place.apply(np.array).items()
        for b in blocks_of(len(places), BLOCK, seed_sequence(0))
    ]
    done = run_blocks(_left_out, blocks, n_jobs=n_jobs, progress=progress, label="influence")
    found = np.concatenate(done.results)
    return _judged(fit, table.iloc[: len(found)].reset_index(drop=True), found, done.interrupted)


def _cases(fit: Fit, wanted: Iterable[Hashable] | None) -> pd.DataFrame:
    """Label, group and place in it of the cases that are asked for, by group."""
    parts = [
        pd.DataFrame({"case": r.index, "at": g, "place": np.arange(len(r.index))})
        for g, r in enumerate(fit.rows or ())
    ]
    table = pd.concat(parts, ignore_index=True)
    if wanted is None:
        return table
    labels = list(dict.fromkeys(wanted))
    unknown = [label for label in labels if label not in set(table["case"])]
    if unknown or not labels:
        raise ArgumentError(
            f"cases= needs labels of rows that the fit uses; got {unknown[:5]!r}. Take them from "
            "the index of the data; rows with missing answers may have been left out."
        )
    return table[table["case"].isin(labels)].reset_index(drop=True)


def _left_out(block: Block) -> NDArray:
    """Estimates without each case, F there, and F of all cases there; shape (K, q + 2)."""
    fit, units, group, places = block.what
    out = np.full((len(places), len(fit.theta) + 2), np.nan)
    for part, found in without(fit, units, group, places):
        good = np.flatnonzero(found.converged)
        theta = found.theta[good]
        samples = tuple(s.take(np.zeros(len(good), dtype=np.intp)) for s in fit.samples)
        whole = fit.settings.discrepancy.evaluate(fit.compiled, theta, samples).value
        out[part[good]] = np.column_stack([theta, found.value[good], whole])
    return out


def _judged(fit: Fit, table: pd.DataFrame, found: NDArray, interrupted: bool) -> Influence:
    theta, value, whole = found[:, :-2], found[:, -2], found[:, -1]
    frame = pd.DataFrame({"case": table["case"], "group": table["at"] + 1})
    if not fit.settings.ordered:
        described = _described(fit, table)
        likelihood = fit.settings.discrepancy.likelihood
        frame = frame.join(described if likelihood else described.drop(columns="loglik"))
    labels = fit.params.index
    cov = fit.cov_params().to_numpy()
    moved, error = fit.theta - theta, np.sqrt(np.diag(cov))
    if np.isfinite(cov).all():
        inverse = np.linalg.pinv(cov, hermitian=True)
        frame["gcd"] = np.einsum("bi,ij,bj->b", moved, inverse, moved)
    weight = sum(s.n for s in fit.samples)  # what F is multiplied by
    if fit.settings.discrepancy.likelihood:
        frame["likelihood_distance"] = weight * (whole - fit.solution.value)
    if _has_chi_square(fit):
        frame["d_chisq"] = weight * fit.solution.value - (weight - 1) * value
    with np.errstate(divide="ignore", invalid="ignore"):
        changes = pd.DataFrame(np.where(error > 0, moved / error, np.nan), columns=labels)
    return Influence(fit, frame, changes, _remarks(fit, frame, value, interrupted))


def _has_chi_square(fit: Fit) -> bool:
    """Whether chi-square is F times a number of cases, and known without a case."""
    settings = fit.settings
    return settings.discrepancy.tested and not (settings.incomplete or settings.ordered)


def _remarks(fit: Fit, frame: pd.DataFrame, value: NDArray, interrupted: bool) -> tuple[str, ...]:
    told = [f"Interrupted after {len(frame)} cases."] if interrupted else []
    lost = frame["case"][~np.isfinite(value)]
    if len(lost):
        shown = ", ".join(map(str, lost[:5])) + (", …" if len(lost) > 5 else "")
        told.append(f"No minimum without {'one of ' if len(lost) > 1 else ''}{shown}.")
    if "d2" not in frame:
        told.append("d2, loglik: not defined for ordinal answers.")
    if "likelihood_distance" not in frame:
        told.append(f"likelihood_distance: {fit.settings.estimator} has no likelihood.")
    if "gcd" not in frame:
        told.append("gcd, changes: this fit has no standard errors.")
    if "d_chisq" not in frame and fit.settings.incomplete:
        told.append(
            "d_chisq: with missing cells the unrestricted model would have to be estimated anew "
            "without each case."
        )
    elif "d_chisq" not in frame:
        told.append(f"d_chisq: the chi-square of {fit.settings.estimator} is not one of F alone.")
    return tuple(told)


def _described(fit: Fit, table: pd.DataFrame) -> pd.DataFrame:
    """How far the cases lie under the model and how well it describes them."""
    parts = []
    for group, (rows, sample) in enumerate(zip(fit.raw_data(), fit.samples, strict=True)):
        places = table["place"][table["at"] == group].to_numpy()
        implied = fit.bread.implied[group]
        mean = implied.mu[0] if fit.compiled.meanstructure else np.nanmean(rows, axis=0)
        distance, logdet, answered = squared_distance(rows[places], mean, implied.sigma[0])
        density = log_density(distance, logdet, answered)
        x = fit.compiled.exogenous_observed
        if len(x):
            center = mean[x] if sample.mean is None else sample.mean[0][x]
            density -= log_density(
                *squared_distance(rows[places][:, x], center, sample.cov[0][np.ix_(x, x)])
            )
        parts.append(
            pd.DataFrame(
                {
                    "answered": answered,
                    "d2": distance,
                    "p": chdtrc(answered, distance),
                    "loglik": density,
                }
            )
        )
    return pd.concat(parts, ignore_index=True)
