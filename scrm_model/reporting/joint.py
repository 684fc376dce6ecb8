"""The joint display: what interviews, literature and survey say of each hypothesis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError, MissingColumnError, did_you_mean
from scrm_model.inference.hypotheses import SUPPORTED
from scrm_model.interviews.article import INTERVIEWS
from scrm_model.interviews.interviews import Interviews
from scrm_model.reporting.blocks import Paragraph, Section
from scrm_model.reporting.citing import cited
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import Count, Listing, Phrase, check_language, phrase
from scrm_model.reporting.meta_inference import INFERENCES, Finding, meta_inference
from scrm_model.reporting.rendering.html_table import standalone
from scrm_model.reporting.tables import Column, Table
from scrm_model.study.claims import Study
from scrm_model.study.records import Hypothesis
from scrm_model.study.scrm import STUDY

NEEDED = ("hypothesis", "verdict", "est", "ci_lower", "ci_upper", "std_all")
PARTLY = "in part"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class JointDisplay:
    """Interviews, literature and survey, hypothesis by hypothesis.

    Attributes
    ----------
    frame : DataFrame
        A row for each hypothesis: hypothesis, source, target, origin, informants (who spoke of both
        constructs), who, themes, passages, echoes, references, est, ci_lower, ci_upper, std_all,
        std_lower, std_upper, paths, verdict, inference, reason. Numbers are missing where several
        paths of the model stand for one hypothesis.
    table : Table
        The same for a reader, in any language and form.
    lang : str
        Language in which it shows itself.
    """

    frame: pd.DataFrame
    table: Table
    lang: str = "en"

    def html(self, lang: str | None = None) -> str:
        """Return the table as an HTML fragment."""
        return self.table.html(lang or self.lang)

    def markdown(self, lang: str | None = None) -> str:
        """Return the table as Markdown."""
        return self.table.markdown(lang or self.lang)

    def __repr__(self) -> str:
        counted = self.frame["inference"].value_counts()
        told = ", ".join(f"{name} {int(counted.get(name, 0))}" for name in INFERENCES)
        shown = [
            "hypothesis",
            "origin",
            "informants",
            "passages",
            "std_all",
            "verdict",
            "inference",
        ]
        lines = self.frame[shown].round(3).to_string(index=False, na_rep="")
        return f"Joint display of {len(self.frame)} hypotheses: {told}\n{lines}"

    def _repr_html_(self) -> str:
        return standalone(self.html())


def joint_display(
    hypotheses: Any,
    study: Study | None = None,
    interviews: Interviews = INTERVIEWS,
    *,
    smallest: float = 0.10,
    lang: str = "en",
) -> JointDisplay:
    """Set what was said beside what was found.

    Parameters
    ----------
    hypotheses : DataFrame or Analysis
        What `hypothesis_table` or `analyse` returned.
    study : Study, optional
        Whose hypotheses these are: that of the analysis, or `STUDY`.
    interviews : Interviews
        Who spoke of what, and which passages speak for which relation.
    smallest : float
        The smallest standardised effect that would matter. The interval of a hypothesis that is not
        supported decides by it whether the survey contradicts the interviews or settles nothing.
        The default, .10, is Cohen's convention for a small correlation.
    lang : {"en", "fr"}
        Language in which the result shows itself.

    Returns
    -------
    JointDisplay

    Raises
    ------
    ArgumentError
        If the frame has a hypothesis that the study has not, or another argument cannot be used.
    MissingColumnError
        If the frame lacks a column.

    Notes
    -----
    The rule is that of `scrm_model.reporting.meta_inference`. Intervals are those of the
    unstandardised coefficient, brought to the standardised scale by the ratio of the two estimates.
    """
    check_language(lang)
    if study is None:
        study = getattr(hypotheses, "study", STUDY)
    frame = getattr(hypotheses, "hypotheses", hypotheses)
    _check(frame, study, interviews, smallest)
    rows = pd.DataFrame([_row(h, frame, interviews, smallest) for h in study.hypotheses])
    return JointDisplay(rows, _table(rows, study, interviews, smallest), lang)


def _check(frame: Any, study: Study, interviews: Any, smallest: Any) -> None:
    if not isinstance(frame, pd.DataFrame):
        raise ArgumentError(
            f"hypotheses= needs what hypothesis_table() or analyse() returned; got "
            f"{type(frame).__name__}. Pass one of the two."
        )
    if not isinstance(interviews, Interviews):
        raise ArgumentError(
            f"interviews= needs Interviews; got {type(interviews).__name__}. Codings become "
            "some by their interviews()."
        )
    if not isinstance(smallest, int | float) or not 0 <= smallest < 1:
        raise ArgumentError(
            f"smallest= needs a standardised effect from 0 to below 1; got {smallest!r}. A small "
            "effect is 0.1."
        )
    for name in NEEDED:
        if name not in frame.columns:
            raise MissingColumnError(
                f"hypotheses= needs a column {name!r}; got {', '.join(map(str, frame.columns))}. "
                "Pass the whole table that hypothesis_table() returned."
            )
    known = [h.id for h in study.hypotheses]
    for name in frame["hypothesis"]:
        if name not in known:
            raise ArgumentError(
                f"hypotheses= needs hypotheses of the study ({', '.join(known)}); got {name!r}."
                + (did_you_mean(str(name), known) or " Pass the study= that they are from.")
            )


def _row(
    claim: Hypothesis, frame: pd.DataFrame, interviews: Interviews, smallest: float
) -> dict[str, Any]:
    own = frame[frame["hypothesis"] == claim.id]
    relation = interviews.relation(*claim.path)
    who = interviews.informants_on_both(*claim.path)
    passages = relation.passages if relation else 0
    echoes = relation.echoes if relation else 0
    findings = _findings(claim, own)
    inference, reason = meta_inference(passages > 0, findings, smallest)
    if reason == "both" and passages == echoes:
        reason = "both_echo"
    one = own.iloc[0] if len(own) == 1 else None
    themes = [t.id for t in interviews.themes if t.construct in claim.path]
    numbers = ("est", "ci_lower", "ci_upper", "std_all")
    return {
        "hypothesis": claim.id,
        "source": claim.source,
        "target": claim.target,
        "origin": claim.origin,
        "informants": len(who),
        "who": ", ".join(who),
        "themes": ", ".join(themes),
        "passages": passages,
        "echoes": echoes,
        "references": claim.references,
        **{name: np.nan if one is None else float(one[name]) for name in numbers},
        "std_lower": np.nan if one is None else findings[0].lower,
        "std_upper": np.nan if one is None else findings[0].upper,
        "paths": len(own),
        "verdict": _verdict(own),
        "inference": inference,
        "reason": reason,
    }


def _findings(claim: Hypothesis, own: pd.DataFrame) -> list[Finding]:
    found = []
    for row in own.to_dict("records"):
        ratio = row["std_all"] / row["est"] if row["est"] else np.nan
        ends = sorted((row["ci_lower"] * ratio, row["ci_upper"] * ratio))
        found.append(Finding(str(row["verdict"]), claim.sign, float(ends[0]), float(ends[1])))
    return found


def _verdict(own: pd.DataFrame) -> str:
    given = list(dict.fromkeys(own["verdict"]))
    if len(given) > 1 and SUPPORTED in given:
        return PARTLY
    order = ("opposite direction", "not supported", "not tested", "supported")
    return next((verdict for verdict in order if verdict in given), "not tested")


def _table(rows: pd.DataFrame, study: Study, interviews: Interviews, smallest: float) -> Table:
    said, found = phrase("joint.said"), phrase("joint.found")
    ci = phrase("column.ci", level=Number(0.95, "percent", 0))
    columns = (
        Column("claim", phrase("column.hypothesis")),
        Column("origin", phrase("column.origin")),
        Column("informants", phrase("joint.informants"), "integer", spanner=said),
        Column("passages", phrase("joint.passages"), "integer", spanner=said),
        Column("sources", phrase("column.sources"), missing=phrase("missing.no_source")),
        Column("std_all", phrase("column.beta"), "bounded", 2, spanner=found),
        Column("std_lower", ci, "bounded interval", 2, upper="std_upper", spanner=found),
        Column("verdict", phrase("column.verdict"), spanner=found),
        Column("meaning", phrase("joint.meta")),
    )
    gaps = {
        (k, name): phrase("joint.several" if paths > 1 else "missing.no_test")
        for k, paths in enumerate(rows["paths"])
        for name in ("std_all", "std_lower")
    }
    rule = phrase("joint.rule", smallest=Number(smallest, "bounded", 2))
    notes = (*_notes(rows, interviews), rule)
    return Table(phrase("joint.title"), _in_words(rows, study), columns, notes, gaps=gaps)


def _in_words(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The rows with what a reader sees of them, not yet in a language."""
    works = {r.key: cited(r) for r in study.bibliography}
    paths = zip(rows["hypothesis"], rows["source"], rows["target"], strict=True)
    meanings = zip(rows["inference"], rows["reason"], strict=True)
    words: dict[str, list[Any]] = {
        "claim": [
            phrase("joint.claim", id=id, source=source, target=target)
            for id, source, target in paths
        ],
        "origin": [phrase(f"origin.{origin}") for origin in rows["origin"]],
        "sources": [
            Listing(tuple(works.get(key, key) for key in keys), "semicolon") if keys else ""
            for keys in rows["references"]
        ],
        "verdict": [phrase("verdict." + v.replace(" ", "_")) for v in rows["verdict"]],
        "meaning": [
            phrase("joint.meaning", inference=phrase(f"joint.{i}"), why=phrase(f"joint.why.{r}"))
            for i, r in meanings
        ],
    }
    return rows.assign(**words)


