"""Where a measurement model misses its items: residual correlations, loadings left out.

Notes
-----
A residual correlation is the observed correlation of two items minus the one that the model
implies. A modification index says what the fit would gain if an item also loaded on a construct
that it does not belong to, `epc` by how much it would load, `structure` how far it correlates with
that construct already, through its own [anderson1988]_.

References
----------
.. [anderson1988] Anderson, J. C., & Gerbing, D. W. (1988). Structural equation modeling in
   practice: A review and recommended two-step approach. Psychological Bulletin, 103, 411-423.
"""

from typing import Any

import numpy as np
import pandas as pd

from scrm_model.estimation.result import Fit
from scrm_model.measurement.scales import constructs_of


def residual_frame(fit: Fit) -> pd.DataFrame:
    """Residual correlations of the items of constructs, largest first within each group.

    Returns
    -------
    DataFrame
        lhs, rhs, group, residual.
    """
    every = constructs_of(fit.compiled)
    items = list(dict.fromkeys(v for of in every.values() if not of.formative for v in of.items))
    cov: Any = fit.residual_table("cor").cov
    frames = list(cov.values()) if isinstance(cov, dict) else [cov]
    rows = []
    for group, frame in enumerate(frames, 1):
        own = frame.loc[items, items].to_numpy()
        i, j = np.tril_indices(len(items), -1)
        order = np.argsort(-np.abs(own[i, j]), kind="stable")
        rows += [(items[j[k]], items[i[k]], group, float(own[i[k], j[k]])) for k in order]
    return pd.DataFrame(rows, columns=["lhs", "rhs", "group", "residual"])


def cross_loadings(fit: Fit, structure: pd.DataFrame, minimum: float) -> pd.DataFrame:
    """What items would load on constructs that they do not belong to, largest gain first.

    Parameters
    ----------
    fit : Fit
    structure : DataFrame
        From `scrm_model.measurement.standing.structure_frame`.
    minimum : float
        Smallest modification index listed.

    Returns
    -------
    DataFrame
        construct, item, group, mi, epc, sepc_all, structure.
    """
    every = constructs_of(fit.compiled)
    items = {v for of in every.values() for v in of.items}
    found = fit.modification_indices(minimum=minimum, sort=True)
    found = found[(found["op"] == "=~") & found["rhs"].isin(items)]
    r = structure.drop_duplicates(["item", "group"]).set_index(["item", "group"])
    places = zip(found["rhs"], found["group"], found["lhs"], strict=True)
    known = [float(r.loc[(item, group), name]) for item, group, name in places]
    out = found.rename(columns={"lhs": "construct", "rhs": "item"}).assign(structure=known)
    columns = ["construct", "item", "group", "mi", "epc", "sepc_all", "structure"]
    return out[columns].reset_index(drop=True)
