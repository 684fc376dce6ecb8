"""The written texts: every template in both languages, right numbers, right grammar."""

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from scrm_model.errors import ArgumentError
from scrm_model.reporting.blocks import Paragraph
from scrm_model.reporting.language import (
    Listing,
    Phrase,
    _number_class,
    catalogue,
    phrase,
    say,
)
from scrm_model.reporting.outline import audit_of
from scrm_model.reporting.sections.closing import (
    method_section,
    references_section,
    written_section,
)
from scrm_model.reporting.tables import Table
from scrm_model.reporting.writing.cite import KNOWN, cite, keys_in, told
from scrm_model.reporting.writing.explained import f_squared
from scrm_model.reporting.writing.method import method_parts
from scrm_model.reporting.writing.parts import without_lead
from scrm_model.reporting.writing.results import result_parts
from scrm_model.reporting.writing.stats import decimals
from scrm_model.reporting.writing.writing import Writing

LANGS = ("en", "fr")
NAN = float("nan")
# Words of English that no French sentence has.
ENGLISH = re.compile(
    r"\b(the|of|and|is|are|was|were|not|with|from|which|that|model|supported|path|paths|its|"
    r"their|this|these|than|between|loading|loadings|missing|answers|item is|by the)\b",
    re.IGNORECASE,
)


def writings(contents, lang):
    return Writing(method_parts(contents), lang), Writing(result_parts(contents), lang)


@pytest.fixture
def texts(cases, _made={}):  # noqa: B006 - every case is written once for all tests
    """Contents, and by language (topic, text) of its methods and results."""
    if not _made:
        for k, contents in enumerate(cases):
            found = {
                lang: [tuple(row) for w in writings(contents, lang) for row in w.frame.to_numpy()]
                for lang in LANGS
            }
            _made[k] = (contents, found)
    return list(_made.values())


def phrases(value):
    """Every phrase within a value."""
    if isinstance(value, Phrase):
        yield value
        for _, field in value.fields:
            yield from phrases(field)
    elif isinstance(value, Listing):
        for item in value.items:
            yield from phrases(item)
    elif isinstance(value, Paragraph):
        yield from phrases(value.sentences)
    elif isinstance(value, Table):
        for cell in (value.title, *value.notes, *(c.label for c in value.columns)):
            yield from phrases(cell)
        for row in value.frame.to_numpy():
            yield from phrases(tuple(row))
    elif isinstance(value, tuple | list):
        for part in value:
            yield from phrases(part)


def templates(used, lang):
    """Key of every template that these phrases take, with the number where it agrees."""
    for one in used:
        entry = catalogue(lang)[one.key]
        if isinstance(entry, dict):
            yield one.key, _number_class(entry, dict(one.fields), lang)
        else:
            yield one.key, ""


def all_templates(lang, prefixes):
    for key, entry in catalogue(lang).items():
        if key.startswith(prefixes):
            if isinstance(entry, dict):
                yield from ((key, number) for number in entry)
            else:
                yield key, ""


def test_every_template_is_used_in_both_languages(cases):
    used = []
    for contents in cases:
        for part in (*method_parts(contents), *result_parts(contents)):
            used += [*phrases(part.lead), *phrases(part.sentences)]
    for contents in [c for c in cases if c.reliability is None][::5]:
        found = audit_of(contents)
        used += [*phrases(found.table), *phrases(found.summary)]
    for lang in LANGS:
        wanted = set(all_templates(lang, ("writing.", "audit.")))
        # Counts of the audit depend on the points, of which there is never just one of some kind.
        wanted = {t for t in wanted if not t[0].startswith("audit.count.")}
        assert wanted - set(templates(used, lang)) == set()


@pytest.mark.parametrize("lang", LANGS)
def test_every_text_is_whole(texts, lang):
    for _, found in texts:
        for topic, text in found[lang]:
            told = f"{topic}: {text}"
            assert not re.search(r"[{}\ue000\ue001]", text), told
            assert "  " not in text, told
            assert not re.search(r"\b(nan|None|NaN|writing\.)", text), told
            assert not re.search(r" [,)]| \.(?!\d)|\( |,,|\.\.|\(\)", text), told
            assert not re.search(r"[=\[(] ?–", text), told
            assert text.endswith("."), told
            assert text[0].isupper(), told