def _notes(rows: pd.DataFrame, interviews: Interviews) -> tuple[Phrase, ...]:
    notes = [phrase("joint.note", n=Number(len(interviews.informant_ids), "integer"))]
    echoed = [
        phrase("joint.echo", id=row["hypothesis"], echoes=row["echoes"], passages=row["passages"])
        for row in rows.to_dict("records")
        if row["echoes"]
    ]
    if echoed:
        notes.append(phrase("joint.echoes", list=Listing(tuple(echoed), "semicolon")))
    return tuple(notes)


def joint_section(contents: Contents) -> Section:
    """Return interviews and survey side by side."""
    interviews = contents.interviews
    if interviews is None or contents.failed or not len(contents.hypotheses):
        return Section("joint", ())
    display = joint_display(contents.hypotheses, contents.study, interviews)
    by_inference = display.frame.groupby("inference", sort=False)["hypothesis"]
    sentences = [phrase("joint.intro", n=Number(len(interviews.informant_ids), "integer"))]
    for name in INFERENCES:
        if name in by_inference.groups:
            ids = tuple(by_inference.get_group(name))
            sentences.append(
                phrase(f"joint.sum_{name}", n=len(ids), word=Count(len(ids)), list=Listing(ids))
            )
    return Section("joint", (Paragraph(tuple(sentences)), display.table))
