"""Labels back to codes: cells that hold anchors, and codes whose labels contradict the scales."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import DataError
from scrm_model.study.claims import Text
from scrm_model.survey.answers import answers_error, wrong_answers
from scrm_model.survey.incoming.cells import (
    Cells,
    Missing,
    as_number,
    is_mark,
    is_number,
    is_numeric,
    note_marks,
    note_texts,
    note_words,
)
from scrm_model.survey.incoming.keys import Key
from scrm_model.survey.incoming.raw import listed
from scrm_model.survey.incoming.value_labels import (
    change_of_codes,
    meant_by_labels,
    numeric_labels,
    opposed,
)
from scrm_model.survey.incoming.wording import numbered, plain
from scrm_model.survey.log import LogEntry

# In an item 4.0 and 4,0 both are four, and 07 is seven.
ITEM_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d*)?(?:[eE][+-]?\d+)?")
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
        numbers = [_is_answer(k) for k in cells.kinds]
        left = [not (w or m or n) for w, m, n in zip(words, marks, numbers, strict=True)]
        labels = [k for k, x in zip(cells.kinds, left, strict=True) if x and isinstance(k, str)]
        found = self._labelled(labels, name, key)
        unknown = [
            x and not (isinstance(k, str) and k in found)
            for k, x in zip(cells.kinds, left, strict=True)
        ]
        if any(unknown):
            self._complain(column, cells, name, key, unknown, bool(found) or not any(numbers))
            return column
        values = [
            as_number(k) if n else found[k] if x else np.nan
            for k, n, x in zip(cells.kinds, numbers, left, strict=True)
        ]
        texts = [n and isinstance(k, str) for k, n in zip(cells.kinds, numbers, strict=True)]
        note_words(cells, words, name, self.log)
        note_marks(cells, marks, name, self.log)
        note_texts(cells, texts, name, self.log)
        self._note_labels(cells, found, name)
        return pd.Series(cells.values(values), index=column.index)

    def _labelled(self, words: list[str], name: str, key: Key) -> dict[str, float]:
        """Code of each label that is one."""
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
        self.contrary.setdefault(name, f"{word!r}, which is {code} in the scale")
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
        if not opposed(labels, points):
            return found
        end = min(labels)
        self.contrary.setdefault(name, f"{labels[end]!r} at the low end")
        if self.coding == "labels":
            return {word: sum(points) - number for word, number in found.items()}
        return found

    def _complain(
        self,
        column: pd.Series,
        cells: Cells,
        name: str,
        key: Key,
        unknown: list[bool],
        labelled: bool,
    ) -> None:
        """Words that are no answers: a problem in a column of labels, else left and noted."""
        kinds = [k for k, u in zip(cells.kinds, unknown, strict=True) if u]
        if key.item and key.labels and labelled:
            advice = "Correct them; if they mean that the answer is missing, name them in "
            advice += f"missing_codes=.{_nearest(kinds, key)}"
            said = "no label of the scale" if isinstance(kinds[0], str) else "no answer"
            self.problems.append(wrong_answers(column, name, cells.at(unknown), said, advice))
            return
        shown = [repr(kind) for kind in kinds[:6]] + [""] * (len(kinds) - 6)
        text = Text(
            f"neither numbers nor labels of the question, column left as it is: {listed(shown)}",
            "ni nombres ni libellés de la question, colonne laissée telle quelle : "
            + listed(shown, "fr"),
        )
        self.log.append(LogEntry("labels", name, cells.count(unknown), text))

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
        meant = meant_by_labels(labels, key)
        wrong = {code: to for code, to in meant.items() if code != to}
        if not key.labels and key.points and opposed(numeric_labels(labels), key.points):
            wrong = {code: sum(key.points) - code for code in numeric_labels(labels)}
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
        known = (key.labels or {}).values()
        change = change_of_codes(meant, key.points or (min(known), max(known)))
        if change is None:
            self.problems.append(
                f"{name!r}: not every code has a label of the scale, so that labels cannot give "
                "the codes. Recode it in the file."
            )
            return column, labels
        new = column.map(lambda value: change.get(value, value))
        self.changed[name] = int((new != column).where(column.notna(), False).sum())
        return new, {change.get(c, c): words for c, words in labels.items()}  # type: ignore[arg-type]

    def _note_strangers(
        self, name: str, key: Key, labels: dict[float | str, str], meant: dict[float, float]
    ) -> None:
        if not key.labels or not key.item:
            return
        strange = [f"{c:g} = {w!r}" for c, w in numeric_labels(labels).items() if c not in meant]
        if strange:
            text = Text(
                f"labels of the file that are none of the scale's: {listed(strange)}",
                f"libellés du fichier absents de l'échelle : {listed(strange, 'fr')}",
            )
            self.log.append(LogEntry("labels", name, len(strange), text))


def _is_answer(cell: Any) -> bool:
    if isinstance(cell, str):
        return ITEM_NUMBER.fullmatch(cell.strip()) is not None
    return is_number(cell)


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


def _nearest(unknown: list[Any], key: Key) -> str:
    word = next((u for u in unknown if isinstance(u, str)), None)
    labels = key.labels or {}
    near = get_close_matches(plain(word), list(labels), n=1) if word else []
    if not near:
        return ""
    code = labels[near[0]]
    return f" Nearest label: {near[0]!r} ({code})."
