"""Transcripts in any encoding and as Word documents; what is empty, wrong or harmful is refused."""

import docx
import pytest

from scrm_model.errors import ArgumentError, DataError, InterviewFileError
from scrm_model.interviews.transcript_files import read_transcripts
from scrm_model.interviews.transcripts import Transcripts

SAID = """Q : Que répondez-vous ?
R : Vite. L'été, c'est cher.

Facteurs : le prix.
Q : Et ?
R : Bon.
"""


@pytest.mark.parametrize(
    ("encoding", "used"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16"), ("cp1252", "cp1252")],
)
def test_any_usual_encoding_is_found(tmp_path, encoding, used):
    path = tmp_path / "entretien.txt"
    path.write_bytes(SAID.encode(encoding))
    found = read_transcripts(path)
    assert found.text("entretien") == SAID
    assert found.frame["encoding"].tolist() == [used]
    assert bool(found.notes) == (used == "cp1252")


def test_other_encodings_are_given(tmp_path):
    path = tmp_path / "e.txt"
    path.write_bytes(SAID.encode("mac-roman"))
    assert read_transcripts(path, encoding="mac-roman").text("e") == SAID
    with pytest.raises(InterviewFileError, match="Pass the right encoding="):
        read_transcripts(path, encoding="utf-8")
    with pytest.raises(InterviewFileError, match="Pass the right encoding="):
        read_transcripts(path, encoding="utf-99")


def test_decomposed_accents_are_composed(tmp_path):
    path = tmp_path / "e.txt"
    path.write_text("e\u0301te\u0301", encoding="utf-8")
    assert read_transcripts(path).text("e") == "été"


def word(path):
    document = docx.Document()
    paragraph = document.add_paragraph("Q : Que ")
    paragraph.add_run("répondez").bold = True
    paragraph.add_run("-vous ?")
    paragraph.paragraph_format.tab_stops.add_tab_stop(docx.shared.Cm(3))
    table = document.add_table(1, 2)
    table.cell(0, 0).text = "R : un\ttableau"
    table.cell(0, 1).text = "côté"
    document.add_paragraph("fin")
    document.save(path)
    return path


def test_word_documents_with_tables(tmp_path):
    found = read_transcripts(word(tmp_path / "Entretien 3.docx"))
    assert found.text("Entretien 3").split("\n") == [
        "Q : Que répondez-vous ?", "R : un\ttableau", "côté", "fin"
    ]  # fmt: skip


def test_deleted_words_and_second_forms_are_no_text(tmp_path, zipped):
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = (
        f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>dit</w:t></w:r>'
        "<w:del><w:r><w:delText>rayé</w:delText></w:r></w:del>"
        "<w:r><w:fldChar/><w:instrText>HYPERLINK</w:instrText></w:r></w:p></w:body></w:document>"
    )
    path = zipped(tmp_path / "d.docx", {"word/document.xml": body})
    assert read_transcripts(path).text("d") == "dit"


def test_a_folder_is_read_in_order(tmp_path):
    for name in ("b.txt", "a.txt", ".hidden.txt", "~$c.docx"):
        (tmp_path / name).write_text("mots", encoding="utf-8")
    (tmp_path / "notes.pdf").write_text("x")
    word(tmp_path / "c.docx")
    assert read_transcripts(tmp_path).names == ("a", "b", "c")
    assert read_transcripts([tmp_path / "b.txt", tmp_path / "a.txt"]).names == ("b", "a")


def test_texts_of_a_project(qdpx):
    found = read_transcripts(qdpx())
    assert found.names == ("Entretien 1", "Entretien 2")
    assert "répond vite" in found.text("Entretien 1")


def test_turns_of_the_interviewer_can_be_left_out():
    found = Transcripts.of({"e": SAID})
    # What opens one paragraph only is no speaker.
    assert found.speakers == ("Q", "R")
    left = found.without("Q")
    assert left.text("e").split("\n") == ["Vite. L'été, c'est cher.", "Facteurs : le prix.", "Bon."]
    assert left.notes[-1].fr == "Tours de parole de Q retirés."
    with pytest.raises(ArgumentError, match="got 'Z'"):
        found.without("Z")
    with pytest.raises(DataError, match="'e' has none"):
        found.without("Q", "R")


def test_no_text_is_shown_unless_asked_for():
    found = Transcripts.of({"e": SAID})
    shown = repr(found) + found._repr_html_() + found.frame.to_string() + repr(found.documents)
    assert "cher" not in shown
    assert "Vite" not in shown
    assert "Q, R" in shown
    with pytest.raises(ArgumentError, match="got 'x'"):
        found.text("x")


@pytest.mark.parametrize(
    ("name", "data", "error", "told"),
    [
        ("a.txt", b"", DataError, "a.txt is empty"),
        ("a.txt", b" \n\t ", DataError, "a.txt is empty"),
        ("a.txt", b"1234 ...", DataError, "'a' has none"),
        ("a.txt", b"ab\0\x01cd", InterviewFileError, "a binary file"),
        ("a.txt", b"{\\rtf1 hello}", InterviewFileError, "rich text"),
        ("a.txt", b"PK\x03\x04....", InterviewFileError, "zipped"),
        ("a.txt", "é".encode("utf-16")[:-1], InterviewFileError, "stops inside"),
        ("a.doc", b"x", InterviewFileError, "ends in '.doc'"),
        ("a", b"x", InterviewFileError, "ends in 'nothing'"),
        ("a.docx", b"x", InterviewFileError, "no such file"),
    ],
)
def test_files_that_are_refused(tmp_path, name, data, error, told):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(error, match=told):
        read_transcripts(path)


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"other.xml": "<a/>"}, "without word/document.xml"),
        ({"word/document.xml": "<a>"}, "malformed XML"),
        ({"word/document.xml": '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'}, "document type"),
        ({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "&c;&c;">]><a>&b;</a>'}, "document type"),
        ({"word/document.xml": " " * 4_000_000}, "unpacks to far more"),
    ],
)
def test_word_documents_that_are_refused(tmp_path, zipped, members, told):
    with pytest.raises(InterviewFileError, match=told):
        read_transcripts(zipped(tmp_path / "x.docx", members))


def test_other_things_that_are_no_transcripts(tmp_path):
    (tmp_path / "a.txt").write_text("un")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_text("deux")
    with pytest.raises(DataError, match="got 'a' twice"):
        read_transcripts([tmp_path / "a.txt", tmp_path / "sub" / "a.txt"])
    with pytest.raises(InterviewFileError, match="a folder at"):
        read_transcripts([tmp_path / "sub"])
    with pytest.raises(InterviewFileError, match="got none"):
        read_transcripts(tmp_path / "b.txt")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InterviewFileError, match="got none in"):
        read_transcripts(tmp_path / "empty")
    for paths in ([], 3):
        with pytest.raises(ArgumentError, match="paths= needs"):
            read_transcripts(paths)
    with pytest.raises(DataError, match="at least one"):
        Transcripts.of({})
