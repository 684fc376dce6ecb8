"""From scales to a questionnaire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scrm_model.errors import ArgumentError, ScaleError, did_you_mean
from scrm_model.study.claims import Study, Text
from scrm_model.survey.items import Choice, Question, Scale
from scrm_model.survey.questionnaire.labels import labelled
from scrm_model.survey.questionnaire.names import free_name
from scrm_model.survey.questionnaire.records import RANDOMISE, Asked, Questionnaire, Section
from scrm_model.survey.questionnaire.texts import (
    Wording,
    filled_in,
    languages_of,
    own_text,
    text,
)
from scrm_model.survey.questionnaire.wording import check_wordings
from scrm_model.survey.scales import Scales


@dataclass(frozen=True, slots=True)
class Options:
    """How a questionnaire is made from scales; each has its default.

    Parameters
    ----------
    study : Study or None
        Study to whose constructs the scales are restricted.
    title : str, Text or None
        What respondents read at the top.
    consent : bool, str or Text
        The default text, an own one, or no consent page.
    details : mapping of str to str or Text
        What fills the placeholders of the consent text.
    instruction : str, Text, mapping of str to these, or None
        What is read above statements, for all constructs or for each.
    anchors : sequence of str or Text
        Labels of the answers of scales that have none of their own.
    randomise : {None, "items", "blocks", "both"}
        What comes in random order.
    required : bool
        Whether items and control questions must be answered.
    """

    study: Study | None = None
    title: Wording | None = None
    consent: bool | Wording = True
    details: Mapping[str, Wording] = field(default_factory=dict)
    instruction: Wording | Mapping[str, Wording] | None = None
    anchors: Sequence[Wording] = ()
    randomise: str | None = None
    required: bool = True


def build(
    scales: Scales, lang: str | Sequence[str], options: Options
) -> tuple[Questionnaire, tuple[Text, ...]]:
    """Questionnaire of some scales.

    Parameters
    ----------
    scales : Scales
        Scales, and the questions that surround them.
    lang : {"en", "fr", "both"} or sequence of str
        Languages.
    options : Options
        How it is made.

    Returns
    -------
    questionnaire : Questionnaire
    notes : tuple of Text
        What whoever sends it out should know.

    Raises
    ------
    ArgumentError, ScaleError
        If an option or a wording is not what the questionnaire needs.
    """
    if not isinstance(scales, Scales):
        raise ArgumentError(
            f"scales= needs scrm.Scales; got {type(scales).__name__}. Make them with "
            "scrm.Scales.build() or scrm.Scales.from_toml()."
        )
    languages = languages_of(lang)
    if options.randomise not in (None, *RANDOMISE):
        raise ArgumentError(
            f"randomise= needs None, 'items', 'blocks' or 'both'; got {options.randomise!r}."
            + did_you_mean(str(options.randomise), RANDOMISE)
        )
    if options.study is not None:
        scales = scales.restricted_to(options.study)
    if not scales.scales:
        raise ScaleError("scales= needs at least one scale; got none. Give it items to ask.")
    notes: list[Text] = []
    maker = _Maker(scales, languages, options, notes)
    sections = [
        *maker.consent(),
        *maker.around("screening", scales.screening),
        *maker.items(),
        *maker.around("controls", scales.controls),
    ]
    title = text("title") if options.title is None else maker.own("title", options.title)
    made = Questionnaire(
        title, tuple(sections), languages, options.randomise, bool(options.required),
        text("thanks"), text("ineligible"), text("refused"),
    )  # fmt: skip
    made, more = check_wordings(made)
    return made, (*notes, *more)


@dataclass(frozen=True, slots=True)
class _Maker:
    """The steps of `build`, which share scales, languages, options and notes."""

    scales: Scales
    languages: tuple[str, ...]
    options: Options
    notes: list[Text]

    def own(self, argument: str, given: Wording) -> Text:
        return own_text(argument, given, self.languages)

    # ---- consent

    def consent(self) -> list[Section]:
        given = self.options.consent
        if given is False or given is None:
            if self.options.details:
                raise ArgumentError(
                    "details= needs a consent text to fill in; got consent=False. "
                    "Leave one of the two out."
                )
            return []
        own = text("consent") if given is True else self.own("consent", given)
        full, unfilled, unused = filled_in(own, self.options.details, self.languages)
        self._note_details(given is True, unfilled, unused)
        answers = (Choice(1, text("consent_yes")), Choice(0, text("consent_no")))
        question = Asked(
            self._free("consent"), text("consent_question"), "consent", "choice", answers, (1,)
        )
        return [Section("consent", "consent", full, (question,))]

    def _note_details(self, default: bool, unfilled: Sequence[str], unused: Sequence[str]) -> None:
        if unfilled:
            names = ", ".join(unfilled)
            self.notes.append(
                Text(
                    f"The consent text still lacks {names}: give them in details=.",
                    f"Il manque au texte de consentement : {names} (à donner dans details=).",
                )
            )
        if unused:
            names = ", ".join(unused)
            self.notes.append(
                Text(
                    f"The consent text has no place for {names}.",
                    f"Le texte de consentement n'a pas de place pour {names}.",
                )
            )
        if default:
            self.notes.append(
                Text(
                    "The default consent text is a draft: have those who answer for data "
                    "protection and research ethics approve it.",
                    "Le texte de consentement fourni est une ébauche : faites-le valider par les "
                    "responsables de la protection des données et de l'éthique.",
                )
            )

    def _free(self, name: str) -> str:
        scales = self.scales
        marker = scales.marker.codes if scales.marker else ()
        checks = [check.code for check in scales.attention]
        questions = [question.code for question in (*scales.screening, *scales.controls)]
        return free_name(name, (*scales.codes, *marker, *checks, *questions), join="")

    # ---- what surrounds the items

    def around(self, kind: str, questions: Sequence[Question]) -> list[Section]:
        if not questions:
            return []
        role = "screening" if kind == "screening" else "control"
        asked = tuple(self._asked(question, role) for question in questions)
        return [Section(kind, kind, text(kind), asked)]

    def _asked(self, question: Question, role: str) -> Asked:
        kind, answers = question.kind, question.choices
        if kind == "rating":
            kind, answers = "choice", self._rating(question)
        lowest = question.minimum
        if lowest is not None and kind == "text":
            raise ScaleError(
                f"minimum= needs a number or a rating; got {lowest} for the text {question.code}. "
                "Leave it out, or ask for a number."
            )
        if answers and lowest is not None and lowest > max(a.value for a in answers):
            raise ScaleError(
                f"minimum= needs an answer that can be given; got {lowest} for {question.code}, "
                f"whose highest is {max(a.value for a in answers)}. Nobody would be eligible."
            )
        eligible = question.eligible if role == "screening" else ()
        if role != "screening":
            if question.eligible or lowest is not None:
                self.notes.append(
                    Text(
                        f"{question.code} turns nobody away: only screening questions do.",
                        f"{question.code} n'écarte personne : seules les questions de sélection le "
                        "font.",
                    )
                )
            lowest = None
        return Asked(question.code, question.text, role, kind, answers, eligible, lowest)

    def _rating(self, question: Question) -> tuple[Choice, ...]:
        ways = {(scale.points, scale.anchors) for scale in self.scales.values()}
        first = next(iter(self.scales.values()))
        if len(ways) > 1:
            self.notes.append(
                Text(
                    f"{question.code} is answered on the scale of {first.construct}, the first.",
                    f"{question.code} reprend l'échelle de {first.construct}, la première.",
                )
            )
        return self._answers(first)

    # ---- items

    def items(self) -> list[Section]:
        unlabelled = [s.construct for s in self.scales.values() if not self._anchors(s)]
        if unlabelled:
            names = ", ".join(unlabelled)
            self.notes.append(
                Text(
                    f"The answers of {names} are bare numbers: give anchors=.",
                    f"Les réponses de {names} sont des nombres sans libellé : donnez anchors=.",
                )
            )
        self._check_instruction()
        blocks = [self._block(scale, "item") for scale in self.scales.values()]
        if self.scales.marker:
            middle = (len(blocks) + 1) // 2
            blocks.insert(middle, self._block(self.scales.marker, "marker"))
        return self._with_checks(blocks)

    def _check_instruction(self) -> None:
        if isinstance(self.options.instruction, Mapping):
            for construct in self.options.instruction:
                self.scales[construct]  # an unknown one is an error that names the known ones

    def _block(self, scale: Scale, role: str) -> Section:
        given = self.options.instruction
        if isinstance(given, Mapping):
            given = given.get(scale.construct)
        instruction = text("items") if given is None else self.own("instruction", given)
        answers = self._answers(scale)
        asked = tuple(Asked(i.code, i.text, role, "choice", answers) for i in scale.items)
        return Section(scale.construct, "items", instruction, asked)

    def _anchors(self, scale: Scale) -> tuple[Text, ...]:
        if scale.anchors or not self.options.anchors:
            return scale.anchors
        low, high = scale.points
        own = tuple(self.own("anchors", anchor) for anchor in self.options.anchors)
        if len(own) not in (2, high - low + 1):
            raise ArgumentError(
                f"anchors= needs 2 labels or one for each of the {high - low + 1} points of "
                f"{scale.construct}; got {len(own)}. Label the ends, or every point."
            )
        return own

    def _answers(self, scale: Scale) -> tuple[Choice, ...]:
        return labelled(scale.points, self._anchors(scale))

    def _with_checks(self, blocks: list[Section]) -> list[Section]:
        """Attention checks in the middle of blocks that lie evenly apart."""
        checks = self.scales.attention
        for number, check in enumerate(checks, start=1):
            low, high = check.points
            values = tuple(range(low, high + 1))
            fitting = [
                place for place, block in enumerate(blocks)
                if tuple(a.value for a in block.questions[0].answers) == values
            ]  # fmt: skip
            if not fitting:
                asked = Asked(check.code, check.text, "attention", "choice", labelled((low, high)))
                blocks.append(Section(check.code, "items", text("items"), (asked,)))
                continue
            place = fitting[number * len(fitting) // (len(checks) + 1)]
            old = blocks[place]
            middle = (len(old.questions) + 1) // 2
            asked = Asked(check.code, check.text, "attention", "choice", old.questions[0].answers)
            mixed = (*old.questions[:middle], asked, *old.questions[middle:])
            blocks[place] = Section(old.name, old.kind, old.instruction, mixed)
        return blocks
