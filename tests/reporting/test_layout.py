import math
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scrm_model.reporting.layers import layers, without_cycles
from scrm_model.reporting.layout import Graph, arrange
from scrm_model.reporting.placing import hits
from scrm_model.reporting.shapes import Box, between, text_width
from scrm_model.study.claims import Study
from scrm_model.study.scrm import STUDY


def graph_of(study, items=0, label=".45***"):
    nodes = study.construct_ids
    sizes = dict.fromkeys(nodes, (178.0, 92.0, True))
    fans = {c: tuple(f"{c}{i}" for i in range(items)) for c in nodes}
    sizes |= {item: (52.0, 28.0, False) for fan in fans.values() for item in fan}
    labels = {(*path, "path"): label for path in study.paths}
    labels |= {(c, item, "loading"): label for c, fan in fans.items() for item in fan}
    return Graph(sizes, nodes, study.paths, (), fans if items else {}, labels)


RIVALS = list(STUDY.rivals.values())
CORP = Study.build(
    ["COMP", "LIKE", "CUSA", "CUSL"],
    [("COMP", "CUSA"), ("LIKE", "CUSA"), ("COMP", "CUSL"), ("LIKE", "CUSL"), ("CUSA", "CUSL")],
)
CYCLE = Study.build(["A", "B", "C"], [("A", "B"), ("B", "C"), ("C", "B"), ("C", "A")])
STUDIES = [STUDY, *RIVALS, CORP, CYCLE, Study.build(["X", "Y"], [("X", "Y")])]


def on_border(box, point):
    dx, dy = point[0] - box.x, point[1] - box.y
    a, b = box.width / 2, box.height / 2
    measure = math.hypot(dx / a, dy / b) if box.round else max(abs(dx) / a, abs(dy) / b)
    return measure == pytest.approx(1, abs=1e-6)


def check(layout):
    for one, two in combinations(layout.boxes, 2):
        assert not one.overlaps(two), (one, two)
    for arrow in layout.arrows:
        assert on_border(layout.box(arrow.source), arrow.start), arrow
        assert on_border(layout.box(arrow.target), arrow.end), arrow
    width, height = layout.size
    for box in layout.boxes:
        assert box.x - box.width / 2 > 0
        assert box.x + box.width / 2 < width
        assert box.y - box.height / 2 > 0
        assert box.y + box.height / 2 < height


def test_layers_are_longest_paths():
    found = layers(STUDY.construct_ids, STUDY.paths)
    assert found == {"CRO": 0, "SMS": 1, "SMTU": 2, "SCRMC": 3, "CEC": 4, "SCRMP": 5}


def test_cycles_lose_their_closing_edge():
    edges = [("A", "B"), ("B", "C"), ("C", "A"), ("B", "B")]
    assert without_cycles("ABC", edges) == (("A", "B"), ("B", "C"))
    assert layers("ABC", edges) == {"A": 0, "B": 1, "C": 2}


@pytest.mark.parametrize("items", [0, 4])
@pytest.mark.parametrize("study", STUDIES, ids=lambda s: str(s.name)[:20] + str(len(s.paths)))
def test_studies_are_laid_out_without_collisions(study, items):
    layout = arrange(graph_of(study, items))
    check(layout)
    for arrow in layout.arrows:
        for box in layout.boxes:
            if box.name not in (arrow.source, arrow.target):
                assert not arrow.meets(box), f"{arrow.source} → {arrow.target} runs through {box}"
            assert not arrow.label.overlaps(box), f"label {arrow.label} on {box}"
    for one, two in combinations(layout.arrows, 2):
        assert not one.label.overlaps(two.label), (one, two)


@pytest.mark.parametrize("study", [STUDY, *RIVALS[1:], CORP], ids=lambda s: str(len(s.paths)))
def test_the_study_is_drawn_without_crossings(study):
    layout = arrange(graph_of(study))
    for one, two in combinations(layout.arrows, 2):
        if {one.source, one.target} & {two.source, two.target}:
            continue
        a, b, c, d = map(np.array, (one.start, one.end, two.start, two.end))
        assert not crossing(a, b, c, d), (one, two)


def crossing(a, b, c, d):
    side = lambda p, q, r: np.sign((q - p)[0] * (r - p)[1] - (q - p)[1] * (r - p)[0])  # noqa: E731
    return side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)


