"""What printed questionnaires share: numbers of questions, and where to stop."""

from __future__ import annotations

from collections.abc import Iterator

from scrm_model.study.records import Text
from scrm_model.survey.questionnaire.records import Asked, Questionnaire, Section
from scrm_model.survey.questionnaire.texts import text


def numbered(made: Questionnaire) -> dict[str, str]:
    """Number of each question by its code; the question for consent has none.

    Parameters
    ----------
    made : Questionnaire
        The questionnaire.

    Returns
    -------
    dict of str to str
    """
    codes = [q.code for q in made.questions if q.role != "consent"]
    return {code: str(number) for number, code in enumerate(codes, start=1)}


def columns(made: Questionnaire) -> dict[str, str]:
    """Code by what is printed beside the question: its number, or its own name for consent."""
    numbers = numbered(made)
    return {numbers.get(code, code): code for code in made.codes}


def stop(question: Asked) -> Text | None:
    """Sentence that asks a respondent to stop, if some answers end the questionnaire.

    Parameters
    ----------
    question : Asked
        The question.

    Returns
    -------
    Text or None
    """
    if question.role == "consent":
        return text("stop_refused")
    if not question.screens:
        return None
    low = question.minimum if question.minimum is not None else 0
    ending = [
        answer.text
        for answer in question.answers
        if (answer.value not in question.eligible if question.eligible else answer.value < low)
    ]
    if question.answers and not ending:
        return None
    if ending:
        quoted = [text("quote", answer=answer) for answer in ending]
        joint = text("or")
        answers = Text(joint.en.join(q.en for q in quoted), joint.fr.join(q.fr for q in quoted))
        return text("stop_answers", answers=answers)
    return text("stop_below", minimum=question.minimum)


def parts(made: Questionnaire) -> Iterator[tuple[Text | None, Section]]:
    """Each section under its heading; the consent page has none, and is not counted."""
    number = 0
    for section in made.sections:
        if section.kind == "consent":
            yield None, section
            continue
        number += 1
        yield text("part", number=number), section
