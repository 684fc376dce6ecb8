import dataclasses
import math

import numpy as np
import pytest
from against_lavaan.witness import CASES, ROBUST, case

from scrm_model.errors import ModelError, SyntaxProblem
from scrm_model.spec.defaults import complete
from scrm_model.spec.expression import parse_expression
from scrm_model.spec.model import Model
from scrm_model.spec.table import Constraint, Definition, Parameter, ParameterTable


def table(text, **options):
    return Model.from_syntax(text).parameter_table(**options)


def by_name(found):
    return {(p.name, p.group): p for p in found.parameters}


def test_parameter_defaults():
    p = Parameter("f", "=~", "x1")
    assert (p.group, p.free, p.label, p.value, p.start) == (1, True, "", None, None)
    assert (p.lower, p.upper, p.user, p.exogenous) == (-math.inf, math.inf, True, False)
    assert p.name == "f=~x1"
    with pytest.raises(dataclasses.FrozenInstanceError):
        p.free = False


def test_equal_labels_share_a_number():
    found = table("f =~ x1 + a*x2 + x3 + a*x4")
    assert found.free_numbers[:4] == (0, 1, 2, 1)
    assert found.n_free == 2 + 4 + 1


def test_one_label_is_one_parameter_in_all_groups():
    found = table("f =~ x1 + a*x2 + c(b, d)*x3", groups=("north", "south"))
    rows = by_name(found)
    numbers = dict(zip(rows, found.free_numbers, strict=True))
    assert found.groups == ("north", "south")
    assert found.n_groups == 2
    assert numbers["f=~x2", 1] == numbers["f=~x2", 2]
    assert numbers["f=~x3", 1] != numbers["f=~x3", 2]
    assert [rows["f=~x3", g].label for g in (1, 2)] == ["b", "d"]


def test_table_is_a_value():
    text = "f =~ x1 + a*x2 + x3\nb := 2*a\na > 0"
    assert table(text) == table(text)
    assert hash(table(text)) == hash(table(text))
    assert table(text) != table(text, std_lv=True)


def test_frame_has_definitions_and_constraints_last():
    frame = table("f =~ x1 + start(.5)*x2 + a*x3\nb := 2*a\na == 0.5").frame
    assert list(frame.columns) == [
        "lhs", "op", "rhs", "group", "free", "label", "value", "start", "user", "exogenous",
    ]  # fmt: skip
    assert frame.iloc[-2][["lhs", "op", "rhs", "group", "free", "label"]].tolist() == [
        "b", ":=", "2*a", 0, 0, "b",
    ]  # fmt: skip
    assert frame.iloc[-1][["lhs", "op", "rhs", "group", "free"]].tolist() == [
        "a", "==", "0.5", 0, 0,
    ]  # fmt: skip
    assert frame["value"].dtype == frame["start"].dtype == float
    assert frame.loc[1, "start"] == 0.5
    assert frame["free"].max() == 6


def test_frame_is_a_copy():
    found = table("f =~ x1 + x2 + x3")
    frame = found.frame
    frame["free"] = 0
    assert found.frame["free"].max() == 6


def test_definitions_may_use_each_other_in_any_order():
    found = table("y ~ a*x\nz ~ b*y\ntotal := ind + a\nind := a*b\nind > 0\ntotal == 2*ind")
    values = found.defined_values({"a": np.array([1.0, 2.0]), "b": 3.0})
    assert list(values) == ["total", "ind"]
    assert np.allclose(values["ind"], [3, 6])
    assert np.allclose(values["total"], [4, 8])


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("y ~ alpha*x\nb := 2*alhpa", 2, 8, "'alhpa' in 'b := 2*alhpa' is no label of the model."
         " Did you mean 'alpha'? Labels are given with '*', as in 'y ~ alhpa*x'."),
        ("y ~ a*x\na == zz", 2, 6, "'zz' in 'a == zz' is no label of the model."),
        ("y ~ a*x\nzz > 0", 2, 1, "'zz' in 'zz > 0' is no label of the model."),
        ("y ~ a*x\nb := a\nb := 2*a", 3, 1, "'b' is defined twice."),
        ("y ~ a*x\na := 3", 2, 1, "'a' is a label and cannot be defined again."),
        ("y ~ x\np := q\nq := p", 2, 1, "definitions use each other in a circle: "),
        ("y ~ x\np := p + 1", 2, 1, "definitions use each other in a circle: p -> p."),
    ],
)  # fmt: skip
def test_names_of_definitions_and_constraints_are_checked(text, line, column, says):
    with pytest.raises(SyntaxProblem) as caught:
        Model.from_syntax(text)
    assert str(caught.value).startswith(f"line {line}, column {column}: {says}")


