"""Files that are damaged, unsafe, too large or not what they say: one clear error each."""

import gzip
import io
import os
import zipfile

import polars as pl
import pyreadstat
import pytest
from survey.incoming.builders import answers

from scrm_model.errors import ResponseFileError, ScrmError
from scrm_model.survey.incoming.system_file import check_sav
from scrm_model.survey.responses import read_responses


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """Bytes of the same answers in every format."""
    folder, frame = tmp_path_factory.mktemp("good"), answers()
    frame.to_csv(folder / "a.csv", index=False)
    frame.to_excel(folder / "a.xlsx", index=False)
    labels = {"cro1": {1.0: "low", 7.0: "high"}, "t": {"a": "first"}}
    more = {"variable_value_labels": labels, "column_labels": ["x" * 30] * 28, "note": "a note"}
    pyreadstat.write_sav(frame.assign(t="a"), folder / "a.sav", **more)
    pyreadstat.write_sav(frame.assign(t="a"), folder / "a.zsav", compress=True, **more)
    frame.to_stata(folder / "a.dta", write_index=False, version=118)
    frame.to_stata(folder / "old.dta", write_index=False, version=114)
    pl.DataFrame({c: frame[c].to_numpy() for c in frame}).write_parquet(folder / "a.parquet")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


FORMATS = ["a.csv", "a.xlsx", "a.sav", "a.zsav", "a.dta", "old.dta", "a.parquet"]


def refused(path, **options):
    with pytest.raises(ResponseFileError) as caught:
        read_responses(path, **options)
    message = str(caught.value)
    assert message.startswith("path= needs ")
    assert message.endswith((".", "?"))
    assert "\n" not in message
    return message


# ---- what is no file


def test_folders_devices_and_impossible_names(tmp_path):
    (tmp_path / "a.csv").write_text("a\n1\n")
    assert "Is a directory. Name a file of answers, such as 'a.csv'." in refused(tmp_path)
    assert "null" in refused("a\0b.csv")
    assert "Check the folder and the name" in refused(tmp_path / "no" / "a.csv")
    if os.path.exists("/dev/zero"):
        assert "Is a device or a pipe" in refused("/dev/zero")


# ---- empty, cut off


@pytest.mark.parametrize("name", [*FORMATS, "bare", "a.txt"])
def test_empty_files(name, tmp_path):
    (tmp_path / name).write_bytes(b"")
    assert f"got an empty file ({name}). Check that the export finished." in refused(
        tmp_path / name
    )


@pytest.mark.parametrize("name", [n for n in FORMATS if n != "a.csv"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_cut_off_files(name, share, good, tmp_path):
    data = good[name]
    (tmp_path / name).write_bytes(data[: int(len(data) * share)])
    assert f"({name})" in refused(tmp_path / name)


def test_garbage_under_every_name(tmp_path):
    junk = bytes(range(256)) * 50
    for name in FORMATS:
        (tmp_path / name).write_bytes(junk)
        refused(tmp_path / name)


# ---- names that lie


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.sav", "a.dta", "a.parquet"])
@pytest.mark.parametrize("real", ["a.csv", "a.xlsx", "a.sav", "a.dta", "a.parquet"])
def test_names_that_lie(name, real, good, tmp_path):
    path = tmp_path / name
    path.write_bytes(good[real])
    if name == real:
        assert len(read_responses(path)) == 40
        return
    assert f"If that is so, name it .{real.split('.')[1]}." in refused(path)


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"anything", "a.xls", r"an .xls file (a.xls). Open it in Excel or LibreOffice, save it"),
        (b"\xd0\xcf\x11\xe0rest", "a.xlsx", "got an old Excel workbook"),
        (b"%PDF-1.7", "a.csv", "got a PDF"),
        (b"\x89PNG", "a.csv", "got an image"),
        (gzip.compress(b"a\n1\n", mtime=0), "a.csv", "got a gzipped file (a.csv). Unpack it"),
        (b"PK\x03\x04nothing", "a.xlsx", "that is cut off or damaged"),
        (b"$FL9", "a.sav", "an SPSS file of an unknown kind"),
    ],
)
def test_strangers(content, name, message, tmp_path):
    (tmp_path / name).write_bytes(content)
    assert message in refused(tmp_path / name)


def zipped(parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("part", "message"),
    [
        ("word/document.xml", "got a Word document"),
        ("content.xml", "got an OpenDocument file"),
        ("xl/workbook.bin", "got a binary Excel workbook"),
        ("answers.csv", "got a zipped file (a.zip). Unpack it, and read the file inside."),
    ],
)
def test_other_zipped_files(part, message, tmp_path):
    (tmp_path / "a.zip").write_bytes(zipped({part: "x"}))
    assert message in refused(tmp_path / "a.zip")


# ---- workbooks that mean harm


