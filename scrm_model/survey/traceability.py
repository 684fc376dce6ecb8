"""From each item back to what was said: facet, themes, informants; and what hangs in the air."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.interviews.article import INTERVIEWS
from scrm_model.interviews.interviews import Interviews
from scrm_model.interviews.records import Theme
from scrm_model.interviews.wording import Text
from scrm_model.study.claims import Study
from scrm_model.study.scrm import STUDY
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.items import Item
from scrm_model.survey.scales import Scales

ORPHANS = {
    "item without facet": Text("no facet is named", "aucune facette n'est indiquée"),
    "unknown facet": Text("its construct has no such facet", "son construit n'a pas cette facette"),
    "unknown construct": Text("the study has no such construct", "l'étude n'a pas ce construit"),
    "item without theme": Text(
        "no theme of the interviews gave rise to its facet",
        "aucun thème des entretiens n'est à l'origine de sa facette",
    ),
    "item without source": Text("no publication is named", "aucune publication n'est indiquée"),
    "facet without item": Text("no item carries it", "aucun item ne la porte"),
    "facet without theme": Text("no theme gave rise to it", "aucun thème n'en est à l'origine"),
    "theme without facet": Text(
        "no facet of the study comes from it", "aucune facette de l'étude n'en provient"
    ),
}
"""What may hang in the air, and why."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Traceability:
    """Where each item comes from.

    Attributes
    ----------
    frame : DataFrame
        A row for each item: item, construct, dimension, facet, themes, informants (how many spoke
        of any of them), who, sources.
    orphans : DataFrame
        What has no counterpart: kind, construct, id, reason (English), raison (French).
    """

    frame: pd.DataFrame
    orphans: pd.DataFrame

    def __repr__(self) -> str:
        traced = int((self.frame["informants"] > 0).sum())
        kinds = self.orphans["kind"].value_counts(sort=False).items()
        told = ", ".join(f"{kind}: {count}" for kind, count in kinds) or "nothing hangs in the air"
        return f"Traceability: {traced} of {len(self.frame)} items lead to informants; {told}"

    def _repr_html_(self) -> str:
        shown = self.frame.to_html(index=False)
        left = self.orphans.drop(columns="raison").to_html(index=False) if len(self.orphans) else ""
        return f"<p>{escape(repr(self))}</p>{shown}{left}"


def traceability(
    scales: Scales = SCALES, study: Study = STUDY, interviews: Interviews = INTERVIEWS
) -> Traceability:
    """Trace each item to its facet, the themes that gave rise to it, and who spoke of them.

    Parameters
    ----------
    scales : Scales
        The items. Marker items and questions about the respondent come from no theme.
    study : Study
        Constructs and facets.
    interviews : Interviews
        Themes and informants.

    Returns
    -------
    Traceability

    Raises
    ------
    ArgumentError
        If an argument is something else.
    """
    for name, value, kind in (
        ("scales", scales, Scales), ("study", study, Study), ("interviews", interviews, Interviews)
    ):  # fmt: skip
        if not isinstance(value, kind):
            raise ArgumentError(
                f"{name}= needs {kind.__name__}; got {type(value).__name__}. Pass one, or leave it "
                "out for that of the study."
            )
    items = [item for scale in scales.scales for item in scale.items]
    rows = [_row(item, interviews) for item in items]
    orphans = [
        (kind, construct, id, ORPHANS[kind].en, ORPHANS[kind].fr)
        for kind, construct, id in (*_of_items(items, study, interviews),
                                    *_of_facets(items, study, interviews))
    ]  # fmt: skip
    columns = ["kind", "construct", "id", "reason", "raison"]
    return Traceability(pd.DataFrame(rows), pd.DataFrame(orphans, columns=columns))


def _themes(interviews: Interviews, construct: str, facet: str) -> list[Theme]:
    return [t for t in interviews.themes if t.construct == construct and facet in t.facets]


def _row(item: Item, interviews: Interviews) -> dict[str, object]:
    themes = _themes(interviews, item.construct, item.facet) if item.facet else []
    spoke = {who for theme in themes for who in theme.informants}
    who = [name for name in interviews.informant_ids if name in spoke]
    return {
        "item": item.code,
        "construct": item.construct,
        "dimension": item.dimension,
        "facet": item.facet,
        "themes": ", ".join(theme.id for theme in themes),
        "informants": len(who),
        "who": ", ".join(who),
        "sources": ", ".join(item.source),
    }


def _of_items(
    items: list[Item], study: Study, interviews: Interviews
) -> Iterator[tuple[str, str, str]]:
    facets = {c.id: [f.id for f in c.facets] for c in study.constructs}
    for item in items:
        if item.construct not in facets:
            yield "unknown construct", item.construct, item.code
        elif not item.facet:
            yield "item without facet", item.construct, item.code
        elif item.facet not in facets[item.construct]:
            yield "unknown facet", item.construct, item.code
        elif not _themes(interviews, item.construct, item.facet):
            yield "item without theme", item.construct, item.code
        if not item.source:
            yield "item without source", item.construct, item.code


def _of_facets(
    items: list[Item], study: Study, interviews: Interviews
) -> Iterator[tuple[str, str, str]]:
    carried = {(item.construct, item.facet) for item in items}
    for construct in study.constructs:
        for facet in construct.facets:
            if (construct.id, facet.id) not in carried:
                yield "facet without item", construct.id, facet.id
            if not _themes(interviews, construct.id, facet.id):
                yield "facet without theme", construct.id, facet.id
    known = {(c.id, facet.id) for c in study.constructs for facet in c.facets}
    for theme in interviews.themes:
        if not any((theme.construct, facet) in known for facet in theme.facets):
            yield "theme without facet", theme.construct, theme.id
