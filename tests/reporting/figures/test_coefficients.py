import numpy as np
import pytest
from semopy.examples import holzinger39, political_democracy

import scrm_model as scrm
from scrm_model.errors import ArgumentError
from scrm_model.estimation.fit import ENGINES
from scrm_model.estimation.optimise.solve import Solution
from scrm_model.inference.standardised import standardised_table
from scrm_model.reporting.figures.coefficients import coefficient_plot
from scrm_model.reporting.figures.marks import Area, Oval, Rule, Words

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"
DEMOCRACY = """
  ind60 =~ x1 + x2 + x3
  dem60 =~ y1 + y2 + y3 + y4
  dem65 =~ y5 + y6 + y7 + y8
  dem60 ~ a*ind60
  dem65 ~ c*ind60 + b*dem60
  ab := a*b
"""


@pytest.fixture(scope="module")
def study():
    model = scrm.specify()
    answers = scrm.simulate(scrm.population(model, paths="cautious", loadings=0.8), n=250, seed=2)
    return scrm.fit(model, answers)


@pytest.fixture(scope="module")
def democracy():
    return scrm.fit(DEMOCRACY, political_democracy.get_data())


@pytest.fixture(scope="module")
def resampled(democracy):
    return scrm.bootstrap(democracy, 60, seed=1)


def signs(picture, series):
    found = [m for m in picture.marks if isinstance(m, Oval | Area) and m.name]
    return [m for m in found if m.name.startswith(f"{series}:")]


def middle(mark):
    if isinstance(mark, Oval):
        return mark.x + mark.width / 2
    xs = [x for x, _ in mark.points]
    return (min(xs) + max(xs)) / 2


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_hypotheses_stand_in_their_order(study, check, words, lang):
    picture = coefficient_plot(study, lang=lang)
    check(picture)
    said = words(picture)
    assert [t for t in said if t.startswith("H")] == [f"H{k}" for k in range(1, 10)]
    assert "CRO → SMS" in said
    assert picture.frame["label"].tolist() == [f"H{k}" for k in range(1, 10)]
    own = standardised_table(study).query("lhs == 'SMS' and rhs == 'CRO'").iloc[0]
    # Three decimals, as an interval of another row ends next to zero.
    shown = f"{own['est']:.3f} [{own['ci_lower']:.3f}, {own['ci_upper']:.3f}]"
    if lang == "fr":
        shown = shown.replace(",", "\u202f;").replace(".", ",")
    assert shown in [t.replace("\u00a0", " ") for t in said]
    assert "H1 CRO → SMS" in picture.description


def test_signs_stand_where_the_numbers_say(democracy):
    picture = coefficient_plot(democracy, standardised=False)
    estimates = picture.frame["est"].to_numpy()
    places = np.array([middle(m) for m in signs(picture, 0)])
    slope = np.polyfit(estimates, places, 1)
    assert places == pytest.approx(np.polyval(slope, estimates), abs=1e-6)
    zero = next(
        m for m in picture.marks if isinstance(m, Rule) and m.x1 == m.x2 and m.width == 1.0
        and abs(m.y2 - m.y1) > 20
    )  # fmt: skip
    assert zero.x1 == pytest.approx(np.polyval(slope, 0.0))
    bars = [m for m in picture.marks if isinstance(m, Rule) and m.y1 == m.y2 and m.width == 1.0]
    ends = sorted(x for m in bars for x in (m.x1, m.x2))
    limits = picture.frame[["ci_lower", "ci_upper"]].to_numpy().ravel()
    assert ends == pytest.approx(sorted(np.polyval(slope, limits)))


def test_raw_intervals_are_those_of_the_fit(democracy):
    frame = coefficient_plot(democracy, standardised=False).frame.set_index("effect")
    own = democracy.parameters.set_index("lhs").query("op == ':='").loc["ab"]
    for name in ("est", "ci_lower", "ci_upper"):
        assert frame.loc["ab", name] == pytest.approx(own[name])
    narrow = coefficient_plot(democracy, standardised=False, level=0.5).frame.set_index("effect")
    half = own["se"] * 0.6744897501960817
    assert narrow.loc["ab", "ci_upper"] == pytest.approx(own["est"] + half)


def test_several_results_stand_side_by_side(democracy, resampled, check, words):
    effects = scrm.indirect_effects(democracy, [("ind60", "dem65")], method="delta")
    picture = coefficient_plot(
        {"ML": democracy, "bootstrap": resampled, "delta": effects}, standardised=False
    )
    check(picture)
    assert picture.frame["series"].value_counts().to_dict() == {"ML": 4, "bootstrap": 4, "delta": 4}
    # The direct effect is one row of all three.
    direct = picture.frame.query("effect == 'ind60 → dem65'")
    assert direct["series"].tolist() == ["ML", "bootstrap", "delta"]
    assert direct["est"].to_numpy() == pytest.approx(np.repeat(direct["est"].iloc[0], 3))
    assert direct["label"].unique().tolist() == ["c"]
    table = resampled.table().set_index("lhs").query("op == ':='").loc["ab"]
    own = picture.frame.query("effect == 'ab' and series == 'bootstrap'").iloc[0]
    assert own["ci_lower"] == table["ci_lower"]
    assert len({type(signs(picture, k)[0]) for k in range(3)}) == 2  # disc, square, triangle
    said = " ".join(words(picture))
    assert "ML: 95% intervals by the normal distribution." in said
    assert "bootstrap: 95% intervals (percentile) from" in said
    assert "delta: 95% intervals by the delta method." in said
    rows = picture.frame[["kind", "effect"]].drop_duplicates()
    assert said.count("not estimated") == len(rows) * 3 - 12
    assert "Without interval" not in said
    assert "Total effect: ind60 → … → dem65" in said


