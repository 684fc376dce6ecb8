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
    value, upper : float or None
        The number behind the text, and the upper limit of an interval, for forms that keep
        numbers.
    kind : str
        What it holds: a kind of `scrm_model.reporting.formats.KINDS`.
    decimals : int
        Digits shown after the decimal mark.
    """

    text: str
    marks: str = ""
    reason: str = ""
    strong: bool = False
    value: float | None = None
    upper: float | None = None
    kind: str = "text"
    decimals: int = 0


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
    number : int or None
        The number in the label.
    """

    label: str
    title: str
    heads: tuple[Head, ...]
    groups: tuple[Group, ...]
    notes_label: str
    notes: tuple[str, ...]
    lang: str
    number: int | None = None

    @property
    def rows(self) -> tuple[tuple[Cell, ...], ...]:
        """All rows, whatever their group."""
        return tuple(row for group in self.groups for row in group.rows)

    @property
    def places(self) -> tuple[int, ...]:
        """Most digits after the decimal mark in each column."""
        count = len(self.heads)
        return tuple(max((decimals_of(r[k]) for r in self.rows), default=0) for k in range(count))

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


def decimals_of(cell: Cell) -> int:
    """Return how many digits a cell shows after its decimal mark; 0 where it has no mark."""
    shown = cell.kind in ("number", "bounded", "percent", "p")
    return cell.decimals if shown and any(map(str.isdigit, cell.text)) else 0
