"""Hand-made results: what the report needs of a fit, with numbers chosen to be seen."""

from dataclasses import dataclass, replace
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from scrm_model.reporting.contents import Contents, Sample
from scrm_model.study.scrm import STUDY
from scrm_model.survey.instrument import SCALES

BETA = dict(
    zip(
        [f"H{i}" for i in range(1, 10)],
        [0.62, 0.48, 0.31, 0.44, 0.05, 0.38, 0.27, 0.22, 0.19],
        strict=True,
    )
)
NAN = float("nan")


@dataclass(frozen=True)
class FakeFit:
    parameters: pd.DataFrame
    measures: pd.Series
    r2: pd.Series
    converged: bool = True
    admissible: bool = True
    problems: tuple = ()
    nobs: int = 312
    settings: object = None


@dataclass(frozen=True)
class FakeProblem:
    code: str
    parameters: tuple
    message: str
    advice: str


def row(lhs, op, rhs, est, se, std):
    z = est / se if se else NAN
    p = float(np.exp(-0.717 * abs(z) - 0.416 * z * z)) if se else NAN
    return {
        "lhs": lhs,
        "op": op,
        "rhs": rhs,
        "group": 1,
        "label": "",
        "est": est,
        "se": se,
        "z": z,
        "pvalue": p,
        "ci_lower": est - 1.96 * se,
        "ci_upper": est + 1.96 * se,
        "std_lv": std,
        "std_all": std,
    }


def measurement_rows(study, scales):
    for construct in study.constructs:
        items = scales[construct.id].items
        blocks = {}
        for item in items:
            name = f"{construct.id}_{item.dimension}" if item.dimension else construct.id
            blocks.setdefault(name, []).append(item.code)
        for lhs, codes in blocks.items():
            for i, code in enumerate(codes):
                std = 0.86 - 0.045 * i
                yield row(lhs, "=~", code, 1.0 if i == 0 else 1.02 - 0.05 * i, 0.061 * (i > 0), std)
        if list(blocks) != [construct.id]:
            for i, name in enumerate(blocks):
                yield row(construct.id, "=~", name, 1.0 if i == 0 else 0.94, 0.07 * (i > 0), 0.9)


def make_fit(study=STUDY, scales=SCALES, **changes):
    rows = list(measurement_rows(study, scales))
    for i, h in enumerate(study.hypotheses):
        beta = BETA.get(h.id, 0.2 + 0.07 * i)
        rows.append(row(h.target, "~", h.source, beta * 0.97, 0.062, beta))
    r2 = pd.Series({c: 0.31 + 0.06 * i for i, c in enumerate(study.endogenous)})
    measures = pd.Series(
        {
            "npar": 54,
            "chisq": 402.618,
            "df": 316,
            "pvalue": 0.00072,
            "cfi": 0.9712,
            "tli": 0.9678,
            "rmsea": 0.0297,
            "rmsea.ci.lower": 0.0203,
            "rmsea.ci.upper": 0.0378,
            "srmr": 0.0488,
            "aic": 23456.78,
            "bic": 23658.9,
            "logl": -11674.4,
            "ntotal": 312.0,
        }
    )
    settings = SimpleNamespace(
        estimator="ML", missing="listwise", se="standard", test="standard", backend="native"
    )
    return replace(FakeFit(pd.DataFrame(rows), measures, r2, settings=settings), **changes)


def hypothesis_rows(study, fit):
    table = fit.parameters
    for h in study.hypotheses:
        own = table[(table.lhs == h.target) & (table.op == "~") & (table.rhs == h.source)].iloc[0]
        verdict = "supported" if own.pvalue < 0.05 else "not supported"
        yield {
            "hypothesis": h.id,
            "source": h.source,
            "target": h.target,
            "lhs": h.target,
            "op": "~",
            "rhs": h.source,
            "sign": h.sign,
            "est": own.est,
            "se": own.se,
            "z": own.z,
            "pvalue": own.pvalue,
            "ci_lower": own.ci_lower,
            "ci_upper": own.ci_upper,
            "std_all": own.std_all,
            "verdict": verdict,
            "origin": h.origin,
            "references": h.references,
        }


def mediation_rows(study):
    def effect(kind, source, target, path, size):
        return {
            "kind": kind,
            "source": source,
            "target": target,
            "path": path,
            "est": size,
            "se": 0.021,
            "ci_lower": size - 0.041,
            "ci_upper": size + 0.046,
            "pvalue": NAN,
            "std": size * 1.03,
            "std_ci_lower": size * 1.03 - 0.04,
            "std_ci_upper": size * 1.03 + 0.045,
        }

    step = {h.path: BETA.get(h.id, 0.3) for h in study.hypotheses}
    sums = {}
    for path in study.indirect_paths():
        size = float(np.prod([step[pair] for pair in pairwise(path)]))
        key = (path[0], path[-1])
        sums[key] = sums.get(key, 0) + size
        yield effect("specific", *key, " → ".join(path), size)
    for key, size in sums.items():
        yield effect("total indirect", *key, "", size)
        yield effect("total", *key, "", size)


def make_contents(study=STUDY, scales=SCALES, **changes):
    fit = changes.pop("fit", None) or make_fit(study, scales)
    built = Contents(
        study=study,
        scales=scales,
        sample=Sample(
            rows=324,
            used=312,
            left_out=12,
            missing_cells=15,
            missing_treatment="listwise",
            missing_by_item={"cro1": 0, "sms3": 9, "scrmp6": 6},
            log=("Column “cro1 ” read as cro1.",),
            file="réponses.csv",
            sha256="9f" * 32,
        ),
        fit=fit,
        measurement_fit=make_fit(study, scales, measures=fit.measures * 0.99),
        hypotheses=pd.DataFrame(list(hypothesis_rows(study, fit))),
        mediation=pd.DataFrame(list(mediation_rows(study))),
        mediation_notes={
            "method": "bootstrap",
            "interval": "percentile",
            "draws": 5000,
            "draws_used": 4985,
            "failed": 3,
            "inadmissible": 12,
            "seed": 20240607,
        },
        settings={"performance": "second-order"},
        versions={"scrm_model": "0.1.0", "numpy": "2.3.0", "Python": "3.11.2"},
    )
    return replace(built, **changes)


def failed_fit(study=STUDY, scales=SCALES):
    fit = make_fit(study, scales)
    missing = ["est", "se", "z", "pvalue", "ci_lower", "ci_upper", "std_lv", "std_all"]
    return replace(
        fit,
        parameters=fit.parameters.assign(**dict.fromkeys(missing, NAN)),
        measures=pd.Series(dtype=float),
        r2=pd.Series(dtype=float),
        converged=False,
        admissible=False,
        problems=(FakeProblem("not_converged", (), "No minimum was found.", "Try again."),),
    )


HEYWOOD = FakeProblem(
    "negative_variance", ("sms1 ~~ sms1",), "Negative variance: sms1 ~~ sms1.", "Look at the item."
)


@pytest.fixture
def kit():
    return SimpleNamespace(
        contents=make_contents,
        fit=make_fit,
        failed=failed_fit,
        heywood=HEYWOOD,
        row=row,
        problem=FakeProblem,
    )
