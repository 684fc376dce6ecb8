"""The indices of careless answers of every case, and which conventions each crosses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import chdtrc, ndtr

from scrm_model.screening.consistency import (
    LEAST_PAIRS,
    even_odd,
    pair_consistency,
    pairs_beyond,
    person_total,
)
from scrm_model.screening.conventions import SYNONYM_R, Convention
from scrm_model.screening.duplicates import duplicates
from scrm_model.screening.options import Options
from scrm_model.screening.runs import strings, variability
from scrm_model.screening.sheet import Sheet, as_numbers
from scrm_model.screening.spread import Spread
from scrm_model.screening.words import say, some
from scrm_model.study.records import Text

Column = NDArray | Text
CHANCE = 0.20  # share of careful cases beyond which crossing a convention says nothing
SHORT = 6  # items; of fewer, a string of half of them is nothing


@dataclass(frozen=True, eq=False)
class Careless:
    """The indices of all cases.

    Attributes
    ----------
    frame : DataFrame
        A row a case; the columns that could be computed.
    absent : dict of str to Text
        Why the others could not.
    partial : dict of str to Text
        Why a computed column is empty for some cases.
    chance : dict of str to float
        Share of careful cases that chance would make cross the convention of a correlation.
    applied : frozenset of str
        Indices whose conventions are applied.
    """

    frame: pd.DataFrame
    absent: dict[str, Text]
    partial: dict[str, Text]
    chance: dict[str, float]
    applied: frozenset[str]


def careless(
    sheet: Sheet, spread: Spread, options: Options, conventions: Mapping[str, Convention]
) -> Careless:
    """Every index of every case.

    Parameters
    ----------
    sheet : Sheet
    spread : Spread
        For the distances.
    options : Options
        Column of the time, seed.
    conventions : mapping of str to Convention

    Returns
    -------
    Careless
    """
    columns: dict[str, NDArray] = {}
    absent: dict[str, Text] = {}
    partial: dict[str, Text] = {}
    for name, column, note in _indices(sheet, spread, options):
        if isinstance(column, Text):
            absent[name] = column
            continue
        columns[name] = column
        if note is not None and column.dtype.kind == "f" and np.isnan(column).any():
            partial[name] = note
    frame = pd.DataFrame(columns, index=sheet.labels.rename("case"))
    chance = _chances(sheet, columns, conventions)
    crossed = {
        name: rule.crossed(frame[name].to_numpy(dtype=float))
        for name, rule in conventions.items()
        if name in frame and _applies(rule, sheet, chance)
    }
    frame["n_crossed"] = sum(crossed.values(), np.zeros(len(frame), dtype=np.intp))
    frame["crossed"] = _named(crossed, len(frame))
    return Careless(frame, absent, partial, chance, frozenset(crossed))


def _applies(rule: Convention, sheet: Sheet, chance: Mapping[str, float]) -> bool:
    """Whether crossing a convention says anything here; one of the user's own always applies."""
    if not rule.source:
        return True
    long = rule.index != "longstring" or len(sheet.items) >= SHORT
    return long and chance.get(rule.index, 0.0) <= CHANCE


def _chances(
    sheet: Sheet, columns: Mapping[str, NDArray], conventions: Mapping[str, Convention]
) -> dict[str, float]:
    """Share of careful cases that chance makes cross the conventions of correlations.

    Notes
    -----
    Fisher's z of k pairs has the error ``1 / sqrt(k - 3)``; the true correlation is taken to be the
    median of all cases. Even-odd correlations are taken back to their length before the
    correction; pairs that share an item are counted as if they did not.
    """
    scales = sum(len(places) > 1 for places in sheet.parts.values())
    pairs = {"even_odd": scales, "person_total": len(sheet.items)}
    for name, answers, threshold in _kinds_of_pairs(sheet):
        pairs[name] = len(pairs_beyond(correlations(answers, sheet), threshold))
    out = {}
    for name, k in pairs.items():
        if name not in columns or np.isnan(columns[name]).all():
            continue
        middle, cut = float(np.nanmedian(columns[name])), conventions[name].value
        if name == "even_odd":
            middle, cut = middle / (2 - middle), cut / (2 - cut)
        sign = 1.0 if conventions[name].relation == "below" else -1.0
        r = np.clip([cut, middle], -0.999, 0.999)
        gap = float(np.arctanh(r[0]) - np.arctanh(r[1]))
        out[name] = float(ndtr(sign * gap * np.sqrt(max(k - 3, 0))))
    return out


