"""A model: what the user wrote, and every view of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape
from typing import Any

import pandas as pd

from scrm_model.errors import ModelError
from scrm_model.spec.checks import check_statements
from scrm_model.spec.defaults import complete
from scrm_model.spec.equality import as_texts
from scrm_model.spec.grammar import read_model
from scrm_model.spec.mplus import mplus_text
from scrm_model.spec.origin import Origin
from scrm_model.spec.roles import Roles, roles_of
from scrm_model.spec.statements import Relation, Statement
from scrm_model.spec.table import ParameterTable
from scrm_model.spec.writing import lavaan_script, lavaan_text


@dataclass(frozen=True, init=False, repr=False)
class Model:
    """A structural equation model.

    Parameters
    ----------
    statements : iterable of Relation, Definition or Constraint
        What is written, in order; `Model.from_syntax` makes them from text.
    name : str, default ""
        What to call the model in tables; not compared.
    origin : Origin, optional
        The study that the model was specified from; not compared.

    Attributes
    ----------
    statements : tuple of Relation, Definition or Constraint
        As given.
    name, origin
        As given.

    Raises
    ------
    ModelError
        There is no relation among the statements.
    SyntaxProblem
        A relation or definition is written twice, a variable is regressed on or measured by
        itself, or a definition or constraint uses an unknown name.

    Examples
    --------
    >>> model = Model.from_syntax("CRO =~ c1 + c2 + c3")
    >>> model.latent
    ('CRO',)
    """

    statements: tuple[Statement, ...]
    name: str
    origin: Origin | None

    def __init__(
        self, statements: Iterable[Statement], name: str = "", origin: Origin | None = None
    ) -> None:
        object.__setattr__(self, "statements", tuple(statements))
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "origin", origin)
        check_statements(self.statements)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Model) and self.statements == other.statements

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self.statements)

    @classmethod
    def from_syntax(cls, text: str, name: str = "") -> "Model":
        """Model written in lavaan's syntax.

        Parameters
        ----------
        text : str
            See `scrm_model.spec.grammar.read_model`.
        name : str, default ""
            What to call the model in tables.

        Returns
        -------
        Model
            The model read.

        Raises
        ------
        SyntaxProblem
            The text cannot be read; the message has line, column and a caret.
        """
        return (
            _read(text, name)
            if cls is Model and isinstance(text, str)
            else cls(read_model(text), name)
        )

    @property
    def syntax(self) -> str:
        """The model in lavaan's syntax; reads back to an equal model."""
        return lavaan_text(self.statements)

    @property
    def latent(self) -> tuple[str, ...]:
        """Latent variables, in order of appearance."""
        return self.roles.latent

    @property
    def observed(self) -> tuple[str, ...]:
        """Observed variables: indicators, outcomes, predictors, others."""
        return self.roles.observed

    @property
    def predictors(self) -> tuple[str, ...]:
        """Observed variables that only predict."""
        return self.roles.exogenous

    @property
    def table(self) -> pd.DataFrame:
        """Parameter table under the defaults of `sem()`; see `ParameterTable.frame`.

        A model with ``c()`` modifiers has as many groups as they have entries.
        """
        entries = [
            len(part)
            for r in self.statements
            if isinstance(r, Relation)
            for part in r.modifiers.by_group
        ]
        n_groups = max(entries, default=1)
        groups = tuple(str(g + 1) for g in range(n_groups)) if n_groups > 1 else ()
        return self.parameter_table(groups=groups).frame

    @cached_property
    def roles(self) -> Roles:
        """The part that each variable plays."""
        return roles_of((s.lhs, s.op, s.rhs) for s in self.statements if isinstance(s, Relation))

    def parameter_table(
        self,
        *,
        std_lv: bool = False,
        orthogonal: bool = False,
        fixed_x: bool = True,
        meanstructure: bool = False,
        groups: Sequence[str] = (),
        auto: bool = True,
        group_equal: str | Iterable[str] = (),
        group_partial: str | Iterable[str] = (),
        cuts: Mapping[str, int] | None = None,
        parameterization: str = "delta",
    ) -> ParameterTable:
        """Parameter table under chosen defaults.

        Parameters
        ----------
        std_lv, orthogonal, fixed_x, meanstructure, groups, auto, group_equal, group_partial, cuts,
        parameterization
            See `scrm_model.spec.defaults.complete`.

        Returns
        -------
        ParameterTable
            What the estimation reads.

        Raises
        ------
        ModelError
            A modifier does not fit the groups, or labels and fixed values contradict each other.
        ArgumentError
            `group_equal` or `group_partial` names what does not exist, or there is one group.
        """
        return _complete(
            self,
            std_lv,
            orthogonal,
            fixed_x,
            meanstructure,
            tuple(str(g) for g in groups),
            auto,
            as_texts("group_equal", group_equal),
            as_texts("group_partial", group_partial),
            tuple((cuts or {}).items()),
            parameterization,
        )

    def with_lines(self, text: str) -> "Model":
        """The model with more statements at its end.

        Parameters
        ----------
        text : str
            In lavaan's syntax, for example definitions: ``"total := a*b + c"``.

        Returns
        -------
        Model
            A new model with the same name.

        Raises
        ------
        SyntaxProblem
            The text cannot be read, or repeats a relation of the model.
        """
        return Model((*self.statements, *read_model(text)), self.name, self.origin)

    def to_mplus(self, data: str = "data.dat") -> str:
        """Input file of Mplus for this model.

        Parameters
        ----------
        data : str, default "data.dat"
            Name of the data file, without names in its first line.

        Returns
        -------
        str
            Text of the ``.inp`` file. Names longer than eight characters are shortened, and
            comments say which is which.

        Raises
        ------
        ModelError
            The model needs several groups, or has thresholds or scales of ordinal variables.
        """
        for r in self.statements:
            if isinstance(r, Relation) and r.op in ("|", "~*~"):
                raise ModelError(
                    f"model= needs continuous variables to write an Mplus file; got '{r}'. Drop "
                    "thresholds and scales, and write CATEGORICAL ARE into the file."
                )
        return mplus_text(self.parameter_table(), data, title=self.name)

    def to_lavaan_script(
        self,
        data: str = "data.csv",
        function: str = "sem",
        *,
        n: int | None = None,
        **options: Any,
    ) -> str:
        """R script that fits this model with lavaan.

        Parameters
        ----------
        data : str, default "data.csv"
            Name of the data file, with names in its first line.
        function : {"sem", "cfa", "growth", "lavaan"}, default "sem"
            The function to call.
        n : int, optional
            Number of cases, where the file holds their covariance matrix (divisor N, names in its
            first line and column).
        **options
            Arguments of the call, ``_`` for ``.``: ``std_lv=True``, ``estimator="MLR"``.

        Returns
        -------
        str
            The script.

        Raises
        ------
        ArgumentError
            An unknown function, or an option that R cannot be given.
        ModelError
            A name that R cannot read.
        """
        return lavaan_script(self.statements, data, function, options, n)

    def __repr__(self) -> str:
        title = f"Model {self.name!r}" if self.name else "Model"
        return f"{title}\n" + "\n".join(f"  {line}" for line in self.syntax.splitlines())

    def _repr_html_(self) -> str:
        title = f"Model {escape(self.name)}" if self.name else "Model"
        return f"<div><strong>{title}</strong><pre>{escape(self.syntax)}</pre></div>"


@lru_cache(maxsize=128)
def _read(text: str, name: str) -> Model:
    return Model(read_model(text), name)


@lru_cache(maxsize=128)
def _complete(
    model: Model,
    std_lv: bool,
    orthogonal: bool,
    fixed_x: bool,
    meanstructure: bool,
    groups: tuple[str, ...],
    auto: bool,
    group_equal: tuple[str, ...],
    group_partial: tuple[str, ...],
    cuts: tuple[tuple[str, int], ...],
    parameterization: str,
) -> ParameterTable:
    return complete(
        model,
        std_lv=std_lv,
        orthogonal=orthogonal,
        fixed_x=fixed_x,
        meanstructure=meanstructure,
        groups=groups,
        auto=auto,
        group_equal=group_equal,
        group_partial=group_partial,
        cuts=dict(cuts),
        parameterization=parameterization,
    )
