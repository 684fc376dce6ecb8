import numpy as np
import pandas as pd
import pytest

from scrm_model.errors import InadmissibleWarning
from scrm_model.estimation.evaluation.stability import stability_index
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.reporting.language import phrase, say

LOOP = "y1 ~ x1 + b12*y2\ny2 ~ x2 + b21*y1\ny1 ~~ y2"


def moments(b12, b21, n=500):
    """Moments of two variables that act on each other, each with a predictor of its own."""
    beta = np.array([[0.0, b12], [b21, 0.0]])
    effects = np.linalg.inv(np.eye(2) - beta)
    x = np.array([[1.0, 0.3], [0.3, 1.0]])
    y = effects @ (0.25 * x + np.array([[0.6, 0.1], [0.1, 0.6]])) @ effects.T
    yx = effects @ (0.5 * x)
    return Moments(np.block([[y, yx], [yx.T, x]]), n, names=["y1", "y2", "x1", "x2"])


def test_index_of_a_loop_of_two_by_hand():
    # The eigenvalues are plus and minus the root of the product of the two paths.
    found = fit(LOOP, moments(0.4, 0.3))
    assert found.stability_index == pytest.approx(np.sqrt(0.4 * 0.3), rel=1e-5)
    assert found.problems == ()
    turning = fit(LOOP, moments(0.4, -0.3))
    assert turning.stability_index == pytest.approx(np.sqrt(0.4 * 0.3), rel=1e-5)


def test_a_loop_that_does_not_come_to_rest_is_named():
    with pytest.warns(InadmissibleWarning, match=r"y1 ~ y2, y2 ~ y1 does not come to rest.*1\.342"):
        found = fit(LOOP, moments(-1.5, 1.2))
    assert found.converged
    assert not found.admissible
    (problem,) = found.problems
    assert problem.code == "unstable_loop"
    assert problem.parameters == ("y1 ~ y2", "y2 ~ y1")
    assert found.stability_index == pytest.approx(np.sqrt(1.8), rel=1e-5)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_the_report_has_words_for_it(lang):
    for part in ("message", "advice"):
        assert len(say(phrase(f"problems.unstable_loop.{part}"), lang)) > 30


def test_groups_have_an_index_each():
    data = {"calm": moments(0.4, 0.3), "wild": moments(-1.5, 1.2)}
    text = LOOP.replace("b12*", "").replace("b21*", "")
    with pytest.warns(InadmissibleWarning, match=r"y1 ~ y2 \[wild\]"):
        found = fit(text, data)
    assert isinstance(found.stability_index, pd.Series)
    assert found.stability_index.to_dict() == pytest.approx(
        {"calm": np.sqrt(0.12), "wild": np.sqrt(1.8)}, rel=1e-4
    )
    assert [p.parameters for p in found.problems] == [("y1 ~ y2 [wild]", "y2 ~ y1 [wild]")]


@pytest.mark.parametrize("size", [1, 2, 7, 30])
def test_recursive_models_have_exactly_zero(size):
    rng = np.random.default_rng(size)
    order = rng.permutation(size)
    beta = np.tril(rng.normal(size=(size, size)) * 10, -1)[np.ix_(order, order)]
    assert stability_index(beta) == 0.0
    assert fit("y1 ~ x1\ny2 ~ y1 + x2", moments(0.4, 0.3)).stability_index == 0.0


def test_variables_outside_the_loops_do_not_count():
    rng = np.random.default_rng(3)
    beta = np.zeros((6, 6))
    beta[2, 3], beta[3, 2] = 0.8, 0.5  # a loop
    beta[4, 5], beta[5, 4] = 0.2, 0.3  # another, after it
    beta[2:4, :2] = rng.normal(size=(2, 2)) * 5
    beta[4, 3] = 7.0
    assert stability_index(beta) == pytest.approx(np.sqrt(0.4), rel=1e-12)
    assert stability_index(beta) == pytest.approx(np.abs(np.linalg.eigvals(beta)).max(), rel=1e-9)
