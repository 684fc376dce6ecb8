import pandas as pd
import pytest
from semopy import Model as SemopyModel
from semopy.examples import holzinger39, political_democracy

from scrm_model.errors import ArgumentError, ModelError
from scrm_model.spec.model import Model
from scrm_model.spec.mplus import mplus_text
from scrm_model.spec.writing import semopy_text

DEMOCRACY = """
ind60 =~ x1 + x2 + x3
dem60 =~ y1 + a*y2 + b*y3 + c*y4
dem65 =~ y5 + a*y6 + b*y7 + c*y8
dem60 ~ ind60
dem65 ~ ind60 + dem60
y1 ~~ y5
y2 ~~ y4 + y6
y3 ~~ y7
y4 ~~ y8
y6 ~~ y8
ind := a*b
"""
HOLZINGER = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9\n"
PATHS = "x1 ~ x2 + x3\nx4 ~ x1 + x2"


def semopy_model(text, **options):
    table = Model.from_syntax(text).parameter_table(**options)
    return table, SemopyModel(semopy_text(table))


def semopy_data(name):
    if name == "democracy":
        return political_democracy.get_data().astype(float)
    return holzinger39.get_data().drop(columns="school").astype(float)


# lavaan 0.6-14: fitMeasures(sem(model, data), c("chisq", "npar")), fixed.x as given.
CASES = [
    (DEMOCRACY, "democracy", {}, 40.179, 28),
    (HOLZINGER, "holzinger", {}, 85.306, 21),
    (HOLZINGER, "holzinger", {"orthogonal": True}, 153.527, 18),
    (HOLZINGER + "visual + textual + speed ~ sex + ageyr", "holzinger", {}, 105.279, 27),
    (HOLZINGER + "visual + textual + speed ~ sex + ageyr", "holzinger", {"fixed_x": False},
     105.279, 30),
    (HOLZINGER + "g =~ visual + textual + speed", "holzinger", {}, 85.306, 21),
    (HOLZINGER + "speed ~ 0.2*visual + p*textual\nx7 ~~ x8\nx1 ~~ 0.5*x1\nvisual ~~ 0*textual",
     "holzinger", {}, None, None),
    (PATHS, "holzinger", {}, None, None),
]  # fmt: skip


def numbered(frame):
    """Pairs (unordered for covariances) that semopy estimates or fixes to something but 0."""
    return {
        (row.op, frozenset((row.lval, row.rval)))
        for row in frame.itertuples()
        if not (row.op == "~~" and row.Estimate == 0)
    }


@pytest.mark.parametrize(("text", "data", "options", "chi2", "n_free"), CASES)
def test_semopy_estimates_the_same_model(text, data, options, chi2, n_free):
    table, other = semopy_model(text, **options)
    frame = semopy_data(data)
    result = other.fit(frame, options={"ftol": 1e-12})
    assert len(other.param_vals) == table.n_free
    if chi2 is not None:
        assert table.n_free == n_free
        assert result.fun * len(frame) == pytest.approx(chi2, abs=1e-3)
    wanted = {
        ("~" if p.op == "=~" else p.op, frozenset((p.lhs, p.rhs)))
        for p in table.parameters
        if not p.exogenous and not (p.op == "~~" and p.value == 0)
    }
    found = numbered(other.inspect())
    moments = {("~~", frozenset((p.lhs, p.rhs))) for p in table.parameters if p.exogenous}
    assert found - moments == wanted


def test_semopy_text_writes_every_covariance_and_leaves_definitions_out():
    table = Model.from_syntax("f =~ x1 + x2\ng =~ x3 + x4\na1 := 2").parameter_table(auto=True)
    lines = semopy_text(table).splitlines()
    assert lines[:4] == ["f =~ 1*x1", "f =~ x2", "g =~ 1*x3", "g =~ x4"]
    assert "f ~~ g" in lines
    assert "x1 ~~ x1" in lines
    assert not any(":=" in line for line in lines)


def test_semopy_text_holds_at_zero_what_semopy_would_free():
    text = "f =~ 1*x1 + x2\ng =~ 1*x3 + x4"
    table = Model.from_syntax(text).parameter_table(auto=False)
    assert "f ~~ 0*g" in semopy_text(table).splitlines()
    table = Model.from_syntax("y ~ z1 + z2\nz1 ~~ z1").parameter_table()
    assert "z1 ~~ 0*z2" in semopy_text(table).splitlines()


def test_semopy_text_renames_labels_that_semopy_takes_for_something_else():
    text = "f =~ x1 + _b1*x2 + nan*x3 + label_1*x4\nf ~~ equal('x1~~x1')*f"
    lines = semopy_text(Model.from_syntax(text).parameter_table()).splitlines()
    labels = [line.split("=~ ")[1].split("*")[0] for line in lines[1:4]]
    assert len(set(labels)) == 3
    assert not {"_b1", "nan"} & set(labels)
    shared = {line.split("~~ ")[1].split("*")[0] for line in lines if line.endswith(("~ f", "*f"))}
    shared |= {line.split("~~ ")[1].split("*")[0] for line in lines if line.startswith("x1 ~~")}
    assert len(shared) == 1
    assert not shared.pop().startswith(".")


