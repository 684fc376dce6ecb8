"""Citations and the list of references: which works the report names, and how."""

from collections.abc import Iterable, Mapping
from typing import Any

from scrm_model.measurement.conventions import CUT_OFFS, METHOD_REFERENCES, SCALE_CUT_OFFS
from scrm_model.reporting.contents import Contents
from scrm_model.reporting.language import Listing
from scrm_model.reporting.writing.works import WORKS
from scrm_model.study.records import Reference

JOINT = ["fetters2013", "guetterman2015"]
"""Keys of the works that the joint display goes by."""


def cited(reference: Reference) -> str:
    """Return a work as it is cited in brackets: ``Hu & Bentler, 1999``."""
    return f"{reference.authors}, {reference.year}"


def citations(keys: Any, contents: Contents) -> Any:
    """Return works as a list in the text, or an empty string.

    Parameters
    ----------
    keys : iterable of str or None
        Keys of the study's bibliography or of the methods' references. A key that neither
        knows is shown as it is.
    contents : Contents
        The report's contents.

    Returns
    -------
    Listing or str
        Something to be said in any language.
    """
    known = bibliography(contents)
    names = [cited(known[key]) if key in known else key for key in _keys(keys)]
    return Listing(tuple(names), join="semicolon") if names else ""


def bibliography(contents: Contents) -> Mapping[str, Reference]:
    """Return every work that may be cited, by key."""
    return {**METHOD_REFERENCES, **WORKS, **{r.key: r for r in contents.study.bibliography}}


def references(contents: Contents, also: Iterable[str] = ()) -> tuple[Reference, ...]:
    """Return the works that the report cites, in alphabetical order.

    Parameters
    ----------
    contents : Contents
        The report's contents.
    also : iterable of str
        Keys of what its text cites besides.

    Returns
    -------
    tuple of Reference
        The sources of the hypotheses and of the methods used.
    """
    keys = [key for hypothesis in contents.study.hypotheses for key in hypothesis.references]
    if "references" in contents.hypotheses.columns:
        keys += [key for cell in contents.hypotheses["references"] for key in _keys(cell)]
    keys += _of_scales(contents)
    if not contents.failed:
        keys += ["marsh2004", *(cut.source for cut in CUT_OFFS.values())]
        keys += [method_key(contents)] if len(contents.mediation) else []
        keys += JOINT if contents.interviews is not None else []
    known = bibliography(contents)
    keys += also
    found = {key: known[key] for key in keys if key in known}
    return tuple(sorted(found.values(), key=lambda r: (r.authors.casefold(), r.year)))


def _of_scales(contents: Contents) -> list[str]:
    """Keys of the works that the sections on reliability and validity name."""
    shown: list[str] = []
    keys: list[str] = []
    if contents.reliability is not None:
        shown, keys = ["alpha", "omega"], ["joreskog1971"]
    if contents.validity is not None:
        shown += ["loading", "ave"]
        keys += ["fornell1981"] if len(contents.validity.correlations) else []
        if len(contents.validity.htmt):
            shown, keys = [*shown, "htmt"], [*keys, "henseler2015", "roemer2021"]
    if contents.formative is not None:
        shown += ["vif", *(["redundancy"] if len(contents.formative.redundancy) else [])]
    return [*keys, *(cut.source for name in shown for cut in SCALE_CUT_OFFS[name])]


def method_key(contents: Contents) -> str:
    """Return the key of the work that describes how indirect effects were tested."""
    notes = contents.mediation_notes
    if notes.get("method") == "delta":
        return "sobel1982"
    return "efron1987" if str(notes.get("interval", "")).lower() == "bca" else "mackinnon2004"


def _keys(cell: Any) -> Iterable[str]:
    if isinstance(cell, str):
        return [part.strip() for part in cell.split(",") if part.strip()]
    return list(cell) if isinstance(cell, list | tuple) else []
