"""Maximum likelihood: value, gradient and expected information for a stack of models.

Notes
-----
Per group, with P = Sigma^-1, r = mean - mu and S* = S + r r' [joreskog1970]_::

    F = log|Sigma| + tr(S* P) - log|S| - p

F of several groups is the mean of theirs weighted by n_g / N. With G = P - P S* P, dictionary D
and K = D' P D (see `scrm_model.estimation.implied.moments`)::

    dF/d theta_a      = 2 c_a (D' G D)[l_a, r_a] - 2 dmu_a' P r
    information[a, b] = c_a c_b (K[r_a, l_b] K[l_a, r_b] + K[r_a, r_b] K[l_a, l_b])
                        + dmu_a' P dmu_b

The information is that of one observation; the Hessian of F is expected to be twice it.

References
----------
.. [joreskog1970] Jöreskog, K. G. (1970). A general method for analysis of covariance structures.
   Biometrika, 57, 239-251.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.factor import Factor
from scrm_model.estimation.implied.compiled import Block, CompiledModel
from scrm_model.estimation.implied.moments import Implied, implied
from scrm_model.estimation.observed.sample import Sample


@dataclass(frozen=True, slots=True)
class Part:
    """Where one group stands.

    Attributes
    ----------
    implied : Implied
    precision : ndarray, shape (B, p, p)
        Sigma^-1.
    shift : ndarray, shape (B, p), or None
        Sample mean minus implied mean.
    """

    implied: Implied
    precision: NDArray
    shift: NDArray | None


@dataclass(frozen=True, slots=True)
class Point:
    """Where a stack of parameter vectors stands.

    Attributes
    ----------
    theta : ndarray, shape (B, q)
    value : ndarray, shape (B,)
        F; infinite where Sigma is not positive definite.
    parts : tuple of Part
        One a group.
    """

    theta: NDArray
    value: NDArray
    parts: tuple[Part, ...]


def evaluate(model: CompiledModel, theta: NDArray, samples: tuple[Sample, ...]) -> Point:
    """F at a stack of parameter vectors.

    Parameters
    ----------
    model : CompiledModel
    theta : ndarray, shape (B, q)
    samples : tuple of Sample
        One a group, each of stack size B or 1.

    Returns
    -------
    Point
    """
    total = sum(s.n for s in samples)
    value = np.zeros(len(theta))
    parts = []
    for block, sample in zip(model.blocks, samples, strict=True):
        part, f = _evaluate_block(block, theta, sample)
        value += f * (sample.n / total)
        parts.append(part)
    return Point(theta, value, tuple(parts))


def _evaluate_block(block: Block, theta: NDArray, sample: Sample) -> tuple[Part, NDArray]:
    try:
        of = implied(block, theta, sample.cov, sample.mean)
    except np.linalg.LinAlgError:
        return _evaluate_singly(block, theta, sample)
    precision, logdet = _inverse(of.sigma)
    value = logdet + np.einsum("bij,bij->b", sample.cov, precision) - sample.logdet
    value -= block.layout.p
    shift = None
    if sample.mean is not None:
        shift = sample.mean - of.mu
        value += np.einsum("bi,bij,bj->b", shift, precision, shift)
    return Part(of, precision, shift), value


def _evaluate_singly(block: Block, theta: NDArray, sample: Sample) -> tuple[Part, NDArray]:
    """Some I - B is singular: only its own replicates are to suffer, so take them one by one."""
    nudged = theta.copy()
    bad = np.zeros(len(theta), dtype=bool)
    for k in range(len(theta)):
        one = sample if len(sample.cov) == 1 else sample.take(np.array([k]))
        try:
            implied(block, theta[k : k + 1], one.cov, one.mean)
        except np.linalg.LinAlgError:
            bad[k] = True
            nudged[k] = theta[k] + np.linspace(1e-3, 2e-3, theta.shape[1])
    part, value = _evaluate_block(block, nudged, sample)
    value[bad] = np.inf
    return part, value


def _inverse(sigma: NDArray) -> tuple[NDArray, NDArray]:
    """Inverses and log determinants; identity and infinity where not positive definite."""
    precision, logdet = np.empty_like(sigma), np.empty(len(sigma))
    for k, member in enumerate(sigma):
        root = Factor.of(member)
        precision[k] = np.eye(len(member)) if root is None else root.inverse()
        logdet[k] = np.inf if root is None else root.logdet
    return precision, logdet


def gradient(model: CompiledModel, point: Point, samples: tuple[Sample, ...]) -> NDArray:
    """dF / d theta, shape (B, q)."""
    total = sum(s.n for s in samples)
    out = np.zeros(point.theta.shape)
    for block, part, sample in zip(model.blocks, point.parts, samples, strict=True):
        share = sample.n / total
        terms = _element_gradient(block, part, sample)
        add_terms(out, share * terms, block.parameter, block.ascending)
        if part.shift is not None and len(block.mean_column):
            terms = _mean_gradient(block, part, part.shift)
            add_terms(out, share * terms, block.mean_parameter, block.mean_ascending)
    return out


def add_terms(out: NDArray, terms: NDArray, which: NDArray, ascending: bool) -> None:
    """Add terms (B, elements) to their parameters."""
    if not ascending:
        out += terms @ membership(which, out.shape[1])
    elif len(which) == out.shape[1]:
        out += terms
    else:
        out[:, which] += terms


def _element_gradient(block: Block, part: Part, sample: Sample) -> NDArray:
    """What each element adds to the gradient through Sigma, shape (B, elements)."""
    g = residual_weight(part, sample)
    path, cov = part.implied.loading_path, part.implied.loading_cov
    stack, p, m = path.shape
    # The rows of D' G D that belong to I and to Lambda A: all that elements have on their left.
    rows = np.empty((stack, p + m, p + 2 * m))
    rows[:, :p, :p] = g
    np.matmul(g, path, out=rows[:, :p, p : p + m])
    np.matmul(g, cov, out=rows[:, :p, p + m :])
    np.matmul(path.swapaxes(1, 2), rows[:, :p], out=rows[:, p:])
    return 2.0 * block.weight * rows[:, block.left, block.right]


def residual_weight(part: Part, sample: Sample) -> NDArray:
    """G = P - P S* P, shape (B, p, p)."""
    moved = sample.cov
    if part.shift is not None:
        moved = moved + part.shift[:, :, None] * part.shift[:, None, :]
    out = part.precision @ moved @ part.precision
    return np.subtract(part.precision, out, out=out)


def _mean_gradient(block: Block, part: Part, shift: NDArray) -> NDArray:
    """What each mean element adds to the gradient through mu, shape (B, mean elements)."""
    force = part.precision @ shift[..., None]
    turned = part.implied.loading_path.swapaxes(1, 2)
    force = np.concatenate([force, turned @ force], axis=1)[..., 0]
    scale = mean_scales(part)
    return -2.0 * force[:, block.mean_column] * scale[:, block.mean_scale]


def mean_scales(part: Part) -> NDArray:
    """[1, A alpha], shape (B, 1 + m)."""
    eta = part.implied.latent_mean
    return np.concatenate([np.ones((len(eta), 1)), eta], axis=1)


def information(model: CompiledModel, point: Point, samples: tuple[Sample, ...]) -> NDArray:
    """Expected information of one observation, shape (B, q, q)."""
    total = sum(s.n for s in samples)
    q = point.theta.shape[1]
    out = np.zeros((len(point.theta), q, q))
    for block, part, sample in zip(model.blocks, point.parts, samples, strict=True):
        gram = gram_matrix(part)
        share = sample.n / total
        add_pairs(out, share * _element_information(block, gram), block.parameter, block.ascending)
        if len(block.mean_column):
            scale = mean_scales(part)[:, block.mean_scale]
            k = gram[:, block.mean_column][:, :, block.mean_column]
            terms = share * k * scale[:, :, None] * scale[:, None, :]
            add_pairs(out, terms, block.mean_parameter, block.mean_ascending)
    return out


def gram_matrix(part: Part) -> NDArray:
    """K = D' P D, shape (B, p + 2 m, p + 2 m)."""
    return sandwiched(part, part.precision)


