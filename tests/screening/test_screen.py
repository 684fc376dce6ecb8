"""The verb and its value: tables, named behaviours, exclusions, mistakes."""

import dataclasses

import numpy as np
import pandas as pd
import polars as pl
import pytest

import scrm_model as scrm
from scrm_model.screening.result import SECTIONS
from scrm_model.survey.log import LogEntry

TABLES = ("missing_by_case", "patterns", "frequencies", *SECTIONS)


def everything(found):
    """Every table in every form."""
    for name in TABLES:
        table = getattr(found, name)
        assert table.title.en
        assert table.title.fr
        assert isinstance(table.frame, pd.DataFrame)
        for lang in ("en", "fr"):
            assert table.title.get(lang) in table.text(lang)
            assert table.html(lang).startswith("<p>")
        assert repr(table) == table.text()
        assert table._repr_html_() == table.html()
        assert len(table) == len(table.frame)
    assert repr(found).startswith("Screening")
    assert "<details>" in found._repr_html_()
    assert found.summary("fr").startswith("Examen des données")
    return found


# ---- what a table holds


def test_missing_answers(frame, scales):
    frame.loc[[0, 1], "a1"] = np.nan
    frame.loc[[0, 1, 2], "b2"] = np.nan
    frame.loc[5, ["a1", "a2", "a3", "b1", "b2"]] = np.nan
    found = scrm.screen(frame, scales)
    by_item = found.missing.frame.set_index("item")
    assert by_item["missing"].to_dict() == {"a1": 3, "a2": 1, "a3": 1, "b1": 1, "b2": 4}
    assert by_item["share"]["b2"] == pytest.approx(4 / 120)
    assert "10 of 600 cells are empty (1.67%); 116 of 120 cases are complete." in str(found.missing)
    assert "Cases without any answer: 1." in str(found.missing)
    by_case = found.missing_by_case.frame
    assert by_case[["missing", "cases"]].to_numpy().tolist() == [[0, 116], [1, 1], [2, 2], [5, 1]]
    patterns = found.patterns.frame
    assert patterns["cases"].tolist() == [116, 2, 1, 1]
    assert patterns["lacks"].tolist() == ["", "a1, b2", "b2", "a1, a2, a3, b1, b2"]
    assert found.mcar.patterns == 3
    assert found.mcar.n == 119
    assert found.mcar.df == 5 + 4 + 3 - 5
    assert 0 < found.mcar.pvalue < 1
    assert "Left out as without any answer: 1." in found.mcar.text()
    assert "Écartés, sans aucune réponse : 1." in found.mcar.text("fr")


