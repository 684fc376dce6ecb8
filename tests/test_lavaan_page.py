"""The page that says how near lavaan's numbers are is what its script writes."""

import re

from doc_script import FOLDER, load

PAGE = FOLDER.parent / "lavaan.md"


def test_page_is_what_the_script_writes():
    text = PAGE.read_text(encoding="utf-8")
    shown = text.split("<!-- match -->\n")[1].split("\n<!-- end of match -->")[0]
    made = load("match_lavaan").markdown()
    # The last digits of a difference are this machine's; its size and every count are not.
    assert _counts(shown) == _counts(made)
    for row in made.splitlines()[2:7]:
        assert all(float(v) < 1e-4 for v in _sizes(row)[:2])


def _counts(text):
    return re.sub(r"\d+e-\d+", "", re.sub(r"\d+ of (\d+)", r"\1", text))


def _sizes(row):
    return re.findall(r"\d+e-\d+", row)
