from dataclasses import replace

import numpy as np
import pytest
from semopy.examples import holzinger39

import scrm_model as scrm
from scrm_model.errors import ArgumentError
from scrm_model.reporting.figures.dynamic import dynamic_fit_plot
from scrm_model.reporting.figures.marks import Area, Curve

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"


@pytest.fixture(scope="module")
def found():
    return scrm.dynamic_fit(scrm.fit(THREE, holzinger39.get_data()), 60, seed=1)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_a_row_for_each_level_and_index(found, check, words, boxes, lang):
    picture = dynamic_fit_plot(found, lang=lang)
    check(picture)
    said = words(picture)
    assert [t for t in said if t in ("SRMR", "RMSEA", "CFI")] == ["SRMR", "RMSEA", "CFI"]
    word = {"en": "level", "fr": "niveau"}[lang]
    assert sum(t == f"{word} 1" for t in said) == 3
    for row in found.frame.to_dict("records"):
        bars = boxes(picture, f"{row['index']}:{row['level']}")
        draws = found.distributions[row["level"]][row["index"]]
        every = np.concatenate([d[row["index"]] for d in found.distributions.values()])
        counts, _ = np.histogram(draws, np.linspace(every.min(), every.max(), 41))
        heights = np.array([b.height for b in bars])
        assert heights / heights.max() == pytest.approx(counts[counts > 0] / counts.max())


def test_cut_offs_and_the_fit_stand_where_the_numbers_say(found, boxes):
    picture = dynamic_fit_plot(found)
    for index in ("srmr", "rmsea", "cfi"):
        rows = found.frame[found.frame["index"] == index].set_index("level")
        every = np.concatenate([d[index] for d in found.distributions.values()])
        edges = np.linspace(every.min(), every.max(), 41)
        bars = boxes(picture, f"{index}:")
        left, width = min(b.x for b in bars), bars[0].width
        place = lambda v: left + (v - edges[0]) / (edges[1] - edges[0]) * width  # noqa: B023, E731
        (own,) = [m for m in picture.marks if isinstance(m, Area) and m.name == f"own:{index}"]
        assert own.points[2][0] == pytest.approx(place(rows["value"].iloc[0]))
        for level, cutoff in rows["cutoff"].dropna().items():
            name = f"cut:{index}:{level}"
            (cut,) = [m for m in picture.marks if isinstance(m, Curve) and m.name == name]
            assert cut.points[0][0] == pytest.approx(place(cutoff))
    assert picture.frame["median"].iloc[0] == np.median(found.distributions[0]["srmr"])


def test_levels_that_cannot_be_told_apart_say_so(found, check, words):
    frame = found.frame.copy()
    frame.loc[frame["level"] == 1, ["cutoff", "rate"]] = np.nan
    picture = dynamic_fit_plot(replace(found, frame=frame))
    check(picture)
    assert words(picture).count("no cut-off") == 3
    assert any(t.startswith("No cut-off: the index cannot tell") for t in words(picture))
    fewer = {k: v.head(50) for k, v in found.distributions.items()}
    lost = dynamic_fit_plot(replace(found, distributions=fewer))
    assert "Level 2: 10 samples without a minimum were left out." in words(lost)


def test_the_same_again_and_nothing_else(found):
    assert dynamic_fit_plot(found).svg == dynamic_fit_plot(found).svg
    with pytest.raises(ArgumentError, match=r"^found= needs what dynamic_fit\(\) gave; got Fit"):
        dynamic_fit_plot(found.fit)
    with pytest.raises(ArgumentError, match=r"^lang= needs"):
        dynamic_fit_plot(found, lang="de")
