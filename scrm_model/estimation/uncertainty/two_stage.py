"""Two-stage estimation of incomplete data: errors and test of ML on the unrestricted moments.

Notes
-----
Stage one estimates means and covariances by EM, stage two fits the model to them as if they came
from complete data. With V the complete-data information at these moments, Omega their asymptotic
covariance matrix, h the groups' shares and E the inverse of the sum of h Delta' V Delta::

    covariance of the estimates   E (sum h Delta' V Omega V Delta) E / N
    mean of the test statistic    sum tr(V Omega) - tr(E sum h Delta' V Omega V Delta)

Omega is W^-1, W the information of the incomplete cells [savalei2009]_, or with
missing="robust.two.stage" the sandwich W^-1 B W^-1 of the cases' scores [savalei2014]_.

References
----------
.. [savalei2009] Savalei, V., & Bentler, P. M. (2009). A two-stage approach to missing data: theory
   and application to auxiliary variables. Structural Equation Modeling, 16, 477-497.
.. [savalei2014] Savalei, V., & Falk, C. F. (2014). Robust two-stage approach outperforms robust
   full information maximum likelihood with incomplete nonnormal data. Structural Equation
   Modeling, 21, 280-302.
"""

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.least_squares import derivatives
from scrm_model.estimation.discrepancy.ml import Point
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.uncertainty.incomplete import Unrestricted
from scrm_model.estimation.uncertainty.information import inverse_information


def two_stage(
    model: CompiledModel,
    point: Point,
    basis: NDArray,
    of: Unrestricted,
    kind: str,
    sandwich: bool,
) -> tuple[NDArray | None, float]:
    """Covariance matrix of the estimates, times N, and the mean of the test statistic.

    Parameters
    ----------
    model : CompiledModel
    point : Point
        The solution, a stack of one.
    basis : ndarray, shape (q, k)
        Directions that constraints leave free.
    of : Unrestricted
        The moments that the model was fitted to.
    kind : {"observed", "expected"}
        Of W.
    sandwich : bool
        Whether Omega allows for non-normal data.

    Returns
    -------
    ndarray, shape (q, q), or None
        None if the information is singular.
    float
        NaN then.
    """
    q = point.theta.shape[1]
    total = sum(s.n for s in of.samples)
    inner, meat, trace = np.zeros((q, q)), np.zeros((q, q)), 0.0
    for g, (block, part, sample) in enumerate(
        zip(model.blocks, point.parts, of.samples, strict=True)
    ):
        share, slopes = sample.n / total, derivatives(block, part, q)[0][:, of.kept]
        weight, spread = of.weight(g), of.spread(g, sandwich, kind)
        pulls = slopes @ weight
        inner += share * pulls @ slopes.T
        meat += share * pulls @ spread @ pulls.T
        trace += float((weight * spread).sum())
    inverse = inverse_information(inner, basis)
    if inverse is None:
        return None, float("nan")
    return inverse @ meat @ inverse, trace - float(np.trace(inverse @ meat))
