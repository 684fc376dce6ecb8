"""Six formats say the same: what the instrument says, item by item and label by label."""

import re
from dataclasses import replace

import pytest
from survey import questionnaire_files as files
from survey.hostile_scales import hostile_scales

import scrm_model as scrm
from scrm_model.errors import ArgumentError, ScaleError
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.questionnaire.write import FORMATS

READERS = {
    "xlsform": files.xlsform, "limesurvey": files.limesurvey, "qualtrics": files.qualtrics,
    "redcap": files.redcap, "word": files.word, "html": files.page,
}  # fmt: skip
SEVERAL = [name for name, row in FORMATS.items() if row.several]


@pytest.fixture
def hostile():
    return hostile_scales()


def write(scales, folder, form, lang="en", **options):
    path = folder / f"file{FORMATS[form].endings[0]}"
    return scrm.write_questionnaire(scales, path, form, lang, **options)


def read(written, lang):
    """What a file asks, by code of the instrument."""
    # The pages of a browser are named by code, though the paper that they become is numbered.
    columns = {c: c for c in written.columns.values()}
    if written.format != "html":
        columns = written.columns
    found = READERS[written.format](written.path, lang)
    return {columns[column]: what for column, what in found.items()}


def compare(written, lang, scales, said=lambda text: text):
    found = read(written, lang)
    found.pop("consent", None)
    wanted = files.expected(scales, lang)
    assert sorted(found) == sorted(wanted)
    for code, (wording, answers) in wanted.items():
        assert found[code][0] == said(wording), code
        labels = [said(label) for _, label in answers]
        assert [label for _, label in found[code][1]] == labels, code
        if written.format != "word":
            assert [value for value, _ in found[code][1]] == [value for value, _ in answers], code


@pytest.mark.parametrize("layout", ["matrix", "single", None])
@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("form", FORMATS)
def test_what_is_asked_is_the_instrument(form, lang, layout, tmp_path):
    written = write(SCALES, tmp_path, form, lang, layout=layout)
    compare(written, lang, SCALES)
    assert written.languages == (lang,)
    assert written.format == form
    assert set(written.columns.values()) == set(written.questionnaire.codes)


@pytest.mark.parametrize("lang", ["both", ("fr", "en")])
@pytest.mark.parametrize("form", [name for name in SEVERAL if name != "word"])
def test_both_languages_in_one_file(form, lang, tmp_path):
    written = write(SCALES, tmp_path, form, lang)
    assert written.languages == (("en", "fr") if lang == "both" else lang)
    for each in written.languages:
        compare(written, each, SCALES)


def test_the_wordings_of_a_hostile_instrument_come_back(hostile, tmp_path):
    for form in ("limesurvey", "redcap", "word", "html"):
        for layout in ("matrix", "single"):
            compare(write(hostile, tmp_path, form, layout=layout), "en", hostile)
    for layout in ("matrix", "single"):
        compare(write(hostile, tmp_path, "qualtrics", layout=layout), "en", hostile)


def test_columns_are_codes_wherever_the_program_allows(tmp_path):
    for form in ("xlsform", "qualtrics", "redcap"):
        columns = write(SCALES, tmp_path, form).columns
        assert all(column == code for column, code in columns.items())
        assert write(SCALES, tmp_path, form).renamed == {}
    lime = write(SCALES, tmp_path, "limesurvey")
    assert lime.columns["CRO[cro1]"] == "cro1"
    assert lime.columns["MARKER[mark4]"] == "mark4"
    assert lime.columns["yearsinpost"] == lime.renamed["yearsinpost"] == "years_in_post"
    assert "market" not in lime.renamed
    assert any("customers_type → customerstype" in str(note) for note in lime.notes)
    single = write(SCALES, tmp_path, "limesurvey", layout="single").columns
    assert single["cro1"] == "cro1"
    matrix = write(SCALES, tmp_path, "qualtrics", layout="matrix")
    assert matrix.columns["CRO_1"] == "cro1"
    assert any("CRO_1" in str(note) for note in matrix.notes)
    assert write(SCALES, tmp_path, "word").columns["1"] == "role"


def test_no_heading_tells_what_is_measured(tmp_path):
    names = [str(c.name) for c in scrm.STUDY.constructs] + [*SCALES, "MARKER"]
    text = write(SCALES, tmp_path, "html").path.read_text(encoding="utf-8")
    heads = re.findall("<(?:h[12]|caption|title)>(.*?)</", text)
    assert len(heads) > 10
    assert not [h for h in heads for name in names if re.search(rf"\b{name}\b", h)]
    for row in files.limesurvey_rows(write(SCALES, tmp_path, "limesurvey").path):
        if row["class"] == "G":
            assert row["name"] not in names


