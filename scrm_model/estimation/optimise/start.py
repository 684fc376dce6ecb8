"""Start values from the sample covariances, without iteration.

Notes
-----
Latent variables are built one after the other, first-order before higher-order, as extra rows
of a covariance matrix C of everything known so far. For a latent variable f with marker x_1,
the loading of x_j is the instrumental-variable estimate FABIN3 of [hagglund1982]_,
``C_1z C_zz^-1 C_zj / C_1z C_zz^-1 C_z1``, with the other indicators as instruments z. Then
``C_fv = sum_j l_j C_jv / sum_j l_j^2`` over the indicators j other than v. Paths start at the
least-squares solution on C.

References
----------
.. [hagglund1982] Hägglund, G. (1982). Factor analysis by instrumental variables methods.
   Psychometrika, 47, 209-222.
"""

from functools import lru_cache

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
from scrm_model.spec.table import Parameter


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
    q = model.n_parameters
    sums, counts, plain = np.zeros(q), np.zeros(q), np.zeros(q)
    for group, (block, sample) in enumerate(zip(model.blocks, samples, strict=True)):
        rows = np.flatnonzero((model.row_group == group) & (model.row_parameter >= 0))
        numbers, cells = model.row_parameter[rows], model.row_cell[rows]
        matrices = _Guess(model, block, sample, group).matrices()
        sums += np.bincount(numbers, _flat(matrices)[cells], q)
        counts += np.bincount(numbers, minlength=q)
        plain[numbers] = _flat(_plain(model, block, sample))[cells]
    guess = sums / counts
    loading, simple = _kinds(model)
    weight = [model.table.parameters[row].op == "<~" for row in model.first_row]
    plain[weight] = guess[weight]
    starts = np.stack([guess, np.where(simple, 0.0, guess), np.where(loading, guess, plain), plain])
    _user_values(model, starts)
    return starts[[*_usable(model, starts[:-1], samples), len(starts) - 1]]


def _kinds(model: CompiledModel) -> tuple[NDArray, NDArray]:
    """Which parameters are loadings or weights, and which paths or covariances, shape (q,)."""
    loading, simple = np.zeros((2, model.n_parameters), dtype=bool)
    for number, v, (matrix, i, j) in zip(
        model.row_parameter.tolist(), model.table.parameters, model.row_place, strict=True
    ):
        if number >= 0:
            loading[number] = v.op in ("=~", "<~")
            simple[number] = v.op == "~" or (matrix in (PSI, THETA) and i != j)
    return loading, simple


def _user_values(model: CompiledModel, starts: NDArray) -> None:
    for number, row in enumerate(model.first_row.tolist()):
        start = model.table.parameters[row].start
        if start is not None:
            starts[:, number] = start


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


def _flat(matrices: list[NDArray]) -> NDArray:
    """The matrices as the block's buffer has them."""
    return np.concatenate([matrix.ravel() for matrix in matrices])


def _plain(model: CompiledModel, block: Block, sample: Sample) -> list[NDArray]:
    """Unit loadings, half of each variance as residual, no paths and no covariances."""
    out = [np.zeros(shape) for shape in block.layout.shapes]
    half = 0.5 * np.diag(sample.cov[0])
    place = {name: k for k, name in enumerate(model.observed)}
    out[LAMBDA][:] = 1.0
    out[THETA] = np.diag(half)
    out[PSI] = np.diag([half[place[n]] if n in place else 0.05 for n in model.latent])
    if sample.mean is not None:
        out[NU][:, 0] = sample.mean[0]
    _cuts_and_scales(block, sample, out)
    return out


def _cuts_and_scales(block: Block, sample: Sample, out: list[NDArray]) -> None:
    """Thresholds of the sample and scales of 1, where there are ordinal variables."""
    of = block.responses
    if of is not None and sample.moments is not None:
        out[TAU][:, 0] = sample.moments[0, of.sections[0]][of.at_cut]
        out[DELTA][:] = 1.0


