import itertools

import numpy as np
import pandas as pd
import pytest

from scrm_model.errors import ArgumentError, DataError
from scrm_model.survey.content import indices
from scrm_model.survey.content.reading import read_ratings
from scrm_model.survey.content.rule import ContentRule
from scrm_model.survey.content.validity import content_validity
from scrm_model.survey.instrument import SCALES

# The example of contentvalidR 0.7 (expert_relevance_example.csv), and what it prints of it.
EIGHT = [[4, 4, 4, 3, 2], [4, 4, 3, 3, 2], [4, 4, 4, 3, 3], [4, 4, 3, 2, 2], [4, 3, 3, 3, 2],
         [4, 4, 4, 2, 3], [4, 4, 3, 3, 2], [4, 3, 4, 3, 2]]  # fmt: skip
ITEMS = [f"item{k}" for k in range(1, 6)]


@pytest.fixture(scope="module")
def eight():
    table = pd.DataFrame(EIGHT, columns=ITEMS)
    return content_validity(read_ratings(table), dict.fromkeys(ITEMS, "F"))


def test_relevance_as_another_program_prints_it(eight):
    items = eight.items
    assert items["v"].to_numpy() == pytest.approx([1.000, 0.917, 0.833, 0.583, 0.417], abs=5.1e-4)
    assert items["i_cvi"].tolist() == [1.00, 1.00, 1.00, 0.75, 0.25]
    assert items["kappa"].to_numpy() == pytest.approx([1.0, 1.0, 1.0, 0.719, 0.158], abs=5.1e-4)
    scale = eight.scales.iloc[-1]
    assert (scale["s_cvi_ave"], scale["s_cvi_ua"], scale["mean_v"]) == pytest.approx(
        (0.8, 0.6, 0.75)
    )
    assert eight.agreement.iloc[-1]["alpha"] == pytest.approx(0.693, abs=5.1e-4)


def test_another_panel_as_a_second_program_prints_it():
    # contentValidity 0.1 (its page): six experts, ten items.
    rows = ["4 3 3 2 3 4 3 4 2 4", "4 4 3 3 2 4 3 4 3 4", "4 4 4 3 3 4 2 4 2 3",
            "4 4 3 4 3 3 3 4 3 4", "4 3 4 3 4 4 3 4 3 4", "4 4 3 3 2 4 4 3 2 4"]  # fmt: skip
    table = pd.DataFrame([r.split() for r in rows], columns=[f"i{k}" for k in range(10)])
    scale = content_validity(read_ratings(table)).scales.iloc[-1]
    assert scale["s_cvi_ave"] == pytest.approx(0.8833, abs=5e-5)
    assert scale["s_cvi_ua"] == pytest.approx(0.6000)
    assert scale["mean_kappa"] == pytest.approx(0.8470, abs=5e-5)


def test_tables_of_a_whole_panel(panel):
    forms = panel(raters=9).fill()
    found = content_validity(read_ratings(forms.files))
    assert found.items["item"].tolist() == list(SCALES.codes)
    assert found.scales["construct"].tolist() == [*SCALES, "(all)"]
    for row in found.items.to_dict("records"):
        given = [forms.given[n, "relevance", row["item"]] for n in range(9)]
        rated = [v for v in given if v is not None]
        assert (row["n"], row["missing"]) == (len(rated), 9 - len(rated))
        assert row["i_cvi"] == pytest.approx(np.mean([v >= 3 for v in rated]))
        assert row["v"] == pytest.approx((np.mean(rated) - 1) / 3)
        essential = [forms.given[n, "essential", row["item"]] for n in range(9)].count("essential")
        assert row["cvr"] == pytest.approx((2 * essential - 9) / 9)
        assert row["cvr_critical"] == pytest.approx(7 / 9)
    for row in found.sort.to_dict("records"):
        sorted_ = [forms.given[n, "sorted", row["item"]] for n in range(9)]
        assert row["correct"] == sorted_.count(row["construct"])
        others = [sorted_.count(c) for c in SCALES if c != row["construct"]]
        assert row["c_sv"] == pytest.approx((row["correct"] - max(others)) / 9)
        assert (row["pvalue"] <= 0.05) == (row["correct"] >= row["correct_critical"])
    scale = found.scales.set_index("construct")
    for construct, mine in found.items.groupby("construct"):
        assert scale.loc[construct, "s_cvi_ave"] == pytest.approx(mine["i_cvi"].mean())
        assert scale.loc[construct, "s_cvi_ua"] == pytest.approx((mine["i_cvi"] == 1).mean())
    assert found.confusion.to_numpy().sum() == 9 * 27
    diagonal = np.trace(found.confusion.to_numpy())
    assert diagonal == found.sort["correct"].sum()
    assert len(found.frame) == 27
    assert {"i_cvi", "p_sa", "recommendation"} <= set(found.frame)


