"""The sections on what a researcher includes: results that `analyse` does not compute by itself."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from scrm_model.errors import ArgumentError
from scrm_model.inference.comparison import Comparison
from scrm_model.inference.influential import COLUMNS, Influence
from scrm_model.measurement.dynamic.dynamic_fit import DynamicFit
from scrm_model.measurement.exploratory.factors import FactorAnalysis
from scrm_model.measurement.exploratory.journal import Purification
from scrm_model.measurement.exploratory.retention import ParallelAnalysis
from scrm_model.measurement.exploratory.suitability import Suitability
from scrm_model.measurement.invariance.result import Invariance
from scrm_model.measurement.method.result import MethodBias
from scrm_model.measurement.order.result import Orders
from scrm_model.planning.power import Power
from scrm_model.reporting.blocks import Block, Bullets, Figure, Fold, Section
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.diagram import PathDiagram
from scrm_model.reporting.figures.cases import influence_plot
from scrm_model.reporting.figures.dynamic import dynamic_fit_plot
from scrm_model.reporting.figures.eigenvalues import scree_plot
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.language import phrase
from scrm_model.reporting.tables import Table
from scrm_model.reporting.views.planned import power_table
from scrm_model.reporting.views.worded import tellable, worded_table

PLACES: Mapping[type, str] = {
    Power: "power",
    Suitability: "exploratory",
    ParallelAnalysis: "exploratory",
    FactorAnalysis: "exploratory",
    Purification: "exploratory",
    MethodBias: "method_bias",
    Orders: "orders",
    Invariance: "invariance",
    DynamicFit: "dynamic_fit",
    Influence: "influence",
    Comparison: "comparison",
    Table: "more",
    Picture: "more",
    PathDiagram: "more",
}
"""The section that each kind of result stands in."""


def check_included(results: tuple[Any, ...]) -> tuple[Any, ...]:
    """Refuse what no section can show.

    Raises
    ------
    ArgumentError
    """
    for result in results:
        if not isinstance(result, tuple(PLACES)):
            known = ", ".join(kind.__name__ for kind in PLACES)
            raise ArgumentError(
                f"results= needs results that the report has a section for ({known}); got "
                f"{type(result).__name__}. Make a table of anything else: scrm.table(result, "
                "title='What it shows')."
            )
    return results


def included_section(name: str, contents: Contents) -> Section:
    """Return one of these sections, without blocks if nothing of its kind is included.

    Parameters
    ----------
    name : str
        Of `PLACES`.
    contents : Contents
    """
    mine = [r for r in contents.included if PLACES[_kind(r)] == name]
    return Section(name, tuple(block for result in mine for block in _blocks(result, name)))


def _kind(result: Any) -> type:
    return next(kind for kind in PLACES if isinstance(result, kind))


def _blocks(result: Any, section: str) -> Iterator[Block]:
    if isinstance(result, Table):
        yield result
    elif isinstance(result, Picture | PathDiagram):
        yield Figure(result.title, lambda lang: result)
    elif isinstance(result, Power):
        yield power_table(result)
    else:
        yield from _told(result, section)


def _told(result: Any, section: str) -> Iterator[Block]:
    """The main table, a figure where there is one, the notes; the other tables are detail."""
    told = tellable(result)
    if told is None:
        return
    first, *rest = (worded_table(table, section=section) for table in told.tables)
    yield first
    yield from _drawn(result)
    if told.notes:
        yield Bullets(told.notes)
    if rest:
        yield Fold(phrase("fold.tables", title=first.title), tuple(rest))


def _drawn(result: Any) -> Iterator[Figure]:
    if isinstance(result, ParallelAnalysis):
        yield Figure(phrase("included.scree"), lambda lang: scree_plot(result, lang=lang))
    elif isinstance(result, DynamicFit):
        yield Figure(phrase("included.dynamic"), lambda lang: dynamic_fit_plot(result, lang=lang))
    elif isinstance(result, Influence):
        # The first measure that this fit can have.
        by = next(name for name in COLUMNS if name in result.frame)
        drawn = partial(influence_plot, result, by)
        yield Figure(phrase("included.influence"), lambda lang: drawn(lang=lang))
