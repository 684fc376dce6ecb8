"""Constraints of the model text: linear equalities solved away, all others as functions.

Notes
-----
Linear equalities ``R theta = d`` become ``theta = origin + basis t`` with `basis` an orthonormal
basis of the null space of R: the optimiser never sees them, and the information is projected
the same way [aitchison1958]_.

References
----------
.. [aitchison1958] Aitchison, J., & Silvey, S. D. (1958). Maximum-likelihood estimation of
   parameters subject to restraints. Annals of Mathematical Statistics, 29, 813-828.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ModelError
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.optimise.problem import Space
from scrm_model.estimation.uncertainty.delta import jacobian
from scrm_model.spec.table import Constraint


def label_values(model: CompiledModel, theta: NDArray) -> dict[str, NDArray]:
    """Values of every label and definition for a stack of parameter vectors.

    Parameters
    ----------
    model : CompiledModel
    theta : ndarray, shape (B, q)

    Returns
    -------
    dict of str to ndarray, shape (B,)
    """
    values: dict[str, NDArray] = {}
    for row, v in enumerate(model.table.parameters):
        if v.label and v.label not in values:
            number = model.row_parameter[row]
            fixed = 0.0 if v.value is None else v.value
            values[v.label] = theta[:, number] if number >= 0 else np.full(len(theta), fixed)
    values |= model.table.defined_values(values)
    return values


@dataclass(frozen=True, slots=True)
class Constraints:
    """The constraints of a model, sorted by kind.

    Attributes
    ----------
    model : CompiledModel
    space : Space
        Linear equalities, solved.
    curved : tuple of Constraint
        Equalities that are not linear.
    inequalities : tuple of Constraint
        Written with < or >.
    """

    model: CompiledModel
    space: Space
    curved: tuple[Constraint, ...]
    inequalities: tuple[Constraint, ...]

    @property
    def linear_only(self) -> bool:
        """Whether the space says all."""
        return not self.curved and not self.inequalities and self.model.bounds is None

    def gaps(self, which: tuple[Constraint, ...], theta: NDArray) -> NDArray:
        """Left minus right side (right minus left for <), shape (B, constraints).

        Zero where an equality holds, not negative where an inequality does.
        """
        return _gaps(self.model, which, theta)


def _gaps(model: CompiledModel, which: tuple[Constraint, ...], theta: NDArray) -> NDArray:
    values = label_values(model, theta)
    columns = []
    for c in which:
        gap = c.lhs.evaluate(values) - c.rhs.evaluate(values)
        columns.append(np.broadcast_to(-gap if c.op == "<" else gap, (len(theta),)))
    return np.stack(columns, axis=1) if columns else np.zeros((len(theta), 0))


def constraints_of(model: CompiledModel) -> Constraints:
    """Sort a model's constraints and solve the linear equalities.

    Raises
    ------
    ModelError
        If linear equalities contradict each other, a constraint holds no free parameter, or
        bounds stand beside constraints that are no linear equalities.
    """
    q = model.n_parameters
    equal = tuple(c for c in model.table.constraints if c.op == "==")
    unequal = tuple(c for c in model.table.constraints if c.op != "==")
    linear = [c for c in equal if _is_linear(model, c)]
    curved = tuple(c for c in equal if c not in linear)
    if model.bounds is not None and (curved or unequal):
        raise ModelError(
            "model= needs either bounds or constraints such as '"
            f"{(*curved, *unequal)[0]}'; got both. Write 'lower(0)*x' as a label 'a*x' and 'a > 0'."
        )
    if not linear:
        return Constraints(model, Space.free(q), curved, unequal)
    rows = jacobian(lambda t: _gaps(model, tuple(linear), t), np.zeros(q))
    empty = [str(c) for c, row in zip(linear, rows, strict=True) if not row.any()]
    if empty:
        raise ModelError(
            f"model= needs constraints on free parameters; '{empty[0]}' holds none. "
            "Free the labelled parameter with NA*, or drop the constraint."
        )
    target = -_gaps(model, tuple(linear), np.zeros((1, q)))[0]
    origin, *_ = np.linalg.lstsq(rows, target, rcond=None)
    if np.abs(rows @ origin - target).max() > 1e-9 * max(1.0, np.abs(target).max()):
        raise ModelError(
            "model= needs constraints that can hold together; these contradict each other: "
            + "; ".join(str(c) for c in linear)
            + ". Drop one of them."
        )
    _, singular, right = np.linalg.svd(rows)
    rank = int((singular > 1e-10 * singular[0]).sum())
    return Constraints(model, Space(right[rank:].T, origin), curved, unequal)


def _is_linear(model: CompiledModel, constraint: Constraint) -> bool:
    """Linear where the derivatives are the same at any two places."""
    rng = np.random.default_rng(1)
    with np.errstate(all="ignore"):
        first, second = (
            jacobian(
                lambda t: _gaps(model, (constraint,), t), rng.uniform(0.5, 2.0, model.n_parameters)
            )
            for _ in range(2)
        )
    return bool(np.isfinite(first).all() and np.allclose(first, second, rtol=1e-12, atol=1e-12))
