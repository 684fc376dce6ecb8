"""Purification: which rule, which item, what it costs; and the sample in two."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from against_lavaan.witness import data

import scrm_model as scrm
from scrm_model.measurement.exploratory.scale_items import alpha_without, item_total

A = {"A": ["a1", "a2", "a3", "a4", "a5"]}
TWO = {**A, "B": ["b1", "b2", "b3", "b4"]}


def answers(n=400, seed=4, noise=(), crossing=()):
    """Items of two factors; some are noise, some belong to both."""
    g = np.random.default_rng(seed)
    factors = g.standard_normal((n, 2))
    out = {}
    for name in [*TWO["A"], *TWO["B"]]:
        own = factors[:, 0 if name[0] == "a" else 1]
        signal = 0.8 * own + 0.6 * g.standard_normal(n)
        if name in crossing:
            signal = 0.65 * factors.sum(axis=1) + 0.4 * g.standard_normal(n)
        out[name] = g.standard_normal(n) if name in noise else signal
    return pd.DataFrame(out)


def test_item_statistics_are_their_definitions():
    frame = answers()[TWO["A"]]
    S = frame.cov().to_numpy()
    for k, name in enumerate(frame):
        rest = frame.drop(columns=name)
        assert item_total(S)[k] == pytest.approx(np.corrcoef(frame[name], rest.sum(axis=1))[0, 1])
        by_hand = 4 / 3 * (1 - rest.var().sum() / rest.sum(axis=1).var())
        assert alpha_without(S)[k] == pytest.approx(by_hand)


def test_clean_scales_lose_nothing():
    found = scrm.purify(answers(), TWO)
    assert found.dropped == ()
    assert found.journal.empty
    assert found.kept == {name: tuple(items) for name, items in TWO.items()}
    assert not any("cannot confirm" in note for note in found.notes())


def test_a_noise_item_goes_and_the_journal_says_why():
    frame = answers(noise=["a3"])
    found = scrm.purify(frame, A)
    assert found.dropped == ("a3",)
    (row,) = found.journal.to_dict("records")
    assert (row["round"], row["item"], row["action"]) == (1, "a3", "proposed")
    assert row["value"] < row["cut"]
    assert "alpha_if_dropped" in row["also"]
    rest = frame[["a1", "a2", "a4", "a5"]]
    by_hand = 4 / 3 * (1 - rest.var().sum() / rest.sum(axis=1).var())
    assert row["alpha_after"] == pytest.approx(by_hand)
    assert by_hand > row["alpha_before"]
    largest = np.linalg.eigvalsh(rest.corr())[-1] / 4
    assert row["explained_after"] == pytest.approx(largest)
    assert any("cannot confirm" in note for note in found.notes())


@pytest.mark.parametrize(
    ("rule", "fires"),
    [("msa", 0.99), ("item_total", 0.99), ("loading", 0.99), ("communality", 0.99),
     ("alpha_if_dropped", -0.5)],
)  # fmt: skip
def test_every_rule_fires_alone_and_stops_at_the_minimum(rule, fires):
    off = dict.fromkeys(
        ["msa", "item_total", "loading", "communality", "alpha_if_dropped", "cross", "gap"]
    )
    found = scrm.purify(answers(), A, **off | {rule: fires})
    assert len(found.kept["A"]) == 3
    assert set(found.journal["rule"]) == {rule}
    assert found.journal["action"].tolist() == ["proposed", "proposed", "kept: minimum="]
    assert found.rules["rule"].tolist() == [rule]
    assert len(scrm.purify(answers(), A, minimum=4, **off | {rule: fires}).kept["A"]) == 4
    assert scrm.purify(answers(), A, **off).dropped == ()


@pytest.mark.parametrize("rule", ["cross", "gap"])
def test_an_item_of_two_scales_goes(rule):
    off = {"cross": None, "gap": None}
    mild = {"communality": None, "alpha_if_dropped": None}
    found = scrm.purify(answers(crossing=["b2"]), TWO, **mild, **off | {rule: 0.35})
    assert found.dropped == ("b2",)
    assert found.journal["rule"].tolist() == [rule]
    assert scrm.purify(answers(crossing=["b2"]), TWO, **mild, **off).dropped == ()


def test_an_item_in_the_wrong_scale_has_a_negative_gap():
    scales = {"A": ["a1", "a2", "a3", "a4"], "B": ["b1", "b2", "b3", "b4", "a5"]}
    found = scrm.purify(answers(), scales, item_total=None, loading=None, communality=None,
                        alpha_if_dropped=None, msa=None, cross=None)  # fmt: skip
    assert found.dropped == ("a5",)
    assert found.journal["value"][0] < 0


def test_items_to_keep_stay_and_are_named():
    found = scrm.purify(answers(noise=["a3"]), A, keep="a3")
    assert found.dropped == ()
    assert found.journal["action"].tolist() == ["kept: keep="]
    assert found.journal["round"].isna().all()
    assert any("keep=" in note for note in found.notes())


def test_scales_carry_facets_and_dimensions():
    frame = data("scrm400")
    noisy = frame.assign(cro3=np.random.default_rng(1).permutation(frame["cro3"]))
    found = scrm.purify(noisy, scrm.SCALES, communality=None)
    assert "cro3" in found.dropped
    row = found.journal.set_index("item").loc["cro3"]
    assert (row["facet"], row["facet_left"]) == ("experience", 0)
    summary = found.summary.set_index("scale")
    assert summary.loc["CRO", "facets_lost"] == "experience"
    assert {"SCRMP_FIRM", "SCRMP_REL"} < set(summary.index)
    assert any("CRO: experience" in note for note in found.notes())
    assert isinstance(found.scales, scrm.Scales)
    assert "cro3" not in found.scales.codes
    assert found.scales == scrm.SCALES.without(*found.dropped)


def test_reverse_items_are_turned_round_and_named():
    items = [scrm.Item(code, "A", reverse=code == "a5") for code in A["A"]]
    scales = scrm.Scales((scrm.Scale("A", items, (1, 7)),))
    frame = answers().clip(-2.9, 2.9)[A["A"]].round() + 4
    frame["a5"] = 8 - frame["a5"]
    found = scrm.purify(frame, scales)
    assert found.dropped == ()
    assert found.notes()[0] == "Reverse-keyed items were turned round: a5."
    forgotten = scrm.purify(frame, A)
    assert forgotten.journal["item"][0] == "a5"
    assert "a5" in forgotten.notes()[0]
    assert "correlate negatively" in forgotten.notes()[0]


def test_codes_for_missing_are_emptied_and_counted():
    frame = answers()
    frame.loc[:4, "a1"] = -99.0
    with pytest.warns(scrm.MissingDataWarning, match="5 of 400"):
        found = scrm.purify(frame, A, missing_codes=(-99,))
    assert found.n == 395
    assert found.notes()[0] == "a1: -99 taken as missing (5)"
    assert found.notes("fr")[0].startswith("a1\u00a0: -99")


def test_apply_gives_the_data_without_the_items():
    frame = answers(noise=["a3"])
    found = scrm.purify(frame, TWO, mode="apply")
    assert found.journal["action"].tolist() == ["dropped"]
    assert list(found.data.columns) == [c for c in frame if c != "a3"]
    assert list(frame.columns) == [*TWO["A"], *TWO["B"]]
    assert scrm.purify(frame, TWO).data is None


def test_moments_ordinal_answers_and_small_scales():
    frame = answers(noise=["a3"])
    moments = scrm.Moments(frame.cov(), len(frame))
    first = scrm.purify(frame, TWO)
    pd.testing.assert_frame_equal(scrm.purify(moments, TWO).journal, first.journal)
    cut = (frame.clip(-2, 2) * 1.2).round()
    assert scrm.purify(cut, TWO, ordered=True).dropped == ("a3",)
    small = {"A": ["a1", "a2"], "B": TWO["B"], "C": "a4"}
    found = scrm.purify(frame, small)
    assert found.kept["C"] == ("a4",)
    assert any("Single items" in note and "C" in note for note in found.notes())


def test_scales_that_share_a_factor_are_named():
    frame = answers()
    scales = {"A": TWO["A"], "B1": TWO["B"][:2], "B2": TWO["B"][2:]}
    found = scrm.purify(frame, scales)
    assert found.dropped == ()
    assert any(note == "Factors of all scales together: 2." for note in found.notes())
    assert any("cannot tell them apart: B1, B2" in note for note in found.notes())
    # One factor more than the answers have is nobody's, and costs no item of another scale.
    forced = scrm.purify(frame, scales, factors="scales", gap=None)
    assert forced.dropped == ()
    one = scrm.purify(frame, {**A, "X": ["b1"]})
    assert not any(note.startswith("Factors of all") for note in one.notes())


def test_common_factors_beyond_what_items_identify_are_not_asked_for():
    scales = {"A": ["a1", "a2"], "B": ["b1", "b2"]}
    found = scrm.purify(answers(), scales, method="minres", factors="scales")
    assert any("4 items do not identify 2 factors" in note for note in found.notes())


def test_factors_may_be_common_factors():
    found = scrm.purify(answers(noise=["a3"], crossing=["b2"]), TWO, method="minres")
    assert set(found.dropped) == {"a3", "b2"}


@pytest.mark.parametrize(
    ("scales", "options", "error", "match"),
    [
        (A, {"keep": "a6"}, scrm.ArgumentError, "keep="),
        (A, {"mode": "force"}, scrm.ArgumentError, "mode="),
        (A, {"minimum": 1}, scrm.ArgumentError, "minimum="),
        (A, {"loading": 50}, scrm.ArgumentError, "loading="),
        (A, {"loading": True}, scrm.ArgumentError, "loading="),
        (A, {"method": "ppca"}, scrm.ArgumentError, "method="),
        (A, {"factors": "kaiser"}, scrm.ArgumentError, "factors="),
        (A, {"factors": 0}, scrm.ArgumentError, "factors="),
        (A, {"rotation": "best"}, scrm.ArgumentError, "rotation="),
        (["a1", "a2"], {}, scrm.ArgumentError, "scales="),
        ({"A": ["a1", "a2", "a3"], "B": ["a3", "b1"]}, {}, scrm.ArgumentError, "a3 more than once"),
        ({"A": ["a1", "a2", "a9"]}, {}, scrm.MissingColumnError, "a9"),
        (scrm.Scales.build(A, points=2), {}, scrm.DataError, "outside 1–2"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused(scales, options, error, match):
    with pytest.raises(error, match=match):
        scrm.purify(answers(), scales, **options)


def test_the_data_cannot_be_applied_to_moments():
    with pytest.raises(scrm.ArgumentError, match="mode="):
        scrm.purify(scrm.Moments(answers().cov(), 400), TWO, mode="apply")


def test_tables_speak_both_languages():
    found = scrm.purify(answers(noise=["a3"]), TWO)
    english, french = found.tables(), found.tables("fr")
    assert list(french) == ["Journal de purification", "Échelles avant et après", "Règles"]
    assert english["Journal of purification"]["action"].tolist() == ["to drop (proposed)"]
    assert french["Journal de purification"]["décision"].tolist() == ["à écarter (proposition)"]
    assert "Journal of purification" in repr(found)
    assert "<table" in found._repr_html_()
    assert len(found.notes()) == len(found.notes("fr"))


def test_a_sample_is_split_in_two():
    frame = data("scrm400")
    found = scrm.split(frame, seed=1)
    assert (len(found.explore), len(found.confirm)) == (200, 200)
    both = pd.concat([found.explore, found.confirm]).sort_index()
    pd.testing.assert_frame_equal(both, frame)
    pd.testing.assert_frame_equal(scrm.split(frame, seed=1).explore, found.explore)
    assert not scrm.split(frame, seed=2).explore.index.equals(found.explore.index)
    third = scrm.split(frame.head(10), share=0.3, seed=1)
    assert (len(third.explore), len(third.confirm)) == (3, 7)


def test_strata_are_split_alike():
    frame = data("scrm400").assign(sector=np.tile(["shop", "bank", None, "shop"], 100))
    found = scrm.split(frame, by="sector", seed=1)
    assert (found.counts["explore"] == found.counts["confirm"]).all()
    assert found.counts["sector"].isna().sum() == 1
    odd = scrm.split(frame.head(101), by=["sector", "cro1"], share=0.4, seed=1)
    assert len(odd.explore) == 40
    share = odd.counts["explore"] / odd.counts[["explore", "confirm"]].sum(axis=1)
    size = odd.counts[["explore", "confirm"]].sum(axis=1)
    assert (np.abs(share - 0.4) * size < 1).all()


def test_clusters_stay_whole():
    frame = data("scrm400").assign(firm=np.arange(400) // 3)
    found = scrm.split(frame, cluster="firm", seed=1)
    assert not set(found.explore["firm"]) & set(found.confirm["firm"])
    assert found.explore["firm"].nunique() == 67


def test_polars_frames_stay_polars():
    frame = pl.from_pandas(data("scrm400"))
    found = scrm.split(frame, seed=1)
    assert isinstance(found.explore, pl.DataFrame)
    assert found.explore.equals(pl.from_pandas(scrm.split(data("scrm400"), seed=1).explore))


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({"share": 1.0}, scrm.ArgumentError, "share="),
        ({"share": 0.0001}, scrm.ArgumentError, "both parts"),
        ({"by": "sektor"}, scrm.MissingColumnError, "sektor"),
        ({"cluster": "firms"}, scrm.MissingColumnError, "firms"),
        ({"by": "cro1", "cluster": "cro1"}, scrm.ArgumentError, "alone"),
        ({"seed": "a"}, scrm.ArgumentError, "seed="),
    ],
)
def test_a_split_that_cannot_be_is_refused(options, error, match):
    with pytest.raises(error, match=match):
        scrm.split(data("scrm400"), **options)


def test_rows_without_a_cluster_are_refused():
    frame = data("scrm400").assign(firm=[None, *range(399)])
    with pytest.raises(scrm.DataError, match="empty in 1 rows"):
        scrm.split(frame, cluster="firm")