# ---- order


def sections(written):
    return {s.name: [q.code for q in s.questions] for s in written.questionnaire.sections}


def test_order_of_sections(tmp_path):
    made = sections(write(SCALES, tmp_path, "html"))
    assert list(made) == [
        "consent", "screening", "CRO", "SMS", "SMTU", "MARKER", "SCRMC", "CEC", "SCRMP", "controls",
    ]  # fmt: skip
    checks = {code: name for name, codes in made.items() for code in codes if code[:3] == "att"}
    assert checks == {"att1": "SMTU", "att2": "SCRMC"}
    assert made["SMTU"] == ["smtu1", "smtu2", "att1", "smtu3", "smtu4"]


def test_a_fixed_order_is_drawn_once_by_its_seed(tmp_path):
    plain = sections(write(SCALES, tmp_path, "html"))
    items = sections(write(SCALES, tmp_path, "html", randomise="items", seed=1))
    assert list(items) == list(plain)
    assert {n: sorted(c) for n, c in items.items()} == {n: sorted(c) for n, c in plain.items()}
    assert items != plain
    assert items["screening"] == plain["screening"]
    blocks = sections(write(SCALES, tmp_path, "html", randomise="blocks", seed=1))
    assert blocks == plain
    assert list(blocks) != list(plain)
    assert [list(blocks)[i] for i in (0, 1, -1)] == ["consent", "screening", "controls"]
    both = sections(write(SCALES, tmp_path, "html", randomise="both", seed=1))
    assert list(both) != list(plain)
    assert both != plain
    assert both == sections(write(SCALES, tmp_path, "html", randomise="both", seed=1))
    assert list(both) != list(sections(write(SCALES, tmp_path, "html", randomise="both", seed=2)))


@pytest.mark.parametrize("form", ["xlsform", "redcap", "word", "html"])
def test_the_seed_is_told_where_the_order_is_fixed(form, tmp_path):
    written = write(SCALES, tmp_path, form, randomise="both", seed=3)
    assert any("seed=3" in note.en and "seed=3" in note.fr for note in written.notes)
    compare(written, "en", SCALES)
    drawn = write(SCALES, tmp_path, form, randomise="both")
    told = next(note.en for note in drawn.notes if "seed=" in note.en)
    again = write(SCALES, tmp_path, form, randomise="both", seed=int(re.search(r"=(\d+)", told)[1]))
    assert again.questionnaire == drawn.questionnaire


# ---- consent


def test_consent_says_what_is_still_open(tmp_path):
    written = write(SCALES, tmp_path, "html")
    note = written.notes[0].en
    assert "organisation, duration, retention, contact, authority" in note
    assert "[to fill in: contact]" in written.path.read_text(encoding="utf-8")
    details = {
        "organisation": "ISG {Tunis}", "duration": scrm.Text("ten minutes", "dix minutes"),
        "retention": scrm.Text("two years", "deux ans"), "contact": "a@example.org",
        "authority": "INPDP, Tunis",
    }  # fmt: skip
    full = write(SCALES, tmp_path, "html", "both", details=details)
    text = full.path.read_text(encoding="utf-8")
    assert "to fill in" not in text
    assert "à compléter" not in text
    assert "by ISG {Tunis}. It takes about ten minutes." in text
    assert "environ dix minutes" in text
    assert not any("still lacks" in note.en for note in full.notes)
    assert any("draft" in note.en for note in full.notes)


def test_own_consent_text_and_none(tmp_path):
    own = write(
        SCALES, tmp_path, "html", "fr", consent="Écrivez à {contact}, {autre}.",
        details={"contact": "moi", "authority": "INPDP"},
    )  # fmt: skip
    assert "Écrivez à moi, {autre}." in own.path.read_text(encoding="utf-8")
    assert [note.fr for note in own.notes] == [
        "Le texte de consentement n'a pas de place pour authority."
    ]
    none = write(SCALES, tmp_path, "limesurvey", consent=False)
    assert "consent" not in none.questionnaire.codes
    assert not any("onsent" in note.en for note in none.notes)
    assert "consent" not in none.path.read_text(encoding="utf-8-sig")


