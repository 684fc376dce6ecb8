"""The parameter table: the one representation of a model that all else reads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from math import inf
from typing import Any

import pandas as pd

from scrm_model.errors import did_you_mean
from scrm_model.spec.roles import Roles, roles_of
from scrm_model.spec.statements import Constraint, Definition
from scrm_model.spec.tokens import place_of, problem

__all__ = ["Constraint", "Definition", "Parameter", "ParameterTable", "check_names"]


@dataclass(frozen=True, slots=True)
class Parameter:
    """One row of the parameter table.

    Attributes
    ----------
    lhs : str
        Left-hand side.
    op : {"=~", "<~", "~", "~~", "~1", "|", "~*~"}
        Measured by, made up of, regressed on, covaries with, intercept, threshold, scale of a
        latent response.
    rhs : str
        Right-hand side; ``""`` for ``~1``, ``"t1"`` for a lowest threshold.
    group : int
        Counts from 1.
    free : bool
        Whether it is estimated.
    label : str
        The same label is the same parameter, across rows and groups; ``""`` for none.
    value : float or None
        The fixed value; None for a free parameter, for a moment of a fixed predictor, and for
        what is `computed`.
    start : float or None
        The user's start value.
    lower, upper : float
        Bounds of the estimate.
    user : bool
        Written by the user (True) or added by a default rule (False).
    exogenous : bool
        A moment of a fixed predictor: no parameter, takes the sample's value.
    """

    lhs: str
    op: str
    rhs: str
    group: int = 1
    free: bool = True
    label: str = ""
    value: float | None = None
    start: float | None = None
    lower: float = -inf
    upper: float = inf
    user: bool = True
    exogenous: bool = False

    @property
    def name(self) -> str:
        """Relation without spaces, as ``f=~x1``; ``y~1`` for an intercept."""
        return f"{self.lhs}{self.op}{self.rhs}"

    @property
    def computed(self) -> bool:
        """Whether it follows from others: the variance or the scale of a latent response."""
        return not self.free and self.value is None and not self.exogenous


@dataclass(frozen=True)
class ParameterTable:
    """All parameters of a model, with definitions and constraints.

    Attributes
    ----------
    parameters : tuple of Parameter
        Group by group; in each the user's rows first, then those added by default rules.
    definitions : tuple of Definition
        The ``:=`` rows, in reading order.
    constraints : tuple of Constraint
        The ``==``, ``<`` and ``>`` rows, in reading order.
    groups : tuple of str
        Labels of the groups; empty for one group.
    roles : Roles, optional
        The part that each variable plays, where that is known: default rows change no role. Not
        compared.

    Raises
    ------
    SyntaxProblem
        A definition or constraint uses an unknown name, or definitions use each other in a
        circle. The message has the place when the statement was read from text.
    """

    parameters: tuple[Parameter, ...]
    definitions: tuple[Definition, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    groups: tuple[str, ...] = ()

    roles: Roles | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        labels = dict.fromkeys(p.label for p in self.parameters if p.label)
        check_names(labels, self.definitions, self.constraints)

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.parameters, self.definitions, self.constraints, self.groups))

    @cached_property
    def _roles(self) -> Roles:
        if self.roles is not None:
            return self.roles
        first = [p for p in self.parameters if p.group == 1]
        return roles_of(
            [(p.lhs, p.op, p.rhs) for p in first],
            [(p.lhs, p.op, p.rhs) for p in first if p.user],
        )

    @property
    def latent(self) -> tuple[str, ...]:
        """Latent variables and composites, in order of appearance left of ``=~`` or ``<~``."""
        return self._roles.latent

    @property
    def observed(self) -> tuple[str, ...]:
        """Observed variables: indicators, outcomes, predictors, others."""
        return self._roles.observed

    @property
    def exogenous(self) -> tuple[str, ...]:
        """Observed variables that only predict, whether their moments are fixed or free."""
        return self._roles.exogenous

    @cached_property
    def meanstructure(self) -> bool:
        """Whether means and intercepts are part of the model."""
        return any(p.op == "~1" for p in self.parameters)

    @cached_property
    def cuts(self) -> dict[str, int]:
        """Number of thresholds of each ordinal variable; empty for a model of continuous ones."""
        found: dict[str, int] = {}
        for p in self.parameters:
            if p.op == "|" and p.group == 1:
                found[p.lhs] = found.get(p.lhs, 0) + 1
        return found

    @property
    def bounded(self) -> bool:
        """Whether a free parameter has a bound."""
        return any(p.free and (p.lower > -inf or p.upper < inf) for p in self.parameters)

    @property
    def n_groups(self) -> int:
        """Number of groups."""
        return max(1, len(self.groups))

    @cached_property
    def free_numbers(self) -> tuple[int, ...]:
        """For each of `parameters` its running number from 1, 0 if not free.

        Rows with the same label have the same number.
        """
        by_label: dict[str, int] = {}
        numbers = []
        count = 0
        for p in self.parameters:
            number = by_label.get(p.label, 0) if p.free else 0
            if p.free and not number:
                count = number = count + 1
            if p.free and p.label:
                by_label[p.label] = number
            numbers.append(number)
        return tuple(numbers)

    @cached_property
    def n_free(self) -> int:
        """Number of different free parameters, before any constraint."""
        return max(self.free_numbers, default=0)

    @cached_property
    def _frame(self) -> pd.DataFrame:
        rows: list[dict[str, Any]] = [
            {
                "lhs": p.lhs, "op": p.op, "rhs": p.rhs, "group": p.group, "free": number,
                "label": p.label, "value": p.value, "start": p.start, "user": p.user,
                "exogenous": p.exogenous,
            }
            for p, number in zip(self.parameters, self.free_numbers, strict=True)
        ]  # fmt: skip
        blank = {"group": 0, "free": 0, "value": None, "start": None, "user": True,
                 "exogenous": False}  # fmt: skip
        rows += [
            {"lhs": d.name, "op": ":=", "rhs": d.text, "label": d.name} | blank
            for d in self.definitions
        ]
        rows += [
            {"lhs": str(c.lhs), "op": c.op, "rhs": str(c.rhs), "label": ""} | blank
            for c in self.constraints
        ]
        columns = ["lhs", "op", "rhs", "group", "free", "label", "value", "start", "user",
                   "exogenous"]  # fmt: skip
        frame = pd.DataFrame(rows, columns=columns)
        return frame.astype({"value": float, "start": float})

    @property
    def frame(self) -> pd.DataFrame:
        """The table as a new DataFrame.

        Columns lhs, op, rhs, group, free (0 or the running number), label, value, start, user,
        exogenous. First a row for each of `parameters`, then the definitions, then the
        constraints, these with group 0.
        """
        return self._frame.copy()

    def defined_values(self, labels: Mapping[str, Any]) -> dict[str, Any]:
        """Values of the definitions.

        Parameters
        ----------
        labels : mapping of str to float, complex or ndarray
            A value for every label.

        Returns
        -------
        dict of str to float, complex or ndarray
            By name of the definition, in the order of `definitions`.
        """
        by_name = {d.name: d.expression for d in self.definitions}
        values = dict(labels)
        for name in definition_order(self.definitions):
            values[name] = by_name[name].evaluate(values)
        return {name: values[name] for name in by_name}


def definition_order(definitions: tuple[Definition, ...]) -> tuple[str, ...]:
    """Names of the definitions, each after those that it uses.

    Parameters
    ----------
    definitions : tuple of Definition
        In any order.

    Returns
    -------
    tuple of str
        An order in which they can be computed.

    Raises
    ------
    SyntaxProblem
        They use each other in a circle.
    """
    by_name = {d.name: d for d in definitions}
    graph = {d.name: [n for n in d.expression.names if n in by_name] for d in definitions}
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        raise problem(
            f"definitions use each other in a circle: {circle}. Define each from labels, or from"
            " definitions that do not need it.",
            by_name[error.args[1][0]].place,
        ) from None


def check_names(
    labels: Mapping[str, Any],
    definitions: tuple[Definition, ...],
    constraints: tuple[Constraint, ...],
) -> None:
    """Check that definitions and constraints use only known names.

    Parameters
    ----------
    labels : mapping of str
        The labels of the model.
    definitions, constraints : tuple
        What uses them.

    Raises
    ------
    SyntaxProblem
        An unknown name, a name defined twice, a definition named as a label, a circle.
    """
    seen: set[str] = set()
    for d in definitions:
        if d.name in seen:
            raise problem(f"'{d.name}' is defined twice. Give one of them another name.", d.place)
        if d.name in labels:
            raise problem(
                f"'{d.name}' is a label and cannot be defined again. Choose another name before"
                f" ':=', or write '{d.name} == ...' for a constraint.",
                d.place,
            )
        seen.add(d.name)
    known = [*labels, *seen]
    for d in definitions:
        _check_known(d, d.expression.names, known)
    for c in constraints:
        _check_known(c, (*c.lhs.names, *c.rhs.names), known)
    definition_order(definitions)


def _check_known(
    statement: Definition | Constraint, names: tuple[str, ...], known: list[str]
) -> None:
    for name in names:
        if name not in known:
            raise problem(
                f"'{name}' in '{statement}' is no label of the model."
                f"{did_you_mean(name, known)} Labels are given with '*', as in 'y ~ {name}*x'.",
                place_of(name, statement.place),
            )
