"""Rotation: derivatives, what it leaves as it is, local minima."""

from functools import partial

import numpy as np
import pytest
from against_lavaan.witness import data

from scrm_model.measurement.exploratory.criteria import geomin, oblimin, quartimax, varimax
from scrm_model.measurement.exploratory.extraction import extract
from scrm_model.measurement.exploratory.rotation import (
    ROTATIONS,
    in_order,
    projected_gradient,
    rotate,
)

CRITERIA = {
    "quartimin": oblimin, "oblimin": partial(oblimin, gamma=-0.5), "varimax": varimax,
    "quartimax": quartimax, "geomin": geomin,
}  # fmt: skip


def rng():
    return np.random.default_rng(5)


@pytest.fixture(scope="module")
def A():
    R = data("hs")[[f"x{k}" for k in range(1, 10)]].corr().to_numpy()
    return extract(R, 3, "minres", rng()).loadings


@pytest.mark.parametrize("kind", CRITERIA)
def test_derivatives_are_those_by_differences(A, kind):
    criterion = CRITERIA[kind]
    _, slope = criterion(A[None])
    step = 1e-6
    for i in range(9):
        for j in range(3):
            unit = np.zeros_like(A)
            unit[i, j] = step
            high, low = criterion((A + unit)[None])[0][0], criterion((A - unit)[None])[0][0]
            assert slope[0, i, j] == pytest.approx((high - low) / (2 * step), abs=1e-7)


def test_criteria_are_their_definitions(A):
    squares = A**2
    p, f = A.shape
    pairs = [(j, k) for j in range(f) for k in range(f) if j != k]
    assert oblimin(A[None])[0][0] == pytest.approx(
        sum((squares[:, j] * squares[:, k]).sum() for j, k in pairs) / 4
    )
    covariances = sum(np.cov(squares[:, j], squares[:, k], ddof=0)[0, 1] * p for j, k in pairs) / 4
    assert oblimin(A[None], gamma=1.0)[0][0] == pytest.approx(covariances)
    assert varimax(A[None])[0][0] == pytest.approx(-(squares.var(axis=0) * p).sum() / 4)
    means = np.prod(squares + 0.01, axis=1) ** (1 / f)
    assert geomin(A[None])[0][0] == pytest.approx(means.sum())


@pytest.mark.parametrize("kind", ROTATIONS)
def test_rotations_reproduce_the_same_correlations(A, kind):
    found = rotate(A, kind, starts=10, seed=rng())
    np.testing.assert_allclose(found.loadings @ found.phi @ found.loadings.T, A @ A.T, atol=1e-10)
    np.testing.assert_allclose(np.diag(found.phi), 1.0)
    if kind in ("varimax", "quartimax", "none"):
        np.testing.assert_allclose(found.phi, np.eye(3))
    assert found.converged


@pytest.mark.parametrize("kind", CRITERIA)
def test_the_gradient_vanishes_at_the_end(A, kind):
    oblique = kind not in ("varimax", "quartimax")
    gamma = -0.5 if kind == "oblimin" else 0.0
    found = rotate(A, kind, starts=10, seed=rng(), normalise=False, gamma=gamma)
    T = np.linalg.lstsq(A, found.loadings, rcond=None)[0]
    T = np.linalg.inv(T).T if oblique else T
    value, slope = projected_gradient(A, T[None], CRITERIA[kind], oblique)
    assert np.abs(slope).max() < 1e-6
    assert value[0] == pytest.approx(found.value)


@pytest.mark.parametrize("kind", ["oblimin", "geomin", "varimax"])
def test_the_end_beats_random_rotations_and_single_starts(kind):
    R = data("bfi600").corr().to_numpy()
    A = extract(R, 6, "minres", rng()).loadings
    best = rotate(A, kind, starts=30, seed=rng(), normalise=False)
    singles = [
        rotate(A, kind, starts=2, seed=np.random.default_rng(k), normalise=False).value
        for k in range(8)
    ]
    assert best.value <= min(singles) + 1e-7
    T = np.linalg.qr(rng().standard_normal((200, 6, 6)))[0]
    assert best.value < CRITERIA["quartimin" if kind == "oblimin" else kind](A @ T)[0].min()
    assert best.at_best >= 1


def test_local_minima_are_counted():
    # Geomin of 6 factors of the 25 items has several.
    R = data("bfi600").corr().to_numpy()
    A = extract(R, 6, "minres", rng()).loadings
    found = rotate(A, "geomin", starts=40, seed=rng())
    assert found.minima > 1
    assert 1 <= found.at_best < found.starts == 40


def test_seeds_repeat_and_starts_do_not_matter_where_there_is_one_minimum(A):
    first, second = (rotate(A, "oblimin", starts=20, seed=rng()) for _ in range(2))
    np.testing.assert_array_equal(first.loadings, second.loadings)
    alone = rotate(A, "oblimin", starts=1, seed=rng())
    mine, theirs = (in_order(r.loadings, r.phi)[0] for r in (first, alone))
    np.testing.assert_allclose(mine, theirs, atol=1e-6)


def test_perfect_clusters_are_found_by_every_rotation():
    pattern = np.kron(np.eye(3), np.full((4, 1), 0.7))
    mixed = pattern @ np.linalg.qr(rng().standard_normal((3, 3)))[0]
    for kind in ROTATIONS[:-1]:
        loadings, phi, _ = in_order(*_parts(rotate(mixed, kind, starts=10, seed=rng())))
        np.testing.assert_allclose(np.sort(loadings, axis=1)[:, -1], 0.7, atol=1e-6)
        np.testing.assert_allclose(np.sort(loadings, axis=1)[:, :-1], 0.0, atol=1e-6)
        np.testing.assert_allclose(phi, np.eye(3), atol=1e-6)


def _parts(rotation):
    return rotation.loadings, rotation.phi


def test_columns_are_ordered_by_what_they_explain(A):
    found = rotate(A, "oblimin", starts=10, seed=rng())
    loadings, phi, explained = in_order(found.loadings, found.phi)
    assert (np.diff(explained) < 0).all()
    assert (loadings.sum(axis=0) > 0).all()
    assert explained.sum() == pytest.approx((A**2).sum())
    np.testing.assert_allclose(loadings @ phi @ loadings.T, A @ A.T, atol=1e-10)


def test_one_factor_is_not_turned(A):
    found = rotate(A[:, :1], "oblimin", starts=5, seed=rng())
    np.testing.assert_array_equal(found.loadings, A[:, :1])
