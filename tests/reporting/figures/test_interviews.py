"""Figures of interviews: what is drawn is what was counted, nothing outside the paper."""

import numpy as np
import pandas as pd
import pytest

from scrm_model.errors import ArgumentError
from scrm_model.interviews.article import INTERVIEWS
from scrm_model.interviews.lexical.counts import word_frequencies
from scrm_model.interviews.reading import read_codings
from scrm_model.interviews.saturation import saturation_of
from scrm_model.interviews.transcripts import Transcripts
from scrm_model.reporting.figures.cloud import word_cloud
from scrm_model.reporting.figures.marks import INK, Box, Rule, Words
from scrm_model.reporting.figures.saturation import saturation_curve
from scrm_model.reporting.figures.themes import theme_matrix
from scrm_model.study.scrm import STUDY


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_black_box_for_each_citation(lang, check, boxes, words):
    picture = theme_matrix(INTERVIEWS, study=STUDY, lang=lang)
    check(picture)
    cells = [b for t in INTERVIEWS.themes for b in boxes(picture, f"{t.id}:")]
    assert len(cells) == 27 * 7
    black = {b.name for b in cells if b.fill == INK}
    assert black == {f"{t.id}:{who}=True" for t in INTERVIEWS.themes for who in t.informants}
    said = words(picture)
    assert set(INTERVIEWS.informant_ids) <= set(said)
    heads = [m.text for m in picture.marks if isinstance(m, Words) and m.bold and len(m.text) == 1]
    assert heads == ["7", "5", "6", "5", "5", "4"]
    assert any("Orientation relation client" in text for text in said) == (lang == "fr")
    assert picture.frame.drop(columns=["construct", "theme"]).to_numpy().sum() == 45
    assert "RPromacoif" in picture.description


def test_rows_and_columns_stand_in_their_places(boxes):
    picture = theme_matrix(INTERVIEWS)
    for theme in INTERVIEWS.themes:
        row = boxes(picture, f"{theme.id}:")
        assert len({b.y for b in row}) == 1
        assert [b.x for b in row] == sorted(b.x for b in row)
    totals = [m for m in picture.marks if isinstance(m, Words) and m.align == "center"]
    counts = [int(m.text) for m in sorted(totals, key=lambda m: m.x)]
    assert counts == INTERVIEWS.matrix.sum().tolist()


def test_constructs_by_informant(check, boxes):
    picture = theme_matrix(INTERVIEWS, of="constructs", study=STUDY)
    check(picture)
    assert [sum(b.fill == INK for b in boxes(picture, f"{c}:")) for c in STUDY.construct_ids] == [
        7, 5, 6, 5, 5, 4
    ]  # fmt: skip


def test_codings_are_drawn_like_themes(check, words):
    frame = pd.DataFrame(
        {
            "document": ["Un très long nom d'entretien " * 5, "E2", "E3"],
            "segment": ["1", "1", "1"],
            "code": ["a code with $dollars$ and a very long name, longer than there is room " * 3,
                     "b", "c"],
            "coder": ["A", "A", "A"],
        }
    )  # fmt: skip
    codings = read_codings(frame)
    picture = theme_matrix(codings)
    check(picture)
    assert any("$dollars$" in text for text in words(picture))
    with pytest.raises(ArgumentError, match="needs constructs; got none"):
        theme_matrix(codings, of="constructs")
    check(saturation_curve(codings.saturation()))


@pytest.mark.parametrize("of", ["themes", "constructs"])
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_curve_is_that_of_the_numbers(of, lang, check, boxes, words):
    curve = INTERVIEWS.saturation(of)
    picture = saturation_curve(curve, lang=lang)
    check(picture)
    bars, held = boxes(picture, "new="), boxes(picture, "held=")
    assert len(bars) == len(held) == 7
    # One scale for all: a bar is as high as its number.
    unit = next(b.height / n for b, n in zip(bars, curve.frame["new"], strict=True) if n)
    ground = bars[0].y + bars[0].height
    for bar, new in zip(bars, curve.frame["new"], strict=True):
        assert bar.height == pytest.approx(unit * new)
    for square, total in zip(held, curve.frame["total"], strict=True):
        assert ground - (square.y + square.height / 2) == pytest.approx(unit * total)
    mean = [m for m in picture.marks if isinstance(m, Rule) and m.width == 1.6][:6]
    ends = [mean[0].y1, *(m.y2 for m in mean)]
    assert [(ground - y) / unit for y in ends] == pytest.approx(curve.frame["mean_total"].tolist())
    assert set(INTERVIEWS.informant_ids) <= set(words(picture))
    assert ("Saturation des" in picture.title) == (lang == "fr")


def test_curves_of_few_and_of_many_interviews(check):
    for n, themes in ((1, 3), (2, 1), (40, 300)):
        present = np.random.default_rng(1).random((themes, n)) < 0.2
        curve = saturation_of(present, [f"Interview {k}" for k in range(n)], draws=200, seed=1)
        check(saturation_curve(curve))


def frequencies(texts=None):
    texts = texts or {"a": "client " * 20 + "prix " * 9 + "réseau " * 4 + "écoute cher bon vite"}
    return word_frequencies(Transcripts.of(texts), "fr", lemmas=False)


def placed(picture):
    return [m for m in picture.marks if isinstance(m, Words) and m.align == "left" and not m.bold]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_words_of_the_cloud_do_not_touch(lang, check):
    many = {f"d{k}": " ".join([f"mot{'x' * (k % 9)}{chr(97 + k)}"] * (26 - k)) for k in range(26)}
    for counted in (frequencies(), frequencies(many)):
        picture = word_cloud(counted, seed=3, lang=lang)
        check(picture)
        sizes = {m.text: m.size for m in placed(picture)}
        assert set(counted.frame["term"]) <= set(sizes)


def test_sizes_go_by_counts_and_places_by_the_seed():
    counted = frequencies()
    picture = word_cloud(counted, seed=1)
    sizes = {m.text: m.size for m in placed(picture)}
    assert sizes["client"] == 40.0
    assert sizes["prix"] == pytest.approx(40 * (9 / 20) ** 0.5, abs=0.06)
    assert picture.marks == word_cloud(counted, seed=1).marks
    assert picture.marks != word_cloud(counted, seed=2).marks
    assert "client 20" in picture.description
    few = word_cloud(counted, most=2)
    assert few.frame["term"].tolist() == ["client", "prix"]
    assert not any(isinstance(m, Box) for m in few.marks)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: theme_matrix(STUDY), "needs Interviews or Codings; got Study"),
        (lambda: theme_matrix(INTERVIEWS, of="words"), "of= needs"),
        (lambda: theme_matrix(INTERVIEWS, lang="de"), "lang= needs"),
        (lambda: saturation_curve(INTERVIEWS), "got Interviews"),
        (lambda: saturation_curve(INTERVIEWS.saturation(), lang="de"), "lang= needs"),
        (lambda: word_cloud(INTERVIEWS), "got Interviews"),
        (lambda: word_cloud(frequencies(), most=0), "most= needs"),
        (lambda: word_cloud(frequencies(), seed=-1), "seed= needs"),
        (lambda: word_cloud(frequencies({"a": "le la les"})), "needs words; got none"),
    ],
)
def test_what_no_figure_can_be_made_of(make, told):
    with pytest.raises(ArgumentError, match=told):
        make()
