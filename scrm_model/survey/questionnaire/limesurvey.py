"""LimeSurvey's tab-separated survey structure (``.txt``).

Notes
-----
Rows and columns are those of the LimeSurvey manual, "Tab Separated Value survey structure": S and
SL rows for the survey, then for each language all groups (G), questions (Q), subquestions (SQ) and
answers (A), the same id in each language. Types are ``F`` (array), ``L`` (list), ``N`` (number),
``S`` (short text) and ``X`` (display). Texts are HTML in which quotes, tabulators and braces
(LimeSurvey's expressions) are entities, so that no cell needs quoting. Codes are letters and
digits, at most 20; answer codes at most 5.
"""

from __future__ import annotations

from itertools import count

from scrm_model.errors import ScaleError
from scrm_model.study.records import Text
from scrm_model.survey.items import Choice
from scrm_model.survey.questionnaire.markup import entities
from scrm_model.survey.questionnaire.names import Rule, accepted_names, free_name, plain
from scrm_model.survey.questionnaire.records import Asked, Questionnaire, Section
from scrm_model.survey.questionnaire.rendered import Rendered

COLUMNS = (
    "id", "related_id", "class", "type/scale", "name", "relevance", "text", "help", "language",
    "validation", "mandatory", "other", "default", "same_default", "random_group", "random_order",
)  # fmt: skip
TYPES = {"choice": "L", "number": "N", "text": "S"}
LONGEST_ANSWER = 5
Row = dict[str, str]


def _fold(code: str) -> str:
    return "".join(character for character in plain(code) if character.isalnum())


RULE = Rule("LimeSurvey", _fold, 20, "a letter followed by letters and digits, at most 20")


def render(made: Questionnaire, layout: str) -> Rendered:
    """Write a questionnaire as LimeSurvey imports it.

    Parameters
    ----------
    made : Questionnaire
        The questionnaire.
    layout : {"matrix", "single"}
        Statements in an array, whose columns are exported as ``CRO[cro1]``, or each by itself,
        exported as ``cro1``.

    Returns
    -------
    Rendered

    Raises
    ------
    ScaleError
        If a code cannot be a question code, or a value no answer code.
    """
    names, notes = accepted_names(made.codes, RULE)
    _check_answers(made)
    survey = _Survey(made, layout, names)
    rows = [*survey.head(), *(row for lang in made.languages for row in survey.structure(lang))]
    lines = ["\t".join(COLUMNS)]
    lines += ["\t".join(row.get(column, "") for column in COLUMNS) for row in rows]
    data = "\r\n".join([*lines, ""]).encode("utf-8-sig")
    return Rendered(data, survey.columns(), notes)


def html(wording: str) -> str:
    """A wording as LimeSurvey takes it."""
    return entities(wording, "{}")


