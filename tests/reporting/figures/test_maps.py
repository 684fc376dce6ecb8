import numpy as np
import pandas as pd
import polars as pl
import pytest
from semopy.examples import holzinger39

import scrm_model as scrm
from scrm_model.errors import ArgumentError, DataError
from scrm_model.measurement.ratios import htmt_frame
from scrm_model.reporting.figures.colours import graded, lightness
from scrm_model.reporting.figures.correlations import correlation_map, pairwise_correlations
from scrm_model.reporting.figures.heat import letter
from scrm_model.reporting.figures.maps import htmt_map, residual_map
from scrm_model.reporting.figures.marks import Words
from scrm_model.reporting.figures.reasons import reason

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"
ODD = "visual =~ x1 + x2 + x3\ntextual =~ x4\nspeed =~ x7 + x8 + x9\ng =~ x1 + x5\n"


@pytest.fixture(scope="module")
def pupils():
    return holzinger39.get_data()


@pytest.fixture(scope="module")
def fit(pupils):
    return scrm.fit(THREE, pupils)


@pytest.fixture(scope="module")
def study():
    model = scrm.specify()
    population = scrm.population(model, paths={"H1": 0.92, "H7": 0.7}, loadings=0.8)
    return scrm.fit(model, scrm.simulate(population, n=300, seed=1))


def inside(picture, box):
    return [
        m for m in picture.marks
        if isinstance(m, Words) and not m.upright
        and box.x < m.x < box.x + box.width and box.y < m.y < box.y + box.height
    ]  # fmt: skip


def cell(picture, boxes, one, two):
    (box,) = [b for b in boxes(picture, f"{one}|{two}") if b.name == f"{one}|{two}"]
    return box


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("which", ["htmt", "htmt2"])
def test_every_pair_has_its_ratio(study, check, boxes, lang, which):
    validity = scrm.validity(study, draws=20, seed=1)
    picture = htmt_map(validity, which, lang=lang)
    check(picture)
    assert picture.frame.equals(validity.htmt.reset_index(drop=True))
    for row in validity.htmt.to_dict("records"):
        box = cell(picture, boxes, row["rhs"], row["lhs"])
        value, limits = (m.text for m in inside(picture, box))
        shown = f"{row[which]:.2f}"
        assert value == (shown.replace(".", ",") if lang == "fr" else shown.removeprefix("0"))
        assert limits.startswith("[")
    assert len(boxes(picture, "key")) == 5
    assert {"en": "conventions, not verdicts", "fr": "conventions, non des verdicts"}[
        lang
    ] in " ".join(m.text for m in picture.marks if isinstance(m, Words))


def test_conventions_are_marked(fit, boxes):
    frame = htmt_frame(fit, 0, None, 0.95).assign(htmt=[0.8499, 0.85, 0.93])
    validity = scrm.validity(fit)
    changed = type(validity)(**{**vars(validity), "htmt": frame})
    picture = htmt_map(changed)
    bold = {
        (one, two): inside(picture, cell(picture, boxes, one, two))[0].bold
        for two, one in zip(frame["lhs"], frame["rhs"], strict=True)
    }
    assert list(bold.values()) == [False, True, True]
    (frame_box,) = boxes(picture, "frame")
    last = cell(picture, boxes, "speed", "textual")
    assert (frame_box.x, frame_box.y) == (last.x, last.y)


def test_cells_without_a_ratio_say_why(pupils, check, words):
    validity = scrm.validity(scrm.fit(ODD, pupils))
    picture = htmt_map(validity)
    check(picture)
    said = words(picture)
    assert sum(t == "– a" for t in said) == 3
    assert "a textual: a single item has no correlation within." in said
    assert "c x1 measured by both: a correlation within is one between." in said
    french = words(htmt_map(validity, lang="fr"))
    assert any("un seul item n’a pas de corrélation interne" in t for t in french)
    assert "textual, visual: – (textual: a single item has no correlation" in picture.description


