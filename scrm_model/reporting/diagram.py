"""The path diagram of a fitted model: boxes and arrows with their places. No Graphviz."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.reporting.figures.path_canvas import drawing_pdf, drawing_png
from scrm_model.reporting.formats import bounded, is_missing, number, stars
from scrm_model.reporting.language import check_language, phrase, say
from scrm_model.reporting.layout import Graph, arrange
from scrm_model.reporting.naming import construct_names
from scrm_model.reporting.saving import save_as
from scrm_model.reporting.shapes import LABEL_SIZES, Arrow, text_width
from scrm_model.reporting.svg import Drawing, Line, Shape, drawing_svg

Key = tuple[str, str, str]
"""Source, target and kind of an arrow."""

Words = tuple[str, tuple[str, ...], str]
"""Short name, full name in lines, and last line of a box."""

Size = tuple[float, float, bool]
"""Width, height, and whether it is an ellipse."""

NAME_WIDTH = 23
NAME_LINES = 3


@dataclass(frozen=True, slots=True, repr=False)
class PathDiagram:
    """A path diagram: shown in notebooks, saved to a file.

    Attributes
    ----------
    drawing : Drawing
        Boxes and arrows with their places, legend, and what it shows in words.
    """

    drawing: Drawing

    @property
    def svg(self) -> str:
        """A complete SVG document, black on white, without scripts or outside resources."""
        return drawing_svg(self.drawing)

    @property
    def pdf(self) -> bytes:
        """The same as PDF."""
        return drawing_pdf(self.drawing)

    @property
    def png(self) -> bytes:
        """The same as PNG, 200 dots an inch."""
        return drawing_png(self.drawing)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in pixels, legend included."""
        return self.drawing.page

    @property
    def title(self) -> str:
        """What it is."""
        return self.drawing.title

    @property
    def description(self) -> str:
        """What it shows in words: alternative text for whoever cannot see it."""
        return self.drawing.description

    def save(self, path: str | Path) -> Path:
        """Write the drawing to a file.

        Parameters
        ----------
        path : str or Path
            A name ending in ``.svg``, ``.pdf`` or ``.png``.

        Returns
        -------
        Path
            The file written; the same bytes for the same drawing.

        Raises
        ------
        ArgumentError
            If the name has another ending.
        """
        forms = {
            ".svg": lambda: self.svg.encode("utf-8"),
            ".pdf": lambda: self.pdf,
            ".png": lambda: self.png,
        }
        return save_as(path, forms)

    def __repr__(self) -> str:
        boxes = len(self.drawing.shapes)
        return f"PathDiagram({boxes} variables; .save('diagram.svg') writes it)"

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return f'<div style="overflow-x:auto">{self.svg}</div>'


def path_diagram(
    fit: Any,
    *,
    structural_only: bool = True,
    standardised: bool = True,
    lang: str = "en",
    names: Mapping[str, Any] | None = None,
    group: int = 1,
) -> PathDiagram:
    """Draw a fitted model.

    Parameters
    ----------
    fit : Fit
        A result with ``parameters``, ``r2`` and ``converged``.
    structural_only : bool
        Leave the indicators out.
    standardised : bool
        Show completely standardised estimates (``std_all``) instead of raw ones.
    lang : str
        ``"en"`` or ``"fr"``.
    names : mapping of str to (str or text), optional
        Full names, written below the short names in the ellipses. By default those of the
        study that the model was specified from, if it was.
    group : int
        Which group, counted from 1.

    Returns
    -------
    PathDiagram
        Ellipses are latent variables, rectangles observed ones. An arrow whose estimate does
        not differ from zero at .05 is dashed. If the fit did not converge there are no
        estimates on the arrows.

    Raises
    ------
    ArgumentError
        If `lang` is unknown, or the model has no such group or nothing to draw.
    """
    check_language(lang)
    rows = _arrows(_rows(fit, group))
    nodes, indicators = _parts(rows)
    if not nodes:
        raise ArgumentError(
            "fit= needs a model with a latent variable or a regression; got neither. "
            "Draw a model with at least one =~ or ~ line."
        )
    estimated = bool(fit.converged)
    column = "std_all" if standardised else "est"
    texts = {key: _estimate(row, column, lang) if estimated else "" for key, row in rows.items()}
    named = _study_names(fit) if names is None else names
    shares = _shares(fit, group)
    words = {name: _words(name, named, shares, lang) for name in nodes}
    layout = arrange(_graph(texts, words, indicators, structural_only))
    shapes = tuple(Shape(b, *words.get(b.name, (b.name, (), ""))) for b in layout.boxes)
    lines = tuple(_line(arrow, texts, rows, estimated) for arrow in layout.arrows)
    title = say(phrase("diagram.title", names=", ".join(nodes)), lang)
    detail = _description(lines, lang) if estimated else ""
    legend = _legend(lines, estimated, standardised, lang)
    drawing = Drawing(layout.size, shapes, lines, title, detail, legend, lang)
    return PathDiagram(drawing)


