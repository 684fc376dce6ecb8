"""The fit indices that a report shows: which, in which form, and what they are called."""

from typing import Any

from scrm_model.reporting.language import Phrase, phrase

INDICES = (
    ("chisq", "number", 2),
    ("df", "integer", 0),
    ("pvalue", "p", 3),
    ("cfi", "bounded", 3),
    ("tli", "bounded", 3),
    ("rmsea", "bounded", 3),
    ("rmsea_ci", "bounded interval", 3),
    ("srmr", "bounded", 3),
    ("aic", "number", 1),
    ("bic", "number", 1),
)


def key_of(measures: Any, name: str) -> str:
    """Return the key of an index as it should be reported: robust, else scaled, else as it is."""
    tried = (f"{name}.robust", f"{name}.scaled")
    return next((key for key in tried if key in measures), name)


def index_label(measures: Any, name: str) -> Phrase:
    """Return what an index is called: with the word robust or scaled where it is that."""
    kind = key_of(measures, "rmsea" if name == "rmsea_ci" else name).rpartition(".")[2]
    plain = phrase(f"fit.{name}")
    return phrase(f"fit.{kind}", index=plain) if kind in ("robust", "scaled") else plain


def measures_of(fit: Any) -> tuple[list[float], list[float]]:
    """Return the indices of `INDICES` as they should be reported, and upper limits of intervals.

    Parameters
    ----------
    fit : Fit or None
        Without a fit, or one that converged, every number is NaN.

    Returns
    -------
    (list of float, list of float)
        Robust values, else scaled ones, else plain ones.
    """
    return _values(fit), _uppers(fit)


def _values(fit: Any) -> list[float]:
    if fit is None or not fit.converged:
        return [float("nan")] * len(INDICES)
    m = fit.measures
    keys = [key_of(m, "rmsea.ci.lower" if name == "rmsea_ci" else name) for name, *_ in INDICES]
    return [float(m.get(key, float("nan"))) for key in keys]


def _uppers(fit: Any) -> list[float]:
    upper = float("nan")
    if fit is not None and fit.converged:
        upper = float(fit.measures.get(key_of(fit.measures, "rmsea.ci.upper"), upper))
    return [upper if name == "rmsea_ci" else float("nan") for name, *_ in INDICES]
