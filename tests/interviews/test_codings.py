"""Codings from tables and from exchanged projects: counts, agreement, and what is refused."""

import dataclasses

import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pytest

from scrm_model.errors import (
    ArgumentError,
    DataError,
    InterviewFileError,
    MissingColumnError,
)
from scrm_model.interviews.agreement import cohen_kappa, krippendorff_alpha
from scrm_model.interviews.article import INTERVIEWS
from scrm_model.interviews.reading import read_codings
from scrm_model.interviews.records import Relation

SEMICOLONS = """Entretien;Passage;Thème;Codeur;Verbatim
E1;1;prix;A;"C'est cher; trop"
E1;2;service;A;secret
E1;1;prix;B;secret
E1;2;prix;B;secret
E2;1;service;A;secret
E2;1;service;B;secret
E3;1;;A;
E3;1;prix;B;secret
"""


def codings(rows, **more):
    frame = pd.DataFrame(rows, columns=["document", "segment", "code", "coder"])
    return read_codings(frame, **more)


def test_a_french_table_is_read_and_told(table):
    found = read_codings(table(SEMICOLONS, encoding="cp1252"))
    assert found.documents == ("E1", "E2", "E3")
    assert found.codes == {"prix": "", "service": ""}
    assert found.coders == ("A", "B")
    told = [note.en for note in found.notes]
    assert "Read as cp1252." in told
    assert "code: column 'Thème'." in told
    assert "document: column 'Entretien'." in told
    assert any("Passages are left in the file" in text for text in told)
    assert all(note.fr for note in found.notes)


def test_no_passage_is_held_unless_asked_for(table):
    found = read_codings(table(SEMICOLONS))
    held = "".join(map(repr, dataclasses.astuple(found))) + repr(found) + found._repr_html_()
    assert "secret" not in held
    assert "cher" not in held
    assert list(found.frame.columns) == ["document", "segment", "code", "coder"]
    kept = read_codings(table(SEMICOLONS), quotations=True)
    assert kept.frame["quotation"].iloc[0] == "C'est cher; trop"


def test_counts_are_a_plain_recount(table):
    found = read_codings(
        table(SEMICOLONS), {"prix": "VALUE", "service": "SERVICE", "lieu": "SERVICE"}
    )
    counts = found.segment_counts().set_index("code")
    assert counts.loc["prix"].tolist() == ["VALUE", 2, 3, 2]
    assert counts.loc["service"].tolist() == ["SERVICE", 2, 2, 2]
    assert counts.loc["lieu"].tolist() == ["SERVICE", 0, 0, 0]
    assert found.theme_counts()["informants"].tolist() == [2, 2, 0]
    assert found.construct_counts()["informants"].tolist() == [2, 2]
    assert found.matrix.loc["prix"].tolist() == [True, False, True]
    together = found.coded_together()
    assert together.loc["prix", "service"] == 1
    assert together.loc["prix", "prix"] == 3
    assert found.spoken_together().loc["prix", "service"] == 1
    assert found.saturation().frame["total"].tolist() == [2, 2, 2]
    alone = found.of_coder("A")
    assert alone.coders == ("A",)
    assert alone.matrix.loc["prix"].tolist() == [True, False, False]
    assert found.remarks
    assert not alone.remarks
    with pytest.raises(ArgumentError, match="coder= needs one of A, B"):
        found.of_coder("C")


@pytest.mark.parametrize("kind", ["pandas", "polars", "excel"])
def test_the_same_from_frames_and_workbooks(kind, tmp_path):
    rows = {"Document": ["1", "1", "2"], "segment_id": [1, 2, 1], "Node": ["x", None, "x"]}
    if kind == "excel":
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append([])
        sheet.append(["Document", "segment_id", "Node"])
        for row in ((1, 1, "x"), (1.0, 2, None), (), (2, 1, "x")):
            sheet.append(row)
        book.create_sheet("other")
        book.save(tmp_path / "t.xlsx")
        found = read_codings(tmp_path / "t.xlsx")
        assert any("first sheet" in note.en for note in found.notes)
        with pytest.raises(ArgumentError, match="sheet= needs one of Sheet, other"):
            read_codings(tmp_path / "t.xlsx", sheet="none")
        with pytest.raises(InterviewFileError, match="an empty table"):
            read_codings(tmp_path / "t.xlsx", sheet="other")
    else:
        found = read_codings((pd if kind == "pandas" else pl).DataFrame(rows))
    assert found.frame.to_numpy().tolist() == [
        ["1", "1", "x", "1"], ["1", "2", "", "1"], ["2", "1", "x", "1"]
    ]  # fmt: skip
    assert any("one coder" in note.en for note in found.notes)