class _Guess:
    """Start matrices of one group."""

    def __init__(self, model: CompiledModel, block: Block, sample: Sample, group: int) -> None:
        p, m = block.layout.p, block.layout.m
        self.p, self.m, self.block = p, m, block
        self.sample = sample
        self.rows = [
            (v, place)
            for v, place in zip(model.table.parameters, model.row_place, strict=True)
            if v.group == group + 1
        ]
        self.out = [np.zeros(s) for s in block.layout.shapes]
        # C over observed variables, then latent ones; a latent stand-in for an observed
        # variable is that variable.
        self.cov = np.zeros((p + m, p + m))
        self.cov[:p, :p] = sample.cov[0]
        self.known = np.zeros(p + m, dtype=bool)
        self.known[:p] = True
        observed = {name: k for k, name in enumerate(model.observed)}
        self.stand_in = {k: observed[v] for k, v in enumerate(model.latent) if v in observed}
        for k, at in self.stand_in.items():
            self._copy(at, p + k)
        self.measures: dict[int, list[tuple[int, Parameter, tuple[int, int, int]]]] = {}
        for v, place in self.rows:
            if v.op == "=~":
                of = place[1] if place[0] == LAMBDA else p + place[1]
                self.measures.setdefault(p + place[2], []).append((of, v, place))
        sums = {place[1] for v, place in self.rows if v.op == "<~"}
        # A composite with indicators is known from them.
        self.sums = [p + k for k in sums if p + k not in self.measures]

    def _copy(self, old: int, new: int) -> None:
        self.cov[new], self.cov[:, new] = self.cov[old], self.cov[:, old]
        self.cov[new, new] = self.cov[old, old]
        self.known[new] = True

    def matrices(self) -> list[NDArray]:
        """Lambda, B, Psi, Theta, nu, alpha."""
        waiting = dict(self.measures)
        while waiting or self.sums:
            ready = [f for f, of in waiting.items() if all(self.known[j] for j, *_ in of)]
            if self.sums and not ready:
                self._composite()
                continue
            # A latent measured by itself through a cycle has no good order: take any.
            for f in ready or [next(iter(waiting))]:
                self._latent(f, waiting.pop(f))
        self._paths()
        self._variances()
        if self.sample.mean is not None:
            self._means()
        _cuts_and_scales(self.block, self.sample, self.out)
        return self.out

    def _latent(self, f: int, measures: list[tuple[int, Parameter, tuple[int, int, int]]]) -> None:
        of = np.array([j for j, *_ in measures])
        loading, variance = _one_factor(self.cov[of[:, None], of])
        loading, variance = self._rescale(f, measures, loading, variance)
        for value, (_, _, (matrix, i, j)) in zip(loading, measures, strict=True):
            self.out[matrix][i, j] = value
        weight = np.zeros(self.p + self.m)
        weight[of] = loading
        # Each covariance leaves out the indicator that it is a covariance with.
        scale = self.cov.diagonal()
        squares = weight * weight
        norm = squares.sum() - squares
        raw = self.cov @ weight - weight * scale
        column = np.divide(raw, norm, out=np.zeros_like(raw), where=norm > 0)
        column[of] = loading * variance
        limit = 0.95 * np.sqrt(variance * np.maximum(scale, 0))
        column = np.minimum(np.maximum(column, -limit), limit)
        self.cov[f], self.cov[:, f] = column, column
        self.cov[f, f] = variance
        self.known[f] = True

    def _composite(self) -> None:
        """Make the first composite whose parts are known, or any, a known variable."""
        into: dict[int, list[tuple[int, float | None]]] = {f: [] for f in self.sums}
        onto: dict[int, list[int]] = {f: [] for f in self.sums}
        for v, (matrix, i, j) in self.rows:
            if matrix == BETA and self.p + i in into:
                into[self.p + i].append((self.p + j, None if v.free else v.value))
            if matrix == BETA and self.p + j in onto and self.known[self.p + i]:
                onto[self.p + j].append(self.p + i)
        ready = [f for f, of in into.items() if all(self.known[j] for j, _ in of)]
        f = (ready or self.sums)[0]
        self.sums.remove(f)
        known = [(j, value) for j, value in into[f] if self.known[j]]
        if known:
            of = np.array([j for j, _ in known])
            aim = np.array(onto[f], dtype=np.intp)
            weights = composite_weights(self.cov, of, aim, [value for _, value in known])
            self.cov[f] = self.cov[:, f] = weights @ self.cov[of]
            self.cov[f, f] = weights @ self.cov[of, f]
        self.known[f] = True

    def _rescale(
        self,
        f: int,
        measures: list[tuple[int, Parameter, tuple[int, int, int]]],
        loading: NDArray,
        variance: float,
    ) -> tuple[NDArray, float]:
        """Bring marker-scaled loadings to the scale that fixed values ask for."""
        fixed = [
            (k, v.value)
            for k, (_, v, _) in enumerate(measures)
            if not v.free and v.value and abs(loading[k]) > 1e-8
        ]
        if fixed:
            factor = fixed[0][1] / loading[fixed[0][0]]
        else:
            own = [
                v.value
                for v, (matrix, i, j) in self.rows
                if matrix == PSI and i == j == f - self.p and not v.free and v.value
            ]
            factor = np.sqrt(variance / own[0]) if own and own[0] > 0 else 1.0
        return loading * factor, variance / factor**2

    def _paths(self) -> None:
        paths: dict[int, list[int]] = {}
        for v, (matrix, i, j) in self.rows:
            if matrix == BETA and v.op in ("~", "<~"):
                paths.setdefault(i, []).append(j)
        for i, of in paths.items():
            at = self.p + np.array(of)
            x = self.cov[at[:, None], at]
            ridge = 1e-6 * np.diag(np.maximum(x.diagonal(), 1e-6))
            y = self.cov[at, self.p + i]
            self.out[BETA][i, of] = _solve(x + ridge, y)
        for v, (matrix, i, j) in self.rows:
            if not v.free and v.value is not None and matrix == BETA:
                self.out[BETA][i, j] = v.value

    def _variances(self) -> None:
        beta, lam = self.out[BETA], self.out[LAMBDA]
        eta = self.cov[self.p :, self.p :]
        rest = (np.eye(self.m) - beta) @ eta @ (np.eye(self.m) - beta).T
        endogenous = np.asarray(beta.any(axis=1))
        self.out[PSI] = np.where(endogenous[:, None] | endogenous, 0.0, eta)
        floor = 0.1 * np.maximum(np.diag(eta), 1e-3)
        np.fill_diagonal(self.out[PSI], np.maximum(np.diag(rest), floor))
        total = np.diag(self.sample.cov[0])
        explained = ((lam @ eta) * lam).sum(axis=1)
        self.out[THETA] = np.diag(np.clip(total - explained, 0.1 * total, total))

    def _means(self) -> None:
        assert self.sample.mean is not None
        mean = self.sample.mean[0]
        self.out[NU][:, 0] = mean
        for k, at in self.stand_in.items():
            self.out[ALPHA][k, 0] = mean[at]


