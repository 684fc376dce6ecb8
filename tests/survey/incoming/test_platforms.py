"""Exports of survey platforms, as they come: their headers, their codes, their own columns."""

import pytest
from survey.incoming.builders import (
    CODES,
    EN,
    FR,
    answers,
    balanced,
    construct,
    csv_bytes,
    same_answers,
    steps,
)

from scrm_model.errors import MissingColumnError, ResponseFileError
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.responses import read_responses


def text(code, lang="fr"):
    return SCALES.item(code).text.get(lang)


def file(tmp_path, rows, name="export.csv", **options):
    path = tmp_path / name
    path.write_bytes(csv_bytes(rows, **options))
    return path


# ---- LimeSurvey

LIME_HEADERS = {
    "code": lambda code: f"{construct(code)}[{code}]",
    "R": lambda code: f"{construct(code)}_{code}",
    "dots": lambda code: f"{construct(code)}.{code}.",
    "code and text": lambda code: f"{construct(code)}[{code}]. {text(code)}",
    "code, colon and text": lambda code: f"{construct(code)}[{code}] : {text(code)}",
    "text": lambda code: f"Êtes-vous d'accord ? [{text(code)}]",
    "text alone": lambda code: text(code, "en"),
    "own code and text": lambda code: f"{code}. {text(code)}",
}
LIME_CELLS = {
    "codes": lambda point: f"A{point}",
    "new codes": lambda point: f"AO0{point}",
    "numbers": str,
    "labels": FR.get,
}


def limesurvey(frame, header, cell):
    words = header in ("text", "text alone")
    about = (
        ["ID de la réponse", "Date de soumission", "Dernière page", "Langue de départ"]
        if words
        else ["id", "submitdate", "lastpage", "startlanguage"]
    )
    rows = [[*about, *map(LIME_HEADERS[header], CODES), "interviewtime", "CROcro1Time"]]
    for number, row in enumerate(frame.to_numpy().tolist(), start=1):
        day = "2024-03-01 10:00:00" if number % 10 else ""
        cells = map(LIME_CELLS[cell], row)
        rows.append([number, day, 3, "fr", *cells, "301.5", "4.2"])
    return rows


@pytest.mark.parametrize("header", LIME_HEADERS)
@pytest.mark.parametrize("cell", LIME_CELLS)
def test_limesurvey(header, cell, tmp_path):
    frame = answers()
    path = file(tmp_path, limesurvey(frame, header, cell), quoting=1)
    responses = read_responses(path, SCALES)
    assert same_answers(responses, frame)
    assert balanced(responses)
    assert responses.source == "limesurvey"
    assert responses.id == ("ID de la réponse" if header.startswith("text") else "id")
    assert "read as an export of LimeSurvey: columns" in steps(responses, "source")[0]
    unfinished = [e for e in responses.log.of("source") if "never completed" in str(e)]
    assert [(e.count, str(e)[-14:]) for e in unfinished] == [(4, "10, 20, 30, 40")]
    assert len(responses) == 40
    named = responses.log.of("names")
    assert len(named) == 27
    given = LIME_HEADERS[header]("cro1")
    assert str(named[0]) == f"names cro1: named {given!r} in the file"


def test_limesurvey_says_that_a_question_was_not_shown(tmp_path):
    rows = limesurvey(answers(), "code", "labels")
    rows[1][4], rows[2][4] = "N/A", ""
    responses = read_responses(file(tmp_path, rows), SCALES)
    assert responses.frame["cro1"].isna().tolist()[:3] == [True, True, False]
    assert balanced(responses)


# ---- Kobo and ODK


@pytest.mark.parametrize("mark", ["/", "-"])
@pytest.mark.parametrize("cell", [str, EN.get, FR.get])
def test_kobo(mark, cell, tmp_path):
    frame = answers()
    about = ["start", "end", "_id", "_uuid", "_submission_time", "__version__"]
    rows = [[*about, *(f"page_1{mark}{construct(c)}{mark}{c}" for c in CODES)]]
    for number, row in enumerate(frame.to_numpy().tolist()):
        own = ["2024-03-01T10:00:00", "2024-03-01T10:09:00", number, f"u{max(number, 1)}", "", "v1"]
        rows.append([*own, *map(cell, row)])
    responses = read_responses(file(tmp_path, rows, delimiter=";", quoting=1), SCALES)
    assert same_answers(responses, frame)
    assert (responses.source, responses.id) == ("kobo", "_uuid")
    shared = "rows that share their respondent with another, kept: 1, 2"
    assert any(shared in entry for entry in steps(responses, "duplicates"))
    assert len(responses) == 40


def test_odk_central(tmp_path):
    frame = answers()
    rows = [["SubmissionDate", *CODES, "meta-instanceID", "KEY"]]
    rows += [["2024-03-01", *row, f"uuid:{k}", f"uuid:{k}"] for k, row in enumerate(frame.values)]
    responses = read_responses(file(tmp_path, rows), SCALES)
    assert same_answers(responses, frame)
    assert (responses.source, responses.id) == ("kobo", "KEY")


