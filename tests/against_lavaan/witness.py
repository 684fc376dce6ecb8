"""lavaan's numbers, as `cases.R` and `robust.R` stored them, and the data that they are of."""

import json
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from scrm_model.estimation.observed.moments import Moments

HERE = Path(__file__).parent
CASES = sorted(p.stem for p in (HERE / "cases").glob("*.json"))
ROBUST = sorted(p.stem for p in (HERE / "robust").glob("*.json"))
ORDINAL = sorted(p.stem for p in (HERE / "ordinal").glob("*.json"))


@cache
def case(name, folder="cases"):
    return json.loads((HERE / folder / f"{name}.json").read_text("utf-8"))


@cache
def _read(name):
    frame = pd.read_csv(HERE / "data" / f"{name}.csv")
    return frame.rename(columns=lambda c: c.replace(".", "_"))


def data(name):
    return _read(name).copy()


def data_of(stored):
    frame = data(stored["data"])
    if "n" in stored:
        return Moments(frame, stored["n"], mean=stored.get("mean"))
    return frame.head(stored.get("rows", len(frame)))


def parameters_of(stored):
    frame = pd.DataFrame(stored["parameters"]["rows"], columns=stored["parameters"]["columns"])
    text = ("lhs", "op", "rhs", "group", "label")
    return frame.astype({c: float for c in frame.columns if c not in text})


def implied_of(stored):
    """Covariance matrix and mean (or None) of each group, as frames."""
    for moments in stored["implied"]:
        names = moments["names"]
        cov = np.zeros((len(names), len(names)))
        # R wrote the lower triangle row by row.
        cov[np.tril_indices(len(names))] = moments["lower"]
        cov = pd.DataFrame(cov + np.tril(cov, -1).T, names, names)
        yield cov, pd.Series(moments["mean"], names) if "mean" in moments else None
