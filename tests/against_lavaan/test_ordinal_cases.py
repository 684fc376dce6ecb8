import pytest
from against_lavaan.compare import assert_equal_to, fit_case
from against_lavaan.test_robust_cases import assert_test
from against_lavaan.witness import ORDINAL, case

from scrm_model.errors import MissingDataWarning

# Rows with a missing answer are left out there.
LISTWISE = {"one_listwise"}


@pytest.mark.parametrize("name", ORDINAL)
def test_engine_equals_lavaan(name):
    stored = case(name, "ordinal")
    found, given = fit_case(stored)
    assert given == ({MissingDataWarning} if name in LISTWISE else set())
    assert_equal_to(found, stored, stored["tolerance"])
    assert_test(found.corrected_test, stored.get("test"), stored["tolerance"])
