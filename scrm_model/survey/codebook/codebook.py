"""`codebook`: a row for each variable of an instrument, and the files that it is written to."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from numbers import Real
from pathlib import Path
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.study.claims import Study
from scrm_model.survey.codebook import spss
from scrm_model.survey.items import Choice, Item, Question, Scale
from scrm_model.survey.questionnaire.labels import labelled
from scrm_model.survey.questionnaire.sheets import workbook
from scrm_model.survey.questionnaire.texts import languages_of
from scrm_model.survey.scales import Scales

COLUMNS = (
    "variable", "kind", "construct", "dimension", "facet", "wording", "source", "reversed", "low",
    "high", "values", "eligible", "right_answer", "missing",
)  # fmt: skip
LEVELS = {"rating": "ORDINAL", "choice": "NOMINAL", "number": "SCALE", "text": "NOMINAL"}
ENDINGS = (".csv", ".xlsx", ".sps")
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True, repr=False)
class Codebook:
    """What each column of the data stands for.

    Parameters
    ----------
    variables : tuple of dict
        A row for each variable: the columns of `frame`, and under ``answers`` its labelled
        answers, under ``level`` its level of measurement.
    lang : {"en", "fr"}
        Language of wordings and labels.
    missing_codes : tuple of float
        Numbers that stand for a missing answer.
    """

    variables: tuple[dict[str, Any], ...]
    lang: str
    missing_codes: tuple[float, ...] = ()

    @property
    def frame(self) -> pd.DataFrame:
        """Variables × what is known of them.

        ``kind`` is item, marker, attention, screening or control; ``values`` lists the answers as
        ``1 = Strongly disagree; ...``, ``eligible`` those that screening lets pass,
        ``right_answer`` that of an attention check.
        """
        rows = [{name: row[name] for name in COLUMNS} for row in self.variables]
        frame = pd.DataFrame(rows, columns=list(COLUMNS))
        whole = dict.fromkeys(("low", "high", "right_answer"), "Int64")
        return frame.astype(whole | {"reversed": bool})

    @property
    def labels(self) -> pd.DataFrame:
        """A row for each answer that has a label: variable, value, label."""
        rows = [
            (row["variable"], answer.value, _say(answer.text, self.lang))
            for row in self.variables
            for answer in row["answers"]
        ]
        return pd.DataFrame(rows, columns=["variable", "value", "label"])

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the codebook.

        Parameters
        ----------
        path : str or path
            ``.csv`` (UTF-8 with the mark by which Excel knows it), ``.xlsx``, or ``.sps``: SPSS
            syntax that labels the variables of a data file that is open.

        Returns
        -------
        Path

        Raises
        ------
        ArgumentError
            If the ending is another one or the folder does not exist.
        ScaleError
            If a variable cannot have its name in SPSS, or has too many missing codes for it.

        Notes
        -----
        In the CSV file a text that begins with ``=``, ``+``, ``-`` or ``@`` gets an apostrophe
        before it, so that no spreadsheet computes it.
        """
        target = Path(path)
        check_ending("path=", target)
        if not target.absolute().parent.is_dir():
            raise ArgumentError(
                f"path= needs a folder that exists; got {str(path)!r}. Create the folder first."
            )
        writers = dict(zip(ENDINGS, (self._csv, self._xlsx, self._sps), strict=True))
        writers[target.suffix.lower()](target)
        return target

    def _csv(self, target: Path) -> None:
        frame = self.frame
        for name in ("construct", "dimension", "facet", "wording", "source", "values", "eligible"):
            frame[name] = [f"'{text}" if text.startswith(FORMULA) else text for text in frame[name]]
        frame.to_csv(target, index=False, encoding="utf-8-sig", lineterminator="\r\n")

    def _xlsx(self, target: Path) -> None:
        def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
            cells = frame.astype(object).where(frame.notna(), None)
            return [dict(zip(frame.columns, row, strict=True)) for row in cells.to_numpy()]

        workbook({"variables": rows(self.frame), "labels": rows(self.labels)}).save(target)

    def _sps(self, target: Path) -> None:
        described = [
            spss.Variable(
                row["variable"],
                row["wording"],
                tuple((a.value, _say(a.text, self.lang)) for a in row["answers"]),
                row["level"],
                row["answered"] != "text",
            )
            for row in self.variables
        ]
        text = spss.syntax(described, self.missing_codes)
        target.write_bytes(text.encode("utf-8-sig"))

    def __len__(self) -> int:
        return len(self.variables)

    def __repr__(self) -> str:
        shown = self.frame[["variable", "kind", "construct", "wording"]]
        return f"Codebook: {len(self)} variables\n" + shown.to_string(index=False, max_colwidth=60)

    def _repr_html_(self) -> str:
        table = self.frame.to_html(index=False, na_rep="")
        return f"<p>{escape(f'Codebook: {len(self)} variables')}</p>{table}"