def test_groups_have_signs_of_their_own(check, words):
    fit = scrm.fit(THREE, holzinger39.get_data(), group="school")
    picture = coefficient_plot(fit, standardised=False)
    check(picture)
    assert {"Pasteur", "Grant-White"} <= set(words(picture))
    assert picture.frame["series"].tolist()[:2] == ["Pasteur", "Grant-White"]
    assert "Without interval: fixed, or not known." in words(picture)
    assert len(signs(picture, 1)) == 9


def test_effects_can_be_chosen(democracy, study):
    effect = lambda p: p.frame["effect"].tolist()  # noqa: E731
    assert effect(coefficient_plot(study, "H7")) == ["SCRMC → SCRMP"]
    assert effect(coefficient_plot(democracy, ["b", "dem60 ~ ind60"])) == [
        "ind60 → dem60", "dem60 → dem65",
    ] or effect(coefficient_plot(democracy, ["b", "dem60 ~ ind60"])) == [
        "dem60 → dem65", "ind60 → dem60",
    ]  # fmt: skip
    assert len(effect(coefficient_plot(democracy, "=~"))) == 11
    assert effect(coefficient_plot(democracy, [("ind60", "dem65")])) == ["ind60 → dem65"]
    assert effect(coefficient_plot(democracy, ":=")) == ["ab"]
    with pytest.raises(ArgumentError, match=r"^of= needs hypotheses, labels, effects .*'H77'"):
        coefficient_plot(study, ["H77"])
    effects = scrm.indirect_effects(democracy, [("ind60", "dem65")], method="delta")
    assert effect(coefficient_plot(effects, "specific")) == ["ind60 → dem60 → dem65"]
    assert len(effect(coefficient_plot(effects, [("ind60", "dem65")]))) == 4


def test_small_numbers_keep_their_side_of_zero(democracy, words):
    effects = scrm.indirect_effects(democracy, [("ind60", "dem65")], method="delta")
    tiny = effects.frame.assign(**{
        k: effects.frame[k] / 300 for k in ("std", "std_ci_lower", "std_ci_upper")
    })  # fmt: skip
    small = type(effects)(tiny, "delta", "normal", 0.95, 0, 0, 0, 0, None)
    assert not any(t.startswith("0.00 ") for t in words(coefficient_plot(small)))


def test_without_errors_or_minimum_it_says_so(democracy, words, check):
    cov = np.array([[1, 0.5, 0, 0], [0.5, 1, 0, 0], [0, 0, 1, 0.5], [0, 0, 0.5, 1]])
    moments = scrm.Moments(cov, 300, names=["x1", "x2", "x4", "x5"])
    with pytest.warns(scrm.InadmissibleWarning):
        bare = scrm.fit("F =~ x1 + x2\nG =~ x4 + x5", moments)
    picture = coefficient_plot(bare)
    check(picture)
    assert "No intervals: the fit has no standard errors." in words(picture)
    assert picture.frame["ci_lower"].isna().all()
    assert len(signs(picture, 0)) == 4


def test_a_fit_that_failed_stands_empty_beside_the_others(democracy, words, monkeypatch):
    def lost(problem, constraints, starts):
        return Solution(starts[0], 1.0, False, 1, constraints.space, 0)

    monkeypatch.setitem(ENGINES, "native", lost)
    with pytest.warns(scrm.ConvergenceWarning):
        failed = scrm.fit(DEMOCRACY, political_democracy.get_data())
    picture = coefficient_plot([democracy, failed], lang="fr")
    said = " ".join(words(picture))
    assert "2 : N’a pas convergé" in said.replace("\u00a0", " ")
    assert said.count("non estimé") == 4
    with pytest.raises(ArgumentError, match=r"^results= needs an effect to draw; got none"):
        coefficient_plot(failed)


def test_always_the_same(study):
    assert coefficient_plot(study).png == coefficient_plot(study).png


def test_hostile_names_are_inert(check, words):
    data = political_democracy.get_data()
    fit = scrm.fit("F =~ x1 + x2 + x3\nG =~ y1 + y2 + y3\nG ~ F", data)
    picture = coefficient_plot({"$x_1$ <script>": fit, "é" * 300: fit, "漢 \u202e": fit})
    check(picture)
    assert "$x_1$ <script>" in words(picture)


@pytest.mark.parametrize(
    ("results", "options", "message"),
    [
        (lambda f: [], {}, r"^results= needs fits, or what bootstrap\(\)"),
        (lambda f: [f, 3], {}, r"^results= needs fits.* got int"),
        (lambda f: "H1", {}, r"^results= needs fits.* got str"),
        (lambda f: [f] * 9, {}, r"^results= needs at most 8 results"),
        (lambda f: f, {"level": 95}, r"^level= needs a number between 0 and 1; got 95"),
        (lambda f: f, {"interval": "wald"}, r"^interval= needs one of"),
        (lambda f: f, {"of": 3}, r"^of= needs names, or \(source, target\) pairs.* got 3"),
        (lambda f: f, {"of": [("a", "b", "c")]}, r"^of= needs names, or \(source"),
        (lambda f: f, {"lang": "de"}, r"^lang= needs"),
    ],
)
def test_errors_say_what_to_do(democracy, results, options, message):
    with pytest.raises(ArgumentError, match=message):
        coefficient_plot(results(democracy), **options)


def test_the_frame_is_plain(study):
    frame = coefficient_plot(study).frame
    assert list(frame.columns) == [
        "series", "label", "effect", "kind", "lhs", "op", "rhs", "est", "ci_lower", "ci_upper",
    ]  # fmt: skip
    assert isinstance(frame["est"].iloc[0], float)
    assert [m for m in coefficient_plot(study).marks if isinstance(m, Words)]