def sandwiched(part: Part, inner: NDArray) -> NDArray:
    """D' M D of a symmetric M, shape (B, p + 2 m, p + 2 m)."""
    path, cov = part.implied.loading_path, part.implied.loading_cov
    tall = np.concatenate([path, cov], axis=2)
    stack, p, width = tall.shape
    out = np.empty((stack, p + width, p + width))
    out[:, :p, :p] = inner
    side = np.matmul(inner, tall, out=out[:, :p, p:])
    out[:, p:, :p] = side.swapaxes(1, 2)
    np.matmul(tall.swapaxes(1, 2), side, out=out[:, p:, p:])
    return out


def _element_information(block: Block, gram: NDArray) -> NDArray:
    left, right = block.left, block.right
    from_right = gram.take(right, axis=1)
    out = from_right.take(right, axis=2)
    out *= gram.take(left, axis=1).take(left, axis=2)
    crossed = from_right.take(left, axis=2)
    out += crossed * crossed.swapaxes(1, 2)
    out *= block.weight[:, None] * block.weight
    return out


def add_pairs(out: NDArray, terms: NDArray, which: NDArray, ascending: bool) -> None:
    """Add terms (B, elements, elements) to their pairs of parameters."""
    if not ascending:
        members = membership(which, out.shape[1])
        out += members.T @ terms @ members
    elif len(which) == out.shape[1]:
        out += terms
    else:
        out[:, which[:, None], which] += terms


def membership(which: NDArray, q: int) -> NDArray:
    """1 where an element belongs to a parameter, shape (elements, q)."""
    members = np.zeros((len(which), q))
    members[np.arange(len(which)), which] = 1.0
    return members
