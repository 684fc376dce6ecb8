"""Types of mediation: the decision tree, and what it is given."""

import itertools

import pytest

import scrm_model as scrm
from scrm_model.inference.mediation_types import TYPES, mediation_type, types_behind

MEASURED = "X =~ x1 + x2 + x3\nM =~ m1 + m2 + m3\nY =~ y1 + y2 + y3\nM ~ X\n"
FULL, PARTIAL = MEASURED + "Y ~ M", MEASURED + "Y ~ M + X"


def answers(a, b, c, n=1500, seed=4):
    paths = {("X", "M"): a, ("M", "Y"): b, ("X", "Y"): c}
    model = scrm.Model.from_syntax(PARTIAL)
    return scrm.simulate(scrm.population(model, paths=paths, loadings=0.8), n, seed)


def test_the_tree():
    assert mediation_type(0.2, True, 0.3, True) == "complementary"
    assert mediation_type(-0.2, True, -0.3, True) == "complementary"
    assert mediation_type(-0.2, True, 0.3, True) == "competitive"
    assert mediation_type(0.2, True, -0.3, True) == "competitive"
    assert mediation_type(0.2, True, -0.3, False) == "indirect-only"
    assert mediation_type(0.2, False, -0.3, True) == "direct-only"
    assert mediation_type(0.2, False, -0.3, False) == "no effect"
    clear = itertools.product((0.1, -0.1), (True, False), (0.1, -0.1), (True, False))
    assert {mediation_type(*case) for case in clear} == set(TYPES)


@pytest.mark.parametrize(
    ("a", "b", "c", "expected"),
    [
        (0.5, 0.4, 0.3, "complementary"),
        (0.5, 0.5, -0.3, "competitive"),
        (0.5, 0.5, 0.0, "indirect-only"),
        (0.0, 0.5, 0.4, "direct-only"),
        (0.0, 0.5, 0.0, "no effect"),
    ],
)
@pytest.mark.parametrize("text", [FULL, PARTIAL], ids=["added", "there"])
def test_what_is_true_is_found(a, b, c, expected, text):
    fit = scrm.fit(text, answers(a, b, c))
    found = scrm.mediation_types(fit, [("X", "Y")], draws=4000, seed=1)
    (row,) = found.frame.to_dict("records")
    assert row["type"] == expected
    assert row["product"] == row["indirect"] * row["direct"]
    assert found.added == ((("X", "Y"),) if text == FULL else ())
    assert ("did not have: X → Y" in repr(found)) == (text == FULL)
    assert expected in found._repr_html_()


def test_effects_that_are_there_are_taken_as_they_are():
    fit = scrm.fit(PARTIAL, answers(0.5, 0.4, 0.3, n=200))
    effects = scrm.indirect_effects(fit, [("X", "Y")], method="montecarlo", draws=2000, seed=3)
    found = scrm.mediation_types(effects)
    assert found.effects is effects
    again = scrm.mediation_types(fit, [("X", "Y")], draws=2000, seed=3)
    assert found.frame.equals(again.frame)


def test_without_a_direct_path_there_is_no_type():
    fit = scrm.fit(FULL, answers(0.5, 0.4, 0.3, n=200))
    effects = scrm.indirect_effects(fit, [("X", "Y")], method="delta")
    (row,) = scrm.mediation_types(effects).frame.to_dict("records")
    assert (row["type"], row["note"]) == ("", "the model has no direct path")
    # The study's own model is taken further.
    assert types_behind(effects, fit).frame["type"].tolist() == [""]


def test_several_paths_and_their_sum():
    study = scrm.STUDY
    population = scrm.population(scrm.specify(study), paths=0.4, loadings=0.8)
    fit = scrm.fit(scrm.specify(study), scrm.simulate(population, 400, 2))
    found = scrm.mediation_types(fit, draws=2000, seed=1)
    assert found.frame["kind"].value_counts().to_dict() == {"specific": 11, "total indirect": 2}
    assert found.added == (("CRO", "SCRMP"), ("SMTU", "SCRMP"))
    assert set(found.frame["type"]) <= set(TYPES)
    effects = scrm.indirect_effects(fit, method="montecarlo", draws=2000, seed=1)
    behind = types_behind(effects, fit)
    assert behind.frame["type"].all()
    assert behind.effects.level == effects.level


def test_groups_are_told_apart():
    frame = answers(0.5, 0.4, 0.3, n=400).assign(sector=["a", "b"] * 200)
    fit = scrm.fit(FULL, frame, group="sector")
    found = scrm.mediation_types(fit, [("X", "Y")], method="delta")
    assert found.frame["group"].tolist() == [1, 2]


def test_moments_do():
    fit = scrm.fit(FULL, answers(0.5, 0.4, 0.3, n=400))
    again = scrm.fit(FULL, scrm.descriptives(fit).moments())
    one, two = (scrm.mediation_types(f, [("X", "Y")], method="delta").frame for f in (fit, again))
    assert one.drop(columns=["type", "note", "path", "kind", "source", "target"]).to_numpy(
        float
    ) == pytest.approx(
        two.drop(columns=["type", "note", "path", "kind", "source", "target"]).to_numpy(float)
    )
    assert one["type"].equals(two["type"])


def test_what_cannot_be_typed():
    fit = scrm.fit(FULL, answers(0.5, 0.4, 0.3, n=200))
    with pytest.raises(scrm.ModelError, match=r"pairs= needs \(source, target\) pairs"):
        scrm.mediation_types(fit)
    with pytest.raises(scrm.ArgumentError, match="of= needs a Fit or what indirect_effects"):
        scrm.mediation_types("fit")
    effects = scrm.indirect_effects(fit, [("X", "Y")], method="delta")
    with pytest.raises(scrm.ArgumentError, match="pairs= needs a fit; got effects"):
        scrm.mediation_types(effects, [("X", "Y")])
