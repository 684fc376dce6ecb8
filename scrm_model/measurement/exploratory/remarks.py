"""What must be said of a factor solution."""

from typing import Any

import pandas as pd
from numpy.typing import NDArray

from scrm_model.inference.words import comma
from scrm_model.measurement.exploratory.correlations import Correlations
from scrm_model.measurement.exploratory.evaluation import degrees_of_freedom
from scrm_model.measurement.exploratory.extraction import Extraction
from scrm_model.measurement.exploratory.retention import ParallelAnalysis
from scrm_model.measurement.exploratory.rotation import Rotation
from scrm_model.study.claims import Text


def remarks(
    of: Correlations,
    extraction: Extraction,
    rotation: Rotation,
    options: Any,
    retention: ParallelAnalysis | None,
    items: pd.DataFrame,
    heywood: tuple[str, ...],
    h2: NDArray,
) -> tuple[Text, ...]:
    """Sentences in both languages, what is wrong first."""
    f = extraction.loadings.shape[1]
    out = [
        *_of_search(extraction, rotation, heywood, dict(zip(of.names, h2, strict=True))),
        *of.notes,
        *_of_number(retention, f),
        *_of_tests(of, options.method, f),
    ]
    if rotation.starts:
        out.append(_of_rotation(rotation, options.rotation))
    if (items["flag"] != "").any():
        out.append(_of_flags(options.cross, options.gap))
    return tuple(out)


def _of_search(
    extraction: Extraction, rotation: Rotation, heywood: tuple[str, ...], h2: dict[str, float]
) -> list[Text]:
    out = []
    if heywood:
        named = ", ".join(f"{name} ({h2[name]:.3f})" for name in heywood)
        out.append(
            Text(
                f"Heywood case: the uniqueness of these items was stopped at .005 (in brackets "
                f"their communality): {named}.",
                "Cas de Heywood : l'unicité de ces items a été arrêtée à 0,005 (entre parenthèses "
                f"leur communauté) : {comma(named)}.",
            )
        )
    if not extraction.converged:
        out.append(Text("The extraction found no minimum.", "L'extraction n'a pas convergé."))
    if not rotation.converged:
        out.append(Text("The rotation found no minimum.", "La rotation n'a pas convergé."))
    if extraction.minima > 1:
        out.append(
            Text(
                f"The extraction has {extraction.minima} different minima; the lowest is shown.",
                f"L'extraction a {extraction.minima} minima différents ; le plus bas est montré.",
            )
        )
    return out


def _of_number(retention: ParallelAnalysis | None, f: int) -> list[Text]:
    if retention is None:
        return []
    found = retention.suggestions
    told = "; ".join(f"{r.rule} {r.factors}" for r in found.itertuples())
    return [
        Text(
            f"The number of factors, {f}, was chosen by a rule ({told}; see retention).",
            f"Le nombre de facteurs, {f}, a été choisi par une règle ({told} ; voir retention).",
        )
    ]


def _of_tests(of: Correlations, method: str, f: int) -> list[Text]:
    if method == "pca":
        return [_NO_MODEL]
    if not of.definite:
        return [_NOT_DEFINITE]
    out = []
    if degrees_of_freedom(len(of.names), f) == 0:
        out.append(_NO_DF)
    if method != "ml":
        out.append(_OTHER_METHOD)
    return out


def _of_rotation(rotation: Rotation, kind: str) -> Text:
    en = f"{kind}: {rotation.at_best} of {rotation.starts} starts ended at the best value"
    fr = f"{kind} : {rotation.at_best} départs sur {rotation.starts} aboutissent à la meilleure"
    fr += " valeur"
    if rotation.minima > 1:
        en += f"; there are {rotation.minima} different minima, so that other rotations are about "
        en += "as simple"
        fr += f" ; il y a {rotation.minima} minima différents, donc des rotations presque aussi "
        fr += "simples"
    return Text(en + ".", fr + ".")


def _of_flags(cross: float, gap: float) -> Text:
    return Text(
        f"Convention of the flags: a second loading above {cross:.2f}, or less than {gap:.2f} "
        f"below the largest, crosses; a largest loading below {cross:.2f} is none (Ferguson & Cox, "
        "1993; Howard, 2016).",
        "Convention des signalements : une deuxième contribution supérieure à "
        f"{comma(f'{cross:.2f}')}, ou à moins de {comma(f'{gap:.2f}')} de la première, est croisée "
        f"(crosses) ; une première inférieure à {comma(f'{cross:.2f}')} ne compte pas (Ferguson et "
        "Cox, 1993 ; Howard, 2016).",
    )


_NO_MODEL = Text(
    "Components are no model of the correlations: there is no chi-square.",
    "Les composantes ne sont pas un modèle des corrélations : pas de khi-deux.",
)
_NOT_DEFINITE = Text(
    "The correlations are not positive definite: no chi-square and no R² of scores.",
    "Les corrélations ne sont pas définies positives : ni khi-deux ni R² des scores.",
)
_NO_DF = Text(
    "No degrees of freedom are left: no p value, RMSEA, CFI, TLI or BIC.",
    "Aucun degré de liberté : ni p, ni RMSEA, CFI, TLI ou BIC.",
)
_OTHER_METHOD = Text(
    "The chi-square is the likelihood-ratio formula at estimates of another method.",
    "Le khi-deux est celui du rapport de vraisemblance, aux estimations d'une autre méthode.",
)
