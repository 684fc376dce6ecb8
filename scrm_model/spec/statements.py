"""What the user wrote, one record per relation, definition or constraint."""

from dataclasses import dataclass, field

from scrm_model.spec.expression import Expression
from scrm_model.spec.tokens import Place


@dataclass(frozen=True, slots=True)
class Modifiers:
    """What is written before the ``*``: one entry, or one per group.

    Attributes
    ----------
    fixed : tuple of float or None
        Fixed values; None frees the parameter (``NA*x``). Empty if none was given.
    start : tuple of float
        Start values.
    label : tuple of str
        Labels.
    equal : tuple of str
        What the parameter equals: a label, or a relation such as ``"f=~x2"``.
    lower, upper : tuple of float
        Bounds of the estimate.
    """

    fixed: tuple[float | None, ...] = ()
    start: tuple[float, ...] = ()
    label: tuple[str, ...] = ()
    equal: tuple[str, ...] = ()
    lower: tuple[float, ...] = ()
    upper: tuple[float, ...] = ()

    @property
    def by_group(self) -> tuple[tuple[object, ...], ...]:
        """Everything that may have an entry per group."""
        return self.fixed, self.start, self.label, self.equal, self.lower, self.upper


@dataclass(frozen=True, slots=True)
class Relation:
    """One arrow of the model.

    Attributes
    ----------
    lhs : str
        Left-hand side.
    op : {"=~", "<~", "~", "~~", "~1", "|", "~*~"}
        Measured by, made up of, regressed on, covaries with, intercept, threshold, scale of a
        latent response.
    rhs : str
        Right-hand side; ``""`` for ``~1``, ``"t1"`` for a lowest threshold.
    modifiers : Modifiers
        Fixed value, start value, label.
    place : Place or None
        Where it was written; two relations may be equal and stand in different places.
    """

    lhs: str
    op: str
    rhs: str
    modifiers: Modifiers = Modifiers()
    place: Place | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.lhs} {self.op}" + (f" {self.rhs}" if self.rhs else "")


@dataclass(frozen=True, slots=True)
class Definition:
    """A new parameter computed from others: ``name := expression``.

    Attributes
    ----------
    name : str
        Name of the defined parameter.
    expression : Expression
        In labels and in names of other definitions.
    place : Place or None
        Where it was written; not compared.
    written : str
        The expression as it was written, without spaces; not compared.
    """

    name: str
    expression: Expression
    place: Place | None = field(default=None, compare=False, repr=False)
    written: str = field(default="", compare=False, repr=False)

    @property
    def text(self) -> str:
        """The expression without spaces, as lavaan's tables have it."""
        return self.written or str(self.expression).replace(" ", "")

    def __str__(self) -> str:
        return f"{self.name} := {self.expression}"


@dataclass(frozen=True, slots=True)
class Constraint:
    """A condition on parameters: ``lhs == rhs``, ``lhs < rhs`` or ``lhs > rhs``.

    Attributes
    ----------
    lhs : Expression
        Left-hand side.
    op : {"==", "<", ">"}
        The boundary belongs to ``<`` and ``>``.
    rhs : Expression
        Right-hand side.
    place : Place or None
        Where it was written; not compared.
    """

    lhs: Expression
    op: str
    rhs: Expression
    place: Place | None = field(default=None, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.lhs} {self.op} {self.rhs}"


Statement = Relation | Definition | Constraint
