"""Parameters that are equal in all groups: `group_equal` and `group_partial`."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from typing import Any

from scrm_model.errors import ArgumentError, ModelError, did_you_mean
from scrm_model.spec.roles import Roles
from scrm_model.spec.table import Parameter

KINDS = (
    "loadings", "intercepts", "means", "residuals", "residual.covariances", "lv.variances",
    "lv.covariances", "regressions", "composite.loadings", "thresholds",
)  # fmt: skip
"""What `group_equal` may name."""


@dataclass(frozen=True, slots=True)
class Equality:
    """What is equal in all groups.

    Attributes
    ----------
    kinds : tuple of str
        Some of `KINDS`.
    partial : tuple of str
        Parameters that stay free in each group all the same, as ``f=~x2``.
    """

    kinds: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()

    @property
    def frees_scales(self) -> bool:
        """Whether scales of latent responses become estimable from the second group on."""
        return "thresholds" in self.kinds

    @property
    def needs_means(self) -> bool:
        """Whether it speaks of means or intercepts."""
        return "intercepts" in self.kinds or "means" in self.kinds

    @property
    def frees_means(self) -> bool:
        """Whether latent means become estimable from the second group on."""
        return "intercepts" in self.kinds and "means" not in self.kinds

    @property
    def frees_variances(self) -> bool:
        """Whether latent variances become estimable from the second group on."""
        return "loadings" in self.kinds and "lv.variances" not in self.kinds


def as_texts(argument: str, value: Any) -> tuple[str, ...]:
    """One text or several, as a tuple.

    Parameters
    ----------
    argument : str
        Name of the argument, for the message.
    value : str or iterable of str
        What was given for it.

    Returns
    -------
    tuple of str
        The texts.

    Raises
    ------
    ArgumentError
        `value` is neither.
    """
    if isinstance(value, str):
        return (value,)
    texts = tuple(value) if isinstance(value, Iterable) else (None,)
    if not all(isinstance(text, str) for text in texts):
        raise ArgumentError(
            f"{argument}= needs a text or several; got {value!r}. Write for example"
            f" {argument}=['{'loadings' if argument == 'group_equal' else 'f=~x2'}']."
        )
    return texts


def equality_of(
    group_equal: Any, group_partial: Any, n_groups: int, ordinal: bool = False
) -> Equality:
    """What is equal, from the two arguments.

    Parameters
    ----------
    group_equal, group_partial : str or iterable of str
        See `scrm_model.spec.defaults.complete`.
    n_groups : int
        Number of groups.
    ordinal : bool, default False
        Whether the model has thresholds: then these and intercepts are equal only together.

    Returns
    -------
    Equality
        With blanks taken out of the names of parameters.

    Raises
    ------
    ArgumentError
        An unknown kind, or a single group.
    """
    kinds = as_texts("group_equal", group_equal)
    partial = as_texts("group_partial", group_partial)
    for kind in kinds:
        if kind not in KINDS or (kind == "thresholds" and not ordinal):
            raise _unknown(kind)
    if ordinal and {"thresholds", "intercepts"} & set(kinds):
        kinds = (*kinds, "thresholds", "intercepts")
    if n_groups < 2 and (kinds or partial):
        argument = "group_equal" if kinds else "group_partial"
        raise ArgumentError(
            f"{argument}= needs at least two groups; got one. Name the column that holds the"
            f" groups with group=, or leave {argument}= out."
        )
    return Equality(kinds, tuple("".join(text.split()) for text in partial))


def _unknown(kind: str) -> ArgumentError:
    choices = ", ".join(repr(k) for k in KINDS)
    if kind == "thresholds":
        return ArgumentError(
            f"group_equal= needs some of {choices}; got {kind!r}, and no variable is ordinal. Name"
            " the ordinal variables with ordered=, or leave it out."
        )
    return ArgumentError(
        f"group_equal= needs some of {choices}; got {kind!r}."
        f"{did_you_mean(kind, KINDS) or ' Choose among these.'}"
    )


_BY_OPERATOR = {
    "=~": "loadings", "<~": "composite.loadings", "~": "regressions", "|": "thresholds", "~*~": "",
}  # fmt: skip


def kind_of(parameter: Parameter, roles: Roles) -> str:
    """The kind that a parameter belongs to.

    Parameters
    ----------
    parameter : Parameter
        A row of the table.
    roles : Roles
        Of the model's variables.

    Returns
    -------
    str
        One of `KINDS`; ``""`` for a scale, or a moment of an observed variable that only predicts.
    """
    latent = parameter.lhs in roles.latent
    if parameter.op in _BY_OPERATOR:
        return _BY_OPERATOR[parameter.op]
    if parameter.lhs in roles.exogenous:
        return ""
    if parameter.op == "~1":
        return "means" if latent else "intercepts"
    if parameter.lhs == parameter.rhs:
        return "lv.variances" if latent else "residuals"
    return "lv.covariances" if latent else "residual.covariances"


def equate(
    rows: list[Parameter],
    equality: Equality,
    roles: Roles,
    n_groups: int,
    *,
    std_lv: bool,
    settled: Container[int] = (),
) -> list[Parameter]:
    """Rows in which the equal parameters share a label.

    Parameters
    ----------
    rows : list of Parameter
        Group by group, the same rows in each.
    equality : Equality
        What is equal.
    roles : Roles
        Of the model's variables.
    n_groups : int
        Number of groups.
    std_lv : bool
        Whether latent variables are scaled by a variance of 1.
    settled : container of int
        Positions in the first group of rows that ``equal()`` ties.

    Returns
    -------
    list of Parameter
        In the same order.

    Raises
    ------
    ArgumentError
        An exception that is no parameter of the model.
    ModelError
        A parameter that should be equal is fixed to different values.

    Notes
    -----
    The label is ``.p2.`` where the parameter is the second row of the first group. The user's
    labels go first. If a parameter is fixed in one group, it is fixed in all.
    """
    size = len(rows) // n_groups
    _check_partial(equality, rows[:size])
    if not equality.kinds:
        return rows
    scaled = {p.lhs for p in rows if p.op == "|"}
    rows = [_released(p, equality, roles, std_lv, scaled) for p in rows]
    for i, first in enumerate(rows[:size]):
        free_to_tie = not first.label and i not in settled and first.name not in equality.partial
        reverse = f"{first.rhs}~~{first.lhs}" if first.op == "~~" else first.name
        if not free_to_tie or reverse in equality.partial:
            continue
        if kind_of(first, roles) in equality.kinds:
            rows[i::size] = _tied(rows[i::size], f".p{i + 1}.")
    return rows


def _released(
    p: Parameter, equality: Equality, roles: Roles, std_lv: bool, scaled: Container[str]
) -> Parameter:
    """What the other groups' scale or origin now determines, in groups after the first."""
    if p.group == 1 or p.user or p.free:
        return p
    if p.lhs in scaled and equality.frees_scales and p.lhs == p.rhs and not p.computed:
        held = p.op == "~~" and "residuals" in equality.kinds
        return p if held else replace(p, free=True, value=None)
    if p.lhs not in roles.latent:
        return p
    mean = p.op == "~1" and equality.frees_means
    variance = p.op == "~~" and p.lhs == p.rhs and std_lv and equality.frees_variances
    return replace(p, free=True, value=None) if mean or variance else p


def _tied(same: list[Parameter], label: str) -> list[Parameter]:
    """One parameter in every group: by a label, or by the value that one of them is fixed to."""
    values = dict.fromkeys(p.value for p in same if not p.free)
    if not values:
        return [replace(p, label=label) for p in same]
    if len(values) > 1:
        name = same[0].name
        raise ModelError(
            f"group_equal= needs one value for '{name}' in all groups; got"
            f" {' and '.join(f'{v:g}' for v in values)}. Write one value, or"
            f" group_partial=['{name}']."
        )
    (value,) = values
    return [replace(p, free=False, value=value, start=None) for p in same]


def _check_partial(equality: Equality, rows: list[Parameter]) -> None:
    if not equality.partial:
        return
    names = [p.name for p in rows]
    sides = {f"{p.rhs}~~{p.lhs}" for p in rows if p.op == "~~"}
    for name in equality.partial:
        if name not in names and name not in sides:
            raise ArgumentError(
                f"group_partial= needs parameters of the model; got '{name}'."
                f"{did_you_mean(name, names)} Write one in each text, as 'f=~x2', 'x2~1' or"
                " 'x1~~x2'."
            )
