"""The methods paragraphs on the estimator, why it was chosen, and how fit was judged."""

from collections.abc import Iterator
from typing import Any

from scrm_model.measurement.conventions import CUT_OFFS, SCALE_CUT_OFFS
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Number, is_missing
from scrm_model.reporting.language import Listing, Phrase, has_text, phrase
from scrm_model.reporting.writing.cite import cite, told
from scrm_model.reporting.writing.stats import bounded, number

RESIDUAL = SCALE_CUT_OFFS["residual"][0]

_SOURCES = {
    "normal": "curran1996", "not_normal": "curran1996", "few_points": "rhemtulla2012",
    "skewed": "rhemtulla2012", "skewed_but_few_cases": "rhemtulla2012",
}  # fmt: skip


def estimation(contents: Contents) -> Iterator[Phrase]:
    """Estimator, the reasons for it, the size of the model, how the search ended.

    Parameters
    ----------
    contents : Contents
    """
    both = contents.measurement_fit is not None
    if both:
        yield phrase("writing.estimation.two_steps", source=cite("anderson1988"))
    key = "estimator" if both else "estimator_alone"
    yield phrase(f"writing.estimation.{key}", estimator=estimator_of(contents))
    yield from _reasons(contents)
    if contents.failed:
        yield phrase("writing.estimation.failed")
        return
    measures = contents.fit.measures
    if not (is_missing(measures.get("npar")) or is_missing(measures.get("df"))):
        npar = Number(measures["npar"], "integer")
        yield phrase("writing.estimation.size", npar=npar, df=Number(measures["df"], "integer"))
    end = "converged" if contents.fit.admissible else "inadmissible"
    yield phrase(f"writing.estimation.{end}")


def estimator_of(contents: Contents) -> Any:
    """The estimator in words, or its name."""
    name = str(contents.fit.settings.estimator)
    key = f"method.estimator_{name.lower()}"
    return phrase(key) if has_text(key) else name


def _reasons(contents: Contents) -> Iterator[Phrase]:
    """Why this estimator; what was said of missing answers stands with the data."""
    asked = []
    for reason in contents.choice.reasons if contents.choice else ():
        if reason.code == "asked":
            asked.append(reason.values["what"])
        elif reason.code == "listwise":
            yield phrase("writing.estimation.listwise")
        elif reason.code in _SOURCES:
            yield _reason(reason)
    known = tuple(phrase(f"writing.estimation.asked_{what}") for what in asked)
    if known:
        yield phrase("writing.estimation.asked", list=Listing(known))


def _reason(reason: Any) -> Phrase:
    values = dict(reason.values)
    fields: dict[str, Any] = {"source": cite(_SOURCES[reason.code])}
    if "items" in values:
        fields["items"] = Listing(values["items"])
    if "n" in values:
        fields["n"] = Number(values["n"], "integer")
    for name in ("skew", "kurtosis"):
        if name in values:
            fields[name] = number(values[name])
    return phrase(f"writing.estimation.{reason.code}", **fields)


def judging(contents: Contents) -> Iterator[Phrase]:
    """Which test and indices were used, and which conventions stand beside them.

    Parameters
    ----------
    contents : Contents
    """
    if contents.failed:
        return
    if contents.reliability is not None and contents.validity is not None:
        keys = {"omega": "joreskog1971", "ave": "fornell1981", "htmt": "henseler2015"}
        works = {name: cite(key) for name, key in keys.items()}
        yield phrase("writing.judging.scales", **works)
    if contents.fit.measures.get("df", 1) != 0:
        yield from _fit(contents)


def _fit(contents: Contents) -> Iterator[Phrase]:
    measures = contents.fit.measures
    corrected = "chisq.scaled" in measures
    test = phrase(f"writing.judging.test{'_scaled' if corrected else ''}")
    yield phrase("writing.judging.indices", test=test)
    for kind in ("robust", "scaled"):
        if not is_missing(measures.get(f"cfi.{kind}")):
            yield phrase(f"writing.judging.{kind}")
            break
    cuts = {name: bounded(CUT_OFFS[name].value) for name in ("cfi", "rmsea", "srmr")}
    source = told(CUT_OFFS["cfi"].source)
    against = cite("marsh2004")
    yield phrase("writing.judging.conventions", source=source, against=against, **cuts)
    if hasattr(contents.fit, "residual_table"):
        yield phrase(
            "writing.judging.local", limit=bounded(RESIDUAL.value), source=cite(RESIDUAL.source)
        )
