import pytest

from scrm_model.errors import ArgumentError, ModelError
from scrm_model.spec.defaults import complete
from scrm_model.spec.equality import KINDS, Equality, as_texts, equality_of, kind_of
from scrm_model.spec.model import Model
from scrm_model.spec.roles import roles_of
from scrm_model.spec.table import Parameter

TEXT = "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6\nx2 ~~ x1"
GROUPS = ("north", "south")


def table(text=TEXT, groups=GROUPS, **options):
    return Model.from_syntax(text).parameter_table(groups=groups, **options)


def rows(found):
    return {(p.name, p.group): p for p in found.parameters}


def labels(found):
    return {p.name: p.label for p in found.parameters if p.group == 2 and p.label}


def test_equal_parameters_share_the_label_of_the_row_in_the_first_group():
    found = table(group_equal="loadings")
    assert labels(found) == {"f=~x2": ".p2.", "f=~x3": ".p3.", "g=~x5": ".p5.", "g=~x6": ".p6."}
    assert found.n_free == table().n_free - 4
    numbers = dict(zip(rows(found), found.free_numbers, strict=True))
    assert numbers["g=~x6", 1] == numbers["g=~x6", 2] > 0


def test_nothing_equal_changes_nothing():
    assert table(group_equal=(), group_partial=()) == table()
    # A sequence of models may name its exceptions before there is a rule.
    assert table(group_partial=["f=~x2"]) == table()


def test_a_text_and_a_list_mean_the_same():
    assert table(group_equal="residuals") == table(group_equal=["residuals"])
    assert table(group_equal=("loadings", "intercepts")) == table(
        group_equal=iter(["intercepts", "loadings"])
    )
    model = Model.from_syntax(TEXT)
    assert complete(model, groups=GROUPS, group_equal="means") == table(group_equal="means")


@pytest.mark.parametrize("kind", ["intercepts", "means"])
def test_means_are_modelled_when_they_are_equal(kind):
    assert table(group_equal=kind).meanstructure
    assert not table(group_equal="loadings").meanstructure


def test_equal_intercepts_free_the_latent_means_of_later_groups():
    found = rows(table(groups=("a", "b", "c"), group_equal=["loadings", "intercepts"]))
    assert [found["f~1", g].free for g in (1, 2, 3)] == [False, True, True]
    assert (found["f~1", 1].value, found["f~1", 2].value) == (0.0, None)
    held = rows(table(group_equal=["loadings", "intercepts", "means"]))
    assert not held["f~1", 2].free


def test_equal_loadings_free_the_latent_variances_of_later_groups_with_std_lv():
    found = rows(table(group_equal="loadings", std_lv=True))
    assert [found["g~~g", g].free for g in (1, 2)] == [False, True]
    held = rows(table(group_equal=["loadings", "lv.variances"], std_lv=True))
    assert (held["g~~g", 2].free, held["g~~g", 2].value) == (False, 1.0)


def test_what_is_fixed_in_one_group_is_fixed_in_all():
    found = rows(table("f =~ x1 + c(NA, 0.5)*x2 + start(2)*x2 + x3", group_equal="loadings"))
    for group in (1, 2):
        p = found["f=~x2", group]
        assert (p.free, p.value, p.start, p.label) == (False, 0.5, None, "")


@pytest.mark.parametrize("name", ["x1~~x2", "x2 ~~ x1", " x2~~x1 "])
def test_an_exception_names_a_covariance_from_either_side(name):
    options = {"group_equal": ["residual.covariances", "lv.covariances"]}
    assert set(labels(table(**options))) == {"x1~~x2", "f~~g"}
    assert set(labels(table(**options, group_partial=name))) == {"f~~g"}


@pytest.mark.parametrize("name", ["x2~1", "x2 ~ 1", "  x2  ~  1  "])
def test_blanks_in_an_exception_do_not_count(name):
    found = labels(table(group_equal="intercepts", group_partial=[name, "f =~ x3"]))
    assert set(found) == {"x1~1", "x3~1", "x4~1", "x5~1", "x6~1"}


def test_equal_everywhere_leaves_observed_predictors_alone():
    text = "f =~ x1 + x2 + x3\nf ~ z1 + z2"
    for fixed_x in (True, False):
        found = labels(table(text, group_equal=KINDS[:-1], fixed_x=fixed_x))
        assert {name for name in found if name.startswith("z")} == set()
        assert {"f~z1", "f~z2"} < set(found)