def test_reasons_are_translated_as_the_tables_write_them(pupils, fit):
    # Whatever the table says must be known, or French readers get English.
    texts = set(scrm.validity(scrm.fit(ODD, pupils)).htmt["note"])
    texts |= set(scrm.validity(scrm.fit(THREE, scrm.Moments(fit.observed.cov, 301)), draws=20).htmt[
        "note"
    ])  # fmt: skip
    turned = pupils.assign(x2=-pupils["x2"])
    texts |= set(scrm.validity(scrm.fit(THREE, turned)).htmt["note"])
    holes = pupils.copy()
    holes.loc[:5, "x1"] = np.nan
    texts |= set(scrm.validity(scrm.fit(THREE, holes, missing="fiml"), draws=20).htmt["note"])
    texts |= {"7 of 20 resamples lacked a category of an item and were left out"}
    texts |= {"no interval: 17 of 20 resamples lacked a category of an item and were left out"}
    texts -= {""}
    assert len(texts) >= 6
    for text in texts:
        said = reason(text, "fr")
        assert said[0] != text[0] or said.split()[0] != text.split()[0] or said != text + "."
        assert not {"the", "of", "and", "was", "were"} & set(said.split()), said
    assert reason("something new", "fr") == "Something new."


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_residuals_beyond_the_convention_are_marked(fit, check, boxes, lang):
    picture = residual_map(fit, lang=lang)
    check(picture)
    own = fit.residual_table("cor").cov
    for row in picture.frame.to_dict("records"):
        assert row["residual"] == own.loc[row["rhs"], row["lhs"]]
        box = cell(picture, boxes, row["rhs"], row["lhs"])
        assert bool(box.hatch) == (row["residual"] < 0)
        assert inside(picture, box)[0].bold == (abs(row["residual"]) > 0.10)
    large = (picture.frame["residual"].abs() > 0.10).sum()
    assert large >= 3
    assert len(boxes(picture, "frame")) == large


def test_27_items_have_their_numbers(study, check, words):
    picture = residual_map(study)
    check(picture)
    assert len(picture.frame) == 27 * 26 / 2
    assert picture.size[0] < 700


def test_correlations_of_data_are_of_those_who_answered_both(pupils, check, words):
    holes = pupils[["x1", "x2", "x3", "school"]].copy()
    holes.iloc[:10, 0] = np.nan
    picture = correlation_map(holes)
    check(picture)
    assert picture.frame["lhs"].tolist() == ["x1", "x1", "x2"]
    pandas = holes.drop(columns="school").corr()
    for row in picture.frame.to_dict("records"):
        assert row["r"] == pytest.approx(pandas.loc[row["lhs"], row["rhs"]])
    assert picture.frame["n"].tolist() == [291, 291, 301]
    assert any("(291 to 301 cases)" in t for t in words(picture))
    whole = correlation_map(pl.from_pandas(pupils[["x1", "x2", "x3"]]))
    assert any("of 301 cases" in t for t in words(whole))


def test_correlations_that_are_none(check, words):
    data = pd.DataFrame({"a": [1, 2, 3, 4], "b": [5, 5, 5, 5], "c": [1, None, None, 2]})
    assert np.isnan(pairwise_correlations(data.to_numpy(float))[0, 1:]).all()
    picture = correlation_map(data, lang="fr")
    check(picture)
    assert words(picture).count("– a") == 3
    assert any(t.startswith("a Pas de corrélation") for t in words(picture))