def codebook(
    scales: Scales,
    lang: str = "en",
    *,
    study: Study | None = None,
    missing_codes: Iterable[float] = (),
) -> Codebook:
    """Describe each variable of an instrument.

    Parameters
    ----------
    scales : Scales
        Scales, and the questions that surround them. Items need no wording.
    lang : {"en", "fr"}
        Language of wordings and labels; a text that has one language only is shown in that.
    study : Study, optional
        Study to whose constructs the scales are restricted.
    missing_codes : iterable of float
        Numbers that stand for a missing answer in the data, such as ``(-99,)``.

    Returns
    -------
    Codebook
        With `frame`, and `save` for CSV, Excel and SPSS.

    Raises
    ------
    ArgumentError
        If the language is unknown, or a missing code no number.
    ScaleError
        If a construct of the study has no scale.

    Examples
    --------
    >>> import scrm_model as scrm
    >>> scrm.codebook(scrm.SCALES).frame.loc[0, ["variable", "kind", "construct"]].to_list()
    ['cro1', 'item', 'CRO']
    """
    if not isinstance(scales, Scales):
        raise ArgumentError(
            f"scales= needs scrm.Scales; got {type(scales).__name__}. Make them with "
            "scrm.Scales.build() or scrm.Scales.from_toml()."
        )
    language = _one_language(lang)
    codes = _numbers(missing_codes)
    if study is not None:
        scales = scales.restricted_to(study)
    make = _Rows(scales, language, "; ".join(f"{code:g}" for code in codes))
    return Codebook(tuple(make.all()), language, codes)


def check_ending(argument: str, path: Path) -> None:
    """Refuse a file that no codebook is written to.

    Parameters
    ----------
    argument : str
        What the caller calls it, for the message.
    path : Path
        The file.

    Raises
    ------
    ArgumentError
        If its name ends in something else.
    """
    if path.suffix.lower() not in ENDINGS:
        raise ArgumentError(
            f"{argument} needs a name ending in {', '.join(ENDINGS)}; got {str(path)!r}. "
            "Rename the file."
        )


def _one_language(lang: str | Sequence[str]) -> str:
    languages = languages_of(lang)
    if len(languages) > 1:
        raise ArgumentError(
            f"lang= needs one language for a codebook; got {lang!r}. Write one in each."
        )
    return languages[0]


def _numbers(codes: Iterable[float]) -> tuple[float, ...]:
    found = tuple(codes)
    for code in found:
        if isinstance(code, bool) or not isinstance(code, Real):
            raise ArgumentError(f"missing_codes= needs numbers; got {code!r}. Give such as (-99,).")
    return tuple(dict.fromkeys(float(code) for code in found))


def _say(text: Any, lang: str) -> str:
    return text.get(lang)


class _Rows:
    """Rows of a codebook, in the order of the instrument."""

    def __init__(self, scales: Scales, lang: str, missing: str) -> None:
        self.scales = scales
        self.lang = lang
        self.missing = missing

    def all(self) -> list[dict[str, Any]]:
        scales = self.scales
        rows = [self._item(i, s, "item") for s in scales.values() for i in s.items]
        if scales.marker:
            rows += [self._item(item, scales.marker, "marker") for item in scales.marker.items]
        for check in scales.attention:
            answers = next(
                (_labels(s) for s in scales.values() if s.points == check.points), ()
            ) or labelled(check.points)
            own = {"right_answer": check.answer}
            rows.append(self._row(check.code, "attention", check.text, "rating", answers) | own)
        rows += [self._question(question, "screening") for question in scales.screening]
        rows += [self._question(question, "control") for question in scales.controls]
        return rows

    def _row(
        self, code: str, kind: str, text: Any, answered: str, answers: Sequence[Choice]
    ) -> dict[str, Any]:
        values = [answer.value for answer in answers]
        named = [a for a in answers if (a.text.en or a.text.fr) and a.text.en != str(a.value)]
        empty: dict[str, Any] = dict.fromkeys(COLUMNS, "")
        return empty | {
            "variable": code, "kind": kind, "wording": _say(text, self.lang), "reversed": False,
            "low": min(values) if values else None, "high": max(values) if values else None,
            "values": "; ".join(f"{a.value} = {_say(a.text, self.lang)}" for a in named),
            "right_answer": None, "missing": self.missing if answered != "text" else "",
            "answers": tuple(named), "answered": answered, "level": LEVELS[answered],
        }  # fmt: skip

    def _item(self, item: Item, scale: Scale, kind: str) -> dict[str, Any]:
        row = self._row(item.code, kind, item.text, "rating", _labels(scale))
        return row | {
            "construct": item.construct, "dimension": item.dimension, "facet": item.facet,
            "source": "; ".join(item.source), "reversed": item.reverse,
        }  # fmt: skip

    def _question(self, question: Question, kind: str) -> dict[str, Any]:
        answers: Sequence[Choice] = question.choices
        if question.kind == "rating":
            first = next(iter(self.scales.values()), None)
            answers = _labels(first) if first else ()
        row = self._row(question.code, kind, question.text, question.kind, answers)
        eligible = "; ".join(map(str, question.eligible))
        if not eligible and question.minimum is not None:
            eligible = f">= {question.minimum}"
        return row | {"eligible": eligible}


def _labels(scale: Scale) -> tuple[Choice, ...]:
    """Answers of a scale; labels of the two ends alone come without the number before them."""
    low, high = scale.points
    answers = labelled(scale.points, scale.anchors if len(scale.anchors) == high - low + 1 else ())
    if len(scale.anchors) == 2:
        ends = dict(zip(scale.points, scale.anchors, strict=True))
        answers = tuple(Choice(a.value, ends.get(a.value, a.text)) for a in answers)
    return answers
