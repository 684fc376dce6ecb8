"""Modification indices: what a fit would gain from one more free parameter.

Notes
-----
The score test of one candidate c beside the free parameters theta, at the solution, with U the
derivative of the log-likelihood, I the expected information of the whole sample and K the
directions that the constraints leave free [sorbom1989]_::

    v   = I_cc - I_ct K (K' I_tt K)^-1 K' I_tc
    mi  = U_c^2 / v        epc = U_c / v

The index approximates the fall of the chi-square, the expected parameter change (EPC) how far the
candidate would move from its present value [saris1987]_. It is never scaled, whatever the
estimator's correction. The moments of fixed predictors among themselves are no data: what a
candidate does to them (one that ends in a predictor) does not count in I [lavaan's convention].

I counts all N cases, whatever the divisor of the covariances; so does U under a likelihood, while
under least squares it is that of (N - 1) F / 2 [lavaan's convention].

A candidate is one more row of the parameter table, so that the engine's own gradient and
information of the model with all candidates in it give U and I at once; see
`scrm_model.estimation.implied.moments` for the elements that they are gathers of.

References
----------
.. [sorbom1989] Sörbom, D. (1989). Model modification. Psychometrika, 54, 371-384.
.. [saris1987] Saris, W. E., Satorra, A., & Sörbom, D. (1987). The detection and correction of
   specification errors in structural equation models. Sociological Methodology, 17, 105-129.
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.estimation.discrepancy.contract import Discrepancy
from scrm_model.estimation.discrepancy.ml import Part, Point
from scrm_model.estimation.evaluation.candidates import candidates, extended
from scrm_model.estimation.implied.compiled import DELTA, PSI, THETA, Block, CompiledModel
from scrm_model.estimation.implied.moments import dictionary, fill, implied
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.standardise import scaling
from scrm_model.estimation.uncertainty.information import inverse_information

COLUMNS = ["lhs", "op", "rhs", "group", "mi", "epc", "sepc_lv", "sepc_all", "sepc_nox"]

_CHUNK = 128  # candidates at once: their information with each other is made but not used
_DETERMINED = 1e-7  # smallest share of a candidate's information that is its own


def score_tests(
    score: NDArray, own: NDArray, across: NDArray, inverse: NDArray
) -> tuple[NDArray, NDArray]:
    """Univariate score tests of candidates.

    Parameters
    ----------
    score : ndarray, shape (C,)
        Derivatives of the log-likelihood with respect to the candidates.
    own : ndarray, shape (C,)
        Expected information of each candidate.
    across : ndarray, shape (q, C)
        Expected information of free parameters with candidates.
    inverse : ndarray, shape (q, q)
        Inverse expected information of the free parameters inside their constraints.

    Returns
    -------
    mi, epc : ndarray, shape (C,)
        NaN for a candidate that the data cannot tell from the free parameters.
    """
    left = own - np.einsum("qc,qc->c", across, inverse @ across)
    left = np.where(left > _DETERMINED * own, left, np.nan)
    return score**2 / left, score / left


def modification_indices(
    model: CompiledModel,
    theta: NDArray,
    basis: NDArray,
    samples: tuple[Sample, ...],
    discrepancy: Discrepancy,
) -> pd.DataFrame:
    """Score tests of every candidate at a solution.

    Parameters
    ----------
    model : CompiledModel
    theta : ndarray, shape (q,)
        A minimum of the discrepancy.
    basis : ndarray, shape (q, k)
        Directions that the constraints leave free.
    samples : tuple of Sample
        One a group, stacks of one.
    discrepancy : Discrepancy
        What was minimised.

    Returns
    -------
    DataFrame
        Columns lhs, op, rhs, group, mi, epc, sepc_lv, sepc_all, sepc_nox; a row for each of the
        `candidates` that the data can determine.
    """
    listed = candidates(model.table)
    fixed = {v.lhs for v in model.table.parameters if v.exogenous}
    if model.responses is not None:
        # Moments of latent responses are given fixed predictors: no path can end in one.
        listed = tuple(v for v in listed if not (v.op == "~" and v.lhs in fixed))
    # Between fixed predictors the model says what the sample says: there is nothing to gain.
    open_to = np.array([not {v.lhs, v.rhs or v.lhs} <= fixed for v in listed], dtype=bool)
    numbers = np.zeros((5, len(listed)))
    added = tuple(v for v, judged in zip(listed, open_to, strict=True) if judged)
    if added:
        more, values = extended(model, added)
        full = np.concatenate([theta, values])
        mi, epc = _in_chunks(more, full, basis, samples, discrepancy)
        factors = _standardising(more, full, samples, len(added), model.table.exogenous)
        numbers[:, open_to] = [mi, epc, *(factors * epc)]
    heads = [[v.lhs for v in listed], [v.op for v in listed], [v.rhs for v in listed]]
    columns = [*heads, [v.group for v in listed], *numbers]
    frame = pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))
    return frame[frame["mi"].notna()].reset_index(drop=True)


def _in_chunks(
    model: CompiledModel,
    theta: NDArray,
    basis: NDArray,
    samples: tuple[Sample, ...],
    discrepancy: Discrepancy,
) -> tuple[NDArray, NDArray]:
    """Score tests of all parameters beyond those of the basis."""
    point = discrepancy.evaluate(model, theta[None], samples)
    q, cases = len(basis), sum(s.cases for s in samples)
    factor = cases if discrepancy.likelihood else sum(s.n for s in samples)
    mi, epc = np.empty(len(theta) - q), np.empty(len(theta) - q)
    inverse = None
    for first in range(q, len(theta), _CHUNK):
        which = np.arange(first, min(first + _CHUNK, len(theta)))
        part = _only(model, np.concatenate([np.arange(q), which]))
        here = replace(point, theta=np.zeros((1, q + len(which))))
        score = -factor / 2 * discrepancy.gradient(part, here, samples)[0][q:]
        information = cases * held_information(part, here, samples, discrepancy)
        if inverse is None:
            inverse = _inverse(information[:q, :q], basis)
        own, across = np.diag(information)[q:], information[:q, q:]
        mi[which - q], epc[which - q] = score_tests(score, own, across, inverse)
    return mi, epc


def _inverse(information: NDArray, basis: NDArray) -> NDArray:
    """Inverse inside the constraints; of some kind, where the information is singular."""
    found = inverse_information(information, basis)
    if found is None:
        found = basis @ np.linalg.pinv(basis.T @ information @ basis, hermitian=True) @ basis.T
    return found


def held_information(
    model: CompiledModel, point: Point, samples: tuple[Sample, ...], discrepancy: Discrepancy
) -> NDArray:
    """Expected information of one observation, the moments of fixed predictors held."""
    x = model.exogenous_observed
    if not len(x) or model.responses is not None:
        return discrepancy.information(model, point, samples)[0]
    held = [_held(b, part, x) for b, part in zip(model.blocks, point.parts, strict=True)]
    without = replace(model, blocks=tuple(held))
    out = discrepancy.information(without, point, samples)[0]
    total = sum(s.n for s in samples)
    for block, part, sample in zip(model.blocks, point.parts, samples, strict=True):
        if len(block.mean_column) and part.precision.size:
            d = dictionary(part.implied)[0]
            scale = np.concatenate([[1.0], part.implied.latent_mean[0]])
            shifts = np.zeros((len(out), model.p))
            moved = d[:, block.mean_column] * scale[block.mean_scale]
            np.add.at(shifts, block.mean_parameter, moved.T)
            shifts[:, x] = 0.0
            out = out + sample.n / total * shifts @ part.precision[0] @ shifts.T
    return out


def _held(block: Block, part: Part, x: NDArray[np.intp]) -> Block:
    """The block, its elements undone where they move the moments of x.

    Without means where the caller can add their information, that is, where it is of a likelihood.
    """
    d = dictionary(part.implied)[0][x]
    left, right = d[:, block.left], d[:, block.right]
    row, column = np.tril_indices(len(x))
    moved = block.weight * (left[row] * right[column] + right[row] * left[column])
    moved[row == column] /= 2.0
    pair, element = np.nonzero(moved)
    held = replace(
        block,
        left=np.concatenate([block.left, x[row[pair]]]),
        right=np.concatenate([block.right, x[column[pair]]]),
        weight=np.concatenate([block.weight, -moved[pair, element]]),
        parameter=np.concatenate([block.parameter, block.parameter[element]]),
        ascending=block.ascending and not len(pair),
    )  # fmt: skip
    none = np.zeros(0, dtype=np.intp)
    if not part.precision.size:
        return held
    return replace(held, mean_column=none, mean_scale=none, mean_parameter=none)


def _only(model: CompiledModel, parameters: NDArray[np.intp]) -> CompiledModel:
    """The model as far as some of its parameters move it, these counted anew."""
    number = np.full(model.n_parameters, -1, dtype=np.intp)
    number[parameters] = np.arange(len(parameters))

    def cut(block: Block) -> Block:
        here = number[block.parameter] >= 0
        mean = number[block.mean_parameter] >= 0
        return replace(
            block,
            left=block.left[here], right=block.right[here], weight=block.weight[here],
            parameter=number[block.parameter[here]],
            mean_column=block.mean_column[mean], mean_scale=block.mean_scale[mean],
            mean_parameter=number[block.mean_parameter[mean]],
            thresholds=_renumbered(block.thresholds, number),
            scales=_renumbered(block.scales, number),
        )  # fmt: skip

    blocks = tuple(cut(b) for b in model.blocks)
    return replace(model, blocks=blocks, n_parameters=len(parameters))


def _renumbered(which: NDArray, number: NDArray) -> NDArray:
    return np.where(which >= 0, number[which], -1) if len(which) else which


def _standardising(
    model: CompiledModel,
    theta: NDArray,
    samples: tuple[Sample, ...],
    last: int,
    predictors: tuple[str, ...],
) -> NDArray:
    """Factors that standardise the last rows of the table, shape (3, last).

    By latent variables, by all, and by all but the predictors of paths.
    """
    scale = scaling(model)
    out = np.empty((3, last))
    group_of = scale.group[-last:]
    times, by, again = (x[:, -last:] for x in (scale.times, scale.by, scale.by_again))
    x = 1 + np.flatnonzero([v in predictors for v in model.observed])
    times = np.concatenate([times, np.where(np.isin(times[1:], x), 0, times[1:])])
    by, again = by[[0, 1, 1]], again[[0, 1, 1]]
    for group, (block, sample) in enumerate(zip(model.blocks, samples, strict=True)):
        of = implied(block, theta[None], sample.cov, sample.mean)
        matrices = fill(block, theta[None], sample.cov, sample.mean)
        variances = [of.sigma[0], of.latent_cov[0], matrices[THETA][0], matrices[PSI][0]]
        squares = np.concatenate([[1.0], *(np.diag(v) for v in variances)])
        deviation = np.sqrt(np.where(squares > 0, squares, np.nan))
        deviation = np.concatenate([deviation, matrices[DELTA][0, :, 0]])
        here = group_of == group
        out[:, here] = (deviation[times] / deviation[by] / deviation[again])[:, here]
    return out
