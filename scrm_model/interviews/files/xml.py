"""XML from strangers: elements, attributes and text; no document types, so no entities.

The standard library's parser is asked to stop at the first sign of a document type. Without one
there are no entities to expand and no external files to load, whatever the file says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

DEEPEST = 256
SEPARATOR = " "


class _ForbiddenError(ValueError):
    """Something that no file of interviews needs."""


def tree_of(data: bytes, problem: Callable[[str], Exception]) -> Element:
    """Root of an XML document, names without their namespaces.

    Parameters
    ----------
    data : bytes
        The document.
    problem : callable
        Makes the error of what came.

    Returns
    -------
    Element
        Comments and processing instructions are left out.

    Raises
    ------
    Exception
        That of `problem`: the XML is malformed, nested too deeply, or has a document type.
    """
    builder = TreeBuilder()
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise _ForbiddenError(f"XML of more than {DEEPEST} levels")
        builder.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_local(name))

    def forbid(*_: Any) -> Any:
        raise _ForbiddenError("XML with a document type, which could name entities and other files")

    parser = expat.ParserCreate(namespace_separator=SEPARATOR)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = forbid
    parser.ExternalEntityRefHandler = parser.UnparsedEntityDeclHandler = forbid
    try:
        parser.Parse(data, True)
        return builder.close()
    except _ForbiddenError as error:
        raise problem(str(error)) from None
    except (expat.ExpatError, AssertionError, LookupError, ValueError) as error:
        raise problem(f"malformed XML: {error}") from error


def _local(name: str) -> str:
    return name.rsplit(SEPARATOR, 1)[-1]
