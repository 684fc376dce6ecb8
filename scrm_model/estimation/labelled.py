"""Moments with their names on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.estimation.implied.responses import Responses


@dataclass(frozen=True, slots=True)
class LabelledMoments:
    """Covariances and means with names on.

    Attributes
    ----------
    cov : DataFrame, shape (p, p), or dict of group to DataFrame
    mean : Series, shape (p,), or dict of group to Series, or None
        None without a mean structure.
    thresholds : Series, or dict of group to Series, or None
        Of ordinal variables, as ``cro1|t1``; None without any.
    slopes : DataFrame, shape (p, x), or dict of group to DataFrame, or None
        On fixed predictors, where covariances and means are given these: with ordinal variables.
    """

    cov: Any
    mean: Any
    thresholds: Any = None
    slopes: Any = None


def labelled(
    names: Sequence[str],
    groups: Sequence[str],
    cov: Sequence[NDArray],
    mean: Sequence[NDArray] | None,
) -> LabelledMoments:
    """Put names on the moments of one group, or of several.

    Parameters
    ----------
    names : sequence of str, length p
        Observed variables.
    groups : sequence of str
        Labels; empty for one group.
    cov : sequence of ndarray, shape (p, p)
        One a group.
    mean : sequence of ndarray, shape (p,), or None
    """
    frames = [pd.DataFrame(c, index=list(names), columns=list(names)) for c in cov]
    series = None if mean is None else [pd.Series(m, index=list(names)) for m in mean]
    if len(frames) == 1:
        return LabelledMoments(frames[0], series[0] if series else None)
    return LabelledMoments(
        dict(zip(groups, frames, strict=True)),
        dict(zip(groups, series, strict=True)) if series else None,
    )


def labelled_responses(
    of: Responses,
    names: Sequence[str],
    groups: Sequence[str],
    vectors: Sequence[NDArray],
    unit: float = 1.0,
    means: Sequence[NDArray] | None = None,
) -> LabelledMoments:
    """Put names on the moments of a model with ordinal variables.

    Parameters
    ----------
    of : Responses
    names : sequence of str
        Observed variables.
    groups : sequence of str
        Labels; empty for one group.
    vectors : sequence of ndarray, shape (M,)
        One a group.
    unit : float
        The variance of a latent response: 1, or 0 in residuals.
    means : sequence of ndarray, shape (p,), optional
        Of the observed variables; by default 0 for a latent response, whose thresholds have it.
    """
    found = [_response_parts(of, names, vector, unit) for vector in vectors]
    for parts, mean in zip(found, means or (), strict=False):
        parts[1][:] = mean[of.y]
    if len(found) == 1:
        return LabelledMoments(*found[0])
    return LabelledMoments(
        *(
            None if parts[0] is None else dict(zip(groups, parts, strict=True))
            for parts in zip(*found, strict=True)
        )
    )


def _response_parts(
    of: Responses, names: Sequence[str], vector: NDArray, unit: float
) -> tuple[pd.DataFrame, pd.Series, pd.Series, pd.DataFrame | None]:
    y, x = [names[k] for k in of.y], [names[k] for k in of.x]
    location, slopes, _, _ = (vector[s] for s in of.sections)
    cov = pd.DataFrame(of.covariances(vector, unit), index=y, columns=y)
    mean = np.zeros(len(y))
    mean[of.continuous] = location[of.at_mean]
    cuts = [f"{y[k]}|t{cut + 1}" for k in of.ordinal for cut in range(of.cuts[k])]
    thresholds = pd.Series(location[of.at_cut], index=cuts)
    reach = pd.DataFrame(slopes.reshape(len(x), len(y)).T, index=y, columns=x) if x else None
    return cov, pd.Series(mean, index=y), thresholds, reach
