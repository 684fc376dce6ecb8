import pytest

from scrm_model.estimation.fit import fit
from scrm_model.inference.compare import compare
from scrm_model.inference.rivals import rivals
from scrm_model.planning.population import population
from scrm_model.planning.simulate import simulate
from scrm_model.spec.specify import specify
from scrm_model.study.scrm import STUDY


def test_rivals_are_compared_by_the_test_of_the_estimator():
    answers = simulate(population(specify(performance="single"), paths=0.3), 250, seed=5)
    found = rivals(answers, performance="single", estimator="MLR").set_index("model")
    claimed = fit(specify(performance="single"), answers, estimator="MLR")
    assert found.loc["claimed", "chisq"] == claimed.measures["chisq.scaled"]
    assert found.loc["claimed", "cfi"] == claimed.measures["cfi.robust"]
    assert found.loc["claimed", "srmr"] == claimed.measures["srmr"]
    partial = fit(specify(STUDY.rivals["partial"], performance="single"), answers, estimator="MLR")
    expected = compare(partial, claimed).frame.iloc[1]
    row = found.loc["partial"]
    assert (row["d_chisq"], row["d_df"], row["d_pvalue"]) == pytest.approx(
        tuple(expected[["chisq_diff", "df_diff", "pvalue"]])
    )
    plain = partial.measures["chisq"] - claimed.measures["chisq"]
    assert abs(row["d_chisq"] + plain) > 1e-3  # and not the difference of the plain statistics
