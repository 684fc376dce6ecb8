"""Full collinearity: how well each construct is explained by all others.

Notes
-----
VIF_j = 1 / (1 - R_j^2), the diagonal of the inverse of the constructs' correlations, of latent
variables (by the measurement model) and of composites (means of items). Kock (2015) takes a VIF
above 3.3 as a sign of method bias; his was of composites, and latent correlations, free of
measurement error, have larger ones [kock2015]_.

References
----------
.. [kock2015] Kock, N. (2015). Common method bias in PLS-SEM: A full collinearity assessment
   approach. International Journal of e-Collaboration, 11(4), 1-10.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from scrm_model.inference.words import joined
from scrm_model.study.records import Text

COLUMNS = ("construct", "vif_latent", "r2_latent", "vif_composite", "r2_composite", "note")
_IMPOSSIBLE = {
    "latent": Text(
        "latent correlations that no population can have: no VIF of them",
        "corrélations latentes qu'aucune population ne peut avoir : pas de VIF",
    ),
    "composite": Text(
        "composite correlations that no population can have: no VIF of them",
        "corrélations de scores composites qu'aucune population ne peut avoir : pas de VIF",
    ),
}


def variance_inflation(correlations: ArrayLike) -> NDArray[np.float64]:
    """The diagonal of the inverse of a correlation matrix, shape (k,).

    Parameters
    ----------
    correlations : ndarray, shape (k, k)

    Returns
    -------
    ndarray, shape (k,)
        NaN throughout if the matrix is not positive definite.
    """
    r = np.asarray(correlations, dtype=float)
    if not np.isfinite(r).all() or np.linalg.eigvalsh(r)[0] <= 1e-10:
        return np.full(len(r), np.nan)
    return np.asarray(np.diag(np.linalg.inv(r)))


def collinearity_frame(latent: pd.DataFrame, composite: pd.DataFrame) -> pd.DataFrame:
    """VIF and R-squared of each construct on all others: of latent variables, and of composites.

    Parameters
    ----------
    latent, composite : DataFrame
        Correlations of the same constructs in the same order.
    """
    frame = pd.DataFrame({"construct": list(latent.columns)})
    for name, r in (("latent", latent), ("composite", composite)):
        vif = variance_inflation(r)
        frame[f"vif_{name}"], frame[f"r2_{name}"] = vif, 1.0 - 1.0 / vif
    frame["note"] = str(joined(collinearity_notes(frame)))
    return frame[list(COLUMNS)]


def collinearity_notes(frame: pd.DataFrame) -> tuple[Text, ...]:
    """Why there is no VIF, without a full stop."""
    return tuple(t for name, t in _IMPOSSIBLE.items() if frame[f"vif_{name}"].isna().any())
