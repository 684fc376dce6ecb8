"""Score tests of what a level holds equal, one parameter at a time in all groups."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from scrm_model.estimation.evaluation.fit_measures import chi2_sf
from scrm_model.estimation.evaluation.release import Released, release_test
from scrm_model.estimation.observe import compile_model
from scrm_model.estimation.optimise.constraints import constraints_of
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import TWO_STAGE
from scrm_model.measurement.invariance.levels import Plan
from scrm_model.study.records import Text

COLUMNS = ("parameter", "mi", "df", "pvalue", "epc")
_NO_MINIMUM = Text(
    "no score test: the level found no minimum",
    "pas de test du score : ce niveau n'a pas trouvé de minimum",
)
_TWO_STAGE = Text(
    "no score test in two stages: use missing='fiml'",
    "pas de test du score en deux étapes : prenez missing='fiml'",
)
_FIXED = Text(
    "fixed in all groups: there is nothing to release",
    "fixé dans tous les groupes : il n'y a rien à libérer",
)
_NOT_IDENTIFIED = Text(
    "not identified if released: no test", "non identifié une fois libéré : pas de test"
)


def score(found: Fit, how: Plan, name: str, cuts: Mapping[str, int]) -> dict[str, Any]:
    """The test of releasing one parameter in all groups.

    Parameters
    ----------
    found : Fit
        A level, converged.
    how : Plan
        The same level with the parameter released.
    name : str
        The parameter.
    cuts : dict of str to int
        Thresholds of each ordinal variable.

    Returns
    -------
    dict
        parameter, mi (chi-square), df (groups less one; 0 if nothing is released), pvalue, epc
        (expected difference of a later group from the first, the largest in size), epc_1, epc_2, …
        (expected change in each group), note (Text or None).
    """
    groups = tuple(found.table.groups)
    lacking: dict[str, Any] = {"parameter": name} | dict.fromkeys(COLUMNS[1:], np.nan)
    lacking |= {f"epc_{g + 1}": np.nan for g in range(len(groups))}
    if not found.converged:
        return lacking | {"note": _NO_MINIMUM}
    if found.settings.missing in TWO_STAGE:
        return lacking | {"note": _TWO_STAGE}
    settings = found.settings.but(group_equal=how.group_equal, group_partial=how.group_partial)
    means = found.compiled.meanstructure
    larger = compile_model(how.model, settings, means, groups, dict(cuts) or None)
    test = release_test(
        found.compiled, found.theta, found.npar, larger, constraints_of(larger).space.basis,
        found.samples, found.settings.discrepancy,
    )  # fmt: skip
    if test.df < 1:
        return lacking | {"df": 0, "note": _FIXED}
    if not np.isfinite(test.stat):
        return lacking | {"df": test.df, "note": _NOT_IDENTIFIED}
    return {"parameter": name} | _numbers(test, name, len(groups)) | {"note": None}


def _numbers(test: Released, name: str, n_groups: int) -> dict[str, float]:
    moved = {k[3]: v for k, v in test.change.items() if f"{k[0]}{k[1]}{k[2]}" == name}
    by_group = [moved.get(g + 1, 0.0) for g in range(n_groups)]
    epc = max((x - by_group[0] for x in by_group[1:]), key=abs)
    out = {"mi": test.stat, "df": test.df, "pvalue": chi2_sf(test.stat, test.df), "epc": epc}
    return out | {f"epc_{g + 1}": v for g, v in enumerate(by_group)}