def test_columns_may_be_named_and_joined(table):
    text = "Fichier,Debut,Fin,Etiquette\na.txt,0,12,prix\na.txt,12,40,prix\n"
    chosen = {"segment": ("Debut", "Fin"), "code": "Etiquette"}
    found = read_codings(table(text), columns=chosen)
    assert found.frame["segment"].tolist() == ["0-12", "12-40"]
    assert any(note.en == "segment: column 'Debut + Fin'." for note in found.notes)


ROW = ("E1", "1", "prix", "A")


@pytest.mark.parametrize(
    ("text", "more", "error", "told"),
    [
        ("document,segment\nE1,1\n", {}, MissingColumnError, "column for each coding's code"),
        ("document,segment,code,theme\nE1,1,x,y\n", {"columns": {"cod": "x"}}, ArgumentError,
         "Did you mean 'code'"),
        ("interview,entretien,segment,code\nE1,E1,1,x\n", {}, MissingColumnError,
         "got 'interview', 'entretien'"),
        ("document,segment,code\nE1,1,x\n", {"columns": {"code": "Code"}}, MissingColumnError,
         "has 0 times. Did you mean 'code'"),
        ("document,segment,code\n,1,x\nE1,,x\n", {}, DataError, "document in every row; got none "
         "in row 2"),
        ("document,segment,code\nE1,,x\n", {}, DataError, "segment in every row"),
        ("document,segment,code,coder\nE1,1,x,\n", {}, DataError, "coder in every row"),
        ("document,segment,code\nE1,1,x\nE2,1,x\nE1,1,x\n", {}, DataError,
         "rows 2, 4 more than once, such as E1 / 1 / x / 1"),
        (f"document,segment,code\nE1,{'mot ' * 30},x\n", {}, DataError, "short ids"),
        ("document,segment,code\n", {}, DataError, "header without rows"),
        ("document,segment,code\nE1,1,prx\n", {"codes": ["prix"]}, DataError,
         r"got 'prx' \(1 codings\), perhaps 'prix'"),
        ("document,segment,code\nE1,1,prix\n", {"codes": "prix"}, ArgumentError, "several codes"),
        ("document,segment,code\nE1,1,prix\n", {"codes": []}, ArgumentError, "one code or more"),
        ("document,segment,code\nE1,1,a,b\n", {}, InterviewFileError, "4 fields in line 2"),
        ('document,segment,code\nE1,1,"a\n', {}, InterviewFileError, "breaks off"),
        ("  \n", {}, InterviewFileError, "an empty file"),
    ],
)  # fmt: skip
def test_tables_that_are_refused(table, text, more, error, told):
    with pytest.raises(error, match=told):
        read_codings(table(text), **more)


def test_files_that_are_refused(table, tmp_path, zipped):
    with pytest.raises(InterviewFileError, match="Did you mean 'codages"):
        read_codings(table("x").with_name("codage.csv"))
    with pytest.raises(InterviewFileError, match=r"ends in '\.pdf'"):
        read_codings(table("x", "codages.pdf"))
    with pytest.raises(InterviewFileError, match="a PDF"):
        read_codings(table("%PDF-1.4 x", "codages.csv"))
    with pytest.raises(InterviewFileError, match="bytes that are not utf-8"):
        read_codings(table(SEMICOLONS, encoding="cp1252"), encoding="utf-8")
    with pytest.raises(InterviewFileError, match="no such file"):
        read_codings(table("no workbook", "t.xlsx"))
    with pytest.raises(InterviewFileError, match="cannot be opened"):
        read_codings(zipped(tmp_path / "u.xlsx", {"a.xml": "<a/>"}))
    with pytest.raises(ArgumentError, match="got int"):
        read_codings(3)


def test_a_workbook_with_a_document_type_or_a_bomb_is_refused(tmp_path, zipped):
    entity = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
    for name, data in (("a", entity.encode()), ("b", entity.encode("utf-16"))):
        path = zipped(tmp_path / f"{name}.xlsx", {"xl/workbook.xml": data})
        with pytest.raises(InterviewFileError, match="document type"):
            read_codings(path)
    bomb = zipped(tmp_path / "c.xlsx", {"xl/sharedStrings.xml": b" " * 3_000_000})
    with pytest.raises(InterviewFileError, match="unpacks to far more"):
        read_codings(bomb)