def test_a_table_built_by_hand_is_checked_too():
    row = Parameter("y", "~", "x", label="a")
    with pytest.raises(SyntaxProblem, match=r"^'b' in 'c := b' is no label"):
        ParameterTable((row,), (Definition("c", parse_expression("b")),))
    with pytest.raises(SyntaxProblem, match=r"^'b' in 'a < b' is no label"):
        ParameterTable((row,), (), (Constraint(parse_expression("a"), "<", parse_expression("b")),))


def test_complete_takes_statements():
    model = Model.from_syntax("f =~ x1 + x2 + x3")
    assert complete(model.statements) == complete(model) == model.parameter_table()


def test_meanstructure():
    assert not table("f =~ x1 + x2 + x3").meanstructure
    assert table("f =~ x1 + x2 + x3", meanstructure=True).meanstructure
    assert table("f =~ x1 + x2 + x3\nf ~ 1").meanstructure


def test_a_marker_keeps_its_label_and_start_value_becomes_its_value():
    rows = by_name(table("f =~ a*start(2)*x1 + a*x2 + x3"))
    assert (rows["f=~x1", 1].free, rows["f=~x1", 1].value, rows["f=~x1", 1].label) == (
        False, 2.0, "a",
    )  # fmt: skip
    assert (rows["f=~x2", 1].free, rows["f=~x2", 1].value) == (False, 2.0)


def test_equal_needs_something_of_the_model():
    with pytest.raises(ModelError, match=r"got 'f=~x9'\. Did you mean 'f=~x"):
        table("f =~ x1 + x2 + equal('f=~x9')*x3")
    with pytest.raises(ModelError, match="equal= needs a label or a parameter of the model"):
        table("f =~ x1 + x2 + equal(q)*x3")


def test_equal_finds_a_covariance_from_either_side():
    found = table("f =~ x1 + x2 + x3\nx1 ~~ x2\nx2 ~~ equal('x2~~x1')*x3")
    numbers = {p.name: n for p, n in zip(found.parameters, found.free_numbers, strict=True)}
    assert numbers["x1~~x2"] == numbers["x2~~x3"]


@pytest.mark.parametrize(
    ("text", "groups", "says"),
    [
        ("f =~ c(a, b)*x1 + x2", (), "c() needs 1 entry, one per group; got 2 for 'f =~ x1'."),
        ("f =~ x1 + c(1, 2, 3)*x2", ("a", "b"),
         "c() needs 2 entries, one per group; got 3 for 'f =~ x2'."),
        ("f =~ x1 + start(c(1, 2))*x2", (), "c() needs 1 entry"),
        ("f =~ x1 + equal(c('f=~x1', 'f=~x1'))*x2", (), "c() needs 1 entry"),
    ],
)  # fmt: skip
def test_c_has_an_entry_per_group(text, groups, says):
    with pytest.raises(ModelError) as caught:
        table(text, groups=groups)
    assert says in str(caught.value)
    assert str(caught.value).startswith("line 1, column ")


def test_one_label_cannot_have_two_values():
    with pytest.raises(ModelError, match=r"label= needs one value for 'a'; got 1 and 2"):
        table("f =~ a*x1 + x2 + a*x3 + 2*x3")


@pytest.mark.parametrize("options", [{}, {"std_lv": True, "meanstructure": True}, {"auto": False}])
@pytest.mark.parametrize("folder", ["cases", "robust"])
def test_roles_of_a_model_are_those_of_its_completed_table(folder, options):
    names = CASES if folder == "cases" else ROBUST
    for text in {case(name, folder)["model"] for name in names}:
        table = Model.from_syntax(text).parameter_table(groups=_groups(text), **options)
        alone = ParameterTable(table.parameters, table.definitions, table.constraints, table.groups)
        assert alone.roles is None
        for part in ("latent", "observed", "exogenous"):
            assert getattr(table, part) == getattr(alone, part)


def _groups(text):
    return ("one", "two") if "c(" in text else ()
