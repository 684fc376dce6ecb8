"""The self-audit: every point, its state, where it stands, and what is left to do."""

import re
from dataclasses import replace

import pytest

from scrm_model.errors import ArgumentError
from scrm_model.reporting.language import catalogue
from scrm_model.reporting.outline import audit_of
from scrm_model.reporting.report import html_report
from scrm_model.reporting.sections.closing import audit_section
from scrm_model.reporting.writing.audit import audit
from scrm_model.reporting.writing.audit_items import ITEMS, STATES
from scrm_model.study.claims import Study

KEYS = [item.key for item in ITEMS]


def state(contents, key):
    return audit_of(contents).codes.set_index("key")["state"][key]


def test_every_point_has_words_and_no_words_are_left_over():
    assert len(set(KEYS)) == len(KEYS)
    for lang in ("en", "fr"):
        known = {key.split(".")[2] for key in catalogue(lang) if key.startswith("audit.on.")}
        assert known == set(KEYS)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_anchor_is_a_section_of_the_page(kit, lang):
    contents = kit.contents()
    page = html_report(contents, lang)
    frame = audit_of(contents, lang).frame
    anchors = {a for cell in frame["anchor"] for a in cell.split()}
    assert anchors
    for anchor in anchors:
        assert f'id="{anchor[1:]}"' in page, anchor
    for where in frame["where"]:
        for title in filter(None, re.split(r"\u202f?; ", where)):
            assert f">{title}</h2>" in page, title


def test_a_point_is_reported_only_where_a_section_has_it(make):
    contents = make.rivals(df=[314.0], d_pvalue=[0.01], d_chisq=[5.1], d_df=[2.0])
    assert state(contents, "rivals") == "reported"
    assert state(replace(contents, rivals=None), "rivals") == "missing"
    assert state(contents, "reliability") == "missing"
    present = {"reliability", "method", "descriptives"}
    found = audit(contents, present).codes.set_index("key")
    assert found.loc["reliability", "state"] == "reported"
    assert found.loc["reliability", "sections"] == ("reliability",)
    assert found.loc["summary", "state"] == "reported"
    assert found.loc["global_fit", "state"] == "missing"


def test_what_an_analysis_cannot_know_is_for_the_author(kit):
    for key in ("title", "participants", "direction", "limits", "respecified", "simulated"):
        assert state(kit.contents(), key) == "author"


def test_states_follow_the_analysis(make, kit):
    base = kit.contents()
    assert state(base, "missing") == "part"
    assert (
        state(replace(base, sample=replace(base.sample, missing_cells=0)), "missing") == "reported"
    )
    assert state(base, "indirect") == "reported"
    assert state(replace(base, mediation=base.mediation.iloc[:0]), "indirect") == "missing"
    bare = Study.build({"A": "A", "B": "B"}, [("A", "B")])
    assert state(replace(base, study=bare), "indirect") == "none"
    assert state(base, "distribution") == "missing"
    assert state(base, "local_fit") == "missing"
    assert state(replace(base, scales=None), "measures") == "missing"


def test_a_failed_fit_reports_no_results(kit):
    contents = kit.contents(fit=kit.failed(), measurement_fit=kit.fit())
    for key in ("global_fit", "local_fit", "rivals", "estimates", "significance", "indirect",
                "explained"):  # fmt: skip
        assert state(contents, key) == "missing", key
    assert state(contents, "solution") == "reported"
    assert state(contents, "diagram") == "reported"


def test_what_is_not_reported_says_what_to_do_and_for_whom(kit):
    for lang in ("en", "fr"):
        frame = audit_of(kit.contents(), lang).frame
        codes = audit_of(kit.contents()).codes["state"]
        left = frame[codes.isin(["part", "missing", "author"])]
        assert (left["add"] != "").all()
        assert (frame[codes == "reported"]["add"] == "").all()


def test_commands_that_are_named_exist():
    import scrm_model as scrm
    from scrm_model.analysis.result import Analysis
    from scrm_model.estimation.result import Fit

    for lang in ("en", "fr"):
        texts = " ".join(v for k, v in catalogue(lang).items() if k.startswith("audit.on."))
        for name in re.findall(r"scrm\.(\w+)", texts):
            assert name in scrm.__all__
        for name in re.findall(r"analysis\.(\w+)", texts):
            assert name in Analysis.__dataclass_fields__
        for name in re.findall(r"analysis\.fit\.(\w+)", texts):
            assert hasattr(Fit, name) or name in Fit.__dataclass_fields__
        for name in re.findall(r"study\.(\w+)\(", texts):
            assert hasattr(Study, name)


def test_the_counts_are_those_of_the_table(kit):
    found = audit_of(kit.contents())
    said = found.summary[1].get("en")
    assert f"Of the {len(ITEMS)} points" in said
    numbers = [int(n) for n in re.findall(r"\d+", said)][1:]
    states = found.codes["state"]
    assert numbers == [int((states == s).sum()) for s in STATES if (states == s).any()]
    assert sum(numbers) == len(ITEMS)


def test_the_audit_shows_itself(kit):
    english, french = (audit_of(kit.contents(), lang) for lang in ("en", "fr"))
    assert "Appelbaum et al., 2018" in str(english)
    assert str(english) == repr(english)
    assert "[For the author] The title names" in str(english)
    assert "À l’auteur de rédiger le titre." in str(french)
    assert "<table" in french._repr_html_()
    assert list(english.frame) == ["place", "item", "state", "where", "add", "key", "anchor"]
    assert list(english.frame["key"]) == KEYS
    assert not re.search(r"\b(the|and|is|are)\b", re.sub(r"scrm\S+|analysis\S+", "", str(french)))
    with pytest.raises(ArgumentError, match="lang= needs 'en' or 'fr'; got 'de'"):
        audit_of(kit.contents(), "de")


def test_the_section_of_the_report(kit):
    section = audit_section(audit_of(kit.contents()))
    assert section.name == "audit"
    summary, detail = section.blocks
    (table,) = detail.blocks
    assert len(table.frame) == len(ITEMS)
    assert len(summary.sentences) == 2
