import pytest
from against_lavaan.witness import case, data

from scrm_model.estimation.fit import fit


@pytest.fixture(scope="session")
def talor():
    return fit(case("talor_mediation")["model"], data("talor"))


@pytest.fixture(scope="session")
def serial():
    return fit(case("scrm_serial")["model"], data("scrm400"))


@pytest.fixture(scope="session")
def hs_sem():
    text = """
    visual =~ x1 + x2 + x3
    textual =~ x4 + x5 + x6
    speed =~ x7 + x8 + x9
    textual ~ a*visual
    speed ~ b*textual + c*visual
    ind := a*b
    """
    return fit(text, data("hs"))
