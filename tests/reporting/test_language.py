import re
import string

import pytest

from scrm_model.errors import ArgumentError
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import (
    Count,
    Listing,
    catalogue,
    check_language,
    french_spaces,
    has_text,
    phrase,
    rich,
    say,
)
from scrm_model.study.records import Text


def fields(entry):
    templates = entry.values() if isinstance(entry, dict) else [entry]
    return {
        name for t in templates for _, name, _, _ in string.Formatter().parse(t) if name is not None
    }


def texts(lang):
    for key, entry in catalogue(lang).items():
        if isinstance(entry, list):
            continue
        for template in entry.values() if isinstance(entry, dict) else [entry]:
            yield key, template


def test_both_languages_say_the_same_things():
    en, fr = catalogue("en"), catalogue("fr")
    assert list(en) == list(fr)
    for key, entry in en.items():
        assert type(entry) is type(fr[key]), key
        if isinstance(entry, dict):
            assert set(entry) == set(fr[key]), key
        if not isinstance(entry, list):
            assert fields(entry) - {"n", "word"} == fields(fr[key]) - {"n", "word"}, key


def test_french_is_printed_as_french_is():
    for key, template in texts("fr"):
        text = french_spaces(template)
        assert "'" not in text, f"{key}: straight apostrophe"
        assert '"' not in text, f"{key}: straight quotation mark"
        assert not re.search(r"[^\s\u202f\u00a0(\[{];|[^\u202f]%", text), key
        assert not re.search(r"[ ][;:!?%»]|« ", text), f"{key}: breakable space"
        assert not re.search(r"\w[:!?](?= |$)", re.sub(r"{[^}]*}", "", text)), key


def test_plurals_follow_their_language():
    left_out = lambda n, lang: say(phrase("sample.left_out", n=n, share="x"), lang)  # noqa: E731
    assert left_out(1, "en").startswith("1 row was")
    assert left_out(0, "en").startswith("0 rows were")
    assert left_out(0, "fr").startswith("0 ligne a été")
    assert left_out(2, "fr").startswith("2 lignes ont été")


def test_a_number_in_a_phrase_keeps_its_plural():
    assert say(phrase("page.respondents", n=Number(1, "integer")), "fr") == "1 répondant"
    assert say(phrase("page.respondents", n=Number(1200, "integer")), "en") == "1,200 respondents"


def test_lists_and_counts():
    assert Listing(("H1",)).get("en") == "H1"
    assert Listing(("H1", "H2", "H5")).get("en") == "H1, H2 and H5"
    assert Listing(("H1", "H2")).get("fr") == "H1 et H2"
    assert Listing(("a", "b"), "semicolon").get("fr") == "a\u202f; b"
    assert Listing(()).get("en") == ""
    assert [Count(n).get("en") for n in (2, 9, 10, 1500)] == ["two", "nine", "10", "1,500"]
    assert Count(1).get("fr") == "une"


def test_italics_are_marked_only_when_asked():
    said = phrase("column.r2")
    assert said.get("en") == "R²"
    assert rich(said, "en") == "\ue000R\ue001²"
    assert str(phrase("column.d_df")) == "Δdf"


def test_users_cannot_forge_marks_or_templates():
    forged = phrase("mediation.pair", source="\ue000{target}", target="{source.__class__}")
    assert rich(forged, "en") == "{target} → {source.__class__}"


def test_texts_of_the_study_get_the_french_apostrophe():
    assert say(Text("the customer's", "l'usage d'items"), "fr") == "l’usage d’items"
    assert say(Text("the customer's", "l'usage"), "en") == "the customer's"
    assert say("l'usage", "fr") == "l'usage", "a bare string is no French text"


def test_unknown_language():
    with pytest.raises(
        ArgumentError, match=r"lang= needs 'en' or 'fr'; got 'FR'\. Did you mean 'fr'"
    ):
        check_language("FR")
    with pytest.raises(ArgumentError, match="Choose one of these"):
        phrase("page.kind").get("xx")


def test_has_text():
    assert has_text("page.kind")
    assert not has_text("page.nothing")
