"""Path diagrams of real models: nothing on anything else, in SVG and as matplotlib draws them."""

import re
import warnings
from itertools import combinations
from types import SimpleNamespace
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from semopy.examples import holzinger39, political_democracy

import scrm_model as scrm
from scrm_model.errors import ArgumentError
from scrm_model.reporting.diagram import path_diagram
from scrm_model.reporting.drawn import Asked, drawing_of
from scrm_model.reporting.figures.canvas import figure_of
from scrm_model.reporting.figures.marks import Box, Curve, Oval, Words

SVG = "{http://www.w3.org/2000/svg}"
THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"
GENERAL = THREE + "g =~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9\n"
DEMOCRACY = """
  ind60 =~ x1 + x2 + x3
  dem60 =~ y1 + y2 + y3 + y4
  dem65 =~ y5 + y6 + y7 + y8
  dem60 ~ ind60
  dem65 ~ ind60 + dem60
  y1 ~~ y5
  y2 ~~ y4 + y6
  y3 ~~ y7
  y4 ~~ y8
  y6 ~~ y8
"""
TWELVE = "\n".join(f"F{k} =~ " + " + ".join(f"f{k}_{j}" for j in (1, 2, 3)) for k in range(1, 13))
PATHS = """
  F4 ~ F1 + F2 + F3
  F5 ~ F1 + F4
  F6 ~ F2 + F4
  F7 ~ F3 + F5
  F8 ~ F5 + F6
  F9 ~ F6 + F7
  F10 ~ F7 + F8
  F11 ~ F8 + F9 + F1
  F12 ~ F10 + F11 + F9
"""


def of_population(model, n=250, **options):
    answers = scrm.simulate(scrm.population(model, loadings=0.8, **options), n=n, seed=3)
    return scrm.fit(model, answers)


@pytest.fixture(scope="module")
def models():
    pupils = holzinger39.get_data()
    fits = {
        kind: of_population(scrm.specify(performance=kind), paths="cautious")
        for kind in ("second-order", "two-factor", "single")
    }
    fits["democracy"] = scrm.fit(DEMOCRACY, political_democracy.get_data())
    with warnings.catch_warnings():
        # A Heywood case, as bifactor models of these data have.
        warnings.simplefilter("ignore")
        fits["bifactor"] = scrm.fit(GENERAL, pupils, orthogonal=True)
    fits["cfa"] = scrm.fit(THREE, pupils)
    fits["higher"] = scrm.fit(THREE + "g =~ visual + textual + speed", pupils)
    fits["schools"] = scrm.fit(THREE, pupils, group="school")
    fits["twelve"] = of_population(TWELVE + PATHS, paths=0.3)
    fits["twelve cfa"] = of_population(TWELVE)
    return fits


NAMES = [
    "second-order", "two-factor", "single", "democracy", "bifactor", "cfa", "higher", "schools",
    "twelve", "twelve cfa",
]  # fmt: skip


def overlap(a, b, slack=0.0):
    return (
        a[0] < b[2] - slack and b[0] < a[2] - slack and a[1] < b[3] - slack and b[1] < a[3] - slack
    )


def texts_of(marks, size):
    """Each text and its rectangle as matplotlib draws it, y downwards."""
    figure = figure_of(marks, size)
    # At 72 dots an inch widths of letters are rounded to whole points.
    figure.set_dpi(720)
    renderer = figure.canvas.get_renderer()
    out = []
    for text in figure.axes[0].texts:
        if text.get_text():
            box = text.get_window_extent(renderer)
            left, right, low, high = (v / 10 for v in (box.x0, box.x1, box.y0, box.y1))
            out.append((text.get_text(), (left, size[1] - high, right, size[1] - low)))
    return out


