"""The joint display: its rule by every case, its rows by the study, its table in both languages."""

from dataclasses import replace

import pandas as pd
import pytest

from scrm_model.errors import ArgumentError, MissingColumnError
from scrm_model.interviews.article import INTERVIEWS
from scrm_model.interviews.interviews import Interviews
from scrm_model.interviews.records import Informant, Relation, Theme
from scrm_model.interviews.wording import Text
from scrm_model.reporting.joint import joint_display, joint_section
from scrm_model.reporting.meta_inference import Finding, meta_inference
from scrm_model.reporting.report import html_report
from scrm_model.reporting.tables import Table
from scrm_model.study.claims import Study
from scrm_model.study.scrm import STUDY

NAN = float("nan")
YES = Finding("supported", 1, 0.1, 0.5)
NO = Finding("not supported", 1, -0.1, 0.3)
TINY = Finding("not supported", 1, -0.08, 0.07)
MINUS = Finding("not supported", -1, -0.07, 0.3)
AGAINST = Finding("opposite direction", 1, -0.5, -0.1)
UNTESTED = Finding("not tested", 1, NAN, NAN)
UNKNOWN = Finding("not supported", 1, NAN, NAN)


@pytest.mark.parametrize(
    ("spoken", "findings", "inference"),
    [
        (True, [YES], ("confirms", "both")),
        (True, [YES, YES], ("confirms", "both")),
        (False, [YES], ("expands", "survey_alone")),
        (True, [YES, NO], ("expands", "part")),
        (False, [YES, TINY], ("expands", "part")),
        (True, [YES, UNTESTED], ("expands", "part")),
        (True, [AGAINST], ("discordant", "opposite")),
        (True, [YES, AGAINST], ("discordant", "opposite")),
        (False, [AGAINST], ("expands", "opposite_alone")),
        (True, [TINY], ("discordant", "too_small")),
        (True, [MINUS], ("discordant", "too_small")),
        (True, [TINY, NO], ("silent", "undecided")),
        (True, [NO], ("silent", "undecided")),
        (True, [UNKNOWN], ("silent", "undecided")),
        (False, [TINY], ("silent", "neither")),
        (False, [NO], ("silent", "neither")),
        (True, [UNTESTED], ("silent", "untested")),
        (True, [], ("silent", "untested")),
    ],
)
def test_the_rule(spoken, findings, inference):
    assert meta_inference(spoken, findings) == inference


def test_the_smallest_effect_that_matters_can_be_chosen():
    assert meta_inference(True, [NO], 0.4) == ("discordant", "too_small")
    assert meta_inference(True, [TINY], 0.05) == ("silent", "undecided")


def one(verdict="supported", est=0.4, low=0.2, high=0.6, std=0.5, id="H1", **more):
    row = {"hypothesis": id, "verdict": verdict, "est": est, "ci_lower": low, "ci_upper": high}
    return row | {"std_all": std} | more


def frame(*rows):
    return pd.DataFrame(list(rows))


def test_a_row_for_each_hypothesis_of_the_study(kit):
    contents = kit.contents()
    found = joint_display(contents.hypotheses)
    assert found.frame["hypothesis"].tolist() == [h.id for h in STUDY.hypotheses]
    assert found.frame["origin"].tolist() == [h.origin for h in STUDY.hypotheses]
    assert found.frame["references"].tolist() == [h.references for h in STUDY.hypotheses]
    assert found.frame["passages"].tolist() == [3, 3, 3, 3, 3, 3, 4, 3, 2]
    assert found.frame["informants"].tolist() == [5, 4, 4, 4, 4, 3, 4, 6, 5]
    verdicts = contents.hypotheses["verdict"].tolist()
    assert found.frame["verdict"].tolist() == verdicts
    inferred = dict(zip(found.frame["hypothesis"], found.frame["inference"], strict=True))
    assert inferred["H1"] == "confirms"
    assert set(inferred.values()) == {"confirms", "silent"}
    assert found.frame.set_index("hypothesis").loc["H5", "echoes"] == 3


def test_hypotheses_that_are_not_in_the_frame_are_silent():
    found = joint_display(frame(one())).frame.set_index("hypothesis")
    assert found.loc["H1", "inference"] == "confirms"
    assert found.loc["H2", ["inference", "reason", "verdict"]].tolist() == [
        "silent", "untested", "not tested"
    ]  # fmt: skip


def test_evidence_in_the_words_of_the_literature_is_told():
    found = joint_display(frame(one(id="H5"), one(id="H6"))).frame.set_index("hypothesis")
    assert found.loc["H5", ["inference", "reason"]].tolist() == ["confirms", "both_echo"]
    assert found.loc["H6", "reason"] == "both"


