"""Words: against a plain recount, published numbers and outside ones; stop words; context."""

import json
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from scrm_model.errors import ArgumentError
from scrm_model.interviews.lexical import tokens as own_tokens
from scrm_model.interviews.lexical.context import in_context
from scrm_model.interviews.lexical.counts import word_frequencies
from scrm_model.interviews.lexical.keyness import keyness, log_likelihood, log_ratio
from scrm_model.interviews.lexical.tokens import stop_words, tokens
from scrm_model.interviews.transcripts import Transcripts

WITNESS = json.loads((Path(__file__).parent / "witness.json").read_text(encoding="utf-8"))
FR = {
    "a": "L'entreprise répond-elle vite aux clients ? Aujourd’hui les réseaux sociaux, c'est cher.",
    "b": "Nos clients des réseaux sociaux sont de bons clients. Un bon client, un bon prix.",
    "c": "Le prix, toujours le prix !\nRendez-vous demain : 2024, B2B, e-mail.",
}
EN = {
    "a": "The customer's e-mail doesn't work; good customers like good prices.",
    "b": "Prices matter to customers. John’s price is a dear price.",
}


def forms(text, lang):
    return [token.form for token in tokens(text, lang)]


def test_french_words():
    assert forms(FR["a"], "fr") == [
        "l", "entreprise", "répond", "elle", "vite", "aux", "clients", "aujourd'hui", "les",
        "réseaux", "sociaux", "c", "est", "cher",
    ]  # fmt: skip
    assert forms("Qu'en pensez-vous ? Y a-t-il Quelqu’un d'accord", "fr") == [
        "qu", "en", "pensez", "vous", "y", "a", "il", "quelqu'un", "d'accord"
    ]  # fmt: skip
    assert forms(FR["c"], "fr")[-4:] == ["rendez-vous", "demain", "b2b", "e-mail"]
    assert forms("l'L'à-côté -vous l'", "fr") == ["l", "l", "à-côté", "vous", "l"]


def test_english_words():
    assert forms(EN["a"], "en")[:5] == ["the", "customer", "e-mail", "doesn't", "work"]
    assert "john" in forms(EN["b"], "en")


@given(st.text(max_size=80), st.sampled_from(["en", "fr"]))
@settings(max_examples=150, deadline=None)
def test_every_word_stands_where_it_is_said_to(text, lang):
    behind = 0
    for token in tokens(text, lang):
        assert token.start >= behind
        assert text[token.start : token.end].casefold().replace("’", "'") == token.form
        assert any(c.isalpha() for c in token.form)
        behind = token.end


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_counts_are_a_plain_recount(lang):
    texts = FR if lang == "fr" else EN
    found = word_frequencies(Transcripts.of(texts), lang, lemmas=False, stop=())
    plain = Counter(form for text in texts.values() for form in forms(text, lang))
    assert dict(zip(found.frame["term"], found.frame["count"], strict=True)) == dict(plain)
    assert found.words == {name: len(forms(text, lang)) for name, text in texts.items()}
    total = sum(found.words.values())
    assert found.frame["per_1000"].tolist() == pytest.approx(
        [1000 * plain[t] / total for t in found.frame["term"]]
    )
    for term, documents in zip(found.frame["term"], found.frame["documents"], strict=True):
        assert documents == sum(term in forms(text, lang) for text in texts.values())
    assert (found.by_document.sum(axis=1).to_numpy() == found.frame["count"].to_numpy()).all()
    # Another way to words, where there is neither elision nor hyphen.
    simple = "un deux deux trois trois trois"
    other = word_frequencies(Transcripts.of({"x": simple}), "fr", lemmas=False, stop=())
    assert dict(zip(other.frame["term"], other.frame["count"], strict=True)) == Counter(
        re.findall(r"\w+", simple)
    )


def test_lemmas_bring_forms_together():
    found = word_frequencies(Transcripts.of(FR), "fr")
    frame = found.frame.set_index("term")
    assert found.lemmas
    assert frame.loc["client", "count"] == 4
    assert frame.loc["client", "forms"] == "clients, client"
    assert frame.loc["bon", ["count", "forms"]].tolist() == [3, "bon, bons"]
    assert frame.loc["cher", "count"] == 1
    assert "être" not in frame.index
    english = word_frequencies(Transcripts.of(EN), "en").frame.set_index("term")
    assert english.loc["price", "count"] == 4
    assert english.loc["good", "count"] == 2


