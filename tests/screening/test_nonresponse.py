"""Early against late, the sample against its population, and the flow before the data."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import scrm_model as scrm

NAN = np.nan


def rows(found, kind):
    frame = found.nonresponse.frame
    return frame[frame["kind"] == kind].set_index("variable")


def test_first_and_last_quarter_by_date(frame, scales):
    order = np.random.default_rng(0).permutation(120)
    frame["date"] = pd.Timestamp("2026-01-01") + pd.to_timedelta(order, "D")
    found = scrm.screen(frame, scales, arrival="date")
    early, late = frame[order < 30], frame[order >= 90]
    row = rows(found, "construct").loc["A"]
    test = stats.ttest_ind(
        early[["a1", "a2", "a3"]].mean(axis=1), late[["a1", "a2", "a3"]].mean(axis=1),
        equal_var=False,
    )  # fmt: skip
    assert (row["statistic"], row["pvalue"]) == pytest.approx((test.statistic, test.pvalue))
    assert (row["n_early"], row["n_late"]) == (30, 30)
    assert row["ci_lower"] < row["effect"] < row["ci_upper"]
    counts = [early["firm_size"].value_counts(), late["firm_size"].value_counts()]
    table = pd.concat(counts, axis=1).fillna(0).T
    chi2 = stats.chi2_contingency(table, correction=False)
    control = rows(found, "control").loc["firm_size"]
    assert (control["statistic"], control["df"]) == pytest.approx((chi2.statistic, chi2.dof))
    assert rows(found, "control").loc["firm_age", "test"] == "Welch t"
    assert rows(found, "item").index.tolist() == list(scales.codes)
    items = rows(found, "item")["pvalue"]
    assert rows(found, "item")["p_holm"].min() == pytest.approx(min(items.min() * 5, 1))


@pytest.mark.parametrize("form", ["iso", "date", "zone", "number", "object", "rows"])
def test_every_way_to_say_when_is_the_same_order(frame, scales, form):
    stamps = pd.date_range("2026-03-01", periods=120, freq="7h")
    column = {
        "iso": stamps.strftime("%Y-%m-%d %H:%M"),
        "date": stamps,
        "zone": stamps.tz_localize("Africa/Tunis"),
        "number": np.arange(120) * 2.0,
        "object": pd.Series(stamps.to_pydatetime(), dtype=object),
        "rows": np.zeros(120),
    }[form]
    expected = scrm.screen(frame, scales, arrival=True, fractions=(0.2, 0.3)).nonresponse.frame
    frame["when"] = column
    arrival = True if form == "rows" else "when"
    found = scrm.screen(frame, scales, arrival=arrival, fractions=(0.2, 0.3)).nonresponse
    pd.testing.assert_frame_equal(found.frame, expected)
    assert found.frame["n_early"].max() == 24
    assert found.frame["n_late"].max() == 36


def test_dates_that_are_not_known_are_counted(frame, scales):
    frame["when"] = np.arange(120.0)
    frame.loc[:19, "when"] = NAN
    found = scrm.screen(frame, scales, arrival="when").nonresponse
    assert "20 cases without" in found.text()
    assert found.frame["n_early"].max() == 25


def test_day_and_month_are_not_guessed(frame, scales):
    frame["when"] = "03/04/2026"
    with pytest.raises(scrm.DataError, match="day and month are not guessed"):
        scrm.screen(frame, scales, arrival="when")


def test_waves(frame, scales):
    frame["wave"] = np.repeat([1, 2, 3], 40)
    found = scrm.screen(frame, scales, wave="wave")
    assert "Early: wave = 1; late: wave = 3." in found.nonresponse.text()
    row = rows(found, "item").loc["b1"]
    assert row["mean_early"] == pytest.approx(frame["b1"][:40].mean())
    assert row["mean_late"] == pytest.approx(frame["b1"][80:].mean())
    frame["wave"] = 1
    one = scrm.screen(frame, scales, wave="wave").nonresponse
    assert "wave holds one wave only" in one.text()
    assert len(one.frame) == 0
    frame["wave"] = pd.Series([1, "two"] * 60, dtype=object)
    with pytest.raises(scrm.DataError, match="wave= needs waves that can be put in order"):
        assert scrm.screen(frame, scales, wave="wave").nonresponse


def test_a_difference_is_found_and_remarked(frame, scales):
    frame.loc[90:, ["b1", "b2"]] = np.clip(frame.loc[90:, ["b1", "b2"]] + 2, 1, 5)
    found = scrm.screen(frame, scales, arrival=True)
    assert rows(found, "construct")["p_holm"]["B"] < 0.001
    assert "early and late answers differ: B" in found.advice.text()
    assert "[Armstrong & Overton (1977)]" in found.advice.text("fr")


def test_comparisons_that_cannot_be_made_say_why(frame, scales):
    frame["b1"], frame["firm_size"] = 3.0, 2
    frame.loc[:29, "b2"] = NAN
    frame.loc[:28, "firm_age"] = NAN
    found = scrm.screen(frame, scales, arrival=True)
    note = found.nonresponse.frame.set_index("variable")["note"]
    assert note["b1"] == "neither group varies"
    assert note["b2"] == note["firm_age"] == "fewer than 2 answers in a group"
    assert note["firm_size"] == "one category, or an empty group"
    assert found.nonresponse.frame.set_index("variable")["p_holm"][["b1", "b2"]].isna().all()
    assert "arrival= ou wave=" in scrm.screen(frame, scales).nonresponse.text("fr")
    assert (
        "fewer than 2 early" in scrm.screen(frame.head(4), scales, arrival=True).nonresponse.text()
    )


def test_reverse_keyed_items_are_turned_in_the_means_of_constructs(frame):
    items = [scrm.Item("a1", "A"), scrm.Item("a2", "A", reverse=True), scrm.Item("a3", "A")]
    scales = scrm.Scales((scrm.Scale("A", items, 5),))
    found = scrm.screen(frame, scales, arrival=True)
    mean = (frame["a1"] + 6 - frame["a2"] + frame["a3"]) / 3
    assert rows(found, "construct").loc["A", "mean_early"] == pytest.approx(mean[:30].mean())
    assert rows(found, "item").loc["a2", "mean_early"] == pytest.approx(frame["a2"][:30].mean())


def test_half_of_a_construct_must_be_answered(frame, scales):
    frame.loc[0, ["a1", "a2"]] = NAN
    frame.loc[1, "a1"] = NAN
    found = scrm.screen(frame, scales, arrival=True)
    assert rows(found, "construct").loc["A", "n_early"] == 29


def test_sample_and_population(frame, scales):
    known = {1: 0.4, 2: 0.3, 3: 0.2, 4: 0.1}
    found = scrm.screen(frame, scales, population={"firm_size": known})
    counts = frame["firm_size"].value_counts().reindex([1, 2, 3, 4])
    test = stats.chisquare(counts, 120 * np.array(list(known.values())))
    row = found.margins.tests.iloc[0]
    assert (row["statistic"], row["pvalue"]) == pytest.approx((test.statistic, test.pvalue))
    table = found.margins.frame
    assert table["n"].tolist() == counts.tolist()
    assert table["expected"].tolist() == pytest.approx([48, 36, 24, 12])
    z = (counts[1] - 48) / np.sqrt(120 * 0.4 * 0.6)
    assert table["residual"][0] == pytest.approx(z)
    assert "χ²(3)" in found.margins.text("fr")
    assert "the sample differs from the population: firm_size" in found.advice.text()
    assert "population=" in scrm.screen(frame, scales).margins.text()


def test_shares_may_be_rounded(frame, scales):
    shares = {1: 0.333, 2: 0.333, 3: 0.332, 4: 0.001}
    found = scrm.screen(frame, scales, population={"firm_size": shares})
    assert found.margins.frame["population"].sum() == pytest.approx(1)
    assert "smallest expected count" in found.margins.tests["note"][0]


def test_a_population_of_nobody_answers(frame, scales):
    frame["firm_size"] = NAN
    found = scrm.screen(frame, scales, population={"firm_size": {1: 0.5, 2: 0.5}})
    assert found.margins.tests["note"].tolist() == ["no answer"]
    assert found.margins.frame["share"].isna().all()


# ---- the flow


def test_rates():
    table = scrm.flow(2000, undelivered=100, opened=760, started=500, complete=380).table(376)
    frame = table.frame.set_index("stage")
    assert frame["n"].tolist() == [2000, 100, 760, 500, 380, 376, 376]
    assert frame.loc["opened", "of_previous"] == pytest.approx(0.4)
    assert frame.loc["complete", "of_previous"] == pytest.approx(0.76)
    assert frame.loc["complete", "of_invited"] == pytest.approx(0.2)
    assert frame.loc["of whom not reached", "of_previous"] == pytest.approx(0.05)
    assert np.isnan(frame.loc["invited", "of_previous"])
    assert "Response rate: 20% (complete over invitations that arrived)." in table.text()
    assert "Rows in the data: 376; complete answers by the flow: 380." in table.text()


def test_a_flow_with_holes():
    assert scrm.flow().table(50).frame["n"].tolist() == [50, 50]
    assert "No rate of response" in repr(scrm.flow(complete=40))
    assert "<p>" in scrm.flow(complete=40)._repr_html_()
    frame = scrm.flow(100, complete=40).table().frame
    assert frame["of_previous"].iloc[1] == pytest.approx(0.4)
    assert scrm.flow(0, complete=0).table(3).frame["of_invited"].isna().all()


@pytest.mark.parametrize(
    ("counts", "text"),
    [
        ({"invited": -1}, "invited= needs a count; got -1"),
        ({"invited": 2.5}, "invited= needs a count; got 2.5"),
        ({"invited": "many"}, "invited= needs a count; got 'many'"),
        ({"invited": True}, "invited= needs a count; got True"),
        ({"invited": NAN}, "invited= needs a count; got nan"),
        ({"undelivered": 3}, "undelivered= needs invited= as well"),
        ({"invited": 3, "undelivered": 4}, "undelivered= needs at most the 3 invited; got 4"),
        ({"invited": 10, "undelivered": 4, "opened": 7}, "opened= needs at most the 6"),
        ({"started": 5, "complete": 6}, "complete= needs at most the 5 of started=; got 6"),
    ],
)
def test_counts_that_make_no_sense(counts, text):
    with pytest.raises(scrm.ArgumentError) as caught:
        scrm.flow(**counts)
    assert text in str(caught.value)


def test_counts_may_be_of_numpy():
    assert scrm.flow(np.int64(10), complete=np.float64(5)).complete == 5