# ---- Qualtrics


def qualtrics(frame, cell, names=None, below=2):
    about = ["StartDate", "Status", "Progress", "Duration (in seconds)", "Finished", "ResponseId"]
    names = names or [f"Q2_{k}" for k in range(1, 28)]
    rows = [[*about, *names]]
    stem = "Please rate these:\nhow far do you agree?"
    rows.append([*about, *(f"{stem} - {text(c, 'en')}" for c in CODES)])
    rows.append([f'{{"ImportId":"{name}"}}' for name in (*about, *names)])
    if below == 1:
        del rows[1]
    for number, row in enumerate(frame.to_numpy().tolist()):
        preview = number in (3, 4)
        numeric = cell is str
        status = ("1" if preview else "0") if numeric else "Survey Preview" if preview else "IP"
        done = ("0" if number == 9 else "1") if numeric else str(number != 9)
        own = ["2024-03-01 10:00:00", status, 100, 312, done, f"R_{number}"]
        rows.append([*own, *map(cell, row)])
    return rows


@pytest.mark.parametrize("cell", [str, EN.get])
@pytest.mark.parametrize("names", [None, CODES])
def test_qualtrics(cell, names, tmp_path):
    frame = answers()
    path = file(tmp_path, qualtrics(frame, cell, names))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    responses = read_responses(path, SCALES)
    assert same_answers(responses, frame)
    assert balanced(responses)
    assert (responses.source, responses.id, len(responses)) == ("qualtrics", "ResponseId", 40)
    told = " | ".join(steps(responses, "source"))
    assert "three rows of names" in told
    assert "previews of the survey, kept: rows 4, 5" in told
    assert "Finished: responses never completed, kept: rows 10" in told
    assert text("cro1", "en") in responses.titles["cro1"]
    assert any("rows of question texts and ImportIds" in s for s in steps(responses, "header"))


def test_qualtrics_without_the_row_of_texts_and_as_workbook(tmp_path):
    frame = answers()
    path = file(tmp_path, qualtrics(frame, str, CODES, below=1))
    assert same_answers(read_responses(path, SCALES), frame)
    import pandas as pd

    table = pd.DataFrame(qualtrics(frame, EN.get))
    table.to_excel(tmp_path / "q.xlsx", index=False, header=False)
    assert same_answers(read_responses(tmp_path / "q.xlsx", SCALES), frame)


# ---- REDCap


def test_redcap_raw_and_labels(tmp_path):
    frame = answers()
    rows = [["record_id", "redcap_survey_identifier", *CODES, "survey_complete"]]
    rows += [[k, "", *row, 2] for k, row in enumerate(frame.values.tolist())]
    responses = read_responses(file(tmp_path, rows), SCALES)
    assert same_answers(responses, frame)
    assert (responses.source, responses.id) == ("redcap", "record_id")
    rows = [["Record ID", *(text(c, "en") for c in CODES), "Complete?"]]
    rows += [[k, *map(EN.get, row), "Complete"] for k, row in enumerate(frame.values.tolist())]
    responses = read_responses(file(tmp_path, rows), SCALES)
    assert same_answers(responses, frame)
    assert (responses.source, responses.id) == ("redcap", "Record ID")


def test_redcap_by_its_forms(tmp_path):
    rows = [["record_id", "a1", "enquete_complete"], [1, 2, 2], [2, 3, 0]]
    assert read_responses(file(tmp_path, rows)).source == "redcap"


# ---- what the caller says


def test_source_overrides_what_was_found(tmp_path):
    path = file(tmp_path, limesurvey(answers(), "code", "numbers"))
    responses = read_responses(path, SCALES, source="plain")
    assert responses.source == "plain"
    assert "as you say" in steps(responses, "source")[0]
    assert not any("never completed" in s for s in steps(responses, "source"))
    assert same_answers(responses, answers())
    rows = [["Status", "Finished", "a1"], ["Survey Preview", "True", 1], ["IP", "False", 2]]
    told = steps(read_responses(file(tmp_path, rows), source="qualtrics"), "source")
    assert any("previews of the survey, kept: rows 1" in entry for entry in told)


def test_a_plain_file_is_of_no_platform(tmp_path):
    rows = [["respondent", "a1"], ["p", 1], ["p", 2], ["", 3]]
    responses = read_responses(file(tmp_path, rows))
    assert (responses.source, responses.id) == ("plain", "respondent")
    assert steps(responses, "source") == []
    assert [e.count for e in responses.log.of("duplicates")] == [2, 1]


# ---- names


