"""Which estimator goes with these answers: a stated rule, its reasons, and what overrides it.

Notes
-----
The rule, in order:

1. Items of fewer than five points are ordinal [rhemtulla2012]_: WLSMV.
2. Items of five or six points are ordinal too if some of them lean far to one side (|skewness|
   above 1) and there are 200 cases or more [rhemtulla2012]_; with fewer cases polychoric
   correlations are too unsteady, and robust maximum likelihood is used.
3. All else is continuous: ML if no item is far from normal (|skewness| and |excess kurtosis| up to
   1), otherwise MLR [curran1996]_.
4. Missing answers: full information (FIML) for continuous items [enders2001]_, pairwise deletion
   with ordinal ones.

References
----------
.. [rhemtulla2012] Rhemtulla, M., Brosseau-Liard, P. É., & Savalei, V. (2012). When can categorical
   variables be treated as continuous? Psychological Methods, 17, 354-373.
.. [curran1996] Curran, P. J., West, S. G., & Finch, J. F. (1996). The robustness of test statistics
   to nonnormality and specification error in confirmatory factor analysis. Psychological Methods,
   1, 16-29.
.. [enders2001] Enders, C. K., & Bandalos, D. L. (2001). The relative performance of full
   information maximum likelihood estimation for missing data in structural equation models.
   Structural Equation Modeling, 8, 430-457.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

FEW_POINTS = 5  # fewer are ordinal without further question
SOME_POINTS = 7  # fewer are ordinal if they lean
LEAN = 1.0  # |skewness| from which answers lean far to one side
ENOUGH = 200  # cases that polychoric correlations of skewed items want


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a part of the choice was made.

    Attributes
    ----------
    code : str
        ``"few_points"``, ``"skewed"``, ``"skewed_but_few_cases"``, ``"normal"``, ``"not_normal"``,
        ``"fiml"``, ``"pairwise"``, ``"complete"`` or ``"asked"``.
    message : str
        In English.
    values : mapping
        What a text in another language needs: ``items`` (tuple of str), ``n``, ``skew``,
        ``kurtosis``, ``what``, ``value``.
    """

    code: str
    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Choice:
    """An estimator, what is done with missing answers, which items are ordinal, and why.

    Attributes
    ----------
    estimator, missing : str
    ordered : tuple of str
        Ordinal items.
    reasons : tuple of Reason
    """

    estimator: str
    missing: str
    ordered: tuple[str, ...]
    reasons: tuple[Reason, ...]

    def __str__(self) -> str:
        return " ".join(map(str, self.reasons))


def choose(
    values: NDArray,
    names: Sequence[str],
    points: Mapping[str, int],
    *,
    estimator: str | None = None,
    missing: str | None = None,
    ordered: Sequence[str] | None = None,
) -> Choice:
    """Choose by the rule, except what is given.

    Parameters
    ----------
    values : ndarray, shape (N, p)
        Answers, NaN where missing.
    names : sequence of str, length p
    points : mapping of str to int
        Points of the scale of each item that has some; others are continuous.
    estimator, missing : str, optional
        See `scrm_model.estimation.fit.fit`.
    ordered : sequence of str, optional
        Ordinal items; empty for none.

    Returns
    -------
    Choice
    """
    reasons: list[Reason] = []
    skew, kurtosis = shape(values)
    if ordered is None and estimator is None:
        ordinal = _ordinal(values, names, points, skew, reasons)
    else:
        ordinal = tuple(ordered or ())
        if ordered is not None:
            reasons.append(_asked("ordered", ", ".join(ordinal) or "none"))
    if estimator is not None:
        reasons.append(_asked("estimator", estimator))
    elif ordinal:
        estimator = "WLSMV"
    else:
        estimator = _continuous(skew, kurtosis, reasons)
    if missing is not None:
        reasons.append(_asked("missing", missing))
    else:
        missing = _missing(int(np.isnan(values).sum()), bool(ordinal), estimator, reasons)
    return Choice(estimator, missing, ordinal, tuple(reasons))


def shape(values: NDArray) -> tuple[NDArray, NDArray]:
    """Skewness and excess kurtosis of every column, moments with divisor N, shape (p,)."""
    d = values - np.nanmean(values, axis=0)
    second = np.nanmean(d**2, axis=0)
    safe = np.where(second > 0, second, 1.0)
    return np.nanmean(d**3, axis=0) / safe**1.5, np.nanmean(d**4, axis=0) / safe**2 - 3.0


def _ordinal(
    values: NDArray,
    names: Sequence[str],
    points: Mapping[str, int],
    skew: NDArray,
    reasons: list[Reason],
) -> tuple[str, ...]:
    few = tuple(n for n in names if points.get(n, SOME_POINTS) < FEW_POINTS)
    if few:
        reasons.append(
            Reason(
                "few_points",
                f"{len(few)} items have fewer than {FEW_POINTS} points and are treated as ordinal.",
                {"items": few, "n": len(few)},
            )
        )
    some = tuple(n for n in names if FEW_POINTS <= points.get(n, SOME_POINTS) < SOME_POINTS)
    leaning = tuple(
        n for n, s in zip(names, skew, strict=True) if n in some and abs(s) > LEAN
    )  # fmt: skip
    if not leaning:
        return few
    told = {"items": leaning, "n": len(values), "skew": float(np.abs(skew).max())}
    if len(values) < ENOUGH:
        reasons.append(
            Reason(
                "skewed_but_few_cases",
                f"{len(leaning)} items of five or six points lean far to one side, but "
                f"{len(values)} cases are fewer than the {ENOUGH} that polychoric correlations "
                "want: they are treated as continuous.",
                told,
            )
        )
        return few
    reasons.append(
        Reason(
            "skewed",
            f"{len(leaning)} items of five or six points lean far to one side (|skewness| above "
            f"{LEAN:g}): all of that length are treated as ordinal.",
            told,
        )
    )
    return tuple(n for n in names if n in few or n in some)


def _continuous(skew: NDArray, kurtosis: NDArray, reasons: list[Reason]) -> str:
    largest = float(np.abs(skew).max(initial=0.0)), float(np.abs(kurtosis).max(initial=0.0))
    values = {"skew": largest[0], "kurtosis": largest[1]}
    found = f"largest |skewness| {largest[0]:.2f}, largest |excess kurtosis| {largest[1]:.2f}"
    if max(largest) > LEAN:
        told = f"The answers are treated as continuous and are not normal ({found}): MLR."
        reasons.append(Reason("not_normal", told, values))
        return "MLR"
    told = f"The answers are treated as continuous and are near normal ({found}): ML."
    reasons.append(Reason("normal", told, values))
    return "ML"


def _missing(cells: int, ordinal: bool, estimator: str, reasons: list[Reason]) -> str:
    if not cells:
        reasons.append(Reason("complete", "No answer is missing."))
        return "listwise"
    if ordinal:
        told = f"{cells} answers are missing: pairwise deletion, as the items are ordinal."
        reasons.append(Reason("pairwise", told, {"n": cells}))
        return "pairwise"
    if estimator not in ("ML", "MLR", "MLF"):
        told = f"{cells} answers are missing: {estimator} takes complete rows only."
        reasons.append(Reason("listwise", told, {"n": cells, "value": estimator}))
        return "listwise"
    told = f"{cells} answers are missing: all others count (full information, FIML)."
    reasons.append(Reason("fiml", told, {"n": cells}))
    return "fiml"


def _asked(what: str, value: str) -> Reason:
    return Reason("asked", f"{what}={value!r} was asked for.", {"what": what, "value": value})