def decide(share, n, **rule):
    ratings = [[4]] * round(share * n) + [[1]] * (n - round(share * n))
    table = pd.DataFrame(ratings, columns=["x"])
    found = content_validity(read_ratings(table), rule=ContentRule(**rule))
    return found.decisions["recommendation"].iloc[0]


def test_the_rule_at_its_edges():
    assert decide(5 / 5, 5) == "keep"
    assert decide(4 / 5, 5) == "revise"  # up to five experts all must agree
    assert decide(5 / 6, 6) == "keep"
    assert decide(7 / 9, 9) == "keep"  # .777… is the .78 of the tables
    assert decide(7 / 10, 10) == "revise"
    assert decide(4 / 6, 6) == "drop"
    assert decide(4 / 5, 5, i_cvi=0.8) == "keep"
    assert decide(4 / 6, 6, i_cvi_drop=0.5) == "revise"
    assert decide(0.0, 6, i_cvi=None) == ""


def long(**judged):
    """A long table of one item from lists of judgements."""
    n = len(next(iter(judged.values())))
    return pd.DataFrame({"expert": range(n), "item": "x", **judged})


def test_each_criterion_can_change_the_recommendation():
    def verdict(**judged):
        found = content_validity(read_ratings(long(**judged)), {"x": "X"})
        return tuple(found.decisions.loc[0, ["recommendation", "reason"]])

    good = {"relevance": [4] * 6}
    assert verdict(**good) == ("keep", "I-CVI 1.00")
    assert verdict(**good, clarity=[1, 2, 4, 4, 4, 4]) == ("revise", "clear to a share of 0.67")
    assert verdict(**good, essential=["essential"] * 5 + ["useful"]) == ("revise", "CVR 0.67")
    assert verdict(**good, essential=["essential"] * 2 + ["useful"] * 4) == ("drop", "CVR -0.33")
    assert verdict(**good, sorted=["X"] * 5 + ["Y"]) == (
        "revise", "p_sa 0.83, otherwise taken for Y",
    )  # fmt: skip
    assert verdict(**good, sorted=["X"] * 2 + ["Y"] * 4) == (
        "drop", "p_sa 0.33, mostly taken for Y",
    )  # fmt: skip
    worst = {"essential": ["not necessary"] * 6, "sorted": ["X"] * 5 + ["Y"]}
    assert verdict(**good, **worst)[0] == "drop"


def test_a_rule_of_ones_own():
    seen = []

    def strict(row):
        seen.append(row)
        return ("keep", "fine") if row["v"] == 1 and row["p_sa"] == 1 else "revise"

    table = long(relevance=[4] * 6, sorted=["X"] * 6)
    found = content_validity(read_ratings(table), {"x": "X"}, rule=strict)
    assert found.decisions.loc[0, ["recommendation", "reason"]].tolist() == ["keep", "fine"]
    assert seen[0]["c_sv"] == 1
    assert "Rule: the user's own." in found.notes
    with pytest.raises(ArgumentError, match=r"^rule= needs a function .* got 'retain' for x"):
        content_validity(read_ratings(table), {"x": "X"}, rule=lambda row: "retain")


def test_too_few_experts_for_a_test_have_a_note_and_no_number():
    table = long(relevance=[4] * 4, essential=["essential"] * 4, sorted=["X"] * 4)
    found = content_validity(read_ratings(table), {"x": "X"})
    assert np.isnan(found.items["cvr_critical"].iloc[0])
    assert np.isnan(found.sort["p_sa_critical"].iloc[0])
    assert found.sort["note"].iloc[0].startswith("no critical value: even 4 of 4")
    assert found.items["cvr_pvalue"].iloc[0] == pytest.approx(1 / 16)
    assert found.decisions["recommendation"].iloc[0] == "keep"
    assert "x: no critical value: even 4 of 4 experts are not more than chance." in found.notes


