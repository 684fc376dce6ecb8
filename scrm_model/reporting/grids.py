"""A table in words: what is left when statistics and language are settled, before any format."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes
    ----------
    text : str
        What it shows; may carry marks of italics.
    marks : str
        What follows as a superscript: stars, or the letter of a note.
    reason : str
        For an empty cell: why there is no number.
    strong : bool
        Whether it is set in bold.
    """

    text: str
    marks: str = ""
    reason: str = ""
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of one column.

    Attributes
    ----------
    text : str
        The heading.
    numeric : bool
        Whether the column holds numbers, set flush right.
    spanner : str
        Heading above this column and its neighbours with the same one; may be empty.
    """

    text: str
    numeric: bool
    spanner: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Rows that stand together.

    Attributes
    ----------
    heading : str
        Heading of the group; may be empty.
    rows : tuple of tuple of Cell
        The rows, one cell a column.
    """

    heading: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table in one language, as cells of text.

    Attributes
    ----------
    label : str
        ``Table 3``, or empty.
    title : str
        What the table shows.
    heads : tuple of Head
        One a column.
    groups : tuple of Group
        The body.
    notes_label : str
        The word before the notes.
    notes : tuple of str
        The notes.
    lang : str
        The language all this is in.
    """

    label: str
    title: str
    heads: tuple[Head, ...]
    groups: tuple[Group, ...]
    notes_label: str
    notes: tuple[str, ...]
    lang: str

    @property
    def spans(self) -> tuple[tuple[str, int], ...]:
        """Spanners in order, each with the number of columns it covers."""
        spans: list[tuple[str, int]] = []
        for head in self.heads:
            if spans and head.spanner and spans[-1][0] == head.spanner:
                spans[-1] = (head.spanner, spans[-1][1] + 1)
            else:
                spans.append((head.spanner, 1))
        return tuple(spans)
