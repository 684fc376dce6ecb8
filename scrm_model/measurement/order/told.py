"""What stands below the tables of `orders()`: what was compared, what could not be, conventions."""

from collections.abc import Iterator, Mapping

from scrm_model.estimation.result import Fit
from scrm_model.inference.words import decimal
from scrm_model.measurement.order.models import BIFACTOR, SECOND, Hierarchy
from scrm_model.measurement.order.words import MODELS
from scrm_model.screening.words import say
from scrm_model.study.records import Text


def notes_of(
    asked: Hierarchy,
    fits: Mapping[str, Fit],
    target: float,
    solved: tuple[str, ...],
    said: Mapping[str, Text],
) -> tuple[Text, ...]:
    """All notes, in the order in which they are printed.

    Parameters
    ----------
    asked : Hierarchy
    fits : dict of str to Fit
    target : float
        NaN if there is none.
    solved : tuple of str
        Models with indices.
    said : dict of str to Text
        What is to be said of single models, without a full stop.
    """
    told = [*_of_dimensions(asked, target), *_of_solutions(asked, fits, solved)]
    told += [
        say("Model '{model}': {note}.", "Modèle « {model} » : {note}.",
            model=MODELS[model], note=note)
        for model, note in said.items()
    ]  # fmt: skip
    return tuple(told)


def _of_dimensions(asked: Hierarchy, target: float) -> Iterator[Text]:
    others = ", ".join(asked.others)
    if others:
        yield Text(
            f"Beside it in every model: {others}, freely correlated.",
            f"À ses côtés dans chaque modèle, librement corrélés : {others}.",
        )
    if asked.tied:
        yield _TWO
    elif len(asked.dimensions) == 3 and not others:
        yield _THREE
    # NaN differs from every number.
    if not target >= 0:
        yield _NO_TARGET
        return
    where = Text()
    if others:
        where = Text(
            ", of the whole model with the constructs beside it",
            ", pour le modèle entier avec les construits à ses côtés",
        )
    yield say(
        "Target coefficient (Marsh & Hocevar, 1985){where}: {target}.",
        "Coefficient cible (Marsh et Hocevar, 1985){where} : {target}.",
        where=where, target=decimal(target),
    )  # fmt: skip


def _of_solutions(
    asked: Hierarchy, fits: Mapping[str, Fit], solved: tuple[str, ...]
) -> Iterator[Text]:
    specific = asked.specific
    pairs = ", ".join(d for d, own in specific.items() if len(own) == 2)
    if pairs:
        yield Text(
            f"Bifactor: equal specific loadings of the two items of {pairs}.",
            f"Modèle bifactoriel : contributions spécifiques égales des deux items de {pairs}.",
        )
    bare = ", ".join(d for d in asked.dimensions if d not in specific)
    if bare:
        yield Text(
            f"Bifactor: no specific factor of {bare}.",
            f"Modèle bifactoriel : pas de facteur spécifique de {bare}.",
        )
    for which in (SECOND, BIFACTOR):
        found = fits.get(which)
        if found is None or not found.converged:
            continue
        if which not in solved:
            yield say(*_TOO_MUCH, which=_OF_MODEL[which])
        elif not found.admissible:
            yield say(*_INADMISSIBLE, which=_OF_MODEL[which])
    if solved:
        yield _CONVENTION
    if BIFACTOR in fits:
        yield _TENDS


_OF_MODEL = {
    SECOND: Text(SECOND, "de second ordre"),
    BIFACTOR: Text(BIFACTOR, "bifactoriel"),
}
_TOO_MUCH = (
    "No indices of the {which} model: it explains more than the whole of a dimension, which leaves "
    "nothing specific.",
    "Pas d'indices du modèle {which} : il explique plus que la totalité d'une dimension, ce qui ne "
    "laisse rien de spécifique.",
)
_INADMISSIBLE = (
    "The indices of the {which} model rest on an inadmissible solution.",
    "Les indices du modèle {which} reposent sur une solution inadmissible.",
)
_TWO = Text(
    "Two dimensions by themselves: their one correlation cannot tell two second-order "
    "loadings, which are therefore equal. The model then fits as correlated dimensions do; "
    "other constructs beside it (alone=False) would test it.",
    "Deux dimensions seules : leur unique corrélation ne distingue pas deux contributions de "
    "second ordre, qui sont donc égales. Le modèle s'ajuste alors comme celui des dimensions "
    "corrélées ; d'autres construits à ses côtés (alone=False) permettraient de le tester.",
)
_THREE = Text(
    "Three dimensions by themselves: the second-order model implies what correlated ones "
    "imply, and cannot be tested against them.",
    "Trois dimensions seules : le modèle de second ordre implique ce qu'impliquent les dimensions "
    "corrélées, et ne peut être testé contre elles.",
)
_NO_TARGET = Text(
    "No target coefficient: one of its two models has no chi-square above 0.",
    "Pas de coefficient cible : l'un de ses deux modèles n'a pas de khi-deux supérieur à 0.",
)
_CONVENTION = Text(
    "Conventions, no verdicts: with ECV and PUC above .70 items may be taken as of one "
    "dimension (Rodriguez, Reise & Haviland, 2016).",
    "Conventions, non des verdicts : avec ECV et PUC supérieurs à 0,70, les items peuvent être "
    "tenus pour unidimensionnels (Rodriguez, Reise et Haviland, 2016).",
)
_TENDS = Text(
    "A bifactor model tends to fit better whatever the structure (Bonifay, Lane & Reise, "
    "2017): read its indices and loadings.",
    "Un modèle bifactoriel tend à mieux s'ajuster quelle que soit la structure (Bonifay, Lane et "
    "Reise, 2017) : lisez ses indices et ses contributions.",
)
