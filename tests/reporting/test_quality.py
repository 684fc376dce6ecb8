"""Reliability and validity as tables and sections, in both languages."""

from dataclasses import replace

import numpy as np
import pytest
from against_lavaan.witness import data

import scrm_model as scrm
from scrm_model.measurement.conventions import METHOD_REFERENCES, SCALE_CUT_OFFS
from scrm_model.reporting.citing import references
from scrm_model.reporting.language import has_text
from scrm_model.reporting.sections.quality import reliability_section, validity_section
from scrm_model.reporting.tables import Table

THREE = "CRO =~ x1 + x2 + x3\nSMS =~ x4 + x5 + x6\nSMTU =~ x7 + x8 + x9\n"
HIGHER = THREE + "SCRMP =~ CRO + SMS + SMTU"


@pytest.fixture(scope="module")
def three():
    return scrm.fit(THREE, data("hs"))


@pytest.fixture
def contents(kit, three):
    return replace(
        kit.contents(),
        reliability=scrm.reliability(three),
        validity=scrm.validity(three, draws=100, seed=1),
    )


def tables(section):
    return [b for b in section.blocks if isinstance(b, Table)]


def cells(table, lang="en"):
    rows = [row for group in table.grid(lang).groups for row in group.rows]
    return {row[0].text: [cell.text for cell in row[1:]] for row in rows}


def test_reliability_is_that_of_the_frame(contents):
    (table,) = tables(reliability_section(contents))
    row = contents.reliability.frame.set_index("construct").loc["CRO"]
    shown = cells(table)["CRO · Customer relationship orientation"]
    assert shown[0] == "3"
    assert shown[1] == f"{row['alpha']:.3f}".lstrip("0")
    assert shown[3] == f"{row['omega']:.3f}".lstrip("0")
    assert shown[4].startswith(f"[{row['omega_ci_lower']:.3f}".replace("0.", "."))
    notes = " ".join(table.grid("en").notes)
    assert "α ≥ .70 (Nunnally, 1978)" in notes
    assert "no verdicts" in notes
    french = " ".join(table.grid("fr").notes)
    assert "ρ de Jöreskog ≥ 0,70" in french
    assert "sans valeur de verdict" in french


def test_validity_has_convergent_and_discriminant_tables(contents):
    convergent, fornell, htmt = tables(validity_section(contents))
    panel = contents.validity
    loadings = panel.loadings.set_index("construct").loc["CRO", "std_all"]
    shown = cells(convergent)["CRO · Customer relationship orientation"]
    assert shown[:2] == [f"{x:.3f}".lstrip("0") for x in (loadings.min(), loadings.max())]
    matrix = cells(fornell)
    root, r = panel.frame["sqrt_ave"][0], panel.correlations["r"][0]
    assert matrix["CRO"] == [f"{root:.3f}".lstrip("0"), "", ""]
    assert matrix["SMS"][0] == f"{r:.3f}".lstrip("0")
    ratio = cells(htmt)["CRO – SMS"]
    assert ratio[0] == f"{panel.htmt['htmt'][0]:.3f}".lstrip("0")
    assert "100 resamples" in " ".join(htmt.grid("en").notes)
    assert "HTMT ≤ 0,85 (Kline, 2011)" in " ".join(htmt.grid("fr").notes)
    assert "rhô de validité convergente" in " ".join(convergent.grid("fr").notes)
    assert "Validité discriminante" in fornell.grid("fr").title


def test_residual_correlations_are_counted(contents):
    said = " ".join(str(s) for s in validity_section(contents).blocks[0].sentences)
    large = contents.validity.large_residuals()
    assert f"Of the 36 residual correlations of the items, {len(large)} are beyond .10" in said
    assert f"that of {large['lhs'][0]} and {large['rhs'][0]}" in said
    none = replace(contents.validity, residuals=contents.validity.residuals.tail(3))
    said = validity_section(replace(contents, validity=none)).blocks[0].sentences
    assert len(said) == 1
    assert str(said[0]).startswith("None of the 3 residual correlations")


def test_sections_without_numbers_are_left_out(kit):
    assert reliability_section(kit.contents()).blocks == ()
    assert validity_section(kit.contents()).blocks == ()


def test_works_that_the_sections_name_are_in_the_references(contents, kit):
    named = {r.key for r in references(contents)}
    for measure in ("alpha", "omega", "loading", "ave", "htmt"):
        assert {cut.source for cut in SCALE_CUT_OFFS[measure]} <= named
    assert {"fornell1981", "henseler2015", "joreskog1971", "roemer2021"} <= named
    assert "henseler2015" not in {r.key for r in references(kit.contents())}


def test_every_convention_has_a_source_and_a_name():
    for measure, cuts in SCALE_CUT_OFFS.items():
        assert cuts
        assert all(cut.source in METHOD_REFERENCES for cut in cuts)
        assert measure == "residual" or has_text(f"quality.{measure}")


