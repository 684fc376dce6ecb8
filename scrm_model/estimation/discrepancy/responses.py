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

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.ml import Part, Point, membership
from scrm_model.estimation.implied.compiled import TAU, Block, CompiledModel
from scrm_model.estimation.implied.moments import Implied, dictionary, fill, implied_by
from scrm_model.estimation.implied.responses import Responses
from scrm_model.estimation.observed.sample import Sample


@dataclass(frozen=True, slots=True)
class ResponsePart(Part):
    """Where one group stands; there is no precision and no shift, for want of a likelihood.

    Attributes
    ----------
    implied : Implied
        Moments of latent responses given fixed predictors.
    matrices : tuple of ndarray
        Of `fill`, with zeros for the moments of fixed predictors.
    moments : ndarray, shape (B, M)
    """

    matrices: tuple[NDArray, ...]
    moments: NDArray


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
    found = implied_by(matrices)
    vector = moment_vector(of, found, matrices[TAU][..., 0])
    return ResponsePart(found, np.zeros(0), None, matrices, vector)


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


def derivatives(block: Block, part: ResponsePart, q: int) -> NDArray:
    """Delta', the derivatives of the moments, shape (B, q, M).

    Parameters
    ----------
    block : Block
    part : ResponsePart
    q : int
        Number of parameters.
    """
    of = block.responses
    assert of is not None
    sigma, mu = _normal_derivatives(block, of, part, q)
    spread, paired = sigma[:, :, : len(of.y)], sigma[:, :, len(of.y) :]
    sd = _deviations(of, part.implied)[:, None]
    variance = np.einsum("bii->bi", part.implied.sigma)[:, None, of.y]
    relative = np.where(of.is_ordinal, spread / (2.0 * variance), 0.0)
    location, slopes, _, pairs = (part.moments[:, None, s] for s in of.sections)
    at = of.location
    moved = mu[:, :, at]
    cut = of.at_cut
    tau = np.zeros((q, len(cut)))
    free = np.flatnonzero(block.thresholds >= 0)
    tau[block.thresholds[free], free] = 1.0
    here = at[cut]
    moved[:, :, cut] = (tau - moved[:, :, cut]) / sd[:, :, here]
    moved[:, :, cut] -= location[:, :, cut] * relative[:, :, here]
    parts = [moved]
    if len(of.x):
        turned = _slope_derivatives(block, of, part, q) / sd[..., None]
        turned = turned.swapaxes(2, 3).reshape(*turned.shape[:2], -1)
        parts.append(turned - slopes * np.tile(relative, len(of.x)))
    first, second = of.pairs
    scaled = paired / (sd[:, :, first] * sd[:, :, second])
    parts += [spread[:, :, of.continuous]]
    parts += [scaled - pairs * (relative[:, :, first] + relative[:, :, second])]
    return np.concatenate(parts, axis=2)


def _normal_derivatives(
    block: Block, of: Responses, part: ResponsePart, q: int
) -> tuple[NDArray, NDArray]:
    """Derivatives of Sigma (variances, then pairs) and of mu, residual variances eliminated."""
    d = dictionary(part.implied)
    p = block.layout.p
    left, right, weight, number = block.left, block.right, block.weight, block.parameter
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
    mu = (shifts @ membership(block.mean_parameter, q)).swapaxes(1, 2)
    return (_eliminated(block, of, part, sigma, q, inside) if of.delta else sigma), mu


def _eliminated(
    block: Block, of: Responses, part: ResponsePart, sigma: NDArray, q: int, inside: NDArray
) -> NDArray:
    """Derivatives along which the variances of latent responses are what the scales say."""
    scale = part.matrices[7][..., 0]
    target = np.zeros((len(scale), q, len(of.ordinal)))
    free = np.flatnonzero(block.scales >= 0)
    target[:, block.scales[free], free] = -2.0 * scale[:, free] ** -3.0
    own = sigma[:, :q]
    if len(inside):
        at = of.ordinal[inside]
        gap = target[:, :, inside] - own[:, :, at]
        reach = sigma[:, q:, at]
        own = own + (gap @ np.linalg.inv(reach)) @ sigma[:, q:]
    own[:, :, of.ordinal] = target
    return own


def _slope_derivatives(block: Block, of: Responses, part: ResponsePart, q: int) -> NDArray:
    """Derivatives of Pi, shape (B, q, y, x)."""
    d = dictionary(part.implied)
    first = block.layout.p + block.layout.m
    moves = np.flatnonzero(block.right >= first)  # Lambda and B
    paths = part.implied.paths[:, block.right[moves] - first][:, :, of.x_inner]
    columns = d[:, of.y][:, :, block.left[moves]]
    terms = np.einsum("bye,bex->byxe", columns, paths)
    return np.moveaxis(terms @ membership(block.parameter[moves], q), 3, 1)


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
        weighted = weigh(sample, _residual(part, sample)[:, None])
        slopes = derivatives(block, part, point.theta.shape[1])
        out -= 2.0 * sample.n / total * (slopes @ weighted.swapaxes(1, 2))[..., 0]
    return out


def information(model: CompiledModel, point: Point, samples: tuple[Sample, ...]) -> NDArray:
    """Delta' W Delta, shape (B, q, q)."""
    total = sum(s.n for s in samples)
    stack, q = point.theta.shape
    out = np.zeros((stack, q, q))
    for block, part, sample in zip(model.blocks, response_parts(point), samples, strict=True):
        slopes = derivatives(block, part, q)
        out += sample.n / total * (weigh(sample, slopes) @ slopes.swapaxes(1, 2))
    return (out + out.swapaxes(1, 2)) / 2


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
