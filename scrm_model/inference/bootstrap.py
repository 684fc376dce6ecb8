"""Bootstrap of every parameter, raw and standardised, a block of resamples in one call."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, EstimationError
from scrm_model.estimation.resample import BLOCK
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import one_of
from scrm_model.estimation.workers import Block, blocks_of, run_blocks, seed_sequence
from scrm_model.inference.bollen_stine import chi_square, where_the_model_holds
from scrm_model.inference.clusters import clusters_of
from scrm_model.inference.draws import Bootstrap
from scrm_model.inference.jackknife import r2_of, values_of
from scrm_model.inference.resampling import Cases, Parametric, Source, Turned

KINDS = ("nonparametric", "parametric", "bollen.stine")


def bootstrap(
    fit: Fit,
    draws: int = 5000,
    seed: int | None = None,
    *,
    kind: str = "nonparametric",
    cluster: Any = None,
    n_jobs: int | None = None,
    progress: bool = False,
) -> Bootstrap:
    """Refit a model to resamples.

    Parameters
    ----------
    fit : Fit
        Converged, of raw data. Groups are resampled within themselves.
    draws : int
        Number of resamples, at least 2.
    seed : int, optional
        The same seed gives the same numbers, on any number of workers.
    kind : {"nonparametric", "parametric", "bollen.stine"}
        What is drawn. ``"nonparametric"``: cases, with replacement. ``"parametric"``: answers from
        the moments that the model implies, normal ones, or cuts of normal latent responses; fixed
        predictors and holes stay where they are [1]_. ``"bollen.stine"``: cases after a
        transformation by which the model holds [2]_, for a p value of the chi-square that trusts
        no distribution; of continuous variables, cells may be missing.
    cluster : Series or array, optional
        The cluster of each row of the data, such as the firm of each informant: whole clusters are
        drawn, with all their rows [3]_. Only with ``"nonparametric"``. A Series is matched by its
        index, anything else by position.
    n_jobs : int, optional
        Workers as joblib counts them; None is one, or what ``joblib.parallel_config`` says.
    progress : bool
        Show a progress bar.

    Returns
    -------
    Bootstrap
        `Bootstrap.table`, `Bootstrap.r2`, and `Bootstrap.test` where the model holds in the
        resamples.

    Raises
    ------
    EstimationError
        If the fit did not converge, rests on moments, or fewer than half of the resamples have
        an admissible solution.
    ArgumentError
        If `draws` is below 2, an option does not exist, or two of them cannot go together.
    DataError
        If `cluster` has empty cells, too few clusters, or clusters in more than one group.
    KeyboardInterrupt
        On Ctrl-C before anything was finished; later it ends the work, and what is done is
        returned.

    Notes
    -----
    Each block of 250 resamples has its own child of the seed, so that the numbers do not
    depend on how blocks are shared out. Resamples without a minimum, and inadmissible ones,
    are counted and left out.

    References
    ----------
    .. [1] Efron, B., & Tibshirani, R. J. (1993). An introduction to the bootstrap. Chapman & Hall.
    .. [2] Bollen, K. A., & Stine, R. A. (1992). Bootstrapping goodness-of-fit measures in
       structural equation models. Sociological Methods & Research, 21, 205-229.
    .. [3] Field, C. A., & Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the Royal
       Statistical Society, Series B, 69, 369-390.
    """
    if int(draws) != draws or draws < 2:
        raise ArgumentError(f"draws= needs a whole number of at least 2; got {draws!r}.")
    one_of("kind", kind, KINDS)
    need_converged(fit, "bootstrap()")
    source = _source(fit, kind, cluster)
    blocks = blocks_of(int(draws), BLOCK, seed_sequence(seed), (source, kind != "nonparametric"))
    done = run_blocks(_resample, blocks, n_jobs=n_jobs, progress=progress, label="bootstrap")
    parts: list[_Part] = done.results
    drawn = sum(b.size for b in blocks[: len(parts)])
    failed, bad = sum(p.failed for p in parts), sum(p.inadmissible for p in parts)
    rows = np.concatenate([p.rows for p in parts], axis=1)
    if rows.shape[1] < max(2, drawn / 2):
        raise EstimationError(
            f"bootstrap() needs admissible solutions in at least half of the resamples; got "
            f"{rows.shape[1]} of {drawn} ({failed} without a minimum, {bad} inadmissible). The "
            "sample is too small for this model: simplify it, or use method='montecarlo'."
        )
    return Bootstrap(
        fit, seed, drawn, failed, bad, rows, np.concatenate([p.r2 for p in parts]),
        np.concatenate([p.chisq for p in parts]), kind,
        source.clusters if isinstance(source, Cases) else None, done.interrupted,
    )  # fmt: skip


def _source(fit: Fit, kind: str, cluster: Any) -> Source:
    if cluster is not None and kind != "nonparametric":
        raise ArgumentError(
            f"cluster= needs kind='nonparametric'; got kind={kind!r}. The model says nothing of "
            "how the cases of a cluster go together: leave one of the two out."
        )
    if kind == "parametric":
        return Parametric.of(fit)
    if kind == "bollen.stine":
        return Turned(where_the_model_holds(fit))
    return Cases(fit, None if cluster is None else clusters_of(fit, cluster))


@dataclass(frozen=True, slots=True)
class _Part:
    """The resamples of a block, as in `Bootstrap`."""

    rows: NDArray
    r2: NDArray
    chisq: NDArray
    failed: int
    inadmissible: int


def _resample(block: Block) -> _Part:
    source, null = block.what
    fit = source.fit
    rng = np.random.default_rng(block.seed)
    places, rows, r2, chisq = [], [], [], []
    failed = inadmissible = 0
    for part, found in source.draw(rng, block.size):
        failed += int((~found.converged).sum())
        inadmissible += int((found.converged & ~found.admissible).sum())
        places.append(part[found.admissible])
        rows.append(values_of(fit, found, found.admissible))
        r2.append(r2_of(fit, found, found.admissible))
        if null:
            chisq.append(chi_square(fit, found.value[found.converged]))
    order = np.argsort(np.concatenate(places))
    return _Part(
        np.concatenate(rows, axis=1)[:, order], np.concatenate(r2)[order],
        np.concatenate([np.empty(0), *chisq]), failed, inadmissible,
    )  # fmt: skip


def need_converged(fit: Fit, what: str) -> None:
    """Refuse a fit without a minimum."""
    if not fit.converged:
        raise EstimationError(
            f"{what} needs a converged fit; " + " ".join(str(p) for p in fit.problems)
        )
