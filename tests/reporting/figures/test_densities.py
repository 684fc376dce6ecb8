import numpy as np
import pytest
from scipy.integrate import trapezoid
from scipy.stats import gaussian_kde
from semopy.examples import political_democracy

import scrm_model as scrm
from scrm_model.errors import ArgumentError, ModelError
from scrm_model.reporting.figures.densities import bootstrap_densities
from scrm_model.reporting.figures.density import bandwidth, classes, density
from scrm_model.reporting.figures.marks import Area, Rule

DEMOCRACY = """
  ind60 =~ x1 + x2 + x3
  dem60 =~ y1 + y2 + y3 + y4
  dem65 =~ y5 + y6 + y7 + y8
  dem60 ~ ind60
  dem65 ~ ind60 + dem60
"""


@pytest.fixture(scope="module")
def drawn():
    return scrm.bootstrap(scrm.fit(DEMOCRACY, political_democracy.get_data()), 80, seed=1)


def test_a_density_is_one_in_all_and_agrees_with_scipy():
    draws = np.random.default_rng(1).gamma(3.0, size=5001)
    at = np.linspace(-3, 25, 2000)
    found = density(draws, at)
    assert trapezoid(found, at) == pytest.approx(1.0, abs=1e-6)
    other = gaussian_kde(draws, bandwidth(draws) / draws.std(ddof=1))
    assert found == pytest.approx(other(at), abs=1e-12)


def test_the_width_is_silvermans():
    draws = np.arange(1.0, 101.0)
    spread = min(draws.std(ddof=1), (75.25 - 25.75) / 1.34)
    assert bandwidth(draws) == pytest.approx(0.9 * spread * 100**-0.2)
    assert bandwidth(np.full(50, 0.3)) == 0.0
    assert bandwidth(np.array([1.0] * 90 + [2.0] * 10)) > 0  # no spread in the middle half


def test_shares_in_classes():
    draws = np.array([0.0, 0.1, 0.5, 1.0])
    assert classes(draws, np.array([0.0, 0.5, 1.0])).tolist() == [0.5, 0.5]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_panel_for_each_path(drawn, check, words, lang):
    picture = bootstrap_densities(drawn, lang=lang)
    check(picture)
    assert picture.frame["effect"].tolist() == [
        "ind60 → dem60", "ind60 → dem65", "dem60 → dem65",
    ]  # fmt: skip
    table = drawn.table().set_index(["lhs", "op", "rhs"]).loc[("dem65", "~", "ind60")]
    own = picture.frame.set_index("effect").loc["ind60 → dem65"]
    assert own["est"] == pytest.approx(table["std_all"])
    assert own["ci_lower"] == pytest.approx(table["std_ci_lower"])
    assert own["sd"] == pytest.approx(table["std_se"])
    assert own["draws"] == drawn.n_used
    shapes = [m for m in picture.marks if isinstance(m, Area) and m.name.startswith("density:")]
    assert len(shapes) == 3
    said = " ".join(words(picture))
    assert {"en": "Silverman’s width", "fr": "largeur de Silverman"}[lang] in said


def test_lines_stand_where_the_numbers_say(drawn):
    picture = bootstrap_densities(drawn, ["dem60 ~ ind60"], standardised=False)
    row = picture.frame.iloc[0]
    (shape,) = [m for m in picture.marks if isinstance(m, Area)]
    xs = [x for x, _ in shape.points]
    draws = drawn.rows[0][:, 11]
    low, high = min(draws), max(draws)
    pad = 0.02 * (high - low)
    place = lambda v: np.interp(v, [low - pad, high + pad], [min(xs), max(xs)])  # noqa: E731
    upright = [m for m in picture.marks if isinstance(m, Rule) and m.x1 == m.x2 and m.y2 > m.y1]
    solid = next(m for m in upright if m.width == 1.2)
    assert solid.x1 == pytest.approx(place(row["est"]))
    dashed = sorted(m.x1 for m in upright if m.dash == (4.0, 2.0))
    assert dashed == pytest.approx([place(row["ci_lower"]), place(row["ci_upper"])])
    assert not any(m.dash == (1.2, 1.8) for m in upright)  # zero is out of reach


