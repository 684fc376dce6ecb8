"""The methods paragraphs on the answers and on the measures."""

from collections.abc import Iterator
from typing import Any

from scrm_model.reporting.contents import Contents
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import Count, Listing, Phrase, has_text, phrase
from scrm_model.reporting.writing.cite import cite
from scrm_model.reporting.writing.facts import Shape, shape_of, titled

_SOURCES = {"listwise": "enders2001", "fiml": "enders2001", "two.stage": "savalei2009"}


def data(contents: Contents) -> Iterator[Phrase]:
    """Where the answers come from, which were used, what was done about missing ones.

    Parameters
    ----------
    contents : Contents
    """
    sample = contents.sample
    if sample.file:
        yield phrase("writing.data.file", file=sample.file)
    yield from came(contents)
    rows = Number(sample.rows, "integer")
    which = phrase(f"writing.data.{'remaining' if excluded(contents) else 'received'}")
    if sample.left_out:
        key = "incomplete" if sample.missing_treatment == "listwise" else "empty"
        yield phrase(
            f"writing.data.{key}", n=Number(sample.left_out, "integer"), rows=rows,
            used=Number(sample.used, "integer"),
            share=Number(sample.left_out / sample.rows, "percent", 1), which=which,
        )  # fmt: skip
    else:
        yield phrase("writing.data.all", n=rows, which=which)
    yield from _missing(contents)
    yield from _recoded(contents)


def excluded(contents: Contents) -> int:
    """Return how many cases the researcher left out after screening."""
    found = contents.screening
    return 0 if found is None else sum(len(one.cases) for one in found.exclusions)


def came(contents: Contents) -> Iterator[Phrase]:
    """Yield how the answers came to be those analysed: invitations, and exclusions with reasons."""
    found = contents.screening
    if found is None:
        return
    rows = Number(found.received, "integer")
    flow = found.options.flow
    if flow is not None and flow.reached:
        gone = flow.undelivered or 0
        yield phrase(
            f"writing.data.{'reached' if gone else 'invited'}", n=Number(flow.invited, "integer"),
            gone=Number(gone, "integer"), rows=rows,
            share=Number(found.received / flow.reached, "percent", 1),
        )  # fmt: skip
    if n := excluded(contents):
        reasons = tuple(
            phrase("writing.data.why", reason=one.reason, n=Number(len(one.cases), "integer"))
            for one in found.exclusions
        )
        listed = Listing(reasons, "semicolon")
        yield phrase("writing.data.excluded", n=Number(n, "integer"), rows=rows, list=listed)


def _missing(contents: Contents) -> Iterator[Phrase]:
    sample = contents.sample
    if not sample.missing_cells:
        yield phrase("writing.data.complete")
        return
    n = Number(sample.missing_cells, "integer")
    cells = sample.rows * len(_items(contents))
    if cells:
        share = Number(sample.missing_cells / cells, "percent", 1)
        yield phrase("writing.data.cells", n=n, cells=Number(cells, "integer"), share=share)
    else:
        yield phrase("writing.data.cells_alone", n=n)
    name = sample.missing_treatment
    if name == "pairwise":
        yield phrase("writing.data.pairwise")
    elif name in _SOURCES and has_text(f"writing.data.{name}"):
        yield phrase(f"writing.data.{name}", source=cite(_SOURCES[name]))
    elif name != "none":
        yield phrase("writing.data.by_name", name=name)


def _items(contents: Contents) -> tuple[str, ...]:
    if contents.scales is not None:
        return tuple(contents.scales.codes)
    return shape_of(contents.fit.parameters).items


def _recoded(contents: Contents) -> Iterator[Phrase]:
    codes = contents.settings.get("missing_codes")
    if codes:
        shown = tuple(f"{code:g}" if isinstance(code, float) else str(code) for code in codes)
        yield phrase("writing.data.codes", list=Listing(shown))
    scales = contents.scales
    turned = () if scales is None else tuple(c for c in scales.codes if scales.item(c).reverse)
    if turned:
        yield phrase("writing.data.reversed", n=len(turned), list=Listing(turned))


def measures(contents: Contents) -> Iterator[Phrase]:
    """How many items measure how many constructs, on which scales, and how they enter the model.

    Parameters
    ----------
    contents : Contents
    """
    shape = shape_of(contents.fit.parameters)
    constructs = len(contents.study.constructs)
    asked = len(_items(contents))
    items = phrase("writing.measures.items", n=asked, word=Count(asked))
    yield phrase("writing.measures.intro", n=constructs, word=Count(constructs), items=items)
    yield from _points(contents)
    yield from _orders(contents, shape)
    for key, found in (("single", shape.single), ("composite", shape.composites)):
        if found:
            named = Listing(tuple(titled(contents, name) for name in found))
            yield phrase(f"writing.measures.{key}", n=len(found), list=named)
    settings = contents.fit.settings
    if len(shape.single) < len(contents.study.constructs):
        unit = "unit_variance" if getattr(settings, "std_lv", False) else "marker"
        yield phrase(f"writing.measures.{unit}")
    if shape.covariances:
        n = len(shape.covariances)
        yield phrase("writing.measures.correlated", n=n, list=Listing(shape.covariances))
    else:
        yield phrase("writing.measures.uncorrelated")
    yield _level(contents)


def _points(contents: Contents) -> Iterator[Phrase]:
    scales = contents.scales
    if scales is None or not scales.codes:
        return
    spans = [scales.points(code) for code in scales.codes]
    numbers = sorted({1 + high - low for low, high in spans})
    key = "points" if len(numbers) == 1 else "points_several"
    yield phrase(f"writing.measures.{key}", points=Listing(tuple(f"{n:g}" for n in numbers)))


def _orders(contents: Contents, shape: Shape) -> Iterator[Phrase]:
    """How constructs with dimensions enter the model."""
    performance = str(contents.settings.get("performance", ""))
    factors = set(contents.fit.parameters["lhs"])
    for construct in contents.study.constructs:
        id = construct.id
        if id in shape.dimensions:
            named = Listing(tuple(titled(contents, d) for d in shape.dimensions[id]))
            yield phrase("writing.measures.second", name=titled(contents, id), list=named)
            continue
        parts = [f"{id}_{d.id}" for d in construct.dimensions if f"{id}_{d.id}" in factors]
        if len(parts) > 1 and id not in factors:
            named = Listing(tuple(titled(contents, d) for d in parts))
            yield phrase("writing.measures.two_factor", name=titled(contents, id), list=named)
        elif len(construct.dimensions) > 1 and performance == "single":
            yield phrase("writing.measures.one_factor", name=titled(contents, id))


def _level(contents: Contents) -> Phrase:
    settings = contents.fit.settings
    ordinal = tuple(getattr(settings, "ordered", ()))
    if not ordinal:
        return phrase("writing.measures.continuous")
    scaled: dict[str, Any] = {"parameterization": settings.parameterization}
    if set(ordinal) >= set(_items(contents)):
        return phrase("writing.measures.all_ordinal", **scaled)
    n = Number(len(ordinal), "integer")
    return phrase("writing.measures.some_ordinal", n=n, list=Listing(ordinal), **scaled)
