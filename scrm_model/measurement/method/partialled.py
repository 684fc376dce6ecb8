"""Correlations of constructs with the marker's part taken out (Lindell & Whitney).

Notes
-----
With r_M, a correlation that owes nothing to theory and so everything to the method, taken out of a
correlation r of composites [lindell2001]_::

    r_adj = (r - r_M) / (1 - r_M)        t = r_adj / sqrt((1 - r_adj^2) / (n - 3))

on n - 3 degrees of freedom. r_M is the smallest or, as the smallest of several is smaller than its
expectation, the second smallest positive correlation of the marker with the constructs; without a
marker, of the constructs themselves, which is weaker evidence. As r_M is itself an estimate, the
adjustment is repeated at upper percentiles of it, by Fisher's z [malhotra2006]_. The formula
presumes that the method inflates: it moves a negative correlation away from 0.

References
----------
.. [lindell2001] Lindell, M. K., & Whitney, D. J. (2001). Accounting for common method variance in
   cross-sectional research designs. Journal of Applied Psychology, 86, 114-121.
.. [malhotra2006] Malhotra, N. K., Kim, S. S., & Patil, A. (2006). Common method variance in IS
   research. Management Science, 52, 1865-1883.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtr

from scrm_model.inference.words import joined
from scrm_model.measurement.method.words import AT
from scrm_model.screening.words import say
from scrm_model.study.records import Text

RULES = ("smallest", "second smallest")
COLUMNS = (
    "lhs", "rhs", "n", "r", "pvalue", "at", "r_m", "r_adj", "t", "df", "pvalue_adj", "significance",
    "note",
)  # fmt: skip


def adjusted(r: float, r_m: float) -> float:
    """A correlation without the part r_M that the method adds.

    Parameters
    ----------
    r, r_m : float
        r_m below 1.
    """
    return (r - r_m) / (1.0 - r_m)


def t_test(r: float, df: int) -> tuple[float, float]:
    """t of a correlation, and its two-sided p.

    Parameters
    ----------
    r : float
        NaN or beyond 1 has no test.
    df : int
    """
    if not abs(r) < 1:
        return float("nan"), float("nan")
    t = r / np.sqrt((1.0 - r**2) / df)
    return float(t), 2.0 * float(stdtr(df, -abs(t)))


def upper_percentile(r: float, n: int, share: float) -> float:
    """Upper percentile of a correlation by Fisher's z.

    Parameters
    ----------
    r : float
    n : int
    share : float
        Such as .95.
    """
    return float(np.tanh(np.arctanh(r) + ndtri(share) / np.sqrt(n - 3)))


def _cell(frame: pd.DataFrame, a: str, b: str) -> float:
    names = list(frame.columns)
    return float(frame.to_numpy()[names.index(a), names.index(b)])


def candidates(correlations: pd.DataFrame, marker: str = "") -> list[float]:
    """Positive correlations that may be r_M, smallest first.

    Parameters
    ----------
    correlations : DataFrame
        Of composites, the marker among them.
    marker : str
        Name of the marker; without one all pairs of constructs count.
    """
    names = [c for c in correlations.columns if c != marker]
    pairs = [(marker, c) for c in names] if marker else list(combinations(names, 2))
    values = [_cell(correlations, a, b) for a, b in pairs]
    return sorted(v for v in values if v > 0)


def chosen(found: Sequence[float], r_m: str | float) -> tuple[float, Text | None]:
    """r_M by a rule, or as given; NaN and the reason if there is none."""
    if not isinstance(r_m, str):
        return float(r_m), None
    place = RULES.index(r_m)
    if len(found) <= place:
        few = _ONE_ONLY if found else _NONE
        return float("nan"), say(
            "{few}: no {rule} could be r_M", "{few} : « {rule} » ne peut servir de r_M",
            few=few, rule=AT[r_m],
        )  # fmt: skip
    return found[place], None


_ONE_ONLY = Text("one correlation only is positive", "une seule corrélation est positive")
_NONE = Text("no correlation is positive", "aucune corrélation n'est positive")
_NEGATIVE = Text(
    "negative: the formula presumes that the method inflates, and moves it from 0",
    "corrélation négative (la formule suppose que la méthode gonfle les corrélations, et éloigne "
    "celle-ci de 0)",
)
_BELOW = Text(
    "below r_M: what is left has changed its sign",
    "corrélation inférieure à r_M (ce qui en reste a changé de signe)",
)
_BEYOND = Text("beyond 1: no test", "au-delà de 1, donc sans test")


@dataclass(frozen=True)
class Partialled:
    """Correlations of composites as they are and without the method's part.

    Attributes
    ----------
    frame : DataFrame
        A row a pair and value of r_M: lhs, rhs, n, r with pvalue (n - 2), at (which r_M), r_m,
        r_adj, t, df (n - 3), pvalue_adj, significance ("kept",
        "lost", "reversed", "gained", "none"), note.
    correlations : DataFrame
        Of the composites, the marker among them if there is one.
    marker : str
        Its name, or "": then r_M is of the constructs themselves.
    told : tuple of Text
    said : dict of str to Text
        The notes of `frame`, by what stands there.
    """

    frame: pd.DataFrame
    correlations: pd.DataFrame
    marker: str
    told: tuple[Text, ...]
    said: dict[str, Text]


def partialled(
    correlations: pd.DataFrame,
    n: int,
    marker: str,
    r_m: str | float,
    percentiles: Sequence[float],
    alpha: float,
) -> Partialled:
    """Each correlation of constructs as it is and without the method's part.

    Parameters
    ----------
    correlations : DataFrame
        Of composites, the marker among them if there is one.
    n : int
        Cases.
    marker : str
        Name of the marker, or "".
    r_m : {"smallest", "second smallest"} or float
        About which the percentiles are taken.
    percentiles : sequence of float
    alpha : float
    """
    found = candidates(correlations, marker)
    levels: dict[str, float] = {}
    told: list[Text] = []
    for rule in RULES if isinstance(r_m, str) else ():
        value, why = chosen(found, rule)
        if why:
            told.append(why)
        else:
            levels[rule] = value
    centre, _ = chosen(found, r_m)
    if not isinstance(r_m, str):
        levels["given"] = centre
    if not np.isnan(centre):
        levels |= {f"{100 * s:g} %": upper_percentile(centre, n, s) for s in percentiles}
    names = [c for c in correlations.columns if c != marker]
    rows = [
        _row((a, b, _cell(correlations, a, b), n), at, value, alpha)
        for a, b in combinations(names, 2)
        for at, value in levels.items()
    ]
    said = {str(row["note"]): row["note"] for row in rows if row["note"]}
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["note"] = [str(note or "") for note in frame["note"]]
    return Partialled(frame, correlations, marker, tuple(told), said)


def _row(pair: tuple[str, str, float, int], at: str, r_m: float, alpha: float) -> dict[str, Any]:
    a, b, r, n = pair
    (_, before), r_adj = t_test(r, n - 2), adjusted(r, r_m)
    t, after = t_test(r_adj, n - 3)
    was, now = before < alpha, after < alpha
    change = {(1, 1): "kept", (1, 0): "lost", (0, 1): "gained", (0, 0): "none"}[int(was), int(now)]
    if change == "kept" and r * r_adj < 0:
        change = "reversed"
    told = []
    if r < 0:
        told.append(_NEGATIVE)
    elif r_adj < 0:
        told.append(_BELOW)
    if not abs(r_adj) < 1:
        change = "none"
        told.append(_BEYOND)
    note = joined(told) if told else None
    values = (a, b, n, r, before, at, r_m, r_adj, t, n - 3, after, change, note)
    return dict(zip(COLUMNS, values, strict=True))
