"""Labels back to codes: cells that hold anchors, and codes whose labels contradict the scales."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import DataError
from scrm_model.study.claims import Text
from scrm_model.survey.answers import answers_error, wrong_answers
from scrm_model.survey.incoming.keys import Key
from scrm_model.survey.incoming.numbers import (
    ITEM_NUMBER,
    Cells,
    Missing,
    as_number,
    is_mark,
    is_number,
    is_numeric,
    note_marks,
    note_texts,
    note_words,
    number_column,
    without_codes,
)
from scrm_model.survey.incoming.polarity import pole
from scrm_model.survey.incoming.raw import RawTable, listed
from scrm_model.survey.incoming.wording import numbered, plain
from scrm_model.survey.log import LogEntry

ANSWER_CODE = re.compile(r"AO?0*(\d{1,3})")
CODINGS = ("file", "labels")
CLASH = "whose number and label say different answers of the scale"


@dataclass(slots=True)
class Coder:
    """Turns columns of answers into codes, and remembers what is wrong with them.

    Parameters
    ----------
    missing : Missing
        What stands for a missing answer.
    coding : {"file", "labels"} or None
        Which to believe where codes and labels of the file contradict the scales; None is an
        error.
    log : list of LogEntry
        Is added to.
    problems : list of str
        Answers that are none, a line for each item.
    contrary : dict of str to str
        Items whose codes and labels contradict the scales, with an example.
    changed : dict of str to int
        How many of their answers got another code.
    """

    missing: Missing
    coding: str | None
    log: list[LogEntry]
    problems: list[str] = field(default_factory=list)
    contrary: dict[str, str] = field(default_factory=dict)
    changed: dict[str, int] = field(default_factory=dict)

    def codes(
        self,
        column: pd.Series,
        name: str,
        key: Key,
        labels: Mapping[float | str, str] | None = None,
    ) -> tuple[pd.Series, dict[float | str, str]]:
        """Answers to one question as codes of its scale.

        Parameters
        ----------
        column : Series
            As it came.
        name : str
            Code of the question.
        key : Key
            How it may be answered.
        labels : mapping of float to str, optional
            Labels that the file gives to the values.

        Returns
        -------
        column : Series
            Of floats, if every cell that is not empty is an answer; else as it came.
        labels : dict of float to str
            By the codes that the column now has.
        """
        given = dict(labels or {})
        if not is_numeric(column):
            column = self._from_text(column, name, key)
        if given and is_numeric(column):
            return self._by_labels(column, name, key, given)
        return column, given

    def judge(self) -> None:
        """Raise one error for all answers that are none, or note the decision that was taken.

        Raises
        ------
        DataError
            If there are problems, or contradictions without a decision.
        """
        if self.problems:
            raise answers_error("path", self.problems)
        if not self.contrary:
            return
        if self.coding is None:
            lines = "".join(f"\n  - {name!r}: {why}" for name, why in self.contrary.items())
            raise DataError(
                "path= needs codes that mean what the scales say; got others for "
                f"{len(self.contrary)} item{'s' if len(self.contrary) > 1 else ''}, by their "
                "labels. Pass coding='labels' to have the codes from the labels, or "
                f"coding='file' if the labels are wrong (at the command line, --coding).{lines}"
            )
        for name, why in self.contrary.items():
            text = (
                Text(f"{why}: codes taken from the labels", f"{why} : codes tirés des libellés")
                if self.coding == "labels"
                else Text(f"{why}: codes of the file kept", f"{why} : codes du fichier gardés")
            )
            self.log.append(LogEntry("coding", name, self.changed.get(name, 0), text))

    # ---- cells that hold labels

    def _from_text(self, column: pd.Series, name: str, key: Key) -> pd.Series:
        cells = Cells.of(column)
        words = [isinstance(k, str) and plain(k) in self.missing.words for k in cells.kinds]
        marks = [is_mark(k) and not w for k, w in zip(cells.kinds, words, strict=True)]
        empty = [w or m for w, m in zip(words, marks, strict=True)]
        texts = [
            not e and isinstance(k, str) and ITEM_NUMBER.fullmatch(k.strip()) is not None
            for k, e in zip(cells.kinds, empty, strict=True)
        ]
        left = [
            k
            for k, e, t in zip(cells.kinds, empty, texts, strict=True)
            if not (e or t or is_number(k))
        ]
        found = self._labelled(left, name, key)
        unknown = [k for k in left if not isinstance(k, str) or found.get(k) is None]
        if unknown:
            self._complain(column, cells, name, key, unknown)
            return column
        values = [
            np.nan if e else found[k] if k in left and isinstance(k, str) else as_number(k)
            for k, e in zip(cells.kinds, empty, strict=True)
        ]
        note_words(cells, words, name, self.log)
        note_marks(cells, marks, name, self.log)
        note_texts(cells, texts, name, self.log)
        self._note_labels(cells, found, name)
        return pd.Series(cells.values(values), index=column.index)

    def _labelled(self, left: list[Any], name: str, key: Key) -> dict[str, float]:
        """Code of each label that is one."""
        words = [k for k in left if isinstance(k, str)]
        if words and key.points and all(ANSWER_CODE.fullmatch(k.strip()) for k in words):
            return _answer_codes(words, key.points)
        found: dict[str, float] = {}
        for word in words:
            code = self._label(word, name, key)
            if code is not None:
                found[word] = code
        if not key.labels and key.points:
            found |= self._numbered(words, name, key.points)
        return found

    def _label(self, word: str, name: str, key: Key) -> float | None:
        labels = key.labels or {}
        code = labels.get(plain(word))
        parts = numbered(word)
        if code is not None or parts is None:
            return code
        number, words = parts
        code = labels.get(plain(words))
        if code is None or code == number:
            return code
        self.contrary.setdefault(name, f"{word!r}, whose label is {code} in the scale")
        return number if self.coding == "file" else code

    def _numbered(self, words: list[str], name: str, points: tuple[int, int]) -> dict[str, float]:
        """Numbers before labels of a scale without anchors, if they go together one to one."""
        parts = {word: numbered(word) for word in words}
        pairs = {(p[0], plain(p[1])) for p in parts.values() if p}
        numbers, labels = {n for n, _ in pairs}, {w for _, w in pairs}
        if None in parts.values() or not len(pairs) == len(numbers) == len(labels):
            return {}
        return self._poles({w: float(p[0]) for w, p in parts.items() if p}, name, points)

    def _poles(
        self, found: dict[str, float], name: str, points: tuple[int, int]
    ) -> dict[str, float]:
        labels = {number: word for word, number in found.items()}
        if not _opposed(labels, points):
            return found
        end = min(labels)
        self.contrary.setdefault(name, f"{labels[end]!r} at the low end")
        if self.coding == "labels":
            return {word: sum(points) - number for word, number in found.items()}
        return found

    def _complain(
        self, column: pd.Series, cells: Cells, name: str, key: Key, unknown: list[Any]
    ) -> None:
        wrong = [any(k is u or k == u for u in unknown) for k in cells.kinds]
        numbers = any(
            is_number(k) or (isinstance(k, str) and ITEM_NUMBER.fullmatch(k.strip()))
            for k in cells.kinds
        )
        labelled = any(
            isinstance(k, str) and not is_mark(k) and self._known(k, key)
            for k, w in zip(cells.kinds, wrong, strict=True)
            if not w
        )
        if key.item and key.labels and (labelled or not numbers):
            advice = "Correct them; if they mean that the answer is missing, name them in "
            advice += f"missing_codes=.{_nearest(unknown, key)}"
            said = "no label of the scale" if isinstance(unknown[0], str) else "no answer"
            at = cells.at(wrong)
            self.problems.append(wrong_answers(column, name, at, said, advice))
            return
        shown = listed([repr(u) for u in unknown])
        shown_fr = listed([repr(u) for u in unknown], "fr")
        text = Text(
            f"neither numbers nor labels of the question, column left as it is: {shown}",
            f"ni nombres ni libellés de la question, colonne laissée telle quelle : {shown_fr}",
        )
        self.log.append(LogEntry("labels", name, cells.count(wrong), text))

    def _known(self, word: str, key: Key) -> bool:
        parts = numbered(word)
        labels = key.labels or {}
        return plain(word) in labels or (parts is not None and plain(parts[1]) in labels)

    def _note_labels(self, cells: Cells, found: dict[str, float], name: str) -> None:
        read = [
            (found[kind], " ".join(kind.split()), int(count))
            for kind, count in zip(cells.kinds, cells.counts, strict=True)
            if isinstance(kind, str) and kind in found
        ]
        if not read:
            return
        shown = ", ".join(f"{code:g} = {label!r} ({count})" for code, label, count in sorted(read))
        text = Text(f"labels read as codes: {shown}", f"libellés lus comme codes : {shown}")
        self.log.append(LogEntry("labels", name, sum(count for *_, count in read), text))

    # ---- codes that have labels

    def _by_labels(
        self, column: pd.Series, name: str, key: Key, labels: dict[float | str, str]
    ) -> tuple[pd.Series, dict[float | str, str]]:
        meant = _meant(labels, key)
        wrong = {code: to for code, to in meant.items() if code != to}
        if not key.labels and key.points and _opposed(_numeric(labels), key.points):
            wrong = {code: sum(key.points) - code for code in _numeric(labels)}
            meant = wrong
        self._note_strangers(name, key, labels, meant)
        if not wrong:
            return column, labels
        code = min(wrong)
        self.contrary.setdefault(
            name, f"{code:g} is labelled {labels[code]!r}, which is {wrong[code]:g} in the scale"
        )
        if self.coding != "labels":
            return column, labels
        turned = _recoded(column, meant)
        if turned is None:
            self.problems.append(
                f"{name!r}: some of its codes have no label of the scale, so that labels cannot "
                "give the codes. Recode it in the file."
            )
            return column, labels
        new, change = turned
        self.changed[name] = int((new != column).where(column.notna(), False).sum())
        return new, {change(c) if isinstance(c, float | int) else c: w for c, w in labels.items()}

    def _note_strangers(
        self, name: str, key: Key, labels: dict[float | str, str], meant: dict[float, float]
    ) -> None:
        if not key.labels or not key.item:
            return
        strange = [f"{c:g} = {w!r}" for c, w in _numeric(labels).items() if c not in meant]
        if strange:
            text = Text(
                f"labels of the file that are none of the scale's: {listed(strange)}",
                f"libellés du fichier absents de l'échelle : {listed(strange, 'fr')}",
            )
            self.log.append(LogEntry("labels", name, len(strange), text))


def _answer_codes(words: list[str], points: tuple[int, int]) -> dict[str, float]:
    """Codes of LimeSurvey's answers, A1 and on; none where A1 may be the first or the one named 1.

    Notes
    -----
    A1 is the first answer. On a scale from 1 that is 1; on one from 0 to 10 the codes are A0 to
    A10 or A1 to A11, and tell which if one of the outer two was given.
    """
    low, high = points
    numbers = {w: int(m[1]) for w in words if (m := ANSWER_CODE.fullmatch(w.strip()))}
    top, bottom = max(numbers.values()), min(numbers.values())
    if low == 1 or bottom < 1:
        return {word: float(number) for word, number in numbers.items()}
    if top > high:
        return {word: float(low + number - 1) for word, number in numbers.items()}
    return {}


def _numeric(labels: Mapping[float | str, str]) -> dict[float, str]:
    return {float(c): w for c, w in labels.items() if is_number(c)}


def _meant(labels: Mapping[float | str, str], key: Key) -> dict[float, float]:
    """What the codes of a file mean in the scale, by their labels; as far as these are known."""
    known = key.labels or {}
    meant: dict[float, float] = {}
    for code, words in _numeric(labels).items():
        parts = numbered(words)
        to = known.get(plain(words))
        if to is None and parts is not None:
            to = known.get(plain(parts[1]))
        if to is not None:
            meant[code] = float(to)
    return meant


def _opposed(labels: Mapping[float, str], points: tuple[int, int]) -> bool:
    """Whether the ends of a scale without anchors have labels that turn it round."""
    inside = {code: words for code, words in labels.items() if points[0] <= code <= points[1]}
    if len(inside) < 2:
        return False
    low, high = pole(inside[min(inside)]), pole(inside[max(inside)])
    return low - high > 0 and low >= 0 >= high


def _recoded(column: pd.Series, meant: dict[float, float]) -> tuple[pd.Series, Any] | None:
    """Column with the codes of the scale, and the change; None where a code is without meaning.

    Notes
    -----
    Where every known label is shifted, or mirrored, alike, so are the codes between them.
    """
    sums = {code + to for code, to in meant.items()}
    steps = {to - code for code, to in meant.items()}
    if len(sums) == 1 and len(meant) > 1:
        total = sums.pop()
        return total - column, lambda code: total - code
    if len(steps) == 1 and len(meant) > 1:
        step = steps.pop()
        return column + step, lambda code: code + step
    codes = set(column.dropna().unique())
    if not codes <= set(meant):
        return None
    return column.map(meant), lambda code: meant.get(code, code)


def _nearest(unknown: list[Any], key: Key) -> str:
    word = next((u for u in unknown if isinstance(u, str)), None)
    labels = key.labels or {}
    near = get_close_matches(plain(word), list(labels), n=1) if word else []
    if not near:
        return ""
    code = labels[near[0]]
    return f" Nearest label: {near[0]!r} ({code})."


def coded(
    raw: RawTable,
    names: Sequence[str],
    keys: Mapping[str, Key],
    missing: Missing,
    coding: str | None,
    log: list[LogEntry],
) -> tuple[pd.DataFrame, dict[str, dict[float | str, str]]]:
    """Columns of a table as codes, under the names that the matching found.

    Parameters
    ----------
    raw : RawTable
    names : sequence of str
        Of each column.
    keys : mapping of str to Key
        The questions by code; empty where there are no scales.
    missing : Missing
        Codes for missing: of these questions, or of every column where there are none.
    coding : {"file", "labels"} or None
        Which to believe where codes and labels contradict the scales; None is an error.
    log : list of LogEntry
        Is added to.

    Returns
    -------
    frame : DataFrame
        Respondents × columns.
    labels : dict of str to dict
        Labels of the values of a column.

    Raises
    ------
    DataError
        If cells hold labels that no scale has, or if codes contradict their labels.
    """
    coder = Coder(missing, coding, log)
    columns, labels = [], {}
    for place, name in enumerate(names):
        column, given = raw.frame.iloc[:, place], raw.labels.get(place, {})
        if name in keys:
            column, given = coder.codes(column, name, keys[name], given)
        else:
            here = Missing() if keys else missing
            column = number_column(column, name, raw.decimal, here, log)
        if name in keys or not keys:
            column = without_codes(column, name, missing, log)
        columns.append(column)
        if given:
            labels[name] = given
    coder.judge()
    frame = pd.concat(columns, axis=1)
    frame.columns = pd.Index(list(names))
    return frame, labels
