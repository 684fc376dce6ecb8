from itertools import pairwise

import numpy as np
import pytest
from against_lavaan.witness import case, data, parameters_of

from scrm_model.errors import ArgumentError, EstimationError, ModelError
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.inference.effects import simple_paths
from scrm_model.inference.indirect import indirect_effects


def delta(fitted, of=None, **options):
    return indirect_effects(fitted, of, method="delta", **options).frame


def one(frame, kind, path=None):
    rows = frame[(frame["kind"] == kind) & (True if path is None else frame["path"] == path)]
    assert len(rows) == 1
    return rows.iloc[0]


def coefficient(fitted, column="est"):
    frame = fitted.parameters
    paths = frame[frame["op"] == "~"]
    return {(r.rhs, r.lhs): r[column] for _, r in paths.iterrows()}


def test_every_simple_path_and_no_other():
    arrows = [("a", "b"), ("b", "c"), ("a", "c"), ("c", "b"), ("c", "d"), ("d", "a")]
    assert sorted(simple_paths(arrows, "a", "d")) == [("a", "b", "c", "d"), ("a", "c", "d")]
    assert simple_paths(arrows, "z", "d") == []


@pytest.mark.parametrize(("column", "shown"), [("est", "est"), ("std_all", "std")])
def test_effects_are_products_and_sums_of_paths(serial, column, shown):
    frame = delta(serial, [("CRO", "SCRMP")])
    b = coefficient(serial, column)
    total = 0.0
    specific = frame[frame["kind"] == "specific"]
    assert len(specific) == 8
    for _, row in specific.iterrows():
        steps = row["path"].split(" → ")
        assert (steps[0], steps[-1]) == ("CRO", "SCRMP") == (row["source"], row["target"])
        product = np.prod([b[pair] for pair in pairwise(steps)])
        assert row[shown] == pytest.approx(product, rel=1e-10)
        total += product
    assert one(frame, "total indirect")[shown] == pytest.approx(total, rel=1e-10)
    assert one(frame, "direct")[shown] == pytest.approx(b["CRO", "SCRMP"])
    assert one(frame, "total")[shown] == pytest.approx(total + b["CRO", "SCRMP"], rel=1e-10)


def test_there_is_no_direct_effect_without_an_arrow(serial):
    frame = delta(serial, [("SMTU", "SCRMP")])
    assert list(frame["kind"]) == ["specific"] * 3 + ["total indirect", "total"]
    assert one(frame, "total indirect")["est"] == pytest.approx(one(frame, "total")["est"])
    frame = delta(serial, [("CRO", "SMS")])
    assert list(frame["kind"]) == ["direct", "total"]


def test_total_effects_with_a_loop_are_the_inverse():
    stored = case("nonrec_observed")
    fitted = fit(stored["model"], data("sim_nonrec"))
    b = coefficient(fitted)
    names = ["x1", "x2", "x3", "x4", "y1", "y2"]
    beta = np.array([[b.get((x, y), 0.0) for x in names] for y in names])
    expected = np.linalg.inv(np.eye(6) - beta) - np.eye(6)
    frame = delta(fitted, [("x1", "y2"), ("x3", "y2")])
    for (source, target), part in frame.groupby(["source", "target"]):
        found = one(part, "total")["est"]
        assert found == pytest.approx(expected[names.index(target), names.index(source)])
    # Once round the loop and again: a geometric series.
    part = frame[frame["source"] == "x3"]
    loop = b["y1", "y2"] * b["y2", "y1"]
    assert one(part, "total")["est"] == pytest.approx(one(part, "direct")["est"] / (1 - loop))


@pytest.mark.parametrize("name", ["talor_mediation", "scrm_serial", "polidem_labels"])
def test_delta_errors_of_definitions_equal_lavaan(name):
    stored = case(name)
    fitted = fit(stored["model"], data(stored["data"]))
    frame = delta(fitted)
    expected = parameters_of(stored).query("op == ':='")
    assert list(frame["path"]) == list(expected["lhs"])
    assert set(frame["kind"]) == {"defined"}
    for mine, theirs in (
        ("est", "est"), ("se", "se"), ("pvalue", "pvalue"), ("ci_lower", "ci_lower"),
        ("ci_upper", "ci_upper"), ("std", "std_all"),
    ):  # fmt: skip
        np.testing.assert_allclose(frame[mine], expected[theirs], rtol=1e-5, atol=1e-6)


