"""The results on measurement, fit and variance explained."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import EstimationError
from scrm_model.measurement.conventions import CUT_OFFS
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Interval, Number, is_missing
from scrm_model.reporting.language import Count, Listing, Phrase, phrase
from scrm_model.reporting.writing.cite import told
from scrm_model.reporting.writing.estimation import RESIDUAL
from scrm_model.reporting.writing.facts import best_key, one_group, shape_of
from scrm_model.reporting.writing.stats import alpha_of, bounded, decimals, number

HALF = 0.5**0.5
"""Standardised loading at which a construct explains half of an item's variance."""


def measurement(contents: Contents) -> Iterator[Phrase]:
    """Loadings, their tests, what is weak, and how near the constructs are to each other.

    Parameters
    ----------
    contents : Contents
    """
    measured = contents.measurement_fit
    own = measured is not None and measured.converged
    if measured is not None and not own:
        yield phrase("writing.measurement.measurement_failed")
    fit = measured if own and measured is not None else contents.fit
    shape = shape_of(fit.parameters)
    rows = one_group(fit.parameters[fit.parameters["op"] == "=~"])
    items = rows[rows["rhs"].isin(shape.items) & ~rows["lhs"].isin(shape.single)]
    if not len(items):
        return
    order = items.sort_values("std_all", kind="stable")
    low, high = order.iloc[0], order.iloc[-1]
    yield phrase(
        "writing.measurement.range" if own else "writing.measurement.range_structural",
        low=bounded(low["std_all"]), least=low["rhs"],
        high=bounded(high["std_all"]), most=high["rhs"],
    )  # fmt: skip
    yield from _tests(contents, rows)
    yield from _weak(items)
    for name, dimensions in shape.dimensions.items():
        loads = rows[(rows["lhs"] == name) & rows["rhs"].isin(dimensions)]
        said = [
            phrase("writing.measurement.dimension", value=bounded(v), name=of)
            for v, of in zip(loads["std_all"], loads["rhs"], strict=True)
        ]
        yield phrase("writing.measurement.second", name=name, list=Listing(tuple(said)))
    if own:
        yield from _correlation(fit.parameters, set(rows["lhs"]))


def _tests(contents: Contents, rows: pd.DataFrame) -> Iterator[Phrase]:
    alpha = alpha_of(contents)
    free = rows[rows["se"] != 0]
    lost = free[free["pvalue"].isna()]
    if len(lost):
        n = len(lost)
        yield phrase(
            "writing.measurement.no_errors", n=n, word=Count(n), list=Listing(tuple(lost["rhs"]))
        )
    free = free[free["pvalue"].notna()]
    unclear = free[free["pvalue"] >= alpha]
    if len(unclear):
        yield phrase(
            "writing.measurement.some_unclear", n=len(unclear), word=Count(len(unclear)),
            alpha=bounded(alpha, decimals(alpha)), list=Listing(tuple(unclear["rhs"])),
        )  # fmt: skip
    elif len(free):
        yield phrase("writing.measurement.all_clear", p=Number(free["pvalue"].max(), "p"))


def _weak(items: pd.DataFrame) -> Iterator[Phrase]:
    # An item of two factors has no loading that is its share of variance.
    alone = items[~items["rhs"].duplicated(keep=False)]
    weak = alone[alone["std_all"].abs() < HALF]
    if len(weak):
        n = len(weak)
        yield phrase(
            "writing.measurement.weak", n=n, word=Count(n), limit=bounded(HALF),
            list=Listing(tuple(weak["rhs"])),
        )  # fmt: skip
    elif len(alone) == len(items):
        yield phrase("writing.measurement.half")


def _correlation(parameters: pd.DataFrame, factors: set[str]) -> Iterator[Phrase]:
    rows = one_group(parameters[(parameters["op"] == "~~")])
    between = rows[rows["lhs"].isin(factors) & rows["rhs"].isin(factors)]
    between = between[(between["lhs"] != between["rhs"]) & between["std_all"].notna()]
    if len(between):
        top = between.iloc[int(between["std_all"].abs().to_numpy().argmax())]
        yield phrase(
            "writing.measurement.correlation",
            value=bounded(top["std_all"]), a=top["lhs"], b=top["rhs"],
        )  # fmt: skip


def fit(contents: Contents) -> Iterator[Phrase]:
    """Test and indices of both models, beside the conventions, and residuals.

    Parameters
    ----------
    contents : Contents
    """
    measures = contents.fit.measures
    same = _same_fit(contents)
    measured = contents.measurement_fit
    if measured is not None and measured.converged and not same:
        yield phrase("writing.fit.of_measurement", numbers=numbers(measured))
    if measures.get("df", 1) == 0:
        yield phrase("writing.fit.just_identified")
        return
    key = "of_both" if same else "of_structural"
    yield phrase(f"writing.fit.{key}", numbers=numbers(contents.fit))
    alpha = alpha_of(contents)
    p = measures.get(best_key(measures, "pvalue"))
    if not is_missing(p):
        key = "rejected" if p < alpha else "kept"
        yield phrase(f"writing.fit.{key}", alpha=bounded(alpha, decimals(alpha)))
    yield from _conventions(measures)
    if hasattr(contents.fit, "residual_table"):
        yield from _residuals(contents.fit)


