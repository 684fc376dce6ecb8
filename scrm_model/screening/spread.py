"""Means and covariances of the answers where there are any, and the reason where there are none."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scrm_model.screening.moments import Moments, distances, em_moments, work
from scrm_model.screening.patterns import Patterns, patterns_of
from scrm_model.screening.sheet import Sheet
from scrm_model.screening.words import say, some
from scrm_model.study.records import Text

WORK_LIMIT = 1.2e9  # multiplications of an EM step that are done unasked
_LEAST = 1e-9  # smallest eigenvalue of correlations that count as regular


@dataclass(frozen=True, eq=False)
class Spread:
    """Moments of the answered items of the cases with answers.

    Attributes
    ----------
    rows : ndarray of int, shape (n,)
        Cases with an answer.
    columns : ndarray of int, shape (k,)
        Items that vary.
    patterns : Patterns
        Of these cases and items.
    moments : Moments or None
    reason : Text or None
        Why there are no moments.
    left_out : tuple of str
        Items that do not vary.
    """

    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    patterns: Patterns
    moments: Moments | None
    reason: Text | None
    left_out: tuple[str, ...]

    def values(self, sheet: Sheet) -> NDArray[np.float64]:
        """The answers themselves, shape (n, k)."""
        whole = len(self.rows) == len(sheet.raw) and len(self.columns) == sheet.raw.shape[1]
        return sheet.raw if whole else sheet.raw[np.ix_(self.rows, self.columns)]

    def distances(self, sheet: Sheet) -> tuple[NDArray, NDArray] | None:
        """Squared distances of all cases, and the number of items that each rests on.

        NaN for a case without answers; None without moments.
        """
        if self.moments is None:
            return None
        found = distances(
            self.values(sheet), self.patterns, self.moments.mean, self.moments.unbiased
        )
        if found is None:
            return None
        d2 = np.full(len(sheet.raw), np.nan)
        items = np.zeros(len(sheet.raw))
        d2[self.rows] = found
        items[self.rows] = self.patterns.sizes[self.patterns.of_case]
        return d2, items


def spread_of(sheet: Sheet, force: bool = False) -> Spread:
    """Moments of a sheet, unless they do not exist or cost more than is done unasked.

    Parameters
    ----------
    sheet : Sheet
    force : bool
        Whether to find them whatever it costs.

    Returns
    -------
    Spread
    """
    columns = np.flatnonzero(sheet.varies)
    rows = np.flatnonzero(sheet.answered[:, columns].any(axis=1))
    left_out = tuple(code for code, v in zip(sheet.items, sheet.varies, strict=True) if not v)
    answered = sheet.answered[np.ix_(rows, columns)]
    patterns = patterns_of(answered)
    names = [sheet.items[j] for j in columns]
    moments = None
    reason = _beforehand(answered, patterns, names, force)
    if reason is None:
        values = sheet.raw[np.ix_(rows, columns)]
        moments = em_moments(values, patterns)
        reason = _afterwards(moments, names)
    return Spread(rows, columns, patterns, None if reason else moments, reason, left_out)


def _beforehand(
    answered: NDArray, patterns: Patterns, names: list[str], force: bool
) -> Text | None:
    n, p = answered.shape
    if p == 0:
        return say("no item varies", "aucun item ne varie")
    if n <= p:
        return say(
            "{n} cases with answers for {p} items: their covariances need more cases than items",
            "{n} cas avec des réponses pour {p} items : les covariances demandent plus de cas que "
            "d'items", n=n, p=p,
        )  # fmt: skip
    together = answered.T.astype(np.float32) @ answered.astype(np.float32)
    if (together < 2).any():
        i, j = np.argwhere(together < 2)[0]
        return say(
            "hardly any case answered both {a} and {b}: nothing tells their covariance",
            "presque aucun cas n'a répondu à la fois à {a} et à {b} : rien ne renseigne leur "
            "covariance", a=names[i], b=names[j],
        )  # fmt: skip
    cost = work(patterns)
    if cost > WORK_LIMIT and not force:
        return say(
            "{m} patterns of missing answers among {n} cases: the covariances by EM would take "
            "about {times} times the work that is done unasked; mcar=True does it",
            "{m} profils de réponses manquantes parmi {n} cas : les covariances par EM "
            "demanderaient environ {times} fois le travail fait d'office ; mcar=True le fait",
            m=len(patterns.counts), n=n, times=cost / WORK_LIMIT,
        )  # fmt: skip
    return None


def _afterwards(moments: Moments, names: list[str]) -> Text | None:
    scale = np.sqrt(np.diag(moments.cov))
    if not (np.isfinite(scale).all() and (scale > 0).all()):
        return say("EM found a variance of 0", "EM a trouvé une variance nulle")
    roots, axes = np.linalg.eigh(moments.cov / np.outer(scale, scale))
    if roots[0] < _LEAST:
        involved = [name for name, w in zip(names, np.abs(axes[:, 0]), strict=True) if w > 0.1]
        return say(
            "the covariance matrix is singular: {items} depend on each other",
            "la matrice de covariance est singulière : {items} dépendent les uns des autres",
            items=some(involved),
        )  # fmt: skip
    if not moments.converged:
        return say(
            "EM did not converge in {steps} steps: too few cases answered the same items together",
            "EM n'a pas convergé en {steps} itérations : trop peu de cas ont répondu ensemble aux "
            "mêmes items", steps=moments.steps,
        )  # fmt: skip
    return None
