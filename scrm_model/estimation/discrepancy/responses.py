"""Least squares on thresholds, slopes, variances and correlations of latent responses.

Notes
-----
``F = (s - sigma)' W (s - sigma)`` per group, with s the moments of
`scrm_model.estimation.implied.responses` and W the inverse of the diagonal of their covariance
matrix Gamma (diagonally weighted), of all of it (weighted), or the identity (unweighted)
[muthen1997]_. With d the derivatives of Sigma, mu, tau and Pi by the dictionary and
``a = d Sigma_ii / (2 Sigma_ii)`` for an ordinal variable, those of the moments are::

    location   (d tau - d mu) / sd - location a
    slopes     d Pi / sd - slope a
    pairs      d Sigma_ij / (sd_i sd_j) - pair (a_i + a_j)

Under the delta parameterization Sigma_ii is 1 / delta^2 whatever the other parameters; the residual
variances that make it so are eliminated from d. In the search the Hessian is taken as twice the
information (Gauss and Newton).

References
----------
.. [muthen1997] Muthén, B., du Toit, S. H. C., & Spisic, D. (1997). Robust inference using weighted
   least squares and quadratic estimating equations in latent variable modeling with categorical
   and continuous outcomes. Unpublished technical report.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.ml import Part, Point, membership
from scrm_model.estimation.implied.compiled import DELTA, TAU, Block, CompiledModel
from scrm_model.estimation.implied.moments import Implied, dictionary, fill, implied_by
from scrm_model.estimation.implied.responses import Responses
from scrm_model.estimation.observed.sample import Sample


@dataclass(frozen=True)
class ResponsePart(Part):
    """Where one group stands; there is no precision and no shift, for want of a likelihood.

    Attributes
    ----------
    implied : Implied
        Moments of latent responses given fixed predictors.
    matrices : tuple of ndarray
        Of `fill`, with zeros for the moments of fixed predictors.
    moments : ndarray, shape (B, M)
    block : Block
        The group's own.
    """

    matrices: tuple[NDArray, ...]
    moments: NDArray
    block: Block

    @cached_property
    def slopes(self) -> "Slopes":
        """Derivatives of the moments."""
        return _slopes(self.block, self)


def given_x(block: Block, theta: NDArray) -> ResponsePart:
    """What a stack of parameter vectors implies given fixed predictors.

    Parameters
    ----------
    block : Block
        With ordinal variables.
    theta : ndarray, shape (B, q)
    """
    of = block.responses
    assert of is not None
    p = block.layout.p
    matrices = fill(block, theta, np.zeros((1, p, p)), np.zeros((1, p)))
    found = implied_by(matrices, True)
    vector = moment_vector(of, found, matrices[TAU][..., 0])
    return ResponsePart(found, np.zeros(0), None, matrices, vector, block)


def response_parts(point: Point) -> list[ResponsePart]:
    """Where the groups of a model with ordinal variables stand."""
    return [part for part in point.parts if isinstance(part, ResponsePart)]


def _deviations(of: Responses, found: Implied) -> NDArray:
    """Standard deviations of latent responses, 1 for continuous variables, shape (B, y)."""
    variance = np.einsum("bii->bi", found.sigma)[:, of.y]
    with np.errstate(invalid="ignore"):
        return np.where(of.is_ordinal, np.sqrt(variance), 1.0)


def moment_vector(of: Responses, found: Implied, tau: NDArray) -> NDArray:
    """The moments in their order, shape (B, M).

    Parameters
    ----------
    of : Responses
    found : Implied
        Given fixed predictors.
    tau : ndarray, shape (B, T)
    """
    sd = _deviations(of, found)
    at = of.location
    location = found.mu[:, of.y][:, at]
    location[:, of.at_cut] = (tau - location[:, of.at_cut]) / sd[:, at[of.at_cut]]
    reach = found.loading_path[:, of.y][:, :, of.x_inner] / sd[:, :, None]
    slopes = reach.swapaxes(1, 2).reshape(len(sd), -1)
    first, second = of.pairs
    own = of.y[of.continuous]
    pairs = found.sigma[:, of.y[first], of.y[second]] / (sd[:, first] * sd[:, second])
    return np.concatenate([location, slopes, found.sigma[:, own, own], pairs], axis=1)


@dataclass(frozen=True, slots=True)
class Slopes:
    """Derivatives of one group's moments, thresholds that only shift themselves apart.

    Attributes
    ----------
    moving : ndarray of int, shape (k,)
        Parameters that move more than their own thresholds.
    dense : ndarray, shape (B, k, M)
        Their derivatives.
    threshold, column : ndarray of int, shape (c,)
        The other parameters, and the moment that each moves.
    rate : ndarray, shape (B, c)
        How much.
    """

    moving: NDArray[np.intp]
    dense: NDArray
    threshold: NDArray[np.intp]
    column: NDArray[np.intp]
    rate: NDArray


def slopes_of(block: Block, part: ResponsePart) -> Slopes:
    """Derivatives of the moments at a point; those of the point's own block are kept.

    Parameters
    ----------
    block : Block
        That of the part, or one that has other parameters of the same matrices.
    part : ResponsePart
    """
    return part.slopes if block is part.block else _slopes(block, part)


def _slopes(block: Block, part: ResponsePart) -> Slopes:
    of = block.responses
    assert of is not None
    moves = _moves(block)
    moving = np.flatnonzero(moves)
    alone = np.flatnonzero((block.thresholds >= 0) & ~moves[block.thresholds])
    sd = _deviations(of, part.implied)
    column = of.at_cut[alone]
    rate = 1.0 / sd[:, of.location[column]]
    dense = _dense(block, of, part, moving, sd[:, None])
    return Slopes(moving, dense, block.thresholds[alone], column, rate)


def _moves(block: Block) -> NDArray[np.bool_]:
    """Which parameters move more than thresholds; the last place, that of -1, does not."""
    used = (block.parameter, block.mean_parameter, block.scales, block.thresholds)
    moves = np.zeros(2 + max(int(numbers.max(initial=-1)) for numbers in used), dtype=bool)
    for numbers in used[:3]:
        moves[numbers] = True
    moves[-1] = False
    return moves


def derivatives(block: Block, part: ResponsePart, q: int) -> NDArray:
    """Delta', the derivatives of the moments, shape (B, q, M).

    Parameters
    ----------
    block : Block
    part : ResponsePart
    q : int
        Number of parameters.
    """
    found = slopes_of(block, part)
    stack, _, size = found.dense.shape
    out = np.zeros((stack, q, size))
    out[:, found.moving] = found.dense
    out[:, found.threshold, found.column] = found.rate
    return out


def _dense(
    block: Block, of: Responses, part: ResponsePart, moving: NDArray[np.intp], sd: NDArray
) -> NDArray:
    """Derivatives in the parameters that move more than thresholds, shape (B, k, M)."""
    q = len(moving)
    moves = _moves(block)
    place = np.cumsum(moves) - 1
    sigma, mu = _normal_derivatives(block, of, part, place, q)
    spread, paired = sigma[:, :, : len(of.y)], sigma[:, :, len(of.y) :]
    variance = np.einsum("bii->bi", part.implied.sigma)[:, None, of.y]
    relative = np.where(of.is_ordinal, spread / (2.0 * variance), 0.0)
    location, slopes, _, pairs = (part.moments[:, None, s] for s in of.sections)
    at, cut = of.location, of.at_cut
    moved, here = mu[:, :, at], at[cut]
    tau = np.zeros((q, len(cut)))
    shared = np.flatnonzero(moves[block.thresholds])
    tau[place[block.thresholds[shared]], shared] = 1.0
    moved[:, :, cut] = (tau - moved[:, :, cut]) / sd[:, :, here]
    moved[:, :, cut] -= location[:, :, cut] * relative[:, :, here]
    parts = [moved]
    if len(of.x):
        turned = _slope_derivatives(block, of, part, place, q) / sd[..., None]
        turned = turned.swapaxes(2, 3).reshape(*turned.shape[:2], -1)
        parts.append(turned - slopes * np.tile(relative, len(of.x)))
    first, second = of.pairs
    parts.append(spread[:, :, of.continuous])
    scaled = paired / (sd[:, :, first] * sd[:, :, second])
    scaled -= pairs * (relative[:, :, first] + relative[:, :, second])
    parts.append(scaled)
    return np.concatenate(parts, axis=2)


def _normal_derivatives(
    block: Block, of: Responses, part: ResponsePart, place: NDArray[np.intp], q: int
) -> tuple[NDArray, NDArray]:
    """Derivatives of Sigma (variances, then pairs) and of mu, residual variances eliminated."""
    d = dictionary(part.implied)
    p = block.layout.p
    left, right, weight, number = block.left, block.right, block.weight, place[block.parameter]
    inside = np.flatnonzero(of.inner[of.ordinal] >= 0) if of.delta else np.zeros(0, np.intp)
    if len(inside):
        # Residual variances that other variables inherit, as parameters to be eliminated.
        column = p + of.inner[of.ordinal[inside]]
        left, right = np.concatenate([left, column]), np.concatenate([right, column])
        weight = np.concatenate([weight, np.full(len(inside), 0.5)])
        number = np.concatenate([number, q + np.arange(len(inside))])
    dl, dr = d[:, of.y][:, :, left], d[:, of.y][:, :, right]
    first, second = of.pairs
    squares = 2.0 * dl * dr
    terms = np.concatenate(
        [squares, dl[:, first] * dr[:, second] + dr[:, first] * dl[:, second]], axis=1
    )
    sigma = (terms * weight) @ membership(number, q + len(inside))
    sigma = sigma.swapaxes(1, 2)
    scale = np.concatenate([np.ones((len(d), 1)), part.implied.latent_mean], axis=1)
    shifts = d[:, of.y][:, :, block.mean_column] * scale[:, None, block.mean_scale]
    mu = (shifts @ membership(place[block.mean_parameter], q)).swapaxes(1, 2)
    return (_eliminated(block, of, part, sigma, place, inside) if of.delta else sigma), mu


def _eliminated(
    block: Block,
    of: Responses,
    part: ResponsePart,
    sigma: NDArray,
    place: NDArray[np.intp],
    inside: NDArray[np.intp],
) -> NDArray:
    """Derivatives along which the variances of latent responses are what the scales say."""
    scale = part.matrices[DELTA][..., 0]
    q = sigma.shape[1] - len(inside)
    target = np.zeros((len(scale), q, len(of.ordinal)))
    free = np.flatnonzero(block.scales >= 0)
    target[:, place[block.scales[free]], free] = -2.0 * scale[:, free] ** -3.0
    own = sigma[:, :q]
    if len(inside):
        at = of.ordinal[inside]
        gap = target[:, :, inside] - own[:, :, at]
        reach = sigma[:, q:, at]
        own = own + (gap @ np.linalg.inv(reach)) @ sigma[:, q:]
    own[:, :, of.ordinal] = target
    return own


def _slope_derivatives(
    block: Block, of: Responses, part: ResponsePart, place: NDArray[np.intp], q: int
) -> NDArray:
    """Derivatives of Pi, shape (B, q, y, x)."""
    d = dictionary(part.implied)
    first = block.layout.p + block.layout.m
    moves = np.flatnonzero(block.right >= first)  # Lambda and B
    paths = part.implied.paths[:, block.right[moves] - first][:, :, of.x_inner]
    columns = d[:, of.y][:, :, block.left[moves]]
    terms = np.einsum("bye,bex->byxe", columns, paths)
    return np.moveaxis(terms @ membership(place[block.parameter[moves]], q), 3, 1)


def weigh(sample: Sample, moments: NDArray) -> NDArray:
    """Weight times moments (B, k, M); unweighted where the sample has no weight."""
    if sample.weight is None:
        return moments
    if sample.weight.ndim == 2:
        return moments * sample.weight[:, None]
    return moments @ sample.weight


def evaluate(model: CompiledModel, theta: NDArray, samples: tuple[Sample, ...]) -> Point:
    """F at a stack of parameter vectors; infinite where a scale is no number."""
    total = sum(s.n for s in samples)
    value = np.zeros(len(theta))
    parts: list[Part] = []
    for block, sample in zip(model.blocks, samples, strict=True):
        part = given_x(block, theta)
        e = _residual(part, sample)[:, None]
        value += np.einsum("bkm,bkm->b", e, weigh(sample, e)) * (sample.n / total)
        parts.append(part)
    return Point(theta, np.where(np.isfinite(value), value, np.inf), tuple(parts))


def _residual(part: ResponsePart, sample: Sample) -> NDArray:
    assert sample.moments is not None
    return sample.moments - part.moments


def gradient(model: CompiledModel, point: Point, samples: tuple[Sample, ...]) -> NDArray:
    """dF / d theta, shape (B, q)."""
    total = sum(s.n for s in samples)
    out = np.zeros(point.theta.shape)
    for block, part, sample in zip(model.blocks, response_parts(point), samples, strict=True):
        weighted = weigh(sample, _residual(part, sample)[:, None])[:, 0]
        found, share = slopes_of(block, part), 2.0 * sample.n / total
        out[:, found.moving] -= share * np.einsum("bkm,bm->bk", found.dense, weighted)
        own = weighted.take(found.column, axis=1) * found.rate * share
        out -= own @ membership(found.threshold, model.n_parameters)
    return out


def information(model: CompiledModel, point: Point, samples: tuple[Sample, ...]) -> NDArray:
    """Delta' W Delta, shape (B, q, q)."""
    total = sum(s.n for s in samples)
    stack, q = point.theta.shape
    out = np.zeros((stack, q, q))
    for block, part, sample in zip(model.blocks, response_parts(point), samples, strict=True):
        share = sample.n / total
        if sample.weight is not None and sample.weight.ndim == 3:
            slopes = derivatives(block, part, q)
            out += share * (weigh(sample, slopes) @ slopes.swapaxes(1, 2))
        else:
            _add_separable(out, slopes_of(block, part), sample, share)
    return (out + out.swapaxes(1, 2)) / 2


