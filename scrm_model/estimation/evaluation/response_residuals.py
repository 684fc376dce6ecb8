"""Residuals of the moments of models with ordinal variables.

Notes
-----
With e the residual moments, W their weight, Gamma / n their covariances and Delta their
derivatives, the covariance matrix of e is ``Q Gamma Q' / n`` with
``Q = I - Delta E^-1 Delta' W`` [browne1984]_. Normalized residuals leave Q out.

References
----------
.. [browne1984] Browne, M. W. (1984). Asymptotically distribution-free methods for the analysis
   of covariance structures. British Journal of Mathematical and Statistical Psychology, 37, 62-83.
"""

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.responses import response_parts
from scrm_model.estimation.uncertainty.bread import Bread

_NO_ERROR = 1e-10  # share of a moment's variance below which its residual can only be 0


def response_residual_vectors(bread: Bread, kind: str) -> list[NDArray]:
    """Residuals of every group's moments.

    Parameters
    ----------
    bread : Bread
        Of a model with ordinal variables, its information regular for ``"standardized"``.
    kind : {"raw", "cor", "cor.bentler", "normalized", "standardized"}
        ``"cor"`` and ``"cor.bentler"`` divide covariances and means of continuous variables by
        standard deviations; polychoric correlations are correlations already, and slopes on fixed
        predictors stay as they are [lavaan's convention].

    Returns
    -------
    list of ndarray, shape (M,)
        A residual that can only be 0 is 0.
    """
    of = bread.model.responses
    assert of is not None
    out = []
    for number, (part, sample) in enumerate(
        zip(response_parts(bread.point), bread.samples, strict=True)
    ):
        assert sample.moments is not None
        assert sample.gamma is not None
        e = sample.moments[0] - part.moments[0]
        if kind == "raw":
            out.append(e)
        elif kind in ("cor", "cor.bentler"):
            out.append(_as_correlations(bread, number, kind))
        else:
            whole = np.diag(sample.gamma[0]) / sample.cases
            variance = _left(bread, number) if kind == "standardized" else whole
            varies = variance > _NO_ERROR * whole
            out.append(np.where(varies, e / np.sqrt(np.where(varies, variance, 1.0)), 0.0))
    return out


def _as_correlations(bread: Bread, number: int, kind: str) -> NDArray:
    of = bread.model.responses
    assert of is not None
    sample, part = bread.samples[number], response_parts(bread.point)[number]
    assert sample.moments is not None
    scaled = []
    for vector in (sample.moments[0], part.moments[0]):
        by = vector if kind == "cor" else sample.moments[0]
        d = np.sqrt(np.diag(of.covariances(by)))
        v = vector.copy()
        location, _, variances, pairs = of.sections
        v[location] /= d[of.location]
        v[variances] /= d[of.continuous] ** 2
        v[pairs] /= d[of.pairs[0]] * d[of.pairs[1]]
        scaled.append(v)
    return scaled[0] - scaled[1]


def _left(bread: Bread, number: int) -> NDArray:
    """Variances of one group's residuals, shape (M,)."""
    inverse = bread.inverse("expected")
    assert inverse is not None  # the caller asked before
    g = bread.groups[number]
    own = np.diag(g.gamma).copy()
    # n_g times the variance: estimates see this group by its share, and all groups by the meat.
    reach = inverse @ g.slopes
    own -= 2.0 * g.share * np.einsum("qm,qm->m", reach, g.carried)
    own += g.share * np.einsum("qm,qk,km->m", reach, bread.moment_meat(), reach)
    return np.maximum(own, 0.0) / g.sample.cases
