import numpy as np
import pytest
from scipy.stats import betabinom, binom

from scrm_model.errors import ArgumentError
from scrm_model.planning.invitations import invitations


@pytest.mark.parametrize(("n", "rate"), [(200, 0.15), (1, 0.5), (120, 0.9)])
def test_a_known_rate_is_binomial(n, rate):
    found = invitations(n, rate)
    assert binom.sf(n - 1, found.send, rate) >= 0.9 > binom.sf(n - 1, found.send - 1, rate)
    assert found.certainty == pytest.approx(binom.sf(n - 1, found.send, rate))
    assert found.expected == int(np.ceil(n / rate))
    assert found.send >= n


def test_an_uncertain_rate_is_beta_binomial():
    found = invitations(200, 0.15, usable=0.9, based_on=100)
    a, b = 100 * 0.135 + 0.5, 100 * 0.865 + 0.5
    assert found.rate == pytest.approx(0.135)
    assert betabinom.sf(199, found.send, a, b) >= 0.9 > betabinom.sf(199, found.send - 1, a, b)
    assert found.certainty == pytest.approx(betabinom.sf(199, found.send, a, b), abs=1e-9)
    assert found.send > invitations(200, 0.15, usable=0.9, based_on=1000).send
    assert invitations(200, 0.135, based_on=10**7).send == invitations(200, 0.135).send


def test_shown():
    shown = repr(invitations(200, 0.15))
    assert shown == (
        "Invitations(send=1446 for n=200 usable answers with a probability of 90.1%; "
        "1334 on average, at 15.0% an invitation)"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n": 0}, r"^n= needs a whole number of at least 1"),
        ({"response_rate": 0.0}, r"^response_rate= needs a number between 0 and 1; got 0.0"),
        ({"usable": 1.1}, r"^usable= needs a number between 0 and 1; got 1.1"),
        ({"based_on": 0}, r"^based_on= needs a whole number"),
        ({"certainty": 1.0}, r"^certainty= needs a number between 0 and 1; got 1.0"),
    ],
)
def test_errors_say_what_to_do(options, message):
    with pytest.raises(ArgumentError, match=message):
        invitations(**({"n": 200, "response_rate": 0.2} | options))