def _kinds_of_pairs(sheet: Sheet) -> tuple[tuple[str, NDArray, float], ...]:
    return ("synonyms", sheet.turned, SYNONYM_R), ("antonyms", sheet.raw, -SYNONYM_R)


def _named(crossed: Mapping[str, NDArray], n: int) -> NDArray:
    """The names of the conventions that each case crosses."""
    code = np.zeros(n, dtype=np.int64)
    for bit, hit in enumerate(crossed.values()):
        code += hit.astype(np.int64) << bit
    kinds, of_case = np.unique(code, return_inverse=True)
    names = list(crossed)
    words = ["; ".join(m for bit, m in enumerate(names) if kind >> bit & 1) for kind in kinds]
    return np.array(words, dtype=object)[of_case.ravel()] if n else np.array([], dtype=object)


def _indices(
    sheet: Sheet, spread: Spread, options: Options
) -> Iterator[tuple[str, Column, Text | None]]:
    """Name, values or the reason why there are none, and why some may be empty."""
    count = sheet.answered.sum(axis=1)
    yield "n_answered", count, None
    yield "missing", 1.0 - count / len(sheet.items), None
    few = say("fewer than 2 answers", "moins de 2 réponses")
    if len(sheet.items) < 2:
        one = say("a single item", "un seul item")
        yield from ((name, one, None) for name in ("longstring", "mean_run", "irv"))
    else:
        longest, mean = strings(sheet.raw)
        yield "longstring", longest, None
        yield "mean_run", mean, say("no answer", "aucune réponse")
        yield "irv", variability(sheet.raw), few
    yield from _distance(sheet, spread)
    yield from _consistency(sheet, options)
    yield from _time(sheet, options, count)
    yield "attention_failed", _attention(sheet), None
    yield "ineligible", _ineligible(sheet), None
    first, others = duplicates(sheet.raw)
    yield "duplicates", others, None
    same = np.array(sheet.labels, dtype=object)[first]
    same[first == np.arange(len(first))] = None
    yield "duplicate_of", same, None


def _distance(sheet: Sheet, spread: Spread) -> Iterator[tuple[str, Column, Text | None]]:
    found = spread.distances(sheet)
    if found is None:
        reason = spread.reason or say("singular covariances", "covariances singulières")
        yield from ((name, reason, None) for name in ("d2", "d2_p"))
        return
    none = say("no answer", "aucune réponse")
    d2, items = found
    yield "d2", d2, none
    yield "d2_p", np.where(np.isnan(d2), np.nan, chdtrc(np.maximum(items, 1), d2)), none


def _consistency(sheet: Sheet, options: Options) -> Iterator[tuple[str, Column, Text | None]]:
    flat = say(
        "fewer than {k} pairs answered, or no variation among them",
        "moins de {k} paires répondues, ou sans variation entre elles", k=LEAST_PAIRS,
    )  # fmt: skip
    scales = [columns for columns in sheet.parts.values() if len(columns) > 1]
    if len(scales) < LEAST_PAIRS:
        yield "even_odd", say(
            "{m} scales of two items or more; it takes {k}",
            "{m} échelles de deux items ou plus ; il en faut {k}", m=len(scales), k=LEAST_PAIRS,
        ), None  # fmt: skip
    else:
        yield "even_odd", even_odd(sheet.turned, scales), flat
    for name, answers, threshold in _kinds_of_pairs(sheet):
        pairs = pairs_beyond(correlations(answers, sheet), threshold)
        if len(pairs) < LEAST_PAIRS:
            sign = "<" if threshold < 0 else ">"
            yield name, say(
                "{m} pairs of items with r {sign} {r}; it takes {k}",
                "{m} paires d'items avec r {sign} {r} ; il en faut {k}",
                m=len(pairs), sign=sign, r=threshold, k=LEAST_PAIRS,
            ), None  # fmt: skip
        else:
            yield name, pair_consistency(answers, pairs, options.seed), flat
    if len(sheet.items) < LEAST_PAIRS:
        yield "person_total", say(
            "{p} items; it takes {k}", "{p} items ; il en faut {k}",
            p=len(sheet.items), k=LEAST_PAIRS,
        ), None  # fmt: skip
    else:
        yield "person_total", person_total(sheet.raw), say(
            "fewer than {k} answers, or all the same",
            "moins de {k} réponses, ou toutes identiques", k=LEAST_PAIRS,
        )  # fmt: skip


