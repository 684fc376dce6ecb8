"""Forms that are written, filled in by openpyxl and given back."""

import random

import openpyxl
import pytest

from scrm_model.study.scrm import STUDY
from scrm_model.survey.content.form import expert_form
from scrm_model.survey.instrument import SCALES


class Panel:
    """Forms of several experts, and what was written into them."""

    def __init__(self, folder, lang="en", raters=6, scales=SCALES, study=STUDY, **options):
        self.scales = scales
        self.files = expert_form(
            scales, folder / "form.xlsx", study, lang, raters=raters, **options
        )
        self.given = {}

    def key(self, book, kind):
        rows = book["key"].iter_rows(values_only=True)
        return {row[1]: row[2] for row in rows if row[0] == kind}

    def cell(self, book, what, code):
        if what == "sorted":
            sheet = book[self.key(book, "sheet")["sort"]]
            order = self.key(book, "sort")
            row = next(
                r for r in range(2, sheet.max_row + 1) if order[sheet.cell(r, 1).value] == code
            )
            return sheet.cell(row, 3)
        sheet = book[self.key(book, "sheet")["rating"]]
        row = next(r for r in range(2, sheet.max_row + 1) if sheet.cell(r, 1).value == code)
        return sheet.cell(row, {"relevance": 5, "clarity": 6, "essential": 7, "comment": 8}[what])

    def write(self, number, cells):
        """Write values by (what, code) into the form of one expert, counted from 0."""
        book = openpyxl.load_workbook(self.files[number])
        for (what, code), value in cells.items():
            self.cell(book, what, code).value = value
        book.save(self.files[number])

    def fill(self, seed=1):
        """Fill every form with seeded judgements, some left out, and remember them."""
        rng = random.Random(seed)
        words = ["essential", "useful but not essential", "not necessary"]
        names = list(self.scales)
        for number in range(len(self.files)):
            labels = self.key(openpyxl.load_workbook(self.files[number]), "construct")
            cells = {}
            for code in self.scales.codes:
                own = self.scales.item(code).construct
                sorted_ = own if rng.random() < 0.8 else rng.choice(names)
                said = {
                    "relevance": rng.choice([4, 4, 3, 2, None]),
                    "clarity": rng.choice([4, 3, 2]),
                    "essential": rng.choice(words),
                    "sorted": labels[sorted_],
                }
                for what, value in said.items():
                    cells[what, code] = value
                    self.given[number, what, code] = sorted_ if what == "sorted" else value
            self.write(number, cells)
        return self


@pytest.fixture
def panel(tmp_path):
    return lambda **options: Panel(tmp_path, **options)