def check(diagram):
    marks, size = diagram._inked()
    texts = texts_of(marks, size)
    nodes = [
        (m.name, (m.x, m.y, m.x + m.width, m.y + m.height))
        for m in marks
        if isinstance(m, Oval | Box) and m.name
    ]
    assert nodes
    for (one, a), (two, b) in combinations(nodes, 2):
        assert not overlap(a, b), (one, two)
    for (one, a), (two, b) in combinations(texts, 2):
        # Letters of one line may reach half a point into the room of the next.
        assert not overlap(a, b, 0.75), (one, two)
    for text, rectangle in texts:
        assert rectangle[0] >= 0, text
        assert rectangle[1] >= 0, text
        assert rectangle[2] <= size[0], text
        assert rectangle[3] <= size[1], text
        touched = [node for _, node in nodes if overlap(rectangle, node)]
        # A text is inside one node, or touches none.
        for node in touched:
            assert rectangle[0] >= node[0], text
            assert rectangle[2] <= node[2], text
            assert rectangle[1] >= node[1] - 0.5, text
            assert rectangle[3] <= node[3] + 0.5, text
        assert len(touched) <= 1
    for mark in marks:
        if isinstance(mark, Curve):
            start, control, end = mark.points
            for k in range(21):
                t = k / 20
                x, y = (
                    (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t * t * c
                    for a, b, c in zip(start, control, end, strict=True)
                )
                assert 0 <= x <= size[0]
                assert 0 <= y <= size[1]


@pytest.mark.parametrize("structural", [True, False])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_lies_on_anything_else(models, name, structural):
    for lang in ("en", "fr"):
        check(path_diagram(models[name], structural=structural, lang=lang))
    check(path_diagram(models[name], structural=structural, residuals=True, labels="raw"))


@pytest.mark.parametrize("name", NAMES)
def test_every_arrow_is_drawn_and_none_is_lost(models, name):
    diagram = path_diagram(models[name], structural=False)
    table = models[name].parameters
    table = table[(table["group"] == 1) & (table["lhs"] != table["rhs"])]
    drawn = table[table["op"].isin(["=~", "~", "~~"])]
    drawn = drawn[~((drawn["op"] == "~~") & (drawn["est"] == 0) & (drawn["se"] == 0))]
    arrows = [m for m in diagram.marks if isinstance(m, Curve)]
    assert len(arrows) == len(drawn)
    strokes = ET.fromstring(diagram.svg).findall(f".//{SVG}path[@class='stroke']")
    assert len(strokes) == len(arrows)


def test_svg_and_marks_have_the_same_places(models):
    diagram = path_diagram(models["democracy"], structural=False)
    root = ET.fromstring(diagram.svg)
    shift = float(root.find(f"{SVG}g").get("transform").split("(")[1].split()[0])
    ellipses = [
        (float(e.get("cx")) + shift, float(e.get("cy"))) for e in root.iter(f"{SVG}ellipse")
    ]
    ovals = [m for m in diagram.marks if isinstance(m, Oval)]
    middles = [(m.x + m.width / 2, m.y + m.height / 2) for m in ovals]
    assert np.array(sorted(middles)) == pytest.approx(np.array(sorted(ellipses)), abs=0.11)
    written = sorted(t.text for t in root.iter(f"{SVG}text"))
    assert written == sorted(m.text for m in diagram.marks if isinstance(m, Words))
    dashed = [p for p in root.iter(f"{SVG}path") if p.get("stroke-dasharray")]
    curves = [m for m in diagram.marks if isinstance(m, Curve) and m.dash]
    assert len(dashed) == len(curves) == 4


def test_saved_in_three_forms_and_always_the_same(models, tmp_path):
    for form, magic in (("svg", b"<svg"), ("pdf", b"%PDF"), ("png", b"\x89PNG")):
        diagram = path_diagram(models["cfa"])
        first, second = (diagram.save(tmp_path / f"{k}.{form}") for k in "ab")
        assert first.read_bytes() == second.read_bytes()
        assert first.read_bytes().startswith(magic)
    pdf = (tmp_path / "a.pdf").read_bytes()
    assert b"Path diagram" in pdf
    assert b"CreationDate" not in pdf
    assert b"atplotlib" not in (tmp_path / "a.png").read_bytes()
    again = path_diagram(models["cfa"])
    assert again.png == diagram.png
    assert again == diagram


def test_items_are_shown_where_there_is_nothing_else_to_show(models):
    words = lambda d: {m.text for m in d.marks if isinstance(m, Words)}  # noqa: E731
    assert "x1" in words(path_diagram(models["cfa"]))
    assert "x1" not in words(path_diagram(models["cfa"], structural=True))
    assert "cro1" not in words(path_diagram(models["second-order"]))
    assert "cro1" in words(path_diagram(models["second-order"], structural=False))


def test_specific_factors_stand_on_the_other_side_of_the_items(models):
    ovals = {m.name: m for m in path_diagram(models["bifactor"]).marks if isinstance(m, Oval)}
    items = [m for m in path_diagram(models["bifactor"]).marks if isinstance(m, Box) and m.name]
    for name in ("visual", "textual", "speed"):
        assert ovals[name].x > max(m.x + m.width for m in items)
    assert ovals["g"].x + ovals["g"].width < min(m.x for m in items)


def test_residual_covariances_are_drawn_or_counted(models):
    bare, whole = (path_diagram(models["democracy"], structural=s) for s in (True, False))
    legend = " ".join(m.text for m in bare.marks if isinstance(m, Words))
    assert "Not drawn: 6 covariances of residuals of indicators." in legend
    assert "Not drawn" not in " ".join(m.text for m in whole.marks if isinstance(m, Words))
    assert "y1 and y5 covary" in whole.description
    # Nothing that covaries runs through a construct: the fans of both look the same way.
    ovals = [m for m in whole.marks if isinstance(m, Oval)]
    for curve in (m for m in whole.marks if isinstance(m, Curve) and "|covariance|" in m.name):
        start, control, end = curve.points
        middle = [
            0.25 * a + 0.5 * b + 0.25 * c for a, b, c in zip(start, control, end, strict=True)
        ]
        assert middle[1] < min(oval.y for oval in ovals)


def legend_of(diagram):
    return " ".join(t.text for t in ET.fromstring(diagram.svg).iter(f"{SVG}text"))


def test_labels_can_be_chosen(models):
    fit = models["second-order"]
    named = path_diagram(fit, labels="label")
    assert {"H1", "H9"} <= {m.text for m in named.marks if isinstance(m, Words)}
    assert "On the arrows: labels of the parameters." in legend_of(named)
    assert "***" not in legend_of(named)
    bare = path_diagram(fit, labels=None)
    assert "CRO acts on SMS." in bare.description
    assert "standardised" not in legend_of(bare)
    raw = path_diagram(fit, labels="raw")
    own = fit.parameters.query("lhs == 'SMS' and rhs == 'CRO'").iloc[0]
    assert f"{own['est']:.2f}" in legend_of(raw)
    with pytest.raises(ArgumentError, match=r"^labels= needs 'std', 'raw', 'label' or None; got"):
        path_diagram(fit, labels="stds")


def test_r2_and_residual_variances(models):
    fit = models["democracy"]
    shown = path_diagram(fit, structural=False, residuals=True)
    share = fit.r2["dem65"]
    assert f"R² = {share:.2f}, Res. = {1 - share:.2f}".replace("0.", ".") in legend_of(shown)
    item = fit.parameters.query("lhs == 'y1' and rhs == 'y1'")["std_all"].iloc[0]
    assert f"y1: Res. = {item:.2f}.".replace("0.", ".") in shown.description
    assert "Res.: residual variance." in legend_of(shown)
    none = path_diagram(fit, r2=False)
    assert "R²" not in legend_of(none)
    assert "ind60: " not in shown.description  # its variance is not a residual one


def test_the_level_of_the_dashes_is_said(models):
    fit = models["democracy"]
    found = fit.parameters.query("lhs == 'dem65' and rhs == 'ind60'")["pvalue"].iloc[0]
    assert 0.005 < found < 0.05
    strict = path_diagram(fit, alpha=0.005)
    assert "Dashed: does not differ from zero at .005." in legend_of(strict)
    assert sum(bool(m.dash) for m in strict.marks if isinstance(m, Curve)) == 1
    loose = path_diagram(fit)
    assert "Every estimate that was tested differs from zero at .05." in legend_of(loose)
    assert not any(m.dash for m in loose.marks if isinstance(m, Curve))
    with pytest.raises(ArgumentError, match=r"^alpha= needs a number between 0 and 1; got 5"):
        path_diagram(fit, alpha=5)


def test_without_standard_errors_nothing_is_tested():
    cov = np.array([[1, 0.5, 0, 0], [0.5, 1, 0, 0], [0, 0, 1, 0.5], [0, 0, 0.5, 1]])
    moments = scrm.Moments(cov, 300, names=["x1", "x2", "x4", "x5"])
    with pytest.warns(scrm.InadmissibleWarning):
        fit = scrm.fit("F =~ x1 + x2\nG =~ x4 + x5", moments)
    diagram = path_diagram(fit)
    check(diagram)
    assert "Nothing is tested: the fit has no standard errors." in legend_of(diagram)
    assert "*" not in legend_of(diagram)
    assert not any(m.dash for m in diagram.marks if isinstance(m, Curve))
    assert "Rien n’est testé" in legend_of(path_diagram(fit, lang="fr"))


def test_without_a_minimum_it_says_so(kit):
    failed = path_diagram(kit.failed(), lang="fr", residuals=True)
    assert "Le modèle n’a pas convergé : il n’y a pas d’estimations." in legend_of(failed)
    assert failed.description.startswith("Le modèle n’a pas convergé")
    assert "agit sur" in failed.description
    check(failed)
    assert "Res." not in legend_of(path_diagram(kit.failed(), residuals=True))


def test_groups_are_named_one_diagram_each(models):
    fit = models["schools"]
    first, second = (path_diagram(fit, group=k) for k in (1, 2))
    assert "Group: Pasteur." in legend_of(first)
    assert first.title.endswith("; group Pasteur")
    assert second.title.endswith("; group Grant-White")
    rows = fit.parameters.query("lhs == 'visual' and rhs == 'x2'").set_index("group")["std_all"]
    assert f"{rows[2]:.2f}".lstrip("0") in legend_of(second)
    assert "Group" not in legend_of(path_diagram(models["cfa"]))


def test_a_construct_in_paths_that_is_also_an_indicator(kit):
    rows = [
        kit.row("S", "=~", "A", 1.0, 0.0, 0.8),
        kit.row("S", "=~", "B", 0.9, 0.1, 0.7),
        kit.row("A", "=~", "a1", 1.0, 0.0, 0.8),
        kit.row("B", "=~", "b1", 1.0, 0.0, 0.8),
        kit.row("A", "~", "X", 0.4, 0.1, 0.3),
    ]
    fit = kit.fit(parameters=pd.DataFrame(rows), r2=pd.Series(dtype=float))
    for structural in (True, False):
        diagram = path_diagram(fit, structural=structural)
        check(diagram)
        assert "S is measured by A: .80." in diagram.description


@pytest.mark.parametrize("structural", [True, False])
def test_hostile_names_stay_inert_in_every_form(kit, structural, tmp_path):
    evil = '<script>alert("$x_1^2$")</script> & \\frac{a}{b} \u202e漢'
    names = {evil: "$\\alpha$ _a_ " * 20, "B": "عربي " * 30}
    rows = [
        kit.row("B", "~", evil, 0.3, 0.1, 0.3),
        kit.row(evil, "=~", "it<em>", 1, 0, 0.8),
        kit.row(evil, "=~", "W" * 30, 1, 0.1, 0.8),
    ]
    fit = kit.fit(parameters=pd.DataFrame(rows), r2=pd.Series({"B": 0.2}))
    diagram = path_diagram(fit, names=names, structural=structural)
    check(diagram)
    marks, _ = diagram._inked()
    said = " ".join(m.text for m in marks if isinstance(m, Words))
    assert "\u202e" not in said
    assert "\ufffd" in said
    for form in ("pdf", "png"):
        diagram.save(tmp_path / f"x.{form}")


def test_the_plan_is_made_without_a_library_of_drawing(models):
    asked = Asked(None, "std", True, False, 0.05, "en", 1)
    drawing = drawing_of(models["cfa"], asked, {})
    assert isinstance(drawing.size[0], float)
    fake = SimpleNamespace(**{k: getattr(models["cfa"], k) for k in ("parameters", "r2")})
    fake.converged = True
    assert path_diagram(fake).svg == path_diagram(models["cfa"]).svg


# ---- a model before it is estimated


def test_a_model_is_drawn_as_it_is_claimed():
    model = scrm.specify()
    english, french = (scrm.path_diagram(model, lang=lang) for lang in ("en", "fr"))
    for number in range(1, 10):
        assert f"H{number}" in english.description
    assert "before any estimate" in english.description
    assert "avant toute estimation" in french.description
    assert "converge" not in english.svg
    assert "Usage des technologies" in french.svg
    fitted = scrm.path_diagram(scrm.fit(model, simulated(model)), labels="label")
    places = re.compile(r"<(?:ellipse|rect) [^>]*>")
    assert len(places.findall(english.svg)) == len(places.findall(fitted.svg))
    assert scrm.path_diagram(model.syntax).svg.count("<ellipse") == 6


def test_items_and_fixed_values_of_a_claimed_model():
    text = "f =~ x1 + x2 + x3\ng =~ y1 + y2 + y3\nf ~~ 0*g\nx1 ~~ x2"
    drawn = scrm.path_diagram(text, structural=False)
    assert "f is measured by x1." in drawn.description
    assert "x1 and x2 covary." in drawn.description
    assert "f and g covary" not in drawn.description
    assert drawn.svg == scrm.path_diagram(text, structural=False, labels=None).svg
    with pytest.raises(scrm.ArgumentError, match=r"fit= needs a result of fit\(\), a model or"):
        scrm.path_diagram(3)


def simulated(model):
    return scrm.simulate(scrm.population(model), 200, seed=1)
