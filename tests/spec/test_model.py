import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrm_model.errors import ModelError, ScrmError, SyntaxProblem
from scrm_model.spec.expression import parse_expression
from scrm_model.spec.model import Model
from scrm_model.spec.statements import Constraint, Definition, Modifiers, Relation

VARIABLES = st.sampled_from(["x1", "x2", "x3", "y.1", "satisfaction_générale", "F", "G", "_h"])
LABELS = st.sampled_from(["a", "b2", "c", "start", "λ", "_d"])
NUMBERS = st.floats(-1e6, 1e6) | st.integers(-9, 9).map(float) | st.sampled_from([1e20, 1e-9])


def entries(values):
    return st.just(()) | st.lists(values, min_size=1, max_size=3).map(tuple)


MODIFIERS = st.builds(
    Modifiers,
    fixed=entries(NUMBERS | st.none()),
    start=entries(NUMBERS),
    label=entries(LABELS),
    equal=entries(LABELS | st.sampled_from(["F=~x1", "x1~~y.1", "F~1"])),
)


@st.composite
def models(draw):
    relations = {}
    for _ in range(draw(st.integers(1, 8))):
        lhs, rhs = draw(VARIABLES), draw(VARIABLES)
        op = draw(st.sampled_from(["=~", "~", "~~", "~1"]))
        if op in ("=~", "~") and lhs == rhs:
            continue
        rhs = "" if op == "~1" else rhs
        key = (frozenset((lhs, rhs)), op) if op == "~~" else (lhs, op, rhs)
        relations[key] = Relation(lhs, op, rhs, draw(MODIFIERS))
    statements = list(relations.values()) or [Relation("y", "~", "x")]
    labels = sorted({label for r in statements for label in r.modifiers.label})
    if labels:
        terms = draw(st.lists(st.sampled_from(labels), min_size=1, max_size=3))
        defined = Definition("defined", parse_expression(" - 2*".join(terms)))
        bound = Constraint(parse_expression(labels[0]), "<", parse_expression("defined^2"))
        at = draw(st.integers(0, len(statements)))
        statements[at:at] = [defined, bound]
    return Model(statements)


@given(models())
def test_syntax_reads_back_to_an_equal_model(model):
    again = Model.from_syntax(model.syntax)
    assert again == model
    assert hash(again) == hash(model)
    assert again.syntax == model.syntax


WORDS = st.sampled_from(
    ["f", "x1", "a", "NA", "1", "2.5", "=~", "~", "~~", ":=", "==", "<", ">", "+", "-", "*", "/",
     "^", "(", ")", "c(", "start(", "equal(", ",", '"a"', "'", "=", ":", "|", "\n", ";", "#", "!",
     " ", "é", "\u00a0", "0"]
)  # fmt: skip


@given(st.lists(WORDS, max_size=25).map("".join) | st.text(max_size=20))
def test_any_text_is_a_model_or_a_clear_error(text):
    try:
        model = Model.from_syntax(text)
    except ScrmError:
        return
    assert Model.from_syntax(model.syntax) == model


def test_model_and_table_survive_pickling():
    model = Model.from_syntax("f =~ x1 + a*x2 + x3\nb := 2*a", name="m")
    assert pickle.loads(pickle.dumps(model)) == model
    assert pickle.loads(pickle.dumps(model)).name == "m"
    table = model.parameter_table()
    assert pickle.loads(pickle.dumps(table)) == table


def test_syntax_is_compact():
    text = "f =~ x1 + x2 + a*x3 + start(0.5)*x3\ny ~ 2*f\ny ~ 1\ny ~~ c(0, NA)*z\nb := 2*a\na > 0\n"
    assert Model.from_syntax(text).syntax == text


def test_long_lines_are_continued():
    text = "f =~ " + " + ".join(f"a_rather_long_item_{i}" for i in range(12))
    syntax = Model.from_syntax(text).syntax
    assert max(len(line) for line in syntax.splitlines()) < 100
    assert syntax.splitlines()[1].startswith("     a_rather")
    assert Model.from_syntax(syntax) == Model.from_syntax(text)


def test_names():
    model = Model.from_syntax("y ~ f + z\nf =~ c(a, b)*x1 + x2")
    assert model.latent == ("f",)
    assert model.observed == ("x1", "x2", "y", "z")


def test_table_has_as_many_groups_as_the_modifiers():
    assert Model.from_syntax("f =~ x1 + c(a, b)*x2").table["group"].max() == 2
    assert Model.from_syntax("f =~ x1 + a*x2").table["group"].max() == 1


def test_name_is_kept_and_not_compared():
    named = Model.from_syntax("f =~ x1 + x2", name="one factor")
    assert named == Model.from_syntax("f =~ x1 + x2")
    assert named.with_lines("y ~ f").name == "one factor"
    assert repr(named) == "Model 'one factor'\n  f =~ x1 + x2"
    assert named != "f =~ x1 + x2"


def test_with_lines():
    model = Model.from_syntax("y ~ a*x\nz ~ b*y")
    assert model.with_lines("ind := a*b").syntax == model.syntax + "ind := a*b\n"
    assert "ind" not in model.syntax
    with pytest.raises(SyntaxProblem, match="'ab' in 'ind := ab' is no label"):
        model.with_lines("ind := ab")


def test_html_is_escaped():
    html = Model.from_syntax("y ~ a*x\na < 1", name="<b>")._repr_html_()
    assert "<b>" not in html
    assert "Model &lt;b&gt;" in html
    assert "a &lt; 1" in html


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("y ~ x\ny ~ y", "line 2, column 5: 'y' is regressed on itself."),
        ("f =~ x + f", "line 1, column 10: 'f' is measured by itself."),
        ("y ~ x\ny ~ 2*x", "line 2, column 5: 'y ~ x' is written twice, first on line 1."),
        ("x ~~ y\ny ~~ x", "line 2, column 6: 'y ~~ x' is written twice, first on line 1."),
    ],
)
def test_relations_are_checked(text, says):
    with pytest.raises(SyntaxProblem) as caught:
        Model.from_syntax(text)
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        ([], "statements= needs at least one relation; got none"),
        ([Relation("y", "->", "x")], "op= needs '=~', '<~', '~', '~~', '~*~' or '|' with"),
        ([Relation("y", "~1", "x")], "op= needs"),
        ([Relation("y", "~", "")], "op= needs"),
        ([Relation("y z", "~", "x")], "names= needs letters, digits"),
        ([Relation("y", "~", "NA")], "got 'NA' in 'y ~ NA'"),
        ([Relation("y", "~", "x", Modifiers(label=("a b",)))], "got 'a b' in 'y ~ x'"),
        ([Relation("y", "~", "x", Modifiers(equal=("a b",)))], "equal= needs a label or a"),
    ],
)
def test_statements_from_code_are_checked(statements, says):
    with pytest.raises(ModelError) as caught:
        Model(statements)
    assert says in str(caught.value)


def test_statements_from_code_have_no_place_in_their_errors():
    twice = [Relation("y", "~", "x"), Relation("y", "~", "x")]
    with pytest.raises(SyntaxProblem, match=r"^'y ~ x' is written twice, in two statements"):
        Model(twice)
