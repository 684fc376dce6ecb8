"""Nested models side by side, each tested against the one above it."""

import warnings
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError, DataError, EstimationError, ScrmWarning
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import one_of
from scrm_model.inference.comparison import Comparison, test_note
from scrm_model.inference.containment import contain, variable_order
from scrm_model.inference.nested import (
    NestedTest,
    chi2_gap,
    plain_difference,
    satorra_difference,
    scaled_difference,
)
from scrm_model.screening.words import say
from scrm_model.study.records import Text

METHODS = (
    "auto", "standard", "satorra.bentler.2001", "satorra.bentler.2010",
    "satorra.bentler.2010.exact", "satorra.2000",
)  # fmt: skip
_AUTO = {
    "standard": "standard",
    "satorra.bentler": "satorra.bentler.2001",
    "yuan.bentler.mplus": "satorra.bentler.2001",
    "scaled.shifted": "satorra.2000",
    "mean.var.adjusted": "satorra.2000",
}
_SCALED = tuple(test for test, method in _AUTO.items() if method == "satorra.bentler.2001")
_INDICES = ("cfi", "rmsea", "srmr", "cfi.robust", "rmsea.robust")
_ALIKE = ("estimator", "test", "likelihood", "missing")


def compare(
    *fits: Fit,
    method: str = "auto",
    names: Sequence[str | Text] | None = None,
    scaled_shifted: bool = True,
) -> Comparison:
    """Test nested models of the same data against each other.

    Parameters
    ----------
    *fits : Fit
        Two or more, in any order, each nested in the one with fewer degrees of freedom.
    method : str
        ``"standard"``, the plain difference of chi-squares; ``"satorra.bentler.2001"`` and
        ``"satorra.bentler.2010"``, scaled by the factors of both models;
        ``"satorra.bentler.2010.exact"``, the latter where the larger model implies exactly the
        moments of the smaller one; ``"satorra.2000"``, scaled by the difference itself. By
        default what lavaan takes: plain for the standard test, of 2001 for the Satorra-Bentler
        and the Yuan-Bentler test, of 2000 for tests corrected for mean and variance.
    names : sequence of str or Text, optional
        One a fit. By default those of the models, or "model 1", "model 2" and so on.
    scaled_shifted : bool
        Whether ``"satorra.2000"`` scales and shifts; otherwise it only divides by the mean or,
        under a test corrected for mean and variance, adjusts the degrees of freedom.

    Returns
    -------
    Comparison

    Raises
    ------
    ArgumentError
        Fewer than two fits, fits of different estimators, models that are not nested, or a
        method that does not go with the fits.
    DataError
        Different variables, groups or cases.
    EstimationError
        A fit that did not converge.

    Warns
    -----
    ScrmWarning
        A test could not be made; the message and `Comparison.notes` say why.

    Notes
    -----
    Formulas and sources stand in `scrm_model.inference.nested`. That models are nested is checked
    on the moments they imply, see `scrm_model.inference.containment`. For the 2010 method lavaan
    gives the larger model those estimates that the smaller one has under the same names; where
    this does not imply the same moments (latent means freed by equal intercepts, different ways
    of scaling) a note says so, and ``"satorra.bentler.2010.exact"`` is the test that was meant.
    """
    named = list(zip(_names(fits, names), fits, strict=True))
    method = _method(method, fits)
    for name, found in named[1:]:
        _check_alike((str(named[0][0]), named[0][1]), (str(name), found))
    named.sort(key=lambda pair: pair[1].df)
    tests = tuple(
        _test(larger, smaller, method, scaled_shifted) for larger, smaller in pairwise(named)
    )
    models = tuple(name for name, _ in named)
    for t, pair in zip(tests, pairwise(models), strict=True):
        if np.isnan(t.pvalue):
            warnings.warn(str(test_note(t, *pair)), ScrmWarning, stacklevel=2)
    return Comparison(_frame(named, tests), tests, method, models)


