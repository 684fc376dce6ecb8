import pytest

from scrm_model.errors import SyntaxProblem
from scrm_model.spec.grammar import read_model
from scrm_model.spec.statements import Constraint, Definition, Modifiers, Relation


def rows(text):
    return [(r.lhs, r.op, r.rhs, r.modifiers) for r in read_model(text)]


def only(text):
    ((_, _, _, modifiers),) = rows(text)
    return modifiers


NONE = Modifiers()


def test_every_operator():
    read = read_model("f =~ x1 + x2\ny ~ f\nx1 ~~ x2\ny ~ 1\nind := a*b\na == b\na > 0\nb < 1 + a")
    assert [str(s) for s in read] == [
        "f =~ x1", "f =~ x2", "y ~ f", "x1 ~~ x2", "y ~1", "ind := a*b", "a == b", "a > 0",
        "b < 1 + a",
    ]  # fmt: skip
    assert [type(s) for s in read[4:7]] == [Relation, Definition, Constraint]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("y ~ 2*x", Modifiers(fixed=(2.0,))),
        ("y ~ -0.5*x", Modifiers(fixed=(-0.5,))),
        ("y ~ .5*x", Modifiers(fixed=(0.5,))),
        ("y ~ 1e-1*x", Modifiers(fixed=(0.1,))),
        ("y ~ 3/4*x", Modifiers(fixed=(0.75,))),
        ("y ~ sqrt(4)*x", Modifiers(fixed=(2.0,))),
        ("y ~ (1 + 1)*x", Modifiers(fixed=(2.0,))),
        ("y ~ NA*x", Modifiers(fixed=(None,))),
        ("y ~ a*x", Modifiers(label=("a",))),
        ("y ~ c*x", Modifiers(label=("c",))),
        ("y ~ start*x", Modifiers(label=("start",))),
        ('y ~ "a label"*x', Modifiers(label=("alabel",))),
        ("y ~ 'a'*x", Modifiers(label=("a",))),
        ('y ~ label("a")*x', Modifiers(label=("a",))),
        ("y ~ start(0.8)*x", Modifiers(start=(0.8,))),
        ("y ~ start(-1)*x", Modifiers(start=(-1.0,))),
        ('y ~ equal("f=~x2")*x', Modifiers(equal=("f=~x2",))),
        ('y ~ equal("f =~ x2")*x', Modifiers(equal=("f=~x2",))),
        ("y ~ equal(a)*x", Modifiers(equal=("a",))),
        ("y ~ c(a, b)*x", Modifiers(label=("a", "b"))),
        ('y ~ c("a", "b")*x', Modifiers(label=("a", "b"))),
        ("y ~ c(NA, 1)*x", Modifiers(fixed=(None, 1.0))),
        ("y ~ c(-1, 1/2)*x", Modifiers(fixed=(-1.0, 0.5))),
        ("y ~ start(c(1, 2))*x", Modifiers(start=(1.0, 2.0))),
        ('y ~ label(c("a", "b"))*x', Modifiers(label=("a", "b"))),
        ("y ~ equal(c(\"a\", 'b'))*x", Modifiers(equal=("a", "b"))),
        ("y ~ a*start(.5)*x", Modifiers(label=("a",), start=(0.5,))),
        ("y ~ a*x + NA*x", Modifiers(fixed=(None,), label=("a",))),
        ("y ~ a*x + start(.5)*x + x", Modifiers(start=(0.5,), label=("a",))),
        ("y ~ (x)", NONE),
        ("y ~~ 0*y", Modifiers(fixed=(0.0,))),
    ],
)
def test_modifiers(text, expected):
    assert only(text) == expected


def test_intercepts():
    assert rows("y ~ 1 + z") == [("y", "~1", "", NONE), ("y", "~", "z", NONE)]
    assert rows("x + y ~ 1") == [("x", "~1", "", NONE), ("y", "~1", "", NONE)]
    assert only("y ~ a*1") == Modifiers(label=("a",))
    assert only("y ~ start(.3)*1") == Modifiers(start=(0.3,))
    assert only("y ~1") == NONE
    assert only("y ~ 0*1") == only("y ~ 0") == Modifiers(fixed=(0.0,))


def test_several_names_on_the_left():
    assert [r[:3] for r in rows("f + g =~ x1 + x2")] == [
        ("f", "=~", "x1"), ("f", "=~", "x2"), ("g", "=~", "x1"), ("g", "=~", "x2"),
    ]  # fmt: skip
    assert [r[:3] for r in rows("x + y ~~ y")] == [("x", "~~", "y"), ("y", "~~", "y")]


