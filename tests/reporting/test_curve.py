import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pandas as pd
import pytest

from scrm_model.errors import ArgumentError
from scrm_model.planning.population import population
from scrm_model.planning.power import Power, power
from scrm_model.reporting.curve import power_curve, spread

TEXT = "F =~ x1 + x2 + x3\nG =~ y1 + y2 + y3\nH =~ z1 + z2 + z3\nG ~ a*F\nH ~ b*G + c*F"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def found():
    return power(TEXT, population(TEXT), [100, 150, 250], 50, 1, progress=False)


def texts(curve):
    return [t.text for t in ET.fromstring(curve.svg).iter(f"{SVG}text")]


def test_a_line_for_each_hypothesis_and_for_all(found):
    curve = power_curve(found)
    shown = texts(curve)
    for word in (
        "a",
        "b",
        "c",
        "all hypotheses at once",
        "Power",
        "Number of answers",
        "100",
        ".80",
    ):
        assert word in shown
    assert len(list(ET.fromstring(curve.svg).iter(f"{SVG}path"))) == 4
    described = ET.fromstring(curve.svg).find(f"{SVG}desc").text
    value = found.frame.query("name == 'a' and n == 250")["power"].iloc[0]
    assert described.startswith("Power at 100, 150, 250 answers. a: ")
    assert f"{value:.2f}".lstrip("0") in described


def test_points_stand_where_the_numbers_say(found):
    curve = power_curve(found, of=["b"], target=None)
    line = next(ET.fromstring(curve.svg).iter(f"{SVG}path")).get("d")
    points = [tuple(map(float, p.split())) for p in re.sub("[ML]", "", line).split("  ")]
    if len(points) == 1:
        points = [tuple(map(float, p.split())) for p in line.removeprefix("M").split(" L")]
    assert len(points) == 3
    # Places are linear in n and in power.
    n = [100, 150, 250]
    slope = [
        (q[0] - p[0]) / (b - a)
        for (p, q), (a, b) in zip(pairwise(points), pairwise(n), strict=True)
    ]
    assert slope[0] == pytest.approx(slope[1], rel=1e-2)
    shares = found.frame.query("name == 'b'")["power"].to_numpy()
    heights = [p[1] for p in points]
    assert (heights[0] - heights[2]) / 300 == pytest.approx(shares[2] - shares[0], abs=0.01)


def test_french(found):
    shown = texts(power_curve(found, lang="fr"))
    assert {"Puissance", "Nombre de réponses", "0,80", "toutes les hypothèses à la fois"} <= set(
        shown
    )


def test_saved(found, tmp_path):
    curve = power_curve(found)
    path = curve.save(tmp_path / "power.svg")
    assert path.read_text("utf-8") == curve.svg == curve._repr_svg_()
    assert repr(curve).startswith("PowerCurve(")
    assert curve.save(tmp_path / "power.png").read_bytes() == curve.png
    assert curve.save(tmp_path / "power.pdf").read_bytes() == curve.pdf
    with pytest.raises(ArgumentError, match=r"^path= needs a name ending in .svg, .pdf or .png"):
        curve.save(tmp_path / "power.gif")


def test_names_are_escaped_and_one_size_is_enough():
    frame = pd.DataFrame(
        {"n": [50], "kind": ["path"], "name": ["<b> & c"], "power": [0.5], "power_lower": [0.4],
         "power_upper": [0.6]}
    )  # fmt: skip
    one = Power(frame, 0.05, 100, "admissible", "montecarlo", 1, False, ())
    assert "<b> & c" in texts(power_curve(one))


def test_labels_move_apart_and_stay_inside():
    places = spread([10.0, 11.0, 12.0, 290.0, 300.0], 14.0, 0.0, 300.0)
    assert all(b - a >= 14.0 - 1e-9 for a, b in pairwise(places))
    assert places[-1] <= 300.0
    assert spread([5.0, 50.0], 14.0, 0.0, 300.0) == [5.0, 50.0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"of": ["aa"]}, r"^of= needs names of power.frame; got 'aa'"),
        ({"of": []}, r"^of= needs one or more names"),
        ({"target": 80}, r"^target= needs a power between 0 and 1; got 80"),
        ({"lang": "es"}, r"^lang= needs 'en' or 'fr'"),
    ],
)
def test_errors_say_what_to_do(found, options, message):
    with pytest.raises(ArgumentError, match=message):
        power_curve(found, **options)
