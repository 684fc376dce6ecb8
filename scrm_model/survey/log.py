"""The log of what reading answers found or changed, in both languages."""

from __future__ import annotations

from dataclasses import dataclass

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
    """

    step: str
    column: str
    count: int
    text: Text

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