def test_french_is_french(texts):
    for _, found in texts:
        for topic, text in found["fr"]:
            hit = ENGLISH.search(text)
            assert not hit, (topic, hit, text)


def test_french_is_set_as_french_is(texts):
    for _, found in texts:
        said = "\n".join(text for _, text in found["fr"])
        assert "'" not in said
        assert not re.search(r" [;:!?%»]|« ", said), re.search(r".{30}( [;:!?%»]|« ).{9}", said)
        assert not re.search(r"\d\.\d", re.sub(r"(scrm_model|numpy|Python) [\d.]+", "", said))
        assert not re.search(r"\b(de|le|la|que) (items|indices|elle|ils?|un|une)\b", said)


def test_numbers_agree_with_their_nouns(texts):
    odd = {
        "en": r"\b(1|one) (rows|items|loadings|covariances|constructs|rivals)\b",
        "fr": r"\b(1|un|une) (lignes|items|poids libres|covariances|construits|résidus)\b",
    }
    for _, found in texts:
        for lang in LANGS:
            for topic, text in found[lang]:
                assert not re.search(odd[lang], text), (topic, text)


# ---- the numbers in the text are those of the frames

NUMBER = r"(−?[\d.,]+)"


def value(text):
    return float(text.replace("−", "-").replace("\u202f", "").replace(",", "."))


def near(text, number):
    """Whether a printed number is that number, rounded as it is printed."""
    digits = len(re.split("[.,]", text)[1]) if re.search("[.,]", text) else 0
    return abs(value(text) - number) <= 0.5 * 10**-digits + 1e-12


PATTERNS = {
    "en": rf"b = {NUMBER}, SE = {NUMBER}, z = {NUMBER}, p (=|<)\u202f{NUMBER}, "
    rf"95% CI \[{NUMBER},\u00a0{NUMBER}\], β = {NUMBER}",
    "fr": rf"b = {NUMBER}, ES = {NUMBER}, z = {NUMBER}, p (=|<)\u202f{NUMBER}(?:, n\.s\.)?, "
    rf"IC à 95\u202f% \[{NUMBER}\u202f;\u00a0{NUMBER}\], β = {NUMBER}",
}


@pytest.mark.parametrize("lang", LANGS)
def test_numbers_of_hypotheses_are_those_of_the_table(kit, lang):
    contents = kit.contents()
    results = Writing(result_parts(contents), lang)
    for row in contents.hypotheses.to_dict("records"):
        found = re.search(PATTERNS[lang], results[row["hypothesis"]])
        assert found, results[row["hypothesis"]]
        b, se, z, sign, p, low, high, beta = found.groups()
        names = ("est", "se", "z", "ci_lower", "ci_upper", "std_all")
        for name, text in zip(names, (b, se, z, low, high, beta), strict=True):
            assert near(text.rstrip(",."), row[name]), (name, text, row[name])
        if sign == "<":
            assert row["pvalue"] < value(p) == 0.001
        else:
            assert near(p, row["pvalue"])


@pytest.mark.parametrize("lang", LANGS)
def test_verdicts_are_those_of_the_table(texts, lang):
    words = {
        "en": {"supported": ("is supported", "support H"), "not supported": ("not support",),
               "opposite direction": ("contradicted",), "not tested": ("was not tested",)},
        "fr": {"supported": ("est corroborée", "corroborent"), "not supported": ("corrobor",),
               "opposite direction": ("contredit",), "not tested": ("n’a pas été testée",)},
    }[lang]  # fmt: skip
    for contents, found in texts:
        if contents.failed:
            continue
        results = dict(found[lang])
        for claim, rows in contents.hypotheses.groupby("hypothesis"):
            if len(rows) == 1:
                verdict = rows["verdict"].iloc[0]
                text = results[claim]
                assert any(word in text for word in words[verdict]), text
                if verdict == "not supported":
                    assert re.search("not support|n’est pas corroborée|ne corroborent pas", text)


