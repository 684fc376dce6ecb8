"""The chi-square difference of two nested models: plain, scaled, and scaled and shifted.

First on bare numbers, then for two fits.

Notes
-----
With T0, d0 of the smaller (more restricted) model and T1, d1 of the larger one, the plain test is
T0 - T1 on d = d0 - d1 degrees of freedom. Where the answers are not normal it is divided by a
scaling factor c. Satorra and Bentler make c of the factors of the two models::

    c = (d0 c0 - d1 c1) / d

with c1 at the larger model's own estimates [satorra2001]_, where c may come out negative, or at
those of the smaller one [satorra2010]_. Under the Yuan-Bentler test the latter rests on the
observed information away from a minimum, which need not be positive definite and depends on the
parametrisation; so c may be negative there too. Satorra takes c from the difference itself
[satorra2000]_. With E the information of the larger model, B the mean outer product of its scores
Delta' V z_i, and H the directions of the smaller model among those of the larger::

    c = tr(M) / d        M = (E^-1 - H (H' E H)^-1 H') B

which is never negative. Then tr(M^2) gives a second moment, to scale and shift
[asparouhov2010]_ or to adjust the degrees of freedom.

References
----------
.. [satorra2000] Satorra, A. (2000). Scaled and adjusted restricted tests in multi-sample analysis
   of moment structures. In R. D. H. Heijmans, D. S. G. Pollock & A. Satorra (Eds.), Innovations in
   Multivariate Statistical Analysis (pp. 233-247). Kluwer.
.. [satorra2001] Satorra, A., & Bentler, P. M. (2001). A scaled difference chi-square test
   statistic for moment structure analysis. Psychometrika, 66, 507-514.
.. [satorra2010] Satorra, A., & Bentler, P. M. (2010). Ensuring positiveness of the scaled
   difference chi-square test statistic. Psychometrika, 75, 243-248.
.. [asparouhov2010] Asparouhov, T., & Muthén, B. (2010). Simple second order chi-square
   correction. Mplus technical note.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.evaluation import fit_measures as fm
from scrm_model.estimation.evaluation.corrections import (
    Corrected,
    mean_var_adjusted,
    satorra_bentler,
    scaled_shifted,
    u_gamma_traces,
)
from scrm_model.estimation.result import Fit
from scrm_model.estimation.uncertainty.bread import Bread
from scrm_model.inference.containment import Contained, tangent
from scrm_model.inference.words import decimal
from scrm_model.screening.words import say
from scrm_model.study.records import Text


@dataclass(frozen=True, slots=True)
class NestedTest:
    """A smaller model against the larger one that contains it.

    Attributes
    ----------
    larger, smaller : str
        Names of the two models.
    method : str
    stat, df, pvalue : float
        NaN where there is no such test; `note` says why.
    scaling, shift : float
        What the plain difference was divided by, and what was added then.
    rmsea : float
        Of the difference, for the plain test; NaN for others, which have none.
    note : Text or None
        What a reader must know of this test, without a full stop.
    """

    larger: str
    smaller: str
    method: str
    stat: float
    df: float
    pvalue: float
    scaling: float = 1.0
    shift: float = 0.0
    rmsea: float = float("nan")
    note: Text | None = None


def difference_scaling(df_0: int, c_0: float, df_1: int, c_1: float) -> float:
    """Scaling factor of a difference, from those of the two models [satorra2001]_.

    Parameters
    ----------
    df_0, c_0 : int, float
        Of the smaller model.
    df_1, c_1 : int, float
        Of the larger model; its factor is not used if it has no degrees of freedom.

    Returns
    -------
    float
        May be negative, and then scales nothing.
    """
    return (df_0 * c_0 - (df_1 * c_1 if df_1 > 0 else 0.0)) / (df_0 - df_1)


def restriction_traces(
    information: NDArray, meat: NDArray, directions: NDArray
) -> tuple[float, float]:
    """Traces of M and of its square [satorra2000]_.

    Parameters
    ----------
    information : ndarray, shape (k, k)
        E, of one observation, in the larger model's free directions.
    meat : ndarray, shape (k, k)
        B, in the same directions.
    directions : ndarray, shape (k, k0)
        H, the directions of the smaller model among them.
    """
    inside = directions.T @ information @ directions
    kept = directions @ np.linalg.solve(inside, directions.T)
    m = (np.linalg.inv(information) - kept) @ meat
    return float(np.trace(m)), float(np.trace(m @ m))


def plain_difference(larger: Fit, smaller: Fit, names: tuple[Text, Text]) -> NestedTest:
    """T0 - T1, and the RMSEA of the difference (on N, as lavaan has it, whatever the divisor).

    Parameters
    ----------
    larger, smaller : Fit
    names : (Text, Text)
        Of the larger and the smaller one.
    """
    gap, df = chi2_gap(larger, smaller), smaller.df - larger.df
    pvalue, note = fm.chi2_sf(gap, df), None
    if not larger.settings.discrepancy.tested:
        pvalue, note = float("nan"), _NO_DISTRIBUTION
    rmsea = fm.rmsea(gap, df, larger.nobs, len(larger.samples))
    return NestedTest(*_en(names), "standard", gap, df, pvalue, rmsea=rmsea, note=note)


_NO_DISTRIBUTION = Text(
    "the statistic of this estimator has no known distribution",
    "la statistique de cet estimateur n'a pas de distribution connue",
)


def _en(names: tuple[Text, Text]) -> tuple[str, str]:
    return names[0].get("en"), names[1].get("en")


def _not_positive(scaling: float, en: str = "", fr: str = "") -> Text:
    """Why a difference is not scaled, and what to do."""
    return say(
        "the scaling factor of the difference is {c}, not positive" + en,
        "le facteur de correction de la différence est {c} et n'est pas positif" + fr,
        c=decimal(scaling, ".4g"),
    )


def chi2_gap(larger: Fit, smaller: Fit) -> float:
    """T0 - T1 of the uncorrected statistics, rounding errors below 0 taken as 0."""
    gap = float(smaller.measures["chisq"] - larger.measures["chisq"])
    return 0.0 if abs(gap) < 1e-8 * max(1.0, float(smaller.measures["chisq"])) else gap


def scaled_difference(
    larger: Fit, smaller: Fit, names: tuple[Text, Text], method: str, where: Contained
) -> NestedTest:
    """The scaled differences of Satorra and Bentler.

    Parameters
    ----------
    larger, smaller : Fit
        With the Satorra-Bentler or the Yuan-Bentler test.
    names : (Text, Text)
    method : str
        ``"satorra.bentler.2001"``, ``"satorra.bentler.2010"`` or
        ``"satorra.bentler.2010.exact"``.
    where : Contained
        How the larger model takes in the smaller one.
    """
    own = [_scaling(f.corrected_test) for f in (larger, smaller)]
    note = None
    if method == "satorra.bentler.2001":
        c_1 = own[0]
        other: tuple[str, ...] = ("method='satorra.bentler.2010'", "'satorra.2000'")
    else:
        exact = method.endswith("exact")
        c_1 = _scaling_inside(larger, where, exact)
        other = ("method='satorra.2000'",)
        if not (exact or where.name_suffices):
            note = say(
                "'{larger}' with the estimates that '{smaller}' has for parameters of the "
                "same names does not imply the same moments; at the point that does, see "
                "method='satorra.bentler.2010.exact'",
                "« {larger} », avec les estimations de « {smaller} » pour les paramètres de même "
                "nom, n'implique pas les mêmes moments ; pour le point qui les implique, voir "
                "method='satorra.bentler.2010.exact'",
                larger=names[0], smaller=names[1],
            )  # fmt: skip
    df = smaller.df - larger.df
    c = difference_scaling(smaller.df, own[1], larger.df, c_1)
    if not c > 0:
        lacking = float("nan")
        note = _not_positive(c, f": use {' or '.join(other)}", f" ; prenez {' ou '.join(other)}")
        return NestedTest(*_en(names), method, lacking, df, lacking, c, note=note)
    stat = chi2_gap(larger, smaller) / c
    return NestedTest(*_en(names), method, stat, df, fm.chi2_sf(stat, df), c, note=note)


def _scaling(test: Corrected | None) -> float:
    assert test is not None  # `compare` asks for corrected tests before
    return test.scaling


def _scaling_inside(larger: Fit, where: Contained, exact: bool) -> float:
    """The larger model's factor at the smaller one; NaN where it has no such point."""
    if exact:
        return scaling_at(larger, where.theta) if where.known else float("nan")
    return scaling_at(larger, where.by_name) if np.isfinite(where.value_by_name) else float("nan")


