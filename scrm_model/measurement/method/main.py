"""The main numbers of every approach, in one frame."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.measurement.method.harman import Harman
from scrm_model.measurement.method.partialled import Partialled
from scrm_model.measurement.method.phases import Phases, no_minimum
from scrm_model.measurement.method.unmeasured import Unmeasured
from scrm_model.measurement.method.words import at_word, model_word
from scrm_model.screening.show import plain
from scrm_model.screening.words import say
from scrm_model.study.records import Text

COLUMNS = ("approach", "quantity", "value", "df", "pvalue", "note")
Row = tuple[Text, Text, float, float, float, str]
_HARMAN = Text("Harman (weak)", "Harman (preuve faible)")
_MARKER = Text("Marker as latent variable", "Variable marqueur latente")
_METHOD_FACTOR = Text("Unmeasured method factor", "Facteur de méthode non mesuré")
_COLLINEARITY = Text("Full collinearity", "Colinéarité complète")


def main_numbers(found: Mapping[str, Any]) -> tuple[pd.DataFrame, dict[str, str]]:
    """A row a number: approach, quantity, value, df, pvalue, note; and its words in French.

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
    return plain((dict(zip(COLUMNS, row, strict=True)) for row in rows), COLUMNS)


def _plain(approach: Text, quantity: Text, value: float, note: str = "") -> Row:
    return approach, quantity, float(value), np.nan, np.nan, note


def _share_of(model: str) -> Text:
    return say(
        "share of item variance, {model}", "part de la variance des items, {model}",
        model=model_word(model),
    )  # fmt: skip


def _tests(approach: Text, frame: pd.DataFrame) -> Iterator[Row]:
    for row in frame.to_dict("records"):
        if row.get("against"):
            pair = say(
                "chi-square difference, {model} with {against}",
                "différence de khi-deux, {model} avec {against}",
                model=model_word(row["model"]), against=model_word(row["against"]),
            )  # fmt: skip
            numbers = (row["chisq_diff"], row["df_diff"], row["pvalue_diff"])
            yield approach, pair, *numbers, str(row["note"])


def _harman(of: Harman) -> Iterator[Row]:
    first = Text("share of the first component", "part de la première composante")
    yield _plain(_HARMAN, first, of.components["share"].iloc[0])
    one = Text("share of a single factor", "part d'un facteur unique")
    yield _plain(_HARMAN, one, of.share)
    last = of.frame.iloc[-1]
    numbers = (last["chisq_diff"], last["df_diff"], last["pvalue_diff"])
    tested = Text(
        "chi-square difference, constructs with one factor",
        "différence de khi-deux, construits avec un facteur",
    )
    yield _HARMAN, tested, *numbers, ""


def _partial(of: Partialled) -> Iterator[Row]:
    approach = say(
        "Partial correlations ({where})", "Corrélations partielles ({where})",
        where=Text("marker", "variable marqueur") if of.marker
        else Text("no marker", "sans variable marqueur"),
    )  # fmt: skip
    for at, rows in of.frame.groupby("at", sort=False):
        lost = int(rows["significance"].isin(["lost", "reversed"]).sum())
        of_all = int((~rows["significance"].isin(["gained", "none"])).sum())
        which = at_word(str(at))
        yield _plain(approach, say("r_M, {at}", "r_M, {at}", at=which), rows["r_m"].iloc[0])
        told = f"of {of_all} significant correlations"
        quantity = say("significance lost, {at}", "significativité perdue, {at}", at=which)
        yield _plain(approach, quantity, lost, told)


def _phases(of: Phases) -> Iterator[Row]:
    yield from _tests(_MARKER, of.frame)
    share = float((of.loadings["std_all"] ** 2).mean()) if len(of.loadings) else np.nan
    note = "" if len(of.loadings) else str(no_minimum(of.retained))
    yield _plain(_MARKER, _share_of(of.retained), share, note)


def _ulmc(of: Unmeasured) -> Iterator[Row]:
    yield from _tests(_METHOD_FACTOR, of.frame)
    for row in of.frame.to_dict("records")[1:]:
        note = "" if pd.isna(row["note"]) else str(row["note"])
        yield _plain(_METHOD_FACTOR, _share_of(row["model"]), row["method_share"], note)


def _vif(of: pd.DataFrame) -> Iterator[Row]:
    kinds = {"latent": "variables latentes", "composite": "scores composites"}
    for kind, french in kinds.items():
        note = str(of["note"].iloc[0]) if of[f"vif_{kind}"].isna().any() else ""
        quantity = Text(f"largest VIF, {kind}", f"VIF le plus grand, {french}")
        yield _plain(_COLLINEARITY, quantity, of[f"vif_{kind}"].max(), note)
