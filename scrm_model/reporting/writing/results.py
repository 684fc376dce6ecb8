"""The results in words: measurement, fit, every claim, rival models."""

from collections.abc import Iterator

from scrm_model.reporting.contents import Contents
from scrm_model.reporting.language import Phrase, phrase
from scrm_model.reporting.writing.compared import rivals
from scrm_model.reporting.writing.explained import r2
from scrm_model.reporting.writing.hypotheses import hypothesis_parts
from scrm_model.reporting.writing.measured import fit, measurement
from scrm_model.reporting.writing.mediated import mediation_parts
from scrm_model.reporting.writing.parts import Part, part
from scrm_model.reporting.writing.scales import scales


def result_parts(contents: Contents) -> tuple[Part, ...]:
    """The results of an analysis in words, in order.

    Parameters
    ----------
    contents : Contents

    Returns
    -------
    tuple of Part
        caution (if there is cause), measurement, fit, r2; a part for each hypothesis and each
        mediation claim, by its id; rivals. Those that do not apply are left out.
    """
    found = [part("caution", *_caution(contents))]
    if not contents.failed:
        found.append(part("measurement", *measurement(contents), *scales(contents)))
        found.append(part("fit", *fit(contents)))
        found.append(part("r2", *r2(contents)))
    found += [*hypothesis_parts(contents), *mediation_parts(contents)]
    if not contents.failed:
        found.append(part("rivals", *rivals(contents)))
    return tuple(one for one in found if one.sentences)


def _caution(contents: Contents) -> Iterator[Phrase]:
    if contents.failed:
        yield phrase("writing.caution.failed")
        return
    if not contents.fit.admissible:
        yield phrase("writing.caution.inadmissible")
    measured = contents.measurement_fit
    if measured is not None and measured.converged and not measured.admissible:
        yield phrase("writing.caution.measurement")
