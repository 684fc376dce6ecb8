"""Moments with their names on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class LabelledMoments:
    """Covariances and means with names on.

    Attributes
    ----------
    cov : DataFrame, shape (p, p), or dict of group to DataFrame
    mean : Series, shape (p,), or dict of group to Series, or None
        None without a mean structure.
    """

    cov: Any
    mean: Any


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
