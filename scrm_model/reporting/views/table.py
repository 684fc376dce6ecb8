"""`table()`: the table of whatever the library gives."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import one_of
from scrm_model.inference.bootstrap import need_converged
from scrm_model.inference.compare import Comparison
from scrm_model.inference.effect_sizes import effect_sizes
from scrm_model.inference.indirect import IndirectEffects
from scrm_model.inference.mediation_types import MediationTypes
from scrm_model.measurement.descriptives import Descriptives, descriptives
from scrm_model.measurement.reliability import Reliability
from scrm_model.measurement.validity import Validity
from scrm_model.planning.power import Power
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import check_language
from scrm_model.reporting.tables import Table
from scrm_model.reporting.views import claims, comparing, constructs, describing, estimates, planned
from scrm_model.reporting.views.about import estimated
from scrm_model.reporting.views.columns import columns_of
from scrm_model.reporting.views.worded import tellable

Builder = Callable[[Any], Table]


def _effects(found: IndirectEffects) -> Table:
    level = Number(found.level, "percent", 0)
    notes = tuple(claims.effects_notes(claims.notes_of(found)))
    return claims.effects_table(found.frame, level, notes)


def _sizes(fit: Fit) -> Table:
    return claims.sizes_table(effect_sizes(fit), (estimated(fit),))


def _described(fit: Fit) -> Table:
    return describing.descriptives_table(descriptives(fit))


TABLES: Mapping[type, Mapping[str, Builder]] = {
    Fit: {
        "parameters": estimates.parameters_table,
        "paths": estimates.paths_table,
        "loadings": estimates.loadings_table,
        "measures": estimates.measures_table,
        "r2": estimates.r2_table,
        "descriptives": _described,
        "effect_sizes": _sizes,
    },
    IndirectEffects: {"effects": _effects},
    MediationTypes: {"types": claims.types_table},
    Descriptives: {"descriptives": describing.descriptives_table},
    Reliability: {"reliability": constructs.reliability_table},
    Validity: {
        "constructs": constructs.validity_table,
        "loadings": constructs.validity_loadings_table,
        "fornell_larcker": constructs.fornell_larcker_table,
        "htmt": constructs.htmt_table,
    },
    Comparison: {"comparison": comparing.comparison_table},
    Power: {"power": planned.power_table},
}
"""Tables by class of result; the first one is that of a result without `what`."""

FRAMES: Mapping[frozenset[str], Builder] = {
    frozenset({"hypothesis", "verdict", "lhs", "rhs", "est"}): claims.hypotheses_table,
    frozenset({"model", "comparable", "d_chisq"}): lambda frame: claims.rivals_table(frame, {}),
    frozenset({"lhs", "rhs", "r2_excluded", "f2"}): claims.sizes_table,
}
"""Tables of frames, by columns that tell them."""


def table(of: Any, what: str | None = None, *, title: Any = None, lang: str = "en") -> Table:
    """Make the table of a result, to be shown or saved in any form.

    Parameters
    ----------
    of : object
        A fit, or what `hypothesis_table`, `indirect_effects`, `mediation_types`, `effect_sizes`,
        `reliability`, `validity`, `compare`, `rivals`, `descriptives`, `power`, `screen`, `kmo`,
        `parallel_analysis`, `efa`, `purify`, `method_bias`, `invariance`, `orders`, `dynamic_fit`
        or `influence` gives. Any other frame, or result with a ``frame``, becomes a table too if
        it is given a title.
    what : str, optional
        Which of its tables. Of a fit: ``"parameters"`` (default), ``"paths"``, ``"loadings"``,
        ``"measures"``, ``"r2"``, ``"descriptives"``, ``"effect_sizes"``. Of a validity:
        ``"constructs"`` (default), ``"loadings"``, ``"fornell_larcker"``, ``"htmt"``. Of other
        results by the names that their method ``worded()`` lists.
    title : str or Text, optional
        In the place of its own title.
    lang : {"en", "fr"}
        The language in which the table is shown unless another is asked for.

    Returns
    -------
    Table

    Raises
    ------
    ArgumentError
        `of` has no table, or not this one.
    EstimationError
        The fit did not converge.

    Examples
    --------
    >>> table(fit, "loadings", lang="fr").save("poids.docx")  # doctest: +SKIP
    """
    check_language(lang)
    made = _made(of, what, title)
    return replace(made, title=made.title if title is None else title, lang=lang)


def _made(of: Any, what: str | None, title: Any) -> Table:
    if isinstance(of, Table):
        return of
    for kind, known in TABLES.items():
        if isinstance(of, kind):
            if isinstance(of, Fit):
                need_converged(of, "table()")
            name = next(iter(known)) if what is None else one_of("what", what, tuple(known))
            return known[name](of)
    if (told := tellable(of)) is not None:
        return told.table(what, of)
    frame = of if isinstance(of, pd.DataFrame) else getattr(of, "frame", None)
    if isinstance(frame, pd.DataFrame) and what is None:
        for names, build in FRAMES.items() if frame is of else ():
            if names <= set(map(str, frame.columns)):
                return build(frame)
        if title is not None:
            return Table(title, frame.reset_index(drop=True), columns_of(frame))
        raise ArgumentError(
            f"title= needs a title for a table of {type(of).__name__}; got none. Say what it "
            "shows, such as title='Modification indices'."
        )
    if isinstance(frame, pd.DataFrame):
        raise ArgumentError(
            f"what= needs a result with several tables, a Fit or a Validity; got {what!r} for "
            f"{type(of).__name__}. Leave it out."
        )
    known_names = ", ".join(kind.__name__ for kind in TABLES)
    raise ArgumentError(
        f"of= needs something that has a table ({known_names}, a frame of hypothesis_table(), "
        f"rivals() or effect_sizes(), or any frame with a title); got {type(of).__name__}. Give "
        "one of these."
    )
