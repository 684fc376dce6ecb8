"""Does every wording exist in every language, and can a file carry it?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from scrm_model.errors import ArgumentError, ScaleError
from scrm_model.study.records import Text
from scrm_model.survey.questionnaire.records import Questionnaire, Section
from scrm_model.survey.questionnaire.texts import NAMES

# What XML forbids, tabulators and line breaks apart, and the other control characters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]"
)
SHOWN = 5


def check_wordings(made: Questionnaire) -> tuple[Questionnaire, tuple[Text, ...]]:
    """Check the wordings of a questionnaire.

    Parameters
    ----------
    made : Questionnaire
        The questionnaire.

    Returns
    -------
    questionnaire : Questionnaire
        The same, where every text has every language of the questionnaire.
    notes : tuple of Text
        Whether wordings given without a language were taken for French.

    Raises
    ------
    ScaleError
        If a question or an answer has no wording, or a wording has characters that no
        respondent can read.
    ArgumentError
        If a wording lacks a language that was asked for.
    """
    places = list(_wordings(made))
    bare = [place for place, text in places if not (text.en.strip() or text.fr.strip())]
    if bare:
        raise ScaleError(
            "scales= needs a wording for every question and answer; got none for "
            f"{_some(bare)}. Give texts= to Scales.build(), or text= to scrm.Item."
        )
    notes: tuple[Text, ...] = ()
    if made.languages == ("fr",) and not any(text.fr.strip() for _, text in places):
        # A plain string stands for both languages, and Text keeps it as English.
        made = _each(made, lambda text: text if text.fr.strip() else Text(fr=text.en))
        notes = (
            Text(
                "The wordings of the scales name no language and were taken for French.",
                "Les libellés des échelles ne nomment pas leur langue : ils ont été pris pour du "
                "français.",
            ),
        )
    for lang in made.languages:
        lacking = [place for place, text in _wordings(made) if not getattr(text, lang).strip()]
        if lacking:
            raise ArgumentError(
                f"lang= needs wordings in {NAMES[lang].en} for all questions and answers; got none "
                f"for {_some(lacking)}. Add them as scrm.Text(en=..., fr=...), or ask for the "
                "language that they have."
            )
    _check_characters(made)
    return made, notes


def all_texts(made: Questionnaire) -> Iterator[tuple[str, Text]]:
    """Every text that a respondent may read, and where it stands.

    Parameters
    ----------
    made : Questionnaire
        The questionnaire.

    Yields
    ------
    place : str
    text : Text
    """
    yield "title", made.title
    for section in made.sections:
        yield f"the instruction of {section.name}", section.instruction
        for question in section.questions:
            yield question.code, question.text
            for answer in question.answers:
                yield f"answer {answer.value} of {question.code}", answer.text


def _wordings(made: Questionnaire) -> Iterator[tuple[str, Text]]:
    """Those that come with the scales."""
    for question in made.questions:
        if question.role == "consent":
            continue
        yield question.code, question.text
        for answer in question.answers:
            # A bare number is the same in every language.
            if answer.text.en != str(answer.value):
                yield f"answer {answer.value} of {question.code}", answer.text


def _check_characters(made: Questionnaire) -> None:
    for place, text in all_texts(made):
        for lang in made.languages:
            found = _FORBIDDEN.search(getattr(text, lang))
            if found:
                raise ScaleError(
                    f"text= needs characters that can be read; got {found[0]!r} in {place}. "
                    "Delete it from the wording."
                )


def _each(made: Questionnaire, change: Callable[[Text], Text]) -> Questionnaire:
    def section(old: Section) -> Section:
        questions = tuple(
            replace(
                question,
                text=change(question.text),
                answers=tuple(replace(a, text=change(a.text)) for a in question.answers),
            )
            for question in old.questions
        )
        return replace(old, questions=questions)

    return replace(made, sections=tuple(section(old) for old in made.sections))


def _some(places: Sequence[str]) -> str:
    shown = ", ".join(places[:SHOWN])
    more = len(places) - SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
