"""What a format makes of a questionnaire."""

from __future__ import annotations

from dataclasses import dataclass, field

from scrm_model.study.records import Text


@dataclass(frozen=True, slots=True)
class Rendered:
    """The bytes of a file, and what comes back from it.

    Parameters
    ----------
    data : bytes
        Content of the file.
    columns : dict of str to str
        Code of the instrument by the column of the program's export.
    notes : tuple of Text
        What the format cannot carry, and what to set by hand.
    """

    data: bytes
    columns: dict[str, str] = field(default_factory=dict)
    notes: tuple[Text, ...] = ()