def _study_names(fit: Any) -> dict[str, Any]:
    """Full names of constructs and dimensions, from the study behind the model."""
    origin = getattr(getattr(fit, "model", None), "origin", None)
    return construct_names(origin.study) if origin is not None else {}


def _shares(fit: Any, group: int) -> dict[str, float]:
    """R² by variable, without those that could not be computed."""
    if not fit.converged:
        return {}
    r2 = fit.r2 if isinstance(fit.r2, pd.Series) else fit.r2.iloc[:, group - 1]
    return {str(name): float(value) for name, value in r2.dropna().items()}


def _rows(fit: Any, group: int) -> pd.DataFrame:
    table = fit.parameters
    if "group" not in table.columns:
        return table
    groups = sorted(set(table["group"]) - {0})
    if group not in groups:
        raise ArgumentError(
            f"group= needs one of {', '.join(map(str, groups))}; got {group!r}. "
            "Groups are counted from 1."
        )
    return table[table["group"] == group]


def _arrows(table: pd.DataFrame) -> dict[Key, Mapping[Any, Any]]:
    """Rows of the parameter table by source, target and kind of the arrow they are."""
    found: dict[Key, Mapping[Any, Any]] = {}
    for row in table.to_dict("records"):
        lhs, rhs = str(row["lhs"]), str(row["rhs"])
        if row["op"] == "=~":
            found[lhs, rhs, "loading"] = row
        elif row["op"] in ("~", "<~"):
            found[rhs, lhs, "path"] = row
        elif row["op"] == "~~" and lhs != rhs and not (row["se"] == 0 and row["est"] == 0):
            found[lhs, rhs, "covariance"] = row
    return found


def _parts(rows: Mapping[Key, Any]) -> tuple[tuple[str, ...], dict[str, tuple[str, ...]]]:
    """Boxes of the structural part, and the indicators of each latent variable."""
    indicators: dict[str, tuple[str, ...]] = {}
    for source, target, kind in rows:
        if kind == "loading":
            indicators[source] = (*indicators.get(source, ()), target)
    measured = {target for targets in indicators.values() for target in targets}
    paths = [(a, b) for a, b, kind in rows if kind == "path"]
    # Causes before effects, each in the order in which the model names them.
    related = dict.fromkeys([a for a, _ in paths] + [b for _, b in paths])
    return tuple(
        dict.fromkeys([*related, *(f for f in indicators if f not in measured)])
    ), indicators


def _graph(
    texts: Mapping[Key, str],
    words: Mapping[str, Words],
    indicators: Mapping[str, tuple[str, ...]],
    structural_only: bool,
) -> Graph:
    nodes = tuple(words)
    sizes = {name: _size(words[name], name in indicators) for name in nodes}
    sizes |= _alike({name: sizes[name] for name in nodes if name in indicators})
    fans: dict[str, tuple[str, ...]] = {}
    if not structural_only:
        fans = {f: tuple(c for c in own if c not in words) for f, own in indicators.items()}
        loadings = [text for (_, _, kind), text in texts.items() if kind == "loading"]
        room = max((text_width(text, LABEL_SIZES["loading"]) for text in loadings), default=0.0)
        measured = [child for fan in fans.values() for child in fan]
        sizes |= {name: _small_size(name, name in indicators, room) for name in measured}
    return Graph(
        sizes,
        nodes,
        tuple((a, b) for a, b, kind in texts if kind == "path"),
        tuple((a, b) for a, b, k in texts if k == "covariance" and {a, b} <= set(nodes)),
        fans,
        texts,
    )


