"""What could be freed: the candidates of modification indices, and a model that has them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from scrm_model.estimation.implied.compiled import CompiledModel, compile_table
from scrm_model.spec.table import Parameter, ParameterTable


@dataclass(frozen=True)
class _Extended(ParameterTable):
    """A table with candidates, which leave the order of the variables as it was."""

    variables: tuple[str, ...] = ()
    factors: tuple[str, ...] = ()

    @property
    def observed(self) -> tuple[str, ...]:
        """Observed variables in the order of the samples."""
        return self.variables

    @property
    def latent(self) -> tuple[str, ...]:
        """Latent variables in the order of the table without candidates."""
        return self.factors


def candidates(table: ParameterTable) -> tuple[Parameter, ...]:
    """Parameters that a model fixes or leaves out, and that could be freed.

    Parameters
    ----------
    table : ParameterTable

    Returns
    -------
    tuple of Parameter
        Free and without label. First the fixed rows of the table, then, group by group: loadings
        of each indicator (and of each observed variable without a path) on each latent variable,
        covariances among indicators, covariances among latent variables, and paths, both ways,
        between all variables of the model's regressions. They are the rows of lavaan's
        ``modindices()``, and loadings of indicators that take part in a path besides.
    """
    fixed = [
        v for v in table.parameters if not (v.free or v.computed or (v.exogenous and v.op == "~1"))
    ]
    found = [replace(v, free=True, label="", exogenous=False) for v in fixed]
    for group in range(1, table.n_groups + 1):
        rows = [v for v in table.parameters if v.group == group]
        present = {(v.lhs, v.op, v.rhs) for v in rows}
        present |= {(v.rhs, v.op, v.lhs) for v in rows if v.op == "~~"}
        present |= {(v.rhs, "~", v.lhs) for v in rows if v.op == "=~"}
        present |= {(v.lhs, "~", v.rhs) for v in rows if v.op == "<~"}
        found += [
            Parameter(*arrow, group=group, value=0.0)
            for arrow in _arrows(table, rows)
            if arrow not in present
        ]
    return tuple(found)


def _arrows(table: ParameterTable, rows: Iterable[Parameter]) -> Iterator[tuple[str, str, str]]:
    """Every arrow that a group could have, in the order of `candidates`."""
    rows = list(rows)
    indicators = {v.rhs for v in rows if v.op == "=~"}
    moving = {name for v in rows if v.op in ("~", "<~") for name in (v.lhs, v.rhs)}
    measured = [v for v in table.observed if v in indicators or v not in moving]
    yield from ((f, "=~", x) for f in table.latent for x in measured)
    for names in ([v for v in table.observed if v in indicators], table.latent):
        yield from ((a, "~~", b) for a, b in combinations(names, 2))
    in_paths = [v for v in (*table.latent, *table.observed) if v in moving]
    # The path from a latent variable to its indicator is the loading, listed above.
    yield from (
        (a, "~", b)
        for a, b in permutations(in_paths, 2)
        if not (a in indicators and a in table.observed and b in table.latent)
    )


def extended(
    model: CompiledModel, added: tuple[Parameter, ...]
) -> tuple[CompiledModel, NDArray[np.float64]]:
    """A model with candidates freed.

    Parameters
    ----------
    model : CompiledModel
    added : tuple of Parameter
        From `candidates`.

    Returns
    -------
    model : CompiledModel
        Its first parameters are those of `model`; a candidate each follows.
    values : ndarray, shape (candidates,)
        Where the candidates stand now.
    """
    replaced = {(v.lhs, v.op, v.rhs, v.group) for v in added}
    kept = [v for v in model.table.parameters if (v.lhs, v.op, v.rhs, v.group) not in replaced]
    table = _Extended(
        (*kept, *added),
        groups=model.table.groups,
        variables=model.observed,
        factors=model.table.latent,
    )
    values = np.array([v.value or 0.0 for v in added])
    return compile_table(table), values
