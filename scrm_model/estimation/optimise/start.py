"""Start values from the sample covariances, without iteration.

Notes
-----
Latent variables are built level by level, first-order before higher-order, as extra rows of a
covariance matrix C of everything known so far. For a latent variable f with marker x_1, the loading
of x_j is the instrumental-variable estimate FABIN3 of [hagglund1982]_,
``C_1z C_zz^-1 C_zj / C_1z C_zz^-1 C_z1``, with the other indicators as instruments z. With A the
covariance matrix of all indicators but the marker, b their covariances with it, ``u = A^-1 b`` and
``r_j = u_j / (A^-1)_jj``, the rule for leaving one variable out of an inverse turns that into
``(b_j - r_j) / (b' u - u_j r_j)``: one inverse serves all loadings of a variable. Then
``C_fv = sum_j l_j C_jv / sum_j l_j^2`` over the indicators j other than v. Paths start at the
least-squares solution on C.

References
----------
.. [hagglund1982] Hägglund, G. (1982). Factor analysis by instrumental variables methods.
   Psychometrika, 47, 209-222.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.implied.compiled import (
    ALPHA,
    BETA,
    DELTA,
    LAMBDA,
    NU,
    PSI,
    TAU,
    THETA,
    Block,
    CompiledModel,
)
from scrm_model.estimation.implied.moments import implied
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.optimise.composite_start import composite_weights
from scrm_model.estimation.optimise.start_plan import Composite, Level, Paths, Plan, kinds, plans


@dataclass(frozen=True, eq=False)
class Starts:
    """Points to start from, made when they are asked for: the first is mostly enough.

    Attributes
    ----------
    model : CompiledModel
    samples : tuple of Sample
        One a group; the first member of each stack is used.
    """

    model: CompiledModel
    samples: tuple[Sample, ...]

    @cached_property
    def guess(self) -> NDArray:
        """The guess from the sample covariances, shape (q,)."""
        model = self.model
        q = model.n_parameters
        sums = np.zeros(q)
        for plan, block, sample in zip(plans(model), model.blocks, self.samples, strict=True):
            flat = _Guess(block, sample, plan).flat
            sums += np.bincount(block.cell_parameter, flat[block.cells], q)
        guess = sums / _uses(model)
        _user_values(model, guess[None])
        return guess

    @cached_property
    def points(self) -> NDArray:
        """All points, shape (starts, q); see `starting_points`."""
        model, guess = self.model, self.guess
        loading, simple, weight = kinds(model)
        plain = np.zeros(model.n_parameters)
        for block, sample in zip(model.blocks, self.samples, strict=True):
            plain[block.cell_parameter] = _plain(model, block, sample)[block.cells]
        plain[weight] = guess[weight]
        points = np.stack(
            [guess, np.where(simple, 0.0, guess), np.where(loading, guess, plain), plain]
        )
        _user_values(model, points)
        return points[[*_usable(model, points[:-1], self.samples), len(points) - 1]]

    def __getitem__(self, which: int | slice) -> NDArray:
        return self.points[which]

    def __len__(self) -> int:
        return len(self.points)


def starting_points(model: CompiledModel, samples: tuple[Sample, ...]) -> NDArray:
    """Points to start from, the most promising first.

    Parameters
    ----------
    model : CompiledModel
    samples : tuple of Sample
        One a group; the first member of each stack is used.

    Returns
    -------
    ndarray, shape (starts, q)
        The guess from the sample covariances; the same without paths and covariances; its
        loadings with small factors and half of each variance as residual; and that with unit
        loadings. The user's own start values stand in all. Points at which an implied
        covariance matrix is not positive definite are left out, but for the last.
    """
    return Starts(model, samples).points


def _uses(model: CompiledModel) -> NDArray:
    """In how many cells each parameter stands, shape (q,)."""
    cells = np.concatenate([block.cell_parameter for block in model.blocks])
    return np.bincount(cells, minlength=model.n_parameters)


def _user_values(model: CompiledModel, starts: NDArray) -> None:
    for number, value in model.user_starts:
        starts[:, number] = value


def _usable(model: CompiledModel, starts: NDArray, samples: tuple[Sample, ...]) -> list[int]:
    """Positions of the points at which every implied covariance matrix is positive definite."""
    if _positive_definite(model, starts, samples):
        return list(range(len(starts)))
    return [k for k in range(len(starts)) if _positive_definite(model, starts[k : k + 1], samples)]


def _positive_definite(model: CompiledModel, starts: NDArray, samples: tuple[Sample, ...]) -> bool:
    for block, sample in zip(model.blocks, samples, strict=True):
        mean = None if sample.mean is None else sample.mean[:1]
        try:
            np.linalg.cholesky(implied(block, starts, sample.cov[:1], mean).sigma)
        except np.linalg.LinAlgError:
            return False
    return True


def _plain(model: CompiledModel, block: Block, sample: Sample) -> NDArray:
    """Unit loadings, half of each variance as residual, no paths and no covariances."""
    out = np.zeros(len(block.base))
    lam, _, psi, theta, nu, *_ = block.layout.split(out[None])
    half = 0.5 * np.diag(sample.cov[0])
    place = {name: k for k, name in enumerate(model.observed)}
    lam[:] = 1.0
    theta[0] = np.diag(half)
    psi[0] = np.diag([half[place[n]] if n in place else 0.05 for n in model.latent])
    if sample.mean is not None:
        nu[0, :, 0] = sample.mean[0]
    _cuts_and_scales(block, sample, out)
    return out


def _cuts_and_scales(block: Block, sample: Sample, flat: NDArray) -> None:
    """Thresholds of the sample and scales of 1, where there are ordinal variables."""
    of = block.responses
    if of is not None and sample.moments is not None:
        matrices = block.layout.split(flat[None])
        matrices[TAU][0, :, 0] = sample.moments[0, of.sections[0]][of.at_cut]
        matrices[DELTA][:] = 1.0


class _Guess:
    """Start matrices of one group, in `flat` as the block's buffer has them."""

    def __init__(self, block: Block, sample: Sample, plan: Plan) -> None:
        p, m = block.layout.p, block.layout.m
        self.p, self.m = p, m
        self.flat = np.zeros(len(block.base))
        self.out = tuple(matrix[0] for matrix in block.layout.split(self.flat[None]))
        # C over observed variables, then latent ones; a latent stand-in for an observed
        # variable is that variable.
        self.cov = np.zeros((p + m, p + m))
        self.cov[:p, :p] = sample.cov[0]
        if len(plan.stand_in):
            self.cov[plan.stand_in] = self.cov[plan.observed]
            self.cov[:, plan.stand_in] = self.cov[:, plan.observed]
        for step in plan.steps:
            if isinstance(step, Level):
                self._latent(step)
            else:
                self._composite(step)
        if plan.paths is not None:
            self._paths(plan.paths)
        self._variances(sample.cov[0].diagonal())
        if sample.mean is not None:
            self.out[NU][:, 0] = sample.mean[0]
            self.out[ALPHA][plan.stand_in - p, 0] = sample.mean[0, plan.observed]
        _cuts_and_scales(block, sample, self.flat)

    def _latent(self, level: Level) -> None:
        """Loadings, and covariances with all that is known; a row each of the level."""
        real, f = level.real, level.latent
        loading, variance = one_factor(_gathered(self.cov, level.indicators, real), real)
        loading, variance = _rescaled(level, loading, variance)
        self.flat[level.cells] = loading[real]
        at, of = np.nonzero(real)[0], level.indicators[real]
        weight = np.zeros((len(f), self.p + self.m))
        weight[at, of] = loading[real]
        # Each covariance leaves out the indicator that it is a covariance with.
        scale = self.cov.diagonal()
        squares = weight * weight
        norm = squares.sum(axis=1, keepdims=True) - squares
        column = _over(weight @ self.cov - weight * scale, norm)
        column[at, of] = (loading * variance[:, None])[real]
        limit = 0.95 * np.sqrt(variance[:, None] * np.maximum(scale, 0))
        column = np.minimum(np.maximum(column, -limit), limit)
        # Among those that become known together, from the columns just found.
        among = _over(weight @ column.T, squares.sum(axis=1, keepdims=True))
        among = np.tril(among, -1)
        limit = 0.95 * np.sqrt(variance[:, None] * variance)
        among = np.minimum(np.maximum(among + among.T, -limit), limit)
        among.flat[:: len(f) + 1] = variance
        column[:, f] = among
        self.cov[f], self.cov[:, f] = column, column.T

    def _composite(self, step: Composite) -> None:
        f, parts = step.latent, step.parts
        if len(parts):
            weights = composite_weights(self.cov, parts, step.outcomes, step.fixed)
            self.cov[f] = self.cov[:, f] = weights @ self.cov[parts]
            self.cov[f, f] = weights @ self.cov[parts, f]

    def _paths(self, paths: Paths) -> None:
        x = _gathered(self.cov, paths.predictors, paths.real)
        k = x.shape[1]
        x.reshape(len(x), -1)[:, :: k + 1] *= 1.0 + 1e-6
        y = np.where(paths.real, self.cov[paths.outcome[:, None], paths.predictors], 0.0)
        self.flat[paths.cells] = _solve(x, y)[paths.real]
        self.flat[paths.fixed_cells] = paths.fixed

    def _variances(self, total: NDArray) -> None:
        beta, lam, psi, theta = (self.out[k] for k in (BETA, LAMBDA, PSI, THETA))
        eta = self.cov[self.p :, self.p :]
        left = np.eye(self.m) - beta
        rest = ((left @ eta) * left).sum(axis=1)
        endogenous = beta.any(axis=1)
        psi[:] = np.where(endogenous[:, None] | endogenous, 0.0, eta)
        floor = 0.1 * np.maximum(eta.diagonal(), 1e-3)
        psi.flat[:: self.m + 1] = np.maximum(rest, floor)
        explained = ((lam @ eta) * lam).sum(axis=1)
        theta.flat[:: self.p + 1] = np.minimum(np.maximum(total - explained, 0.1 * total), total)


