import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrm_model.errors import SyntaxProblem
from scrm_model.spec.expression import parse_expression

NAMES = ("a", "b", "x.1", "é_2")


def trees():
    leaves = st.sampled_from(NAMES) | st.floats(0, 1e6).map(repr) | st.integers(0, 99).map(str)
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from("+-*/^"), inner).map(
                lambda t: "({} {} {})".format(*t)
            ),
            inner.map(lambda t: f"-({t})"),
            st.tuples(st.sampled_from(["exp", "abs", "sqrt"]), inner).map(
                lambda t: "{}({})".format(*t)
            ),
        ),
        max_leaves=8,
    )


@given(trees())
def test_canonical_text_reads_back(text):
    expression = parse_expression(text)
    assert parse_expression(str(expression)) == expression
    assert str(parse_expression(str(expression))) == str(expression)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2*3", 7),
        ("-2^2", -4),
        ("(-2)^2", 4),
        ("2^3^2", 512),
        ("2**3", 8),
        ("8/4/2", 1),
        ("5 - 3 - 1", 1),
        ("2^-1", 0.5),
        (".5 + 1e-3 + 5.", 5.501),
        ("- -3", 3),
        ("+4", 4),
        ("exp(0) + log(1) + sqrt(4) + abs(-3)", 6),
        ("log10(100) + log2(8)", 5),
        ("sin(0) + cos(0) + tan(0)", 1),
        ("a*b", 6),
        ("a\n + b", 5),
    ],
)
def test_value_follows_the_precedence_of_r(text, expected):
    assert parse_expression(text).evaluate({"a": 2.0, "b": 3.0}) == pytest.approx(expected)


def test_evaluates_arrays_elementwise():
    values = {"a": np.array([1.0, 2.0, 3.0]), "b": np.array([[2.0], [3.0]])}
    assert np.allclose(
        parse_expression("a*b - a^2").evaluate(values), values["a"] * values["b"] - values["a"] ** 2
    )


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("a^2", lambda a: 2 * a),
        ("a^3 - 2*a", lambda a: 3 * a**2 - 2),
        ("abs(a)", np.sign),
        ("exp(a)/a", lambda a: np.exp(a) * (a - 1) / a**2),
        ("sqrt(abs(a))", lambda a: np.sign(a) / (2 * np.sqrt(abs(a)))),
        ("log(abs(a)) + sin(a)*cos(a)", lambda a: 1 / a + np.cos(2 * a)),
        ("a^-1", lambda a: -1 / a**2),
        ("tan(a) + log2(abs(a))", lambda a: 1 / np.cos(a) ** 2 + 1 / (a * np.log(2))),
    ],
)
def test_complex_step_gives_the_derivative(text, slope):
    a = np.array([-1.7, -0.2, 0.4, 2.3])
    step = parse_expression(text).evaluate({"a": a + 1e-30j}).imag / 1e-30
    assert np.allclose(step, slope(a), rtol=1e-12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", ({"a": 1.0}, 0.0)),
        ("a - b + 0.5", ({"a": 1.0, "b": -1.0}, 0.5)),
        ("2*(a + b/4) - -3", ({"a": 2.0, "b": 0.5}, 3.0)),
        ("-(a - 1)^1", ({"a": -1.0}, 1.0)),
        ("sqrt(4)*a", ({"a": 2.0}, 0.0)),
        ("a + a", ({"a": 2.0}, 0.0)),
        ("3", ({}, 3.0)),
        ("a*b", None),
        ("a^2", None),
        ("1/a", None),
        ("exp(a)", None),
        ("a + exp(b)", None),
        ("a/0", None),
    ],
)
def test_linear_form(text, expected):
    assert parse_expression(text).linear() == expected


def test_names_in_order_of_first_appearance():
    assert parse_expression("b*a + exp(b) - c1").names == ("b", "a", "c1")


def test_value_is_hashable_and_compared_by_meaning():
    assert {parse_expression("a * (b)"), parse_expression("a*b")} == {parse_expression("a*b")}
    assert repr(parse_expression("a *b")) == "Expression('a*b')"


@pytest.mark.parametrize(
    ("text", "column", "says"),
    [
        ("a +", 4, "ends too early"),
        ("", 1, "ends too early"),
        ("(a", 1, "this '(' is not closed"),
        ("exp(a", 4, "this '(' is not closed"),
        ("a)", 2, "this ')' closes no '('"),
        ("a b", 3, "'b' cannot follow here"),
        ("a * * b", 5, "'*' cannot stand here"),
        ("min(a)", 1, "'min' is no function here. The functions are exp,"),
        ("__import__('os')", 1, "is no function here"),
        ("a[0]", 2, "the character '[' has no meaning"),
        ("2x", 1, "a name cannot begin with a digit"),
        ("a = b", 3, "cannot follow here"),
        ("'a'", 1, "'a' cannot stand here"),
        ("(" * 500 + "a" + ")" * 500, 1, "more than 100 levels"),
        ("-" * 500 + "a", 1, "more than 100 levels"),
        ("+".join("a" * 500), 1, "more than 100 levels"),
    ],
)
def test_errors_show_the_place(text, column, says):
    with pytest.raises(SyntaxProblem) as caught:
        parse_expression(text)
    message = str(caught.value)
    assert f"line 1, column {column}: " in message
    assert says in message
    assert message.splitlines()[-1].index("^") == 4 + column - 1


def test_error_counts_from_where_the_text_began():
    with pytest.raises(SyntaxProblem) as caught:
        parse_expression("a*", line=7, column=6, source="b := a*")
    assert str(caught.value).splitlines() == [
        "line 7, column 8: an expression ends too early. Expected a label or a number,"
        " as in 'ind := a*b'.",
        "    b := a*",
        "           ^",
    ]


def test_missing_value_is_a_key_error():
    with pytest.raises(KeyError):
        parse_expression("a").evaluate({})
