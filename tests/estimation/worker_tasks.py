"""Tasks of `test_workers`, in a module that other processes can import by this name."""

import numpy as np
from threadpoolctl import threadpool_info


def draw(block):
    return np.random.default_rng(block.seed).standard_normal(block.size)


def threads(block):
    np.ones((2, 2)) @ np.ones((2, 2))
    return max(pool["num_threads"] for pool in threadpool_info())


def broken(block):
    raise ZeroDivisionError("a bug")
