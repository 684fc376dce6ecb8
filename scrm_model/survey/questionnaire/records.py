"""What is shown in which order, independent of any file format."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import escape
from random import Random

from scrm_model.study.records import Text
from scrm_model.survey.items import Choice
from scrm_model.survey.questionnaire.texts import text

LAYOUTS = ("matrix", "single")
RANDOMISE = ("items", "blocks", "both")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, as it is put to a respondent.

    Parameters
    ----------
    code : str
        Its column in the data.
    text : Text
        Its wording.
    role : {"consent", "screening", "item", "marker", "attention", "control"}
        What it is for.
    kind : {"choice", "number", "text"}
        How it is answered.
    answers : tuple of Choice
        Answers of a closed question, in order.
    eligible : tuple of int
        Answers that let a respondent go on; empty if all do.
    minimum : int or None
        Lowest answer that does.
    """

    code: str
    text: Text
    role: str
    kind: str = "choice"
    answers: tuple[Choice, ...] = ()
    eligible: tuple[int, ...] = ()
    minimum: int | None = None

    @property
    def screens(self) -> bool:
        """Whether some answers end the questionnaire."""
        return bool(self.eligible) or self.minimum is not None


@dataclass(frozen=True, slots=True)
class Section:
    """What is shown together, on a page of its own.

    Parameters
    ----------
    name : str
        ``"consent"``, ``"screening"``, ``"controls"``, or the id of a construct. Respondents
        never see it: a construct's name above its items would tell them what is measured.
    kind : {"consent", "screening", "items", "controls"}
        What it holds.
    instruction : Text
        What is read first; the consent text in its section.
    questions : tuple of Asked
        In order.
    """

    name: str
    kind: str
    instruction: Text
    questions: tuple[Asked, ...]

    @property
    def shared(self) -> tuple[Choice, ...]:
        """Answers that all questions share, if there are several; else none."""
        first = self.questions[0].answers
        alike = all(question.answers == first for question in self.questions)
        return first if alike and len(self.questions) > 1 else ()


@dataclass(frozen=True, slots=True, repr=False)
class Questionnaire:
    """What is shown in which order.

    Parameters
    ----------
    title : Text
        What respondents read at the top.
    sections : tuple of Section
        In order.
    languages : tuple of str
        Languages, the first one being the default.
    randomise : {None, "items", "blocks", "both"}
        What comes in random order: items within their section, sections of items, or both.
    required : bool
        Whether items and control questions must be answered; consent and screening always must.
    thanks, ineligible, refused : Text
        What is read at the end: by all who answered, by those whom screening turned away, by
        those who did not agree.
    """

    title: Text
    sections: tuple[Section, ...]
    languages: tuple[str, ...]
    randomise: str | None
    required: bool
    thanks: Text
    ineligible: Text
    refused: Text

    @property
    def questions(self) -> tuple[Asked, ...]:
        """Every question, in order."""
        return tuple(question for section in self.sections for question in section.questions)

    @property
    def codes(self) -> tuple[str, ...]:
        """Code of every question, in order."""
        return tuple(question.code for question in self.questions)

    @property
    def consent(self) -> Asked | None:
        """The question for consent, if there is one."""
        return next((q for q in self.questions if q.role == "consent"), None)

    @property
    def screens(self) -> tuple[Asked, ...]:
        """Questions some of whose answers turn a respondent away, consent apart."""
        return tuple(q for q in self.questions if q.screens and q.role != "consent")

    def gates(self, section: Section) -> tuple[Asked, ...]:
        """Questions that must have been passed before a section is shown.

        Parameters
        ----------
        section : Section
            One of the sections.

        Returns
        -------
        tuple of Asked
        """
        consent = (self.consent,) if self.consent and section.kind != "consent" else ()
        return (*consent, *(self.screens if section.kind in ("items", "controls") else ()))

    def parts(self) -> Iterator[tuple[Text, Section]]:
        """Each section under a heading that tells nothing but its number."""
        for number, section in enumerate(self.sections, start=1):
            yield text("part", number=number), section

    def shuffled(self, seed: int) -> Questionnaire:
        """The same in an order that is drawn once, for media that cannot draw one by themselves.

        Parameters
        ----------
        seed : int
            Seed of the draw.

        Returns
        -------
        Questionnaire
        """
        draw = Random(seed)
        sections = list(self.sections)
        places = [i for i, section in enumerate(sections) if section.kind == "items"]
        if self.randomise in ("items", "both"):
            for i in places:
                mixed = draw.sample(sections[i].questions, len(sections[i].questions))
                sections[i] = replace(sections[i], questions=tuple(mixed))
        if self.randomise in ("blocks", "both"):
            drawn = draw.sample([sections[i] for i in places], len(places))
            for i, section in zip(places, drawn, strict=True):
                sections[i] = section
        return replace(self, sections=tuple(sections), randomise=None)

    def __repr__(self) -> str:
        count = len(self.questions)
        lines = [f"Questionnaire: {self.title} ({', '.join(self.languages)}), {count} questions"]
        for section in self.sections:
            codes = ", ".join(question.code for question in section.questions)
            lines.append(f"  {section.name:<10} {codes}")
        if self.randomise:
            lines.append(f"  in random order: {self.randomise}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(section.name)}</td><td>{escape(question.code)}</td>"
            f"<td>{escape(question.text.get(self.languages[0]))}</td></tr>"
            for section in self.sections
            for question in section.questions
        )
        head = "<tr><th>section</th><th>code</th><th>wording</th></tr>"
        title = escape(self.title.get(self.languages[0]))
        return f"<h4>{title}</h4><table><thead>{head}</thead><tbody>{rows}</tbody></table>"