def parts_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def workbook(good, tmp_path, change=None, **parts):
    made = parts_of(good["a.xlsx"]) | parts
    if change:
        sheet = "xl/worksheets/sheet1.xml"
        assert change[0] in made[sheet]
        made[sheet] = made[sheet].replace(*change)
    (tmp_path / "a.xlsx").write_bytes(zipped(made))
    return tmp_path / "a.xlsx"


def test_a_bomb_is_not_unpacked(good, tmp_path):
    path = workbook(good, tmp_path, **{"xl/media/image1.bin": b"0" * 300_000_000})
    assert path.stat().st_size < 1_000_000
    message = refused(path)
    assert "at most 256 MB once unpacked; got 300 MB" in message
    assert "pass max_mb=301" in message
    assert len(read_responses(path, max_mb=301)) == 40


def test_a_directory_that_lies_about_sizes(good, tmp_path):
    path = workbook(good, tmp_path)
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    data = path.read_bytes()
    assert data.count(size.to_bytes(4, "little")) >= 1
    path.write_bytes(data.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little")))
    assert "a damaged one" in refused(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities(encoding, good, tmp_path):
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
    path = workbook(good, tmp_path, **{"xl/sharedStrings.xml": bomb.encode(encoding)})
    assert "one that declares XML entities in xl/sharedStrings.xml" in refused(path)
    outside = '<?xml version="1.0"?><!DOCTYPE x SYSTEM "file:///etc/hostname"><x/>'
    path = workbook(good, tmp_path, **{"xl/styles.xml": outside.encode(encoding)})
    assert "one that declares XML entities in xl/styles.xml" in refused(path)


def test_links_to_other_files_are_not_followed(good, tmp_path):
    path = workbook(good, tmp_path, **{"xl/externalLinks/externalLink1.xml": b"<x/>"})
    responses = read_responses(path)
    assert responses.log.of("links")[0].text.en == "links to other files are not followed"


def test_cells_that_no_sheet_has(good, tmp_path):
    path = workbook(good, tmp_path, change=(b'r="A2"', b'r="ZZZZZZ2"'))
    assert "one with cells beyond the last column of a sheet" in refused(path)
    path = workbook(good, tmp_path, change=(b'<row r="3"', b'<row r="900000000"'))
    assert "more than 1,048,576 rows, which no sheet has" in refused(path)


def test_cells_far_out_in_many_rows(good, tmp_path):
    rows = b"".join(
        b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (k, k) for k in range(50, 9000)
    )
    path = workbook(good, tmp_path, change=(b"</sheetData>", rows + b"</sheetData>"))
    assert "more than 12,500,000 cells, empty ones and long texts counted" in refused(
        path, max_mb=100
    )


def test_a_sheet_that_states_a_size_it_does_not_have(good, tmp_path):
    path = workbook(good, tmp_path, change=(b"A1:AA41", b"A1:XFD1048576"))
    assert read_responses(path).frame.shape == (40, 27)


def test_long_text_that_a_workbook_stores_once(good, tmp_path):
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    text = b"<si><t>" + b"x" * 30_000 + b"</t></si>"
    rows = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (k, k) for k in range(50, 950)
    )
    kinds = parts_of(good["a.xlsx"])["[Content_Types].xml"]
    main = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    if main not in kinds:
        part = b'<Override PartName="/xl/sharedStrings.xml" ContentType="%b"/></Types>' % main
        kinds = kinds.replace(b"</Types>", part)
    path = workbook(
        good, tmp_path, change=(b"</sheetData>", rows + b"</sheetData>"),
        **{
            "xl/sharedStrings.xml": b"<sst %b>%b</sst>" % (space, text * 30),
            "[Content_Types].xml": kinds,
        },
    )  # fmt: skip
    assert "long texts counted" in refused(path, max_mb=5)
    assert len(read_responses(path, max_mb=50)) == 949 - 1


# ---- sizes


@pytest.mark.parametrize("name", FORMATS)
def test_the_limit_and_the_option_that_raises_it(name, good, tmp_path):
    (tmp_path / name).write_bytes(good[name])
    message = refused(tmp_path / name, max_mb=len(good[name]) / 2e6)
    assert "pass max_mb=1;" in message
    assert len(read_responses(tmp_path / name, max_mb=1)) == 40


def test_tables_that_unpack_to_more_than_the_limit(tmp_path):
    import numpy as np
    import pandas as pd

    frame = pd.DataFrame({f"x{k}": np.ones(20_000) for k in range(20)})
    pyreadstat.write_sav(frame, tmp_path / "a.zsav", compress=True)
    assert (tmp_path / "a.zsav").stat().st_size < 200_000
    message = "at most 1 MB as a table; got 3.2 MB (a.zsav)"
    assert message in refused(tmp_path / "a.zsav", max_mb=1)


@pytest.mark.parametrize(
    "content", [b"a," * 20_000 + b"\n1\n2\n", b"a,b\n1,2\n" + b"," * 20_000 + b"\n"]
)
def test_tables_that_are_wider_than_any(content, tmp_path):
    (tmp_path / "a.csv").write_bytes(content)
    assert "got more than 16,384 columns" in refused(tmp_path / "a.csv")


# ---- SPSS dictionaries at which the parser would end the process


def records(data):
    """Where each variable record and each record of labelled variables begins."""
    at, found = 176, []

    def number(place):
        return int.from_bytes(data[place : place + 4], "little", signed=True)

    while (kind := number(at)) != 999:
        found.append((kind, at))
        if kind == 2:
            end = at + 32
            end += 4 + (number(end) + 3) // 4 * 4 if number(at + 8) else 0
            at = end + 8 * abs(number(at + 12))
        elif kind == 3:
            end = at + 8
            for _ in range(number(at + 4)):
                end += 8 + (1 + data[end + 8] + 7) // 8 * 8
            at = end
        elif kind == 4:
            at += 8 + 4 * number(at + 4)
        elif kind == 6:
            at += 8 + 80 * number(at + 4)
        else:
            at += 16 + number(at + 8) * number(at + 12)
    return found


def spoilt(data, place, value):
    return data[:place] + value.to_bytes(4, "little", signed=True) + data[place + 4 :]


@pytest.mark.parametrize(
    ("kind", "offset", "value", "message"),
    [
        (2, 4, 1024, "a variable of width 1024"),
        (2, 4, -1, "a text variable of wrong length"),
        (2, 4, 8, "a variable of width 8 shown in format"),
        (2, 8, 7, "a variable that may or may not have a label"),
        (2, 12, 9, "a variable with 9 missing values"),
        (2, 32, 70_000, "a variable label of 70000 characters"),
        (2, 0, 12, "a record of unknown type 12"),
        (3, 4, 100_000_000, "100000000 value labels"),
        (4, 4, 0, "value labels of 0 variables"),
        (4, 4, 1000, "value labels of 1000 variables"),
        (4, 8, 0, "value labels of variable 0, which is not there"),
        (4, 8, 900, "value labels of variable 900, which is not there"),
        (4, 0, 2, "value labels without variables"),
        (6, 4, 10_000_000, "10000000 lines of notes"),
        (7, 8, 100_000_000, "a record at byte"),
        (7, 8, -1, "an extension of negative size"),
    ],
)
@pytest.mark.parametrize("name", ["a.sav", "a.zsav"])
def test_spoilt_dictionaries(name, kind, offset, value, message, good, tmp_path):
    data = good[name]
    at = next(place for what, place in records(data) if what == kind)
    (tmp_path / name).write_bytes(spoilt(data, at + offset, value))
    assert f"an SPSS file of answers; got a damaged one: {message}" in refused(tmp_path / name)


@pytest.mark.parametrize(
    ("offset", "value", "message"),
    [(64, 9, "its header has no byte order"), (72, 7, "unknown compression"), (76, 99, "a weight")],
)
def test_spoilt_headers(offset, value, message, good):
    with pytest.raises(ResponseFileError, match=message):
        check_sav(spoilt(good["a.sav"], offset, value), "a.sav")
    with pytest.raises(ResponseFileError, match="its header is cut off"):
        check_sav(good["a.sav"][:100], "a.sav")
    check_sav(good["a.sav"], "a.sav")
    check_sav(good["a.zsav"], "a.zsav")


def test_long_text_and_every_kind_of_missing_pass_the_check(tmp_path):
    import pandas as pd

    frame = pd.DataFrame({"a": [1.0, 2.0], "t": ["x" * 700, "y"], "s": ["a", "b"]})
    pyreadstat.write_sav(
        frame, tmp_path / "a.sav", missing_ranges={"a": [{"lo": 8, "hi": 9}, 99], "s": ["b"]}
    )
    responses = read_responses(tmp_path / "a.sav")
    assert responses.frame["t"].tolist() == ["x" * 700, "y"]
    assert responses.frame["s"].isna().tolist() == [False, True]


def test_labelled_text_in_another_encoding(tmp_path):
    import pandas as pd

    frame = pd.DataFrame({"t": ["QQVAL", "b"]})
    pyreadstat.write_sav(frame, tmp_path / "a.sav", variable_value_labels={"t": {"QQVAL": "x"}})
    data = (tmp_path / "a.sav").read_bytes()
    (tmp_path / "a.sav").write_bytes(data.replace(b"QQVAL", b"QQ\xe9AL"))
    message = refused(tmp_path / "a.sav")
    assert "a labelled text that is not in UTF-8: b'QQ\\xe9AL   '" in message
    responses = read_responses(tmp_path / "a.sav", encoding="cp1252")
    assert responses.value_labels == {"t": {"QQéAL": "x"}}
    assert responses.frame["t"].tolist() == ["QQéAL", "b"]


def test_errors_are_also_value_errors(tmp_path):
    assert issubclass(ResponseFileError, ScrmError)
    with pytest.raises(ValueError, match="path="):
        read_responses(tmp_path)