@pytest.mark.parametrize(
    ("text", "options", "what"),
    [
        (HOLZINGER, {"groups": ("a", "b")}, "2 groups"),
        (HOLZINGER, {"meanstructure": True}, "means and intercepts"),
        (HOLZINGER + "x1 ~ 1", {}, "means and intercepts"),
        ("f =~ x1 + a*x2 + b*x3\na == b", {}, "the constraint 'a == b'"),
        ("f =~ NA*x1 + x2 + x3\nf ~~ 1*f", {}, "'f' without a fixed loading"),
        (HOLZINGER, {"std_lv": True}, "'visual' without a fixed loading"),
        ("f =~ x1 + x2 + x3\nx1 ~~ z", {}, "'z' without any arrow"),
        ("f =~ x1 + x2 + .x3", {}, "the name '.x3'"),
        ("f =~ x1 + x2 + x3\nz ~ x1\nz ~~ x1", {}, "'x1~~z', a covariance of an outcome with"),
        (HOLZINGER + "visual + w ~ z", {}, "'visual~~w', a covariance of an outcome with"),
    ],
)
def test_what_semopy_cannot_express_is_named(text, options, what):
    table = Model.from_syntax(text).parameter_table(**options)
    with pytest.raises(ModelError) as caught:
        semopy_text(table)
    assert f"backend= needs a model that semopy can express; got {what}" in str(caught.value)


def test_mplus_input():
    model = Model.from_syntax(
        "Capability =~ capability_item_1 + capability_item_2 + b*capability_item_3 + start(2)*q\n"
        "ON =~ NA*q2 + Q\nON ~~ 1*ON\nCapability ~ a*ON + clé\nq ~~ q2\n"
        "total := part^2 + log2(a)\npart := a*b - exp(-1)\na > 0\na == b/2",
        name="An example; short",
    )
    assert model.to_mplus("survey.dat") == MPLUS


MPLUS = """\
TITLE: An example, short;
! Names shortened for Mplus:
!   Capabili is Capability
!   ON2 is ON
!   capabil2 is capability_item_1
!   capabil3 is capability_item_2
!   capabil4 is capability_item_3
!   Q3 is Q
!   cle is clé
DATA:
  FILE IS survey.dat;
  LISTWISE IS ON;
VARIABLE:
  NAMES ARE capabil2 capabil3 capabil4 q q2 Q3 cle;
ANALYSIS:
  ESTIMATOR IS ML;
  INFORMATION IS EXPECTED;
  MODEL IS NOMEANSTRUCTURE;
MODEL:
  Capabili BY capabil2@1;
  Capabili BY capabil3*;
  Capabili BY capabil4* (b);
  Capabili BY q*2;
  ON2 BY q2*;
  ON2 BY Q3*;
  ON2@1;
  Capabili ON ON2* (a);
  Capabili ON cle*;
  q WITH q2*;
  capabil2*;
  capabil3*;
  capabil4*;
  q*;
  q2*;
  Q3*;
  Capabili*;
MODEL CONSTRAINT:
  NEW(total part);
  part = ((a*b)-EXP((-1)));
  total = ((part**2)+(LOG(a)/LOG(2)));
  a > 0;
  0 = a - (b/2);
OUTPUT:
  STANDARDIZED CINTERVAL;
"""


def test_mplus_writes_means_and_values_of_fixed_labels():
    text = Model.from_syntax("f =~ a*x1 + x2 + x3\nx1 ~ m*1\nf ~ NA*1\nb := 2*a").to_mplus()
    assert "MODEL IS NOMEANSTRUCTURE" not in text
    assert "  [x1*] (m);" in text
    assert "  [f*];" in text
    assert "  b = (2*(1));" in text
    assert "Names shortened" not in text


def test_mplus_holds_at_zero_what_mplus_would_free():
    table = Model.from_syntax("f =~ 1*x1 + x2\ng =~ 1*x3 + x4").parameter_table(auto=False)
    assert "WITH" not in Model.from_syntax("y ~ x").to_mplus()
    assert "  f WITH g@0;" in mplus_text(table, "d.dat")


def test_mplus_file_has_one_group():
    table = Model.from_syntax("y ~ x").parameter_table(groups=("a", "b"))
    with pytest.raises(ModelError, match="groups= needs one group to write an Mplus file; got 2"):
        mplus_text(table, "d.dat")


def test_mplus_lists_many_names_on_several_lines():
    text = Model.from_syntax("f =~ " + " + ".join(f"x{i}" for i in range(60))).to_mplus()
    assert max(len(line) for line in text.splitlines()) <= 90


def test_lavaan_script():
    model = Model.from_syntax("f =~ x1 + x2\ny ~ a*f")
    script = model.to_lavaan_script(
        'my "data".csv', std_lv=True, estimator="MLR", ordered=["x1", "x2"], group=None, tol=1e-6
    )
    assert script == (
        "library(lavaan)\n\n"
        'data <- read.csv("my \\"data\\".csv", check.names = FALSE)\n\n'
        "model <- '\n  f =~ x1 + x2\n  y ~ a*f\n'\n\n"
        'fit <- sem(model, data = data, std.lv = TRUE, estimator = "MLR",'
        ' ordered = c("x1", "x2"), group = NULL, tol = 1e-06)\n'
        "summary(fit, fit.measures = TRUE, standardized = TRUE)\n"
    )
    assert "fit <- cfa(model" in model.to_lavaan_script(function="cfa")


def test_lavaan_script_refuses_what_r_cannot_read():
    model = Model.from_syntax("f =~ x1 + x2")
    with pytest.raises(ArgumentError, match="function= needs one of sem, cfa, growth, lavaan"):
        model.to_lavaan_script(function="system")
    with pytest.raises(ArgumentError, match="se= needs a number, a text, True or False"):
        model.to_lavaan_script(se=pd.Series([1]))
    for name in ("_x", "function"):
        with pytest.raises(ModelError, match=f"names that R can read; got '{name}'"):
            Model.from_syntax(f"y ~ {name}").to_lavaan_script()