def test_codes_that_differ_by_case_are_told():
    found = codings([("E1", "1", "Prix", "A"), ("E1", "2", "prix", "A")])
    assert any("differ in case only" in note.en for note in found.notes)
    assert len(found.codes) == 2


# ---- agreement


def test_agreement_by_segment_is_that_of_the_bare_numbers(table):
    found = read_codings(table(SEMICOLONS)).agreement(draws=400, seed=1)
    frame = found.frame.set_index("code")
    # Four segments, A and B: prix 1 0 0 0 and 1 1 0 1; service 0 1 1 0 and 0 0 1 0.
    prix = np.array([[1, 0, 0, 0], [1, 1, 0, 1]])
    service = np.array([[0, 1, 1, 0], [0, 0, 1, 0]])
    for code, own in (("prix", prix), ("service", service)):
        crossed = np.zeros((2, 2))
        np.add.at(crossed, (own[0], own[1]), 1)
        assert frame.loc[code, "kappa"] == pytest.approx(cohen_kappa(crossed).kappa)
        assert frame.loc[code, "alpha"] == pytest.approx(krippendorff_alpha(own, 2, "nominal"))
        assert frame.loc[code, "present"] == own.mean()
        assert frame.loc[code, "identical"] == (own[0] == own[1]).mean()
    assert frame["units"].tolist() == [4, 4]
    assert (frame["alpha_lower"] <= frame["alpha"]).all()
    assert (frame["alpha"] <= frame["alpha_upper"]).all()
    assert (frame["reason"] == "").all()
    again = read_codings(table(SEMICOLONS)).agreement(draws=400, seed=1)
    assert again.frame.equals(found.frame)
    assert any("Units are the segments" in note.en for note in found.notes)
    assert "alpha from" in repr(found)
    assert "κ is Cohen" in found._repr_html_()


def test_what_a_coder_has_seen_can_be_told():
    rows = [("E1", "1", "x", "A"), ("E1", "2", "y", "A"), ("E1", "1", "x", "B")]
    by_document = codings(rows).agreement(draws=100).frame
    assert by_document["units"].tolist() == [2, 2]
    by_segment = codings(rows).agreement(seen="segment", draws=100).frame
    assert by_segment["units"].tolist() == [1, 1]
    # One unit, and both applied x to it and neither y: nothing to agree on beyond chance.
    assert by_segment["alpha"].isna().all()
    assert by_segment["reason"].str.contains("not defined").all()
    listed = codings([*rows, ("E1", "2", "", "B")]).agreement(seen="segment", draws=100).frame
    assert listed["units"].tolist() == [2, 2]


def test_where_coders_agree_throughout_there_is_no_interval():
    rows = [(d, s, "x" if s == "1" else "y", c) for d in "de" for s in "123" for c in "AB"]
    frame = codings(rows).agreement(draws=100, seed=1).frame
    assert frame["kappa"].tolist() == frame["alpha"].tolist() == [1, 1]
    assert frame[["kappa_lower", "kappa_upper", "alpha_lower", "alpha_upper"]].isna().all(axis=None)
    assert (frame["reason"].str.count("no width") == 1).all()


def test_three_coders_have_alpha_and_the_reason_why_no_kappa():
    rng = np.random.default_rng(1)
    rows = [
        (f"E{d}", str(s), "x" if rng.random() < 0.5 else "y", c)
        for d in range(4) for s in range(6) for c in "ABC"
    ]  # fmt: skip
    found = codings(rows).agreement("segment", draws=200, seed=2)
    assert found.frame["kappa"].isna().all()
    assert (found.frame["reason"] == "κ is of two coders").all()
    assert found.frame["alpha"].notna().all()
    whole = codings(rows).agreement("document", draws=200).frame
    assert whole["units"].tolist() == [4, 4]