def test_second_order_constructs_have_a_table_of_their_own():
    found = scrm.reliability(scrm.fit(HIGHER, data("hs")))
    first, second = scrm.scale_tables(found)
    row = found.frame.set_index("construct").loc["SCRMP"]
    assert cells(second)["SCRMP"][0] == f"{row['omega_l1']:.3f}".lstrip("0")
    assert cells(first)["SCRMP"][1] == "–"
    assert any("second-order: see the table" in n for n in first.grid("en").notes)
    fornell = scrm.scale_tables(scrm.validity(scrm.fit(HIGHER, data("hs"))))[1]
    assert cells(fornell)["SCRMP"][:3] == ["–", "–", "–"]
    assert any("une dimension" in n or "dimension" in n for n in fornell.grid("fr").notes)


def test_single_items_and_shared_items_say_why_there_is_no_number():
    fit = scrm.fit("A =~ x1\nB =~ x4 + x5 + x6 + x7\nC =~ x7 + x8 + x9", data("hs"))
    table = scrm.scale_tables(scrm.reliability(fit))[0]
    assert cells(table)["A"][1:] == ["–"] * 5
    assert any("a single item" in n for n in table.grid("en").notes)
    convergent, fornell, htmt = scrm.scale_tables(scrm.validity(fit))
    assert cells(convergent)["A"][2] == "–"
    assert cells(fornell)["A"][0] == "–"
    assert cells(htmt)["A – B"] == ["–", "–"]
    assert any("no ratio" in n for n in htmt.grid("en").notes)


@pytest.mark.filterwarnings("ignore::scrm_model.InadmissibleWarning")
def test_heywood_cases_and_moments_say_why():
    heywood = scrm.fit("f =~ y1 + y2 + y3 + y4", data("sim_heywood"))
    table = scrm.scale_tables(scrm.reliability(heywood))[0]
    assert cells(table)["f"][-1] == "–"
    hs = data("hs")[[f"x{k}" for k in range(1, 10)]]
    moments = scrm.fit(THREE, scrm.Moments(hs.cov(), len(hs)))
    htmt = scrm.scale_tables(scrm.validity(moments, draws=10))[-1]
    assert cells(htmt)["CRO – SMS"][1] == "–"
    assert any("no interval" in n for n in htmt.grid("en").notes)


def test_groups_have_rows_or_tables_of_their_own():
    fit = scrm.fit(THREE, data("hs"), group="school")
    (table,) = scrm.scale_tables(scrm.reliability(fit))
    assert "CRO, group 2" in cells(table)
    titles = [t.grid("fr").title for t in scrm.scale_tables(scrm.validity(fit))]
    assert sum("Fornell" in title for title in titles) == 2
    assert "CRO – SMS, groupe 2" in cells(scrm.scale_tables(scrm.validity(fit))[-1], "fr")


def test_formative_blocks_have_tables_and_no_reliability(kit):
    text = "C <~ 1*x1 + x2 + x3\ntextual =~ x4 + x5 + x6\ntextual ~ C"
    fit = scrm.fit(text, data("hs"))
    found = scrm.formative(fit, {"C": data("hs")["x9"]})
    weights, redundancy = scrm.scale_tables(found)
    shown = cells(weights)
    assert shown["x1"][-1] == f"{found.frame['vif'][0]:.2f}"
    assert cells(redundancy)["C"][:2] == ["x9", "301"]
    assert "VIF ≤ 3,3 (Diamantopoulos & Siguaw, 2006)" in " ".join(weights.grid("fr").notes)
    assert "VIF ≤ 5 (" in " ".join(weights.grid("en").notes)
    reliable = scrm.scale_tables(scrm.reliability(fit))[0]
    assert cells(reliable)["C"][1:] == ["–"] * 5
    section = validity_section(replace(kit.contents(), formative=found))
    assert len(tables(section)) == 2
    shown = references(replace(kit.contents(), formative=found))
    assert "diamantopoulos2006" in {r.key for r in shown}


def test_every_table_renders_in_both_languages_without_a_bare_nan(three):
    ordinal = scrm.fit("f1 =~ u1 + u2 + u3\nf2 =~ u5 + u6", data("datcat"), ordered=True)
    for fit in (three, ordinal):
        found = (scrm.reliability(fit), scrm.validity(fit, draws=10, seed=1))
        found += (scrm.reliability(fit, interval="percentile", draws=20, seed=1),)
        for table in (t for f in found for t in scrm.scale_tables(f)):
            for lang in ("en", "fr"):
                assert ">nan<" not in table.html(lang)
                assert table.markdown(lang)


def test_frames_keep_their_numbers(three):
    table = scrm.scale_tables(scrm.reliability(three))[0]
    np.testing.assert_array_equal(table.frame["omega"], scrm.reliability(three).frame["omega"])


def test_anything_else_is_refused(three):
    with pytest.raises(scrm.ArgumentError, match="found= needs a result of reliability"):
        scrm.scale_tables(three)
