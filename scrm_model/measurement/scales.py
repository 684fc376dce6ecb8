"""Which constructs a model has, and what measures them: read off its parameter table."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from scrm_model.estimation.implied.compiled import CompiledModel


@dataclass(frozen=True)
class Measured:
    """A construct and its measures.

    Attributes
    ----------
    name : str
    indicators : tuple of str
        What it points at by ``=~``: items, or other constructs; for a composite, its parts.
    dimensions : tuple of str
        Those indicators that are constructs themselves.
    items : tuple of str
        Observed variables below it, each once.
    formative : bool
        Whether it is a composite (``<~``).
    depth : int
        1 if it has items only, 2 if it has dimensions, 3 if these have some; 0 if formative.
    rows : tuple of int
        Rows of the parameter table of the first group that hold its loadings.
    shared : tuple of str
        Its indicators that another construct has too.
    """

    name: str
    indicators: tuple[str, ...]
    dimensions: tuple[str, ...]
    items: tuple[str, ...]
    formative: bool
    depth: int
    rows: tuple[int, ...]
    shared: tuple[str, ...]

    @cached_property
    def mixed(self) -> bool:
        """Whether items and constructs stand side by side among its indicators."""
        return 0 < len(self.dimensions) < len(self.indicators)


@lru_cache(maxsize=128)
def constructs_of(model: CompiledModel) -> dict[str, Measured]:
    """Every latent variable of a model by name, in the order of the model."""
    rows: dict[str, list[int]] = {name: [] for name in model.table.latent}
    parts: dict[str, list[str]] = {name: [] for name in model.table.latent}
    for number, v in enumerate(model.table.parameters):
        if v.group != 1:
            continue
        if v.op == "=~" and not (v.value == 0 and not v.free):
            rows[v.lhs].append(number)
        elif v.op == "<~":
            parts[v.lhs].append(v.rhs)
    named = {
        f: tuple(model.table.parameters[k].rhs for k in found) or tuple(parts[f])
        for f, found in rows.items()
    }
    formative = {f for f in named if parts[f] and not rows[f]}
    return {f: _measured(f, named, tuple(rows[f]), f in formative) for f in named}


def _measured(
    name: str, named: dict[str, tuple[str, ...]], rows: tuple[int, ...], formative: bool
) -> Measured:
    own = named[name]
    others = {v for f, found in named.items() if f != name for v in found}
    return Measured(
        name, own, tuple(v for v in own if v in named), tuple(_below(name, named)), formative,
        0 if formative else _depth(name, named), rows, tuple(v for v in own if v in others),
    )  # fmt: skip


def _below(name: str, named: dict[str, tuple[str, ...]]) -> Iterable[str]:
    found: dict[str, None] = {}
    for v in named[name]:
        found |= dict.fromkeys(_below(v, named) if v in named else [v])
    return found


def _depth(name: str, named: dict[str, tuple[str, ...]]) -> int:
    return 1 + max((_depth(v, named) for v in named[name] if v in named), default=0)