def test_kind_of_every_row():
    text = "f =~ x1\nf ~ z\ny ~ f\nx1 ~~ y\ny ~~ f\nz2 ~ 1"
    found = roles_of([("f", "=~", "x1"), ("f", "~", "z"), ("y", "~", "f"), ("z2", "~1", "")])
    kinds = {
        p.name: kind_of(p, found)
        for p in table(text, (), meanstructure=True).parameters
        if p.lhs != "x1" or p.op == "~~"
    }
    assert kinds == {
        "f=~x1": "loadings", "f~z": "regressions", "y~f": "regressions",
        "x1~~y": "residual.covariances", "f~~y": "lv.covariances", "x1~~x1": "residuals",
        "y~~y": "residuals", "z2~~z2": "residuals", "f~~f": "lv.variances", "z~~z": "",
        "z2~1": "intercepts", "y~1": "intercepts", "z~1": "", "f~1": "means",
    }  # fmt: skip
    assert set(kinds.values()) <= {*KINDS, ""}
    assert kind_of(Parameter("f", "~1", ""), found) == "means"


def test_equality_is_a_value():
    assert equality_of("loadings", ["f =~ x2"], 2) == Equality(("loadings",), ("f=~x2",))
    assert equality_of((), (), 1) == Equality()
    assert as_texts("group_equal", {"loadings": 1}) == ("loadings",)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"group_equal": "loading"}, "group_equal= needs some of 'loadings', 'intercepts', 'means',"
         " 'residuals', 'residual.covariances', 'lv.variances', 'lv.covariances', 'regressions',"
         " 'composite.loadings', 'thresholds'; got 'loading'. Did you mean 'loadings'?"),
        ({"group_equal": ["Loadings"]}, "got 'Loadings'. Did you mean"),
        ({"group_equal": "residual_covariances"}, "Did you mean 'residual.covariances'"),
        ({"group_equal": "everything"}, "got 'everything'. Choose among these."),
        ({"group_equal": ["loadings", "thresholds"]}, "got 'thresholds', and no variable is"
         " ordinal. Name the ordinal variables with ordered=, or leave it out."),
        ({"group_equal": None}, "group_equal= needs a text or several; got None. Write for example"
         " group_equal=['loadings']."),
        ({"group_equal": [1]}, "group_equal= needs a text or several; got [1]."),
        ({"group_partial": 3}, "group_partial= needs a text or several; got 3. Write for example"
         " group_partial=['f=~x2']."),
        ({"group_equal": "loadings", "groups": ()}, "group_equal= needs at least two groups; got"
         " one. Name the column that holds the groups with group=, or leave group_equal= out."),
        ({"group_equal": "loadings", "groups": ("a",)}, "needs at least two groups; got one."),
        ({"group_partial": "f=~x2", "groups": ()}, "group_partial= needs at least two groups; got"
         " one."),
        ({"group_equal": "loadings", "group_partial": ["f=~x2", "g=~x9"]}, "group_partial= needs"
         " parameters of the model; got 'g=~x9'. Did you mean 'g=~x"),
        ({"group_equal": "loadings", "group_partial": "x2"}, "got 'x2'."),
        ({"group_equal": "loadings", "group_partial": "f=~x2 + x3"}, "Write one in each text, as"
         " 'f=~x2', 'x2~1' or 'x1~~x2'."),
        ({"group_equal": "loadings", "group_partial": "x2~1"}, "got 'x2~1'."),
    ],
)  # fmt: skip
def test_bad_arguments(options, says):
    with pytest.raises(ArgumentError) as caught:
        table(**options)
    assert says in str(caught.value)


def test_two_fixed_values_cannot_be_equal():
    text = "f =~ x1 + c(2, 3)*x2 + x3"
    with pytest.raises(ModelError) as caught:
        table(text, group_equal="loadings")
    assert str(caught.value) == (
        "group_equal= needs one value for 'f=~x2' in all groups; got 2 and 3. Write one value, or"
        " group_partial=['f=~x2']."
    )
    free = rows(table(text, group_equal="loadings", group_partial="f=~x2"))
    assert [free["f=~x2", g].value for g in (1, 2)] == [2.0, 3.0]
