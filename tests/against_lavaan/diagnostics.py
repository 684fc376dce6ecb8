"""Modification indices, residuals and scores, as `diagnostics.R` stored them."""

import json
from functools import cache

from against_lavaan.witness import HERE, data

from scrm_model.estimation.fit import fit

STORED = json.loads((HERE / "diagnostics.json").read_text("utf-8"))
DIAGNOSED = {c["name"]: c for c in STORED["cases"]}


@cache
def fitted_case(name):
    stored = DIAGNOSED[name]
    return fit(stored["model"], data(stored["data"]).dropna(), **stored.get("args", {}))
