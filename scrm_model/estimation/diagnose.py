"""What is wrong with a solution: which parameter, and what to try."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.factor import Factor
from scrm_model.estimation.implied.compiled import PSI, THETA, CompiledModel
from scrm_model.estimation.implied.moments import fill, total_paths
from scrm_model.estimation.observed.sample import Sample


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a reader of a result must know.

    Attributes
    ----------
    code : str
        ``"not_converged"``, ``"negative_variance"``, ``"correlation_above_one"``,
        ``"not_positive_definite"``, ``"unstable_loop"`` or ``"information_singular"``.
    parameters : tuple of str
        Parameters or variables concerned.
    message, advice : str
        What was found, and what to try.
    """

    code: str
    parameters: tuple[str, ...]
    message: str
    advice: str

    def __str__(self) -> str:
        return f"{self.message} {self.advice}"


def not_converged(iterations: int) -> Problem:
    """No minimum was found."""
    return Problem(
        "not_converged",
        (),
        f"No minimum was found in {iterations} iterations; the numbers are no estimates.",
        "Try std_lv=True, start values with start(), a simpler model, or more answers; look for "
        "items on very different scales and for factors with two weak indicators.",
    )


def information_singular(names: list[str]) -> Problem:
    """The model is identified, but not by this sample."""
    return Problem(
        "information_singular",
        tuple(names),
        f"This sample cannot tell these parameters apart: {', '.join(names)}. They have no "
        "standard errors.",
        "A factor whose indicators hardly correlate, or two factors that are one, is the usual "
        "cause: fix a parameter, merge the factors, or collect more answers.",
    )


def inadmissible(
    model: CompiledModel,
    theta: NDArray,
    samples: tuple[Sample, ...],
    auxiliary: tuple[str, ...] = (),
) -> tuple[Problem, ...]:
    """Values that no population can have.

    Parameters
    ----------
    model : CompiledModel
    theta : ndarray, shape (q,)
    samples : tuple of Sample
    auxiliary : tuple of str
        Variables that are not looked at: what they share with a factor shows as covariances with
        residuals, which then need not be those of any population [savalei2009]_.

    Returns
    -------
    tuple of Problem
        Empty for an admissible solution.

    References
    ----------
    .. [savalei2009] Savalei, V., & Bentler, P. M. (2009). A two-stage approach to missing data:
       theory and application to auxiliary variables. Structural Equation Modeling, 16, 477-497.
    """
    found: list[Problem] = []
    for group, (block, sample) in enumerate(zip(model.blocks, samples, strict=True)):
        mean = None if sample.mean is None else sample.mean[:1]
        matrices = fill(block, theta[None], sample.cov[:1], mean)
        for matrix, names in ((THETA, model.observed), (PSI, model.latent)):
            blank(matrices[matrix], names, auxiliary)
        where = f" [{model.table.groups[group]}]" if len(model.blocks) > 1 else ""
        for matrix, names in ((THETA, model.observed), (PSI, model.latent)):
            found += _negative(matrices[matrix][0], names, where)
            if matrix == THETA:
                found += _indefinite(matrices[matrix][0], names, where, "residual")
        paths = total_paths(matrices[1])[0]
        found += _latent(paths @ matrices[PSI][0] @ paths.T, model, where)
        if not any(p.code in ("negative_variance", "correlation_above_one") for p in found):
            found += _indefinite(matrices[PSI][0], model.latent, where, "latent")
    return tuple(found)


def blank(cov: NDArray, names: tuple[str, ...], auxiliary: tuple[str, ...]) -> None:
    """Set what belongs to auxiliary variables to 0 in a stack of covariance matrices."""
    if gone := [k for k, name in enumerate(names) if name in auxiliary]:
        cov[:, gone] = 0.0
        cov[:, :, gone] = 0.0


def _negative(cov: NDArray, names: tuple[str, ...], where: str) -> list[Problem]:
    bad = [n for n, v in zip(names, np.diag(cov), strict=True) if v < -1e-10]
    if not bad:
        return []
    told = tuple(f"{n} ~~ {n}{where}" for n in bad)
    return [
        Problem(
            "negative_variance",
            told,
            f"Negative variance (Heywood case): {', '.join(told)}.",
            "The sample is small, the item is nearly the factor itself, or the factor has too few "
            "indicators: look at the item, add indicators, or compare with a bound such as "
            "'v > 0' on its labelled variance.",
        )
    ]


def _latent(cov: NDArray, model: CompiledModel, where: str) -> list[Problem]:
    """Correlations above 1 between true latent variables."""
    pick = [k for k, name in enumerate(model.latent) if name in model.table.latent]
    variance = np.diag(cov)
    told = tuple(
        f"{model.latent[i]} ~~ {model.latent[j]}{where}"
        for a, i in enumerate(pick)
        for j in pick[a + 1 :]
        if variance[i] > 0
        and variance[j] > 0
        and abs(cov[i, j]) > np.sqrt(variance[i] * variance[j]) * (1 + 1e-8)
    )
    if not told:
        return []
    return [
        Problem(
            "correlation_above_one",
            told,
            f"Correlation above 1 between latent variables: {', '.join(told)}.",
            "The two may be one construct: merge them, or look for items that measure both.",
        )
    ]


def _indefinite(cov: NDArray, names: tuple[str, ...], where: str, kind: str) -> list[Problem]:
    variance = cov.diagonal()
    used = variance > 1e-12
    uncorrelated = np.count_nonzero(cov) == np.count_nonzero(variance)
    if uncorrelated or used.sum() < 2 or (variance < -1e-10).any():
        return []
    scale = 1.0 / np.sqrt(variance[used])
    correlations = cov[np.ix_(used, used)] * np.outer(scale, scale)
    if Factor.of(correlations) is not None:
        return []
    values, vectors = np.linalg.eigh(correlations)
    if values[0] > -1e-8:
        return []
    kept = [n for n, u in zip(names, used, strict=True) if u]
    told = tuple(n for n, w in zip(kept, np.abs(vectors[:, 0]), strict=True) if w > 0.2)
    return [
        Problem(
            "not_positive_definite",
            told,
            f"The {kind} covariance matrix is not positive definite{where}: {', '.join(told)}.",
            "Their covariances contradict each other: fix or drop one of them.",
        )
    ]
