"""A fit as plain text."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from scrm_model.estimation.result import Fit

_TITLES = {
    "=~": "Loadings", "<~": "Weights", "~": "Paths", "~~": "Variances and covariances",
    "~1": "Intercepts", "|": "Thresholds", "~*~": "Scales of latent responses",
    ":=": "Defined",
}  # fmt: skip


def test_text(measures: Mapping[str, float]) -> str:
    """The test that the estimator stands for, on one line: the corrected one where there is one."""
    kind = ".scaled" if "chisq.scaled" in measures else ""
    pvalue = measures[f"pvalue{kind}"]
    p = "<.001" if pvalue < 0.001 else f"={pvalue:.3f}"
    return f"chisq{kind}={measures[f'chisq{kind}']:.3f}, df={measures[f'df{kind}']:g}, p{p}"


def _indices_text(measures: Mapping[str, float]) -> list[str]:
    """A line of indices for each kind there is: plain, scaled, robust."""
    lines = []
    for kind in ("", ".scaled", ".robust"):
        if f"cfi{kind}" not in measures:
            continue
        cfi, tli, rmsea, lower, upper = (
            measures[key + kind]
            for key in ("cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper")
        )
        line = f"CFI {cfi:.3f}   TLI {tli:.3f}   RMSEA {rmsea:.3f} [{lower:.3f}, {upper:.3f}]"
        if kind:
            line += f"   ({kind[1:]})"
        else:
            line += f"   SRMR {measures['srmr']:.3f}"
            if "aic" in measures:
                line += f"   AIC {measures['aic']:.1f}   BIC {measures['bic']:.1f}"
        lines.append(line)
    return lines


def summary_text(fit: "Fit") -> str:
    """Sample, test, indices, parameters and problems of a fit, as text."""
    lines = [repr(fit)]
    left_out = fit.n_original - fit.nobs
    if left_out:
        why = "no answer, or no fixed predictor" if fit.settings.incomplete else "incomplete"
        lines.append(
            f"{left_out} of {fit.n_original} rows left out: {why} ({fit.settings.missing})."
        )
    if fit.settings.incomplete:
        lines.append(f"{fit.n_missing} missing cells in the rows used; every observed cell counts.")
    lines += [f"! {p}" for p in fit.problems]
    if fit.at_bounds:
        lines.append(f"At a bound, and therefore without a p: {', '.join(fit.at_bounds)}.")
    lines += _indices_text(dict(fit.measures))
    frame = fit.parameters
    for op, title in _TITLES.items():
        part = frame[frame["op"] == op]
        if len(part):
            lines += ["", title, _block(part, many=len(fit.samples) > 1)]
    return "\n".join(lines)


def _block(part: pd.DataFrame, many: bool) -> str:
    shown = part.drop(columns=[] if many else ["group"])
    if not (part["label"] != "").any():
        shown = shown.drop(columns="label")
    return shown.to_string(index=False, float_format="{:.3f}".format, na_rep="")
