"""Studies from TOML: what is read, and where a mistake is said to be."""

import pytest

from scrm_model.errors import StudyError
from scrm_model.study.claims import Study
from scrm_model.study.records import Text

FILE = """
name = { en = "Loyalty", fr = "Fidélité" }

[[reference]]
key = "fornell1992"
authors = "Fornell"
year = 1992

[[construct]]
id = "SAT"
name = "Satisfaction"
definition = { en = "How content", fr = "Combien content" }
facets = ["price", { id = "service", text = "Service", origin = "literature" }]

[[construct]]
id = "LOY"
dimensions = ["STAY", { id = "TELL", name = { en = "tell", fr = "dire" } }]

[[construct]]
id = "COST"
nature = "formative"

[[hypothesis]]
source = "SAT"
target = "LOY"
references = ["fornell1992"]

[[hypothesis]]
id = "Hcost"
source = "COST"
target = "SAT"
sign = "-"
origin = "interviews"
note = "costs"

[[mediation]]
sources = "COST"
mediators = ["SAT"]
target = "LOY"

[[rival]]
id = "direct"
paths = [["COST", "LOY"]]
"""


def test_a_file_is_the_study_that_verbs_make(tmp_path):
    study = Study.from_toml(FILE)
    path = tmp_path / "claims.toml"
    path.write_text(FILE, encoding="utf-8-sig")
    assert Study.from_toml(path) == Study.from_toml(str(path)) == study
    assert study.name == Text("Loyalty", "Fidélité")
    assert [h.id for h in study.hypotheses] == ["H1", "Hcost"]
    assert [h.sign for h in study.hypotheses] == [1, -1]
    assert study.hypotheses[0].references == ("fornell1992",)
    assert study.indirect_paths() == (("COST", "SAT", "LOY"),)
    assert list(study.rivals) == ["direct"]
    sat, loy, cost = study.constructs
    assert [f.id for f in sat.facets] == ["price", "service"]
    assert [d.name.get("fr") for d in loy.dimensions] == ["STAY", "dire"]
    assert cost.nature == "formative"
    short = Study.build({"A": "Aa", "B": "Bb"}, [("A", "B")], name="S")
    text = '\nname = "S"\n' + "".join(
        f'[[construct]]\nid = "{c}"\nname = "{c}{c.lower()}"\n' for c in "AB"
    )
    one = FILE.replace('["fornell1992"]', '"fornell1992"')
    assert Study.from_toml(one) == study
    assert Study.from_toml(text + '[[hypothesis]]\nsource = "A"\ntarget = "B"\n') == short


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('target = "LOY"\nref', 'target = "LOX"\nref', r"SAT to LOX: .* Did you mean 'LOY'"),
        ('sign = "-"', 'sign = "?"', r'line \d+, Hcost: sign= needs "\+" or "-"; got \'\?\''),
        ("year = 1992", "", r"line 5, fornell1992: year= needs a value"),
        ('id = "COST"', 'name = "COST"', r"construct: id= needs a value; got none"),
        ('nature = "formative"', 'nature = "other"', r"line \d+, COST: nature= needs"),
        ('nature = "formative"', 'natur = "x"', r"natur= is no key here. Did you mean 'nature'"),
        ('nature = "formative"', 'en = "x"', r"COST: en= is no key here"),
        ('["STAY",', '[{ id = "STAY", text = "x" },', r"LOY: text= is no key here"),
        ('["STAY",', '[{ name = "x" },', r"LOY: id= needs a name in each of its parts"),
        ('["STAY",', '[{ id = "STAY", origin = "interviews" },', r"LOY: .*origin.* Leave that"),
        (', fr = "Fidélité"', "", r"the file: fr= needs a wording"),
        ("[[mediation]]", "[mediation]", r"mediation: needs a list of tables"),
        ('sources = "COST"', 'sources = "COSTS"', r"mediation: mediations= needs one of"),
        ('["COST", "LOY"]', '["COST"]', r"direct: paths= needs pairs"),
        ('sign = "-"', "sign = [1]", r"Hcost: sign= needs"),
        ('id = "Hcost"', 'id = "Hcost', r"line \d+"),
    ],
)
def test_mistakes_have_their_place(old, new, said):
    assert old in FILE
    with pytest.raises(StudyError, match=said):
        Study.from_toml(FILE.replace(old, new, 1))


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(StudyError, match=r"source= needs a TOML file in UTF-8"):
        Study.from_toml(tmp_path / "none.toml")
    with pytest.raises(StudyError, match=r"constructs= needs at least one construct"):
        Study.from_toml('\nname = "x"\n')