def _same_fit(contents: Contents) -> bool:
    """Whether the paths leave the constructs as free to correlate as the measurement model does."""
    measured = contents.measurement_fit
    if measured is None or not measured.converged:
        return False
    mine, theirs = contents.fit.measures, measured.measures
    gap = abs(mine.get("chisq", np.nan) - theirs.get("chisq", np.nan))
    return bool(mine.get("df") == theirs.get("df") and gap < 1e-4 * max(1.0, mine["chisq"]))


def numbers(fit: Any) -> Listing:
    """χ², p, CFI, TLI, RMSEA with interval and SRMR of a fit, as far as it has them."""
    m = fit.measures
    parts: list[Any] = []
    chisq, df = m.get(best_key(m, "chisq")), m.get(best_key(m, "df"))
    if not is_missing(chisq) and df:
        scaled = "_scaled" if best_key(m, "chisq") != "chisq" else ""
        whole = float(df).is_integer()
        parts.append(
            phrase(
                f"writing.stat.chisq{scaled}", value=number(chisq),
                df=Number(df, "integer") if whole else number(df, 1),
                n=Number(fit.nobs, "integer"),
            )
        )  # fmt: skip
        p = m.get(best_key(m, "pvalue"))
        parts += [] if is_missing(p) else [phrase("writing.stat.p", value=Number(p, "p"))]
    for name in ("cfi", "tli", "rmsea", "srmr"):
        key = best_key(m, name)
        if is_missing(m.get(key)):
            continue
        parts.append(_index(name, key, m[key]))
        if name == "rmsea":
            parts += _rmsea_interval(m)
    return Listing(tuple(parts), "comma")


def _index(name: str, key: str, value: float) -> Phrase:
    plain = phrase(f"fit.{name}")
    kind = key.rpartition(".")[2]
    index = phrase(f"writing.stat.{kind}", index=plain) if kind in ("robust", "scaled") else plain
    return phrase("writing.stat.index", index=index, value=bounded(value, 3))


def _rmsea_interval(m: Any) -> list[Phrase]:
    bounds = [m.get(best_key(m, f"rmsea.ci.{side}")) for side in ("lower", "upper")]
    if any(map(is_missing, bounds)):
        return []
    interval = Interval(bounds[0], bounds[1], 3, "bounded")
    return [phrase("writing.stat.ci", level=Number(0.90, "percent", 0), value=interval)]


def _conventions(measures: Any) -> Iterator[Phrase]:
    within: list[Phrase] = []
    outside: list[Phrase] = []
    for name, cut in CUT_OFFS.items():
        value = measures.get(best_key(measures, name))
        if is_missing(value):
            continue
        good = value >= cut.value if cut.relation == "at_least" else value <= cut.value
        (within if good else outside).append(phrase(f"fit.{name}"))
    source = told(CUT_OFFS["cfi"].source)
    inside, rest = Listing(tuple(within)), Listing(tuple(outside))
    if within and outside:
        yield phrase("writing.fit.mixed", source=source, within=inside, outside=rest)
    elif within or outside:
        key, listed = ("within", inside) if within else ("outside", rest)
        yield phrase(f"writing.fit.{key}", source=source, list=listed)


def _residuals(fit: Any) -> Iterator[Phrase]:
    """The largest residual of a correlation, over all groups."""
    try:
        table = fit.residual_table("cor")
    except EstimationError:
        yield phrase("writing.fit.no_residuals")
        return
    frames = table.cov.values() if isinstance(table.cov, dict) else [table.cov]
    total = above = 0
    top: tuple[float, str, str] = (0.0, "", "")
    for frame in frames:
        values = frame.to_numpy()
        rows, columns = np.tril_indices(len(values), -1)
        found = np.nan_to_num(values[rows, columns])
        total, above = total + len(found), above + int((np.abs(found) > RESIDUAL.value).sum())
        k = int(np.argmax(np.abs(found)))
        if len(found) and abs(found[k]) > abs(top[0]):
            top = (float(found[k]), str(frame.index[rows[k]]), str(frame.columns[columns[k]]))
    if not total or not top[1]:
        return
    value = bounded(top[0], decimals(top[0]))
    yield phrase("writing.fit.residual", value=value, a=top[1], b=top[2])
    limit = bounded(RESIDUAL.value)
    if above:
        n = Number(above, "integer")
        yield phrase("writing.fit.above", n=n, total=Number(total, "integer"), limit=limit)
    else:
        yield phrase("writing.fit.none_above", limit=limit)