def _add_separable(out: NDArray, found: Slopes, sample: Sample, share: float) -> None:
    """Add Delta' W Delta for a diagonal W, under which thresholds do not meet each other."""
    weighted = weigh(sample, found.dense)
    moving, threshold = found.moving, found.threshold
    out[:, moving[:, None], moving] += share * (weighted @ found.dense.swapaxes(1, 2))
    members = membership(threshold, out.shape[1])
    across = share * (weighted[:, :, found.column] * found.rate[:, None]) @ members
    out[:, moving] += across
    out[:, :, moving] += across.swapaxes(1, 2)
    weight = 1.0 if sample.weight is None else sample.weight[:, found.column]
    own = share * weight * found.rate**2
    at = np.arange(out.shape[1])
    out[:, at, at] += own @ members


def hessian(model: CompiledModel, point: Point, samples: tuple[Sample, ...]) -> NDArray:
    """Twice the information, which stands for the Hessian in the search."""
    return 2.0 * information(model, point, samples)


def gfi(point: Point, samples: tuple[Sample, ...], fixed: NDArray) -> float:
    """1 - e' W e / s' W s, the mean over groups weighted by cases; of single samples.

    Parameters
    ----------
    point : Point
    samples : tuple of Sample
    fixed : ndarray of int
        Fixed predictors; their moments are not among those compared.
    """
    del fixed
    total = sum(s.cases for s in samples)
    out = 0.0
    for part, sample in zip(response_parts(point), samples, strict=True):
        assert sample.moments is not None
        sizes = [
            float((m * weigh(sample, m[:, None])[:, 0]).sum())
            for m in (_residual(part, sample), sample.moments)
        ]
        out += sample.cases / total * (1.0 - sizes[0] / sizes[1])
    return out