def test_coders_without_anything_in_common():
    apart = codings([("E1", "1", "x", "A"), ("E2", "1", "x", "B")])
    with pytest.raises(DataError, match="got none in common of A, B"):
        apart.agreement()
    with pytest.raises(DataError, match="needs two coders; got A"):
        codings([ROW]).agreement()
    rows = [
        ("E1", "1", "x", "A"),
        ("E1", "2", "x", "B"),
        ("E1", "1", "x", "B"),
        ("E9", "1", "x", "C"),
    ]
    found = codings(rows).agreement(draws=100)
    assert any(note.en.startswith("C judged no unit") for note in found.notes)
    assert found.frame["coders"].tolist() == [2]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"unit": "sentence"}, "unit= needs"),
        ({"seen": "all"}, "seen= needs"),
        ({"level": 95}, "level= needs"),
        ({"draws": 1}, "draws= needs"),
        ({"seed": 1.5}, "seed= needs"),
        ({"unit": "paragraph"}, "texts are not known"),
    ],
)
def test_options_of_agreement(options, told):
    with pytest.raises(ArgumentError, match=told):
        codings([ROW, ("E1", "1", "prix", "B")]).agreement(**options)


def test_codings_become_evidence():
    found = codings([ROW, ("E2", "4", "service", "A")], codes={"prix": "P", "service": ""})
    made = found.interviews("Mine", {"service": "S"}, [Relation("P", "S", passages=2)])
    assert made.construct_counts()["informants"].tolist() == [1, 1]
    assert made.informants_on("S") == ("E2",)
    assert made.relation("P", "S").passages == 2
    with pytest.raises(ArgumentError, match=r"got 'servce'\. Did you mean 'service'"):
        found.interviews("Mine", {"servce": "S"})
    theirs = read_codings(
        pd.DataFrame({"document": ["x"], "segment": [1], "code": ["CEC.voice"]}), INTERVIEWS
    )
    assert theirs.codes["CEC.voice"] == "CEC"
    assert len(theirs.codes) == 27


# ---- exchanged projects


def test_a_project_written_by_hand_is_read_back(qdpx):
    found = read_codings(qdpx())
    assert found.documents == ("Entretien 1", "Entretien 2", "Affiche")
    assert found.codes == {
        "Prix": "", "Cher": "Prix", "Prix / Autre": "Prix", "Service": "",
        "Service / Autre": "Service",
    }  # fmt: skip
    assert found.coders == ("Amel", "Bilel")
    assert found.frame.to_numpy().tolist() == [
        ["Entretien 1", "0-12", "Cher", "Amel"],
        ["Entretien 1", "0-12", "Cher", "Bilel"],
        ["Entretien 1", "0-12", "Service / Autre", "Bilel"],
        ["Entretien 1", "30-47", "Service", "Amel"],
        ["Entretien 2", "whole", "Prix / Autre", "Amel"],
        ["Entretien 2", "14-31", "Prix", "Bilel"],
        ["Affiche", "picture 1-2-30-40", "Service", "Amel"],
    ]
    kept = read_codings(qdpx(), quotations=True).frame["quotation"].tolist()
    # Positions count code points: the smiley is one.
    assert kept[0] == "C'est cher 😀"
    assert kept[5] == "Le prix est juste"
    assert kept[6] == ""
    assert "cher" not in repr(found.frame)


def test_paragraphs_are_units_of_a_project(qdpx):
    found = read_codings(qdpx())
    assert len(found.paragraphs["Entretien 1"]) == 3
    agreement = found.agreement("paragraph", draws=100, seed=1)
    frame = agreement.frame.set_index("code")
    # Both coded both texts: three paragraphs and two.
    assert frame["units"].tolist() == [5] * 5
    assert frame.loc["Cher", "kappa"] == 1.0
    assert any("2 segments without a place" in note.en for note in agreement.notes)


def test_codings_that_repeat_each_other_count_once(qdpx):
    one = '<CodeRef targetGUID="22222222-0000-0000-0000-000000000005"/>'
    found = read_codings(qdpx((one, one * 2)))
    assert len(found.frame) == 7
    assert any("1 codings repeat" in note.en for note in found.notes)


def test_users_sources_and_codes_may_lack_names(qdpx):
    found = read_codings(
        qdpx(
            ('name="Bilel"', 'name="Amel"'),
            ('creatingUser="{11111111-0000-0000-0000-000000000002}"', 'creatingUser="9"'),
            ('name="Entretien 2"', 'name="Entretien 1"'),
        )
    )
    assert found.documents == ("Entretien 1", "Entretien 1 (2)", "Affiche")
    assert found.coders == ("Amel", "(unknown)", "Amel (2)")
    assert any("without a known user" in note.en for note in found.notes)