def test_correlations_behind_a_fit(fit, pupils, words):
    picture = correlation_map(fit, ["x1", "x4", "x9"])
    own = pupils[["x1", "x4", "x9"]].corr()
    for row in picture.frame.to_dict("records"):
        assert row["r"] == pytest.approx(own.loc[row["lhs"], row["rhs"]])
    cut = pupils[[f"x{k}" for k in range(1, 7)]].apply(lambda x: pd.qcut(x, 3, labels=False))
    text = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6"
    ordinal = scrm.fit(text, cut, ordered=True)
    other = correlation_map(ordinal)
    assert other.frame["r"].abs().max() < 1
    assert any(t.startswith("Polychoric") for t in words(other))
    both = scrm.fit(THREE, pupils, group="school")
    grant = pupils[pupils["school"] == "Grant-White"][["x1", "x2"]].corr().iloc[0, 1]
    assert correlation_map(both, ["x1", "x2"], group=2).frame["r"].iloc[0] == pytest.approx(grant)


def test_correlations_of_constructs(study, check, words):
    validity = scrm.validity(study)
    picture = correlation_map(validity)
    check(picture)
    assert words(picture).count("– a") == 2
    assert "a A construct is not set against a part of itself." in words(picture)
    assert picture.frame["r"].to_numpy() == pytest.approx(validity.correlations["r"].to_numpy())
    assert len(correlation_map(validity, ["CRO", "SMS"]).frame) == 1


def test_shades_stay_apart_and_numbers_readable():
    for sign in (-1, 1):
        light = []
        for value in np.linspace(0, 1, 11):
            shade = graded(sign * value, 1.0)
            level = lightness(tuple(int(shade.fill[k : k + 2], 16) for k in (1, 3, 5)))
            light.append(level)
            ink = 0.0056 if shade.ink == "#111111" else 1.0
            assert (max(level, ink) + 0.05) / (min(level, ink) + 0.05) >= 4.0
            assert bool(shade.hatch) == (sign * value < 0)
        assert light == sorted(light, reverse=True)
    assert graded(3.0, 1.0) == graded(1.0, 1.0)


def test_letters_of_notes():
    assert [letter(k) for k in (0, 25, 26, 27, 51, 52)] == ["a", "z", "aa", "ab", "az", "ba"]


def test_hostile_names_are_inert(check, words):
    rng = np.random.default_rng(1)
    names = ["$x_1$", "<script>", "é" * 200, "漢\u202e", "_b_", " "]
    data = pd.DataFrame(rng.normal(size=(40, 6)), columns=names)
    picture = correlation_map(data)
    check(picture)
    assert "$x_1$" in words(picture)


def test_many_columns_still_fit(check):
    rng = np.random.default_rng(2)
    check(correlation_map(pd.DataFrame(rng.normal(size=(60, 30))).add_prefix("item_")))


def test_always_the_same(fit):
    assert residual_map(fit).svg == residual_map(fit).svg


def test_errors_say_what_to_do(fit, pupils):
    validity = scrm.validity(fit)
    one = scrm.validity(scrm.fit("F =~ x1 + x2 + x3", pupils))
    for call, error, message in (
        (lambda: htmt_map(fit), ArgumentError, r"^validity= needs what validity\(\) gave; got Fit"),
        (lambda: htmt_map(validity, "htmt3"), ArgumentError, r"^which= needs 'htmt' or 'htmt2'"),
        (lambda: htmt_map(validity, group=2), ArgumentError, r"^group= needs a number from 1 to 1"),
        (lambda: htmt_map(one), ArgumentError, r"^validity= needs two constructs with items"),
        (lambda: residual_map(validity), ArgumentError, r"^fit= needs a result of fit\(\)"),
        (lambda: residual_map(fit, group=2), ArgumentError, r"^group= needs a number from 1"),
        (lambda: correlation_map(fit, ["x1"]), ArgumentError, r"^items= needs two variables"),
        (lambda: correlation_map(fit, ["x77"]), ArgumentError, r"^items= needs codes of items"),
        (lambda: correlation_map(pupils, ["x1", "school"]), DataError, r"got .* in 'school'"),
        (lambda: correlation_map(3), ArgumentError, r"^data= needs a DataFrame"),
        (lambda: residual_map(fit, lang="de"), ArgumentError, r"^lang= needs"),
    ):
        with pytest.raises(error, match=message):
            call()