def correlations(answers: NDArray, sheet: Sheet) -> NDArray:
    """Correlations of the items over the cases that answered both, shape (p, p).

    NaN with fewer than three such cases, or where an item does not vary among them.
    """
    seen = sheet.answered.astype(float)
    centre = np.where(sheet.answered, answers, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    x = np.where(sheet.answered, answers - centre, 0.0)
    n = seen.T @ seen
    few = np.maximum(n, 1)
    sums = x.T @ seen
    squares = (x * x).T @ seen
    cross = x.T @ x - sums * sums.T / few
    spread = squares - sums**2 / few
    product = spread * spread.T
    good = (n > 2) & (spread > 1e-10 * few) & (spread > 1e-10 * few).T
    out = np.full(cross.shape, np.nan)
    np.divide(cross, np.sqrt(np.where(good, product, 1.0)), out=out, where=good)
    return out


def _time(
    sheet: Sheet, options: Options, count: NDArray
) -> Iterator[tuple[str, Column, Text | None]]:
    if options.time is None:
        absent = say("no column of seconds (time=)", "pas de colonne de secondes (time=)")
        yield "seconds_per_item", absent, None
        return
    seconds = sheet.numbers(options.time, "time=")
    assert seconds is not None  # checked before any work
    usable = (seconds > 0) & (count > 0)
    per_item = np.full(len(seconds), np.nan)
    np.divide(seconds, count, out=per_item, where=usable)
    yield "seconds", seconds, say("no time", "pas de durée")
    yield (
        "seconds_per_item",
        per_item,
        say(
            "no time, a time that is not positive, or no answer",
            "pas de durée, durée non positive, ou aucune réponse",
        ),
    )


def _attention(sheet: Sheet) -> Column:
    checks = [(c, sheet.numbers(c.code, "attention:")) for c in sheet.scales.attention]
    there = [(check, values) for check, values in checks if values is not None]
    if not there:
        if not checks:
            return say("the scales have no attention checks", "aucun contrôle dans les échelles")
        return say(
            "no column {names} in the data", "pas de colonne {names} dans les données",
            names=some(check.code for check, _ in checks),
        )  # fmt: skip
    wrong = [(values != check.answer) & ~np.isnan(values) for check, values in there]
    return np.sum(wrong, axis=0)


def _ineligible(sheet: Sheet) -> Column:
    rules = [q for q in sheet.scales.screening if q.eligible or q.minimum is not None]
    out, there = np.zeros(len(sheet.raw), dtype=np.intp), False
    for question in rules:
        column = sheet.column(question.code)
        if column is None:
            continue
        there = True
        values = as_numbers(column, "screening:")
        answered = ~np.isnan(values)
        if question.eligible:
            out += answered & ~np.isin(values, question.eligible)
        if question.minimum is not None:
            out += answered & (values < question.minimum)
    if there:
        return out
    if not rules:
        return say("the scales have no screening questions", "aucune question de sélection")
    return say(
        "no column {names} in the data", "pas de colonne {names} dans les données",
        names=some(q.code for q in rules),
    )  # fmt: skip
