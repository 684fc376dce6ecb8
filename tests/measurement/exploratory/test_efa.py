"""efa(): one call from answers to factors."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from against_lavaan.witness import data

import scrm_model as scrm

HS = [f"x{k}" for k in range(1, 10)]
U = [f"u{k}" for k in range(1, 9)]


def test_every_kind_of_data_gives_the_same():
    frame = data("hs")[HS]
    first = scrm.efa(frame, 3)
    for other in (pl.from_pandas(frame), scrm.Moments(frame.corr(), 301)):
        found = scrm.efa(other, 3)
        np.testing.assert_allclose(found.loadings, first.loadings, atol=1e-8)
        assert found.measures["chisq"] == pytest.approx(first.measures["chisq"])


def test_parts_of_a_solution_belong_together():
    found = scrm.efa(data("hs"), 3, HS)
    L, phi = found.loadings.to_numpy(), found.phi.to_numpy()
    np.testing.assert_allclose(found.structure, L @ phi)
    np.testing.assert_allclose(found.communalities, np.diag(L @ phi @ L.T))
    np.testing.assert_allclose(found.communalities + found.uniquenesses, 1.0, atol=1e-9)
    assert found.variance.loc["ss_loadings"].sum() == pytest.approx(found.communalities.sum())
    assert found.variance.loc["share"].sum() == pytest.approx(1.0)
    residual = found.residuals.to_numpy()
    np.testing.assert_allclose(residual + L @ phi @ L.T, found.correlations)
    off = residual[np.triu_indices(9, 1)]
    assert found.measures["rmsr"] == pytest.approx(np.sqrt((off**2).mean()))
    assert found.factors == 3
    assert list(found.frame.columns[:4]) == ["item", "F1", "F2", "F3"]
    assert found.items.set_index("item").loc["x9", "flag"] == "crosses"


def test_the_number_of_factors_may_be_chosen_by_a_stated_rule():
    found = scrm.efa(data("hs"), "parallel", HS)
    assert found.factors == found.retention.factors == 3
    assert any("chosen by a rule" in note for note in found.notes())
    by_map = scrm.efa(data("hs"), "map", HS)
    assert by_map.factors == 2
    assert scrm.efa(data("hs"), 3, HS).retention is None


def test_flags_follow_their_cut_offs():
    strict = scrm.efa(data("hs"), 3, HS, cross=0.10).items
    mild = scrm.efa(data("hs"), 3, HS, cross=0.40, gap=0.05).items
    assert (strict["flag"] == "crosses").sum() > (mild["flag"] == "crosses").sum() == 0


def test_missing_answers():
    holes = data("hs_holes")
    with pytest.warns(scrm.MissingDataWarning, match="2 of 301 rows have no answer at all"):
        pairs = scrm.efa(holes, 3, HS, missing="pairwise")
    with pytest.warns(scrm.MissingDataWarning):
        full = scrm.efa(holes, 3, HS, missing="fiml")
    with pytest.warns(scrm.MissingDataWarning, match="missing cells"):
        rows = scrm.efa(holes, 3, HS)
    assert pairs.n == full.n == 299
    assert rows.n == len(holes[HS].dropna())
    apart = np.abs(pairs.communalities - full.communalities)
    assert 0 < apart.max() < 0.06
    assert any("full information" in note for note in full.notes())


def test_scores_of_incomplete_rows_come_from_what_they_answered():
    frame = data("hs")[HS]
    frame.loc[:99, "x9"] = np.nan
    frame.loc[0, HS[1:]] = np.nan  # one answer has no Bartlett scores on three factors
    found = scrm.efa(frame, 3, missing="fiml")
    for method in ("regression", "bartlett"):
        scores = found.scores(method)
        assert len(scores) == 301
        assert scores.attrs["missing_scores"] == int(scores.isna().any(axis=1).sum())
    assert found.scores().notna().all().all()
    assert found.scores("bartlett").isna().any(axis=1).sum() == 1
    # From the answers given alone: their regression on the factors.
    own = found.correlations.loc[["x1"], ["x1"]]
    z = (frame["x1"] - frame["x1"].mean()) / frame["x1"].std(ddof=0)
    expected = found.structure.loc["x1"] * z[0] / own.iloc[0, 0]
    np.testing.assert_allclose(found.scores().iloc[0], expected, rtol=0.01)


def test_scores_have_the_moments_that_theory_gives():
    found = scrm.efa(data("hs"), 3, HS, method="ml")
    scores = found.scores()
    np.testing.assert_allclose(scores.var(), found.variance.loc["score_r2"])
    np.testing.assert_allclose(scores.mean(), 0.0, atol=1e-12)
    L, bartlett = found.loadings.to_numpy(), found.scores("bartlett")
    inverse = np.linalg.inv(L.T @ (L / found.uniquenesses.to_numpy()[:, None]))
    # At an ML solution R and the model agree within the space of the factors.
    np.testing.assert_allclose(bartlett.cov(), found.phi + inverse, atol=1e-8)
    component = scrm.efa(data("hs"), 2, HS, method="pca", rotation="none").scores()
    np.testing.assert_allclose(component.cov(), np.eye(2), atol=1e-10)
    assert list(scores.index) == list(data("hs").index)


def test_scores_that_cannot_be_had_say_why():
    moments = scrm.efa(scrm.Moments(data("hs")[HS].cov(), 301), 3)
    with pytest.raises(scrm.NotAvailableError, match="moments alone"):
        moments.scores()
    ordinal = scrm.efa(data("datcat"), 2, U, ordered=True)
    with pytest.raises(scrm.NotAvailableError, match="ordinal answers"):
        ordinal.scores()
    with pytest.raises(scrm.ArgumentError, match="components"):
        scrm.efa(data("hs"), 2, HS, method="pca").scores("bartlett")


def test_ordinal_answers_may_be_ordered_categories():
    frame = data("datcat")[U]
    found = scrm.efa(frame, 2, ordered=True)
    words = frame.apply(lambda c: pd.Categorical(c, ordered=True))
    same = scrm.efa(words, 2, ordered=True)
    np.testing.assert_allclose(same.loadings, found.loadings)
    assert any("polychoric" in note for note in found.notes())
    unused = scrm.efa(frame, 2, ordered={"u1": 9} | dict.fromkeys(U[1:], 5))
    assert any("Nobody chose" in note for note in unused.notes())


def test_what_has_no_degrees_of_freedom_has_no_p_and_says_so():
    found = scrm.efa(data("hs"), 1, ["x4", "x5", "x6"])
    assert "pvalue" not in found.measures
    assert "rmsea" not in found.measures
    assert any("No degrees of freedom" in note for note in found.notes())
    components = scrm.efa(data("hs"), 2, HS, method="pca")
    assert "chisq" not in components.measures
    assert any("no model" in note for note in components.notes())


@pytest.mark.parametrize(
    ("factors", "options", "match"),
    [
        (6, {}, "at most 5 for 9 items"),
        (10, {"method": "pca"}, "at most 9"),
        (0, {}, "factors="),
        (2.0, {}, "factors="),
        (True, {}, "factors="),
        ("kaiser", {}, "factors="),
        (3, {"method": "uls"}, "method="),
        (3, {"rotation": "equamax"}, "rotation="),
        (3, {"starts": 0}, "starts="),
        (3, {"power": 0.5}, "power="),
        (3, {"epsilon": 0.0}, "epsilon="),
        (3, {"gamma": 2.0}, "gamma="),
        (3, {"cross": 4}, "cross="),
        (3, {"gap": -1}, "gap="),
    ],
)
def test_what_cannot_be_done_is_refused(factors, options, match):
    with pytest.raises(scrm.ArgumentError, match=match):
        scrm.efa(data("hs"), factors, HS, **options)


def test_tables_speak_both_languages():
    found = scrm.efa(data("hs"), 3, HS)
    french = found.tables("fr", hide=0.3)
    first = french["Contributions factorielles (matrice des types)"]
    assert first["F1"].isna().sum() == 6
    assert {"communauté", "unicité", "complexité"} < set(first.columns)
    assert "Corrélations entre facteurs" in french
    assert "Corrélations entre facteurs" not in scrm.efa(
        data("hs"), 3, HS, rotation="varimax"
    ).tables("fr")
    assert "3 factors, minres, rotation oblimin, n = 301" in repr(found)
    assert "<table" in found._repr_html_()
    assert len(found.notes()) == len(found.notes("fr"))
    assert all(note for note in found.notes("fr"))


def test_the_same_call_gives_the_same_factors():
    first, again = (scrm.efa(data("bfi600").dropna(), 5, rotation="geomin") for _ in range(2))
    pd.testing.assert_frame_equal(first.loadings, again.loadings)
