"""What stands below the tables of `method_bias()`: what is weak, missing, or went wrong."""

from collections.abc import Iterator, Mapping
from typing import Any

from scrm_model.measurement.method.collinearity import collinearity_notes
from scrm_model.measurement.method.partialled import Partialled
from scrm_model.measurement.method.phases import Phases
from scrm_model.measurement.method.words import model_word
from scrm_model.screening.words import say
from scrm_model.study.records import Text

_DESIGN = Text(
    "No test proves that there is no method bias: what the design did against it (Podsakoff et "
    "al., 2003) comes first.",
    "Aucun test ne prouve l'absence de variance de méthode commune : ce que le plan de l'étude a "
    "fait contre elle (Podsakoff et al., 2003) vient en premier.",
)
_WEAK = Text(
    "Harman's test is weak: one factor seldom fits whatever the method does, and a share below one "
    "half rules out little (Podsakoff et al., 2003; Fuller et al., 2016).",
    "Le test de Harman est faible : un facteur unique s'ajuste rarement, quoi que fasse la "
    "méthode, et une part inférieure à la moitié n'exclut pas grand-chose (Podsakoff et al., 2003 "
    "; Fuller et al., 2016).",
)
_BASELINE = Text(
    "Baseline is not compared with the CFA: its fixed values are estimates from these "
    "data (Williams, Hartman & Cavazotte, 2010).",
    "Baseline n'est pas comparé à l'AFC : ses valeurs fixées sont des estimations tirées de ces "
    "mêmes données (Williams, Hartman et Cavazotte, 2010).",
)
_CANNOT_TELL = Text(
    "An unmeasured factor cannot tell the method from any other cause that all items share "
    "(Richardson, Simmering & Sturman, 2009).",
    "Un facteur non mesuré ne distingue pas la méthode de toute autre cause commune à tous les "
    "items (Richardson, Simmering et Sturman, 2009).",
)
_VIF = Text(
    "Convention, no verdict: 3.3 for VIF of composites (Kock, 2015).",
    "Convention, non un verdict : 3,3 pour les VIF de scores composites (Kock, 2015).",
)
_ORDINAL = Text(
    "Ordinal items: models and components are of polychoric correlations, composites are "
    "means of category numbers.",
    "Items ordinaux : modèles et composantes reposent sur des corrélations polychoriques, les "
    "scores composites sont des moyennes de numéros de modalités.",
)
_NO_MARKER = Text(
    "No marker: r_M is of the constructs' own correlations, weaker evidence.",
    "Pas de variable marqueur : r_M vient des corrélations entre les construits eux-mêmes, preuve "
    "plus faible.",
)


def notes_of(
    found: Mapping[str, Any], marker: tuple[str, ...], why: Mapping[str, Text], ordinal: bool
) -> tuple[Text, ...]:
    """All notes, each once, in the order in which they are printed.

    Parameters
    ----------
    found : dict
        The tables by approach.
    marker : tuple of str
        Its items.
    why : dict of str to Text
        Why an approach has no table.
    ordinal : bool
    """
    return tuple(dict.fromkeys(_notes(found, marker, why, ordinal)))


def _notes(
    found: Mapping[str, Any], marker: tuple[str, ...], why: Mapping[str, Text], ordinal: bool
) -> Iterator[Text]:
    yield _DESIGN
    if "harman" in found:
        yield _WEAK
        yield from _of_models(Text("Harman", "Harman"), found["harman"].said)
    if "partial" in found:
        yield from _of_partial(found["partial"], marker)
    if "marker" in found:
        yield from _of_marker(found["marker"])
    if "ulmc" in found:
        yield _CANNOT_TELL
        head = Text("Method factor", "Facteur de méthode")
        yield from _of_models(head, found["ulmc"].said)
    if "vif" in found:
        yield _VIF
        yield from (say("VIF: {n}.", "VIF : {n}.", n=n) for n in collinearity_notes(found["vif"]))
    if ordinal:
        yield _ORDINAL
    for name, reason in why.items():
        yield say(
            "No table '{name}': {why}.", "Pas de tableau '{name}' : {why}.", name=name, why=reason
        )


def _of_marker(found: Phases) -> Iterator[Text]:
    yield _BASELINE
    yield from _of_models(Text("Marker", "Variable marqueur"), found.said)
    yield from found.told
    for construct, note in found.said_of.items():
        yield say("{c}: {n}.", "{c} : {n}.", c=construct, n=note)


def _of_partial(found: Partialled, marker: tuple[str, ...]) -> Iterator[Text]:
    if found.marker:
        named = ", ".join(marker)
        yield Text(
            f"r_M is of correlations with the marker ({named}).",
            f"r_M vient des corrélations avec la variable marqueur ({named}).",
        )
    else:
        yield _NO_MARKER
    for told in found.told:
        yield say("Partial correlations: {t}.", "Corrélations partielles : {t}.", t=told)
    rows = found.frame[found.frame["note"] != ""]
    for note, same in rows.groupby("note", sort=False):
        pairs = dict.fromkeys(zip(same["lhs"], same["rhs"], strict=True))
        yield say(
            "Partial correlations, {pairs}: {note}.", "Corrélations partielles, {pairs} : {note}.",
            note=found.said[str(note)],
            pairs=Text(
                ", ".join(f"{a} with {b}" for a, b in pairs),
                ", ".join(f"{a} avec {b}" for a, b in pairs),
            ),
        )  # fmt: skip


def _of_models(head: Text, said: Mapping[str, Text]) -> Iterator[Text]:
    for model, note in said.items():
        yield say(
            "{head}, '{model}': {note}.", "{head}, « {model} » : {note}.",
            head=head, model=model_word(model), note=note,
        )  # fmt: skip
