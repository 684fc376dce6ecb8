"""The main numbers of every approach, in one frame."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.measurement.method.harman import Harman
from scrm_model.measurement.method.partialled import Partialled
from scrm_model.measurement.method.phases import Phases
from scrm_model.measurement.method.unmeasured import Unmeasured

COLUMNS = ("approach", "quantity", "value", "df", "pvalue", "note")
Row = tuple[str, str, float, float, float, str]


def main_numbers(found: Mapping[str, Any]) -> pd.DataFrame:
    """A row a number: approach, quantity, value, df, pvalue, note.

    Parameters
    ----------
    found : dict
        Tables by approach.
    """
    rows: list[Row] = []
    for name, rows_of in (
        ("harman", _harman), ("partial", _partial), ("marker", _phases), ("ulmc", _ulmc),
        ("vif", _vif),
    ):  # fmt: skip
        if name in found:
            rows += rows_of(found[name])
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _plain(approach: str, quantity: str, value: float, note: str = "") -> Row:
    return approach, quantity, float(value), np.nan, np.nan, note


def _tests(approach: str, frame: pd.DataFrame) -> Iterator[Row]:
    for row in frame.to_dict("records"):
        if row.get("against"):
            pair = f"chi-square difference, {row['model']} with {row['against']}"
            numbers = (row["chisq_diff"], row["df_diff"], row["pvalue_diff"])
            yield approach, pair, *numbers, str(row["note"])


def _harman(of: Harman) -> Iterator[Row]:
    yield _plain("Harman (weak)", "share of the first component", of.components["share"].iloc[0])
    yield _plain("Harman (weak)", "share of a single factor", of.share)
    last = of.frame.iloc[-1]
    numbers = (last["chisq_diff"], last["df_diff"], last["pvalue_diff"])
    yield "Harman (weak)", "chi-square difference, constructs with one factor", *numbers, ""


def _partial(of: Partialled) -> Iterator[Row]:
    where = "marker" if of.marker else "no marker"
    for at, rows in of.frame.groupby("at", sort=False):
        lost = int(rows["significance"].isin(["lost", "reversed"]).sum())
        of_all = int((~rows["significance"].isin(["gained", "none"])).sum())
        yield _plain(f"Partial correlations ({where})", f"r_M, {at}", rows["r_m"].iloc[0])
        told = f"of {of_all} significant correlations"
        yield _plain(f"Partial correlations ({where})", f"significance lost, {at}", lost, told)


def _phases(of: Phases) -> Iterator[Row]:
    yield from _tests("Marker as latent variable", of.frame)
    share = float((of.loadings["std_all"] ** 2).mean()) if len(of.loadings) else np.nan
    note = "" if len(of.loadings) else f"'{of.retained}' found no minimum"
    quantity = f"share of item variance, {of.retained}"
    yield _plain("Marker as latent variable", quantity, share, note)


def _ulmc(of: Unmeasured) -> Iterator[Row]:
    yield from _tests("Unmeasured method factor", of.frame)
    for row in of.frame.to_dict("records")[1:]:
        note = "" if pd.isna(row["note"]) else str(row["note"])
        quantity = f"share of item variance, {row['model']}"
        yield _plain("Unmeasured method factor", quantity, row["method_share"], note)


def _vif(of: pd.DataFrame) -> Iterator[Row]:
    for kind in ("latent", "composite"):
        note = str(of["note"].iloc[0]) if of[f"vif_{kind}"].isna().any() else ""
        yield _plain("Full collinearity", f"largest VIF, {kind}", of[f"vif_{kind}"].max(), note)
