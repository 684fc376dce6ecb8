"""Items of one scale, and of all scales together, as the rules of purification see them.

Notes
-----
With S the covariance matrix of the k items of a scale, s_i its row sums without the diagonal::

    corrected item-total correlation    s_i / sqrt(S_ii (1'S 1 - 2 s_i - S_ii))

which is the correlation of an item with the sum of the others. alpha is that of
`scrm_model.measurement.coefficients`. Loadings and communalities are of one factor or component of
the scale alone; with one, a communality is the square of a loading.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from scrm_model.measurement.coefficients import alpha
from scrm_model.measurement.exploratory.adequacy import sampling_adequacy
from scrm_model.measurement.exploratory.correlations import Correlations
from scrm_model.measurement.exploratory.solution import Options, solution


@dataclass(frozen=True, eq=False)
class ScaleState:
    """A scale at one moment.

    Attributes
    ----------
    values : DataFrame, items x rules
        msa, item_total, loading, communality; alpha_if_dropped is alpha without the item minus
        alpha with it.
    alpha : float
        NaN for a single item.
    explained : float
        Share of the variance of the items that the one factor or component explains.
    """

    values: pd.DataFrame
    alpha: float
    explained: float


def scale_state(
    of: Correlations, items: Sequence[str], method: str, seed: np.random.SeedSequence
) -> ScaleState:
    """What the rules look at in one scale.

    Parameters
    ----------
    of : Correlations
        Of at least these items.
    items : sequence of str
        At least two.
    method : {"minres", "ml", "pa", "pca"}
    seed : SeedSequence
    """
    own = of.of(items)
    S = own.covariances
    whole = float(alpha(S))
    # Two items have more loadings than correlations: only components can say anything of them.
    how = method if len(items) > 2 else "pca"
    found = solution(own, 1, Options(how, "none", 1), seed)
    values = pd.DataFrame(
        {
            "item_total": item_total(S),
            "loading": found.loadings.iloc[:, 0].to_numpy(),
            "communality": found.communalities.to_numpy(),
        },
        index=list(items),
    )
    if len(items) > 2:
        values["msa"] = sampling_adequacy(own.matrix)[1] if own.definite else np.nan
        values["alpha_if_dropped"] = alpha_without(S) - whole
    return ScaleState(values, whole, float(found.variance.to_numpy()[1, 0]))


def item_total(S: NDArray) -> NDArray:
    """Correlation of each item with the sum of the others, shape (k,)."""
    own = np.diag(S)
    with_others = S.sum(axis=1) - own
    rest = S.sum() - 2.0 * with_others - own
    return np.asarray(with_others / np.sqrt(own * rest))


def alpha_without(S: NDArray) -> NDArray:
    """alpha of the other items, for each, shape (k,)."""
    every = np.arange(len(S))
    left = [np.flatnonzero(every != k) for k in every]
    return np.array([float(alpha(S[np.ix_(at, at)])) for at in left])


def joint_values(
    of: Correlations,
    scales: Mapping[str, Sequence[str]],
    method: str,
    rotation: str,
    seed: np.random.SeedSequence,
) -> pd.DataFrame:
    """Own and foreign loadings of all items, with as many factors as there are scales.

    Parameters
    ----------
    of : Correlations
    scales : mapping of str to sequence of str
        Items of each scale.
    method, rotation, seed

    Returns
    -------
    DataFrame, items x (scale, own, cross, gap)
        own is the loading in size on the factor that belongs to the item's scale, cross the largest
        of the others, gap their difference.

    Notes
    -----
    Factors are given to scales so that the sum of the mean squared loadings of the scales on their
    own factors is as large as it can be.
    """
    items = [item for own in scales.values() for item in own]
    place = np.repeat(np.arange(len(scales)), [len(own) for own in scales.values()])
    found = solution(of.of(items), len(scales), Options(method, rotation), seed)
    size = np.abs(found.loadings.to_numpy())
    means = np.stack([(size[place == k] ** 2).mean(axis=0) for k in range(len(scales))])
    _, factor = linear_sum_assignment(-means)
    own = size[np.arange(len(items)), factor[place]]
    foreign = size.copy()
    foreign[np.arange(len(items)), factor[place]] = -1.0
    cross = foreign.max(axis=1)
    names = list(scales)
    return pd.DataFrame(
        {"scale": [names[k] for k in place], "own": own, "cross": cross, "gap": own - cross},
        index=items,
    )