def _name(given: Any) -> Text:
    return given if isinstance(given, Text) else Text(str(given))


def _names(fits: Sequence[Fit], names: Sequence[str | Text] | None) -> list[Text]:
    strange = [type(f).__name__ for f in fits if not isinstance(f, Fit)]
    if strange or len(fits) < 2:
        got = f"a {strange[0]}" if strange else str(len(fits))
        raise ArgumentError(
            f"fits= needs two or more results of fit(); got {got}. Write compare(first, second)."
        )
    if names is None:
        given = [f.model.name for f in fits]
        distinct = all(given) and len(set(given)) == len(given)
        numbered = [Text(f"model {k}", f"modèle {k}") for k in range(1, len(fits) + 1)]
        out = [Text(name) for name in given] if distinct else numbered
    else:
        out = [Text(names)] if isinstance(names, str) else [_name(n) for n in names]
        if len(out) != len(fits) or len(set(out)) != len(out):
            raise ArgumentError(
                f"names= needs {len(fits)} different names; got {names!r}. Give one for each fit."
            )
    for name, found in zip(out, fits, strict=True):
        if not found.converged:
            raise EstimationError(
                f"fits= needs fits that converged; got '{name}', which found no minimum. "
                + " ".join(str(p) for p in found.problems)
            )
    return out


def _method(method: str, fits: Sequence[Fit]) -> str:
    """The method that was asked for, if it goes with the fits; their own for "auto"."""
    one_of("method", method, METHODS)
    settings = fits[0].settings
    if method == "auto":
        return _AUTO.get(settings.test, "standard")
    if method.startswith("satorra.bentler") and settings.test not in _SCALED:
        raise ArgumentError(
            f"method={method!r} needs fits with test= one of {', '.join(map(repr, _SCALED))}; "
            f"got {settings.test!r}. Fit with estimator='MLM' or 'MLR', or use "
            "method='satorra.2000'."
        )
    if method == "satorra.2000":
        if settings.incomplete:
            raise ArgumentError(
                f"method={method!r} needs fits of complete rows; got missing="
                f"{settings.missing!r}. Use method='satorra.bentler.2001' with estimator='MLR'."
            )
        if not settings.discrepancy.likelihood and any(s.gamma is None for s in fits[0].samples):
            raise ArgumentError(
                f"method={method!r} needs the covariances of the moments; got "
                f"estimator={settings.estimator!r}, which does without. Use method='standard'."
            )
        if any(f.rows is None for f in fits):
            raise DataError(
                f"method={method!r} needs fits of raw answers; got Moments. Fit the answers "
                "themselves, or use method='standard'."
            )
    return method


def _check_alike(one: tuple[str, Fit], other: tuple[str, Fit]) -> None:
    """Refuse two fits whose statistics cannot be compared."""
    (first, a), (second, b) = one, other
    for what in _ALIKE:
        mine, theirs = getattr(a.settings, what), getattr(b.settings, what)
        if mine != theirs:
            raise ArgumentError(
                f"fits= needs one {what} for all; got {mine!r} for '{first}' and {theirs!r} for "
                f"'{second}'. Fit them alike."
            )
    for what, mine, theirs in _facts(a, b):
        if mine != theirs:
            raise DataError(
                f"fits= needs the same {what} for all; got {mine} for '{first}' and {theirs} for "
                f"'{second}'. {_ADVICE[what]}"
            )
    order = variable_order(b, a)
    for s, t in zip(a.samples, b.samples, strict=True):
        means = s.mean is None or t.mean is None or _near(s.mean, t.mean[:, order])
        if not (means and _near(s.cov[0], t.cov[0][np.ix_(order, order)])):
            raise DataError(
                f"fits= needs the same data for all; got other values for '{second}' than for "
                f"'{first}'. Fit both to the same rows."
            )


