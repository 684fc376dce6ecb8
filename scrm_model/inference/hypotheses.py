"""The hypotheses of a study against the estimates of a model."""

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.estimation.result import Fit
from scrm_model.spec.origin import Origin
from scrm_model.study.claims import Hypothesis, Study
from scrm_model.study.scrm import STUDY

SUPPORTED, NOT_SUPPORTED = "supported", "not supported"
OPPOSITE, NOT_TESTED = "opposite direction", "not tested"


def hypothesis_table(fit: Fit, study: Study | None = None, *, alpha: float = 0.05) -> pd.DataFrame:
    """One row per hypothesis: estimate, interval, p and verdict.

    Parameters
    ----------
    fit : Fit
    study : Study, optional
        By default the study that the model was specified from, or else `STUDY`.
    alpha : float
        Level of the two-sided test.

    Returns
    -------
    DataFrame
        hypothesis, source, target (constructs), lhs, op, rhs, group (variables of the model),
        sign (expected), est, se, z, pvalue, ci_lower, ci_upper, std_all, verdict, origin,
        references. A construct that enters by its dimensions gives a row for each, several groups
        a row for each group. Verdicts: "supported" (p below alpha, expected sign), "opposite
        direction" (p below alpha, other sign), "not supported", "not tested" (no such path in the
        model, or no estimate).

    Raises
    ------
    ArgumentError
        If `alpha` is not between 0 and 1.
    """
    if not 0 < alpha < 1:
        raise ArgumentError(f"alpha= needs a number between 0 and 1; got {alpha!r}.")
    origin = fit.model.origin
    if study is None:
        study = origin.study if origin is not None else STUDY
    if origin is None:
        origin = Origin(study, {})
    frame = fit.parameters
    paths = frame[frame["op"] == "~"]
    rows = [
        row
        for hypothesis in study.hypotheses
        for target in origin.standing_for(hypothesis.target)
        for source in origin.standing_for(hypothesis.source)
        for row in _rows(hypothesis, source, target, paths, fit.converged, alpha)
    ]
    return pd.DataFrame(rows)


_NUMBERS = ("est", "se", "z", "pvalue", "ci_lower", "ci_upper", "std_all")


def _rows(
    hypothesis: Hypothesis,
    source: str,
    target: str,
    paths: pd.DataFrame,
    converged: bool,
    alpha: float,
) -> list[dict[str, object]]:
    head: dict[str, object] = {
        "hypothesis": hypothesis.id, "source": hypothesis.source, "target": hypothesis.target,
        "lhs": target, "op": "~", "rhs": source,
    }  # fmt: skip
    tail: dict[str, object] = {"origin": hypothesis.origin, "references": hypothesis.references}
    found = paths[(paths["lhs"] == target) & (paths["rhs"] == source)]
    if not len(found) or not converged:
        head |= {"group": 1, "sign": hypothesis.sign} | dict.fromkeys(_NUMBERS, np.nan)
        return [head | {"verdict": NOT_TESTED} | tail]
    return [
        head
        | {"group": row["group"], "sign": hypothesis.sign}
        | {name: row[name] for name in _NUMBERS}
        | {"verdict": _verdict(row["est"], row["pvalue"], hypothesis.sign, alpha)}
        | tail
        for row in found.to_dict("records")
    ]


def _verdict(est: float, pvalue: float, sign: int, alpha: float) -> str:
    if np.isnan(pvalue):
        return NOT_TESTED
    if pvalue >= alpha:
        return NOT_SUPPORTED
    return SUPPORTED if est * sign > 0 else OPPOSITE
