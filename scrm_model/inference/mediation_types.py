"""Types of mediation: what the indirect and the direct effect say together.

Notes
-----
Five patterns [zhao2010]_, with a b the indirect and c' the direct effect:

============== ================= ================= ========================
pattern        a b differs from  c' differs from   sign of a b c'
               zero              zero
============== ================= ================= ========================
complementary  yes               yes               positive
competitive    yes               yes               negative
indirect-only  yes               no
direct-only    no                yes
none           no                no
============== ================= ================= ========================

"None" is what its authors call no-effect nonmediation. An effect that does not differ significantly
from zero is not thereby zero: the patterns name what the sample shows.

Both effects must come from one model that has both. Where a model claims no direct path, it is
added for this purpose, all of them at once, and intervals of the indirect effects of that larger
model are by Monte Carlo [preacher2012]_.

References
----------
.. [zhao2010] Zhao, X., Lynch, J. G., Jr., & Chen, Q. (2010). Reconsidering Baron and Kenny: Myths
   and truths about mediation analysis. Journal of Consumer Research, 37, 197-206.
.. [preacher2012] Preacher, K. J., & Selig, J. P. (2012). Advantages of Monte Carlo confidence
   intervals for indirect effects. Communication Methods and Measures, 6, 77-98.
"""

import math
import warnings
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, EstimationError, ScrmError, ScrmWarning
from scrm_model.estimation.fit import fit as estimate
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.result import Fit
from scrm_model.inference.indirect import IndirectEffects, indirect_effects
from scrm_model.spec.model import Model
from scrm_model.spec.statements import Relation

TYPES = ("complementary", "competitive", "indirect-only", "direct-only", "none")
DRAWS = 10_000  # of the larger model, by Monte Carlo
_KEYS = ["kind", "group", "source", "target", "path"]
_DIRECT = ("direct", "direct_se", "direct_pvalue", "direct_ci_lower", "direct_ci_upper")
_COLUMNS = [*_KEYS, "est", "ci_lower", "ci_upper", *_DIRECT, "added", "type", "note"]


def mediation_type(
    indirect: float, lower: float, upper: float, direct: float, pvalue: float, alpha: float = 0.05
) -> str:
    """The pattern that an indirect and a direct effect form.

    Parameters
    ----------
    indirect, lower, upper : float
        Indirect effect and its interval, at level 1 - alpha.
    direct, pvalue : float
        Direct effect of the same model and its two-sided p.
    alpha : float
        Level of the test.

    Returns
    -------
    {"complementary", "competitive", "indirect-only", "direct-only", "none"}

    Raises
    ------
    ArgumentError
        A number is missing, the interval is upside down, or `alpha` or `pvalue` is no probability.

    Examples
    --------
    >>> mediation_type(0.28, 0.20, 0.38, 0.05, 0.41)
    'indirect-only'
    """
    given = (indirect, lower, upper, direct, pvalue)
    if any(math.isnan(value) for value in given) or lower > upper:
        raise ArgumentError(
            "indirect=, lower=, upper=, direct=, pvalue= need numbers with lower <= upper; got "
            f"{given}. Without a test of both effects there is no type."
        )
    if not (0 < alpha < 1 and 0 <= pvalue <= 1):
        raise ArgumentError(
            f"alpha= and pvalue= need probabilities; got {alpha!r} and {pvalue!r}. The usual level "
            "is 0.05."
        )
    through, past = lower > 0 or upper < 0, pvalue < alpha
    if through and past:
        return "complementary" if (indirect > 0) == (direct > 0) else "competitive"
    if through:
        return "indirect-only"
    return "direct-only" if past else "none"


def mediation_types(
    fit: Fit, effects: IndirectEffects, *, draws: int = DRAWS, seed: int | None = None
) -> pd.DataFrame:
    """The type of mediation of every indirect effect.

    Parameters
    ----------
    fit : Fit
        The model that the effects are of.
    effects : IndirectEffects
        Of `indirect_effects`; their level is that of the tests.
    draws : int
        Monte Carlo draws, where direct paths have to be added.
    seed : int, optional
        Of these draws.

    Returns
    -------
    DataFrame
        kind (specific, total indirect), group, source, target, path; est, ci_lower, ci_upper of
        the indirect effect, direct, direct_se, direct_pvalue, direct_ci_lower, direct_ci_upper
        (95 %) of the direct one, from the same model; added (whether the direct path is none of
        `fit` and was added, in which case the indirect effect is that of the larger model too);
        type, and note: why there is none. Definitions (``:=``) have no source and are left out.
    """
    wanted = effects.frame[effects.frame["kind"].isin(("specific", "total indirect"))]
    if not len(wanted):
        return pd.DataFrame(columns=_COLUMNS)
    there = {
        (statement.rhs, statement.lhs)
        for statement in fit.model.statements
        if isinstance(statement, Relation) and statement.op == "~"
    }
    pairs = dict.fromkeys(zip(wanted["source"], wanted["target"], strict=True))
    lacking = [pair for pair in pairs if pair not in there]
    found, note = _in_larger_model(fit, lacking, effects.level, draws, seed)
    own = _tested(fit, effects)
    rows: list[dict[str, Any]] = []
    for effect in wanted.to_dict("records"):
        added = (effect["source"], effect["target"]) in lacking
        row = {key: effect[key] for key in _KEYS} | {"added": added, "type": None}
        numbers = (found if added else own).get(tuple(effect[key] for key in _KEYS))
        rows.append(row | _typed(numbers, 1 - effects.level, note if added else ""))
    return pd.DataFrame(rows, columns=_COLUMNS)


