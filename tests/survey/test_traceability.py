"""From items back to informants, and what hangs in the air."""

import pytest

from scrm_model.errors import ArgumentError
from scrm_model.interviews.article import INTERVIEWS
from scrm_model.interviews.interviews import Interviews
from scrm_model.interviews.records import Informant, Theme
from scrm_model.interviews.wording import Text
from scrm_model.study.claims import Construct, Facet, Study
from scrm_model.study.scrm import STUDY
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.items import Item, Scale
from scrm_model.survey.scales import Scales
from scrm_model.survey.traceability import ORPHANS, traceability


def test_every_item_of_ours_leads_to_informants():
    found = traceability()
    assert found.frame["item"].tolist() == list(SCALES.codes)
    assert (found.frame["informants"] > 0).all()
    for row in found.frame.itertuples():
        item = SCALES.item(row.item)
        themes = [t for t in INTERVIEWS.themes if t.construct == item.construct]
        themes = [t for t in themes if item.facet in t.facets]
        assert row.themes == ", ".join(t.id for t in themes)
        assert set(row.who.split(", ")) == {who for t in themes for who in t.informants}
        assert row.sources == ", ".join(item.source)
    assert "27 of 27 items lead to informants" in repr(found)


def test_facets_that_no_item_carries_are_listed():
    found = traceability().orphans
    assert set(found["kind"]) == {"facet without item"}
    carried = {(SCALES.item(c).construct, SCALES.item(c).facet) for c in SCALES.codes}
    every = {(c.id, f.id) for c in STUDY.constructs for f in c.facets}
    assert set(zip(found["construct"], found["id"], strict=True)) == every - carried
    assert len(found) == 6


def test_every_kind_of_orphan():
    study = Study(
        "s",
        (
            Construct("A", Text("a"), facets=(Facet("f", Text("f")), Facet("g", Text("g")))),
            Construct("B", Text("b"), facets=(Facet("h", Text("h")),)),
        ),
    )
    themes = [
        Theme("t", "A", Text("t"), ("i",), ("f",)),
        Theme("u", "A", Text("u"), ("i",), ("nowhere",)),
    ]
    interviews = Interviews("i", [Informant("i")], themes)
    items = [
        Item("a1", "A", facet="f", source=("s",)),
        Item("a2", "A"),
        Item("a3", "A", facet="q", source=("s",)),
    ]
    scales = Scales(
        (
            Scale("A", tuple(items)),
            Scale("B", (Item("b1", "B", facet="h", source=("s",)),)),
            Scale("C", (Item("c1", "C", facet="f", source=("s",)),)),
        )
    )
    found = traceability(scales, study, interviews)
    listed = set(zip(found.orphans["kind"], found.orphans["id"], strict=True))
    assert listed == {
        ("item without facet", "a2"), ("item without source", "a2"), ("unknown facet", "a3"),
        ("item without theme", "b1"), ("unknown construct", "c1"), ("facet without item", "g"),
        ("facet without theme", "g"), ("facet without theme", "h"), ("theme without facet", "u"),
    }  # fmt: skip
    assert {kind for kind, _ in listed} == set(ORPHANS)
    assert found.orphans["reason"].str.len().gt(0).all()
    assert found.orphans["raison"].str.len().gt(0).all()
    assert found.frame.set_index("item").loc["a1", ["informants", "who"]].tolist() == [1, "i"]
    assert "no such construct" in found._repr_html_()


@pytest.mark.parametrize("place", range(3))
def test_other_things_are_refused(place):
    arguments = [SCALES, STUDY, INTERVIEWS]
    arguments[place] = 7
    with pytest.raises(ArgumentError, match="got int"):
        traceability(*arguments)
