"""Which targets of which replicates are found, and which intervals hold the truth.

Notes
-----
One coefficient is tested by its z. An indirect effect is judged by a Monte Carlo interval
[mackinnon2004]_: its atoms are drawn from the normal distribution of their estimates, and the
interval lies between the alpha / 2 and 1 - alpha / 2 quantiles of the effect's draws. A value is
outside if less than alpha / 2 of the draws lie on one side of it, which needs no sorting. Intervals
by the delta method are symmetric and miss small effects: they are there for comparison.

References
----------
.. [mackinnon2004] MacKinnon, D. P., Lockwood, C. M., & Williams, J. (2004). Confidence limits for
   the indirect effect. Multivariate Behavioral Research, 39, 99-128.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from scrm_model.planning.targets import Targets

_CHUNK = 16  # replicates whose draws are in memory, and in the processor's cache, at once
_STEP = 1e-30


@dataclass(frozen=True, slots=True)
class Judgement:
    """Targets of a stack of B replicates.

    Attributes
    ----------
    value, error : ndarray, shape (B, T)
        Estimates and their standard errors (standard deviations of the draws).
    success : ndarray of bool, shape (B, T)
        Whether the interval excludes 0 on the side that is expected: the claimed one, or that of
        the true value, or either where the true value is 0.
    covered : ndarray of bool, shape (B, T)
        Whether the true value lies in the interval.
    """

    value: NDArray
    error: NDArray
    success: NDArray
    covered: NDArray


def judge(
    targets: Targets,
    true: NDArray,
    est: NDArray,
    cov: NDArray,
    alpha: float,
    draws: NDArray | None,
) -> Judgement:
    """Test every target of every replicate.

    Parameters
    ----------
    targets : Targets
    true : ndarray, shape (T,)
    est : ndarray, shape (B, A)
        Atoms.
    cov : ndarray, shape (B, A, A)
        Covariance matrices of the atoms.
    alpha : float
        Level of two-sided tests.
    draws : ndarray, shape (D, A), or None
        Standard normal numbers for the Monte Carlo intervals, the same for all replicates; None for
        the delta method.

    Returns
    -------
    Judgement
    """
    out = _by_normal(targets, true, est, cov, alpha)
    drawn = [k for k, t in enumerate(targets.targets) if not t.direct]
    if draws is not None and drawn:
        values, vectors = np.linalg.eigh(cov)
        # The symmetric root is unique: the same seed gives the same draws on every machine.
        root = (vectors * np.sqrt(np.maximum(values, 0.0))[:, None, :]) @ vectors.swapaxes(1, 2)
        # Seven digits are enough to count on which side draws lie, and half the work.
        root, turned = root.astype(np.float32), draws.T.astype(np.float32)
        for first in range(0, len(est), _CHUNK):
            part = slice(first, first + _CHUNK)
            moves = (root[part].reshape(-1, len(turned)) @ turned).reshape(-1, *turned.shape)
            _by_draws(targets, drawn, true, est[part], moves, alpha, out, part)
    return out


def _side(targets: Targets, true: NDArray) -> NDArray:
    claimed = np.array([t.sign for t in targets.targets])
    return np.where(claimed != 0, claimed, np.sign(true))


def _by_normal(
    targets: Targets, true: NDArray, est: NDArray, cov: NDArray, alpha: float
) -> Judgement:
    """Wald and delta intervals."""
    size = est.shape[1]
    turned = est.T[:, :, None] + 1j * _STEP * np.eye(size)[:, None, :]
    found = targets.values(turned, targets.targets)
    value, slopes = found.real[:, :, 0].T, found.imag.swapaxes(0, 1) / _STEP
    error = np.sqrt(np.maximum(np.einsum("bta,bac,btc->bt", slopes, cov, slopes), 0.0))
    reach = -ndtri(alpha / 2.0) * error
    side = _side(targets, true)
    success = ((value - reach > 0) & (side >= 0)) | ((value + reach < 0) & (side <= 0))
    return Judgement(value, error, success, np.abs(value - true) <= reach)


def _by_draws(
    targets: Targets,
    which: list[int],
    true: NDArray,
    est: NDArray,
    moves: NDArray,
    alpha: float,
    out: Judgement,
    part: slice,
) -> None:
    """Overwrite some targets of some replicates; moves (b, A, D) are draws less estimates."""
    atoms = (est[:, :, None].astype(np.float32) + moves).swapaxes(0, 1)
    drawn = targets.values(atoms, [targets.targets[k] for k in which])
    side = _side(targets, true)[which, None]
    count = moves.shape[2]
    least = alpha / 2.0 * count
    error = drawn.std(axis=2, ddof=1)
    below = np.count_nonzero(drawn < 0, axis=2)
    under = np.count_nonzero(drawn < true[which, None, None].astype(np.float32), axis=2)
    found = ((below < least) & (side >= 0)) | ((count - below < least) & (side <= 0))
    # Draws that do not vary lie on no side.
    out.success[part, which] = (found & (error > 0)).T
    out.covered[part, which] = ((under >= least) & (count - under >= least)).T
    out.error[part, which] = error.T
