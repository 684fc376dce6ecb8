"""What a reader of the answers should know and nobody changed: twins, odd codes, odd items."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.study.claims import Text
from scrm_model.survey.incoming.keys import Key
from scrm_model.survey.incoming.numbers import is_numeric
from scrm_model.survey.incoming.raw import listed
from scrm_model.survey.log import LogEntry
from scrm_model.survey.scales import Scales

FORMULA = re.compile(r"\s*(?:[=@]|[+-]\s*[A-Za-z][\w.]*\s*[(!|])")
LEAST_ROWS = 10


def twins(frame: pd.DataFrame, id_: str, about: Sequence[str]) -> list[LogEntry]:
    """Rows that repeat an earlier one, and respondents that come twice; none is left out.

    Parameters
    ----------
    frame : DataFrame
        Respondents × columns.
    id_ : str
        Column of the respondent, or ``""``.
    about : sequence of str
        Columns that are not compared, because they differ by their nature.

    Returns
    -------
    list of LogEntry
    """
    log = []
    aside = {*about, id_}
    compared = [place for place, name in enumerate(frame.columns) if name not in aside]
    answers = frame.iloc[:, compared]
    if compared:
        again = _repeats(answers)
        left = [name for name in frame.columns if name in aside]
        but_en = f" in all columns but {listed(left)}" if left else ""
        but_fr = f" dans toutes les colonnes sauf {listed(left, 'fr')}" if left else ""
        log += _rows(
            "", again, f"rows that repeat an earlier one{but_en}, kept: ",
            f"lignes qui en répètent une autre{but_fr}, gardées : ",
        )  # fmt: skip
    if id_:
        column = frame.iloc[:, frame.columns.tolist().index(id_)]
        again = column.duplicated(keep=False).to_numpy() & column.notna().to_numpy()
        log += _rows(
            id_, again, "rows that share their respondent with another, kept: ",
            "lignes dont le répondant se répète, gardées : ",
        )  # fmt: skip
        empty = column.isna().to_numpy()
        log += _rows(id_, empty, "rows without a respondent, kept: ", "lignes sans répondant : ")
    return log


def _repeats(answers: pd.DataFrame) -> NDArray[np.bool_]:
    """Rows that equal an earlier one and are not empty; a hash finds those worth comparing."""
    total = np.zeros(len(answers), dtype=np.uint64)
    filled = np.zeros(len(answers), dtype=bool)
    for place in range(answers.shape[1]):
        column = answers.iloc[:, place]
        filled |= column.notna().to_numpy()
        # The factor is that of Fowler, Noll and Vo's hash; arrays of integers wrap round.
        total = (total ^ _hashes(column)) * np.uint64(1099511628211)
    alike = pd.Series(total).duplicated(keep=False).to_numpy()
    keys = pd.DataFrame({k: _codes(answers.iloc[alike, k]) for k in range(answers.shape[1])})
    again = np.zeros(len(answers), dtype=bool)
    again[alike] = keys.duplicated().to_numpy()
    return again & filled


def _hashes(column: pd.Series) -> NDArray:
    if is_numeric(column):
        numbers = column.to_numpy(dtype=float, na_value=np.nan)
        return pd.util.hash_array(numbers).astype(np.uint64)
    try:
        return pd.util.hash_pandas_object(column, index=False).to_numpy(dtype=np.uint64)
    except TypeError:  # lists and the like
        return pd.util.hash_array(column.map(repr).to_numpy(dtype=object)).astype(np.uint64)


def _codes(column: pd.Series) -> NDArray:
    if is_numeric(column):
        return column.to_numpy(dtype=float, na_value=np.nan)
    try:
        return pd.factorize(column.to_numpy(dtype=object))[0]
    except TypeError:
        return pd.factorize(column.map(repr).to_numpy(dtype=object))[0]


def _rows(column: str, hits: NDArray, en: str, fr: str) -> list[LogEntry]:
    rows = (np.flatnonzero(hits) + 1).tolist()
    if not rows:
        return []
    text = Text(f"{en}{listed(rows)}", f"{fr}{listed(rows, 'fr')}")
    return [LogEntry("duplicates", column, len(rows), text)]


def outside(frame: pd.DataFrame, keys: Mapping[str, Key]) -> list[LogEntry]:
    """Answers beyond the points of their scale, which an analysis will refuse.

    Parameters
    ----------
    frame : DataFrame
        Respondents × columns.
    keys : mapping of str to Key
        The questions by code.

    Returns
    -------
    list of LogEntry
    """
    log = []
    for place, name in enumerate(frame.columns):
        key, column = keys.get(str(name)), frame.iloc[:, place]
        if key is None or key.points is None or not is_numeric(column):
            continue
        values = column.to_numpy(dtype=float, na_value=np.nan)
        low, high = key.points
        bad = (values < low) | (values > high)
        if bad.any():
            kinds = [f"{value:g}" for value in np.unique(values[bad])]
            text = Text(
                f"answers outside {low}–{high}, kept: {listed(kinds)}",
                f"réponses hors de {low}–{high}, gardées : {listed(kinds, 'fr')}",
            )
            log.append(LogEntry("outside", str(name), int(bad.sum()), text))
    return log


def formulas(frame: pd.DataFrame) -> list[LogEntry]:
    """Text that a spreadsheet would run if it were opened there; here it is text.

    Parameters
    ----------
    frame : DataFrame
        Respondents × columns.

    Returns
    -------
    list of LogEntry
    """
    log = []
    for place, name in enumerate(frame.columns):
        column = frame.iloc[:, place]
        if column.dtype != object and not pd.api.types.is_string_dtype(column):
            continue
        hits = sum(1 for v in column if isinstance(v, str) and FORMULA.match(v))
        if hits:
            text = Text(
                "text that a spreadsheet would run as a formula, kept as text, never run",
                "texte qu'un tableur exécuterait comme formule, gardé en texte, jamais exécuté",
            )
            log.append(LogEntry("formulas", str(name), hits, text))
    return log


def against_their_scale(frame: pd.DataFrame, scales: Scales) -> list[LogEntry]:
    """Items that are not marked as reverse and yet run against the others of their scale.

    Parameters
    ----------
    frame : DataFrame
        Respondents × columns.
    scales : Scales

    Returns
    -------
    list of LogEntry
    """
    log = []
    for scale in scales.scales:
        items = [i for i in scale.items if list(frame.columns).count(i.code) == 1]
        if len(items) < 2 or not all(is_numeric(frame[i.code]) for i in items):
            continue
        values = frame[[i.code for i in items]].to_numpy(dtype=float, na_value=np.nan)
        signs = np.array([-1.0 if i.reverse else 1.0 for i in items])
        for place, r in negative_items(values * signs):
            marked = items[place].reverse
            en = "marked as reverse in the scales" if marked else "not marked as reverse"
            fr = "déclaré inversé dans les échelles" if marked else "non déclaré inversé"
            shown_en, shown_fr = f"{r:.2f}".replace("0.", ".", 1), f"{r:.2f}".replace(".", ",")
            text = Text(
                f"{en}, and correlates {shown_en} with the rest of {scale.construct}: look at its "
                "wording",
                f"{fr}, et corrélé à {shown_fr} avec le reste de {scale.construct} : relire son "
                "libellé",
            )
            log.append(LogEntry("keying", items[place].code, 0, text))
    return log


def negative_items(values: NDArray[np.float64]) -> list[tuple[int, float]]:
    """Items that run against the others of a scale.

    Parameters
    ----------
    values : ndarray, shape (n, p)
        Answers to the items of one scale, reverse ones turned; NaN where missing.

    Returns
    -------
    list of (int, float)
        Number of the item, and its correlation with the mean of the items that do not.

    Notes
    -----
    An item runs against the others if its loading on the first principal component of the
    correlations has the sign of the smaller part of the loadings, and its correlation with the mean
    of the larger part is below -2 / sqrt(n), two standard errors of a correlation of zero. Rows
    with a missing answer are left out. Of two items that correlate negatively, the second is given.
    """
    whole = values[~np.isnan(values).any(axis=1)]
    whole = whole[np.isfinite(whole).all(axis=1)]
    if len(whole) < LEAST_ROWS or (np.ptp(whole, axis=0) == 0).any():
        return []
    first = np.linalg.eigh(np.corrcoef(whole.T))[1][:, -1]
    against = first < 0
    if against.sum() * 2 > len(first) or (against.sum() * 2 == len(first) and against[0]):
        against = ~against
    if not against.any():
        return []
    scores = (whole - whole.mean(axis=0)) / whole.std(axis=0)
    rest = scores[:, ~against].mean(axis=1)
    found = []
    for place in np.flatnonzero(against).tolist():
        r = float(np.corrcoef(scores[:, place], rest)[0, 1])
        if r < -2 / np.sqrt(len(whole)):
            found.append((place, r))
    return found