@pytest.mark.parametrize("lang", LANGS)
def test_indirect_effects_are_those_of_the_table(kit, lang):
    contents = kit.contents()
    text = Writing(result_parts(contents), lang)["M1"].replace("\u00a0→", " →")
    for row in contents.mediation.to_dict("records"):
        if row["kind"] != "specific":
            continue
        found = re.search("(?<!→ )" + re.escape(row["path"]) + rf" \({NUMBER} \[{NUMBER}", text)
        assert found, row["path"]
        assert near(found[1], row["est"])
        assert near(found[2].rstrip(","), row["ci_lower"])


def test_never_no_effect(texts):
    # What is not significant is not thereby absent; where the words stand, they deny just that.
    for _, found in texts:
        for topic, text in found["en"]:
            said = text.replace("is no evidence that there is no effect", "")
            assert not re.search(r"\bno (indirect |direct )?effect\b(?! nonmed)", said), (
                topic,
                text,
            )


# ---- particular sentences


def said(contents, topic, lang="en"):
    parts = (*method_parts(contents), *result_parts(contents))
    return Writing(parts, lang)[topic]


def test_the_data_paragraph(kit):
    assert said(kit.contents(), "data") == (
        "The answers were read from the file réponses.csv. Of the 324 rows of answers received, "
        "312 were analysed; 12 rows (3.7%) lacked an answer to at least one item of the model and "
        "were left out (listwise deletion). Of the 8,748 answers to the items of the model, 15 "
        "were missing (0.2%). Listwise deletion is free of bias only if answers are missing "
        "completely at random (Enders & Bandalos, 2001)."
    )
    assert said(kit.contents(), "data", "fr").replace("\u202f", " ") == (
        "Les réponses ont été lues dans le fichier réponses.csv. Sur les 324 lignes de réponses "
        "reçues, 312 ont été analysées ; 12 lignes (3,7 %), auxquelles manquait au moins une "
        "réponse aux items du modèle, ont été écartées (suppression par liste). Sur les 8 748 "
        "réponses aux items du modèle, 15 manquaient (0,2 %). La suppression par liste n’est sans "
        "biais que si les réponses manquent de façon complètement aléatoire (Enders & Bandalos, "
        "2001)."
    )


def test_the_second_order_is_told(kit):
    text = said(kit.contents(), "measures")
    assert "Social CRM performance (SCRMP) was specified as a second-order factor" in text
    assert "Firm performance (SCRMP_FIRM) and Customer-relationship performance" in text
    assert "six constructs by 27 items" in text


def test_seed_draws_and_what_was_left_out(kit):
    text = said(kit.contents(), "indirect")
    assert "percentile intervals at 95% (5,000 resamples, seed 20240607; MacKinnon" in text
    assert "Resamples left out: 3 without a minimum and 12 with an inadmissible solution." in text


def test_wordings_of_a_frequent_outcome_take_turns(kit):
    results = Writing(result_parts(kit.contents()), "en")
    openings = [results[f"H{i}"].split()[0] for i in (1, 2, 3, 4)]
    assert openings == ["H1", "As", "The", "H4"]


def test_not_significant_is_n_s_in_french_tables_and_text(make):
    claim = make.hypothesis(
        est=0.1, se=0.1, ci_lower=-0.1, ci_upper=0.3, z=1.0, pvalue=0.317, verdict="not supported"
    )
    assert "p =\u202f0,317, n.s., IC" in said(claim, "H1", "fr")
    assert "n’en excluent pas non plus" in said(claim, "H1", "fr")
    assert "neither show an effect nor rule one out" in said(claim, "H1")


def test_a_hypothesis_on_two_dimensions_is_told_as_a_whole_and_by_each(make):
    text = said(make.several(("supported", "not supported")), "H1")
    assert text.startswith("H1 is supported in part: in one of its two tests.")
    assert "to SMS_1 is positive" in text
    assert "to SMS_2 does not differ significantly" in text
    groups = said(make.several(("supported", "supported"), groups=True), "H1")
    assert "in group 2" in groups


def test_groups_are_told_apart_in_mediation(make):
    grouped = pd.concat([make.chain().mediation.assign(group=g) for g in (1, 2)])
    text = said(replace(make.chain(), mediation=grouped), "M1")
    assert "the intervals of its two indirect effects leave out zero" in text
    assert "in group 2" in text