def _one_factor(cov: NDArray) -> tuple[NDArray, float]:
    """Loadings (the first is 1) and factor variance of one factor, FABIN3."""
    k = len(cov)
    loading = np.ones(k)
    first = cov[0, 0]
    if k == 2:
        loading[1] = np.clip(cov[0, 1] / (0.5 * first), -3.0, 3.0) if first > 0 else 1.0
    if k > 2:
        z = _instruments(k)
        with_first = cov[z, 0]
        weights = _solve(cov[z[:, :, None], z[:, None, :]], with_first)
        bottom = (weights * with_first).sum(axis=1)
        top = (weights * cov[z, np.arange(1, k)[:, None]]).sum(axis=1)
        np.divide(top, bottom, out=loading[1:], where=bottom > 1e-8 * first)
    spread = cov.diagonal()
    limit = 5.0 * np.sqrt(np.maximum(spread[1:], 1e-12) / max(first, 1e-12))
    loading[1:] = np.minimum(np.maximum(loading[1:], -limit), limit)
    if k == 1:
        return loading, max(0.9 * first, 1e-6)
    pairs = loading[:, None] * loading
    np.fill_diagonal(pairs, 0.0)
    variance = float((cov * pairs).sum() / max((pairs**2).sum(), 1e-12))
    return loading, float(min(max(variance, 0.1 * first), 0.95 * first)) if first > 0 else 0.05


@lru_cache(maxsize=64)
def _instruments(k: int) -> NDArray:
    """Instruments of each of k indicators but the first: all but the first and itself."""
    return np.array([[i for i in range(1, k) if i != j] for j in range(1, k)])


def _solve(matrices: NDArray, sides: NDArray) -> NDArray:
    """Solution of symmetric systems, one or a stack; the shortest where they are singular."""
    try:
        return np.linalg.solve(matrices, sides[..., None])[..., 0]
    except np.linalg.LinAlgError:
        return (np.linalg.pinv(matrices, hermitian=True) @ sides[..., None])[..., 0]
