"""Score tests of restrictions: what a fit would gain if equal parameters were released.

Notes
-----
At the minimum of the restricted model, seen as a point of the larger model that releases some of
its restrictions, with U the derivative of the log-likelihood, I the expected information of the
whole sample and B the directions that the larger model leaves free [silvey1959]_::

    T   = U' B (B' I B)^-1 B' U         chi-square, df = directions gained
    epc = B (B' I B)^-1 B' U

U is 0 along the directions of the restricted model. For one direction T is the modification index
of `scrm_model.estimation.evaluation.modification`, of which the conventions hold here too: it is
never scaled, I counts all cases, and moments of fixed predictors are no data. lavaan has the same
numbers in ``lavTestScore()``.

References
----------
.. [silvey1959] Silvey, S. D. (1959). The Lagrangian multiplier test. Annals of Mathematical
   Statistics, 30, 389-407.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.contract import Discrepancy
from scrm_model.estimation.evaluation.modification import held_information
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.uncertainty.information import inverse_information


@dataclass(frozen=True, slots=True)
class Released:
    """The test of one restriction, or of several at once.

    Attributes
    ----------
    stat : float
        NaN where the larger model would not be identified.
    df : int
        Directions that the release adds.
    change : dict of (lhs, op, rhs, group) to float
        Expected change of every free parameter of the larger model.
    """

    stat: float
    df: int
    change: dict[tuple[str, str, str, int], float]


def values_in(model: CompiledModel, theta: NDArray, larger: CompiledModel) -> NDArray:
    """The larger model's parameters at a restricted solution, shape (q_larger,).

    Parameters
    ----------
    model : CompiledModel
        The restricted model.
    theta : ndarray, shape (q,)
        Its solution.
    larger : CompiledModel
        A model of the same cells, more of them free.
    """
    at = {}
    for v, number in zip(model.table.parameters, model.row_parameter, strict=True):
        value = theta[number] if number >= 0 else (v.value or 0.0)
        at[v.lhs, v.op, v.rhs, v.group] = float(value)
    out = np.zeros(larger.n_parameters)
    for v, number in zip(larger.table.parameters, larger.row_parameter, strict=True):
        if number >= 0:
            out[number] = at.get((v.lhs, v.op, v.rhs, v.group), 0.0)
    return out


def release_test(
    model: CompiledModel,
    theta: NDArray,
    n_free: int,
    larger: CompiledModel,
    basis: NDArray,
    samples: tuple[Sample, ...],
    discrepancy: Discrepancy,
) -> Released:
    """Score test of the restrictions by which a model differs from a larger one.

    Parameters
    ----------
    model : CompiledModel
        The restricted model.
    theta : ndarray, shape (q,)
        Its solution, a minimum.
    n_free : int
        Its free parameters less its constraints.
    larger : CompiledModel
        The model with the restrictions released, of the same variables in the same order.
    basis : ndarray, shape (q_larger, k)
        Directions that its constraints leave free.
    samples : tuple of Sample
    discrepancy : Discrepancy
        What was minimised.
    """
    values = values_in(model, theta, larger)
    point = discrepancy.evaluate(larger, values[None], samples)
    cases = sum(s.cases for s in samples)
    factor = cases if discrepancy.likelihood else sum(s.n for s in samples)
    score = -factor / 2 * discrepancy.gradient(larger, point, samples)[0]
    information = cases * held_information(larger, point, samples, discrepancy)
    df = basis.shape[1] - n_free
    inverse = inverse_information(information, basis)
    if inverse is None:
        return Released(float("nan"), df, {})
    change = inverse @ score
    rows = zip(larger.table.parameters, larger.row_parameter, strict=True)
    named = {(v.lhs, v.op, v.rhs, v.group): float(change[k]) for v, k in rows if k >= 0}
    return Released(float(score @ change), df, named)