def scaling_at(fitted: Fit, theta: NDArray) -> float:
    """Scaling factor of a model's test at other parameters than its estimates.

    Parameters
    ----------
    fitted : Fit
        With the Satorra-Bentler or the Yuan-Bentler test.
    theta : ndarray, shape (q,)

    Returns
    -------
    float
        NaN if the information is singular there.
    """
    if fitted.df == 0:
        return float("nan")
    bread, kind = replace(fitted.bread, theta=theta), fitted.settings.information
    if fitted.settings.test == "satorra.bentler":
        return u_gamma_traces(bread, square=False, kind=kind)[0] / fitted.df
    return (fitted.bread.saturated_trace(kind) - _restricted_trace(bread, kind)) / fitted.df


def _restricted_trace(bread: Bread, kind: str) -> float:
    """tr(B A^-1) where A, away from a minimum, need not be positive definite."""
    k = bread.basis
    try:
        inner = np.linalg.solve(k.T @ bread.information(kind) @ k, k.T @ bread.first_order @ k)
    except np.linalg.LinAlgError:
        return float("nan")
    return float(np.trace(inner))


def satorra_difference(
    larger: Fit, smaller: Fit, names: tuple[Text, Text], shifted: bool
) -> NestedTest:
    """The difference of Satorra (2000), the Jacobian of the restriction by the delta method.

    Parameters
    ----------
    larger, smaller : Fit
        Of raw data.
    names : (Text, Text)
    shifted : bool
        Scale and shift; otherwise divide by the mean, and with ``test="scaled.shifted"`` or
        ``"mean.var.adjusted"`` adjust the degrees of freedom.

    Notes
    -----
    H is the least-squares solution of ``Delta1 H = Delta0``, each model's derivatives at its own
    estimates.
    """
    k = larger.bread.basis
    directions, *_ = np.linalg.lstsq(tangent(larger), tangent(smaller, larger), rcond=None)
    information = k.T @ larger.bread.information(larger.settings.information) @ k
    meat = k.T @ larger.bread.moment_meat() @ k
    trace, trace2 = restriction_traces(information, meat, directions)
    gap, df = chi2_gap(larger, smaller), smaller.df - larger.df
    if shifted:
        of = scaled_shifted(gap, df, trace, trace2)
    elif larger.settings.test in {"scaled.shifted", "mean.var.adjusted"}:
        of = mean_var_adjusted(gap, df, trace, trace2)
    else:
        of = satorra_bentler(gap, df, trace, "satorra.2000")
    if not of.scaling > 0:
        lacking = float("nan")
        note = _not_positive(of.scaling)
        return NestedTest(*_en(names), "satorra.2000", lacking, df, lacking, of.scaling, note=note)
    return NestedTest(*_en(names), "satorra.2000", of.stat, of.df, of.pvalue, of.scaling, of.shift)