_ADVICE = {
    "variables": "To leave a variable without relations, fix its paths at 0, not out of the model.",
    "groups": "Fit both with the same group=.",
    "cases": "Fit both to the same complete rows.",
    "ordinal variables": "Fit both with the same ordered=.",
    "mean structure": "Give meanstructure=True to both.",
    "fixed predictors": "Fit both with fixed_x=False, or write the lacking path as 0*x.",
}


def _facts(a: Fit, b: Fit) -> list[tuple[str, Any, Any]]:
    def of(f: Fit) -> dict[str, Any]:
        fixed = (f.compiled.observed[k] for k in f.compiled.exogenous_observed)
        return {
            "variables": ", ".join(sorted(f.compiled.observed)),
            "groups": ", ".join(f.table.groups) or "none",
            "cases": " + ".join(str(s.cases) for s in f.samples),
            "mean structure": "one" if f.compiled.meanstructure else "none",
            "fixed predictors": ", ".join(sorted(fixed)) or "none",
            "ordinal variables": ", ".join(sorted(f.settings.ordered)) or "none",
        }

    mine, theirs = of(a), of(b)
    return [(what, mine[what], theirs[what]) for what in mine]


def _near(a: np.ndarray, b: np.ndarray) -> bool:
    return bool(np.allclose(a, b, rtol=1e-9, atol=1e-9 * float(np.abs(a).max())))


def _test(
    larger: tuple[Text, Fit], smaller: tuple[Text, Fit], method: str, scaled_shifted: bool
) -> NestedTest:
    names, big, small = (larger[0], smaller[0]), larger[1], smaller[1]
    if big.df == small.df:
        raise ArgumentError(
            f"fits= needs nested models, with different degrees of freedom; got {big.df} for both "
            f"'{names[0]}' and '{names[1]}'. Compare their AIC and BIC in Fit.measures."
        )
    where = contain(big, small)
    if not where.holds:
        raise ArgumentError(
            f"fits= needs models nested in one another; got '{names[1]}', which implies moments "
            f"that '{names[0]}' cannot imply (F = {where.value:.2g} at the nearest). Compare "
            "their AIC and BIC in Fit.measures."
        )
    if chi2_gap(big, small) < 0:
        lacking = float("nan")
        note = say(
            "'{larger}' contains '{smaller}' and yet fits worse, so its minimum is a local "
            "one: give it other start values",
            "« {larger} » contient « {smaller} » et s'ajuste pourtant moins bien : son minimum "
            "n'est que local, donnez-lui d'autres valeurs de départ",
            larger=names[0], smaller=names[1],
        )  # fmt: skip
        told = (names[0].get("en"), names[1].get("en"), method)
        return NestedTest(*told, lacking, small.df - big.df, lacking, lacking, note=note)
    if method == "standard":
        return plain_difference(big, small, names)
    if method == "satorra.2000":
        return satorra_difference(big, small, names, scaled_shifted)
    return scaled_difference(big, small, names, method, where)


def _frame(named: Sequence[tuple[Text, Fit]], tests: Sequence[NestedTest]) -> pd.DataFrame:
    measures = [f.measures for _, f in named]
    columns: dict[str, list[Any]] = {
        "model": [name.get("en") for name, _ in named],
        "df": [f.df for _, f in named],
    }
    for key in ("aic", "bic", "chisq"):
        columns[key] = [float(m.get(key, np.nan)) for m in measures]
    for column, key in (
        ("chisq_diff", "stat"), ("df_diff", "df"), ("pvalue", "pvalue"), ("scaling", "scaling"),
        ("rmsea_d", "rmsea"),
    ):  # fmt: skip
        columns[column] = [np.nan, *(float(getattr(t, key)) for t in tests)]
    indices = [key for key in _INDICES if all(key in m for m in measures)]
    for key in indices:
        columns[key.replace(".", "_")] = [float(m[key]) for m in measures]
    frame = pd.DataFrame(columns)
    for key in indices:
        column = key.replace(".", "_")
        frame[f"{column}_diff"] = frame[column].diff()
    return frame
