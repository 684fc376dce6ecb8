import numpy as np
import pandas as pd
import pytest
from semopy.examples import holzinger39

import scrm_model as scrm
from scrm_model.errors import ArgumentError, NotAvailableError
from scrm_model.inference.influence import Influence
from scrm_model.reporting.figures.cases import influence_plot
from scrm_model.reporting.figures.marks import Oval, Rule
from scrm_model.study.claims import Text

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"


@pytest.fixture(scope="module")
def found():
    return scrm.influence(scrm.fit(THREE, holzinger39.get_data()))


def stems(picture):
    found = [m for m in picture.marks if isinstance(m, Rule)]
    return [m for m in found if m.width == 0.7 and m.x1 == m.x2]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("by", ["gcd", "likelihood_distance", "d_chisq", "loglik", "d2"])
def test_a_stem_for_each_case(found, check, words, by, lang):
    picture = influence_plot(found, by, top=7, lang=lang)
    check(picture)
    values = picture.frame["value"].to_numpy()
    assert values == pytest.approx(found.frame[by].to_numpy())
    assert len(stems(picture)) == 301
    heights = np.array([m.y2 for m in stems(picture)])
    fitted = np.polyval(np.polyfit(values, heights, 1), values)
    assert heights == pytest.approx(fitted, abs=1e-6)
    top = found.top(7, by)["case"].tolist()
    assert picture.frame.loc[picture.frame["named"], "case"].tolist() == sorted(top)
    assert {str(case) for case in top} <= set(words(picture))
    assert sum(isinstance(m, Oval) for m in picture.marks) == 7


def test_neighbours_keep_their_names_apart(found, check):
    frame = found.frame.assign(gcd=0.1)
    frame.loc[100:119, "gcd"] = 1.0
    crowded = Influence(found.fit, frame, found.changes)
    picture = influence_plot(crowded, top=20)
    check(picture)
    assert picture.frame["named"].sum() == 20
    frame["d_chisq"] = np.where(frame["gcd"] == 1.0, -4.0, 0.5)
    check(influence_plot(Influence(found.fit, frame, found.changes), "d_chisq", top=20))


def test_what_named_cases_change_is_said(found, words):
    first = found.top(1).iloc[0]
    said = " ".join(words(influence_plot(found, top=1)))
    assert f"Case {first['case']} changes {first['changes_most']} most" in said
    assert "There is no cut-off" in said
    assert not any(isinstance(m, Oval) for m in influence_plot(found, top=0).marks)


def test_groups_are_set_apart(check, words):
    fit = scrm.fit(THREE, holzinger39.get_data(), group="school")
    picture = influence_plot(scrm.influence(fit, list(range(100, 200))), lang="fr")
    check(picture)
    assert {"Pasteur", "Grant-White"} <= set(words(picture))
    assert len(picture.frame) == 100


def test_cases_without_a_value_are_named_in_the_note(found, check, words):
    frame = found.frame.copy()
    frame.loc[[3, 5], "gcd"] = np.nan
    picture = influence_plot(Influence(found.fit, frame, found.changes))
    check(picture)
    assert len(stems(picture)) == 299
    lost = ", ".join(str(case) for case in frame.loc[[3, 5], "case"])
    assert f"Not drawn, as there is no value without them: {lost}." in words(picture)
    with pytest.raises(NotAvailableError, match="This fit has no 'gcd'"):
        influence_plot(Influence(found.fit, frame.assign(gcd=np.nan), found.changes))


def test_labels_of_cases_are_inert(found, check, words):
    frame = found.frame.copy()
    frame["case"] = frame["case"].astype(object)
    frame.loc[found.frame["gcd"].idxmax(), "case"] = "$x_1$ <script> " + "é" * 200
    changes = pd.DataFrame(found.changes)
    picture = influence_plot(Influence(found.fit, frame, changes))
    check(picture)
    assert any(t.startswith("$x_1$ <script>") for t in words(picture))


def test_errors_say_what_to_do(found):
    ordinal = Influence(
        found.fit, found.frame.drop(columns="d2"), found.changes, (Text("d2: no."),)
    )
    for call, error, message in (
        (lambda: influence_plot(found.fit), ArgumentError, r"^influence= needs what influence\(\)"),
        (lambda: influence_plot(found, top=-1), ArgumentError, r"^top= needs a whole number"),
        (lambda: influence_plot(found, top="a"), ArgumentError, r"^top= needs a whole number"),
        (lambda: influence_plot(found, "cook"), ArgumentError, r"^by= needs one of"),
        (lambda: influence_plot(ordinal, "d2"), NotAvailableError, r"no 'd2'. d2: no."),
        (lambda: influence_plot(found, lang="de"), ArgumentError, r"^lang= needs"),
    ):
        with pytest.raises(error, match=message):
            call()
    assert influence_plot(found).svg == influence_plot(found).svg