def test_stop_words_leave_what_customers_may_mean():
    french, english = stop_words("fr"), stop_words("en")
    assert {"le", "être", "avons", "nos", "euh"} <= french
    assert {"the", "have", "our", "um"} <= english
    assert not {"bon", "bonne", "cher", "chère", "bien", "mieux", "plus", "moins"} & french
    assert not {"good", "dear", "well", "better", "more", "less"} & english
    assert max(len(french), len(english)) < 350
    with pytest.raises(ArgumentError, match="lang= needs 'en' or 'fr'"):
        stop_words("de")


def test_sequences_stay_within_punctuation_and_lines():
    found = word_frequencies(Transcripts.of(FR), "fr", n=2)
    counted = dict(zip(found.frame["term"], found.frame["count"], strict=True))
    assert counted["réseau social"] == 2
    assert counted["bon client"] == 2
    assert counted["bon prix"] == 1
    assert "client un" not in counted
    assert not any(term.startswith("le ") for term in counted)
    broken = Transcripts.of({"x": "grand magasin - petit prix\npetit prix, grand magasin"})
    pairs = word_frequencies(broken, "fr", n=2, lemmas=False)
    assert dict(zip(pairs.frame["term"], pairs.frame["count"], strict=True)) == {
        "grand magasin": 2, "petit prix": 2
    }  # fmt: skip
    inside = word_frequencies(Transcripts.of({"x": "point de vente"}), "fr", n=3, lemmas=False)
    assert inside.frame["term"].tolist() == []
    assert word_frequencies(Transcripts.of({"x": "prix de vente"}), "fr", n=3, lemmas=False).frame[
        "term"
    ].tolist() == ["prix de vente"]


def test_without_simplemma_forms_are_counted_and_told(monkeypatch):
    monkeypatch.setattr(own_tokens, "find_spec", lambda _: None)
    found = word_frequencies(Transcripts.of(FR), "fr")
    assert not found.lemmas
    assert "simplemma is not installed" in found.notes[0].en
    assert "clients" in set(found.frame["term"])
    assert "word forms" in repr(found)
    asked = word_frequencies(Transcripts.of(FR), "fr", lemmas=False)
    assert len(asked.notes) == len(found.notes) - 1
    with pytest.raises(ArgumentError, match=r"scrm-model\[text\]"):
        word_frequencies(Transcripts.of(FR), "fr", lemmas=True)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"n": 0}, "n= needs a whole number"),
        ({"n": 6}, "1 to 5 words"),
        ({"n": True}, "n= needs"),
        ({"minimum": 0}, "minimum= needs"),
        ({"stop": "le"}, "stop= needs several words"),
    ],
)
def test_options_of_the_counts(options, told):
    with pytest.raises(ArgumentError, match=told):
        word_frequencies(Transcripts.of(FR), "fr", **options)
    with pytest.raises(ArgumentError, match="lang= needs"):
        word_frequencies(Transcripts.of(FR), "de")
    with pytest.raises(ArgumentError, match="got dict"):
        word_frequencies(FR, "fr")


# ---- keyness


def test_log_likelihood_as_it_is_published():
    # A worked example of the log-likelihood wizard of Lancaster: 52 in 50,000 against 57 in 75,000.
    assert log_likelihood(52, 57, 50_000, 75_000) == pytest.approx(2.65, abs=5e-3)


@pytest.mark.parametrize("case", WITNESS["keyness"], ids=lambda c: f"{c['a']}-{c['b']}")
def test_log_likelihood_as_r_has_it(case):
    found = log_likelihood(case["a"], case["b"], case["c"], case["d"])
    assert found == pytest.approx(case["g2"], rel=1e-9, abs=1e-12)
    # Dunning's four cells differ by what other words add.
    assert found == pytest.approx(case["g2_four"], rel=0.08, abs=1e-9)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(100, 900), st.integers(100, 900))