TYPE = '<?xml version="1.0" encoding="utf-8"?>'
FIRST = 'startPosition="0" endPosition="12"'


@pytest.mark.parametrize(
    ("changes", "members", "told"),
    [
        ([(TYPE, TYPE + '<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]>')], {},
         "document type"),
        ([(TYPE, TYPE + '<!DOCTYPE p SYSTEM "http://127.0.0.1:9/p.dtd">')], {}, "document type"),
        ([("Tout va bien.", "&boom;")], {}, "malformed XML"),
        ([("</Project>", "")], {}, "malformed XML"),
        ([("<Project ", "<Projet "), ("</Project>", "</Projet>")], {}, "root is 'Projet'"),
        ([(FIRST, 'startPosition="0" endPosition="999"')], {}, "from 0 to 999"),
        ([(FIRST, 'startPosition="9" endPosition="2"')], {}, "from 9 to 2"),
        ([(FIRST, 'startPosition="-1" endPosition="2"')], {}, "from -1 to 2"),
        ([(FIRST, 'startPosition="a" endPosition="2"')], {}, "without whole positions"),
        ([('targetGUID="22222222-0000-0000-0000-000000000005"', 'targetGUID="7"')], {},
         r"codebook has not \(7\)"),
        ([('name="Cher" ', "")], {}, "a code without a name"),
        ([("22222222-0000-0000-0000-000000000003", "22222222-0000-0000-0000-000000000001")], {},
         "two codes with the same guid"),
        ([], {"project.qde": None}, "without project.qde"),
        ([], {"sources/33333333-0000-0000-0000-000000000001.txt": None}, "is not in the file"),
        ([], {"sources/33333333-0000-0000-0000-000000000001.txt": b"\xe9"}, "is not UTF-8"),
        ([("internal://3333", "internal://../3333")], {}, "is not in the file"),
        ([], {"project.qde": b" " * 5_000_000}, "unpacks to far more"),
        ([("<Cases>", "<Cases>" + "<a>" * 300 + "</a>" * 300)], {}, "more than 256 levels"),
    ],
)  # fmt: skip
def test_projects_that_are_refused(qdpx, changes, members, told):
    with pytest.raises(InterviewFileError, match=told):
        read_codings(qdpx(*changes, members=members))


def test_members_that_point_elsewhere_are_never_written(qdpx, tmp_path):
    before = {p.name for p in tmp_path.iterdir()}
    found = read_codings(qdpx(members={"../outside.txt": "x", "/etc/outside": "x"}))
    assert len(found.frame) == 7
    assert {p.name for p in tmp_path.iterdir()} - before == {"essai.qdpx"}
    assert not (tmp_path.parent / "outside.txt").exists()


def test_texts_outside_the_file_are_told_and_not_opened(qdpx):
    old = "internal://33333333-0000-0000-0000-000000000001.txt"
    found = read_codings(qdpx((old, "absolute:///etc/passwd")))
    assert any("1 texts lie outside" in note.en for note in found.notes)
    assert "Entretien 1" not in found.paragraphs
    assert len(found.frame) == 7


def test_a_project_that_lies_about_its_sizes_is_refused(qdpx):
    path = qdpx()
    data = bytearray(path.read_bytes())
    # The member's data, changed: the checksum no longer fits.
    start = data.index(b"project.qde") + len("project.qde")
    data[start + 40 : start + 60] = bytes(20)
    path.write_bytes(data)
    with pytest.raises(InterviewFileError, match="damaged part"):
        read_codings(path)
    path.write_bytes(bytes(data[: len(data) // 2]))
    with pytest.raises(InterviewFileError, match="no such file"):
        read_codings(path)
    path.write_bytes(b"")
    with pytest.raises(InterviewFileError):
        read_codings(path)


def test_a_project_without_codings_is_refused(qdpx):
    with pytest.raises(DataError, match="without any"):
        read_codings(qdpx(("<Coding ", "<Note "), ("</Coding>", "</Note>")))


def test_codes_of_a_project_are_held_to_a_codebook(qdpx):
    with pytest.raises(DataError, match=r"got 'Service / Autre' \(1 codings\)"):
        read_codings(qdpx(), ["Prix", "Cher", "Prix / Autre", "Service"])
