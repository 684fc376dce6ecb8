"""Agreement between coders, code by code, from who applied what to which unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from statistics import NormalDist
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.interviews.agreement import (
    alpha_draws,
    cohen_kappa,
    identical_pairs,
    krippendorff_alpha,
)
from scrm_model.interviews.wording import NO_TEXT, Text

CONSTANT = Text(
    "every decision of the coders who met is the same: agreement beyond chance is not defined",
    "toutes les décisions des codeurs qui se rencontrent sont les mêmes : l'accord au-delà du "
    "hasard n'est pas défini",
)
NOT_TWO = Text("κ is of two coders", "κ porte sur deux codeurs")
NO_SPREAD = Text(
    "the coders agree throughout: an interval would have no width",
    "les codeurs s'accordent partout : un intervalle n'aurait aucune largeur",
)
FEW_DRAWS = Text(
    "fewer than half of the resamples have an alpha: no interval",
    "moins de la moitié des rééchantillons ont un alpha : pas d'intervalle",
)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CoderAgreement:
    """How far coders agree on each code.

    Attributes
    ----------
    frame : DataFrame
        A row for each code: code, units (that two coders or more judged), coders, present (share
        of their decisions that the code applies), identical (share of pairs of decisions that are
        the same), kappa, kappa_se, kappa_lower, kappa_upper, alpha, alpha_lower, alpha_upper,
        reason (why a number is not there).
    unit : str
        ``"segment"``, ``"paragraph"`` or ``"document"``.
    coders : tuple of str
        Who coded.
    level : float
        Of the intervals.
    draws : int
        Resamples behind the intervals of alpha.
    seed : int or None
        Of the resamples.
    notes : tuple of Text
        What units are, and what else a reader must know.
    """

    frame: pd.DataFrame
    unit: str
    coders: tuple[str, ...]
    level: float
    draws: int
    seed: int | None
    notes: tuple[Text, ...]

    def __repr__(self) -> str:
        found = self.frame["alpha"].dropna()
        told = f"alpha from {found.min():.2f} to {found.max():.2f}" if len(found) else "no alpha"
        return (
            f"Agreement of {', '.join(self.coders)} on {len(self.frame)} codes by {self.unit}: "
            f"{told}\n{self.frame.drop(columns='reason').round(3).to_string(index=False)}"
        )

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(str(note))}</li>" for note in self.notes)
        shown = self.frame.to_html(index=False, float_format="{:.3f}".format, na_rep="–")
        return f"{shown}<ul>{notes}</ul>"


def agreement_of(
    decisions: NDArray,
    codes: Sequence[str],
    coders: Sequence[str],
    *,
    unit: str,
    level: float,
    draws: int,
    seed: int | None,
    notes: tuple[Text, ...],
) -> CoderAgreement:
    """Agreement on each code.

    Parameters
    ----------
    decisions : ndarray of int, shape (codes, coders, units)
        1 where a coder applied a code to a unit, 0 where not, -1 where the coder did not judge it.
    codes, coders : sequence of str
        Their names.
    unit : str
        What was judged.
    level : float
        Of the intervals.
    draws : int
        Resamples of units.
    seed : int or None
        Of the resamples.
    notes : tuple of Text
        What a reader must know.

    Returns
    -------
    CoderAgreement
    """
    seeds = np.random.SeedSequence(seed).spawn(len(codes))
    rows = [
        _row(code, own, level, draws, int(child.generate_state(1)[0]))
        for code, own, child in zip(codes, decisions, seeds, strict=True)
    ]
    return CoderAgreement(
        pd.DataFrame(rows), unit, tuple(coders), level, draws, seed, (*notes, *_reading(coders))
    )


def _row(code: str, own: NDArray, level: float, draws: int, seed: int) -> dict[str, Any]:
    met = own[:, (own >= 0).sum(axis=0) >= 2]
    judged = met[met >= 0]
    row: dict[str, Any] = {
        "code": code,
        "units": met.shape[1],
        "coders": int((met >= 0).any(axis=1).sum()),
        "present": float(judged.mean()) if judged.size else np.nan,
        "identical": identical_pairs(met, 2) if met.size else None,
    }
    kappa, why_not = _kappa(met, level)
    alpha, no_alpha = _alpha(met, level, draws, seed)
    reasons = [r for r in dict.fromkeys((no_alpha, why_not)) if r is not NO_TEXT]
    return row | kappa | alpha | {"reason": "; ".join(map(str, reasons))}


def _kappa(met: NDArray, level: float) -> tuple[dict[str, float], Text]:
    names = ("kappa", "kappa_se", "kappa_lower", "kappa_upper")
    two = met[(met >= 0).any(axis=1)]
    if len(two) != 2:
        return dict.fromkeys(names, np.nan), NOT_TWO
    table = np.zeros((2, 2))
    np.add.at(table, (two[0], two[1]), 1)
    found = cohen_kappa(table)
    if found is None:
        return dict.fromkeys(names, np.nan), CONSTANT
    if found.observed == 1:
        return dict.fromkeys(names, np.nan) | {"kappa": found.kappa}, NO_SPREAD
    reach = NormalDist().inv_cdf((1 + level) / 2) * found.se
    ends = max(found.kappa - reach, -1.0), min(found.kappa + reach, 1.0)
    return dict(zip(names, (found.kappa, found.se, *ends), strict=True)), NO_TEXT


def _alpha(met: NDArray, level: float, draws: int, seed: int) -> tuple[dict[str, float], Text]:
    names = ("alpha", "alpha_lower", "alpha_upper")
    alpha = krippendorff_alpha(met, 2, "nominal") if met.size else None
    if alpha is None:
        return dict.fromkeys(names, np.nan), CONSTANT
    if alpha == 1:
        return dict.fromkeys(names, np.nan) | {"alpha": alpha}, NO_SPREAD
    drawn = alpha_draws(met, 2, draws, seed, "nominal")
    if len(drawn) < draws / 2:
        return {"alpha": alpha, "alpha_lower": np.nan, "alpha_upper": np.nan}, FEW_DRAWS
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2])
    return dict(zip(names, (alpha, float(low), float(high)), strict=True)), NO_TEXT


def _reading(coders: Sequence[str]) -> tuple[Text, ...]:
    notes = [
        Text(
            "α is nominal, of presence and absence (Hayes & Krippendorff, 2007); its interval "
            "resamples units. Units of one document are not independent, so that intervals may be "
            "too short.",
            "α est nominal, de présence et d'absence (Hayes & Krippendorff, 2007) ; son intervalle "
            "rééchantillonne les unités. Celles d'un même document ne sont pas indépendantes : les "
            "intervalles peuvent être trop courts.",
        )
    ]
    if len(coders) == 2:
        notes.append(
            Text(
                "κ is Cohen's (1960), its interval that of Fleiss, Cohen and Everitt (1969), for "
                "large numbers of units.",
                "κ est celui de Cohen (1960), son intervalle celui de Fleiss, Cohen et Everitt "
                "(1969), pour de grands nombres d'unités.",
            )
        )
    return tuple(notes)
