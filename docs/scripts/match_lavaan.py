"""How far our numbers are from lavaan's: every stored model, every number, in one table.

Fits each model of ``tests/against_lavaan`` and compares all that lavaan 0.6-14 printed. Run from
the project's root; writes the table of docs/lavaan.md::

    python docs/scripts/match_lavaan.py
"""

import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "lavaan.md"
sys.path.insert(0, str(ROOT / "tests"))

from against_lavaan.compare import NUMBERS, fit_case  # noqa: E402
from against_lavaan.witness import HERE, case, parameters_of  # noqa: E402

FOLDERS = {
    "cases": "maximum likelihood",
    "robust": "robust errors and tests",
    "fiml": "missing answers, full information",
    "ordinal": "ordinal answers",
    "bounds": "bounds of parameters",
}
FAR = 1e-4
ERRORS = ["se", "ci_lower", "ci_upper"]


@dataclass(frozen=True)
class Gap:
    """The differences in one model: numbers compared, and the largest of each kind.

    A difference is relative for numbers above 1 in size and absolute below.
    """

    name: str
    numbers: int
    estimates: float
    errors: float
    measures: float
    worst_measure: str


def gap_of(name: str, folder: str) -> Gap:
    """Compare one stored model."""
    stored = case(name, folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = fit_case(stored)[0]
    theirs, mine = parameters_of(stored), found.parameters
    # At a bound lavaan has no error; a parameter there is no estimate.
    free = theirs["se"].notna().to_numpy()
    by_column = {c: _differences(mine[c][free], theirs[c][free]) for c in NUMBERS}
    wanted = pd.Series(stored["measures"], dtype=float)
    measures = _differences(found.measures[wanted.index], wanted)
    estimates = [v for c, v in by_column.items() if c not in ERRORS]
    return Gap(
        name,
        sum(len(v) for v in by_column.values()) + len(measures),
        max(float(v.max(initial=0.0)) for v in estimates),
        max(float(by_column[c].max(initial=0.0)) for c in ERRORS),
        float(measures.max(initial=0.0)),
        str(wanted.index[int(measures.argmax())]),
    )


def _differences(mine: pd.Series, theirs: pd.Series) -> np.ndarray:
    a, b = mine.to_numpy(dtype=float), theirs.to_numpy(dtype=float)
    told = np.isfinite(a) & np.isfinite(b)
    gap = np.abs(np.where(told, a, 0.0) - np.where(told, b, 0.0))
    return gap / np.maximum(np.abs(np.where(told, b, 1.0)), 1.0)


def names_of(folder: str) -> list[str]:
    """The stored models of a folder."""
    return sorted(p.stem for p in (HERE / folder).glob("*.json"))


def markdown() -> str:
    """The table, a row a folder."""
    lines = [
        "| models | how many | numbers | largest difference of an estimate | of an error "
        "| of a fit measure | models within 1e-6 throughout |",
        "|---|---|---|---|---|---|---|",
    ]
    far: list[str] = []
    for folder, label in FOLDERS.items():
        gaps = [gap_of(name, folder) for name in names_of(folder)]
        worst = [max(g.estimates, g.errors, g.measures) for g in gaps]
        close = sum(w <= 1e-6 for w in worst)
        cells = [
            f"{label} (`tests/against_lavaan/{folder}/`)",
            str(len(gaps)),
            f"{sum(g.numbers for g in gaps):,}",
            *(
                f"{max(getattr(g, k) for g in gaps):.0e}"
                for k in ("estimates", "errors", "measures")
            ),
            f"{close} of {len(gaps)}",
        ]
        lines.append("| " + " | ".join(cells) + " |")
        far += [f"`{g.name}`: `{g.worst_measure}`" for g in gaps if g.measures > FAR]
    lines += ["", f"Farther than {FAR:g}: " + (", ".join(far) or "nothing") + "."]
    return "\n".join(lines)


def write_page() -> None:
    """Put the table into the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, rest = text.split("<!-- match -->\n")
    after = rest.split("<!-- end of match -->")[1]
    filled = f"{before}<!-- match -->\n{markdown()}\n<!-- end of match -->{after}"
    PAGE.write_text(filled, encoding="utf-8")


if __name__ == "__main__":
    write_page()
