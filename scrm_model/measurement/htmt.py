"""Ratios of correlations between and within constructs, on stacks of correlation matrices.

Notes
-----
HTMT is the mean correlation of items of different constructs over the geometric mean of the two
mean correlations of items of the same construct [henseler2015]_. HTMT2 has geometric means in the
place of all means, and is consistent for congeneric items too [roemer2021]_. Absolute correlations
are taken, as a geometric mean of negative numbers does not exist [ringle2023]_.

Intervals are percentiles of resamples of cases. A resample is how often each case was drawn; one
matrix product turns a block of such counts into moments.

References
----------
.. [henseler2015] Henseler, J., Ringle, C. M., & Sarstedt, M. (2015). A new criterion for assessing
   discriminant validity in variance-based structural equation modeling. Journal of the Academy of
   Marketing Science, 43, 115-135.
.. [ringle2023] Ringle, C. M., Sarstedt, M., Sinkovics, N., & Sinkovics, R. R. (2023). A perspective
   on using partial least squares structural equation modelling in data articles. Data in Brief,
   48, 109074.
.. [roemer2021] Roemer, E., Schuberth, F., & Henseler, J. (2021). HTMT2: An improved criterion for
   assessing discriminant validity in structural equation modeling. Industrial Management & Data
   Systems, 121, 2637-2650.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.contract import FIML
from scrm_model.estimation.observed.responses.sample import resampled_responses
from scrm_model.estimation.observed.sample import Sample, resampled
from scrm_model.estimation.observed.saturated import saturated
from scrm_model.estimation.resample import BLOCK
from scrm_model.estimation.result import Fit
from scrm_model.estimation.workers import blocks_of, seed_sequence
from scrm_model.inference.resampling import drawn_counts

Index = NDArray[np.intp]


def correlations_of(cov: NDArray) -> NDArray:
    """Correlations of a stack of covariance matrices, shape (B, p, p)."""
    spread = np.sqrt(np.einsum("bpp->bp", cov))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(cov / (spread[:, :, None] * spread[:, None, :]))


def htmt(correlations: NDArray, first: Index, second: Index) -> NDArray:
    """HTMT of two constructs.

    Parameters
    ----------
    correlations : ndarray, shape (B, p, p)
    first, second : ndarray of int
        Positions of their items, at least two each and none in both.

    Returns
    -------
    ndarray, shape (B,)
    """
    between, *within = _entries(correlations, first, second)
    return np.asarray(between.mean(axis=1) / np.sqrt(within[0].mean(1) * within[1].mean(1)))


def htmt2(correlations: NDArray, first: Index, second: Index) -> NDArray:
    """The same with geometric means; parameters as in `htmt`."""
    with np.errstate(divide="ignore"):
        logs = [np.log(x).mean(axis=1) for x in _entries(correlations, first, second)]
    with np.errstate(invalid="ignore"):  # correlations of zero on both sides: no ratio
        return np.asarray(np.exp(logs[0] - 0.5 * (logs[1] + logs[2])))


def _entries(correlations: NDArray, first: Index, second: Index) -> list[NDArray]:
    """Absolute correlations between, within the first, within the second, shape (B, entries)."""
    stack = np.abs(correlations)
    between = stack[:, first[:, None], second].reshape(len(stack), -1)
    out = [between]
    for items in (first, second):
        i, j = np.triu_indices(len(items), 1)
        out.append(stack[:, items[i], items[j]])
    return out


def resampled_correlations(fit: Fit, draws: int, seed: int | None) -> Iterator[list[NDArray]]:
    """Correlations of resamples of the cases, block by block, one stack a group.

    Parameters
    ----------
    fit : Fit
        Of raw data, continuous or ordinal. Where cells are missing the moments of the unrestricted
        model are found anew in every resample.
    draws : int
    seed : int or None
        Every block has its own child of it.

    Yields
    ------
    list of ndarray, shape (B, p, p)
        NaN where an ordinal resample lacks a category, or the EM algorithm finds no moments.
    """
    for block in blocks_of(draws, BLOCK, seed_sequence(seed)):
        rng = np.random.default_rng(block.seed)
        counts = [drawn_counts(rng, len(rows), block.size) for rows in fit.raw_data()]
        yield [correlations_of(cov) for cov in resampled_covariances(fit, counts)]


def resampled_covariances(
    fit: Fit, counts: Sequence[NDArray], samples: tuple[Sample, ...] | None = None
) -> list[NDArray]:
    """Covariances in resamples of the cases; of latent responses where variables are ordinal.

    Parameters
    ----------
    fit : Fit
        Of raw data.
    counts : sequence of ndarray, shape (B, N_g)
        How often each case of a group was drawn.
    samples : tuple of Sample, optional
        Of these resamples, where they are known already.

    Returns
    -------
    list of ndarray, shape (B, p, p)
        One a group.
    """
    of = fit.compiled.responses
    # By full information a refit needs no unrestricted moments of its own; two stages do.
    found = samples is not None and fit.settings.discrepancy is not FIML
    if of is None and fit.settings.incomplete and not found:
        whole = zip(fit.bread.unrestricted.samples, counts, strict=True)
        return [_unrestricted(sample, own) for sample, own in whole]
    if samples is not None:
        return [s.cov for s in samples]
    if of is None:
        pairs = zip(fit.raw_data(), counts, strict=True)
        return [resampled(rows, own, False).cov for rows, own in pairs]
    pairs = zip(fit.category_numbers(), counts, strict=True)
    return [resampled_responses(rows, own, of, "").cov for rows, own in pairs]


def _unrestricted(sample: Sample, counts: NDArray) -> NDArray:
    """Unrestricted covariances of resamples of incomplete cases, NaN where none were found."""
    assert sample.incomplete is not None
    full, patterns = sample.incomplete.members[0], sample.incomplete.patterns
    start = full.mean, full.cov
    found = [saturated(patterns, w, start) for w in counts[:, patterns.order].astype(float)]
    return np.stack([m.cov if m.converged else np.full_like(m.cov, np.nan) for m in found])


def interval_of(draws: NDArray, level: float) -> tuple[NDArray, NDArray]:
    """Percentiles of the draws that are numbers, shape (columns,) each."""
    tail = (1.0 - level) / 2.0
    finite = np.isfinite(draws)  # a resample with no correlation within has an infinite ratio
    known = np.where(finite, draws, np.nan)
    known[:, ~finite.any(axis=0)] = 0.0  # a column without any is not used
    lower, upper = np.nanquantile(known, [tail, 1.0 - tail], axis=0)
    return lower, upper


def negative_items(correlations: NDArray, items: Sequence[str], at: Index) -> list[str]:
    """Items that correlate negatively with most others of their construct.

    Parameters
    ----------
    correlations : ndarray, shape (p, p)
    items : sequence of str
    at : ndarray of int
        Their positions.
    """
    inner = correlations[np.ix_(at, at)]
    low = (inner < 0).sum(axis=1)
    return [v for v, count in zip(items, low, strict=True) if count > (len(at) - 1) / 2]
