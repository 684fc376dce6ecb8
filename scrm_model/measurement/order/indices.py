"""Bifactor indices, from standardised loadings.

Notes
-----
With g the loadings of k items on the general factor and s those on the specific factor of their
dimension, all uncorrelated, and V = 1' R 1 the implied variance of the sum of the standardised
items [rodriguez2016]_::

    ECV      = sum g^2 / (sum g^2 + sum s^2)         common variance that is general
    omega    = ((sum g)^2 + sum_d (sum_d s)^2) / V   reliable variance of the sum
    omega_h  = (sum g)^2 / V                         of which general
    omega_s  = ((sum_d g)^2 + (sum_d s)^2) / V_d     reliable variance of the sum of a dimension
    omega_hs = (sum_d s)^2 / V_d                     of which specific
    PUC      = 1 - sum_d k_d (k_d - 1) / (k (k - 1)) correlations that g alone makes
    H        = 1 / (1 + 1 / sum l^2 / (1 - l^2))     of either kind of factor

Of a second-order model the loadings are those of Schmid and Leiman [schmid1957]_: with l the
loading of an item on its dimension and b that of the dimension on the construct, g = l b and
s = l sqrt(1 - b^2).

References
----------
.. [rodriguez2016] Rodriguez, A., Reise, S. P., & Haviland, M. G. (2016). Evaluating bifactor
   models: Calculating and interpreting statistical indices. Psychological Methods, 21, 137-150.
.. [schmid1957] Schmid, J., & Leiman, J. M. (1957). The development of hierarchical factor
   solutions. Psychometrika, 22, 53-61.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.measurement.coefficients import coefficient_h


@dataclass(frozen=True)
class Bifactor:
    """Standardised loadings of items on a general and on specific factors.

    Attributes
    ----------
    items : tuple of str, length k
    dimensions : dict of str to tuple of str
        Items of each dimension.
    general : ndarray, shape (k,)
    specific : ndarray, shape (k,)
        0 where a dimension has no specific factor.
    correlations : ndarray, shape (k, k)
        Implied, of the items.
    """

    items: tuple[str, ...]
    dimensions: Mapping[str, Sequence[str]]
    general: NDArray[np.float64]
    specific: NDArray[np.float64]
    correlations: NDArray[np.float64]

    def at(self, dimension: str) -> NDArray[np.intp]:
        """Places of a dimension's items."""
        return np.array([self.items.index(v) for v in self.dimensions[dimension]], dtype=np.intp)


def explained_common_variance(general: NDArray, specific: NDArray) -> float:
    """ECV: share of the common variance that is general.

    Parameters
    ----------
    general, specific : ndarray, shape (k,)
    """
    own = float((general**2).sum())
    return own / (own + float((specific**2).sum()))


def uncontaminated_correlations(sizes: Sequence[int]) -> float:
    """PUC: share of the correlations between items that the general factor alone explains.

    Parameters
    ----------
    sizes : sequence of int
        Items of each dimension.
    """
    k = sum(sizes)
    return 1.0 - sum(n * (n - 1) for n in sizes) / (k * (k - 1))


def omegas(of: Bifactor) -> tuple[float, float]:
    """omega and omega_h of the sum of all items."""
    variance = float(of.correlations.sum())
    general = float(of.general.sum()) ** 2
    specific = sum(float(of.specific[of.at(d)].sum()) ** 2 for d in of.dimensions)
    return (general + specific) / variance, general / variance


def dimension_omegas(of: Bifactor, dimension: str) -> tuple[float, float]:
    """omega_s and omega_hs of the sum of a dimension's items."""
    at = of.at(dimension)
    variance = float(of.correlations[np.ix_(at, at)].sum())
    general, specific = float(of.general[at].sum()) ** 2, float(of.specific[at].sum()) ** 2
    return (general + specific) / variance, specific / variance


def construct_reliability(loadings: NDArray) -> float:
    """H of a factor; NaN where a loading is 1 or more in size."""
    if not (np.abs(loadings) < 1).all() or not loadings.any():
        return float("nan")
    return float(coefficient_h(loadings[None])[0])


def indices_frame(construct: str, of: Bifactor) -> pd.DataFrame:
    """All indices: a row for the construct, one for each dimension."""
    total, hierarchical = omegas(of)
    every = {
        "factor": construct, "n_items": len(of.items),
        "ecv": explained_common_variance(of.general, of.specific),
        "omega": total, "omega_h": hierarchical, "relative": hierarchical / total,
        "h": construct_reliability(of.general),
        "puc": uncontaminated_correlations([len(v) for v in of.dimensions.values()]),
    }  # fmt: skip
    rows = [every]
    common = float((of.general**2).sum() + (of.specific**2).sum())
    for d, items in of.dimensions.items():
        at = of.at(d)
        whole, own = dimension_omegas(of, d)
        rows.append(
            {
                "factor": d, "n_items": len(items),
                "ecv": float((of.specific[at] ** 2).sum()) / common,
                "omega": whole, "omega_h": own, "relative": own / whole,
                "h": construct_reliability(of.specific[at]), "puc": np.nan,
            }
        )  # fmt: skip
    return pd.DataFrame(rows)


def loadings_frame(of: Bifactor) -> pd.DataFrame:
    """item, dimension, general, specific, communality and iecv (share of it that is general)."""
    place = {v: d for d, items in of.dimensions.items() for v in items}
    common = of.general**2 + of.specific**2
    return pd.DataFrame(
        {
            "item": of.items, "dimension": [place[v] for v in of.items], "general": of.general,
            "specific": of.specific, "communality": common, "iecv": of.general**2 / common,
        }
    )  # fmt: skip
