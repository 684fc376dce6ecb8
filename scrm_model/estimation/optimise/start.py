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

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.implied.compiled import (
    ALPHA,
    BETA,
    LAMBDA,
    NU,
    PSI,
    THETA,
    Block,
    CompiledModel,
)
from scrm_model.estimation.implied.moments import implied
from scrm_model.estimation.observed.sample import Sample
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
    sums, counts = np.zeros(model.n_parameters), np.zeros(model.n_parameters)
    plain = np.zeros(model.n_parameters)
    simple, loading = np.zeros((2, model.n_parameters), dtype=bool)
    for group, (block, sample) in enumerate(zip(model.blocks, samples, strict=True), start=1):
        rows = [k for k, v in enumerate(model.table.parameters) if v.group == group]
        matrices = _Guess(model, block, sample, rows).matrices()
        for row in rows:
            number = model.row_parameter[row]
            if number < 0:
                continue
            matrix, i, j = model.row_place[row]
            sums[number] += matrices[matrix][i, j]
            counts[number] += 1
            plain[number] = _plain(model, sample, matrix, i, j)
            simple[number] = matrix == BETA and model.table.parameters[row].op == "~"
            simple[number] |= matrix in (PSI, THETA) and i != j
            loading[number] = model.table.parameters[row].op == "=~"
    guess = sums / counts
    starts = [guess, np.where(simple, 0.0, guess), np.where(loading, guess, plain), plain]
    for theta in starts:
        _user_values(model, theta)
    usable = [theta for theta in starts[:-1] if _usable(model, theta, samples)]
    return np.stack([*usable, plain])


def start_values(model: CompiledModel, samples: tuple[Sample, ...]) -> NDArray:
    """The first of the `starting_points`, shape (q,)."""
    return np.asarray(starting_points(model, samples)[0])


def _user_values(model: CompiledModel, theta: NDArray) -> None:
    for number, row in enumerate(model.first_row):
        start = model.table.parameters[row].start
        if start is not None:
            theta[number] = start


def _usable(model: CompiledModel, theta: NDArray, samples: tuple[Sample, ...]) -> bool:
    for block, sample in zip(model.blocks, samples, strict=True):
        mean = None if sample.mean is None else sample.mean[:1]
        try:
            np.linalg.cholesky(implied(block, theta[None], sample.cov[:1], mean).sigma)
        except np.linalg.LinAlgError:
            return False
    return True


def _plain(model: CompiledModel, sample: Sample, matrix: int, i: int, j: int) -> float:
    """Unit loadings, half of each variance as residual, no paths and no covariances."""
    if matrix == LAMBDA:
        return 1.0
    if matrix in (THETA, PSI) and i == j:
        name = model.latent[i] if matrix == PSI else model.observed[i]
        if name in model.observed:
            k = model.observed.index(name)
            return 0.5 * float(sample.cov[0, k, k])
        return 0.05
    if matrix == NU and sample.mean is not None:
        return float(sample.mean[0, i])
    return 0.0