@settings(max_examples=80, deadline=None)
def test_log_likelihood_is_symmetric_and_never_negative(a, b, c, d):
    one, two = log_likelihood(a, b, c, d), log_likelihood(b, a, d, c)
    assert one == pytest.approx(two, abs=1e-9)
    assert one >= 0
    assert log_ratio(a, b, c, d) == pytest.approx(-log_ratio(b, a, d, c))


def test_log_ratio_is_a_doubling():
    assert log_ratio(20, 10, 1000, 1000) == pytest.approx(1.0)
    assert log_ratio(20, 5, 1000, 1000) == pytest.approx(2.0)
    assert log_ratio(8, 0, 1000, 1000) == pytest.approx(4.0)


def test_keyness_of_a_group():
    found = keyness(Transcripts.of(FR), ["b"], "fr", minimum=1)
    row = found.frame.set_index("term").loc["client"]
    c, d = len(forms(FR["b"], "fr")), len(forms(FR["a"], "fr")) + len(forms(FR["c"], "fr"))
    assert found.words == (c, d)
    assert row[["count", "reference", "documents", "documents_reference"]].tolist() == [3, 1, 1, 1]
    expected = c * 4 / (c + d)
    plain = 2 * (3 * math.log(3 / expected) + math.log(1 / (4 - expected)))
    assert row["g2"] == pytest.approx(plain)
    assert row["pvalue"] == pytest.approx(chi2.sf(plain, 1))
    assert row["log_ratio"] == pytest.approx(math.log2((3 / c) / (1 / d)))
    assert found.frame["g2"].is_monotonic_decreasing
    assert found.reference == ("a", "c")
    assert keyness(Transcripts.of(FR), ["b"], "fr", reference=["a"]).reference == ("a",)
    assert "p is too small" in found._repr_html_()
    assert "more in the first" in repr(found)


@pytest.mark.parametrize(
    ("group", "more", "told"),
    [
        (["z"], {}, "group= needs names of documents; got 'z'"),
        ([], {}, "group= needs one document"),
        (["a", "b", "c"], {}, "reference= needs one document"),
        (["a"], {"reference": ["a", "b"]}, "got a in both"),
        (["a"], {"minimum": 0}, "minimum= needs"),
    ],
)
def test_groups_that_are_none(group, more, told):
    with pytest.raises(ArgumentError, match=told):
        keyness(Transcripts.of(FR), group, "fr", **more)


# ---- context


def test_words_in_context():
    found = in_context(Transcripts.of(FR), "clients", "fr", width=12)
    assert len(found) == 3
    assert found.frame["document"].tolist() == ["a", "b", "b"]
    for row in found.frame.itertuples():
        assert FR[row.document][row.start :].startswith("clients")
    assert found.frame["left"].iloc[1] == "Nos"
    assert "[clients]" in repr(found)
    assert "<b>" not in found._repr_html_()
    assert len(in_context(Transcripts.of(FR), "client", "fr", lemmas=True)) == 4
    assert len(in_context(Transcripts.of(FR), "client*", "fr")) == 4
    assert len(in_context(Transcripts.of(FR), "Réseaux sociaux", "fr")) == 2
    assert len(in_context(Transcripts.of(FR), "aujourd'hui", "fr")) == 1
    assert len(in_context(Transcripts.of(FR), "sociaux c'est", "fr")) == 0
    assert len(in_context(Transcripts.of(FR), "absent", "fr")) == 0
    assert (
        in_context(Transcripts.of({"a": "x <b>prix</b> y"}), "prix", "fr")
        ._repr_html_()
        .count("&lt;b&gt;")
    )
    with pytest.raises(ArgumentError, match="term= needs a word"):
        in_context(Transcripts.of(FR), " * ", "fr")
    with pytest.raises(ArgumentError, match="width= needs"):
        in_context(Transcripts.of(FR), "prix", "fr", width=0)


def test_frequencies_hold_words_and_no_sentences():
    found = word_frequencies(Transcripts.of(FR), "fr")
    shown = repr(found) + found._repr_html_()
    assert "bons clients. Un bon" not in shown
    assert np.isfinite(found.frame["per_1000"]).all()
    assert found.top(2)["term"].tolist() == ["client", "bon"]