def test_a_question_of_the_users_own_keeps_the_name_consent(tmp_path):
    own = replace(SCALES, controls=(replace(SCALES.controls[0], code="Consent"),))
    written = write(own, tmp_path, "redcap")
    assert written.questionnaire.consent.code == "consent2"


# ---- own scales


def own_scales(points=7, texts=None):
    texts = {"q1": "Je suis satisfait.", "q2": "Je reviendrai."} if texts is None else texts
    return scrm.Scales.build({"SAT": ["q1", "q2"]}, points=points, texts=texts)


@pytest.mark.parametrize("form", FORMATS)
def test_own_scales_without_labels_are_bare_numbers(form, tmp_path):
    scales = own_scales()
    written = write(scales, tmp_path, form, "en")
    compare(written, "en", scales)
    assert any("bare numbers" in note.en for note in written.notes)


@pytest.mark.parametrize("form", FORMATS)
def test_labels_of_the_ends_from_zero_to_ten(form, tmp_path):
    scales = own_scales((0, 10))
    anchors = (scrm.Text("Never", "Jamais"), scrm.Text("Always", "Toujours"))
    written = write(scales, tmp_path, form, "en", anchors=anchors)
    labelled = scrm.Scales((replace(scales["SAT"], anchors=anchors),))
    compare(written, "en", labelled)
    assert not any("bare numbers" in note.en for note in written.notes)


def test_plain_wordings_serve_a_questionnaire_in_french_and_say_so(tmp_path):
    written = write(own_scales(), tmp_path, "html", "fr", title="Enquête", instruction="Répondez.")
    text = written.path.read_text(encoding="utf-8")
    assert "Je suis satisfait." in text
    assert "<h1>Enquête</h1>" in text
    assert "Répondez." in text
    assert any("pris pour du français" in note.fr for note in written.notes)


def test_one_language_is_not_two(tmp_path):
    with pytest.raises(ArgumentError, match=r"^lang= needs wordings in French .* none for q1, q2"):
        write(own_scales(), tmp_path, "html", "both")
    french = own_scales(texts={c: scrm.Text(fr="Oui.") for c in ("q1", "q2")})
    with pytest.raises(ArgumentError, match="needs wordings in English"):
        write(french, tmp_path, "html", "en")
    mixed = own_scales(texts={"q1": scrm.Text("Yes.", "Oui."), "q2": "No."})
    with pytest.raises(ArgumentError, match=r"needs wordings in French .*got none for q2"):
        write(mixed, tmp_path, "html", "fr")
    assert list(tmp_path.iterdir()) == []


def test_scales_without_wordings_are_no_questionnaire(tmp_path):
    with pytest.raises(ScaleError, match=r"^scales= needs a wording .*got none for q1, q2\. Give"):
        write(own_scales(texts={}), tmp_path, "html")
    many = scrm.Scales.build({"A": [f"a{n}" for n in range(9)]})
    with pytest.raises(ScaleError, match="a4 and 4 more"):
        write(many, tmp_path, "html")
    assert list(tmp_path.iterdir()) == []


def test_instructions_by_construct_and_study(tmp_path):
    study = scrm.STUDY.without("SMS")
    written = write(SCALES, tmp_path, "html", study=study, instruction={"CRO": "About customers."})
    assert "SMS" not in sections(written)
    said = {s.name: s.instruction.en for s in written.questionnaire.sections}
    assert said["CRO"] == "About customers."
    assert said["CEC"] != "About customers."


def test_a_check_on_other_points_has_a_page_of_its_own(tmp_path):
    check = replace(SCALES.attention[0], points=(1, 5))
    written = write(replace(SCALES, attention=(check,)), tmp_path, "html")
    assert sections(written)["att1"] == ["att1"]
    assert [a.value for a in written.questionnaire.sections[-2].questions[0].answers] == [
        1, 2, 3, 4, 5,
    ]  # fmt: skip


