"""Qualtrics' Advanced Format (``.txt``).

Notes
-----
Tags are those of Qualtrics' page "Import & Export Surveys": a question is its type, its ID (the
name of its column in the export), its text and its choices; values other than 1, 2, 3 ... need the
advanced choices, which carry them. Texts are HTML in which brackets (tags) and braces (piped text)
are entities. The format has no branching, no randomisation and no required answers.
"""

from __future__ import annotations

from collections.abc import Sequence

from scrm_model.study.records import Text
from scrm_model.survey.items import Choice
from scrm_model.survey.questionnaire.markup import entities
from scrm_model.survey.questionnaire.names import free_name
from scrm_model.survey.questionnaire.records import Asked, Questionnaire, Section
from scrm_model.survey.questionnaire.rendered import Rendered

TYPES = {"number": "TE:SingleLine", "text": "TE:SingleLine"}


def render(made: Questionnaire, layout: str) -> Rendered:
    """Write a questionnaire as Qualtrics imports it.

    Parameters
    ----------
    made : Questionnaire
        The questionnaire, in one language.
    layout : {"matrix", "single"}
        Statements in a matrix, which Qualtrics exports as ``CRO_1``, ``CRO_2`` ... whatever their
        codes, or each by itself, exported as ``cro1``.

    Returns
    -------
    Rendered
    """
    text = _Text(made, layout)
    lines = ["[[AdvancedFormat]]", ""]
    for number, (_, section) in enumerate(made.parts(), start=1):
        lines += text.section(number, section)
    lines += text.block("End", [("thanks", made.thanks)])
    # Branches of the survey flow, which the format cannot carry, lead to these two.
    if made.screens:
        lines += text.block("Not eligible", [("ineligible", made.ineligible)])
    if made.consent:
        lines += text.block("No consent", [("refused", made.refused)])
    data = "\r\n".join(lines).encode("utf-8")
    return Rendered(data, text.columns, _notes(made, layout))


class _Text:
    """Lines of the file, and the columns of the export."""

    def __init__(self, made: Questionnaire, layout: str) -> None:
        self.lang = made.languages[0]
        self.layout = layout
        self.columns: dict[str, str] = {}
        self._taken = list(made.codes)

    def html(self, wording: Text) -> str:
        return entities(wording.get(self.lang), "[]{}$", "<br>")

    def _name(self, wanted: str) -> str:
        name = free_name(wanted, self._taken)
        self._taken.append(name)
        return name

    def block(self, name: str, displays: Sequence[tuple[str, Text]]) -> list[str]:
        """A block of texts without questions."""
        lines = [f"[[Block:{name}]]", ""]
        for wanted, wording in displays:
            lines += self._display(wanted, wording)
        return lines

    def _display(self, wanted: str, wording: Text) -> list[str]:
        return ["[[Question:DB]]", f"[[ID:{self._name(wanted)}]]", self.html(wording), ""]

    def section(self, number: int, section: Section) -> list[str]:
        lines = [f"[[Block:{number} {section.name}]]", ""]
        if self.layout == "matrix" and section.kind == "items" and section.shared:
            return lines + self._matrix(section)
        lines += self._display(f"text_{number}", section.instruction)
        for question in section.questions:
            lines += self._question(question, section.kind == "items")
        return lines

    def _question(self, question: Asked, row: bool) -> list[str]:
        direction = "Horizontal" if row else "Vertical"
        kind = TYPES.get(question.kind, f"MC:SingleAnswer:{direction}")
        self.columns[question.code] = question.code
        lines = [f"[[Question:{kind}]]", f"[[ID:{question.code}]]", self.html(question.text)]
        return [*lines, *self._answers("Choice", question.answers), ""]

    def _matrix(self, section: Section) -> list[str]:
        name = self._name(section.name)
        lines = ["[[Question:Matrix]]", f"[[ID:{name}]]", self.html(section.instruction)]
        lines.append("[[Choices]]")
        for number, question in enumerate(section.questions, start=1):
            self.columns[f"{name}_{number}"] = question.code
            lines.append(self.html(question.text))
        return [*lines, *self._answers("Answer", section.shared), ""]

    def _answers(self, tag: str, answers: tuple[Choice, ...]) -> list[str]:
        if not answers:
            return []
        labels = [self.html(answer.text) for answer in answers]
        if [answer.value for answer in answers] == list(range(1, len(answers) + 1)):
            return [f"[[{tag}s]]", *labels]
        lines = [f"[[Advanced{tag}s]]"]
        for answer, label in zip(answers, labels, strict=True):
            lines += [f"[[{tag}:{answer.value}]]", label]
        return lines


def _notes(made: Questionnaire, layout: str) -> tuple[Text, ...]:
    notes = []
    gates = [q for q in made.questions if q.screens]
    if gates:
        rules = "; ".join(_rule(question) for question in gates)
        notes.append(
            Text(
                "Qualtrics' text format carries no branching. Add branches to the survey flow that "
                f"let only these go on, and lead the others to the last blocks: {rules}.",
                "Le format texte de Qualtrics ne transporte pas de branchement. Ajoutez au flux de "
                "l'enquête des branches qui ne laissent passer que ces réponses et mènent les "
                f"autres aux derniers blocs : {rules}.",
            )
        )
    if made.randomise:
        what = {"items": "items", "blocks": "blocks", "both": "items and blocks"}[made.randomise]
        quoi = {"items": "des items", "blocks": "des blocs", "both": "des items et des blocs"}
        notes.append(
            Text(
                f"It carries no random order either: set that of {what} by hand (question "
                "randomisation of a block; randomizer of the survey flow).",
                f"Ni d'ordre aléatoire : réglez à la main celui {quoi[made.randomise]} "
                "(randomisation des questions d'un bloc ; élément aléatoire du flux).",
            )
        )
    notes.append(
        Text(
            "Answers are not required until you say so in the editor, and number fields accept any "
            "text until you set their validation.",
            "Les réponses ne sont obligatoires qu'une fois réglées ainsi dans l'éditeur, et les "
            "champs numériques acceptent tout texte tant que leur validation n'est pas réglée.",
        )
    )
    if layout == "matrix":
        notes.append(
            Text(
                "Qualtrics numbers the statements of a matrix (CRO_1, CRO_2, ...): the codes of "
                "the instrument are in columns; layout='single' exports the codes themselves.",
                "Qualtrics numérote les affirmations d'une matrice (CRO_1, CRO_2, ...) : les codes "
                "de l'instrument sont dans columns ; layout='single' exporte les codes mêmes.",
            )
        )
    return tuple(notes)


def _rule(question: Asked) -> str:
    if question.eligible:
        return f"{question.code} = {' | '.join(map(str, question.eligible))}"
    return f"{question.code} >= {question.minimum}"
