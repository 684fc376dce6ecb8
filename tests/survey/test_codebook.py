"""The codebook says what the instrument says, and its files bring it back."""

import re
from dataclasses import replace

import pandas as pd
import pytest
from openpyxl import load_workbook
from survey import questionnaire_files as files
from survey.hostile_scales import hostile_scales

import scrm_model as scrm
from scrm_model.errors import ArgumentError, ScaleError
from scrm_model.survey.codebook.spss import Variable, quoted, syntax
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.scales import Item, Scale, Scales

TEXT = ["construct", "dimension", "facet", "wording", "source", "values", "eligible", "missing"]


@pytest.fixture
def hostile():
    return hostile_scales()


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_variable_of_the_instrument(lang):
    book = scrm.codebook(SCALES, lang)
    frame = book.frame.set_index("variable")
    wanted = files.expected(SCALES, lang)
    assert list(frame.index) == list(wanted)
    assert frame["wording"].to_dict() == {code: wording for code, (wording, _) in wanted.items()}
    for code, (_, answers) in wanted.items():
        assert frame["values"][code] == "; ".join(f"{v} = {label}" for v, label in answers)
    labels = book.labels
    for code, (_, answers) in wanted.items():
        own = labels[labels["variable"] == code]
        assert list(zip(own["value"], own["label"], strict=True)) == answers
    counts = {"item": 27, "marker": 4, "attention": 2, "screening": 6, "control": 5}
    assert frame["kind"].value_counts().to_dict() == counts


def test_what_is_known_of_a_variable():
    frame = scrm.codebook(SCALES, missing_codes=(-99, -98)).frame.set_index("variable")
    item = frame.loc["scrmp1"]
    assert item[["construct", "dimension", "facet", "source"]].to_list() == [
        "SCRMP", "FIRM", "sales", "rapp2010; kupper2015",
    ]  # fmt: skip
    assert (item["low"], item["high"], item["reversed"]) == (1, 7, False)
    assert item["missing"] == "-99; -98"
    assert frame.loc["att1", "right_answer"] == 2
    assert frame.loc["role", "eligible"] == "1; 2; 3; 4; 5"
    assert frame.loc["years_in_post", "eligible"] == ">= 1"
    assert pd.isna(frame.loc["years_in_post", "low"])
    turned = Scales((Scale("A", (Item("a1", "A", reverse=True),)),))
    assert scrm.codebook(turned).frame["reversed"].to_list() == [True]


def test_scales_without_wordings_have_a_codebook():
    book = scrm.codebook(scrm.Scales.build({"A": ["a1", "a2"]}, points=(0, 10)))
    assert book.frame[["wording", "values"]].to_numpy().tolist() == [["", ""], ["", ""]]
    assert book.frame[["low", "high"]].to_numpy().tolist() == [[0, 10], [0, 10]]
    assert book.labels.empty


def test_labels_of_the_ends_stand_alone():
    ends = (scrm.Text("Never", "Jamais"), scrm.Text("Always", "Toujours"))
    scales = Scales((Scale("A", (Item("a1", "A"),), (0, 10), ends),))
    assert scrm.codebook(scales, "fr").frame["values"][0] == "0 = Jamais; 10 = Toujours"


def test_csv_and_excel_bring_it_back(tmp_path):
    book = scrm.codebook(SCALES, "fr", missing_codes=(-99,))
    path = book.save(tmp_path / "codebook.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    back = pd.read_csv(path, encoding="utf-8-sig", dtype=dict.fromkeys(TEXT, str)).fillna(
        dict.fromkeys(TEXT, "")
    )
    frame = book.frame
    assert (
        back[["variable", "kind", *TEXT]]
        .astype(object)
        .equals(frame[["variable", "kind", *TEXT]].astype(object))
    )
    for name in ("low", "high", "right_answer"):
        assert back[name].astype("Int64").equals(frame[name])
    book.save(tmp_path / "codebook.xlsx")
    sheets = pd.read_excel(tmp_path / "codebook.xlsx", sheet_name=None, keep_default_na=False)
    assert sheets["variables"]["wording"].to_list() == frame["wording"].to_list()
    assert sheets["labels"]["label"].to_list() == book.labels["label"].to_list()


def test_nothing_hostile_is_computed(hostile, tmp_path):
    book = scrm.codebook(hostile)
    text = book.save(tmp_path / "c.csv").read_text(encoding="utf-8-sig")
    back = pd.read_csv(tmp_path / "c.csv", encoding="utf-8-sig", keep_default_na=False)
    assert not [c for row in back.to_numpy() for c in map(str, row) if c[:1] in tuple("=+@\t\r")]
    assert "\"'=HYPERLINK(" in text
    wordings = [w.removeprefix("'") for w in back["wording"]]
    assert wordings == book.frame["wording"].to_list()
    book.save(tmp_path / "c.xlsx")
    cells = [c for s in load_workbook(tmp_path / "c.xlsx") for row in s.iter_rows() for c in row]
    assert "f" not in {cell.data_type for cell in cells}
    assert any(str(cell.value).startswith("=HYPERLINK(") for cell in cells)
    assert "<script" not in book._repr_html_()


# ---- SPSS

PIECE = re.compile(r"'((?:[^']|'')*)'")


