"""Several models in one table."""

import numpy as np
import pytest
from against_lavaan.witness import data

import scrm_model as scrm

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"
FULL = THREE + "textual ~ visual\nspeed ~ visual + textual"
LESS = THREE + "textual ~ visual\nspeed ~ textual"


@pytest.fixture(scope="module")
def fits():
    return scrm.fit(FULL, data("hs")), scrm.fit(LESS, data("hs"), estimator="MLR")


def cells(table):
    return {row[0].text: row for row in table.grid().rows}


def test_paths_errors_stars_shares_and_fit(fits):
    one, two = fits
    rows = cells(scrm.models_table(one, two, labels=["Full", "Less"]))
    own = one.parameters.set_index(["lhs", "op", "rhs"]).loc[("speed", "~", "visual")]
    row = rows["visual\xa0→\xa0speed"]
    assert row[1].value == own["est"]
    assert row[1].marks == ("***" if own["pvalue"] < 0.001 else "**")
    assert row[2].value == own["se"]
    assert (row[3].text, row[3].reason, row[4].text) == ("–", "this model has no such path", "")
    assert rows["speed"][1].value == one.r2["speed"]
    assert rows["χ²"][1].value == one.measures["chisq"]
    assert rows["χ²"][3].value == two.measures["chisq.scaled"]
    assert rows["RMSEA, 90% CI"][1].upper == one.measures["rmsea.ci.upper"]
    assert [rows["\ue000N\ue001"][k].value for k in (1, 3)] == [301, 301]


def test_headings_and_estimators(fits):
    grid = scrm.models_table(*fits, labels=["Full", scrm.Text("Less", "Moins")], lang="fr").grid()
    assert grid.spans == (("", 1), ("Full", 2), ("Moins", 2))
    assert "Estimateurs : Full : maximum de vraisemblance" in grid.notes[1].replace("\xa0", " ")
    assert [g.heading for g in grid.groups] == [
        "Liens structurels", "\ue000R\ue001²", "Ajustement",
    ]  # fmt: skip
    bare = scrm.models_table(*fits).grid()
    assert [text for text, _ in bare.spans if text] == ["Model 1", "Model 2"]


def test_standardised_paths_have_no_errors_of_their_own(fits):
    grid = scrm.models_table(*fits, standardised=True).grid()
    assert len(grid.heads) == 3
    row = next(r for r in grid.rows if r[0].text == "visual\xa0→\xa0speed")
    own = fits[0].parameters.set_index(["lhs", "op", "rhs"]).loc[("speed", "~", "visual")]
    assert row[1].value == own["std_all"]


def test_groups_have_rows_of_their_own():
    fit = scrm.fit(FULL, data("hs"), group="school")
    rows = cells(scrm.models_table(fit))
    two = rows["visual\xa0→\xa0speed, group 2"][1].value
    own = fit.parameters.query("lhs == 'speed' and rhs == 'visual' and group == 2")["est"].item()
    assert two == own
    assert rows["speed, group 2"][1].value == fit.r2.loc["speed"].iloc[1]


def test_every_number_has_a_value_or_a_reason(fits):
    for row in scrm.models_table(*fits).grid().rows:
        for k, cell in enumerate(row[1:]):
            assert cell.value is not None or cell.reason or k % 2 == 1
            assert cell.value is None or np.isfinite(cell.value)


def test_what_cannot_stand_side_by_side(fits):
    with pytest.raises(scrm.ArgumentError, match=r"fits= needs results .*got none"):
        scrm.models_table()
    with pytest.raises(scrm.ArgumentError, match=r"fits= needs results .*got list"):
        scrm.models_table(list(fits))
    with pytest.raises(scrm.ArgumentError, match="labels= needs 2 headings, one a fit; got "):
        scrm.models_table(*fits, labels=["one"])
    with pytest.raises(scrm.ArgumentError, match="lang= needs"):
        scrm.models_table(*fits, lang="it")
