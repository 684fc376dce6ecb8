import os
import subprocess
import sys
from pathlib import Path

import matplotlib
import pandas as pd
import pytest

import scrm_model
from scrm_model.errors import ArgumentError
from scrm_model.reporting.figures.colours import lightness, shades
from scrm_model.reporting.figures.marks import Box, Rule, Words
from scrm_model.reporting.figures.measure import UNKNOWN, lines, plain, width
from scrm_model.reporting.figures.picture import Picture

MARKS = (
    Box(10, 10, 60, 20, "#8c510a", "////"),
    Rule(5, 40, 195, 40),
    Words(10, 50, "$a_b$", 9.0),
    Words(180, 70, "upright", upright=True),
)


@pytest.fixture
def picture():
    return Picture("A <title>", "What & why", pd.DataFrame({"x": [1]}), MARKS, (200.0, 80.0))


def test_saved_by_its_ending(picture, check, tmp_path):
    check(picture)
    for form in ("svg", "pdf", "png"):
        first, second = (picture.save(tmp_path / f"{k}.{form.upper()}") for k in "ab")
        assert first.read_bytes() == second.read_bytes()
    for name in ("x.jpg", "x", "x.svgz"):
        with pytest.raises(
            ArgumentError, match=r"^path= needs a name ending in \.svg, \.pdf or \.png; got "
        ):
            picture.save(tmp_path / name)
    assert not (tmp_path / "x.jpg").exists()
    with pytest.raises(ArgumentError, match=r"^path= needs a folder that exists; got '.*no'"):
        picture.save(tmp_path / "no" / "x.svg")
    (tmp_path / "taken.svg").mkdir()
    with pytest.raises(ArgumentError, match=r"^path= needs a file that can be written; got "):
        picture.save(tmp_path / "taken.svg")


def test_shown_in_notebooks(picture):
    assert picture._repr_svg_() == picture.svg
    assert picture._repr_png_().startswith(b"\x89PNG")
    assert repr(picture).startswith("Picture('A <title>'; ")


def test_settings_of_the_user_neither_matter_nor_change(picture):
    before = picture.svg
    wild = {"text.usetex": True, "axes.facecolor": "red", "svg.fonttype": "none", "font.size": 30,
            "svg.hashsalt": None, "savefig.bbox": "tight"}  # fmt: skip
    with matplotlib.rc_context(wild):
        kept = dict(matplotlib.rcParams)
        assert picture.svg == before
        picture.figure()
        assert dict(matplotlib.rcParams) == kept


def test_the_same_in_another_process_without_pyplot_or_display(picture):
    code = (
        "import sys, hashlib, pandas as pd\n"
        "from scrm_model.reporting.figures.marks import Box, Rule, Words\n"
        "from scrm_model.reporting.figures.picture import Picture\n"
        f"marks = {MARKS!r}\n"
        "p = Picture('A <title>', 'What & why', pd.DataFrame(), marks, (200.0, 80.0))\n"
        "print(hashlib.sha256(p.svg.encode()).hexdigest(), 'matplotlib.pyplot' in sys.modules)\n"
    )
    env = {k: v for k, v in os.environ.items() if k not in ("DISPLAY", "PYTHONHASHSEED")}
    env["PYTHONPATH"] = str(Path(scrm_model.__file__).parent.parent)
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env
    )
    import hashlib

    digest = hashlib.sha256(picture.svg.encode()).hexdigest()
    assert done.stdout.split() == [digest, "False"]


def test_two_figures_on_a_page_share_no_ids(picture):
    import re

    other = Picture("B", "C", pd.DataFrame(), MARKS, (200.0, 80.0))
    first, second = (set(re.findall(r' id="([^"]+)"', p.svg)) for p in (picture, other))
    assert not first & second
    for svg in (picture.svg, other.svg):
        ids = re.findall(r' id="([^"]+)"', svg)
        assert len(ids) == len(set(ids))
        used = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', svg)
        assert {a or b for a, b in used} <= set(ids)
        assert ">*{" not in svg


def test_figure_is_a_new_one_each_time(picture):
    assert picture.figure() is not picture.figure()
    assert len(picture.figure().axes[0].texts) == 2


def test_lines_fit_and_keep_every_word():
    text = "Our firm keeps a customer for the long term rather than making one quick sale."
    found = lines(text, 120.0, 8.0, 9)
    assert " ".join(found) == text
    assert all(width(line, 8.0) <= 120.0 for line in found)
    assert lines("", 100, 8.0) == []
    assert "".join(lines("x" * 100, 60.0, 8.0, 99)) == "x" * 100
    cut = lines(text, 120.0, 8.0, 2)
    assert len(cut) == 2
    assert cut[-1].endswith("…")
    assert width(cut[-1], 8.0) <= 120.0


def test_texts_are_drawn_as_they_stand_or_marked():
    assert plain("a\tb\nc  d") == "a b c d"
    assert plain("漢é") == UNKNOWN + "é"
    assert plain("\u202eab\x07") == "ab"


@pytest.mark.parametrize("count", range(2, 12))
def test_shades_get_lighter_towards_the_middle(count):
    found = shades(count)
    assert len(found) == count
    assert len({s.fill for s in found}) == count
    light = [lightness(tuple(int(s.fill[k : k + 2], 16) for k in (1, 3, 5))) for s in found]
    half = count // 2
    assert light[:half] == sorted(light[:half])
    assert light[count - half :] == sorted(light[count - half :], reverse=True)
    for shade, level in zip(found, light, strict=True):
        ink = 0.0056 if shade.ink == "#111111" else 1.0
        contrast = (max(level, ink) + 0.05) / (min(level, ink) + 0.05)
        assert contrast >= 4.0
