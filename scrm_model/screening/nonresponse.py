"""Early against late answers.

Notes
-----
Those who answer late are taken to resemble those who do not answer [armstrong1977]_. No difference
between early and late is no proof of no difference to those who never answered.

References
----------
.. [armstrong1977] Armstrong, J. S., & Overton, T. S. (1977). Estimating nonresponse bias in mail
   surveys. Journal of Marketing Research, 14, 396-402.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import DataError
from scrm_model.screening.contrasts import holm, independence, welch
from scrm_model.screening.margins import small_counts
from scrm_model.screening.options import Options
from scrm_model.screening.sheet import Sheet, as_numbers
from scrm_model.screening.show import Listing, plain
from scrm_model.screening.words import percent, say, some
from scrm_model.study.records import Text

_COLUMNS = (
    "variable", "kind", "test", "n_early", "n_late", "mean_early", "mean_late", "statistic", "df",
    "pvalue", "p_holm", "effect", "ci_lower", "ci_upper", "note",
)  # fmt: skip
_SHOWN = (
    "variable", "kind", "test", "n_early", "n_late", "mean_early", "mean_late", "statistic",
    "pvalue", "p_holm", "effect", "note",
)  # fmt: skip
_TITLE = Text("Early and late answers", "Premières et dernières réponses")
_CONSTRUCT, _ITEM = Text("construct", "construit"), Text("item", "item")
_CONTROL = Text("control", "contrôle")


@dataclass(frozen=True, eq=False)
class Halves:
    """Who is early and who is late.

    Attributes
    ----------
    early, late : ndarray of bool, shape (N,)
    note : Text
        How they were told apart.
    """

    early: NDArray[np.bool_]
    late: NDArray[np.bool_]
    note: Text


def nonresponse_listing(sheet: Sheet, options: Options) -> Listing:
    """Constructs, items and controls of early and late cases against each other."""
    found = _halves(sheet, options)
    if isinstance(found, Text):
        note = say("No comparison: {why}.", "Pas de comparaison : {why}.", why=found)
        return Listing(_TITLE, pd.DataFrame(), (note,))
    rows = [*_constructs(sheet, found), *_items(sheet, found), *_controls(sheet, found)]
    kinds = np.array([row["kind"].get("en") for row in rows])
    p = np.array([row["pvalue"] for row in rows], dtype=float)
    adjusted = np.full(len(rows), np.nan)
    for kind in dict.fromkeys(kinds):
        adjusted[kinds == kind] = holm(p[kinds == kind])
    for row, value in zip(rows, adjusted, strict=True):
        row["p_holm"] = value
    frame, french = plain(rows, _COLUMNS)
    return Listing(_TITLE, frame, _notes(found), _SHOWN, french)


def _halves(sheet: Sheet, options: Options) -> Halves | Text:
    if options.wave is not None:
        return _by_wave(sheet, options.wave)
    if options.arrival is None and not options.in_order:
        return say(
            "nothing tells when an answer came (arrival= or wave=)",
            "rien ne dit quand une réponse est arrivée (arrival= ou wave=)",
        )
    return _by_order(sheet, options)


def _by_wave(sheet: Sheet, name: str) -> Halves | Text:
    column = sheet.column(name)
    assert column is not None  # checked before any work
    kinds = list(pd.unique(column.dropna()))
    try:
        kinds.sort()
    except TypeError:
        raise DataError(
            f"wave= needs waves that can be put in order; got {some(map(repr, kinds))} in "
            f"{name!r}. Number them."
        ) from None
    if len(kinds) < 2:
        return say("{name} holds one wave only", "{name} ne contient qu'une vague", name=name)
    first, last = kinds[0], kinds[-1]
    note = say(
        "Early: {name} = {first}; late: {name} = {last}.",
        "Premiers : {name} = {first} ; derniers : {name} = {last}.",
        name=name, first=str(first), last=str(last),
    )  # fmt: skip
    early = (column == first).fillna(False).to_numpy(dtype=bool)
    return Halves(early, (column == last).fillna(False).to_numpy(dtype=bool), note)


def _by_order(sheet: Sheet, options: Options) -> Halves | Text:
    n = len(sheet.raw)
    if options.arrival is None:
        when, by = np.arange(n, dtype=float), Text("order of the rows", "ordre des lignes")
    else:
        column = sheet.column(options.arrival)
        assert column is not None  # checked before any work
        when, by = times_of(column), Text(options.arrival, options.arrival)
    known = np.flatnonzero(~np.isnan(when))
    order = known[np.argsort(when[known], kind="stable")]
    first, last = (int(np.floor(share * len(order) + 1e-9)) for share in options.fractions)
    if min(first, last) < 2:
        return say(
            "fewer than 2 early or late cases among {k} with a time of arrival",
            "moins de 2 premiers ou derniers cas parmi {k} dont l'arrivée est connue",
            k=len(order),
        )  # fmt: skip
    early, late = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    early[order[:first]] = True
    late[order[len(order) - last :]] = True
    note = say(
        "Early: the first {a} ({n}), late: the last {b} ({m}) by {by}; ties in the order of the "
        "rows; {k} cases without.",
        "Premiers : les {a} initiaux ({n}), derniers : les {b} finaux ({m}) selon {by} ; ex aequo "
        "dans l'ordre des lignes ; {k} cas sans.",
        a=percent(options.fractions[0]), n=first, b=percent(options.fractions[1]), m=last, by=by,
        k=n - len(order),
    )  # fmt: skip
    return Halves(early, late, note)


def times_of(column: pd.Series) -> NDArray[np.float64]:
    """Dates, numbers, or dates written year first, as numbers in their order."""
    kinds = pd.api.types
    if kinds.is_datetime64_any_dtype(column):
        stamps = column.dt.tz_localize(None) if column.dt.tz is not None else column
        seconds = (stamps - pd.Timestamp(0)) / pd.Timedelta(1, "s")
        return np.asarray(seconds.to_numpy(dtype=float, na_value=np.nan))
    text = column.dropna()
    if len(text) and not kinds.is_numeric_dtype(column) and all(isinstance(v, str) for v in text):
        try:
            stamps = pd.to_datetime(column, format="ISO8601", utc=True)
        except ValueError:
            raise DataError(
                f"arrival= needs dates, numbers, or text such as 2026-03-31 10:15; got "
                f"{some(map(repr, text), 3)} in {column.name!r}. Convert the column with "
                "pandas.to_datetime(..., dayfirst=True) or the like: day and month are not guessed."
            ) from None
        return times_of(stamps)
    if len(text) and column.dtype == object and all(hasattr(v, "year") for v in text):
        return times_of(pd.to_datetime(column))
    return as_numbers(column, "arrival=")


def _constructs(sheet: Sheet, halves: Halves) -> Iterator[dict[str, Any]]:
    constructs = dict.fromkeys(sheet.construct)
    for name in constructs:
        columns = [j for j, own in enumerate(sheet.construct) if own == name]
        yield _mean_row(name, _CONSTRUCT, construct_means(sheet, columns), halves)


def construct_means(sheet: Sheet, columns: list[int]) -> NDArray[np.float64]:
    """Mean of a case's answers to some items, turned; NaN where fewer than half are answered."""
    seen = sheet.answered[:, columns]
    count = seen.sum(axis=1)
    out = np.full(len(seen), np.nan)
    sums = np.where(seen, sheet.turned[:, columns], 0.0).sum(axis=1)
    np.divide(sums, count, out=out, where=2 * count >= max(len(columns), 1))
    return out


