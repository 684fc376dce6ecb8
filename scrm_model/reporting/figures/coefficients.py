"""Estimates with their intervals, effect by effect, of one result or several side by side."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.reporting.figures.axis import Axis, axis_of
from scrm_model.reporting.figures.estimates import Series, natural, series_of, wishes_of
from scrm_model.reporting.figures.markers import MARKERS, marker
from scrm_model.reporting.figures.marks import INK, PALE, Rule, Words
from scrm_model.reporting.figures.measure import lines, width
from scrm_model.reporting.figures.page import MARGIN, SMALL, Page
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.formats import interval as bounds
from scrm_model.reporting.formats import is_missing, number
from scrm_model.reporting.language import check_language, phrase, say

Key = tuple[str, str, str, str, str]
LABEL, BARS, STEP, GAP, TEXT = 150.0, 220.0, 10.5, 5.0, 7.5
KEY = ["kind", "lhs", "op", "rhs", "effect"]
OPS = ("~", "<~", "=~", "~~", ":=", "~1")


def coefficient_plot(
    results: Any,
    of: Iterable[Any] | str | None = None,
    *,
    standardised: bool = True,
    level: float = 0.95,
    interval: str = "percentile",
    lang: str = "en",
) -> Picture:
    """Draw estimates with their intervals.

    Parameters
    ----------
    results : Fit, Bootstrap or IndirectEffects; a sequence of them, or a mapping of names
        Several stand side by side, told apart by their signs. Each group of a fit is one.
    of : str or iterable of (str or pair), optional
        Which effects: hypotheses or labels (``"H1"``), effects as the figure names them
        (``"CRO → SMS"``), kinds of rows (``"~"``, ``"=~"``, ``":="``), kinds of effects
        (``"specific"``, ``"total"``), or pairs (source, target). By default every path of a fit,
        or every loading of one without paths, and every effect of an `IndirectEffects`.
    standardised : bool
        Completely standardised estimates, or raw ones.
    level : float
        Of the intervals of fits and resamples; those of effects have their own.
    interval : {"percentile", "bc", "bca", "normal", "basic"}
        Kind of the intervals of resamples.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    Picture
        A row for each effect, hypotheses by their number; a line at zero. ``frame`` has a row for
        each effect and result: series, label, effect, kind, lhs, op, rhs, est, ci_lower, ci_upper.

    Raises
    ------
    ArgumentError
        If there is nothing to draw, more than eight results or groups, or an option is unknown.

    Notes
    -----
    Standardised intervals of a fit are by the delta method
    (`scrm_model.inference.standardised`). An interval that includes zero belongs to an effect that
    does not differ from zero at 1 - `level`; two intervals that overlap may belong to effects
    that differ.
    """
    check_language(lang)
    series = series_of(results, standardised, level, interval)
    if len(series) > MARKERS:
        raise ArgumentError(
            f"results= needs at most {MARKERS} results or groups, which have a sign each; got "
            f"{len(series)}. Draw them in several figures."
        )
    keys = _chosen(series, of)
    plan = _Plan(series, keys, standardised, lang)
    return plan.picture()


def _chosen(series: Sequence[Series], of: Iterable[Any] | str | None) -> list[Key]:
    """Effects to be drawn, in the order of drawing."""
    rows = pd.concat([s.frame for s in series], ignore_index=True)
    labels: dict[Key, str] = {}
    for key, label in zip(_keys(rows), rows["label"], strict=True):
        labels[key] = labels.get(key) or label
    if of is None:
        ops = {key[2] for key in labels}
        shown = ("~", "<~", ":=") if ops & {"~", "<~", ":="} else ("=~",)
        keys = [k for k in labels if k[2] in shown or k[0] != "parameter"]
    else:
        keys = _wanted(labels, wishes_of(of))
    if not keys:
        raise ArgumentError(
            "results= needs an effect to draw; got none. Name some by of=, such as '=~' or '~~'; "
            "a fit that did not converge has none."
        )
    numbered = [labels[k] for k in keys if any(c.isdigit() for c in labels[k])]
    if len(numbered) == len(keys):
        keys.sort(key=lambda k: natural(labels[k]))
    return keys


def _keys(rows: pd.DataFrame) -> list[Key]:
    return [tuple(row) for row in rows[KEY].itertuples(index=False)]


def _wanted(labels: dict[Key, str], asked: list[Any]) -> list[Key]:
    out: dict[Key, None] = {}
    for wish in asked:
        found = [key for key, label in labels.items() if _fits(wish, key, label)]
        if not found:
            known = [*filter(None, labels.values()), *(key[4] for key in labels)]
            raise ArgumentError(
                f"of= needs hypotheses, labels, effects or (source, target) pairs; got {wish!r}."
                + (did_you_mean(str(wish), known) or f" There are {', '.join(known[:12])}.")
            )
        out |= dict.fromkeys(found)
    return list(out)


def _fits(wish: Any, key: Key, label: str) -> bool:
    kind, lhs, op, rhs, effect = key
    if isinstance(wish, str):
        spelled = {effect, label, f"{lhs} {op} {rhs}", kind if kind != "parameter" else op}
        return bool(wish) and wish in spelled
    return tuple(wish) == (rhs, lhs) and op in ("~", "<~", "")


def _small(row: Mapping[Any, Any]) -> bool:
    """Whether two decimals would hide on which side of zero a number is."""
    return any(0 < abs(row[k]) < 0.005 for k in ("est", "ci_lower", "ci_upper"))


class _Plan:
    """Places on the paper."""

    def __init__(
        self, series: Sequence[Series], keys: list[Key], standardised: bool, lang: str
    ) -> None:
        self.page, self.lang = Page("coefficients", lang), lang
        self.series, self.keys, self.standardised = series, keys, standardised
        self.rows = [
            dict(zip(_keys(s.frame), s.frame.to_dict("records"), strict=True)) for s in series
        ]
        labels = [self._label(key) for key in keys]
        self.mark = max((width(a, TEXT, True) for a, _ in labels), default=0.0)
        self.mark = min(self.mark, 60.0) + (6 if self.mark else 0)
        self.heads = [lines(text, LABEL, TEXT, 3) for _, text in labels]
        room = max((width(t, TEXT) for head in self.heads for t in head), default=0.0)
        self.start = MARGIN + self.mark + room + 10
        shown = [rows[key] for rows in self.rows for key in keys if key in rows]
        self.decimals = 3 if any(map(_small, shown)) else 2
        texts = [*map(self._number, shown), self.page.word("absent")]
        wide = 8 + max(width(text, SMALL) for text in texts)
        self.end = max(self.start + BARS, self.page.width - MARGIN - wide)
        self.numbers = self.end + wide
        self.page.width = max(self.page.width, self.numbers + MARGIN)

    def _label(self, key: Key) -> tuple[str, str]:
        """Hypothesis and name of an effect."""
        label = next((r[key]["label"] for r in self.rows if key in r and r[key]["label"]), "")
        kind, _, _, _, effect = key
        if kind in ("total", "total indirect"):
            said = say(phrase("mediation." + kind.replace(" ", "_")), self.lang)
            return label, self.page.word("of", kind=said, path=effect)
        return label, effect

    def _number(self, row: Mapping[Any, Any]) -> str:
        est = number(row["est"], self.decimals, self.lang)
        if is_missing(row["ci_lower"]):
            return est
        return f"{est} {bounds(row['ci_lower'], row['ci_upper'], self.decimals, self.lang)}"

    def picture(self) -> Picture:
        """The figure."""
        page = self.page
        title = page.word("title_std" if self.standardised else "title_raw")
        frame = self._frame()
        page.head(title)
        top = page.y + 2
        each = STEP * len(self.series)
        heights = [max(each, 9.0 * len(head)) + GAP for head in self.heads]
        drawn = frame[["est", "ci_lower", "ci_upper"]].to_numpy(dtype=float).ravel()
        axis = axis_of([*drawn, 0.0], self.start, self.end)
        page.y = top + sum(heights)
        page.add(*axis.below(top, page.y, self.lang))
        page.add(Rule(axis.at(0.0), top, axis.at(0.0), page.y, INK, 1.0))
        y = top
        for key, head, height in zip(self.keys, self.heads, heights, strict=True):
            self._row(key, head, y + height / 2, axis)
            y += height
        page.y += 16
        if len(self.series) > 1:
            page.keys(((marker(k, 0.0, 0.0),), s.name) for k, s in enumerate(self.series))
        page.notes(self._told(frame))
        return page.picture(title, self._description(frame), frame)

    def _row(self, key: Key, head: list[str], middle: float, axis: Axis) -> None:
        label, _ = self._label(key)
        shown = (lines(label, 60.0, TEXT, 1, True) or [""])[0]
        self.page.add(Words(MARGIN, middle, shown, TEXT, bold=True))
        for k, text in enumerate(head):
            y = middle + 9.0 * (k - (len(head) - 1) / 2)
            self.page.add(Words(MARGIN + self.mark, y, text, TEXT))
        for k, rows in enumerate(self.rows):
            row = rows.get(key)
            y = middle + STEP * (k - (len(self.rows) - 1) / 2)
            if row is None or is_missing(row["est"]):
                self.page.add(
                    Words(self.numbers, y, self.page.word("absent"), SMALL, "right", colour=PALE)
                )
                continue
            if not is_missing(row["ci_lower"]):
                low, high = axis.at(row["ci_lower"]), axis.at(row["ci_upper"])
                self.page.add(Rule(low, y, high, y, INK, 1.0))
                self.page.add(*(Rule(x, y - 2, x, y + 2, INK, 1.0) for x in (low, high)))
            self.page.add(marker(k, axis.at(row["est"]), y, name=f"{k}:{key[4]}"))
            self.page.add(Words(self.numbers, y, self._number(row), SMALL, "right"))

    def _told(self, frame: pd.DataFrame) -> Iterator[str]:
        told: dict[str, list[str]] = {}
        for s in self.series:
            told.setdefault(say(s.told, self.lang), []).append(s.name)
        for text, names in told.items():
            several = len(told) > 1
            yield self.page.word("named", names=", ".join(names), text=text) if several else text
        lacking = frame["ci_lower"].isna()
        if lacking.any() and not lacking.all():
            yield self.page.word("fixed")

    def _frame(self) -> pd.DataFrame:
        rows = []
        for key in self.keys:
            label, _ = self._label(key)
            for s, own in zip(self.series, self.rows, strict=True):
                if key in own:
                    rows.append({"series": s.name, **own[key], "label": label})
        columns = ["series", "label", "effect", "kind", "lhs", "op", "rhs", "est"]
        return pd.DataFrame(rows, columns=[*columns, "ci_lower", "ci_upper"])

    def _description(self, frame: pd.DataFrame) -> str:
        told = []
        for row in frame.to_dict("records"):
            key: Key = tuple(row[k] for k in KEY)
            label, text = self._label(key)
            name = " ".join(part for part in (label, text) if part)
            if len(self.series) > 1:
                name = f"{name} ({row['series']})"
            told.append(self.page.word("value", name=name, value=self._number(row)))
        return self.page.word("description", n=len(self.keys), values=" ".join(told))
