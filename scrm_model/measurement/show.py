"""Tables with their notes, as plain text and as HTML."""

from collections.abc import Sequence
from html import escape
from typing import Any

import pandas as pd

_SHOWN: Any = {"float_format": "{:.3f}".format, "na_rep": ""}


def text(title: str, frame: pd.DataFrame, notes: Sequence[str] = (), index: bool = False) -> str:
    """A table under its title, with notes below."""
    return "\n".join([title, frame.to_string(index=index, **_SHOWN), *notes])


def html(title: str, frame: pd.DataFrame, notes: Sequence[str] = (), index: bool = False) -> str:
    """The same for notebooks."""
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    table = frame.to_html(index=index, **_SHOWN)
    return f"<p>{escape(title)}</p>" + table + (f"<ul>{items}</ul>" if items else "")


def readable(frame: pd.DataFrame) -> pd.DataFrame:
    """A copy with probabilities and degrees of freedom as a reader expects them."""
    out = frame.copy()
    for column in out:
        name = str(column)
        if name.startswith("pvalue"):
            out[column] = out[column].map(_probability)
        elif name in ("df", "df_diff"):
            out[column] = out[column].map(lambda x: "" if pd.isna(x) else f"{x:.5g}")
    return out


def _probability(p: float) -> str:
    if pd.isna(p):
        return ""
    return "<.001" if p < 0.001 else f"{p:.3f}"