def _typed(numbers: dict[str, float] | None, alpha: float, note: str) -> dict[str, Any]:
    if numbers is None:
        return {"note": note}
    if math.isnan(numbers["direct_pvalue"]) or math.isnan(numbers["ci_lower"]):
        return numbers | {"note": note or "the direct or the indirect effect has no test"}
    kind = mediation_type(
        numbers["est"], numbers["ci_lower"], numbers["ci_upper"], numbers["direct"],
        numbers["direct_pvalue"], alpha,
    )  # fmt: skip
    return numbers | {"type": kind, "note": ""}


def _tested(fit: Fit, effects: IndirectEffects) -> dict[tuple, dict[str, float]]:
    """Indirect effects by their keys, each with the direct effect of the same model."""
    rows = fit.parameters[fit.parameters["op"] == "~"].to_dict("records")
    direct = {(row["group"], row["rhs"], row["lhs"]): row for row in rows}
    names = ("est", "se", "pvalue", "ci_lower", "ci_upper")
    found = {}
    for effect in effects.frame.to_dict("records"):
        one = direct.get((effect["group"], effect["source"], effect["target"]))
        if one is not None:
            found[tuple(effect[key] for key in _KEYS)] = {
                "est": effect["est"], "ci_lower": effect["ci_lower"], "ci_upper": effect["ci_upper"]
            } | {to: one[name] for to, name in zip(_DIRECT, names, strict=True)}  # fmt: skip
    return found


def _in_larger_model(
    fit: Fit, lacking: list[tuple[str, str]], level: float, draws: int, seed: int | None
) -> tuple[dict[tuple, dict[str, float]], str]:
    """The same in the model that has the direct paths too; or why it cannot be had."""
    if not lacking:
        return {}, ""
    paths = [Relation(target, "~", source) for source, target in lacking]
    try:
        larger = _refitted(fit, Model([*fit.model.statements, *paths]))
        if not larger.admissible:
            return {}, "the model with the direct paths: " + " ".join(map(str, larger.problems))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ScrmWarning)
            effects = indirect_effects(
                larger, lacking, draws, method="montecarlo", seed=seed, level=level
            )
    except ScrmError as error:
        return {}, f"the model with the direct paths: {error}"
    return _tested(larger, effects), ""


def _refitted(fit: Fit, model: Model) -> Fit:
    of = fit.settings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScrmWarning)  # problems are looked at by the caller
        return estimate(
            model, _data(fit), estimator=of.estimator, missing=of.missing, auxiliary=of.auxiliary,
            group=of.group, group_equal=of.group_equal, group_partial=of.group_partial,
            ordered=of.ordered, parameterization=of.parameterization, se=of.se, test=of.test,
            information=of.information, std_lv=of.std_lv, meanstructure=of.meanstructure,
            likelihood=of.likelihood, fixed_x=of.fixed_x, orthogonal=of.orthogonal,
            backend=of.backend,
        )  # fmt: skip


def _data(fit: Fit) -> Any:
    """The rows of a fit, or its moments."""
    names = list(fit.compiled.observed)
    if fit.rows is not None:
        parts = [pd.DataFrame(rows.values, columns=names) for rows in fit.rows]
        if fit.settings.group is not None:
            for part, rows in zip(parts, fit.rows, strict=True):
                part[fit.settings.group] = rows.label
        return pd.concat(parts, ignore_index=True)
    if len(fit.samples) > 1:
        raise EstimationError(
            "mediation_types() needs raw data where several groups have no direct path; this model "
            "was fitted to Moments. Add the direct paths to the model."
        )
    sample = fit.samples[0]
    cov = sample.cov[0] * (1.0 if fit.settings.unbiased else sample.cases / (sample.cases - 1))
    mean = None if sample.mean is None else sample.mean[0]
    return Moments(cov, sample.cases, mean, names)