def read_spss(path):
    """Commands of a syntax file: variable labels, value labels, missing codes, levels."""
    text = path.read_bytes().decode("utf-8-sig")
    assert max(len(line.encode()) for line in text.split("\r\n")) <= 256
    text = re.sub(r"'\s*\n\s+\+ '", "", text.replace("\r\n", "\n"))
    found = {"labels": {}, "values": {}, "missing": {}, "level": {}}
    for command in re.split(r"\.\n(?=[A-Z*]|$)", text):
        name, _, body = command.partition("\n")
        if name == "VARIABLE LABELS":
            for code, label in re.findall(rf"^  (\S+) {PIECE.pattern}", body, re.M):
                found["labels"][code] = label.replace("''", "'")
        elif name == "VALUE LABELS":
            for entry in re.split(r"\n  /\n", body):
                codes = re.findall(r"^  (\S+)$", entry, re.M)
                labels = re.findall(rf"^    (-?\d+) {PIECE.pattern}$", entry, re.M)
                for code in codes:
                    found["values"][code] = [(int(v), s.replace("''", "'")) for v, s in labels]
        elif name in ("MISSING VALUES", "VARIABLE LEVEL"):
            codes = re.findall(r"^  ([^\s(]+)$", body, re.M)
            said = re.search(r"^  \((.*)\)$", body, re.M)[1]
            found["missing" if name[0] == "M" else "level"] |= dict.fromkeys(codes, said)
        else:
            assert name.startswith("* ") or name == "EXECUTE" or not name, name
    return found


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_spss_syntax_says_the_same(lang, tmp_path):
    book = scrm.codebook(SCALES, lang, missing_codes=(-99, -98))
    found = read_spss(book.save(tmp_path / "labels.sps"))
    wanted = files.expected(SCALES, lang)
    assert found["labels"] == {code: wording for code, (wording, _) in wanted.items()}
    assert found["values"] == {code: answers for code, (_, answers) in wanted.items() if answers}
    assert found["missing"] == dict.fromkeys(wanted, "-99, -98")
    levels = pd.Series(found["level"])
    assert list(levels.index.sort_values()) == sorted(wanted)
    assert levels[["cro1", "att1", "knowledge", "role", "firm_age"]].to_list() == [
        "ORDINAL", "ORDINAL", "ORDINAL", "NOMINAL", "SCALE",
    ]  # fmt: skip


def test_hostile_labels_in_spss(hostile, tmp_path):
    book = scrm.codebook(hostile, missing_codes=(-99,))
    found = read_spss(book.save(tmp_path / "labels.sps"))
    wanted = files.expected(hostile, "en")

    def flat(text):
        return " ".join(text.split())

    assert found["labels"] == {code: flat(wording) for code, (wording, _) in wanted.items()}
    assert found["values"]["a_1"] == [(v, flat(label)) for v, label in wanted["a_1"][1]]
    assert "comment" not in found["missing"]  # it holds text


def test_long_labels_are_cut_and_said_to_be(tmp_path):
    scales = Scales((Scale("A", (Item("a1", "A", scrm.Text("é'" * 200)),)),))
    text = scrm.codebook(scales).save(tmp_path / "l.sps").read_bytes().decode("utf-8-sig")
    assert "* Labels cut at 256 bytes: a1." in text
    label = read_spss(tmp_path / "l.sps")["labels"]["a1"]
    assert 250 <= len(label.encode()) <= 256
    assert label.endswith("…")
    assert quoted("it's", 256) == "'it''s'"
    assert quoted("", 256) == "''"


def test_syntax_of_nothing_to_say():
    lines = syntax([Variable("a", "", (), "SCALE", True)]).split("\r\n")
    assert lines == [
        "* Encoding: UTF-8.", "VARIABLE LEVEL", "  a", "  (SCALE).", "EXECUTE.", "",
    ]  # fmt: skip


@pytest.mark.parametrize("code", ["all", "TO", "end.", "é" * 33])
def test_names_that_spss_cannot_have(code, tmp_path):
    book = scrm.codebook(Scales((Scale("A", (Item(code, "A"),)),)))
    with pytest.raises(ScaleError, match=r"^code= needs a name that SPSS accepts.*Rename"):
        book.save(tmp_path / "l.sps")
    assert list(tmp_path.iterdir()) == []
    assert book.save(tmp_path / "l.csv").exists()


# ---- what is refused


def test_what_is_refused(tmp_path):
    with pytest.raises(ScaleError, match=r"^missing_codes= needs at most 3 codes for SPSS; got 4"):
        scrm.codebook(SCALES, missing_codes=(-9, -8, -7, -6)).save(tmp_path / "l.sps")
    with pytest.raises(ArgumentError, match=r"^path= needs a name ending in \.csv, \.xlsx, \.sps"):
        scrm.codebook(SCALES).save(tmp_path / "l.docx")
    with pytest.raises(ArgumentError, match=r"^path= needs a folder that exists"):
        scrm.codebook(SCALES).save(tmp_path / "absent" / "l.csv")
    with pytest.raises(ArgumentError, match=r"^lang= needs one language for a codebook"):
        scrm.codebook(SCALES, "both")
    with pytest.raises(ArgumentError, match=r"^lang= needs 'en', 'fr'"):
        scrm.codebook(SCALES, "es")
    with pytest.raises(ArgumentError, match=r"^missing_codes= needs numbers; got 'NA'"):
        scrm.codebook(SCALES, missing_codes=("NA",))
    with pytest.raises(ArgumentError, match=r"^scales= needs scrm.Scales; got list"):
        scrm.codebook([])
    assert list(tmp_path.iterdir()) == []


def test_it_shows_itself_and_follows_a_study():
    book = scrm.codebook(SCALES, study=scrm.STUDY.without("SMS"))
    assert "sms1" not in set(book.frame["variable"])
    assert len(book) == 40
    assert repr(book).startswith("Codebook: 40 variables\n")
    assert "cro1" in repr(book)
    assert "<table" in book._repr_html_()
    empty = replace(SCALES, marker=None, attention=(), screening=(), controls=())
    assert set(scrm.codebook(empty).frame["kind"]) == {"item"}
