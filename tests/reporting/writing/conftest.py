"""Contents for every branch of the written texts, made from the hand-made results."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from scrm_model.errors import EstimationError
from scrm_model.inference.indirect import IndirectEffects
from scrm_model.inference.mediation_types import MediationTypes
from scrm_model.reporting.contents import Sample
from scrm_model.screening.flow import Flow
from scrm_model.screening.screen import screen
from scrm_model.study.claims import Study, Text
from scrm_model.survey.scales import Scales

NAN = float("nan")
ONE = Study.build({"A": "Alpha", "B": "Beta", "C": "Gamma"}, [("A", "B"), ("B", "C")],
                  [("A", "B", "C")])  # fmt: skip
SCALES = Scales.build({n: [f"{n.lower()}{i}" for i in (1, 2, 3)] for n in "ABC"}, points=5)
TWO_PATHS = Study.build(
    {"A": "A", "B": "B", "C": "C", "D": "D"},
    [("A", "B"), ("A", "C"), ("B", "D"), ("C", "D"), ("A", "D")],
    [("A", ("B", "C"), "D")],
)


def reasons(*codes, **values):
    told = {"items": ("cro1", "cro2"), "n": 120, "skew": 1.4, "kurtosis": 2.1}
    return SimpleNamespace(
        reasons=tuple(SimpleNamespace(code=c, message="", values=values or told) for c in codes)
    )


def asked(*what):
    return SimpleNamespace(
        reasons=tuple(
            SimpleNamespace(code="asked", message="", values={"what": w, "value": "x"})
            for w in what
        )
    )


def screened(flow, counts):
    """A screening after which some cases were left out, a reason each time."""
    frame = pd.DataFrame({c: [1, 2, 3, 4, 5] * 40 for c in SCALES.codes})
    found = screen(frame, SCALES, flow=flow)
    for k, count in enumerate(counts):
        cases = found.cases.index[:count]
        found = found.exclude(cases, Text(f"reason {k}", f"motif {k}"))
    return found


def turned(scales, codes):
    """Scales of one construct with some items reverse-keyed."""
    (scale,) = scales.scales
    items = tuple(replace(item, reverse=item.code in codes) for item in scale.items)
    return Scales((replace(scale, items=items),))


class WithResiduals:
    """A fit, with residuals of correlations."""

    def __init__(self, fit, largest=0.13, fails=False):
        self._fit, self._largest, self._fails = fit, largest, fails

    def __getattr__(self, name):
        return getattr(self._fit, name)

    def residual_table(self, kind):
        if self._fails:
            raise EstimationError("none")
        cov = pd.DataFrame(np.zeros((3, 3)), ["x1", "x2", "x3"], ["x1", "x2", "x3"])
        cov.iloc[2, 0] = self._largest
        return SimpleNamespace(cov=cov)


def sample(**changes):
    base = Sample(rows=200, used=200, left_out=0, missing_cells=0, missing_treatment="listwise")
    return replace(base, **changes)


class Maker:
    """Varies the hand-made contents, a part at a time."""

    def __init__(self, kit):
        self.kit = kit

    def base(self, **changes):
        bare = "scales" in changes and changes["scales"] is None
        study = changes.get("study")
        if bare:
            changes.pop("scales")
        if study is not None and "scales" not in changes:
            names = [c.id for c in study.constructs]
            changes["scales"] = Scales.build(
                {n: [f"{n.lower()}{i}" for i in (1, 2, 3)] for n in names}
            )
        fit = changes.pop("fit", None)
        made = self.kit.contents(**changes)
        made = made if fit is None else replace(made, fit=fit)
        return replace(made, scales=None) if bare else made

    def settings(self, **changes):
        fit = self.kit.fit()
        return replace(fit, settings=SimpleNamespace(**{**vars(fit.settings), **changes}))

    def measures(self, **changes):
        fit = self.kit.fit()
        return replace(fit, measures=pd.Series({**fit.measures, **changes}))

    def measured(self, change):
        """A measurement model whose rows `change` has changed."""
        fit = self.kit.fit()
        return self.base(measurement_fit=replace(fit, parameters=change(fit.parameters.copy())))

    def rows(self, extra=(), change=None):
        """A structural model with further rows, or changed ones."""
        fit = self.kit.fit()
        table = pd.concat([fit.parameters, pd.DataFrame([self.kit.row(*r) for r in extra])])
        table = table.reset_index(drop=True)
        return replace(fit, parameters=table if change is None else change(table))

    def hypothesis(self, **values):
        """One hypothesis only, with other numbers."""
        contents = self.base()
        return replace(contents, hypotheses=contents.hypotheses.iloc[:1].assign(**values))

    def several(self, verdicts, groups=False, **values):
        """One hypothesis as several rows."""
        contents = self.base()
        one = contents.hypotheses.iloc[:1]
        rows = [
            one.assign(lhs="SMS" if groups else f"SMS_{i}", group=i if groups else 1, verdict=v)
            for i, v in enumerate(verdicts, start=1)
        ]
        return replace(contents, hypotheses=pd.concat(rows).assign(**values))

    def chain(self, est=0.2, lower=0.1, upper=0.3, study=ONE, **changes):
        """A claim with one path."""
        contents = self.base(study=study, scales=SCALES)
        numbers = {"est": est, "ci_lower": lower, "ci_upper": upper, "se": 0.05}
        table = contents.mediation.assign(**numbers)
        return replace(contents, mediation=table, **changes)

    def typed(self, kind, added=(), direct=0.3, study=ONE, **changes):
        contents = self.chain(study=study)
        reach = 0.5 if kind in ("indirect-only", "no effect") else 0.1
        frame = contents.mediation[["kind", "source", "target", "path"]].assign(
            group=1, indirect=0.21, ci_lower=0.11, ci_upper=0.31, direct=direct,
            direct_ci_lower=direct - reach, direct_ci_upper=direct + reach, type=kind, note="",
        )  # fmt: skip
        return replace(contents, mediation_types=types_of(frame, added), **changes)

    def paths(self, *clear, total=True, beyond=0.0):
        """A claim with two specific paths; `clear` are those whose interval leaves out zero."""
        contents = self.base(study=TWO_PATHS, scales=None)
        table = contents.mediation[contents.mediation["kind"] == "specific"].copy()
        table["ci_lower"] = [0.05 if i in clear else -0.05 for i in range(len(table))]
        table["ci_upper"] = 0.4
        sums = table["est"].sum() + beyond
        rest = [table.iloc[:1].assign(kind="total indirect", path="", est=sums, ci_lower=0.05)]
        whole = pd.concat([table, *(rest if total else [])], ignore_index=True)
        return replace(contents, mediation=whole)

    def rivals(self, names=("partial",), **columns):
        table = pd.DataFrame({"model": ["claimed", *names]})
        base = {
            "nobs": 312.0, "converged": True, "admissible": True, "comparable": True,
            "chisq": 400.0, "df": 316.0, "pvalue": 0.01, "cfi": 0.97, "tli": 0.96, "rmsea": 0.03,
            "srmr": 0.05, "aic": 1000.0, "bic": 1100.0, "d_chisq": NAN, "d_df": NAN,
            "d_pvalue": NAN,
        }  # fmt: skip
        table = table.assign(**base)
        for name, values in columns.items():
            table[name] = [base[name], *values]
        return self.base(rivals=table)


@pytest.fixture
def make(kit):
    return Maker(kit)


def _data(make):
    full, holes = make.base, {"missing_cells": 7}
    yield make.base(), make.base(sample=sample(rows=1, used=1))
    yield full(sample=sample()), full(sample=sample(left_out=1, used=199, **holes))
    yield full(sample=sample(left_out=2, used=198, missing_cells=1))
    for left_out in (1, 2):
        yield full(sample=sample(left_out=left_out, used=200 - left_out, missing_cells=7,
                                 missing_treatment="fiml"))  # fmt: skip
    for how in ("two.stage", "pairwise", "hot deck"):
        yield full(sample=sample(missing_treatment=how, **holes))
    empty = make.kit.fit()
    empty = replace(empty, parameters=empty.parameters.query("op != '=~'"))
    for cells in (1, 2):
        yield full(scales=None, fit=empty, sample=sample(missing_cells=cells))
    yield full(settings={"missing_codes": (-99.0, -9)})
    reached = Flow(invited=900, undelivered=100)
    ways = ((Flow(invited=900), (1,)), (reached, (2, 1)), (None, (1,)), (Flow(started=300), (1,)))
    for flow, out in (*ways, (Flow(invited=500), ())):
        yield full(sample=sample(), screening=screened(flow, out))


def _measures(make):
    one = Study.build({"A": "Alpha"})
    nothing = pd.DataFrame(columns=make.base().hypotheses.columns)
    items = Scales.build({"A": ["a1", "a2"]})
    small = make.base(study=one, scales=items, hypotheses=nothing, mediation=pd.DataFrame(),
                      mediation_notes={})  # fmt: skip
    for reverse in (("a1",), ("a1", "a2")):
        yield replace(small, scales=turned(items, reverse))
    yield replace(small, scales=Scales.build({"A": "a"}))
    yield replace(small, scales=Scales.build({"A": ["a1"], "B": ["b1"]}, points={"A": 5, "B": 7}))
    dimensions = lambda t: t[~((t["op"] == "=~") & (t["lhs"] == "SCRMP"))]  # noqa: E731
    without = lambda t: dimensions(t)[lambda x: x["lhs"] != "SCRMP"]  # noqa: E731
    single = lambda t: dimensions(t).replace({"lhs": {"SCRMP_FIRM": "SCRMP"}})  # noqa: E731
    yield replace(make.base(), fit=make.rows(change=without))
    alone = {"performance": "single"}
    yield make.base(fit=make.rows(change=single), settings=alone)
    lone = [("X", "=~", "x", 1.0, 0, 1.0)]
    yield (
        make.base(fit=make.rows(lone)),
        make.base(fit=make.rows([*lone, ("Z", "=~", "z", 1.0, 0, 1.0)])),
    )
    made = [("F", "<~", "f1", 1.0, 0, 0.5), ("F", "<~", "f2", 0.5, 0.1, 0.5)]
    more = [("G", "<~", "g1", 1.0, 0, 0.5)]
    yield make.base(fit=make.rows(made)), make.base(fit=make.rows([*made, *more]))
    free = [("cro1", "~~", "cro2", 0.2, 0.05, 0.3)]
    twice = [*free, ("cro1", "~~", "cro3", 0.2, 0.05, 0.3)]
    yield make.base(fit=make.rows(free)), make.base(fit=make.rows(twice))
    yield (make.base(fit=make.settings(std_lv=True)),)
    every = make.base().scales.codes
    for ordered in (every, ("cro1",), ("cro1", "cro2")):
        yield (make.base(fit=make.settings(ordered=ordered, parameterization="delta")),)


def _estimation(make):
    yield make.base(measurement_fit=None), make.base(fit=make.kit.fit(admissible=False))
    for code in ("normal", "not_normal", "few_points", "skewed", "skewed_but_few_cases"):
        yield (make.base(choice=reasons(code)),)
    yield (make.base(choice=reasons("few_points", items=("cro1",), n=1)),)
    yield (
        make.base(choice=reasons("listwise", n=3)),
        make.base(choice=asked("estimator", "missing", "ordered")),
    )
    yield (
        make.base(fit=make.settings(estimator="ABC")),
        make.base(fit=make.settings(backend="semopy")),
    )
    robust = {"chisq.scaled": 390.0, "pvalue.scaled": 0.002, "cfi.robust": 0.94,
              "tli.robust": 0.93, "rmsea.robust": 0.07, "rmsea.ci.lower.robust": 0.06,
              "rmsea.ci.upper.robust": 0.08}  # fmt: skip
    scaled = {"chisq.scaled": 390.0, "pvalue.scaled": 0.2, "df.scaled": 250.4, "cfi.scaled": 0.94}
    yield make.base(fit=make.measures(**robust)), make.base(fit=make.measures(**scaled))
    yield make.base(versions={"scrm_model": "0.1.0"}), make.base(versions={})
    yield (make.base(fit=make.kit.failed(), measurement_fit=make.kit.fit()),)


def _fit(make):
    poor = dict.fromkeys(("rmsea", "srmr"), 0.2) | dict.fromkeys(("cfi", "tli"), 0.4)
    yield make.base(fit=make.measures(df=0)), make.base(fit=make.measures(**poor))
    yield make.base(fit=make.measures(srmr=0.09)), make.base(fit=make.measures(pvalue=0.4))
    yield (make.base(measurement_fit=make.kit.fit()),)
    for largest, fails in ((0.13, False), (0.04, False), (0.0, False), (0.1, True)):
        yield (make.base(fit=WithResiduals(make.kit.fit(), largest, fails)),)
    both = WithResiduals(make.kit.fit(), -0.3)
    both.residual_table = lambda kind: SimpleNamespace(
        cov={"a": WithResiduals(None, -0.3).residual_table(kind).cov,
             "b": WithResiduals(None, 0.2).residual_table(kind).cov})  # fmt: skip
    yield (make.base(fit=both),)
    yield (
        make.base(fit=make.kit.fit(admissible=False)),
        make.base(measurement_fit=make.kit.fit(admissible=False)),
    )
    yield (make.base(measurement_fit=make.kit.failed()),)


def _loadings(make):
    def loading(at, **values):
        def change(table):
            for name, value in values.items():
                table.loc[at, name] = value
            return table

        return make.measured(change)

    yield loading([1], pvalue=0.2, z=1.3), loading([1, 2], pvalue=0.2, z=1.3)
    gone = dict.fromkeys(("se", "z", "pvalue"), NAN)
    yield loading([1], **gone), loading([1, 2], **gone)
    yield loading([0], std_all=0.4), loading([0, 1], std_all=0.4)
    every = list(range(40))
    strong = make.measured(lambda t: t.assign(std_all=0.8))
    yield strong, loading(every[:3], std_all=0.9)
    pair = [make.kit.row("CRO", "~~", "SMS", 0.4, 0.1, 0.55)]
    yield (make.measured(lambda t: pd.concat([t, pd.DataFrame(pair)], ignore_index=True)),)


def _explained(make):
    fit = make.kit.fit()
    shares = lambda **v: replace(fit, r2=fit.r2.replace(0, 0) * 0 + pd.Series(v))  # noqa: E731
    names = list(fit.r2.index)
    for values in (
        (0.5, 0.2, 0.05, 0.01, 0.01),
        (0.5, 0.5, 0.5, 0.2, 0.2),
        (0.2, 0.05, 0.05, 0.3, 0.01),
    ):
        yield (make.base(fit=shares(**dict(zip(names, values, strict=True)))),)
    lost = fit.r2.copy()
    lost.iloc[0] = NAN
    twice = lost.copy()
    twice.iloc[1] = NAN
    yield make.base(fit=replace(fit, r2=lost)), make.base(fit=replace(fit, r2=twice))
    groups = pd.DataFrame({"men": fit.r2, "women": fit.r2})
    only = fit.parameters.query("op == '=~' or lhs == 'SMS'")
    yield make.base(fit=replace(fit, r2=groups)), make.base(fit=replace(fit, parameters=only))


def _hypotheses(make):
    claim = make.hypothesis
    yield claim(est=-0.1, ci_lower=-0.3, ci_upper=0.1, z=-1.0, pvalue=0.3,
                verdict="not supported"), claim(
        est=-0.4, ci_lower=-0.6, ci_upper=-0.2, z=-4.0, pvalue=0.0001,
        verdict="opposite direction",
    )  # fmt: skip
    quiet = make.base().hypotheses.assign(
        est=0.1, ci_lower=-0.1, ci_upper=0.3, z=1.0, pvalue=0.3, verdict="not supported"
    )
    yield (
        replace(make.base(), hypotheses=quiet),
        replace(
            claim(est=0.1, ci_lower=0.01, ci_upper=0.19, pvalue=0.03, verdict="not supported"),
            settings={"alpha": 0.01},
        ),
    )
    yield (
        replace(
            claim(est=0.1, ci_lower=-0.01, ci_upper=0.21, pvalue=0.08), settings={"alpha": 0.10}
        ),
        claim(est=0.1, ci_lower=NAN, ci_upper=NAN, std_all=NAN, z=NAN),
    )
    untested = {"verdict": "not tested", "pvalue": NAN}
    yield claim(est=NAN, se=NAN, **untested), claim(se=NAN, **untested)
    yield claim(se=0.0, **untested), claim(**untested)
    yes, no, not_tested = "supported", "not supported", "not tested"
    for verdicts in ((yes, yes), (yes, no), (no, no), (not_tested, not_tested),
                     (yes, "opposite direction", no)):  # fmt: skip
        yield make.several(verdicts), make.several(verdicts, groups=True)
    for values in ({"est": NAN, "se": NAN}, {"se": NAN}, {"se": 0.0}, {}):
        yield (make.several((not_tested, not_tested), pvalue=NAN, **values),)
    yield (make.base(fit=make.kit.failed()),)


def _mediation(make):
    yield make.chain(), make.chain(est=0.1, lower=-0.1), make.chain(est=-0.2, lower=-0.3,
                                                                    upper=-0.1)  # fmt: skip
    against = Study.build({"A": "A", "B": "B", "C": "C"}).with_hypothesis("A", "B", sign=-1)
    against = against.with_hypothesis("B", "C").with_mediation("A", "B", "C")
    yield make.chain(study=against), make.chain(lower=NAN, upper=NAN)
    for clear in ((0, 1), (0,), ()):
        yield make.paths(*clear), make.paths(*clear, beyond=0.3), make.paths(*clear, total=False)
    base = make.base()
    weak = base.mediation.assign(ci_lower=-0.1)
    half = base.mediation.copy()
    half.loc[half["source"] == "CRO", "ci_lower"] = -0.1
    some = base.mediation.copy()
    some.loc[some["kind"] == "total indirect", "ci_lower"] = 0.1
    three = Study.build(
        {"A": "A", "E": "E", "F": "F", "B": "B", "C": "C"},
        [("A", "B"), ("E", "B"), ("F", "B"), ("B", "C")], [(("A", "E", "F"), "B", "C")],
    )  # fmt: skip
    part = make.base(study=three, scales=None)
    table = part.mediation.copy()
    table["ci_lower"] = 0.01
    table.loc[table["source"] == "F", "ci_lower"] = -0.1
    yield (replace(part, mediation=table),)
    for frame in (weak, half, some):
        yield (replace(base, mediation=frame),)
    grouped = pd.concat([make.chain().mediation.assign(group=g) for g in (1, 2)])
    yield (replace(make.chain(), mediation=grouped),)
    none = make.base(mediation=pd.DataFrame(), mediation_notes={})
    short = make.kit.problem("no_mediation", (), "English.", "Advice.")
    yield none, replace(none, problems=(short,))
    yield make.base(fit=make.kit.failed()), make.base(study=ONE, scales=SCALES,
                                                      fit=make.kit.failed(ONE, SCALES))  # fmt: skip
    defined = make.chain().mediation.iloc[:1].assign(kind="defined", source="", path="ratio")
    yield (replace(make.chain(), mediation=defined),)


def types_of(frame, added):
    effects = IndirectEffects(frame, "montecarlo", "percentile", 0.95, 10000, 10000, 0, 0, 1)
    frame = frame.assign(direct_pvalue=0.2, product=frame["indirect"] * frame["direct"])
    return MediationTypes(frame, effects, added)


def _types(make):
    for added in ((), (("A", "C"),), (("X", "Y"),)):
        for kind in ("complementary", "indirect-only", "direct-only", "no effect", ""):
            yield make.typed(kind, added)
        yield make.typed("competitive", added, direct=-0.3)
    full = make.base()
    frame = full.mediation[["kind", "source", "target", "path"]].assign(
        group=1, indirect=0.2, ci_lower=0.1, ci_upper=0.3, direct=0.1, direct_ci_lower=-0.1,
        direct_ci_upper=0.3, type="indirect-only", note="",
    )  # fmt: skip
    pairs = (("CRO", "SCRMP"), ("SMTU", "SCRMP"))
    yield replace(full, mediation_types=types_of(frame, pairs))
    yield replace(full, mediation_types=types_of(frame.iloc[:0], ()))


def _scales(make):
    for omega, ave, shared, htmt in (
        ((0.8, 0.9), (0.6, 0.7), 0.3, 0.5), ((0.6, 0.9), (0.4, 0.7), 0.5, 0.9),
        ((0.6, 0.65), (0.4, 0.45), 0.5, 0.9), ((0.8,), (0.6,), 0.1, 0.5),
        ((0.6,), (0.4,), 0.1, 0.5), ((NAN, NAN), (NAN, NAN), NAN, NAN),
    ):  # fmt: skip
        names = ["CRO", "SMS"][: len(omega)]
        frame = pd.DataFrame(
            {"construct": names, "group": 1, "order": 1, "omega": omega, "ave": ave}
        )
        pairs = pd.DataFrame(
            {"lhs": ["CRO", "SCRMP_FIRM"], "rhs": ["SMS", "SCRMP_REL"], "group": 1}
        )
        valid = SimpleNamespace(
            frame=frame, correlations=pairs.assign(shared=[shared, 0.9]),
            htmt=pairs.assign(htmt=[htmt, 0.99]),
        )  # fmt: skip
        yield make.base(reliability=SimpleNamespace(frame=frame), validity=valid)
    for code in ("no_reliability", "no_validity"):
        yield make.base(problems=(make.kit.problem(code, (), "English.", "Advice."),))


def _indirect(make):
    notes = dict(make.base().mediation_notes)
    for interval in ("percentile", "bca", "bc", "basic", "normal", "odd"):
        yield (make.base(mediation_notes={**notes, "interval": interval}),)
    yield (
        make.base(mediation_notes={"method": "montecarlo", "draws": 20000, "seed": 3}),
        make.base(mediation_notes={"method": "delta", "level": 0.9}),
    )
    yield (
        make.base(mediation_notes={"method": "hand", "level": 0.975}),
        make.base(mediation_notes={**notes, "failed": 0, "inadmissible": 0, "seed": None}),
    )


def _rivals(make):
    nested = {"d_chisq": [5.1], "d_df": [2.0]}
    for df, p in ((314.0, 0.01), (314.0, 0.4), (318.0, 0.01), (318.0, 0.4)):
        yield (make.rivals(df=[df], d_pvalue=[p], **nested),)
    yield make.rivals(aic=[990.0], bic=[1090.0]), make.rivals(aic=[1010.0], bic=[1103.0])
    yield make.rivals(aic=[990.0], bic=[1110.0])
    yield make.rivals(aic=[1010.0], bic=[1090.0]), make.rivals(aic=[NAN], bic=[NAN])
    yield make.rivals(comparable=[False], df=[221.4]), make.rivals(converged=[False])
    yield make.rivals(admissible=[False]), make.rivals(names=("partial", "no-sms"))
    blank = make.rivals().rivals.assign(aic=NAN, bic=NAN)
    more = make.rivals(names=("partial", "no-sms")).rivals.assign(aic=NAN, bic=NAN)
    yield make.base(rivals=blank), make.base(rivals=more)
    yield (
        make.base(fit=make.settings(test="satorra.bentler"), rivals=blank),
        make.base(
            rivals=None, problems=(make.kit.problem("no_rivals", (), "English.", "Advice."),)
        ),
    )
    yield (make.base(rivals=make.rivals().rivals.iloc[:1]),)


_MADE = []


@pytest.fixture
def cases(make):
    """Contents that together take every branch, made once."""
    if not _MADE:
        _MADE.extend(_all_cases(make))
    return _MADE


def _all_cases(make):
    makers = (_data, _measures, _estimation, _fit, _loadings, _explained, _hypotheses, _mediation,
              _types, _scales, _indirect, _rivals)  # fmt: skip
    some = [one for maker in makers for one in maker(make)]
    return [c for one in some for c in (one if isinstance(one, tuple) else (one,))]
