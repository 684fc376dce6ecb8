"""`write_questionnaire`: the questionnaire of some scales as the file of a survey program."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from importlib import import_module
from pathlib import Path

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.study.claims import Study, Text
from scrm_model.survey.questionnaire.build import Options, build
from scrm_model.survey.questionnaire.records import LAYOUTS, Questionnaire
from scrm_model.survey.questionnaire.rendered import Rendered
from scrm_model.survey.questionnaire.texts import Wording
from scrm_model.survey.scales import Scales


@dataclass(frozen=True, slots=True)
class Format:
    """A form that a questionnaire is written in.

    Parameters
    ----------
    name : str
        Its name in ``format=``.
    title : str
        What it is called elsewhere.
    endings : tuple of str
        What a file of this format ends in, the usual one first.
    layout : {"matrix", "single"}
        How statements stand unless something else is asked for.
    several : bool
        Whether one file can hold two languages.
    draws : bool
        Whether the program can draw the random order itself, so that none is fixed in the file.
    """

    name: str
    title: str
    endings: tuple[str, ...]
    layout: str
    several: bool
    draws: bool

    @property
    def render(self) -> Callable[[Questionnaire, str], Rendered]:
        """What writes it: the module of the same name."""
        return import_module(f"scrm_model.survey.questionnaire.{self.name}").render


FORMATS = {
    row.name: row
    for row in (
        Format("xlsform", "XLSForm (KoboToolbox, ODK)", (".xlsx",), "single", True, False),
        Format("limesurvey", "LimeSurvey", (".txt",), "matrix", True, True),
        # In a matrix Qualtrics would number the items, and their codes would not come back.
        Format("qualtrics", "Qualtrics", (".txt",), "single", False, True),
        Format("redcap", "REDCap", (".csv",), "matrix", False, False),
        Format("word", "Word", (".docx",), "matrix", True, False),
        Format("html", "HTML", (".html", ".htm"), "matrix", True, False),
    )
}
"""Every format: what `write_questionnaire` takes, in the order in which it names them."""


@dataclass(frozen=True, slots=True, repr=False)
class WrittenQuestionnaire:
    """A questionnaire that was written to a file.

    Parameters
    ----------
    path : Path
        The file.
    format : str
        Its format, a key of `FORMATS`.
    languages : tuple of str
        Languages in it, the first one being the default.
    notes : tuple of Text
        What to fill in, what to set by hand, and what was renamed.
    columns : dict of str to str
        Code of the instrument by the column under which its answers come back; on paper, by the
        number of the question.
    questionnaire : Questionnaire
        What is asked in which order.
    """

    path: Path
    format: str
    languages: tuple[str, ...]
    notes: tuple[Text, ...]
    columns: dict[str, str] = field(hash=False)
    questionnaire: Questionnaire

    @property
    def renamed(self) -> dict[str, str]:
        """Those of `columns` whose name is not the code itself."""
        return {column: code for column, code in self.columns.items() if column != code}

    def __repr__(self) -> str:
        return "\n".join([self._head(), *(f"  - {note}" for note in self.notes)])

    def _head(self) -> str:
        asked = len(self.questionnaire.questions)
        kind = FORMATS[self.format].title
        return (
            f"Questionnaire: {self.path} ({kind}; {', '.join(self.languages)}), {asked} questions"
        )

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(str(note))}</li>" for note in self.notes)
        return f"<p>{escape(self._head())}</p>" + (f"<ul>{notes}</ul>" if notes else "")


def write_questionnaire(
    scales: Scales,
    path: str | os.PathLike[str],
    format: str | None = None,
    lang: str | Sequence[str] = "en",
    *,
    study: Study | None = None,
    title: Wording | None = None,
    consent: bool | Wording = True,
    details: Mapping[str, Wording] | None = None,
    instruction: Wording | Mapping[str, Wording] | None = None,
    anchors: Sequence[Wording] = (),
    randomise: str | None = None,
    seed: int | None = None,
    layout: str | None = None,
    required: bool = True,
) -> WrittenQuestionnaire:
    """Write the questionnaire of some scales as the file of a survey program, or to print.

    In this order: consent, screening of informants, one section for each construct with the marker
    items in the middle and the attention checks among the items, control variables, thanks. Who
    does not agree, or is not eligible, is led to the end. No section is headed by the name of its
    construct, which would tell respondents what is measured.

    Parameters
    ----------
    scales : Scales
        Scales with their wordings, and the questions that surround them.
    path : str or path
        File to write.
    format : {"xlsform", "limesurvey", "qualtrics", "redcap", "word", "html"}, optional
        Format; by the ending of the file where that has one only (``.xlsx``, ``.csv``, ``.docx``,
        ``.html``). ``.txt`` has two.
    lang : {"en", "fr", "both"} or sequence of str
        Languages. Qualtrics and REDCap have one to a file.
    study : Study, optional
        Study to whose constructs the scales are restricted.
    title : str or Text, optional
        What respondents read at the top; ``"Questionnaire"`` by default.
    consent : bool, str or Text
        The consent text: the default one, an own one, or none.
    details : mapping of str to str or Text, optional
        What fills the placeholders of the consent text: ``organisation``, ``duration``,
        ``retention``, ``contact``, ``authority``. The notes of the result list those still open.
    instruction : str, Text, or mapping of construct to these, optional
        What is read above statements.
    anchors : sequence of str or Text
        Labels of the answers of scales that have none of their own: of the two ends, or of all.
    randomise : {None, "items", "blocks", "both"}
        What comes in random order: items within their section, sections, or both. LimeSurvey draws
        an order for each respondent; in Qualtrics it is set by hand. Other files hold one order,
        drawn with `seed`: write several with different seeds and give each to a part of the sample.
    seed : int, optional
        Seed of that order. One is drawn if none is given, and the notes tell it.
    layout : {"matrix", "single"}, optional
        Statements in a table with common headings, or one by one. By default a table, except in
        XLSForm (which then shows each as a row of points) and in Qualtrics (which would number the
        items of a table and lose their codes).
    required : bool
        Whether items and control questions must be answered. Consent and screening always must.

    Returns
    -------
    WrittenQuestionnaire
        Shows itself with its notes; `columns` leads back from exports to codes.

    Raises
    ------
    ArgumentError
        If an option is not what it should be, or a wording lacks a language that is asked for.
    ScaleError
        If a question has no wording, or a code or a wording cannot be carried by the format.

    Examples
    --------
    >>> import scrm_model as scrm
    >>> scrm.write_questionnaire(scrm.SCALES, "survey.xlsx", lang="both")  # doctest: +SKIP
    """
    target = Path(path)
    form = chosen_format(target, format)
    if layout not in (None, *LAYOUTS):
        raise ArgumentError(
            f"layout= needs 'matrix' or 'single'; got {layout!r}."
            + did_you_mean(str(layout), LAYOUTS)
        )
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int) or seed < 0):
        raise ArgumentError(f"seed= needs a whole number from 0; got {seed!r}. Give one, or none.")
    options = Options(
        study, title, consent, details or {}, instruction, anchors, randomise, required
    )
    made, notes = build(scales, lang, options)
    if len(made.languages) > 1 and not form.several:
        raise ArgumentError(
            f"lang= needs one language for {form.title}, whose files hold one; got {lang!r}. "
            "Write one file for each language."
        )
    if not target.absolute().parent.is_dir():
        raise ArgumentError(
            f"path= needs a folder that exists; got {str(path)!r}. Create the folder first."
        )
    if made.randomise and not form.draws:
        made, note = _fixed(made, seed)
        notes = (*notes, note)
    rendered = form.render(made, layout or form.layout)
    target.write_bytes(rendered.data)
    return WrittenQuestionnaire(
        target, form.name, made.languages, (*notes, *rendered.notes), rendered.columns, made
    )


def chosen_format(path: Path, name: str | None) -> Format:
    """Format that was asked for by name or by the ending of a file.

    Parameters
    ----------
    path : Path
        File to write.
    name : str or None
        Name of the format.

    Returns
    -------
    Format

    Raises
    ------
    ArgumentError
        If the name is unknown, the ending belongs to no format or to several, or the two do not
        go together.
    """
    ending = path.suffix.lower()
    if name is None:
        fitting = [row for row in FORMATS.values() if ending in row.endings]
        if len(fitting) == 1:
            return fitting[0]
        several = " or ".join(repr(row.name) for row in fitting)
        if several:
            raise ArgumentError(
                f"format= needs {several} for a file ending in {ending}; got none. Say which."
            )
        known = ", ".join(dict.fromkeys(e for row in FORMATS.values() for e in row.endings))
        raise ArgumentError(
            f"path= needs a name ending in one of {known}; got {str(path)!r}. "
            "Rename the file, or give format=."
        )
    if name not in FORMATS:
        raise ArgumentError(
            f"format= needs one of {', '.join(map(repr, FORMATS))}; got {name!r}."
            + did_you_mean(str(name), FORMATS)
        )
    if ending not in FORMATS[name].endings:
        raise ArgumentError(
            f"path= needs a name ending in {FORMATS[name].endings[0]} for {FORMATS[name].title}; "
            f"got {str(path)!r}. Rename the file."
        )
    return FORMATS[name]


def _fixed(made: Questionnaire, seed: int | None) -> tuple[Questionnaire, Text]:
    drawn = secrets.randbelow(2**32) if seed is None else seed
    note = Text(
        f"The order is fixed in this file; it was drawn with seed={drawn}.",
        f"L'ordre est fixe dans ce fichier ; il a été tiré avec seed={drawn}.",
    )
    return made.shuffled(drawn), note