class _Survey:
    """Rows of the file, and the codes of its questions."""

    def __init__(self, made: Questionnaire, layout: str, names: dict[str, str]) -> None:
        self.made = made
        self.names = names
        self._codes: dict[int | str, str] = {}
        self._arrays: dict[int, bool] = {}
        taken = list(names.values())
        for number, section in enumerate(made.sections):
            array = layout == "matrix" and section.kind == "items" and bool(section.shared)
            # An array has a code of its own, which respondents do not see.
            own = _fold(section.name)[:15] if array else f"intro{number + 1}"
            self._code(number, own if own[:1].isalpha() else f"block{number + 1}", taken)
            self._arrays[number] = array
        for name in ("refused", "screenedout"):
            self._code(name, name, taken)

    def columns(self) -> dict[str, str]:
        found = {}
        for number, section in enumerate(self.made.sections):
            for question in section.questions:
                name = self.names[question.code]
                inside = f"{self._codes[number]}[{name}]"
                found[inside if self._arrays[number] else name] = question.code
        return found

    def _code(self, key: int | str, wanted: str, taken: list[str]) -> None:
        self._codes[key] = free_name(wanted, taken, join="")
        taken.append(self._codes[key])

    # ---- the survey as a whole

    def head(self) -> list[Row]:
        first, *others = self.made.languages
        settings = {
            "language": first, "additional_languages": " ".join(others), "format": "G",
            "showgroupinfo": "X", "showqnumcode": "X", "shownoanswer": "N",
        }  # fmt: skip
        rows = [{"class": "S", "name": name, "text": value} for name, value in settings.items()]
        for lang in self.made.languages:
            words = {"title": self.made.title, "endtext": self.made.thanks}
            rows += [
                {"class": "SL", "name": f"surveyls_{name}", "text": html(value.get(lang)),
                 "language": lang}
                for name, value in words.items()
            ]  # fmt: skip
        return rows

    # ---- groups, questions, subquestions and answers in one language

    def structure(self, lang: str) -> list[Row]:
        rows: list[Row] = []
        ids = count(1)
        for number, (heading, section) in enumerate(self.made.parts()):
            random = self.made.randomise in ("blocks", "both") and section.kind == "items"
            rows.append(
                self._group(number, heading, lang)
                | {
                    "relevance": self._relevance(section),
                    "random_group": "blocks" if random else "",
                }
            )
            rows += self._section(number, section, lang, ids)
        return rows + self._endings(lang, ids)

    def _endings(self, lang: str, ids: count) -> list[Row]:
        """A last page for those who were led past the questions; nobody else sees it."""
        made = self.made
        shown = []
        if made.consent:
            refused = f"({self.names[made.consent.code]}.NAOK == '0')"
            shown.append(("refused", made.refused, refused))
        if made.screens:
            shown.append(("screenedout", made.ineligible, self._turned_away()))
        if not shown:
            return []
        group = self._group(len(made.sections), made.title, lang)
        rows = [group | {"relevance": " or ".join(f"({rule})" for _, _, rule in shown)}]
        for name, wording, rule in shown:
            row = self._row("Q", ids, self._codes[name], wording, lang, "X")
            rows.append(row | {"relevance": rule})
        return rows

    def _group(self, number: int, heading: Text, lang: str) -> Row:
        return {
            "id": str(number + 1), "class": "G", "type/scale": f"G{number}",
            "name": html(heading.get(lang)), "language": lang,
        }  # fmt: skip

    def _row(self, kind: str, ids: count, name: str, wording: Text, lang: str, scale: str) -> Row:
        return {
            "id": str(next(ids)), "class": kind, "type/scale": scale, "name": name,
            "relevance": "1", "text": html(wording.get(lang)), "language": lang,
        }  # fmt: skip

    def _section(self, number: int, section: Section, lang: str, ids: count) -> list[Row]:
        if self._arrays[number]:
            return self._array(self._codes[number], section, lang, ids)
        rows = [self._row("Q", ids, self._codes[number], section.instruction, lang, "X")]
        for question in section.questions:
            name = self.names[question.code]
            row = self._row("Q", ids, name, question.text, lang, TYPES[question.kind])
            if self._mandatory(question):
                row["mandatory"] = "Y"
            if section.kind == "items" and self.made.randomise in ("items", "both"):
                row["random_group"] = f"items{number + 1}"
            rows += [row, *self._answers(row["id"], question.answers, lang)]
        return rows

    def _array(self, array: str, section: Section, lang: str, ids: count) -> list[Row]:
        row = self._row("Q", ids, array, section.instruction, lang, "F")
        if all(self._mandatory(question) for question in section.questions):
            row["mandatory"] = "Y"
        if self.made.randomise in ("items", "both"):
            row["random_order"] = "1"
        rows = [row]
        for question in section.questions:
            name = self.names[question.code]
            sub = self._row("SQ", ids, name, question.text, lang, "0")
            rows.append(sub | {"related_id": row["id"]})
        return rows + self._answers(row["id"], section.shared, lang)

    def _answers(self, owner: str, answers: tuple[Choice, ...], lang: str) -> list[Row]:
        return [
            {"id": owner, "class": "A", "type/scale": "0", "name": str(answer.value),
             "relevance": "0", "text": html(answer.text.get(lang)), "language": lang}
            for answer in answers
        ]  # fmt: skip

    def _mandatory(self, question: Asked) -> bool:
        return self.made.required or question.role in ("consent", "screening")

    # ---- who is shown what

    def _relevance(self, section: Section) -> str:
        gates = self.made.gates(section)
        return " and ".join(self._passed(gate) for gate in gates) or "1"

    def _passed(self, question: Asked) -> str:
        name = f"{self.names[question.code]}.NAOK"
        if question.eligible:
            either = " or ".join(f"{name} == '{value}'" for value in question.eligible)
            return f"({either})"
        return f"({name} >= {question.minimum})"

    def _turned_away(self) -> str:
        passed = " and ".join(self._passed(question) for question in self.made.screens)
        consent = f"{self._passed(self.made.consent)} and " if self.made.consent else ""
        return f"{consent}!({passed})"


def _check_answers(made: Questionnaire) -> None:
    for question in made.questions:
        for answer in question.answers:
            if not (str(answer.value).isdigit() and len(str(answer.value)) <= LONGEST_ANSWER):
                raise ScaleError(
                    f"value= needs a whole number from 0 to 99999 for LimeSurvey; got "
                    f"{answer.value} in {question.code}. Recode the answers, or choose another "
                    "format."
                )