def test_delta_errors_of_paths_equal_those_of_definitions(serial):
    frame = delta(serial, [("CRO", "SCRMP")])
    defined = delta(serial).set_index("path")
    long = one(frame, "specific", "CRO → SMS → SMTU → SCRMC → CEC → SCRMP")
    assert long[["est", "se", "std", "std_se"]].tolist() == pytest.approx(
        defined.loc["long", ["est", "se", "std", "std_se"]].tolist(), rel=1e-9
    )
    assert one(frame, "total")["se"] == pytest.approx(defined.loc["whole", "se"], rel=1e-9)


def test_level_of_delta_intervals(talor):
    wide, narrow = delta(talor, level=0.99), delta(talor, level=0.5)
    reach = (wide["ci_upper"] - wide["ci_lower"]) / (2 * wide["se"])
    np.testing.assert_allclose(reach, 2.5758293, rtol=1e-6)
    assert (narrow["ci_lower"] > wide["ci_lower"]).all()


def test_effects_by_group():
    text = "speed =~ x7 + x8 + x9\ngrade ~ ageyr\nspeed ~ grade"
    frame = delta(fit(text, data("hs").dropna(), group="school"), [("ageyr", "speed")])
    assert list(frame["group"]) == [1, 1, 1, 2, 2, 2]
    assert frame.query("kind == 'specific'")["est"].nunique() == 2


def test_repr(talor):
    shown = indirect_effects(talor, method="delta")
    assert repr(shown).startswith("Effects with 95% intervals (delta)\n")
    assert shown._repr_html_().startswith("<p>Effects with 95% intervals (delta)</p><table")


@pytest.mark.parametrize(
    ("of", "kind", "said"),
    [
        ([("cond", "reacton")], ModelError, "take part in paths; got 'reacton'. Did you mean 'rea"),
        ([("reaction", "cond")], ModelError, "path from 'reaction' to 'cond'; the model has none"),
        ([("cond",)], ArgumentError, r"of= needs \(source, target\) pairs"),
        ([("cond", 3)], ArgumentError, r"of= needs \(source, target\) pairs"),
        ([], ArgumentError, r"of= needs \(source, target\) pairs"),
        (["ab"], ModelError, "take part in paths; got 'a'"),
    ],
)
def test_pairs_that_cannot_be(talor, of, kind, said):
    with pytest.raises(kind, match=said):
        delta(talor, of)


def test_nothing_to_compute():
    fitted = fit("speed =~ x7 + x8 + x9\nspeed ~ ageyr", data("hs"))
    with pytest.raises(ModelError, match=r"of= needs \(source, target\) pairs: the model comes fr"):
        delta(fitted)


def test_arguments(talor):
    with pytest.raises(ArgumentError, match="method= needs one of 'bootstrap', 'montecarlo'"):
        indirect_effects(talor, method="boot")
    with pytest.raises(ArgumentError, match="interval= needs one of 'percentile', 'bc', 'bca', 'n"):
        indirect_effects(talor, interval="exact")
    with pytest.raises(ArgumentError, match="level= needs a number between 0 and 1; got 95"):
        indirect_effects(talor, level=95)


def test_moments_can_be_drawn_from_but_not_resampled(talor):
    frame = data("talor")[list(talor.compiled.observed)]
    fitted = fit(case("talor_mediation")["model"], Moments(frame.cov(), len(frame)))
    np.testing.assert_allclose(delta(fitted)["se"], delta(talor)["se"], rtol=1e-9)
    assert len(indirect_effects(fitted, draws=500, method="montecarlo", seed=1).frame) == 4
    with pytest.raises(EstimationError, match="needs raw data; this model was fitted to Moments"):
        indirect_effects(fitted, draws=10)
