"""What stands below the table: what was held, the form of the numbers, conventions, releases."""

from collections.abc import Iterator, Mapping

from scrm_model.measurement.invariance.ask import SMALL
from scrm_model.measurement.invariance.climb import Climb
from scrm_model.measurement.invariance.levels import held_text
from scrm_model.measurement.invariance.words import NO_REASON, level_word
from scrm_model.measurement.side_by_side import Kinds
from scrm_model.screening.words import say
from scrm_model.study.records import Text

_FORM = {
    "": Text(),
    ".scaled": Text("scaled", "corrigés"),
    ".robust": Text("robust", "robustes"),
}
_CONVENTIONS = Text(
    "Conventions, no verdicts: a fall of CFI by more than .010 (Cheung & Rensvold, 2002); beside "
    "it a rise of RMSEA by .015 or of SRMR by .030 (loadings) or .010 (intercepts, residual "
    "variances), and with 300 cases or fewer in all and unequal groups .005, .010 and .025 or .005 "
    "(Chen, 2007).",
    "Conventions, non des verdicts : une baisse du CFI de plus de 0,010 (Cheung et Rensvold, "
    "2002) ; avec elle, une hausse du RMSEA de 0,015, ou du SRMR de 0,030 (contributions) ou de "
    "0,010 (intercepts, variances résiduelles) ; avec 300 cas ou moins en tout et des groupes "
    "inégaux, 0,005, 0,010 et 0,025 ou 0,005 (Chen, 2007).",
)
_SEARCHED = Text(
    "Parameters released by search were chosen by this sample: give a reason for each, and test "
    "the result in other data (MacCallum, Roznowski & Necowitz, 1992).",
    "Les paramètres libérés par la recherche ont été choisis par cet échantillon : donnez un motif "
    "pour chacun, et éprouvez le résultat sur d'autres données (MacCallum, Roznowski et Necowitz, "
    "1992).",
)


def notes_of(
    said: Mapping[str, Text], groups: Mapping[str, int], kinds: Kinds, climb: Climb
) -> tuple[Text, ...]:
    """All notes of a table, in the order in which they are printed.

    Parameters
    ----------
    said : dict of str to Text
        What is to be said of single levels, without a full stop.
    groups : dict of str to int
    kinds : Kinds
    climb : Climb
        Done.
    """
    told = [
        say(
            "Equal at level '{level}': {what}.",
            "Pour l'{level}, égalités entre groupes : {what}.",
            level=level_word(level), what=held_text(climb.of, level),
        )
        for level in climb.fits
    ]  # fmt: skip
    told += [*_of_model(climb), *_of_groups(groups), *_of_measures(kinds, climb), _CONVENTIONS]
    told += _of_releases(climb)
    told += [
        say("Level '{level}': {note}.", "Pour l'{level} : {note}.",
            level=level_word(level), note=note)
        for level, note in said.items()
    ]  # fmt: skip
    return tuple(told)


def _of_model(climb: Climb) -> Iterator[Text]:
    of = climb.of
    if of.dimensions:
        named = [(v, f) for v, f in of.dimensions.items()]
        yield Text(
            f"Second order ({', '.join(f'{v} of {f}' for v, f in named)}): from the scalar level "
            "on the intercepts of these are 0 in all groups, so that means differ by the "
            "second-order construct (Chen, Sousa & West, 2005).",
            f"Second ordre ({', '.join(f'{v} de {f}' for v, f in named)}) : à partir du niveau "
            "scalaire, leurs intercepts sont nuls dans tous les groupes, de sorte que les moyennes "
            "diffèrent par le construit de second ordre (Chen, Sousa et West, 2005).",
        )
    if of.cuts and of.freed:
        yield _WU_ESTABROOK
        two = ", ".join(v for v, n in of.cuts.items() if n == 1)
        if two:
            yield Text(
                f"One threshold only ({two}): thresholds and loadings of such an item "
                "cannot be tested before the scalar level.",
                f"Un seul seuil ({two}) : les seuils et les contributions d'un tel item ne "
                "peuvent être testés avant le niveau scalaire.",
            )
    elif of.cuts:
        yield _AS_LAVAAN


_WU_ESTABROOK = Text(
    "Ordinal items: identified as by Wu and Estabrook (2016). lavaan 0.6-14 holds "
    "intercepts equal together with thresholds; identification='lavaan' does so.",
    "Items ordinaux : identification de Wu et Estabrook (2016). lavaan 0.6-14 contraint les "
    "intercepts en même temps que les seuils ; identification='lavaan' fait de même.",
)
_AS_LAVAAN = Text(
    "Ordinal items: intercepts are equal together with thresholds, as in lavaan 0.6-14; "
    "'scalar' adds nothing to 'metric'.",
    "Items ordinaux : les intercepts sont contraints en même temps que les seuils, comme dans "
    "lavaan 0.6-14 ; le niveau scalaire n'ajoute rien au niveau métrique.",
)


def _of_groups(groups: Mapping[str, int]) -> Iterator[Text]:
    named = ", ".join(f"{k} = {label} ({n})" for k, (label, n) in enumerate(groups.items(), 1))
    yield Text(
        f"Groups (rows): {named}; the first is the reference.",
        f"Groupes (lignes) : {named} ; le premier est la référence.",
    )
    small = [label for label, n in groups.items() if n < SMALL]
    if small:
        yield Text(
            f"Fewer than {SMALL} rows in {', '.join(map(repr, small))}: a difference may be there "
            "and not be seen.",
            f"Moins de {SMALL} lignes dans {', '.join(f'« {label} »' for label in small)} : une "
            "différence peut exister sans se voir.",
        )


def _of_measures(kinds: Kinds, climb: Climb) -> Iterator[Text]:
    if kinds.test:
        yield Text(
            "Chi-square is scaled; its difference is no difference of the column.",
            "Le khi-deux est corrigé ; sa différence n'est pas celle des valeurs de la colonne.",
        )
    if kinds.indices:
        yield say(
            "CFI, TLI and RMSEA are {form} at every level.",
            "CFI, TLI et RMSEA sont {form} à tous les niveaux.",
            form=_FORM[kinds.indices],
        )
    corrected = any("chisq.scaled" in f.measures for f in climb.fits.values())
    if corrected and kinds.indices != ".robust":
        yield Text(
            "Not every level has robust indices, and those of two kinds cannot be subtracted.",
            "Tous les niveaux n'ont pas d'indices robustes, et des indices de deux sortes ne se "
            "soustraient pas.",
        )


def _of_releases(climb: Climb) -> Iterator[Text]:
    search, trail = climb.asked.search, climb.trail
    if search.on:
        found = sum(row["how"] == "search" for row in trail)
        yield say(
            "Search: one release after the other by the largest score test, {rule}; {found} made.",
            "Recherche : un paramètre libéré après l'autre, selon le plus grand test du score, "
            "{rule} ; nombre de libérations : {found}.",
            rule=search.rule, found=Text(str(found or "none"), str(found or "aucune")),
        )  # fmt: skip
        if found:
            yield _SEARCHED
    yield from climb.stops
    bare = ", ".join(row["parameter"] for row in trail if row["reason"] == NO_REASON.en)
    if bare:
        yield Text(f"No reason given for {bare}.", f"Aucun motif donné pour {bare}.")
    for row in trail:
        if row["note"]:
            yield say(
                "Release of {name}: {note}.", "Libération de {name} : {note}.",
                name=row["parameter"], note=row["note"],
            )  # fmt: skip