def _alike(sizes: Mapping[str, Size]) -> dict[str, Size]:
    """Give all constructs the size of the largest: none is to look weightier than another."""
    width = max((size[0] for size in sizes.values()), default=0.0)
    height = max((size[1] for size in sizes.values()), default=0.0)
    return dict.fromkeys(sizes, (width, height, True))


def _size(words: Words, latent: bool) -> Size:
    head, rest, foot = words
    width = max([9.6 * len(head), *(6.3 * len(line) for line in (*rest, foot))])
    height = 22 + 14.5 * len(rest) + (15 if foot else 0)
    # The widest line stands near the middle, where an ellipse is widest.
    if latent:
        return (max(112.0, width * 1.12 + 24), max(62.0, height * 1.14 + 16), True)
    return (max(84.0, width + 24), max(40.0, height + 16), False)


def _small_size(name: str, latent: bool, room: float) -> Size:
    # Loadings come together towards their construct: labels need more room than they take.
    own = max(86.0, 8.2 * len(name) + 30) if latent else max(46.0, 7.4 * len(name) + 14)
    width = max(own, 1.4 * room + 6)
    return (width, 42.0 if latent else 28.0, latent)


def _words(name: str, names: Mapping[str, Any], shares: Mapping[str, float], lang: str) -> Words:
    full = say(names[name], lang) if name in names else ""
    rest = tuple(_wrapped(full)) if full and full != name else ()
    foot = f"R² = {bounded(shares[name], 2, lang)}" if name in shares else ""
    return name, rest, foot


def _wrapped(text: str) -> list[str]:
    """Break a name into lines of about the same length."""
    lines = _broken(text, NAME_WIDTH)
    for width in range(NAME_WIDTH - 1, 7, -1):
        narrower = _broken(text, width)
        if len(narrower) > len(lines) or max(map(len, narrower)) > NAME_WIDTH:
            break
        lines = narrower
    if len(lines) > NAME_LINES:
        lines = [*lines[: NAME_LINES - 1], lines[NAME_LINES - 1] + "…"]
    longest = NAME_WIDTH + 7
    return [line if len(line) <= longest else line[: longest - 1] + "…" for line in lines]


def _broken(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _estimate(row: Mapping[Any, Any], column: str, lang: str) -> str:
    value = row[column]
    if is_missing(value):
        return ""
    text = bounded(value, 2, lang) if column == "std_all" else number(value, 2, lang)
    mark = stars(row["pvalue"], lang)
    return text + (mark if mark.startswith("*") else "")


def _line(arrow: Arrow, texts: Mapping[Key, str], rows: Mapping[Key, Any], estimated: bool) -> Line:
    key = (arrow.source, arrow.target, arrow.kind)
    pvalue = rows[key]["pvalue"]
    weak = estimated and not is_missing(pvalue) and pvalue >= 0.05
    return Line(arrow, texts[key], weak)


def _description(lines: tuple[Line, ...], lang: str) -> str:
    said = [
        say(
            phrase(
                f"diagram.{line.arrow.kind}",
                source=line.arrow.source,
                target=line.arrow.target,
                estimate=line.text,
            ),
            lang,
        )
        for line in lines
    ]
    return " ".join(said)


def _legend(
    lines: tuple[Line, ...], estimated: bool, standardised: bool, lang: str
) -> tuple[str, ...]:
    if not estimated:
        return (say(phrase("diagram.no_estimates"), lang),)
    keys = ["diagram.standardised" if standardised else "diagram.raw"]
    keys += ["diagram.dashed"] if any(line.dashed for line in lines) else []
    return (" ".join(say(phrase(key), lang) for key in keys), say(phrase("diagram.stars"), lang))
