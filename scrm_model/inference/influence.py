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

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc

from scrm_model.errors import ArgumentError
from scrm_model.estimation.resample import BLOCK
from scrm_model.estimation.result import Fit
from scrm_model.estimation.workers import Block, blocks_of, run_blocks, seed_sequence
from scrm_model.inference.bootstrap import need_converged
from scrm_model.inference.casewise import log_density, squared_distance
from scrm_model.inference.influential import Influence
from scrm_model.inference.jackknife import without
from scrm_model.screening.words import some
from scrm_model.study.records import Text


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


def _remarks(fit: Fit, frame: pd.DataFrame, value: NDArray, interrupted: bool) -> tuple[Text, ...]:
    estimator = fit.settings.estimator
    told = []
    if interrupted:
        n = len(frame)
        told.append(Text(f"Interrupted after {n} cases.", f"Interrompu après {n} cas."))
    lost = frame["case"][~np.isfinite(value)]
    if len(lost):
        shown = some(lost, 5)
        several = len(lost) > 1
        one = "l'un de ces cas : " if several else "le cas "
        told.append(
            Text(
                f"No minimum without {'one of ' if several else ''}{shown}.",
                f"Pas de minimum sans {one}{shown}.",
            )
        )
    if "d2" not in frame:
        told.append(_NOT_ORDINAL)
    if "likelihood_distance" not in frame:
        told.append(
            Text(
                f"likelihood_distance: {estimator} has no likelihood.",
                f"Distance de vraisemblance : {estimator} n'a pas de vraisemblance.",
            )
        )
    if "gcd" not in frame:
        told.append(_NO_ERRORS)
    if "d_chisq" not in frame:
        told.append(_INCOMPLETE if fit.settings.incomplete else _no_chi_square(estimator))
    return tuple(told)


_NOT_ORDINAL = Text(
    "d2, loglik: not defined for ordinal answers.",
    "Distance au carré, log-vraisemblance : non définies pour des réponses ordinales.",
)
_NO_ERRORS = Text(
    "gcd, changes: this fit has no standard errors.",
    "Distance de Cook généralisée, variations des paramètres : ce modèle n'a pas d'erreurs types.",
)
_INCOMPLETE = Text(
    "d_chisq: with missing cells the unrestricted model would have to be estimated anew "
    "without each case.",
    "Variation du khi-deux : avec des valeurs manquantes, le modèle non contraint devrait être "
    "estimé de nouveau sans chaque cas.",
)


def _no_chi_square(estimator: str) -> Text:
    return Text(
        f"d_chisq: the chi-square of {estimator} is not one of F alone.",
        f"Variation du khi-deux : avec {estimator}, il ne dépend pas de F seul.",
    )


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
