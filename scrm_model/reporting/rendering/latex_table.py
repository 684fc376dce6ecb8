r"""A grid as LaTeX: three rules by booktabs, notes below, long tables over several pages.

Numbers are set flush right and padded to the same number of decimals, with stars hanging in the
margin, so that they stand under one another by their decimal mark whatever that mark is.
"""

from scrm_model.reporting.rendering.grids import Cell, Grid, Group, decimals_of
from scrm_model.reporting.rendering.latex_text import latex_text
from scrm_model.reporting.rendering.widths import Plan, plan_of

PACKAGES = ("array", "booktabs", "threeparttable", "longtable", "pdflscape", "caption")
_SIZES = {10.0: "small", 9.0: "footnotesize", 8.0: "scriptsize"}


def table_latex(grid: Grid) -> str:
    """Render a grid as LaTeX.

    Parameters
    ----------
    grid : Grid
        The table in words.

    Returns
    -------
    str
        A ``table`` with a ``threeparttable``, or a ``longtable`` if it is longer than a page, on
        a turned page if it is wide. Everything in it is escaped.
    """
    plan = plan_of(grid)
    size = _SIZES.get(plan.size, "tiny")
    setting = f"\\{size}\n\\setlength{{\\tabcolsep}}{{{plan.size * 0.45:.1f}pt}}\n"
    body = (_long if plan.long else _short)(grid, plan)
    if plan.long:
        text = f"\\begingroup\n{setting}{body}\\endgroup\n"
    else:
        place = "p" if plan.landscape else "htbp"
        text = f"\\begin{{table}}[{place}]\n{setting}{body}\\end{{table}}\n"
    return f"\\begin{{landscape}}\n{text}\\end{{landscape}}\n" if plan.landscape else text


def _short(grid: Grid, plan: Plan) -> str:
    notes = ""
    if grid.notes:
        notes = f"\\begin{{tablenotes}}[flushleft]\n\\item {_notes(grid)}\n\\end{{tablenotes}}\n"
    return (
        f"\\begin{{threeparttable}}\n\\caption{{{latex_text(grid.title)}}}\n"
        f"\\begin{{tabular}}{{{_columns(grid, plan)}}}\n\\toprule\n{_heads(grid, plan)}"
        f"\\midrule\n{_groups(grid, plan)}\\bottomrule\n\\end{{tabular}}\n{notes}"
        "\\end{threeparttable}\n"
    )


def _long(grid: Grid, plan: Plan) -> str:
    heads, count = _heads(grid, plan), len(grid.heads)
    whole = sum(plan.widths)
    notes = ""
    if grid.notes:
        notes = _across(count, whole, _notes(grid)) + "\\\\\n"
    # A caption is centred over its table: they begin together if they are of one width.
    width = (
        f"\\setlength{{\\LTcapwidth}}{{{whole:.0f}pt}}\n"
        f"\\setlength{{\\LTright}}{{\\dimexpr\\linewidth-{whole:.0f}pt}}\n"
    )
    columns = _columns(grid, plan).replace("@{}", "@{\\extracolsep{\\fill}}", 1)
    return (
        f"{width}\\begin{{longtable}}{{{columns}}}\n"
        f"\\caption{{{latex_text(grid.title)}}}\\\\\n\\toprule\n{heads}\\midrule\n\\endfirsthead\n"
        f"\\toprule\n{heads}\\midrule\n\\endhead\n\\bottomrule\n\\endfoot\n"
        f"\\bottomrule\n{notes}\\endlastfoot\n{_groups(grid, plan)}\\end{{longtable}}\n"
    )


def _across(columns: int, width: float, text: str) -> str:
    """A text over all columns that makes none of them wider.

    A long table is set in pieces, and each column takes its widest piece: a text that claimed its
    own width would widen the last column of a piece in which it stands alone.
    """
    box = f"\\makebox[0pt][l]{{\\parbox[t]{{{width:.0f}pt}}{{{text}\\strut}}}}"
    return f"\\multicolumn{{{columns}}}{{@{{}}l@{{}}}}{{{box}}}"


def _notes(grid: Grid) -> str:
    notes = " ".join(latex_text(note, opens=False) for note in grid.notes)
    return f"\\textit{{{latex_text(grid.notes_label)}}} {notes}"


def _columns(grid: Grid, plan: Plan) -> str:
    kinds = []
    for head, width, wrapped in zip(grid.heads, plan.widths, plan.wrapped, strict=True):
        if head.numeric:
            kinds.append("r")
        elif wrapped:
            kinds.append(f">{{\\raggedright\\arraybackslash}}p{{{width - plan.size * 0.9:.0f}pt}}")
        else:
            kinds.append("l")
    return f"@{{}}{''.join(kinds)}@{{}}"


def _heads(grid: Grid, plan: Plan) -> str:
    lines = ""
    if any(head.spanner for head in grid.heads):
        cells, rules, first = [], [], 1
        for text, count in grid.spans:
            cells.append(f"\\multicolumn{{{count}}}{{c}}{{{latex_text(text)}}}" if text else "")
            rules += [f"\\cmidrule(lr){{{first}-{first + count - 1}}}"] if text else []
            first += count
        lines = " & ".join(cells) + f" \\\\\n{' '.join(rules)}\n"
    heads = []
    for head, width in zip(grid.heads, plan.widths, strict=True):
        text = latex_text(head.text)
        if head.numeric and " " in head.text:
            # A heading of several words is broken rather than widening its column.
            room = f"{width - plan.size * 0.9:.0f}pt"
            text = f"\\multicolumn{{1}}{{>{{\\raggedleft\\arraybackslash}}p{{{room}}}}}{{{text}}}"
        heads.append(text)
    return lines + " & ".join(heads) + " \\\\\n"


def _groups(grid: Grid, plan: Plan) -> str:
    width = sum(plan.widths)
    return "".join(_group(group, grid, width) for group in grid.groups)


def _group(group: Group, grid: Grid, width: float) -> str:
    lines = ""
    indent = ""
    if group.heading:
        heading = f"\\raggedright\\textit{{{latex_text(group.heading)}}}"
        lines = f"{_across(len(grid.heads), width, heading)} \\\\*\n"
        indent = "\\hspace{1em}"
    for row in group.rows:
        cells = [
            _cell(cell, head.numeric, most)
            for cell, head, most in zip(row, grid.heads, grid.places, strict=True)
        ]
        lines += f"{indent}{' & '.join(cells)} \\\\\n"
    return lines


def _cell(cell: Cell, numeric: bool, places: int) -> str:
    text = latex_text(cell.text)
    if cell.strong:
        text = f"\\textbf{{{text}}}"
    if not numeric:
        return text + (
            f"\\textsuperscript{{{latex_text(cell.marks, opens=False)}}}" if cell.marks else ""
        )
    lacking = places - decimals_of(cell)
    pad = ""
    if cell.value is not None and not cell.kind.endswith("interval") and lacking > 0:
        # Where there is no decimal mark, its room is padded too.
        pad = f"\\phantom{{{'.' if lacking == places else ''}{'0' * lacking}}}"
    marks = (
        f"\\rlap{{\\textsuperscript{{{latex_text(cell.marks, opens=False)}}}}}"
        if cell.marks
        else ""
    )
    return text + pad + marks
