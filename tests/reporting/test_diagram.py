import re
import xml.etree.ElementTree as ET
from types import SimpleNamespace

import pandas as pd
import pytest

from scrm_model.errors import ArgumentError
from scrm_model.reporting.diagram import path_diagram
from scrm_model.reporting.formats import bounded
from scrm_model.study.scrm import STUDY

SVG = "{http://www.w3.org/2000/svg}"
NAMES = {c.id: c.name for c in STUDY.constructs}


def words(svg):
    return [t.text for t in ET.fromstring(svg).iter(f"{SVG}text")]


def test_the_structural_model_is_drawn(kit):
    svg = path_diagram(kit.fit(), names=NAMES).svg
    root = ET.fromstring(svg)
    assert len(root.findall(f".//{SVG}ellipse")) == 6
    assert len(root.findall(f".//{SVG}path[@class='stroke']")) == 9
    assert ".62***" in words(svg)
    assert "R² = .31" in words(svg)
    assert "cro1" not in words(svg)
    assert {"Social media", "technology use"} <= set(words(svg))


def test_only_what_is_not_significant_is_dashed(kit):
    root = ET.fromstring(path_diagram(kit.fit()).svg)
    dashed = [p for p in root.iter(f"{SVG}path") if p.get("stroke-dasharray")]
    assert len(dashed) == 1
    assert any("Dashed" in text for text in words(path_diagram(kit.fit()).svg))


def test_indicators_when_asked(kit):
    svg = path_diagram(kit.fit(), structural=False).svg
    root = ET.fromstring(svg)
    assert len(root.findall(f".//{SVG}ellipse")) == 8, "two dimensions beside six constructs"
    assert {"cro5", "scrmp6", "SCRMP_FIRM", "SCRMP_REL"} <= set(words(svg))


def test_raw_estimates_and_french(kit):
    svg = path_diagram(kit.fit(), labels="raw", lang="fr", names=NAMES).svg
    assert "0,60***" in words(svg)
    assert "Estimations non standardisées." in " ".join(words(svg))
    assert 'lang="fr"' in svg


def test_a_screen_reader_hears_every_arrow(kit):
    root = ET.fromstring(path_diagram(kit.fit()).svg)
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert "CRO acts on SMS: .62***." in desc.text
    assert desc.text.count("acts on") == 9


def test_a_fit_that_failed_shows_no_number(kit):
    svg = path_diagram(kit.failed(), names=NAMES).svg
    assert not re.search(r"\d\.\d|\.\d\d|nan", " ".join(filter(None, words(svg))))
    assert "The model did not converge: there are no estimates." in words(svg)


def test_hostile_names_are_text(kit):
    evil = '<script>alert(1)</script>"onload=&\u202e'
    names = {evil: "\\textbf{x} & </svg><script>", "B": "عربي " * 30}
    rows = [kit.row("B", "~", evil, 0.3, 0.1, 0.3), kit.row(evil, "=~", "it<em>", 1, 0, 0.8)]
    fit = kit.fit(parameters=pd.DataFrame(rows), r2=pd.Series({"B": 0.2}))
    for structural in (True, False):
        svg = path_diagram(fit, names=names, structural=structural).svg
        root = ET.fromstring(svg)
        assert {element.tag for element in root.iter()} <= {
            SVG + tag for tag in ["svg", "title", "desc", "rect", "g", "path", "ellipse", "text"]
        }
        assert not any(key.startswith("on") for e in root.iter() for key in e.attrib)
        assert "\u202e" not in svg


def test_observed_predictors_covariances_and_effects_both_ways(kit):
    rows = [
        kit.row("y", "~", "x", 0.5, 0.1, 0.4),
        kit.row("y", "~", "w", 0.1, 0.2, 0.05),
        kit.row("x", "~~", "w", 0.3, 0.1, 0.3),
        kit.row("z", "~", "y", 0.3, 0.1, 0.3),
        kit.row("y", "~", "z", 0.2, 0.1, 0.2),
        kit.row("x", "~~", "x", 1.0, 0.1, 1.0),
        kit.row("y", "~1", "", 2.0, 0.1, 1.0),
        kit.row("a", ":=", "b", 0.1, 0.1, 0.1),
    ]
    svg = path_diagram(kit.fit(parameters=pd.DataFrame(rows), r2=pd.Series(dtype=float))).svg
    root = ET.fromstring(svg)
    assert not root.findall(f".//{SVG}ellipse")
    assert len(root.findall(f".//{SVG}path[@class='stroke']")) == 5
    assert len(root.findall(f".//{SVG}path[@class='fill']")) == 6, "a covariance has two heads"


def test_one_group_at_a_time(kit):
    rows = [kit.row("y", "~", "x", 0.5, 0.1, 0.4), kit.row("y", "~", "x", 0.1, 0.2, 0.11)]
    table = pd.DataFrame(rows).assign(group=[1, 2])
    fit = kit.fit(parameters=table, r2=pd.Series(dtype=float))
    assert ".40***" in words(path_diagram(fit).svg)
    assert ".11" in words(path_diagram(fit, group=2).svg)
    with pytest.raises(ArgumentError, match="group= needs one of 1, 2; got 3"):
        path_diagram(fit, group=3)


def test_names_come_from_the_study_behind_the_model(kit):
    model = SimpleNamespace(origin=SimpleNamespace(study=STUDY))
    fit = SimpleNamespace(model=model, **vars(kit.fit()))
    assert path_diagram(fit).svg == path_diagram(kit.fit(), names=NAMES).svg
    assert "technology use" not in words(path_diagram(fit, names={}).svg)


def test_r2_of_a_group(kit):
    fit = kit.fit()
    both = pd.DataFrame({"a": fit.r2, "b": fit.r2 / 2})
    parameters = pd.concat([fit.parameters, fit.parameters.assign(group=2)])
    svg = path_diagram(kit.fit(r2=both, parameters=parameters), group=2).svg
    assert f"R² = {bounded(fit.r2['SMS'] / 2)}" in words(svg)


def test_it_saves_and_shows_itself(kit, tmp_path):
    diagram = path_diagram(kit.fit())
    written = diagram.save(tmp_path / "model.svg")
    assert written.read_text(encoding="utf-8") == diagram.svg == diagram._repr_svg_()
    assert diagram.svg in diagram._repr_html_()
    for form, begins in (("png", b"\x89PNG"), ("pdf", b"%PDF")):
        content = diagram.save(tmp_path / f"model.{form}").read_bytes()
        assert content.startswith(begins)
        assert content == path_diagram(kit.fit()).save(tmp_path / f"again.{form}").read_bytes()
    with pytest.raises(
        ArgumentError, match=r"path= needs a name ending in \.svg, \.pdf or \.png; got .*model\.jpg"
    ):
        diagram.save(tmp_path / "model.jpg")


def test_errors(kit):
    with pytest.raises(ArgumentError, match="lang="):
        path_diagram(kit.fit(), lang="es")
    with pytest.raises(ArgumentError, match=r"fit= needs a result of fit\(\), .*; got object"):
        path_diagram(object())
    with pytest.raises(ArgumentError, match="structural= needs True, False or None; got 'no'"):
        path_diagram(kit.fit(), structural="no")
    rows = pd.DataFrame([kit.row("x", "~~", "x", 1.0, 0.1, 1.0)])
    with pytest.raises(ArgumentError, match="fit= needs a model with a latent variable"):
        path_diagram(kit.fit(parameters=rows, r2=pd.Series(dtype=float)))