@pytest.mark.parametrize(
    "text",
    [
        "f =~ a*x1 +\n   x2\n + 2*\n x3",
        "f =~ a*x1 # one\n\n  + x2 ! two\n+ 2*x3",
        "f\n=~\na*x1 + x2 + 2*x3",
        "\ufefff =~ a*x1 + x2 + 2*x3\r\n",
        "f\u00a0=~\ta*x1 +\u202fx2 +\r\n 2*x3\r",
        ";;f =~ a*x1 + x2 + 2*x3;",
        "# a title\n\n! another\nf=~a*x1+x2+2*x3",
        "f =~ c(\n  a\n)*x1 + x2 + 2*x3",
    ],
)
def test_layout_does_not_matter(text):
    assert rows(text) == rows("f =~ a*x1 + x2 + 2*x3")


def test_statements_are_separated_by_lines_and_semicolons():
    read = read_model("y ~ a*x; z ~ b*y;ind := a*b\n - 1\nneg := -a\n-a < 1; ind > 0")
    assert [str(s) for s in read] == [
        "y ~ x", "z ~ y", "ind := a*b - 1", "neg := -a", "-a < 1", "ind > 0",
    ]  # fmt: skip


def test_names_are_normalised_and_may_have_accents_dots_and_underscores():
    assert rows("fide\u0301lite\u0301 =~ q1.a_b + .x + ça")[0][0] == "fid\u00e9lit\u00e9"
    assert [r[2] for r in rows("f =~ q1.a_b + .x + ça")] == ["q1.a_b", ".x", "ça"]


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("SMS = CRO", 1, 5, "Write '~' for a regression, as in 'y ~ x', '=~' for a measurement"),
        ("SCRMP CRO", 1, 7, "no operator between 'SCRMP' and 'CRO'. Write for example 'SCRMP ~"),
        ("y ~ x + + z", 1, 9, "a variable is missing before '+'"),
        ("y ~ + x", 1, 5, "a variable is missing before '+'"),
        ("x ~~~ y", 1, 3, "'~~~' is no operator"),
        ("x =~~ y", 1, 3, "'=~~' is no operator"),
        ("x === y", 1, 3, "'===' is no operator"),
        ("y ~ (x", 1, 5, "this '(' is not closed"),
        ("y ~ start(1*x\nz ~ y", 1, 10, "this '(' is not closed"),
        ("y ~ start(1*x; z ~ y", 1, 10, "this '(' is not closed"),
        ("y ~ x)", 1, 6, "this ')' closes no '('"),
        ("y ~", 1, 4, "nothing follows '~'. Write for example 'y ~ x1 + x2'"),
        ("f =~ # later", 1, 13, "nothing follows '=~'"),
        ("a :=", 1, 5, "nothing follows ':='"),
        ("~ x", 1, 1, "nothing stands before '~'"),
        ("y ~ x +", 1, 8, "a variable is missing before the end"),
        ("y ~ x\nf =~ x1 +\n", 3, 1, "a variable is missing before the end"),
        ("f =~ x1 +\ng =~ x2", 2, 3, "a second operator, '=~', in one statement"),
        ("y ~ x ~ z", 1, 7, "a second operator, '~'"),
        ("y ~ x1 x2", 1, 8, "a '+' is missing before 'x2'"),
        ("y ~ x 2", 1, 7, "'2' cannot follow a variable"),
        ("y ~ x = z", 1, 7, "'=' is no operator of a model"),
        ("f =~ x1\n x2", 2, 2, "'x2' begins a statement without an operator"),
        ("group: 1\nf =~ x1", 1, 1, "'group:' begins a block, which this version does not"),
        ("f =~ x1\nlevel: 2", 2, 1, "'level:' begins a block"),
        ('efa("b")*f =~ x1', 1, 1, "an efa() block is not estimated by this version"),
        ("f <~", 1, 5, "nothing follows '<~'. Write for example 'c <~ 1*x1 + x2 + x3'"),
        ("f <~ 1", 1, 6, "'1' stands where a variable is expected"),
        ("y | x1", 1, 5, "'x1' is no threshold. Thresholds are t1, t2"),
        ("y | t0", 1, 5, "'t0' is no threshold. Thresholds are t1, t2"),
        ("y ~ a?x", 1, 6, "'?' is a modifier written with '?'"),
        ("y ~ x1:x2", 1, 7, "a product of variables, 'x1:x2', is not estimated by this version"),
        ("y ~ rv('a')*x", 1, 5, "the modifier 'rv()' is not estimated by this version"),
        ("y ~ a*x + prior('b')*z", 1, 11, "the modifier 'prior()' is not estimated by"),
        ("y ~ lower(a)*x", 1, 11, "lower() needs numbers. Write 'lower(0.5)*x'."),
        ("y ~ upper(1)*x + upper(2)*x", 1, 18, "an upper bound of 1 and of 2. Keep one."),
        ("y ~ f(x)*x", 1, 5, "'f' is no function here"),
        ("a >= 0", 1, 3, "'>=' is no operator. Write '>': the boundary is included"),
        ("y ~ 2x", 1, 5, "a name cannot begin with a digit"),
        ("y ~ 'a*x", 1, 5, "this quotation mark is not closed on its line"),
        ("y ~ “a”*x", 1, 5, "'“' is a typographic character. Write \" instead"),
        ("y ~ −1*x", 1, 5, "'−' is a typographic character. Write - instead"),
        ("y ~ x & z", 1, 7, "the character '&' has no meaning in a model"),
        ("y ~ 3", 1, 5, "'3' stands where a variable is expected"),
        ("f =~ 1", 1, 6, "'1' stands where a variable is expected"),
        ("f =~ NA", 1, 6, "'NA' stands where a variable is expected"),
        ("NA ~ x", 1, 1, "'NA' cannot stand before the operator"),
        ("2*y ~ x", 1, 1, "'2' cannot stand before the operator"),
        ("a*y ~ x", 1, 2, "'*' cannot follow a variable"),
        ("y ~ a*", 1, 7, "a variable is missing after '*'"),
        ("y ~ *x", 1, 6, "a '*' follows nothing here"),
        ("y ~ a b*x", 1, 7, "a '+' or a '*' is missing before 'b'"),
        ("y ~ a+b*2*", 1, 11, "a variable is missing after '*'"),
        ("y ~ 2*x + 3*x", 1, 11, "a fixed value of 2 and of 3. Keep one"),
        ("y ~ NA*x + 3*x", 1, 12, "a fixed value of NA and of 3. Keep one"),
        ("y ~ a*b*x", 1, 7, "a label of a and of b. Keep one"),
        ("y ~ c(1, NA)*x + c(1, 2)*x", 1, 18, "a fixed value of c(1, NA) and of c(1, 2)"),
        ("y ~ c(a, 1)*x", 1, 5, "c() needs either labels or values; got both"),
        ("y ~ c(a, NA)*x", 1, 5, "c() needs either labels or values; got both"),
        ("y ~ c(a,)*x", 1, 5, "c() needs an entry for each group"),
        ("y ~ start()*x", 1, 5, "'start()' needs a value"),
        ("y ~ start(a)*x", 1, 11, "start() needs numbers"),
        ("y ~ equal(1)*x", 1, 11, "equal() needs a label"),
        ('y ~ equal("f=x2")*x', 1, 11, "equal() needs a label or a relation; got 'f=x2'"),
        ('y ~ "a+b"*x', 1, 5, "'a+b' is no label"),
        ('y ~ ""*x', 1, 5, "'' is no label"),
        ("y ~ TRUE*x", 1, 5, "'TRUE' is no label"),
        ("y ~ (a + 1)*x", 1, 5, "'a + 1' is no modifier"),
        ("y ~ 1/0*x", 1, 5, "'1/0' is no finite number"),
        ("a + b := c", 1, 3, "a definition needs one name before ':='"),
        ("2 := c", 1, 1, "a definition needs one name before ':='"),
        ("y ~ a*x\nind := a*(a", 2, 10, "this '(' is not closed"),
    ],
)  # fmt: skip
def test_errors_show_line_column_source_and_caret(text, line, column, says):
    with pytest.raises(SyntaxProblem) as caught:
        read_model(text)
    first, source, caret = str(caught.value).split("\n")
    assert first.startswith(f"line {line}, column {column}: ")
    assert says in first
    assert first.endswith((".", "'."))
    assert source == "    " + text.split("\n")[line - 1]
    assert caret == " " * (4 + column - 1) + "^"


def test_caret_stands_under_its_character_after_tabs():
    with pytest.raises(SyntaxProblem) as caught:
        read_model("\ty\t= x")
    assert str(caught.value).split("\n")[1:] == ["    \ty\t= x", "    \t \t^"]


@pytest.mark.parametrize("text", ["", "  \n\n", "# only a comment\n", ";"])
def test_empty_text_is_an_error(text):
    with pytest.raises(SyntaxProblem, match="text= needs at least one statement"):
        read_model(text)


def test_text_must_be_text():
    with pytest.raises(SyntaxProblem, match=r"text= needs a model text; got list"):
        read_model(["f =~ x1"])