# ---- what is refused before anything is written


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("q.txt", {}, r"^format= needs 'limesurvey' or 'qualtrics' for a file ending in \.txt"),
        ("q.pdf", {}, r"^path= needs a name ending in one of \.xlsx, \.txt, \.csv, \.docx"),
        ("q", {}, r"^path= needs a name ending"),
        ("q.csv", {"format": "word"}, r"^path= needs a name ending in \.docx for Word; got"),
        ("q.csv", {"format": "kobo"}, r"^format= needs one of 'xlsform'.*got 'kobo'"),
        ("q.csv", {"format": "redcp"}, "Did you mean 'redcap'"),
        ("q.csv", {"lang": "both"}, r"^lang= needs one language for REDCap.*got 'both'"),
        ("q.txt", {"format": "qualtrics", "lang": ("en", "fr")}, "one language for Qualtrics"),
        ("q.html", {"lang": "es"}, r"^lang= needs 'en', 'fr', 'both'.*got 'es'"),
        ("q.html", {"lang": ("en", "en")}, "got \\('en', 'en'\\)"),
        ("q.html", {"lang": ()}, "^lang= needs"),
        ("q.html", {"lang": None}, "^lang= needs"),
        ("q.html", {"randomise": "all"}, r"^randomise= needs None, 'items'.*got 'all'"),
        ("q.html", {"layout": "grid"}, r"^layout= needs 'matrix' or 'single'; got 'grid'"),
        ("q.html", {"seed": -1}, r"^seed= needs a whole number from 0; got -1"),
        ("q.html", {"details": {"contac": "me"}}, r"^details= needs keys.*Did you mean 'contact'"),
        ("q.html", {"details": {"contact": " "}}, r"^details\['contact'\]= needs a text"),
        ("q.html", {"consent": False, "details": {"contact": "me"}}, "^details= needs a consent"),
        ("q.html", {"title": "One", "lang": "both"}, r"^title= needs a text in English and French"),
        ("q.html", {"title": ""}, r"^title= needs a text in English; got ''"),
        ("q.html", {"instruction": {"CR": "x"}}, r"^construct= needs one of.*Did you mean 'CRO'"),
        ("absent/q.html", {}, r"^path= needs a folder that exists"),
    ],
)
def test_options_that_are_refused(name, options, message, tmp_path):
    with pytest.raises(scrm.ScrmError, match=message):
        scrm.write_questionnaire(SCALES, tmp_path / name, **options)
    assert list(tmp_path.iterdir()) == []


def test_scales_that_are_none(tmp_path):
    with pytest.raises(ArgumentError, match=r"^scales= needs scrm\.Scales; got dict"):
        scrm.write_questionnaire({"A": ["a1"]}, tmp_path / "q.html")
    with pytest.raises(ArgumentError, match=r"^anchors= needs 2 labels or one for each of the 7"):
        write(own_scales(), tmp_path, "html", anchors=["a", "b", "c"])


@pytest.mark.parametrize("character", ["\x07", "\x00", "\ud800", "\u2028"])
def test_characters_that_nobody_can_read(character, tmp_path):
    scales = own_scales(texts={"q1": f"Ring{character}", "q2": "Fine."})
    with pytest.raises(ScaleError, match=r"^text= needs characters that can be read; got .* in q1"):
        write(scales, tmp_path, "xlsform")
    assert list(tmp_path.iterdir()) == []


def test_only_screening_turns_away(tmp_path):
    odd = replace(SCALES, controls=(replace(SCALES.controls[0], eligible=(1,)),))
    written = write(odd, tmp_path, "html")
    assert any("firm_size turns nobody away" in note.en for note in written.notes)
    assert "firm_size" not in [q.code for q in written.questionnaire.screens]


def test_no_scale_is_no_questionnaire(tmp_path):
    with pytest.raises(ScaleError, match=r"^scales= needs at least one scale; got none"):
        write(scrm.Scales(()), tmp_path, "html")


def test_a_minimum_that_nobody_reaches(tmp_path):
    never = replace(SCALES, screening=(replace(SCALES.screening[2], minimum=8),))
    with pytest.raises(ScaleError, match=r"^minimum= needs an answer that can be given; got 8"):
        write(never, tmp_path, "html")


# ---- the result shows itself


def test_the_result_shows_itself(tmp_path):
    written = write(SCALES, tmp_path, "limesurvey", "both")
    shown = repr(written)
    assert shown.startswith(f"Questionnaire: {written.path} (LimeSurvey; en, fr), 45 questions\n")
    assert all(str(note) in shown for note in written.notes)
    assert all(note.fr and note.en for note in written.notes)
    assert "<li>" in written._repr_html_()
    preview = repr(written.questionnaire)
    assert "SMTU       smtu1, smtu2, att1, smtu3, smtu4" in preview
    assert "cro1" in written.questionnaire._repr_html_()


def test_a_hostile_preview_is_inert(hostile, tmp_path):
    written = write(hostile, tmp_path, "html")
    assert "<script" not in written.questionnaire._repr_html_()
    assert "<script" not in written.path.read_text(encoding="utf-8")
