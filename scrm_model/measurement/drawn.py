"""Coefficients of reliability in resamples of the cases, to each of which the model is fitted.

Notes
-----
Resamples without a minimum, and inadmissible ones, have no coefficient by the model; alpha and
Spearman-Brown are of the same resamples, so that a row of a table rests on one set of draws
[kelley2016]_.

References
----------
.. [kelley2016] See `scrm_model.measurement.bounds`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import EstimationError
from scrm_model.estimation.observed.sample import resampled
from scrm_model.estimation.resample import BLOCK, refit_counts
from scrm_model.estimation.result import Fit
from scrm_model.estimation.workers import Block, blocks_of, run_blocks, seed_sequence
from scrm_model.inference.resampling import drawn_counts
from scrm_model.measurement.coefficients import alpha, spearman_brown
from scrm_model.measurement.construct import in_stack
from scrm_model.measurement.htmt import correlations_of, resampled_covariances
from scrm_model.measurement.remarks import remarks
from scrm_model.measurement.scales import constructs_of

Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Coefficients in resamples.

    Attributes
    ----------
    values : dict
        By group (from 0), construct and coefficient: shape (used,).
    draws, used : int
        Resamples drawn, and with an admissible solution.
    """

    values: dict[Key, NDArray]
    draws: int
    used: int

    def enough(self, key: Key) -> NDArray | None:
        """The draws of a coefficient; None if half of them or more are no numbers."""
        found = self.values.get(key)
        if found is None:
            return None
        known = found[np.isfinite(found)]
        return known if len(known) > self.draws / 2 else None


def drawn_coefficients(
    fit: Fit, draws: int, seed: int | None, n_jobs: int | None, progress: bool
) -> Drawn:
    """Refit to resamples, and what the coefficients are there.

    Parameters
    ----------
    fit : Fit
        Of raw data.
    draws, seed, n_jobs, progress
        As in `scrm_model.inference.bootstrap.bootstrap`.

    Raises
    ------
    EstimationError
        Fewer than half of the resamples have an admissible solution.
    """
    blocks = blocks_of(draws, BLOCK, seed_sequence(seed), fit)
    done = run_blocks(_resample, blocks, n_jobs=n_jobs, progress=progress, label="reliability")
    drawn = sum(b.size for b in blocks[: len(done.results)])
    values = {
        key: np.concatenate([part[key] for _, part in done.results]) for key in done.results[0][1]
    }
    used = sum(size for size, _ in done.results)
    if used < max(2, drawn / 2):
        raise EstimationError(
            "reliability() needs admissible solutions in at least half of the resamples; got "
            f"{used} of {drawn}. The sample is too small for this model: simplify it, or use "
            "interval='logit'."
        )
    return Drawn(values, drawn, used)


def _resample(block: Block) -> tuple[int, dict[Key, NDArray]]:
    fit: Fit = block.what
    rng = np.random.default_rng(block.seed)
    counts = [drawn_counts(rng, len(rows), block.size) for rows in fit.raw_data()]
    found = refit_counts(fit, counts)
    good = found.admissible
    # What a function of the estimates asks of the sample (fixed predictors) is each resample's own.
    shadow = replace(fit, samples=tuple(s.take(np.flatnonzero(good)) for s in found.samples))
    covs = resampled_covariances(fit, counts, found.samples)
    out: dict[Key, NDArray] = {}
    for group in range(len(fit.samples)):
        of_sample = dict(_of_sample(fit, group, counts[group], covs[group]))
        for name, of in constructs_of(fit.compiled).items():
            said = remarks(fit, group, of)
            values: dict[str, Any] = {}
            if said.modelled:
                values |= in_stack(shadow, group, of, said.proper, found.theta[good])
            if said.summed:
                values |= {k: v[good] for (f, k), v in of_sample.items() if f == name}
            out |= {(group, name, k): v for k, v in values.items()}
    return int(good.sum()), out


def _of_sample(
    fit: Fit, group: int, counts: NDArray, cov: NDArray
) -> Iterator[tuple[tuple[str, str], NDArray]]:
    """Alpha and its kin of every construct that has items only, shape (B,) each."""
    names, ordered = fit.compiled.observed, set(fit.settings.ordered)
    for name, of in constructs_of(fit.compiled).items():
        if of.depth != 1 or len(of.items) < 2:
            continue
        at = [names.index(v) for v in of.items]
        own = cov[:, at][:, :, at]
        if set(of.items) <= ordered:
            yield (name, "alpha_ordinal"), alpha(own)
        raw = own
        if set(of.items) & ordered:
            rows = fit.raw_data()[group][:, at]
            whole = ~np.isnan(rows).any(axis=1)
            raw = resampled(rows[whole], counts[:, whole], False).cov
        yield (name, "alpha"), alpha(raw)
        if len(at) == 2:
            yield (
                (name, "spearman_brown"),
                np.asarray(spearman_brown(correlations_of(own)[:, 0, 1])),
            )
