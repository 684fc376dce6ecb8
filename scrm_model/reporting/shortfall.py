"""What the study claims and an analysis could not give: said in both languages, never left out."""

from dataclasses import dataclass

from scrm_model.study.claims import Text


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Something that the study claims and the analysis could not give.

    Attributes
    ----------
    code : str
        ``"no_mediation"``, ``"no_rivals"``, ``"no_reliability"``, ``"no_validity"`` or
        ``"no_screening"``.
    parameters : tuple of str
        Always empty: it concerns the whole.
    message, advice : Text
        What is not there and why, and what to try.
    """

    code: str
    parameters: tuple[str, ...]
    message: Text
    advice: Text

    def __str__(self) -> str:
        return f"{self.message} {self.advice}"


_TEXTS = {
    "no_reliability": (
        Text(
            "The reliability of the constructs could not be computed.",
            "La fiabilité des construits n'a pas pu être calculée.",
        ),
        Text("Look at the measurement model first.", "Examinez d'abord le modèle de mesure."),
    ),
    "no_validity": (
        Text(
            "The validity of the constructs could not be examined.",
            "La validité des construits n'a pas pu être examinée.",
        ),
        Text("Look at the measurement model first.", "Examinez d'abord le modèle de mesure."),
    ),
    "no_screening": (
        Text("The answers could not be screened.", "Les réponses n'ont pas pu être examinées."),
        Text(
            "Correct that column, or screen the answers yourself: analyse(screen(…)).",
            "Corrigez cette colonne, ou examinez vous-même les réponses : analyse(screen(…)).",
        ),
    ),
    "no_mediation": (
        Text(
            "The indirect effects could not be tested.",
            "Les effets indirects n'ont pas pu être testés.",
        ),
        Text("Collect more answers.", "Recueillez davantage de réponses."),
    ),
    "no_rivals": (
        Text(
            "The rival models could not be compared.",
            "Les modèles rivaux n'ont pas pu être comparés.",
        ),
        Text("Vary or leave out that rival.", "Modifiez ou retirez ce modèle rival."),
    ),
}


def shortfall(code: str, error: Exception) -> Shortfall:
    """The shortfall of a code, with the error that caused it.

    Parameters
    ----------
    code : {"no_mediation", "no_rivals", "no_reliability", "no_validity", "no_screening"}
    error : Exception
        Why it could not be had.
    """
    said, advice = _TEXTS[code]
    message = Text(f"{said.en} {error}", f"{said.fr} {error}")
    return Shortfall(code, (), message, advice)