def _gathered(cov: NDArray, index: NDArray, real: NDArray) -> NDArray:
    """Covariances among the variables of each row, those that fill it up uncorrelated."""
    out = cov[index[:, :, None], index[:, None, :]]
    if not real.all():
        out *= real[:, :, None] & real[:, None, :]
        row, column = np.nonzero(~real)
        out[row, column, column] = 1.0
    return out


def _over(top: NDArray, bottom: NDArray) -> NDArray:
    """Quotients, 0 where the divisor is not positive."""
    return np.divide(top, bottom, out=np.zeros_like(top), where=bottom > 0)


def one_factor(cov: NDArray, real: NDArray) -> tuple[NDArray, NDArray]:
    """Loadings (the first is 1) and variances of single factors, FABIN3.

    Parameters
    ----------
    cov : ndarray, shape (F, K, K)
        Covariances among the indicators of each; unit variances fill it up.
    real : ndarray of bool, shape (F, K)
        Which indicators there are.

    Returns
    -------
    ndarray, shape (F, K)
        0 where there is no indicator.
    ndarray, shape (F,)
    """
    first, spread = cov[:, 0, 0], np.einsum("fkk->fk", cov)
    loading = real.astype(float)
    count = real.sum(axis=1)
    if cov.shape[1] > 1:
        b = cov[:, 1:, 0]
        inverse = _inverse(cov[:, 1:, 1:])
        u = (inverse @ b[..., None])[..., 0]
        r = u / np.einsum("fkk->fk", inverse)
        bottom = (b * u).sum(axis=1, keepdims=True) - u * r
        floor = 1e-8 * first[:, None]
        np.divide(b - r, bottom, out=loading[:, 1:], where=(bottom > floor) & real[:, 1:])
        two = np.flatnonzero((count == 2) & (first > 0))
        if len(two):
            loading[two, 1] = np.minimum(np.maximum(2.0 * b[two, 0] / first[two], -3.0), 3.0)
        limit = 5.0 * np.sqrt(np.maximum(spread, 1e-12) / np.maximum(first, 1e-12)[:, None])
        loading = np.minimum(np.maximum(loading, -limit), limit)
        loading[:, 0] = 1.0
    pairs = loading[:, :, None] * loading[:, None, :]
    pairs.reshape(len(pairs), -1)[:, :: cov.shape[1] + 1] = 0.0
    variance = (cov * pairs).sum(axis=(1, 2)) / np.maximum((pairs**2).sum(axis=(1, 2)), 1e-12)
    variance = np.minimum(np.maximum(variance, 0.1 * first), 0.95 * first)
    variance = np.where(first > 0, variance, 0.05)
    return loading, np.where(count == 1, np.maximum(0.9 * first, 1e-6), variance)


def _rescaled(level: Level, loading: NDArray, variance: NDArray) -> tuple[NDArray, NDArray]:
    """Bring marker-scaled loadings to the scale that fixed values ask for."""
    factor = np.ones(len(loading))
    usable = (level.given != 0) & (np.abs(loading) > 1e-8)
    for k in range(len(loading)):
        if usable[k].any():
            at = usable[k].argmax()
            factor[k] = level.given[k, at] / loading[k, at]
        elif level.variance[k] > 0:
            factor[k] = np.sqrt(variance[k] / level.variance[k])
    return loading * factor[:, None], variance / factor**2


def _inverse(matrices: NDArray) -> NDArray:
    try:
        return np.linalg.inv(matrices)
    except np.linalg.LinAlgError:
        return np.linalg.pinv(matrices, hermitian=True)


def _solve(matrices: NDArray, sides: NDArray) -> NDArray:
    """Solution of a stack of symmetric systems; the shortest where one is singular."""
    try:
        return np.linalg.solve(matrices, sides[..., None])[..., 0]
    except np.linalg.LinAlgError:
        return (np.linalg.pinv(matrices, hermitian=True) @ sides[..., None])[..., 0]