def test_rename_is_logged(tmp_path):
    frame = answers().rename(columns={"cro1": " Ma  question ", "cro2": "autre"})
    frame.to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises(MissingColumnError, match="got none for 'cro1', 'cro2'"):
        read_responses(tmp_path / "a.csv", SCALES)
    rename = {"Ma question": "cro1", "autre": "cro2"}
    responses = read_responses(tmp_path / "a.csv", SCALES, rename=rename)
    assert same_answers(responses, answers())
    assert steps(responses, "rename") == [
        "rename cro1: renamed, 'Ma question' in the file",
        "rename cro2: renamed, 'autre' in the file",
    ]
    swapped = {"autre": "Ma question", "Ma question": "autre"}
    assert "autre" in read_responses(tmp_path / "a.csv", rename=swapped).frame


@pytest.mark.parametrize(
    ("rename", "message"),
    [
        ({"cro9": "x"}, r"^rename= needs columns of the file; got 'cro9'\. Did you mean"),
        ({"zzz": "x"}, r"^rename= needs columns of the file; got 'zzz'\. Its columns are cro1"),
        ({"cro1": "cro2"}, r"^rename= needs new names that no other column has; got 'cro2'"),
        ({"cro1": "x", "cro2": "x"}, r"^rename= needs new names that no other column has"),
    ],
)
def test_renaming_that_cannot_be(rename, message, tmp_path):
    answers().to_csv(tmp_path / "a.csv", index=False)
    with pytest.raises((MissingColumnError, ValueError), match=message):
        read_responses(tmp_path / "a.csv", rename=rename)


def test_a_column_that_comes_twice_cannot_be_renamed(tmp_path):
    path = file(tmp_path, [["a", "a"], [1, 2]])
    with pytest.raises(ValueError, match="2 columns are named 'a'"):
        read_responses(path, rename={"a": "b"})


def test_two_groups_with_one_item(tmp_path):
    path = file(tmp_path, [["before/cro1", "after/cro1", *CODES[1:]], [1, 2, *[3] * 26]])
    with pytest.raises(MissingColumnError, match="got 'before/cro1', 'after/cro1'"):
        read_responses(path, SCALES)
    rename = {"after/cro1": "cro1"}
    assert read_responses(path, SCALES, rename=rename).frame["cro1"].tolist() == [2]


@pytest.mark.parametrize("mark", "_-.")
def test_other_prefixes_are_not_taken_for_groups(mark, tmp_path):
    path = file(tmp_path, [[f"old{mark}cro1", *CODES[1:]], [1, *[3] * 26]])
    message = rf"got none for 'cro1'\. Did you mean 'old\{mark}cro1'"
    with pytest.raises(MissingColumnError, match=message):
        read_responses(path, SCALES)


def test_codes_without_their_underscores(tmp_path):
    path = file(tmp_path, [[*CODES, "firmsize", "HASCRM"], [*[3] * 27, "10 to 49", "Oui"]])
    responses = read_responses(path, SCALES)
    assert responses.frame[["firm_size", "has_crm"]].to_numpy().tolist() == [[2, 1]]


def test_the_file_of_another_survey(tmp_path):
    path = file(tmp_path, [["age", "sexe", "crm1"], [1, 2, 3]])
    with pytest.raises(MissingColumnError) as caught:
        read_responses(path, SCALES)
    message = str(caught.value)
    assert "got none of the 27 items (cro1, cro2, cro3, cro4, cro5 and 22 more)" in message
    assert "'crm1' is nearest to 'cro1'" in message
    assert "Is this the file of another survey?" in message
    assert message.count("\n") == 0
    path = file(tmp_path, [["x", "y"], [1, 2]])
    with pytest.raises(MissingColumnError, match="none of them is near"):
        read_responses(path, SCALES)


def test_id_of_the_callers_choice(tmp_path):
    path = file(tmp_path, [["code", "a1"], ["p", 1], ["p", 2], ["q", 3]])
    assert read_responses(path).id == ""
    responses = read_responses(path, id="code")
    assert [(e.column, e.count) for e in responses.log.of("duplicates")] == [("code", 2)]
    with pytest.raises(
        MissingColumnError, match=r"^id= needs a column of the file; got 'cod'\. Di"
    ):
        read_responses(path, id="cod")


def test_titles_of_one_field_above_a_table(tmp_path):
    rows = [["Enquête 2024, Tunis"], [], ["a1", "a2", "a3"], [1, 2, 3], [4, 5, 6]]
    path = file(tmp_path, rows, delimiter=";")
    responses = read_responses(path)
    assert responses.frame.columns.tolist() == ["a1", "a2", "a3"]
    assert responses.frame.to_numpy().tolist() == [[1, 2, 3], [4, 5, 6]]
    assert "left out: Enquête 2024, Tunis" in " ".join(steps(responses, "header"))


def test_a_header_of_numbers_is_a_header(tmp_path):
    path = file(tmp_path, [["id", "1", "2"], ["x", "yes", "no"], ["y", "no", "no"]])
    assert read_responses(path).frame.columns.tolist() == ["id", "1", "2"]


def test_qualtrics_without_answers(tmp_path):
    path = file(tmp_path, qualtrics(answers(), str)[:3])
    with pytest.raises(ResponseFileError, match="a header without any row"):
        read_responses(path)