def test_effects_along_paths_are_those_of_indirect_effects(drawn, check, words):
    picture = bootstrap_densities(drawn, [("ind60", "dem65")], standardised=False)
    check(picture)
    own = scrm.indirect_effects(drawn.fit, [("ind60", "dem65")], draws=80, seed=1).frame
    assert picture.frame["kind"].tolist() == own["kind"].tolist()
    for name in ("est", "ci_lower", "ci_upper"):
        assert picture.frame[name].to_numpy() == pytest.approx(own[name].to_numpy())
    assert "Total effect: ind60 → … → dem65" in " ".join(words(picture))


def test_accelerated_limits_are_those_of_the_table(drawn):
    table = drawn.table("bca").set_index(["lhs", "op", "rhs"]).loc[("dem65", "~", "dem60")]
    picture = bootstrap_densities(drawn, "dem60 → dem65", standardised=False, interval="bca")
    assert picture.frame["ci_upper"].iloc[0] == pytest.approx(table["ci_upper"])
    both = bootstrap_densities(drawn, [("dem60", "dem65")], standardised=False, interval="bca")
    assert both.frame.set_index("kind").loc["direct", "ci_upper"] == pytest.approx(
        table["ci_upper"]
    )


def test_what_is_fixed_says_so(drawn, check, words):
    picture = bootstrap_densities(drawn, ["ind60 =~ x1", "ind60 =~ x2"], standardised=False)
    check(picture)
    assert "fixed: all draws are the same" in words(picture)
    assert len(bootstrap_densities(drawn, "=~", standardised=False).frame) == 8
    with pytest.raises(ArgumentError, match=r"^of= needs effects whose draws differ"):
        bootstrap_densities(drawn, [])


def test_groups_have_panels_of_their_own(check, words):
    data = political_democracy.get_data()
    halves = data.assign(half=np.where(np.arange(len(data)) % 2, "odd", "even"))
    fit = scrm.fit("F =~ x1 + x2 + x3", halves, group="half")
    picture = bootstrap_densities(scrm.bootstrap(fit, 40, seed=1))
    check(picture)
    assert picture.frame["group"].tolist() == ["even"] * 3 + ["odd"] * 3 or set(
        picture.frame["group"]
    ) == {"even", "odd"}
    assert "F =~ x2 (odd)" in words(picture)


def test_hypotheses_stand_in_their_order(check, words):
    model = scrm.specify()
    population = scrm.population(model, paths={"H1": 0.45, "H7": 0.4}, loadings=0.8)
    drawn = scrm.bootstrap(scrm.fit(model, scrm.simulate(population, 300, seed=1)), 40, seed=1)
    picture = bootstrap_densities(drawn, lang="fr")
    check(picture)
    assert picture.frame["label"].tolist() == [f"H{k}" for k in range(1, 10)]
    assert bootstrap_densities(drawn, "H4").frame["effect"].tolist() == ["SMTU → SCRMC"]


def test_always_the_same(drawn):
    assert bootstrap_densities(drawn).svg == bootstrap_densities(drawn).svg


def test_errors_say_what_to_do(drawn):
    for call, error, message in (
        (lambda: bootstrap_densities(drawn.fit), ArgumentError, r"^bootstrap= needs what boot"),
        (lambda: bootstrap_densities(drawn, "H1"), ArgumentError, r"^of= needs hypotheses.*'H1'"),
        (lambda: bootstrap_densities(drawn, [("a",)]), ArgumentError, r"^of= needs names, or"),
        (lambda: bootstrap_densities(drawn, [("dem65", "ind60")]), ModelError, r"^of= needs a p"),
        (lambda: bootstrap_densities(drawn, level=2), ArgumentError, r"^level= needs"),
        (lambda: bootstrap_densities(drawn, interval="x"), ArgumentError, r"^interval= needs"),
        (lambda: bootstrap_densities(drawn, lang="de"), ArgumentError, r"^lang= needs"),
    ):
        with pytest.raises(error, match=message):
            call()