def test_intervals_are_brought_to_the_standardised_scale():
    # b = 0.02 within -0.16 to 0.18, beta = 0.01: on the scale of beta -0.08 to 0.09.
    small = one("not supported", 0.02, -0.14, 0.18, 0.01)
    assert joint_display(frame(small)).frame["reason"].iloc[0] == "too_small"
    assert joint_display(frame(small), smallest=0.05).frame["reason"].iloc[0] == "undecided"
    # A negative estimate turns nothing round.
    other = one("not supported", -0.02, -0.18, 0.14, -0.01)
    assert joint_display(frame(other)).frame["reason"].iloc[0] == "too_small"
    ends = joint_display(frame(small)).frame.loc[0, ["std_lower", "std_upper"]]
    assert ends.tolist() == pytest.approx([-0.07, 0.09])
    zero = one("not supported", 0.0, -0.18, 0.14, 0.0)
    assert joint_display(frame(zero)).frame["reason"].iloc[0] == "undecided"


def test_several_paths_of_one_hypothesis():
    rows = frame(one(), one("not supported", 0.1, -0.2, 0.4, 0.1))
    found = joint_display(rows)
    first = found.frame.iloc[0]
    assert (first["verdict"], first["inference"], first["paths"]) == ("in part", "expands", 2)
    assert pd.isna(first["est"])
    assert "several paths stand for this hypothesis" in found.markdown()


def test_ones_own_study_and_interviews():
    study = Study.build(["A", "B", "C"], [("A", "B"), ("B", "C")])
    people = [Informant("i"), Informant("j")]
    themes = [Theme("a", "A", Text("a"), ("i", "j")), Theme("b", "B", Text("b"), ("j",))]
    own = Interviews("own", people, themes, relations=[Relation("A", "B", passages=1)])
    rows = frame(one(), one(id="H2"))
    found = joint_display(rows, study, own)
    assert found.frame["inference"].tolist() == ["confirms", "expands"]
    assert found.frame["who"].tolist() == ["j", ""]
    assert "| H1: A\u00a0→ B | Literature | 1 | 1 |" in found.markdown()
    assert "echo" not in found.markdown("en").lower()
    silent = joint_display(rows, study)  # the article says nothing of A and B
    assert silent.frame["inference"].tolist() == ["expands", "expands"]


def test_the_table_says_it_in_both_languages():
    found = joint_display(
        frame(one(), one("opposite direction", -0.4, -0.6, -0.2, -0.5, "H2")), lang="fr"
    )
    assert isinstance(found.table, Table)
    french, english = found._repr_html_(), found.html("en")
    assert "Confirme : les deux le constatent." in french.replace("\u202f", " ").replace(
        "\u00a0", " "
    )
    assert "Discordant: the survey finds the opposite." in english
    assert "Niessing, 2014" in english
    assert "Fetters, Curry and Creswell (2013)" in found.markdown("en")
    assert "H5, 3 of 3; H6, 1 of 3" in found.markdown("en")
    assert "confirms 1, expands 0, discordant 1, silent 7" in repr(found)


@pytest.mark.parametrize(
    ("call", "error", "told"),
    [
        (lambda: joint_display([1]), ArgumentError, "got list"),
        (lambda: joint_display(frame(one()).drop(columns="verdict")), MissingColumnError,
         "a column 'verdict'"),
        (lambda: joint_display(frame(one(id="H12"))), ArgumentError, r"got 'H12'\. Did you mean"),
        (lambda: joint_display(frame(one()), STUDY, "x"), ArgumentError, "got str"),
        (lambda: joint_display(frame(one()), smallest=2), ArgumentError, "smallest= needs"),
        (lambda: joint_display(frame(one()), lang="de"), ArgumentError, "lang= needs"),
    ],
)  # fmt: skip
def test_what_cannot_be_displayed(call, error, told):
    with pytest.raises(error, match=told):
        call()


def test_the_report_has_a_section_where_there_are_interviews(kit):
    contents = kit.contents()
    assert not joint_section(contents).blocks
    with_them = replace(contents, interviews=INTERVIEWS)
    section = joint_section(with_them)
    assert isinstance(section.blocks[1], Table)
    page = html_report(with_them, "fr")
    assert 'id="joint"' in page
    assert "Entretiens et enquête réunis" in page
    assert "Guetterman, Fetters &amp; Creswell" in page
    assert "Guetterman" not in html_report(contents, "fr")
    assert not joint_section(replace(with_them, fit=kit.failed())).blocks
