"""What a reader must know of a fit, and errors of the library, in English and French.

The report has longer words for the same problems, in its own catalogue, which lies to the right of
this room.
"""

from collections.abc import Iterable

from scrm_model.estimation.diagnose import Problem
from scrm_model.inference.words import joined
from scrm_model.screening.words import say
from scrm_model.study.records import Text

FRENCH = {
    "not_converged": (
        "aucun minimum n'a été trouvé : ces nombres ne sont pas des estimations. Essayez "
        "std_lv=True, d'autres valeurs de départ avec start(), un modèle plus simple ou davantage "
        "de réponses ; cherchez des items d'échelles très différentes et des facteurs à deux "
        "indicateurs faibles"
    ),
    "negative_variance": (
        "variance négative (cas de Heywood) : {of}. L'échantillon est petit, l'item se confond "
        "presque avec le facteur, ou le facteur a trop peu d'indicateurs : examinez l'item, "
        "ajoutez des indicateurs, ou comparez avec une borne telle que 'v > 0' sur sa variance"
    ),
    "correlation_above_one": (
        "corrélation supérieure à 1 entre variables latentes : {of}. Les deux ne forment peut-être "
        "qu'un construit : réunissez-les, ou cherchez les items qui mesurent les deux"
    ),
    "not_positive_definite": (
        "une matrice de covariances n'est pas définie positive : {of}. Ces covariances se "
        "contredisent : fixez l'une d'elles ou retirez-la"
    ),
    "unstable_loop": (
        "des variables qui agissent l'une sur l'autre ne se stabilisent pas : {of}. Les effets "
        "totaux n'existent pas : vérifiez que chaque sens a ses propres prédicteurs, ou fixez un "
        "des chemins"
    ),
    "information_singular": (
        "cet échantillon ne permet pas de distinguer ces paramètres, qui n'ont donc pas d'erreur "
        "type : {of}. La cause habituelle est un facteur dont les indicateurs corrèlent à peine, "
        "ou deux facteurs qui n'en font qu'un : fixez un paramètre, réunissez les facteurs ou "
        "recueillez davantage de réponses"
    ),
}
"""By the code of the problem; each goes on after a colon and has no full stop at its end."""


def problem_text(problem: Problem) -> Text:
    """A problem of a fit, without the full stop at its end."""
    english = str(problem).rstrip(".")
    french = FRENCH.get(problem.code, english)
    return Text(english, french.replace("{of}", ", ".join(problem.parameters)))


def problems_text(problems: Iterable[Problem]) -> Text:
    """Several of them, sentence after sentence; empty if there are none."""
    texts = [problem_text(p) for p in problems]
    return Text(joined(texts, ". ").get("en"), joined(texts).get("fr"))


def from_error(en: str, fr: str, error: Exception) -> Text:
    """A sentence that quotes an error, whose own words are English in both languages.

    Parameters
    ----------
    en, fr : str
        Templates with a field ``error``.
    error : Exception
    """
    return say(en, fr, error=str(error).rstrip("."))
