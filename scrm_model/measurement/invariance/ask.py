"""What was asked of `invariance()`: checked before any work."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from scrm_model.errors import ArgumentError, DataError, MissingColumnError, did_you_mean
from scrm_model.estimation.observed.frames import as_pandas
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.settings import one_of
from scrm_model.measurement.invariance.levels import CONTINUOUS, LADDER, LEVELS, ORDINAL
from scrm_model.spec.equality import as_texts
from scrm_model.spec.model import Model

SMALL = 100
_OWN = {
    "group_equal": "The levels say what is equal; choose them with levels=.",
    "group_partial": "Use partial=, with a reason for each.",
}


def model_of(model: Any) -> Model:
    """A model, or text read as one.

    Raises
    ------
    ArgumentError
        It is neither, or has no latent variable.
    """
    if isinstance(model, str):
        model = Model.from_syntax(model)
    if not isinstance(model, Model):
        raise ArgumentError(
            f"model= needs a Model or lavaan text; got {type(model).__name__}. Write for example "
            "'F =~ x1 + x2 + x3', or specify_measurement()."
        )
    if not model.latent:
        raise ArgumentError(
            "model= needs at least one latent variable; got observed ones only. Measure a "
            "construct by its items, as in 'CRO =~ cro1 + cro2 + cro3'."
        )
    return model


def levels_of(levels: Iterable[str] | None, ordinal: bool) -> tuple[str, ...]:
    """Levels in order; by default those of continuous, or of ordinal items.

    Raises
    ------
    ArgumentError
        An unknown level, a wrong order, fewer than two, or ``"means"`` without equal intercepts.
    """
    if levels is None:
        return ORDINAL if ordinal else CONTINUOUS
    names = as_texts("levels", levels)
    for name in names:
        one_of("levels", name, LEVELS)
    steps = [LEVELS.index(name) for name in names]
    if len(names) < 2 or steps != sorted(set(steps)):
        raise ArgumentError(
            f"levels= needs two or more, each stricter than the one before; got {names!r}. The "
            f"order is {', '.join(LEVELS)}."
        )
    if "thresholds" in names and not ordinal:
        raise ArgumentError(
            "levels= needs no 'thresholds' without ordinal variables; got it. Name these with "
            "ordered=, or leave it out."
        )
    if "means" in names and LADDER.index(names[-2]) < LADDER.index("scalar"):
        raise ArgumentError(
            f"levels= needs 'scalar' before 'means'; got {names!r}. Means can be compared where "
            "intercepts are equal."
        )
    return names


def reasons_of(argument: str, given: Any) -> dict[str, str]:
    """Parameters, blanks taken out, each with the reason that was given for it.

    Raises
    ------
    ArgumentError
        It is no text, iterable of texts, or mapping of text to text.
    """
    pairs = (
        given.items() if isinstance(given, Mapping) else [(n, "") for n in _texts(argument, given)]
    )
    out = {}
    for name, reason in pairs:
        if not (isinstance(name, str) and isinstance(reason, str)):
            raise ArgumentError(
                f"{argument}= needs parameters, each as 'f=~x2' or 'x2~1', or a mapping of these "
                f"to reasons; got {name!r}: {reason!r}."
            )
        out["".join(name.split())] = reason.strip()
    return out


def _texts(argument: str, given: Any) -> tuple[str, ...]:
    try:
        return as_texts(argument, given)
    except ArgumentError:
        raise ArgumentError(
            f"{argument}= needs parameters, each as 'f=~x2' or 'x2~1', or a mapping of these to "
            f"reasons; got {given!r}."
        ) from None


def check_options(options: Mapping[str, Any]) -> None:
    """Refuse options of `fit` that the levels decide."""
    for name, advice in _OWN.items():
        if name in options:
            raise ArgumentError(
                f"{name}= needs to be left out here; got {options[name]!r}. {advice}"
            )


def by_groups(
    data: Any, group: str | None, reference: Any, model: Model
) -> tuple[Any, dict[str, int]]:
    """Data with the reference group first, and the size of each group.

    Parameters
    ----------
    data : DataFrame, or dict of group to Moments
    group : str, optional
        Column of the groups; None with moments.
    reference : str, optional
        The group to come first; by default the first that occurs.
    model : Model

    Raises
    ------
    ArgumentError, DataError, MissingColumnError
        No such column or group, one group only, rows without a group, or a group too small.
    """
    if isinstance(data, Mapping) and all(isinstance(v, Moments) for v in data.values()):
        found = {str(k): v for k, v in data.items()}
        sizes = {k: v.n for k, v in found.items()}
        _check(sizes, "data", 1)
        first = _reference(sizes, reference)
        return {first: found[first]} | found, sizes
    frame = as_pandas(data)
    if not isinstance(group, str):
        raise ArgumentError(
            f"group= needs the name of a column; got {group!r}. Give the column that holds the "
            "groups, such as group='sector'."
        )
    if group not in frame.columns:
        raise MissingColumnError(
            f"group= needs a column of the data; got '{group}'.{did_you_mean(group, frame.columns)}"
        )
    labels = frame[group]
    if labels.isna().any():
        raise DataError(
            f"group= needs a value in every row; '{group}' is empty in {int(labels.isna().sum())} "
            "rows. Fill them, or leave those rows out."
        )
    text = labels.map(str)
    sizes = {str(k): int((text == k).sum()) for k in pd.unique(text)}
    _check(sizes, group, len(model.observed))
    first = _reference(sizes, reference)
    here = (text == first).to_numpy()
    return (frame if here[0] else pd.concat([frame[here], frame[~here]])), sizes


def _reference(sizes: Mapping[str, int], reference: Any) -> str:
    if reference is None:
        return next(iter(sizes))
    if str(reference) not in sizes:
        raise ArgumentError(
            f"reference= needs one of the groups {', '.join(map(repr, sizes))}; got {reference!r}."
            f"{did_you_mean(str(reference), sizes)}"
        )
    return str(reference)


def _check(sizes: Mapping[str, int], group: str, variables: int) -> None:
    if len(sizes) < 2:
        only = f" ({next(iter(sizes))!r})" if sizes else ""
        raise DataError(
            f"group= needs at least two groups; got {len(sizes)}{only} in '{group}'. Choose a "
            "column with several values, or use fit() for one group."
        )
    small = {k: n for k, n in sizes.items() if n <= variables}
    if small:
        told = ", ".join(f"'{k}' ({n})" for k, n in list(small.items())[:8])
        more = f" and {len(small) - 8} more" if len(small) > 8 else ""
        raise DataError(
            f"group= needs more rows in each group than the model has observed variables "
            f"({variables}); too few in {told}{more}. Merge groups that belong together, cut a "
            "measured variable such as size into classes, or leave small groups out."
        )


def check_partial(names: Sequence[str], argument: str, known: Sequence[str]) -> None:
    """Refuse what is no parameter of the model."""
    for name in names:
        if name not in known:
            raise ArgumentError(
                f"{argument}= needs parameters of the model; got '{name}'."
                f"{did_you_mean(name, known)} Write each as 'f=~x2', 'x2~1', 'x2~~x2' or 'x2|t1'."
            )
