import numpy as np
import pytest

from scrm_model.errors import ModelError, SyntaxProblem
from scrm_model.planning.population import population
from scrm_model.spec.model import Model
from scrm_model.spec.statements import Relation
from scrm_model.spec.writing import semopy_text

TEXT = "c <~ 1*x1 + a*x2 + start(0.3)*x3\nf =~ y1 + y2\nf ~ b*c\nw ~ c\nab := a*b\n"


def test_text_in_and_out():
    model = Model.from_syntax(TEXT)
    assert model.syntax == TEXT
    assert [s.op for s in model.statements[:3]] == ["<~"] * 3
    assert model.latent == ("c", "f")
    assert model.observed == ("y1", "y2", "w", "x1", "x2", "x3")
    assert Model.from_syntax("c<~x1+\nx2").syntax == "c <~ x1 + x2\n"
    assert "  c <~ 1*x1 + a*x2" in model.to_lavaan_script()


def test_equal_weights():
    table = Model.from_syntax('c <~ 1*x1 + x2 + equal("c<~x2")*x3\ny ~ c').parameter_table()
    numbers = {p.name: k for p, k in zip(table.parameters, table.free_numbers, strict=True)}
    assert numbers["c<~x2"] == numbers["c<~x3"] > 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("c <~ c + x", "'c' is made up of itself"),
        ("c <~ x1 + x2\nc ~ x1", "'c ~ x1' is written twice, first on line 1"),
        ("c <~ x1 + x2\nc <~ x1", "'c <~ x1' is written twice"),
    ],
)
def test_arrows_that_contradict_each_other(text, says):
    with pytest.raises(SyntaxProblem) as caught:
        Model.from_syntax(text)
    assert says in str(caught.value)


def test_relation_needs_a_right_hand_side():
    with pytest.raises(ModelError, match=r"op= needs '=~', '<~', '~', '~~', '~\*~' or '\|' with"):
        Model([Relation("c", "<~", "")])


def test_mplus_knows_a_composite_by_its_first_path():
    lines = Model.from_syntax(TEXT).to_mplus().splitlines()
    for line in ("c ON x1@1;", "c ON x2* (a);", "c ON x3*0.3;", "c BY f* (b);", "w ON c*;", "c@0;"):
        assert f"  {line}" in lines
    assert "  f ON c* (b);" not in lines
    mimic = Model.from_syntax("c <~ x1 + x2\nc =~ y1 + y2\nw ~ c").to_mplus().splitlines()
    for line in ("c ON x1*;", "c BY y1@1;", "c BY y2*;", "w ON c*;"):
        assert f"  {line}" in mimic


def test_mplus_cannot_know_a_composite_without_paths():
    with pytest.raises(ModelError, match=r"^model= needs a path from each .*'c' predicts nothing"):
        Model.from_syntax("c <~ 1*x1 + x2\nc ~ z").to_mplus()


def test_semopy_has_no_composites():
    table = Model.from_syntax("c <~ 1*x1 + x2\ny ~ c").parameter_table()
    with pytest.raises(ModelError, match=r"semopy can express; got a composite \('<~'\)"):
        semopy_text(table)


def test_population_has_no_composites():
    with pytest.raises(ModelError, match=r"^model= needs .*; 'c' is a composite \('c <~ x1'\)"):
        population("c <~ 1*x1 + x2\ny ~ c")


def test_residual_variance_of_a_composite():
    def variance(text="c <~ 1*x1 + x2\ny ~ c\n", **options):
        table = Model.from_syntax(text).parameter_table(**options)
        (row,) = [p for p in table.parameters if p.name == "c~~c"]
        return row.value if not row.free else np.nan

    assert variance() == 0.0
    assert variance(auto=False) == 0.0
    assert variance(std_lv=True) == 1.0
    assert np.isnan(variance("c <~ 1*x1 + x2\ny ~ c\nc ~~ c"))
    assert variance("c <~ 1*x1 + x2\ny ~ c\nc ~~ 0.5*c") == 0.5
