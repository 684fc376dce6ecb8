"""Long work in blocks: the same numbers on any number of workers, and what is done is kept.

It stands in this room, the leftmost that repeats a fit, so that every room that does (inference,
planning) can share it.

Notes
-----
Work is cut into blocks of a fixed size, and every block gets its own child of the seed
(`numpy.random.SeedSequence`), so that numbers depend on neither the number of workers nor on the
order in which blocks are done. joblib deals the blocks out; ``joblib.parallel_config(backend=...)``
around a call sends them to dask or ray in place of processes of this machine.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from threadpoolctl import ThreadpoolController

from scrm_model.errors import ArgumentError

Seed = int | np.random.SeedSequence | None


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the work.

    Attributes
    ----------
    first, size : int
        Number of its first piece, and of pieces.
    seed : SeedSequence
        Its own.
    what : object
        What the pieces have in common, such as a sample size.
    """

    first: int
    size: int
    seed: np.random.SeedSequence
    what: Any = None


@dataclass(frozen=True, slots=True)
class Done:
    """What came back.

    Attributes
    ----------
    results : list
        One a block that was finished, in the order of the blocks.
    interrupted : bool
        Whether Ctrl-C ended the work before the last block.
    """

    results: list[Any]
    interrupted: bool


def seed_sequence(seed: Seed) -> np.random.SeedSequence:
    """Where children come from.

    Raises
    ------
    ArgumentError
        If `seed` is no whole number.
    """
    if isinstance(seed, np.random.SeedSequence):
        # A fresh one: spawning counts, and the caller's must not remember ours.
        return np.random.SeedSequence(seed.entropy, spawn_key=seed.spawn_key)
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int | np.integer)):
        raise ArgumentError(f"seed= needs a whole number; got {seed!r}. Give for example seed=1.")
    if seed is not None and seed < 0:
        raise ArgumentError(f"seed= needs a number that is not negative; got {seed!r}.")
    return np.random.SeedSequence(seed)


def child(seed: np.random.SeedSequence, *key: int) -> np.random.SeedSequence:
    """The child of a seed under a key: it depends on nothing but the two."""
    return np.random.SeedSequence(seed.entropy, spawn_key=(*seed.spawn_key, *key))


def blocks_of(total: int, size: int, seed: np.random.SeedSequence, what: Any = None) -> list[Block]:
    """Cut work into blocks.

    Parameters
    ----------
    total : int
        Pieces of work.
    size : int
        Of a block; it is part of what determines the numbers, so keep it fixed.
    seed : SeedSequence
    what : object, optional
        Goes with every block.
    """
    firsts = range(0, total, size)
    return [Block(k, min(size, total - k), child(seed, k // size), what) for k in firsts]


def run_blocks(
    task: Callable[[Block], Any],
    blocks: Sequence[Block],
    *,
    n_jobs: int | None = None,
    progress: bool = False,
    label: str = "",
) -> Done:
    """Do some work, block by block.

    Parameters
    ----------
    task : callable
        Takes a block; both it and what it returns can be pickled.
    blocks : sequence of Block
    n_jobs : int, optional
        Workers, as joblib counts them: None is one, or what ``joblib.parallel_config`` says
        around the call; -1 is one for each core.
    progress : bool
        Show a progress bar, in pieces of work.
    label : str
        In front of the bar.

    Returns
    -------
    Done
        Ctrl-C ends the work early; the blocks that were finished are returned. No more than two
        blocks a worker are under way at any time, which bounds the memory.

    Raises
    ------
    ArgumentError
        If `n_jobs` is 0 or no whole number.
    KeyboardInterrupt
        If Ctrl-C came before the first block was finished.
    """
    if n_jobs is not None and (not isinstance(n_jobs, int | np.integer) or n_jobs == 0):
        raise ArgumentError(
            f"n_jobs= needs a whole number other than 0; got {n_jobs!r}. Give the number of "
            "workers, or -1 for one a core."
        )
    results: list[Any] = []
    bar = _bar(sum(b.size for b in blocks), progress, label)
    try:
        for block, result in zip(blocks, _results(task, blocks, n_jobs), strict=True):
            results.append(result)
            bar(block.size)
    except KeyboardInterrupt:
        if not results:
            raise
        return Done(results, True)
    finally:
        bar(None)
    return Done(results, False)


def _results(
    task: Callable[[Block], Any], blocks: Sequence[Block], n_jobs: int | None
) -> Iterator[Any]:
    import joblib  # noqa: PLC0415 - costs 0.1 s, and only long work needs it

    pool = joblib.Parallel(n_jobs=n_jobs, return_as="generator", pre_dispatch="2*n_jobs")
    if pool.n_jobs == 1 and n_jobs in (None, 1):
        return (_single_threaded(task, block) for block in blocks)
    return iter(pool(joblib.delayed(_single_threaded)(task, block) for block in blocks))


def _single_threaded(task: Callable[[Block], Any], block: Block) -> Any:
    """Many small matrices: threads inside the linear algebra only wait for each other."""
    with _libraries().limit(limits=1):
        return task(block)


@cache
def _libraries() -> ThreadpoolController:
    """The libraries of linear algebra of this process; to find them costs milliseconds."""
    import scipy.linalg  # noqa: F401, PLC0415 - it brings the last of them

    return ThreadpoolController()


def _bar(total: int, progress: bool, label: str) -> Callable[[int | None], None]:
    """Something to tell how much was done; None ends it."""
    if not progress:
        return lambda done: None
    from tqdm.auto import tqdm  # noqa: PLC0415 - only when a bar is asked for

    shown = tqdm(total=total, desc=label)
    return lambda done: shown.close() if done is None else shown.update(done)