@st.composite
def graphs(draw):
    names = [f"V{i}" for i in range(draw(st.integers(1, 7)))]
    pairs = [(a, b) for a in names for b in names if a != b]
    edges = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=9)) if pairs else []
    size = st.tuples(st.floats(40, 220), st.floats(30, 110), st.booleans())
    sizes = {name: draw(size) for name in names}
    fans = {name: tuple(f"{name}i{k}" for k in range(draw(st.integers(0, 4)))) for name in names}
    sizes |= {item: (46.0, 28.0, False) for fan in fans.values() for item in fan}
    labels = {(a, b, "path"): "−.12***" for a, b in edges}
    return Graph(sizes, tuple(names), tuple(edges), (), fans, labels)


@settings(max_examples=25, deadline=None)
@given(graphs())
def test_any_graph_keeps_its_boxes_apart(graph):
    check(arrange(graph))


def test_a_tall_fan_beside_a_taller_box_leaves_room_for_both():
    sizes = dict.fromkeys("ABCDEF", (40.0, 30.0, False)) | {"E": (40.0, 31.0, False)}
    sizes["d"] = (46.0, 28.0, False)
    edges = (("E", "F"), ("E", "A"))
    check(arrange(Graph(sizes, tuple("ABCDEF"), edges, (), {"D": ("d",)})))


def test_the_same_graph_gives_the_same_drawing():
    assert arrange(graph_of(STUDY, 3)) == arrange(graph_of(STUDY, 3))


def test_effects_in_both_directions_are_two_lines():
    layout = arrange(graph_of(CYCLE))
    there, back = (
        next(a for a in layout.arrows if (a.source, a.target) == pair)
        for pair in (("B", "C"), ("C", "B"))
    )
    assert math.dist(there.control, back.control) > 30


def test_covariances_of_one_column_pass_beside_it():
    sizes = dict.fromkeys("ABC", (100.0, 60.0, True))
    fans = {name: tuple(f"{name}{i}" for i in range(3)) for name in "ABC"}
    sizes |= {item: (46.0, 28.0, False) for fan in fans.values() for item in fan}
    pairs = (("A", "B"), ("A", "C"), ("B", "C"))
    layout = arrange(Graph(sizes, tuple("ABC"), (), pairs, fans))
    check(layout)
    for arrow in layout.arrows:
        if arrow.kind == "covariance":
            others = [b for b in layout.boxes if b.name not in (arrow.source, arrow.target)]
            assert not any(arrow.meets(box) for box in others)


def test_covariances_of_the_last_column_pass_on_its_right():
    sizes = dict.fromkeys("ABC", (100.0, 60.0, True))
    paths = (("A", "B"), ("A", "C"))
    layout = arrange(Graph(sizes, tuple("ABC"), paths, (("B", "C"),)))
    covariance = layout.arrows[-1]
    assert covariance.control[0] > layout.box("B").x + 50
    check(layout)


def test_covariances_between_columns_are_bowed():
    sizes = dict.fromkeys("AB", (100.0, 60.0, False))
    layout = arrange(Graph(sizes, ("A", "B"), (("A", "B"),), (("A", "B"),)))
    path, covariance = layout.arrows
    assert path.control != covariance.control
    check(layout)


def test_borders():
    ellipse, rectangle = Box("e", 0, 0, 20, 10), Box("r", 0, 0, 20, 10, round=False)
    assert ellipse.border((50, 0)) == (10, 0)
    assert rectangle.border((0, -9)) == (0, -5)
    assert rectangle.border((0, 0)) == (10, 0)
    assert on_border(ellipse, ellipse.border((3, 4)))
    straight = between(ellipse, Box("f", 100, 0, 20, 10), "path")
    assert (straight.start, straight.control, straight.end) == ((10, 0), (50, 0), (90, 0))


def test_segments_and_rectangles():
    low, high = np.array([0.0, 0.0]), np.array([1.0, 1.0])
    starts = np.array([[-1.0, 0.5], [-1.0, 2.0], [0.5, -1.0]])
    ends = np.array([[2.0, 0.5], [2.0, 2.0], [0.5, -0.5]])
    assert hits(starts, ends, low, high).tolist() == [True, False, False]


def test_stars_are_narrower_than_digits():
    assert text_width("***", 10) < text_width("888", 10)
