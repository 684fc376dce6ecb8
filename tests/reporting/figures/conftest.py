"""What every figure must be: nothing outside the paper, no text on another text."""

from itertools import combinations
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

from scrm_model.reporting.figures.marks import Area, Box, Curve, Oval, Rule, Words
from scrm_model.survey.instrument import SCALES


def text_boxes(picture):
    """Bounding boxes of all texts as matplotlib draws them, in points, y upwards."""
    figure = picture.figure()
    renderer = figure.canvas.get_renderer()
    texts = [t for t in figure.axes[0].texts if t.get_text()]
    return [(t.get_text(), t.get_window_extent(renderer)) for t in texts]


def corners(mark):
    if isinstance(mark, Curve | Area):
        return mark.points
    if isinstance(mark, Rule):
        return ((mark.x1, mark.y1), (mark.x2, mark.y2))
    if isinstance(mark, Oval):
        return ((mark.x, mark.y), (mark.x + mark.width, mark.y + mark.height))
    return ()


def check_layout(picture):
    width, height = picture.size
    for mark in picture.marks:
        if isinstance(mark, Box):
            assert mark.width >= 0
            assert mark.height >= 0
            assert mark.x >= -0.01
            assert mark.x + mark.width <= width + 0.01
            assert mark.y + mark.height <= height + 0.01
        for x, y in corners(mark):
            assert -0.01 <= x <= width + 0.01, mark
            assert -0.01 <= y <= height + 0.01, mark
    boxes = text_boxes(picture)
    assert boxes
    for text, box in boxes:
        assert box.x0 >= 0, text
        assert box.x1 <= width, text
        assert box.y0 >= 0, text
        assert box.y1 <= height, text
    for (one, a), (two, b) in combinations(boxes, 2):
        # Letters of one line may reach half a point into the room of the next.
        apart = a.x1 <= b.x0 or b.x1 <= a.x0 or a.y1 <= b.y0 + 0.75 or b.y1 <= a.y0 + 0.75
        assert apart, (one, two)


def check_forms(picture, tmp_path):
    for form, magic in (("svg", b"<svg"), ("pdf", b"%PDF"), ("png", b"\x89PNG")):
        path = picture.save(tmp_path / f"figure.{form}")
        assert path.read_bytes().startswith(magic)
    svg = picture.svg
    assert svg.encode() == (tmp_path / "figure.svg").read_bytes()
    root = ET.fromstring(svg)
    assert root.find("{http://www.w3.org/2000/svg}title").text == picture.title
    described = root.find("{http://www.w3.org/2000/svg}desc").text
    assert described
    assert root.get("role") == "img"
    lowered = svg.lower()
    assert not any(word in lowered for word in ("<script", "<!--", "date", "matplotlib", "onload"))


@pytest.fixture
def check(tmp_path):
    def both(picture):
        check_layout(picture)
        check_forms(picture, tmp_path)

    return both


@pytest.fixture
def words():
    return lambda picture: [m.text for m in picture.marks if isinstance(m, Words)]


@pytest.fixture
def boxes():
    def of(picture, beginning):
        found = [m for m in picture.marks if isinstance(m, Box)]
        return [m for m in found if m.name.startswith(beginning)]

    return of


def answers(n=200, seed=1, scales=SCALES, gaps=0.04):
    rng = np.random.default_rng(seed)
    columns = {}
    for code in scales.codes:
        low, high = scales.points(code)
        drawn = rng.normal(low + (high - low) * rng.uniform(0.3, 0.8), (high - low) / 4, n)
        values = np.clip(np.round(drawn), low, high)
        columns[code] = np.where(rng.random(n) < gaps, np.nan, values)
    return pd.DataFrame(columns)


@pytest.fixture(name="answers")
def _answers():
    return answers
