"""Chi-square differences: can two constructs be told apart?

Notes
-----
The measurement model, all constructs with variance 1, is fitted once as it is and once for each
pair with their correlation fixed at a cut-off (with the sign of the estimate), or with both merged
into one construct [anderson1988]_, [ronkko2022]_. The test of the difference is that of
`scrm_model.inference.compare.compare`. A correlation whose estimate is beyond the cut-off can also
lead to a large difference: read the estimate first.

References
----------
.. [anderson1988] Anderson, J. C., & Gerbing, D. W. (1988). Structural equation modeling in
   practice: A review and recommended two-step approach. Psychological Bulletin, 103, 411-423.
.. [ronkko2022] Rönkkö, M., & Cho, E. (2022). An updated guideline for assessing discriminant
   validity. Organizational Research Methods, 25, 6-14.
"""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import EstimationError, IdentificationError, ScrmError, ScrmWarning
from scrm_model.estimation.fit import fit as estimate
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.result import Fit
from scrm_model.inference.compare import compare
from scrm_model.measurement.scales import constructs_of
from scrm_model.spec.model import Model
from scrm_model.spec.statements import Constraint, Modifiers, Relation

_COLUMNS = ("df", "chisq", "chisq_diff", "df_diff", "pvalue", "note")


def difference_tests(fit: Fit, cutoff: float, merge: bool) -> pd.DataFrame:
    """A test for each pair of constructs that are no dimension of another.

    Parameters
    ----------
    fit : Fit
        Converged, one group.
    cutoff : float
        In (0, 1].
    merge : bool
        Merge the two constructs in the place of fixing their correlation.

    Returns
    -------
    DataFrame
        lhs, rhs, r, df, chisq, chisq_diff, df_diff, pvalue, note; df and chisq of the restricted
        model.

    Raises
    ------
    EstimationError
        Fewer than two constructs, several groups, constraints among the parameters, or a
        measurement model without a minimum.
    """
    names = _top(fit)
    _check(fit, names)
    relations = measurement_relations(fit)
    try:
        base = refitted(fit, relations)
    except IdentificationError as error:
        raise EstimationError(
            "discriminant() needs constructs that are identified when all of them correlate; these "
            "are not. Read Validity.correlations in its place. " + str(error)
        ) from None
    if not base.converged:
        raise EstimationError(
            "discriminant() needs a measurement model with a minimum; got none. "
            + " ".join(str(p) for p in base.problems)
        )
    found = base.parameters.set_index(["lhs", "op", "rhs"])["est"]
    rows = []
    for a, b in combinations(names, 2):
        r = float(found[(a, "~~", b)])
        row = {"lhs": a, "rhs": b, "r": r}
        rows.append(row | _test(fit, base, relations, (a, b), float(np.copysign(cutoff, r)), merge))
    return pd.DataFrame(rows, columns=["lhs", "rhs", "r", *_COLUMNS])


def _check(fit: Fit, names: list[str]) -> None:
    if len(names) < 2:
        raise EstimationError(
            "discriminant() needs two reflective constructs that are no dimension of another; got "
            f"{', '.join(names) or 'none'}. Fit the dimensions as correlated constructs to compare "
            "them."
        )
    if len(fit.samples) > 1:
        raise EstimationError(
            f"discriminant() needs a fit of one group; got {len(fit.samples)}. Fit each group by "
            "itself, or read the intervals of the correlations in Validity.correlations."
        )
    if any(isinstance(s, Constraint) for s in fit.model.statements):
        raise EstimationError(
            "discriminant() needs a measurement model without constraints; got some in model=. "
            "Fit the constructs without them, or read Validity.correlations."
        )


def _top(fit: Fit) -> list[str]:
    every = constructs_of(fit.compiled)
    below = {v for of in every.values() for v in of.dimensions}
    return [f for f, of in every.items() if not of.formative and f not in below]


def measurement_relations(fit: Fit) -> list[Relation]:
    """Loadings of the reflective constructs and relations among their items' residuals.

    Markers written as ``1*x`` are freed, as variances of 1 set the units.
    """
    every = constructs_of(fit.compiled)
    reflective = {f for f, of in every.items() if not of.formative}
    items = {v for f in reflective for v in every[f].items}
    out = []
    for s in fit.model.statements:
        if not isinstance(s, Relation):
            continue
        if s.op == "=~" and s.lhs in reflective:
            marker = bool(s.modifiers.fixed) and set(s.modifiers.fixed) == {1.0}
            out.append(replace(s, modifiers=replace(s.modifiers, fixed=())) if marker else s)
        elif s.lhs in items and (s.op in ("|", "~*~", "~1") or (s.op == "~~" and s.rhs in items)):
            out.append(s)
    return out


def refitted(
    fit: Fit,
    relations: Sequence[Relation],
    group: int = 0,
    *,
    extra: Mapping[str, NDArray] | None = None,
    std_lv: bool = True,
) -> Fit:
    """Another model of the same variables, fitted to one group as the first one was.

    Parameters
    ----------
    fit : Fit
    relations : sequence of Relation
    group : int
        From 0.
    extra : mapping of str to ndarray, shape (N,), optional
        Further columns.
    std_lv : bool
        Whether constructs have variance 1.
    """
    of = fit.settings
    data: Any
    if fit.rows is None:
        sample = fit.samples[group]
        cases = sample.cases
        cov = sample.cov[0] * (1.0 if of.unbiased else cases / (cases - 1))
        mean = None if sample.mean is None else sample.mean[0]
        data = Moments(cov, cases, mean, fit.compiled.observed)
    else:
        data = pd.DataFrame(fit.raw_data()[group], columns=list(fit.compiled.observed))
        data = data.assign(**(extra or {}))
    used = {r.rhs for r in relations}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScrmWarning)
        return estimate(
            Model(relations), data, estimator=of.estimator, missing=of.missing,
            likelihood=of.likelihood, information=of.information, se=of.se, test=of.test,
            ordered=[v for v in of.ordered if v in used], auxiliary=of.auxiliary, std_lv=std_lv,
            meanstructure=of.meanstructure, parameterization=of.parameterization,
        )  # fmt: skip


def _test(
    fit: Fit, base: Fit, relations: list[Relation], pair: tuple[str, str], at: float, merge: bool
) -> dict[str, Any]:
    lacking = dict.fromkeys(_COLUMNS, np.nan)
    try:
        changed = _merged(relations, pair) if merge else _fixed(relations, pair, at)
        restricted = refitted(fit, changed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ScrmWarning)  # its note says the same
            found = compare(base, restricted, names=["free", "restricted"])
    except ScrmError as error:
        return lacking | {"note": f"no test: {error}"}
    last = found.frame.iloc[-1]
    return {key: last[key] for key in _COLUMNS[:-1]} | {"note": " ".join(found.notes())}


def _fixed(relations: list[Relation], pair: tuple[str, str], at: float) -> list[Relation]:
    return [*relations, Relation(pair[0], "~~", pair[1], Modifiers(fixed=(at,)))]


def _merged(relations: list[Relation], pair: tuple[str, str]) -> list[Relation]:
    keep, gone = pair
    out: dict[tuple[str, str, str], Relation] = {}
    for s in relations:
        named = replace(s, lhs=keep) if s.lhs == gone else s
        out.setdefault((named.lhs, named.op, named.rhs), named)
    return list(out.values())