def test_a_test_that_means_little_says_so(frame, scales):
    items = list(scales.codes)
    few, many = frame.copy(), frame.copy()
    for k in range(10):  # ten cases, each with a pattern of its own
        many.loc[k, [items[k % 5], items[(k + 1 + k // 5) % 5]]] = np.nan
    few.loc[:9, "a1"] = np.nan
    assert "10 of 10 incomplete cases are the only ones" in scrm.screen(many, scales).mcar.text()
    assert "only ones" not in scrm.screen(few, scales).mcar.text()


def test_littles_test_may_be_declined_or_forced(frame, scales, monkeypatch):
    frame.loc[:9, "a1"] = np.nan
    assert "mcar=False" in scrm.screen(frame, scales, mcar=False).mcar.reason.en
    monkeypatch.setattr("scrm_model.screening.spread.WORK_LIMIT", 100)
    costly = scrm.screen(frame, scales)
    for lang in ("en", "fr"):
        assert "mcar=True" in costly.mcar.text(lang)
    assert costly.mcar.statistic is None
    assert "d2" not in costly.cases
    assert "mcar=True" in costly.outliers.text()
    forced = scrm.screen(frame, scales, mcar=True)
    assert forced.mcar.pvalue > 0
    assert forced.cases["d2"].notna().all()


def test_mardia_and_normality(frame, scales):
    found = scrm.screen(frame, scales)
    assert found.mardia.numbers.df == 35
    assert found.mardia.frame["pvalue"].between(0, 1).all()
    by_n = found.mardia_by("n").numbers
    assert by_n.b1p == pytest.approx(found.mardia.numbers.b1p * (120 / 119) ** 3)
    assert by_n.b2p == pytest.approx(found.mardia.numbers.b2p * (120 / 119) ** 2)
    with pytest.raises(scrm.ArgumentError, match="divisor= needs"):
        found.mardia_by("N")
    row = found.normality.frame.set_index("item").loc["a1"]
    assert row["skew_se"] == pytest.approx(np.sqrt(6 / 120))
    assert row["kurtosis_z"] == pytest.approx(row["kurtosis"] / np.sqrt(24 / 120))
    assert frame["a1"].skew() == pytest.approx(row["skew"])


def test_categories(frame, scales):
    frame["a1"] = frame["a1"].replace({5.0: 4.0})
    frame.loc[0, "a2"] = 2.5
    found = scrm.screen(frame, scales)
    row = found.categories.frame.set_index("item")
    assert row.loc["a1", "empty"] == "5"
    assert row.loc["a1", "ceiling"] == 0
    assert row.loc["a2", "note"] == "1 answers between the points are in none"
    counts = found.frequencies.frame
    own = counts[counts["item"] == "b1"].set_index("category")["n"]
    assert own.to_dict() == frame["b1"].value_counts().reindex(range(1, 6), fill_value=0).to_dict()
    sparse = [str(k) for k in own.index if 0 < own[k] < 5]
    assert row.loc["b1", "sparse"] == ", ".join(sparse)


def test_outliers(frame, scales):
    wide = scrm.Scales.build({"A": ["a1", "a2", "a3"], "B": ["b1", "b2"]}, points=50)
    frame.loc[7, "a1"] = 50
    found = scrm.screen(frame, wide, id="who")
    table = found.outliers.frame
    assert table.iloc[0][["case", "kind"]].tolist() == ["é7", "D2"]
    single = table[table["kind"] == "z"].iloc[0]
    assert single[["case", "item", "answer"]].tolist() == ["é7", "a1", 50]
    z = (50 - frame["a1"].mean()) / frame["a1"].std()
    assert single["statistic"] == pytest.approx(z)
    far = table[table["kind"] == "D2"]
    assert (far["p_bonferroni"] == np.minimum(far["pvalue"] * 120, 1)).all()
    d2 = found.cases["d2"]
    assert d2.mean() == pytest.approx(5 * 119 / 120)


# ---- named behaviours


def test_constant_and_empty_items(frame, scales):
    frame["a1"], frame["b2"] = 3.0, np.nan
    found = everything(scrm.screen(frame, scales))
    assert "Items without any answer: b2." in found.missing.text()
    assert "Items with one answer only: a1." in found.missing.text()
    notes = found.normality.frame.set_index("item")["note"]
    assert notes["a1"] == "one answer only: it does not vary"
    assert notes["b2"] == "no answer"
    assert "Left out: items that do not vary (a1, b2)." in found.mardia.text()
    assert "everybody answered a1 alike" in found.advice.text()
    assert found.cases["d2"].mean() == pytest.approx(3 * 119 / 120)
    assert found.mcar.reason.en == "no answer is missing"


def test_singular_covariances_name_the_items(frame, scales):
    frame["a2"] = 6 - frame["a1"]
    found = everything(scrm.screen(frame, scales))
    assert "the covariance matrix is singular: a1, a2 depend" in found.outliers.text()
    assert "items depend on each other" in found.mardia.reason.en
    assert "d2" not in found.cases
    assert "singular" in found.careless.frame.set_index("index")["note"]["d2_p"]


def test_items_that_nobody_answered_together(frame, scales):
    frame["a1"] = frame["a1"].where(frame.index < 60)
    frame["a2"] = frame["a2"].where(frame.index >= 60)
    found = everything(scrm.screen(frame, scales))
    assert "answered both a1 and a2" in found.mcar.reason.en


@pytest.mark.parametrize("rows", [1, 2, 3, 5, 6])
def test_few_rows(frame, scales, rows):
    found = everything(scrm.screen(frame.head(rows), scales))
    if 1 < rows <= 5:
        assert "it takes more cases than items" in found.mardia.reason.en


def test_a_single_item(frame):
    one = scrm.Scales.build({"A": ["a1"]}, points=5)
    found = everything(scrm.screen(frame, one))
    notes = found.careless.frame.set_index("index")["note"]
    assert notes["longstring"] == "a single item"
    assert notes["even_odd"] == "0 scales of two items or more; it takes 3"
    assert notes["person_total"] == "1 items; it takes 3"
    assert found.mardia.numbers.df == 1
    assert found.cases["d2"].mean() == pytest.approx(119 / 120)


def test_nothing_at_all(frame, scales):
    frame[list(scales.codes)] = np.nan
    found = everything(scrm.screen(frame, scales))
    assert found.mcar.reason.en == "no item varies"
    assert found.cases["n_answered"].eq(0).all()


def test_few_items_have_no_long_string(frame, scales):
    found = scrm.screen(frame, scales)
    row = found.careless.frame.set_index("index").loc["longstring"]
    assert row["note"] == "no convention for fewer than 6 items"
    assert "longstring" in found.cases
    assert not found.cases["crossed"].str.contains("longstring").any()


# ---- sources


def test_every_kind_of_data_gives_the_same(frame, scales, tmp_path):
    path = tmp_path / "réponses.csv"
    frame.to_csv(path, sep=";", decimal=",", index=False, encoding="cp1252")
    expected = scrm.screen(frame, scales, id="who")
    polars = pl.DataFrame(frame.to_dict("list"))
    for data in (path, str(path), scrm.read_responses(path, scales), polars,
                 frame.convert_dtypes(), frame.astype({"a1": object})):  # fmt: skip
        found = scrm.screen(data, scales, id="who")
        pd.testing.assert_frame_equal(found.cases, expected.cases, check_index_type=False)
    from_file = scrm.screen(path, scales)
    assert from_file.file == "réponses.csv"
    assert len(from_file.sha256) == 64
    assert from_file.log
    assert "réponses.csv" in from_file.summary("fr")


def test_missing_codes_are_logged(frame, scales):
    frame.loc[[1, 2], "a1"] = -99
    frame.loc[3, "firm_age"] = -99
    found = scrm.screen(frame, scales, missing_codes=(-99,))
    assert found.missing.frame.set_index("item")["missing"]["a1"] == 2
    assert [(e.column, e.count) for e in found.log] == [("a1", 2), ("firm_age", 1)]
    assert frame.loc[1, "a1"] == -99
    assert np.isnan(found.data.loc[1, "a1"])


def test_what_is_done_to_the_frame_afterwards_changes_nothing(frame, scales):
    found = scrm.screen(frame, scales)
    before = found.data
    frame.loc[:, "a1"] = 1.0
    given = found.data
    given.loc[:, "a2"] = 1.0
    pd.testing.assert_frame_equal(found.data, before)
    assert found.normality.frame["sd"].iloc[0] > 0
    cases = found.cases
    cases["n_answered"] = 0
    assert found.cases["n_answered"].eq(5).all()
    with pytest.raises(dataclasses.FrozenInstanceError):
        found.received = 3


# ---- exclusions


def test_exclusions_are_recorded_and_leave_the_first_value_alone(frame, scales):
    flow = scrm.flow(1000, opened=400, started=200, complete=120)
    first = scrm.screen(frame, scales, id="who", flow=flow)
    second = first.exclude(["é3", "é5"], scrm.Text("failed the check", "contrôle manqué"))
    third = second.exclude(second.cases["irv"] < 0.01, "straight line")
    assert len(first.data) == 120
    assert len(second.data) == 118
    assert set(second.data["who"]) == set(frame["who"]) - {"é3", "é5"}
    assert second.cases.index.tolist() == second.data["who"].tolist()
    table = third.flow.frame
    gone = 118 - len(third.data)
    assert table["n"].tolist() == [1000, 400, 200, 120, 120, 2, gone, len(third.data)]
    assert table["reason"].tolist()[-3:-1] == ["failed the check", "straight line"]
    assert table["of_invited"].iloc[-1] == pytest.approx(len(third.data) / 1000)
    assert "contrôle manqué" in third.flow.text("fr")
    assert third.log[-2] == LogEntry(
        "exclusion", "", 2, scrm.Text("excluded: failed the check", "exclus : contrôle manqué")
    )
    assert third.exclusions[0].cases == ("é3", "é5")
    assert third.missing.frame["n"].iloc[0] == len(third.data)
    assert f"{len(third.data)} cases × 5 items ({2 + gone} excluded)" in repr(third)


@pytest.mark.parametrize("how", ["label", "list", "index", "frame", "mask", "array", "set"])
def test_cases_may_be_named_in_many_ways(frame, scales, how):
    found = scrm.screen(frame, scales)
    cases = found.cases
    given = {
        "label": 4, "list": [4], "index": cases.index[[4]], "frame": cases.loc[[4]],
        "mask": cases.index == 4, "array": np.array([4]), "set": {4},
    }[how]  # fmt: skip
    assert found.exclude(given, "x").data.index.tolist() == [k for k in range(120) if k != 4]


def test_rows_of_data_do_not_name_cases_where_a_column_does(frame, scales):
    frame["number"] = np.arange(119, -1, -1)
    found = scrm.screen(frame, scales, id="number")
    with pytest.raises(scrm.ArgumentError, match=r"needs rows of \.cases"):
        found.exclude(found.data.head(2), "x")
    assert found.exclude(found.cases.head(2), "x").data.index[0] == 2
    mask = found.data["number"] < 3
    assert found.exclude(mask, "x").data["number"].min() == 3


def test_excluding_nobody_is_recorded(frame, scales):
    found = scrm.screen(frame, scales).exclude([], "nobody was too fast")
    assert len(found.data) == 120
    assert found.flow.frame["n"].tolist() == [120, 0, 120]


@pytest.mark.parametrize(
    ("cases", "reason", "text"),
    [
        ([1], "", "reason= needs words"),
        ([1], None, "reason= needs words; got None"),
        ([500], "x", "cases= needs names among those of .cases; got 500."),
        (["é7"], "x", "got 'é7'. Did you mean '7'?"),
        ([2], "x", "Excluded before: leave them out."),
        ([True, False], "x", "cases= needs a truth value for each of 119 cases; got 2"),
        (list(range(2)) + list(range(3, 120)), "x", "cases= needs to leave some cases"),
        ([[1]], "x", "cases= needs names"),
        (pd.Series([True] * 119, index=range(1, 120)), "x", "needs a mask whose index"),
    ],
)
def test_exclusions_that_make_no_sense(frame, scales, cases, reason, text):
    found = scrm.screen(frame, scales).exclude(2, "x")
    with pytest.raises(scrm.ArgumentError) as caught:
        found.exclude(cases, reason)
    assert text in str(caught.value)


def test_labels_that_several_cases_share(frame, scales):
    frame.index = [1, 1, *range(2, 120)]
    found = scrm.screen(frame, scales)
    with pytest.raises(scrm.ArgumentError, match="1 names several"):
        found.exclude(1, "x")
    assert len(found.exclude([True] + [False] * 119, "x").data) == 119
    assert len(found.exclude([5], "x").data) == 119


def test_rows_named_by_several_levels(frame, scales):
    frame.index = pd.MultiIndex.from_arrays([["x", "y"] * 60, range(120)])
    found = everything(scrm.screen(frame, scales))
    assert len(found.exclude(("y", 1), "x").data) == 119
    assert len(found.exclude([("y", 1), ("x", 2)], "x").data) == 118


# ---- mistakes


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"time": "t"}, scrm.MissingColumnError, "time= needs a column of the data; got 't'"),
        ({"time": 3}, scrm.ArgumentError, "time= needs the name of a column; got 3"),
        ({"time": "who"}, scrm.DataError, "time= needs a column of numbers; got 'é0' in 'who'"),
        ({"id": "firm_size"}, scrm.DataError, "id= needs a name of its own for each case"),
        ({"id": "holes"}, scrm.DataError, "id= needs a name for every case; 120 are empty"),
        ({"arrival": "who"}, scrm.DataError, "arrival= needs dates, numbers, or text such as"),
        ({"arrival": "firm_age", "wave": "firm_size"}, scrm.ArgumentError, "wave= needs arrival="),
        ({"fractions": 0.7}, scrm.ArgumentError, "fractions= needs a share"),
        ({"fractions": "x"}, scrm.ArgumentError, "fractions= needs a share"),
        ({"population": [1]}, scrm.ArgumentError, "population= needs shares by column"),
        ({"population": {"firm_size": {1: 0.6, 2: 0.6}}}, scrm.ArgumentError, "sum 1.2"),
        ({"population": {"firm_size": {1: 0.5, 2: 0.5}}}, scrm.DataError, "got none for"),
        ({"population": {"x": {1: 0.5, 2: 0.5}}}, scrm.MissingColumnError, "population= needs"),
        ({"mcar": "yes"}, scrm.ArgumentError, "mcar= needs True, False or None"),
        ({"flow": 3}, scrm.ArgumentError, "flow= needs what scrm.flow() gives; got int"),
        ({"seed": -1}, scrm.ArgumentError, "seed= needs a whole number from 0"),
        ({"cut_offs": {"longstrings": 3}}, scrm.ArgumentError, "Did you mean 'longstring'?"),
        ({"cut_offs": {"longstring": "3"}}, scrm.ArgumentError, "needs a finite number for"),
        ({"cut_offs": [3]}, scrm.ArgumentError, "cut_offs= needs a number for each index"),
        ({"missing_codes": "-99"}, scrm.ArgumentError, "missing_codes= needs numbers"),
        ({"missing_codes": ["-99"]}, scrm.ArgumentError, "Leave out the quotes"),
        ({"missing_codes": 99}, scrm.ArgumentError, "missing_codes= needs numbers"),
    ],
)
def test_options_that_make_no_sense(frame, scales, options, error, text):
    frame["holes"] = np.nan
    with pytest.raises(error) as caught:
        scrm.screen(frame, scales, **options)
    assert text in str(caught.value)
    assert isinstance(caught.value, scrm.ScrmError)


