"""Tables of what was claimed: hypotheses, effects, types of mediation, sizes of paths, rivals."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import Listing, Phrase, has_text, phrase
from scrm_model.reporting.tables import Column, Table

KINDS = ("specific", "total indirect", "direct", "total", "defined")


def hypotheses_table(
    table: pd.DataFrame, alpha: float = 0.05, notes: tuple[Any, ...] = ()
) -> Table:
    """Return the test of every hypothesis as a table.

    Parameters
    ----------
    table : DataFrame
        As `hypothesis_table` gives it.
    alpha : float
        Level of the tests.
    notes : tuple of (str or phrase)
        Notes after its own.
    """
    frame = table.reset_index(drop=True)
    several = frame["group"].nunique() > 1 if "group" in frame else False
    groups = frame["group"] if several else [None] * len(frame)
    # The variables, not the constructs: a construct may stand in the model by its dimensions.
    frame["path"] = list(map(_path, frame["rhs"], frame["lhs"], groups))
    frame["verdict"] = [_verdict(verdict) for verdict in frame["verdict"]]
    gap = phrase("missing.no_test")
    # Intervals of single coefficients always have this level, whatever that of the tests.
    ci = phrase("column.ci", level=Number(0.95, "percent", 0))
    columns = (
        Column("hypothesis", phrase("column.hypothesis")),
        Column("path", phrase("column.path")),
        Column("est", phrase("column.b"), "number", missing=gap),
        Column("se", phrase("column.se"), "number", missing=gap),
        Column("z", phrase("column.z"), "number", 2, missing=gap),
        Column("pvalue", phrase("column.p"), "p", missing=gap),
        Column("ci_lower", ci, "interval", upper="ci_upper", missing=gap),
        Column("std_all", phrase("column.beta"), "bounded", missing=gap),
        Column("verdict", phrase("column.verdict")),
    )
    note = phrase("hypotheses.note", alpha=Number(alpha, "bounded", 2))
    return Table(phrase("hypotheses.title"), frame, columns, (note, *notes))


def _path(source: str, target: str, group: Any) -> Any:
    path = f"{source}\u00a0→\u00a0{target}"
    return path if group is None else phrase("table.in_group", name=path, group=group)


def _verdict(verdict: str) -> Any:
    return phrase("verdict." + verdict.replace(" ", "_"))


def effects_table(table: pd.DataFrame, level: Number, notes: tuple[Any, ...] = ()) -> Table:
    """Return indirect, direct and total effects as a table, pair by pair.

    Parameters
    ----------
    table : DataFrame
        As `IndirectEffects.frame`.
    level : Number
        Of the intervals.
    notes : tuple of (str or phrase)
        Notes after its own.
    """
    keys = ["group", "source", "target"] if "group" in table else ["source", "target"]
    pairs = [tuple(pair) for pair in table[keys].to_numpy()]
    first = {pair: pairs.index(pair) for pair in pairs}
    kinds = [KINDS.index(kind) for kind in table["kind"]]
    order = sorted(range(len(table)), key=lambda i: (first[pairs[i]], kinds[i]))
    frame = table.iloc[order].reset_index(drop=True)
    frame["effect"] = list(map(_effect, frame["kind"], frame["path"]))
    several = frame["group"].nunique() > 1 if "group" in frame else False
    groups = frame["group"] if several else [None] * len(frame)
    frame["pair"] = list(map(_claimed, frame["source"], frame["target"], groups))
    frame["clear"] = (frame["ci_lower"] > 0) | (frame["ci_upper"] < 0)
    columns = _mediation_columns(level, bool(frame["pvalue"].notna().any()))
    told = (phrase("mediation.note"), *notes)
    title = phrase("mediation.title")
    return Table(title, frame, columns, told, group_by="pair", emphasis="clear")


def _claimed(source: str, target: str, group: Any) -> Any:
    pair = phrase("mediation.pair", source=source, target=target)
    return pair if group is None else phrase("table.in_group", name=pair, group=group)


def _effect(kind: str, path: str) -> Any:
    if kind in ("specific", "defined"):
        # A long path may break after an arrow, never before it.
        return path.replace(" → ", "\u00a0→ ")
    return phrase("mediation." + kind.replace(" ", "_"))


def _mediation_columns(level: Number, tested: bool) -> tuple[Column, ...]:
    raw, std = phrase("column.raw"), phrase("column.standardised")
    ci = phrase("column.ci", level=level)
    columns = [
        Column("effect", phrase("column.effect")),
        Column("est", phrase("column.b"), "number", spanner=raw),
        Column("se", phrase("column.se"), "number", spanner=raw),
        Column("ci_lower", ci, "interval", upper="ci_upper", spanner=raw),
        Column("std", phrase("column.beta"), "bounded", spanner=std),
        Column("std_ci_lower", ci, "bounded interval", upper="std_ci_upper", spanner=std),
    ]
    if tested:
        p = Column("pvalue", phrase("column.p"), "p", spanner=raw, missing=phrase("missing.no_p"))
        columns.insert(3, p)
    return tuple(columns)


def effects_notes(notes: Mapping[str, Any]) -> list[Phrase]:
    """Return how the intervals of effects were made.

    Parameters
    ----------
    notes : mapping
        As `Contents.mediation_notes`.
    """
    method = str(notes.get("method", ""))
    if method == "delta":
        return [phrase("mediation.delta")]
    draws = Number(notes.get("draws", 0), "integer")
    used = Number(notes.get("draws_used", draws.value), "integer")
    if method == "montecarlo":
        return [phrase("mediation.montecarlo", draws=draws, used=used)]
    if method != "bootstrap":
        return [phrase("mediation.by_method", method=method)] if method else []
    kind = str(notes.get("interval", "percentile")).lower()
    said = phrase(f"mediation.{kind}") if has_text(f"mediation.{kind}") else kind
    found = [phrase("mediation.bootstrap", interval=said, draws=draws, used=used)]
    for name in ("failed", "inadmissible"):
        if notes.get(name):
            found.append(phrase(f"mediation.bootstrap_{name}", n=Number(notes[name], "integer")))
    return found


RIVAL_KINDS = {
    "nobs": ("integer", 0),
    "chisq": ("number", 2),
    "df": ("integer", 0),
    "pvalue": ("p", 3),
    "cfi": ("bounded", 3),
    "tli": ("bounded", 3),
    "rmsea": ("bounded", 3),
    "srmr": ("bounded", 3),
    "aic": ("number", 1),
    "bic": ("number", 1),
    "d_chisq": ("number", 2),
    "d_df": ("integer", 0),
    "d_pvalue": ("p", 3),
}
RIVALS_SHOWN = ("chisq", "df", "cfi", "rmsea", "srmr", "aic", "bic", "d_chisq", "d_df", "d_pvalue")


def rivals_table(
    rivals: pd.DataFrame, named: Mapping[str, Any], notes: tuple[Any, ...] = ()
) -> Table:
    """Return a study's model and its rivals as a table.

    Parameters
    ----------
    rivals : DataFrame
        As `rivals` gives it.
    named : mapping of str to (str or text)
        Names of rivals by id.
    notes : tuple of (str or phrase)
        Notes after its own.
    """
    known: dict[str, Any] = dict(named)
    known["claimed"] = phrase("rivals.claimed")
    frame = rivals.reset_index(drop=True)
    models = [known.get(name, name) for name in frame["model"]]
    frame["model"] = models
    gaps = _not_comparable(frame)
    shown = [name for name in RIVALS_SHOWN if name in frame]
    columns = tuple(
        Column(name, phrase(f"column.{name}"), *RIVAL_KINDS[name], missing=_rival_gap(name))
        for name in shown
    )
    told: list[Any] = [phrase("rivals.note"), *notes]
    if "admissible" in frame and not frame["admissible"].all():
        odd = [m for m, good in zip(models, frame["admissible"], strict=True) if not good]
        told.append(phrase("rivals.inadmissible", list=Listing(tuple(odd), "semicolon")))
    first = Column("model", phrase("column.model"))
    return Table(phrase("rivals.title"), frame, (first, *columns), tuple(told), gaps=gaps)


def _rival_gap(name: str) -> Phrase:
    return phrase("missing.not_nested" if name.startswith("d_") else "missing.rival")


def _not_comparable(frame: pd.DataFrame) -> dict[tuple[int, str], Phrase]:
    """Empty what must not be compared, in place, and say why cells are empty."""
    gaps: dict[tuple[int, str], Phrase] = {}
    if "comparable" in frame:
        others = ~frame["comparable"].astype(bool)
        frame.loc[others, ["aic", "bic"]] = float("nan")
        for i in others.to_numpy().nonzero()[0]:
            gaps |= {(int(i), c): phrase("missing.not_comparable") for c in RIVALS_SHOWN[5:]}
    if "converged" in frame:
        for i in (~frame["converged"].astype(bool)).to_numpy().nonzero()[0]:
            gaps |= {(int(i), c): phrase("missing.not_converged") for c in RIVALS_SHOWN}
    return gaps


def types_table(found: Any) -> Table:
    """Return the type of each mediation as a table.

    Parameters
    ----------
    found : MediationTypes
        As `mediation_types` gives it.
    """
    frame = found.frame.reset_index(drop=True)
    several = frame["group"].nunique() > 1
    groups = frame["group"] if several else [None] * len(frame)
    frame["effect"] = list(map(_effect, frame["kind"], frame["path"]))
    frame["pair"] = list(map(_claimed, frame["source"], frame["target"], groups))
    frame["type"] = [
        phrase("types." + t.replace(" ", "_").replace("-", "_")) if t else "" for t in frame["type"]
    ]
    level = Number(found.effects.level, "percent", 0)
    ci, gap = phrase("column.ci", level=level), phrase("missing.no_direct")
    indirect, direct = phrase("column.indirect"), phrase("column.direct")
    columns = (
        Column("effect", phrase("column.effect")),
        Column("indirect", phrase("column.b"), "number", spanner=indirect),
        Column("ci_lower", ci, "interval", upper="ci_upper", spanner=indirect),
        Column("direct", phrase("column.b"), "number", spanner=direct, missing=gap),
        Column(
            "direct_ci_lower", ci, "interval", upper="direct_ci_upper", spanner=direct, missing=gap
        ),
        Column("type", phrase("column.type"), missing=gap),
    )
    notes = [phrase("types.note"), *effects_notes(notes_of(found.effects))]
    if found.added:
        added = tuple(f"{a}\u00a0→\u00a0{b}" for a, b in found.added)
        notes.insert(1, phrase("types.added", list=Listing(added), n=len(added)))
    return Table(
        phrase("types.title"), frame, columns, tuple(notes), "pair", name="mediation_types"
    )


def notes_of(effects: Any) -> dict[str, Any]:
    """Return how indirect effects were tested, as `Contents.mediation_notes`."""
    return {
        "method": effects.method,
        "interval": effects.interval,
        "level": effects.level,
        "draws": effects.n_draws,
        "draws_used": effects.n_used,
        "failed": effects.n_failed,
        "inadmissible": effects.n_inadmissible,
        "seed": effects.seed,
    }


def sizes_table(sizes: pd.DataFrame, notes: tuple[Any, ...] = ()) -> Table:
    """Return f² of every path as a table.

    Parameters
    ----------
    sizes : DataFrame
        As `effect_sizes` gives it.
    notes : tuple of (str or phrase)
        Notes after its own.
    """
    frame = sizes.reset_index(drop=True)
    several = frame["group"].nunique() > 1
    groups = frame["group"] if several else [None] * len(frame)
    frame["path"] = list(map(_path, frame["rhs"], frame["lhs"], groups))
    gap = phrase("missing.no_f2")
    columns = (
        Column("path", phrase("column.path")),
        Column("r2", phrase("column.r2"), "bounded", missing=gap),
        Column("r2_excluded", phrase("column.r2_excluded"), "bounded", missing=gap),
        Column("f2", phrase("column.f2"), "number", missing=gap),
    )
    told = (phrase("f2.note"), *notes)
    return Table(phrase("f2.title"), frame, columns, told, name="effect_sizes")
