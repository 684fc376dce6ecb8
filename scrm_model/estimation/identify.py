"""Can the data determine every parameter? Asked of the model, whatever the sample.

Notes
-----
A model is locally identified where the rank of the derivatives of the moments equals the number
of free parameters; the expected information has the same rank [rothenberg1971]_. The rank is
taken at a point in general position, because special values (a path of zero) lower it.

References
----------
.. [rothenberg1971] Rothenberg, T. J. (1971). Identification in parametric models.
   Econometrica, 39, 577-591.
"""

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import IdentificationError
from scrm_model.estimation.optimise.problem import Problem
from scrm_model.estimation.uncertainty.information import null_parameters


def check_count(problem: Problem, n_equalities: int) -> None:
    """Refuse more free parameters than moments (the t-rule).

    Raises
    ------
    IdentificationError
    """
    free = problem.model.n_parameters - n_equalities
    moments = problem.model.n_moments
    if free > moments:
        raise IdentificationError(
            f"model= needs at most as many free parameters as moments; got {free} parameters for "
            f"{moments} variances and covariances (df = {moments - free}). Free parameters: "
            f"{_some(problem.model.names)}. Add indicators, or fix parameters."
        )


def check_identified(problem: Problem, start: NDArray) -> None:
    """Refuse a model whose information is singular in general position.

    Parameters
    ----------
    problem : Problem
    start : ndarray, shape (q,)
        A point near which F is finite.

    Raises
    ------
    IdentificationError
        Naming the parameters that cannot be told apart.
    """
    suspects: set[int] | None = None
    rng = np.random.default_rng(20)
    for _ in range(3):
        theta = _general_point(problem, start, rng)
        if theta is None:
            return
        point = problem.discrepancy.evaluate(problem.model, theta[None], problem.samples)
        information = problem.discrepancy.information(problem.model, point, problem.samples)[0]
        null = set(null_parameters(information, problem.space.basis))
        suspects = null if suspects is None else suspects & null
        if not suspects:
            return
    names = [problem.model.names[k] for k in sorted(suspects or ())]
    raise IdentificationError(
        f"model= needs parameters that the data can tell apart; these cannot be: {_some(names)}. "
        "Fix one of them (a loading or a variance gives a factor its scale), give the factor more "
        "indicators, or set two of them equal with a shared label."
    )


def _general_point(problem: Problem, start: NDArray, rng: np.random.Generator) -> NDArray | None:
    for spread in (0.3, 0.1, 0.03, 0.01):
        jump = rng.uniform(-1.0, 1.0, len(start)) * spread * (0.3 + np.abs(start))
        theta = problem.space.theta(problem.space.nearest((start + jump)[None]))
        point = problem.discrepancy.evaluate(problem.model, theta, problem.samples)
        if np.isfinite(point.value[0]):
            return theta[0]
    return None


def _some(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names[:12]) + (f" and {len(names) - 12} more" if len(names) > 12 else "")
