"""Frames of other libraries as those of pandas."""

from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError


def as_pandas(data: Any) -> pd.DataFrame:
    """A pandas frame of whatever frame came, without a copy where possible.

    Raises
    ------
    ArgumentError
        If `data` is no frame.
    """
    if isinstance(data, pd.DataFrame):
        return data
    import narwhals as nw  # noqa: PLC0415 - only frames of other libraries need it

    try:
        frame = nw.from_native(data, eager_only=True)
    except TypeError:
        raise ArgumentError(
            "data= needs a pandas or polars DataFrame, or Moments; got "
            f"{type(data).__name__}. For a covariance matrix use scrm.Moments(cov, n)."
        ) from None
    return pd.DataFrame({name: frame[name].to_numpy() for name in frame.columns})
