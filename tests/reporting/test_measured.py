from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from scrm_model.reporting.graph import Graph
from scrm_model.reporting.labelling import clashing
from scrm_model.reporting.lanes import lanes
from scrm_model.reporting.layout import arrange
from scrm_model.reporting.measured import owners


def test_arcs_around_others_are_farther_out():
    assert lanes([(0, 10), (0, 20), (10, 20), (0, 30)], 3.0) == [0, 1, 0, 2]
    assert lanes([(20, 0), (0, 10)], 3.0) == [1, 0]


def test_arcs_whose_middles_meet_have_lanes_of_their_own():
    # Both run from near the start to near the end, neither around the other.
    assert sorted(lanes([(0, 10), (1, 10.5)], 2.0)) == [0, 1]
    assert lanes([(0, 10), (5, 15)], 2.0) == [0, 0]
    assert lanes([(0, 10), (0, 10)], 2.0) == [0, 1]


def test_an_indicator_stands_beside_the_construct_with_most_of_them():
    sizes = dict.fromkeys(["g", "s", "t", "a", "b", "c"], (50.0, 30.0, True))
    graph = Graph(sizes, ("s", "t", "g"), (), (), {"s": ("a",), "t": ("c",), "g": ("a", "b", "c")})
    assert owners(graph) == {"a": "g", "b": "g", "c": "g"}


@st.composite
def factor_models(draw):
    names = [f"F{i}" for i in range(draw(st.integers(1, 6)))]
    fans = {n: tuple(f"{n}x{k}" for k in range(draw(st.integers(0, 5)))) for n in names}
    items = [item for fan in fans.values() for item in fan]
    if items and draw(st.booleans()):
        some = draw(st.lists(st.sampled_from(items), unique=True, min_size=1))
        fans["G"] = tuple(some)
        names.append("G")
    pairs = [*combinations(names, 2), *combinations(items, 2)]
    joined = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=15)) if pairs else []
    sizes = dict.fromkeys(names, (150.0, 80.0, True)) | dict.fromkeys(items, (60.0, 28.0, False))
    labels = {(a, b, "covariance"): "−.45***" for a, b in joined}
    labels |= {(f, i, "loading"): ".78***" for f, fan in fans.items() for i in fan}
    return Graph(sizes, tuple(names), (), tuple(joined), fans, labels)


@settings(max_examples=40, deadline=None)
@given(factor_models())
def test_any_factor_model_keeps_boxes_and_labels_apart(graph):
    layout = arrange(graph)
    assert len(layout.boxes) == len(graph.sizes)
    for one, two in combinations(layout.boxes, 2):
        assert not one.overlaps(two), (one, two)
    assert not clashing(layout.arrows, layout.boxes)
    assert len(layout.arrows) == len(graph.labels)
