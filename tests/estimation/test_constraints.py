import numpy as np
import pytest
from against_lavaan.witness import data

from scrm_model.errors import ModelError
from scrm_model.estimation.fit import fit

THREE = "visual =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed =~ x7 + x8 + x9"


@pytest.fixture(scope="module")
def hs():
    return data("hs")


@pytest.fixture(scope="module")
def plain(hs):
    return fit(THREE, hs)


def same_fit(one, other, tolerance=1e-7):
    np.testing.assert_allclose(one.measures, other.measures, rtol=tolerance, atol=tolerance)


def test_linear_equalities_are_shared_labels(hs):
    shared = fit("visual =~ x1 + a*x2 + a*x3\ntextual =~ x4 + x5 + x6", hs)
    stated = fit("visual =~ x1 + a*x2 + b*x3\ntextual =~ x4 + x5 + x6\na == b", hs)
    assert stated.npar == shared.npar
    assert stated.df == shared.df
    same_fit(shared, stated)
    np.testing.assert_allclose(
        stated.parameters[["est", "se", "std_all"]], shared.parameters[["est", "se", "std_all"]],
        rtol=1e-6, atol=1e-8,
    )  # fmt: skip


def test_an_equality_with_a_number_is_a_fixed_value(hs):
    fixed = fit("visual =~ x1 + 0.7*x2 + x3", hs)
    stated = fit("visual =~ x1 + a*x2 + x3\na == 0.7", hs)
    same_fit(fixed, stated)
    row = stated.parameters.iloc[1]
    assert row["est"] == pytest.approx(0.7)
    assert row["se"] == pytest.approx(0, abs=1e-9)


def test_a_curved_equality_that_is_linear_in_disguise(hs):
    plain = fit(THREE.replace("+ x2 + x3", "+ a*x2 + b*x3") + "\na == b", hs)
    curved = fit(THREE.replace("+ x2 + x3", "+ a*x2 + b*x3") + "\na^2 == b^2", hs)
    assert curved.df == plain.df
    assert curved.measures["chisq"] == pytest.approx(plain.measures["chisq"], rel=1e-7)
    np.testing.assert_allclose(curved.parameters["est"], plain.parameters["est"], atol=1e-4)
    np.testing.assert_allclose(curved.parameters["se"], plain.parameters["se"], atol=1e-4)


def test_an_inactive_inequality_changes_nothing(hs, plain):
    found = fit(THREE.replace("+ x2", "+ a*x2") + "\na > 0", hs)
    same_fit(plain, found, 1e-9)
    assert found.npar == plain.npar


def test_an_active_inequality_holds_with_equality(hs):
    bound = fit(THREE.replace("+ x2", "+ a*x2") + "\na > 0.9", hs)
    assert bound.params["a"] == pytest.approx(0.9, abs=1e-7)
    fixed = fit(THREE.replace("+ x2", "+ 0.9*x2"), hs)
    assert bound.measures["chisq"] == pytest.approx(fixed.measures["chisq"], rel=1e-7)
    below = fit(THREE.replace("+ x2", "+ a*x2") + "\n0.9 < a", hs)
    assert below.params["a"] == pytest.approx(0.9, abs=1e-7)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("a == 1\na == 2", "these contradict each other: a == 1; a == 2. Drop one of them."),
        ("1 == 2", "'1 == 2' holds none. Free the labelled parameter with NA*"),
    ],
)
def test_impossible_constraints(hs, line, said):
    with pytest.raises(ModelError, match=r"model= needs constraints .*" + said.replace("*", r"\*")):
        fit("visual =~ x1 + a*x2 + x3 + x4\n" + line, hs)
