"""The sections that test the claims: hypotheses, mediation, the diagram, rival models."""

from typing import Any

import pandas as pd

from scrm_model.reporting.blocks import Figure, Paragraph, Section
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.diagram import path_diagram
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import Listing, Phrase, has_text, phrase
from scrm_model.reporting.naming import level, names
from scrm_model.reporting.tables import Column, Table

KINDS = ("specific", "total indirect", "direct", "total", "defined")


def hypotheses_section(contents: Contents) -> Section:
    """Return the test of every hypothesis."""
    table = contents.hypotheses
    if contents.failed:
        return Section("hypotheses", (Paragraph((phrase("hypotheses.failed"),)),))
    if not len(table):
        return Section("hypotheses", ())
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
    alpha = Number(float(contents.settings.get("alpha", 0.05)), "bounded", 2)
    notes = (phrase("hypotheses.note", alpha=alpha),)
    return Section("hypotheses", (Table(phrase("hypotheses.title"), frame, columns, notes),))


def _path(source: str, target: str, group: Any) -> Any:
    path = f"{source}\u00a0→\u00a0{target}"
    return path if group is None else phrase("table.in_group", name=path, group=group)


def _verdict(verdict: str) -> Any:
    return phrase("verdict." + verdict.replace(" ", "_"))


def _ci(contents: Contents) -> Phrase:
    return phrase("column.ci", level=level(contents))


def mediation_section(contents: Contents) -> Section:
    """Return every specific indirect effect, their sums and the total effects."""
    if contents.failed:
        claimed = bool(contents.study.mediations)
        return Section("mediation", (Paragraph((phrase("mediation.failed"),)),) if claimed else ())
    if not len(contents.mediation):
        return Section("mediation", ())
    table = contents.mediation
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
    columns = _mediation_columns(contents, bool(frame["pvalue"].notna().any()))
    title, notes = (
        phrase("mediation.title"),
        (phrase("mediation.note"), *_mediation_notes(contents)),
    )
    effects = Table(title, frame, columns, notes, group_by="pair", emphasis="clear")
    return Section("mediation", (effects,))


def _claimed(source: str, target: str, group: Any) -> Any:
    pair = phrase("mediation.pair", source=source, target=target)
    return pair if group is None else phrase("table.in_group", name=pair, group=group)


def _effect(kind: str, path: str) -> Any:
    if kind in ("specific", "defined"):
        # A long path may break after an arrow, never before it.
        return path.replace(" → ", "\u00a0→ ")
    return phrase("mediation." + kind.replace(" ", "_"))


def _mediation_columns(contents: Contents, tested: bool) -> tuple[Column, ...]:
    raw, std = phrase("column.raw"), phrase("column.standardised")
    ci = _ci(contents)
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


def _mediation_notes(contents: Contents) -> list[Phrase]:
    notes = contents.mediation_notes
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


def diagram_section(contents: Contents) -> Section:
    """Return the path diagram."""
    key = "diagram.caption_failed" if contents.failed else "diagram.caption"
    full = names(contents)
    figure = Figure(phrase(key), lambda lang: path_diagram(contents.fit, lang=lang, names=full))
    return Section("diagram", (figure,))


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


def rivals_section(contents: Contents) -> Section:
    """Return the study's model beside its rivals."""
    rivals = contents.rivals
    if rivals is None or not len(rivals) or contents.failed:
        return Section("rivals", ())
    known: dict[str, Any] = {rival.id: rival.name for rival in contents.study.alternatives}
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
    notes = [phrase("rivals.note")]
    if "admissible" in frame and not frame["admissible"].all():
        odd = [m for m, good in zip(models, frame["admissible"], strict=True) if not good]
        notes.append(phrase("rivals.inadmissible", list=Listing(tuple(odd), "semicolon")))
    first = Column("model", phrase("column.model"))
    table = Table(phrase("rivals.title"), frame, (first, *columns), tuple(notes), gaps=gaps)
    return Section("rivals", (table,))


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