def test_a_failed_fit_has_no_numbers(kit):
    contents = kit.contents(fit=kit.failed(), measurement_fit=kit.fit())
    results = Writing(result_parts(contents), "en")
    assert results.topics == ("caution", *(f"H{i}" for i in range(1, 10)), "M1")
    assert not re.search(r"\d[.]\d|= ", str(results).split("Caution.")[1].replace("H1:", ""))
    assert set(results.frame["text"][1:10].str.contains("was not tested")) == {True}
    methods = Writing(method_parts(contents), "fr")
    assert "n’a pas convergé" in methods["estimation"]
    assert "judging" not in methods


def test_a_cut_off_is_never_a_verdict(make):
    text = said(make.base(fit=make.measures(srmr=0.09)), "fit")
    assert (
        "CFI, TLI and RMSEA of the structural model lie within the usual values, and SRMR" in text
    )
    assert not re.search("good|acceptable|poor|adequate|satisfactory", text)


def test_cohens_words_come_with_cohen(kit):
    text = said(kit.contents(), "r2")
    assert "In the terms of Cohen (1988)" in text
    # .31, .37, .43, .49, .55 are all above .26 = .35/1.35.
    assert "are large (f² ≥ .35)" in text
    assert f_squared(0.26) == pytest.approx(0.35, abs=0.002)
    assert f_squared(1.0) == np.inf


def test_digits_grow_until_nothing_is_zero():
    assert decimals(0.5, 0.12) == 2
    assert decimals(0.5, 0.004) == 3
    assert decimals(0.5, 0.0, NAN) == 2
    assert decimals(1e-9) == 5


# ---- citations


def test_citations_as_apa_has_them():
    assert cite("hu1999").get("en") == "Hu & Bentler, 1999"
    assert told("hu1999").get("fr") == "Hu et Bentler (1999)"
    assert told("zhao2010").get("en") == "Zhao et al. (2010)"
    assert cite("marsh2004", "hu1999").get("fr") == "Hu & Bentler, 1999\u202f; Marsh et al., 2004"
    assert told("kline2011", "cohen1988").get("en") == "Kline (2011) and Cohen (1988)"


def test_what_the_text_cites_is_in_the_references(cases):
    for contents in cases[::3]:
        blocks = (method_section(contents).blocks, written_section(contents).blocks)
        cited = set(keys_in(blocks)) | {"appelbaum2018"}
        listed = " ".join(
            say(item, "en") for block in references_section(contents).blocks for item in block.items
        )
        for key in cited:
            assert str(KNOWN[key]) in listed, key


# ---- the value


def test_a_writing_is_read_like_a_mapping(kit):
    results = Writing(result_parts(kit.contents()), "en")
    assert list(results) == list(results.topics)
    assert len(results) == len(results.topics)
    assert "H1" in results
    assert "H12" not in results
    assert results.frame.columns.tolist() == ["topic", "text"]
    assert str(results).startswith("Measurement. In the measurement model")
    assert repr(results) == str(results)
    assert "_Measurement._" not in results.markdown
    assert "*Measurement.*" in results.markdown
    assert "<i>b</i> = " in results._repr_html_()
    with pytest.raises(ArgumentError, match=r"topic= needs one of 'measurement'.*got 'H12'"):
        results["H12"]
    with pytest.raises(ArgumentError, match="lang= needs 'en' or 'fr'; got 'de'"):
        Writing((), "de")


def test_hostile_names_are_inert(make):
    evil = '<b>{0}</b> \ue000x\ue001 _i_ \u202e {source.__class__} "'
    claim = make.hypothesis(hypothesis=evil, lhs=evil, rhs=evil)
    sample = replace(claim.sample, file=evil)
    contents = replace(claim, sample=sample)
    for lang in LANGS:
        for writing in writings(contents, lang):
            page = writing._repr_html_()
            assert "<b>" not in page
            assert "\u202e" not in page + str(writing) + writing.markdown
            assert "{source.__class__}" in str(writing) or "{source.__class__}" not in evil
            assert page.count("<i>") == page.count("</i>")
    assert evil.replace("\ue000", "").replace("\ue001", "").replace("\u202e", "") in str(
        writings(contents, "en")[1]
    )


def test_nothing_of_a_part_gets_lost():
    part = without_lead("data", phrase("page.kind"), None)
    assert part.sentences == (phrase("page.kind"),)
    assert Writing((part, part), "en")["data"] == "Hypothesis report\n\nHypothesis report"
