"""Blocks of inverse matrices, against the whole inverse."""

import numpy as np
import pytest

from scrm_model.planning.inverses import between_inverse, block_of_inverse


def stack(size=4, q=9, seed=1):
    root = np.random.default_rng(seed).standard_normal((size, 30, q)) * np.logspace(-2, 2, q)
    return root.swapaxes(1, 2) @ root


def test_block_is_that_of_the_whole_inverse_in_the_order_asked():
    matrices, number = stack(), np.array([7, 2, -1, 2, 0])
    whole = np.linalg.inv(matrices)
    found = block_of_inverse(matrices, number)
    expected = whole[:, number[:, None], number] * np.outer(number >= 0, number >= 0)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=0)


def test_block_equals_the_product_with_unit_vectors():
    matrices, number = stack(seed=2), np.array([3, 8, -1])
    sides = np.eye(9)[number].T * (number >= 0)
    np.testing.assert_allclose(
        block_of_inverse(matrices, number), between_inverse(matrices, sides), rtol=1e-9
    )


def test_nothing_asked_is_nothing():
    assert block_of_inverse(stack(), np.array([-1])).tolist() == [[[0.0]]] * 4


@pytest.mark.parametrize("spoil", ["singular", "indefinite", "nan"])
def test_a_bad_member_is_nan_and_spoils_no_other(spoil):
    matrices, number = stack(), np.array([1, 4])
    good = block_of_inverse(matrices, number)
    if spoil == "singular":
        matrices[2, :, 5] = matrices[2, :, 6]
        matrices[2, 5] = matrices[2, 6]
        matrices[2, 5, 5] = matrices[2, 6, 6]
    elif spoil == "indefinite":
        matrices[2, 5, 5] *= -1
    else:
        matrices[2, 5, 5] = np.nan
    for found in (
        block_of_inverse(matrices, number),
        between_inverse(matrices, np.eye(9)[number].T),
    ):
        assert np.isnan(found[2]).all()
        np.testing.assert_allclose(found[[0, 1, 3]], good[[0, 1, 3]], rtol=1e-9)