def _items(sheet: Sheet, halves: Halves) -> Iterator[dict[str, Any]]:
    for j, code in enumerate(sheet.items):
        yield _mean_row(code, _ITEM, sheet.raw[:, j], halves)


def _controls(sheet: Sheet, halves: Halves) -> Iterator[dict[str, Any]]:
    for question in sheet.scales.controls:
        column = sheet.column(question.code)
        if column is None:
            continue
        if question.kind in ("number", "rating"):
            yield _mean_row(question.code, _CONTROL, as_numbers(column, "control:"), halves)
        else:
            yield _count_row(question.code, column, halves)


def _mean_row(name: str, kind: Text, values: NDArray, halves: Halves) -> dict[str, Any]:
    known = ~np.isnan(values)
    first, second = values[halves.early & known], values[halves.late & known]
    row = _row(name, kind, "Welch t", len(first), len(second))
    if len(first):
        row["mean_early"] = float(first.mean())
    if len(second):
        row["mean_late"] = float(second.mean())
    found = welch(first, second)
    if found is None:
        few = min(len(first), len(second)) < 2
        row["note"] = (
            say("fewer than 2 answers in a group", "moins de 2 réponses dans un groupe")
            if few
            else say("neither group varies", "aucun groupe ne varie")
        )
        return row
    row |= {"statistic": found.t, "df": found.df, "pvalue": found.p, "effect": found.d}
    row |= {"ci_lower": found.d_lower, "ci_upper": found.d_upper}
    if np.isnan(found.d_lower):
        row["note"] = say("d is too large for an interval", "d est trop grand pour un intervalle")
    return row


def _count_row(name: str, column: pd.Series, halves: Halves) -> dict[str, Any]:
    known = column.notna().to_numpy()
    codes, kinds = pd.factorize(column)
    counts = np.array(
        [np.bincount(codes[at & known], minlength=len(kinds)) for at in (halves.early, halves.late)]
    )
    test = Text("chi-square", "khi-deux")
    row = _row(name, _CONTROL, test, int(counts[0].sum()), int(counts[1].sum()))
    found = independence(counts)
    if found is None:
        row["note"] = say(
            "one category, or an empty group", "une seule modalité, ou un groupe vide"
        )
        return row
    row |= {"statistic": found.chi2, "df": float(found.df), "pvalue": found.p, "effect": found.v}
    return row | {"note": small_counts(found.least)}


def _row(name: str, kind: Text, test: Text | str, n: int, m: int) -> dict[str, Any]:
    empty = dict.fromkeys(_COLUMNS[5:14], np.nan)
    return {
        "variable": name, "kind": kind, "test": test, "n_early": n, "n_late": m, **empty,
        "note": "",
    }  # fmt: skip


def _notes(halves: Halves) -> tuple[Text, ...]:
    return (
        halves.note,
        say(
            "effect: Cohen's d (early minus late, with its interval) or Cramér's V. Holm's "
            "correction is within constructs, items and controls.",
            "effet : d de Cohen (premiers moins derniers, avec son intervalle) ou V de Cramér. La "
            "correction de Holm se fait parmi les construits, les items et les contrôles.",
        ),
        say(
            "Late answers stand for those who never answered (Armstrong & Overton, 1977). That "
            "nothing differs does not show that these would not have differed.",
            "Les réponses tardives représentent ceux qui n'ont jamais répondu (Armstrong & "
            "Overton, 1977). Que rien ne diffère ne montre pas qu'ils n'auraient pas différé.",
        ),
    )  # fmt: skip
