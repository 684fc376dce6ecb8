"""Words of the tables of invariance, in English and French."""

from collections.abc import Mapping

import pandas as pd

from scrm_model.inference.worded import Worded, in_french
from scrm_model.study.records import Text

LEVELS = {
    "configural": "configurale",
    "thresholds": "seuils",
    "metric.first": "métrique (premier ordre)",
    "metric": "métrique",
    "scalar.first": "scalaire (premier ordre)",
    "scalar": "scalaire",
    "strict": "stricte",
    "means": "moyennes latentes",
}
NO_REASON = Text("none given", "non donné")
TITLE = Text("Measurement invariance", "Invariance de la mesure")
TRAIL = Text("Released, in this order", "Paramètres libérés, dans cet ordre")
_OF_LEVEL = {
    "thresholds": "des seuils",
    "means": "des moyennes latentes",
}
_HEADS = {
    "level": Text("level", "niveau d'invariance"),
    "released": Text("released", "paramètres libérés"),
    "step": Text("step", "étape"),
    "parameter": Text("parameter", "paramètre"),
    "how": Text("how", "origine"),
    "mi": Text("score test", "test du score"),
    "epc": Text("expected difference", "différence attendue"),
    "chisq_before": Text("chi-square before", "khi-deux avant"),
    "chisq_after": Text("chi-square after", "khi-deux après"),
    "pvalue_diff_before": Text("p of the difference before", "p de la différence avant"),
    "pvalue_diff_after": Text("p of the difference after", "p de la différence après"),
    "cfi_diff_before": Text("change of CFI before", "variation du CFI avant"),
    "cfi_diff_after": Text("change of CFI after", "variation du CFI après"),
    "label": Text("group", "groupe"),
    "est": Text("difference", "différence"),
    "d": Text("d", "d"),
    "d_ci_lower": Text("d, lower bound", "d, borne inférieure"),
    "d_ci_upper": Text("d, upper bound", "d, borne supérieure"),
}
_CELLS: Mapping[str, Mapping[str, Text]] = {
    "level": in_french(LEVELS),
    "how": in_french({"given": "donné", "search": "recherche"}),
    "reason": {NO_REASON.en: NO_REASON},
}


def level_word(level: str) -> Text:
    """A level's name: ``metric``, ``invariance métrique``."""
    return Text(level, f"invariance {_OF_LEVEL.get(level, LEVELS[level])}")


def means_title(reference: str) -> Text:
    """The title of the differences of latent means."""
    return Text(
        f"Latent means against '{reference}'",
        f"Moyennes latentes, comparées à celles de « {reference} »",
    )


def worded(name: str, title: Text, frame: pd.DataFrame, level: float = 0.95) -> Worded:
    """A table of this result with its words."""
    return Worded(name, title, frame, _HEADS, _CELLS, level=level)