class _Guess:
    """Start matrices of one group."""

    def __init__(self, model: CompiledModel, block: Block, sample: Sample, rows: list[int]) -> None:
        p, m = block.layout.p, block.layout.m
        self.p, self.m = p, m
        self.sample = sample
        self.rows = [(model.table.parameters[r], model.row_place[r]) for r in rows]
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

    def _copy(self, old: int, new: int) -> None:
        self.cov[new], self.cov[:, new] = self.cov[old], self.cov[:, old]
        self.cov[new, new] = self.cov[old, old]
        self.known[new] = True

    def matrices(self) -> list[NDArray]:
        """Lambda, B, Psi, Theta, nu, alpha."""
        waiting = dict(self.measures)
        while waiting:
            ready = [f for f, of in waiting.items() if all(self.known[j] for j, *_ in of)]
            # A latent measured by itself through a cycle has no good order: take any.
            for f in ready or [next(iter(waiting))]:
                self._latent(f, waiting.pop(f))
        self._paths()
        self._variances()
        if self.sample.mean is not None:
            self._means()
        return self.out

    def _latent(self, f: int, measures: list[tuple[int, Parameter, tuple[int, int, int]]]) -> None:
        of = np.array([j for j, *_ in measures])
        loading, variance = _one_factor(self.cov[np.ix_(of, of)])
        loading, variance = self._rescale(f, measures, loading, variance)
        for value, (_, _, (matrix, i, j)) in zip(loading, measures, strict=True):
            self.out[matrix][i, j] = value
        weight = np.zeros(self.p + self.m)
        weight[of] = loading
        # Each covariance leaves out the indicator that it is a covariance with.
        own = weight * np.diag(self.cov)
        norm = (weight**2).sum() - weight**2
        raw = self.cov @ weight - own
        column = np.where(norm > 0, raw / np.where(norm > 0, norm, 1.0), 0.0)
        column[of] = loading * variance
        limit = 0.95 * np.sqrt(variance * np.maximum(np.diag(self.cov), 0))
        column = np.clip(column, -limit, limit)
        self.cov[f], self.cov[:, f] = column, column
        self.cov[f, f] = variance
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
            if matrix == BETA and v.op == "~":
                paths.setdefault(i, []).append(j)
        for i, of in paths.items():
            x = self.cov[np.ix_([self.p + j for j in of], [self.p + j for j in of])]
            y = self.cov[[self.p + j for j in of], self.p + i]
            ridge = 1e-6 * np.diag(np.maximum(np.diag(x), 1e-6))
            self.out[BETA][i, of] = np.linalg.lstsq(x + ridge, y, rcond=None)[0]
        for v, (matrix, i, j) in self.rows:
            if not v.free and v.value is not None and matrix == BETA:
                self.out[BETA][i, j] = v.value

    def _variances(self) -> None:
        beta, lam = self.out[BETA], self.out[LAMBDA]
        eta = self.cov[self.p :, self.p :]
        rest = (np.eye(self.m) - beta) @ eta @ (np.eye(self.m) - beta).T
        endogenous = [bool(row.any()) for row in beta]
        for v, (matrix, i, j) in self.rows:
            if matrix == PSI:
                if i == j:
                    floor = 0.1 * max(eta[i, i], 1e-3)
                    self.out[PSI][i, i] = max(rest[i, i], floor)
                elif not (endogenous[i] or endogenous[j]):
                    self.out[PSI][i, j] = self.out[PSI][j, i] = eta[i, j]
            elif matrix == THETA and i == j:
                total = self.sample.cov[0, i, i]
                explained = lam[i] @ eta @ lam[i]
                self.out[THETA][i, i] = np.clip(total - explained, 0.1 * total, total)
            if v.value is not None and not v.free and matrix in (PSI, THETA):
                self.out[matrix][i, j] = self.out[matrix][j, i] = v.value

    def _means(self) -> None:
        assert self.sample.mean is not None
        mean = self.sample.mean[0]
        for _, (matrix, i, _) in self.rows:
            if matrix == NU:
                self.out[NU][i, 0] = mean[i]
            elif matrix == ALPHA and i in self.stand_in:
                self.out[ALPHA][i, 0] = mean[self.stand_in[i]]


def _one_factor(cov: NDArray) -> tuple[NDArray, float]:
    """Loadings (the first is 1) and factor variance of one factor, FABIN3."""
    k = len(cov)
    loading = np.ones(k)
    first = cov[0, 0]
    if k == 2:
        loading[1] = np.clip(cov[0, 1] / (0.5 * first), -3.0, 3.0) if first > 0 else 1.0
    for j in range(1, k if k > 2 else 0):
        z = [i for i in range(1, k) if i != j]
        weights = np.linalg.lstsq(cov[np.ix_(z, z)], cov[z, 0], rcond=None)[0]
        bottom = weights @ cov[z, 0]
        if bottom > 1e-8 * first:
            loading[j] = weights @ cov[z, j] / bottom
    ratio = np.sqrt(np.maximum(np.diag(cov), 1e-12) / max(first, 1e-12))
    loading[1:] = np.clip(loading[1:], -5.0 * ratio[1:], 5.0 * ratio[1:])
    if k == 1:
        return loading, max(0.9 * first, 1e-6)
    off = cov - np.diag(np.diag(cov))
    pairs = np.outer(loading, loading) - np.diag(loading**2)
    variance = float((off * pairs).sum() / max((pairs**2).sum(), 1e-12))
    return loading, float(np.clip(variance, 0.1 * first, 0.95 * first)) if first > 0 else 0.05
