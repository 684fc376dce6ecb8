"""Answers made ready for a model: codes for missing made empty, reverse-keyed items turned."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from scrm_model.study.claims import Text
from scrm_model.survey.log import LogEntry
from scrm_model.survey.scales import Scales


def emptied(
    frame: pd.DataFrame, scales: Scales, codes: tuple[float | str, ...], also: Collection[str] = ()
) -> tuple[pd.DataFrame, tuple[LogEntry, ...]]:
    """Answers with the codes for missing made empty.

    Parameters
    ----------
    frame : DataFrame
        Respondents × columns; never changed.
    scales : Scales
        Their items are looked at, other columns are not.
    codes : tuple of float or str
        Numbers or words that stand for a missing answer.
    also : collection of str
        Further columns to look at.

    Returns
    -------
    frame : DataFrame
    log : tuple of LogEntry
        How many answers of which item.
    """
    return without_codes(frame, (*scales.codes, *also), codes)


def without_codes(
    frame: pd.DataFrame, items: Collection[str], codes: tuple[float | str, ...]
) -> tuple[pd.DataFrame, tuple[LogEntry, ...]]:
    """The same for items that need no scales.

    Parameters
    ----------
    frame : DataFrame
    items : collection of str
    codes : tuple of float or str

    Returns
    -------
    frame : DataFrame
    log : tuple of LogEntry
    """
    if not codes:
        return frame, ()
    shown = ", ".join(repr(c) if isinstance(c, str) else f"{c:g}" for c in codes)
    text = Text(f"{shown} taken as missing", f"{shown} : réponse manquante")
    out, log = frame.copy(), []
    # By place: a column may come twice, which is for check_answers() to say.
    for place, name in enumerate(frame.columns):
        column = frame.iloc[:, place]
        hits = column.isin(list(codes))
        if name in items and hits.any():
            out.isetitem(place, column.mask(hits))  # type: ignore[arg-type]
            count = int(hits.sum())
            log.append(LogEntry("missing codes", str(name), count, text, count))
    return out, tuple(log)


def turned_round(frame: pd.DataFrame, scales: Scales) -> tuple[pd.DataFrame, tuple[LogEntry, ...]]:
    """Answers with reverse-keyed items turned round: lowest plus highest minus the answer.

    Parameters
    ----------
    frame : DataFrame
        Respondents × columns, checked with `check_answers`; never changed.
    scales : Scales
        Which items are reverse-keyed, and their points.

    Returns
    -------
    frame : DataFrame
    log : tuple of LogEntry
        An entry for each item turned.
    """
    turned = [c for c in scales.codes if scales.item(c).reverse]
    if not turned:
        return frame, ()
    out = frame.copy()
    for code in turned:
        low, high = scales.points(code)
        out[code] = low + high - out[code]
    text = Text("reverse-keyed, turned round", "item inversé, recodé")
    return out, tuple(LogEntry("reverse", code, len(out), text) for code in turned)