def test_gaps_are_counted_and_said():
    table = pd.DataFrame({"expert": ["A", "B"], "x": [4, 3], "y": [None, None], "z": [2, None]})
    found = content_validity(read_ratings(table))
    items = found.items.set_index("item")
    assert items.loc["y", "note"] == "nobody rated its relevance"
    assert items.loc["z", "note"] == "one expert only: no agreement, no kappa"
    assert items["n"].tolist() == [2, 0, 1]
    assert found.decisions.set_index("item").loc["y"].tolist() == ["", "", "not judged"]
    assert "3 judgements are missing" in " ".join(found.notes)
    assert found.scales.iloc[-1]["s_cvi_ave"] == pytest.approx(0.5)


def test_ratings_on_other_points_need_a_cut():
    table = pd.DataFrame({"x": [5, 4, 3], "y": [2, 5, 5]})
    ratings = read_ratings(table, points=5)
    with pytest.raises(ArgumentError, match=r"^relevant= needs the rating from which"):
        content_validity(ratings)
    assert content_validity(ratings, relevant=4).items["i_cvi"].to_numpy() == pytest.approx(
        [2 / 3, 2 / 3]
    )
    with pytest.raises(
        ArgumentError, match=r"^relevant= needs a rating above 1 and up to 5; got 6"
    ):
        content_validity(ratings, relevant=6)


def test_order_of_experts_and_items_changes_nothing(eight):
    table = pd.DataFrame(EIGHT, columns=ITEMS)
    turned = content_validity(read_ratings(table.iloc[::-1, ::-1])).items.set_index("item")
    same = eight.items.set_index("item")
    for column in ("i_cvi", "kappa", "v", "v_pvalue", "v_ci_lower"):
        assert turned.loc[ITEMS, column].to_numpy() == pytest.approx(same[column].to_numpy())


def test_more_relevant_ratings_never_make_an_item_worse():
    for n in range(3, 12):
        kappas = [indices.modified_kappa(n, k) for k in range((n + 1) // 2, n + 1)]
        assert all(a < b for a, b in itertools.pairwise(kappas))


def test_shown_in_both_languages(panel):
    ratings = read_ratings(panel(raters=3).fill().files)
    english, french = content_validity(ratings), content_validity(ratings, lang="fr")
    assert "recommendation" in repr(english)
    assert "recommandation" in repr(french)
    assert "Règle" in " ".join(french.notes)
    assert "Rule" not in " ".join(french.notes)
    assert "pas de valeur critique" in " ".join(french.notes)
    assert "0,7" in french._repr_html_()
    assert "<td>garder</td>" in french._repr_html_() or "<td>réviser</td>" in french._repr_html_()
    pd.testing.assert_series_equal(
        english.decisions["recommendation"], french.decisions["recommendation"]
    )


def test_labels_are_escaped():
    table = pd.DataFrame({"<script>x": [4, 4, 4]})
    found = content_validity(read_ratings(table), {"<script>x": "<i>"})
    assert "<script>" not in found._repr_html_()
    assert "<i>" not in found._repr_html_()


def test_what_cannot_be_judged_is_refused():
    table = long(relevance=[4, 4], sorted=["X", "X"])
    with pytest.raises(
        DataError, match=r"^scales= needs the construct of each item; got none for x"
    ):
        content_validity(read_ratings(table))
    with pytest.raises(ArgumentError, match=r"^ratings= needs the result of read_ratings"):
        content_validity(table)
    with pytest.raises(ArgumentError, match=r"^level= needs"):
        content_validity(read_ratings(table), {"x": "X"}, level=95)
    with pytest.raises(ArgumentError, match=r"^lang= needs"):
        content_validity(read_ratings(table), {"x": "X"}, lang="es")
    with pytest.raises(ArgumentError, match=r"^i_cvi_drop= needs a share"):
        ContentRule(i_cvi_drop=70)
    with pytest.raises(ArgumentError, match=r"^i_cvi= needs a share"):
        ContentRule(i_cvi="polit")