@pytest.mark.parametrize(
    ("spoil", "text"),
    [
        (lambda f: f.assign(a1="x"), "'a1': 120 answers no number"),
        (lambda f: f.assign(a1=99), "outside 1–5: 99"),
        (lambda f: f.head(0), "data= needs at least one row"),
        (lambda f: f.drop(columns="b1"), "'b1': no such column"),
        (lambda f: pd.concat([f, f[["a1"]]], axis=1), "'a1': 2 columns have this name"),
        (lambda f: f.assign(firm_age="old"), "control: needs a column of numbers; got 'old'"),
        (lambda f: None, "data= needs the path of a file, Responses, or a pandas"),
        (lambda f: f[["a1"]].to_numpy(), "data= needs the path of a file"),
    ],
)
def test_data_that_are_no_answers(frame, scales, spoil, text):
    with pytest.raises(scrm.ScrmError) as caught:
        scrm.screen(spoil(frame), scales)
    assert text in str(caught.value)


def test_scales_are_scales(frame):
    with pytest.raises(scrm.ArgumentError, match="scales= needs Scales; got dict"):
        scrm.screen(frame, {"A": ["a1"]})


def test_another_language(frame, scales):
    found = scrm.screen(frame, scales)
    with pytest.raises(scrm.ArgumentError, match="lang= needs"):
        found.summary("de")
    with pytest.raises(scrm.ArgumentError, match="lang= needs"):
        found.missing.text("de")
    with pytest.raises(scrm.ArgumentError, match="lang= needs"):
        found.advice.html("de")


def test_names_are_escaped_in_html(frame, scales):
    frame["who"] = ["<b>" + str(k) for k in range(120)]
    wide = scrm.Scales.build({"A": ["a1", "a2", "a3"], "B": ["b1", "b2"]}, points=50)
    frame.loc[7, "a1"] = 50
    html = scrm.screen(frame, wide, id="who").outliers.html()
    assert "<b>7" not in html
    assert "&lt;b&gt;7" in html


def test_french_tables_are_french(frame, scales):
    frame.loc[0, "a1"] = np.nan
    text = scrm.screen(frame, scales).summary("fr")
    for word in ("écart-type", "Réponses négligentes", "échelons", "moyenne", "profils"):
        assert word in text
    assert not any(word in text for word in (" cases", "answers", "share", "0.0"))


def test_screening_own_simulated_answers():
    model = scrm.specify()
    population = scrm.population(model, paths="expected", loadings=0.8)
    answers = scrm.simulate(
        population, 300, seed=2, missing=scrm.MCAR(0.03), careless=scrm.Careless(0.1)
    )
    found = everything(scrm.screen(answers))
    assert found.mcar.pvalue > 0.01
    assert found.advice.frame["topic"].eq("careless").any()
