"""A fit as plain text."""

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from scrm_model.estimation.result import Fit

_TITLES = {
    "=~": "Loadings", "~": "Paths", "~~": "Variances and covariances", "~1": "Intercepts",
    ":=": "Defined",
}  # fmt: skip


def summary_text(fit: "Fit") -> str:
    """Sample, test, indices, parameters and problems of a fit, as text."""
    lines = [repr(fit)]
    left_out = fit.n_original - fit.nobs
    if left_out:
        lines.append(f"{left_out} of {fit.n_original} rows left out: incomplete (listwise).")
    lines += [f"! {p}" for p in fit.problems]
    m = fit.measures
    if len(m):
        lines.append(
            f"CFI {m['cfi']:.3f}   TLI {m['tli']:.3f}   RMSEA {m['rmsea']:.3f} "
            f"[{m['rmsea.ci.lower']:.3f}, {m['rmsea.ci.upper']:.3f}]   SRMR {m['srmr']:.3f}   "
            f"AIC {m['aic']:.1f}   BIC {m['bic']:.1f}"
        )
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
