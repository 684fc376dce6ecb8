"""The log of what reading answers found or changed, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from scrm_model.study.claims import Text


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One thing that was found or changed on the way from the file to the analysis.

    Parameters
    ----------
    step : str
        Such as ``"encoding"`` or ``"numbers"``.
    column : str
        Name of the column concerned; empty for the whole file.
    count : int
        How many values, rows or columns it concerns; 0 where counting makes no sense.
    text : Text
        What was found or done.
    emptied : int
        How many cells it made empty.
    """

    step: str
    column: str
    count: int
    text: Text
    emptied: int = 0

    @property
    def sentence(self) -> Text:
        """Column, what was done, and how often, as one line."""
        count = f" ({self.count})" if self.count else ""

        def line(text: str, colon: str) -> str:
            place = f"{self.column}{colon} " if self.column else ""
            return f"{place}{text}{count}"

        return Text(line(self.text.en, ":"), line(self.text.fr, "\u00a0:"))

    def __str__(self) -> str:
        place = f" {self.column}" if self.column else ""
        return f"{self.step}{place}: {self.text}"


class Log(tuple[LogEntry, ...]):
    """Entries in the order in which things happened; a tuple that is also a table."""

    __slots__ = ()

    @property
    def frame(self) -> pd.DataFrame:
        """A row per entry: step, column, count, emptied, and the text in each language.

        Returns
        -------
        DataFrame
        """
        columns = ["step", "column", "count", "emptied", "en", "fr"]
        rows = [(e.step, e.column, e.count, e.emptied, e.text.en, e.text.fr) for e in self]
        return pd.DataFrame(rows, columns=columns)

    def of(self, step: str) -> Log:
        """Entries of one step.

        Parameters
        ----------
        step : str

        Returns
        -------
        Log
        """
        return Log(entry for entry in self if entry.step == step)

    def __repr__(self) -> str:
        return "\n".join(map(str, self)) or "Log: nothing was found or changed"

    def _repr_html_(self) -> str:
        return self.frame.to_html(index=False)
