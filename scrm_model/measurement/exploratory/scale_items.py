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

from scrm_model.measurement.coefficients import alpha
from scrm_model.measurement.exploratory.adequacy import sampling_adequacy
from scrm_model.measurement.exploratory.correlations import Correlations
from scrm_model.measurement.exploratory.solution import Options, solution

_SALIENT = 0.40


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


@dataclass(frozen=True, eq=False)
class JointState:
    """All scales at one moment.

    Attributes
    ----------
    values : DataFrame, items x (scale, own, cross, gap)
        own is the loading in size on the factor of the item's scale, cross the largest on that of
        another scale, gap their difference.
    shared : tuple of tuple of str
        Scales that have one factor together.
    free : tuple of tuple of str
        The items that load above .40 on a factor that is no scale's, for each such factor.
    """

    values: pd.DataFrame
    shared: tuple[tuple[str, ...], ...]
    free: tuple[tuple[str, ...], ...]


def joint_state(
    of: Correlations,
    scales: Mapping[str, Sequence[str]],
    factors: int,
    method: str,
    rotation: str,
    seed: np.random.SeedSequence,
) -> JointState:
    """Own and foreign loadings of all items.

    Parameters
    ----------
    of : Correlations
    scales : mapping of str to sequence of str
        Items of each scale.
    factors : int
    method, rotation, seed

    Notes
    -----
    The factor of a scale is the one with the largest mean squared loading of its items. Two scales
    that answers do not tell apart have the same, and another factor is then no scale's: loadings on
    it are foreign to nobody.
    """
    names = list(scales)
    items = [item for own in scales.values() for item in own]
    place = np.repeat(np.arange(len(scales)), [len(own) for own in scales.values()])
    found = solution(of.of(items), factors, Options(method, rotation), seed)
    size = np.abs(found.loadings.to_numpy())
    means = np.stack([(size[place == k] ** 2).mean(axis=0) for k in range(len(scales))])
    factor = means.argmax(axis=1)
    own = size[np.arange(len(items)), factor[place]]
    owned = np.isin(np.arange(factors), factor)
    foreign = np.where(owned, size, 0.0)
    foreign[np.arange(len(items)), factor[place]] = 0.0
    cross = foreign.max(axis=1)  # 0 where there is one factor
    values = pd.DataFrame(
        {"scale": [names[k] for k in place], "own": own, "cross": cross, "gap": own - cross},
        index=items,
    )
    together = [tuple(names[k] for k in np.flatnonzero(factor == f)) for f in range(factors)]
    free = [
        tuple(items[i] for i in np.flatnonzero(size[:, f] > _SALIENT))
        for f in np.flatnonzero(~owned)
    ]
    return JointState(values, tuple(t for t in together if len(t) > 1), tuple(free))
