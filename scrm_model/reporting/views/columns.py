"""Columns that mean the same wherever they stand: heading, kind and decimals by name."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import has_text, phrase
from scrm_model.reporting.tables import NOT_COMPUTED, Column

_KEYS = {"est": "b", "pvalue": "p", "std_all": "beta", "std": "beta", "variable": "item"}
_BOUNDED = (
    "std_all", "std", "std_lv", "r", "r2", "r2_excluded", "shared", "cfi", "tli", "rmsea", "srmr",
    "cfi_robust", "rmsea_robust", "cfi_diff", "rmsea_diff", "srmr_diff", "alpha", "omega", "h",
    "ave", "sqrt_ave", "msv", "asv", "htmt", "htmt2", "sepc_all", "tli_diff", "kmo", "msa", "smc",
    "communality", "uniqueness", "rmsr", "alpha_before", "alpha_after",
)  # fmt: skip
_NUMBER = {
    "z": 2, "t": 2, "chisq": 2, "mi": 2, "chisq_diff": 2, "d_chisq": 2, "mean": 2, "sd": 2,
    "skewness": 2, "skew": 2, "skew_z": 2, "kurtosis": 2, "kurtosis_z": 2, "aic": 1, "bic": 1,
}  # fmt: skip
_INTEGER = (
    "df", "d_df", "df_diff", "n", "nobs", "group", "n_items", "used", "missing", "crossed",
    "computed", "n_early", "n_late", "points", "empty",
)  # fmt: skip
_PERCENT = ("of_previous", "of_invited", "share", "chance", "floor", "ceiling")


def column(name: str, label: Any = None, **more: Any) -> Column:
    """Make a column of a known name.

    Parameters
    ----------
    name : str
        Name in the frame.
    label : str or phrase, optional
        By default the catalogue's heading, or the name itself.
    **more
        Other attributes of `Column`.

    Returns
    -------
    Column
    """
    key = heading_of(name)
    said = label if label is not None else phrase(key) if has_text(key) else name
    kind, decimals = kind_of(name)
    known: dict[str, Any] = {"kind": kind, "decimals": decimals}
    return Column(name, said, **(known | more))


def heading_of(name: str) -> str:
    """Return the key that the heading of a column has in the catalogue, if it is there."""
    return f"column.{_KEYS.get(name, name)}"


def kind_of(name: str) -> tuple[str, int]:
    """Return kind and decimals of a column by its name; a number with three decimals if unknown."""
    if name in _INTEGER:
        return "integer", 0
    if name in _PERCENT:
        return "percent", 1
    if "pvalue" in name or name in ("p_holm", "p_bonferroni"):
        return "p", 3
    if name in _BOUNDED:
        return "bounded", 3
    return "number", _NUMBER.get(name, 3)


def interval(
    name: str, upper: str, level: float = 0.95, kind: str = "interval", **more: Any
) -> Column:
    """Make a column of intervals from two columns of limits."""
    label = phrase("column.ci", level=Number(level, "percent", 0))
    return Column(name, label, kind, upper=upper, **more)


def columns_of(frame: pd.DataFrame, leave_out: Iterable[str] = ("note",)) -> tuple[Column, ...]:
    """Return a column for each of a frame's, limits of intervals together.

    Parameters
    ----------
    frame : DataFrame
    leave_out : iterable of str
        Columns that are not shown.

    Returns
    -------
    tuple of Column
        An empty cell of text needs no reason; any other says that it was not computed.
    """
    shown = []
    skipped = set(leave_out)
    for name in map(str, frame.columns):
        pair = name.removesuffix("lower") + "upper"
        if name in skipped:
            continue
        if name.endswith("lower") and pair in frame.columns:
            bounded = name.removesuffix("_ci_lower") in _BOUNDED
            shown.append(interval(name, pair, kind="bounded interval" if bounded else "interval"))
            skipped.add(pair)
        elif pd.api.types.is_bool_dtype(frame[name]) or not _numeric(frame[name]):
            shown.append(column(name, kind="text", missing=None))
        elif pd.api.types.is_integer_dtype(frame[name]):
            shown.append(column(name, kind="integer"))
        else:
            shown.append(column(name, missing=NOT_COMPUTED))
    return tuple(shown)


def _numeric(values: pd.Series) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values))
