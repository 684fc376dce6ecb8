"""Studies and scales as plain values that JSON can hold, and back; nothing is ever executed."""

from __future__ import annotations

import dataclasses
from typing import Any

from scrm_model.errors import BundleError
from scrm_model.study import records
from scrm_model.study.claims import Study
from scrm_model.survey import items
from scrm_model.survey.scales import Scales

KIND = "record"
KNOWN: dict[str, type] = {
    of.__name__: of
    for of in (
        Study, records.Text, records.Facet, records.Dimension, records.Construct,
        records.Hypothesis, records.Mediation, records.Reference, records.Alternative,
        Scales, items.Scale, items.Item, items.Attention, items.Choice, items.Question,
    )
}  # fmt: skip


def to_plain(value: Any) -> Any:
    """Dictionaries, lists, texts and numbers that stand for a value.

    Parameters
    ----------
    value : Study, Scales, one of their records, tuple, text, number or None

    Returns
    -------
    dict, list, str, int, float, bool or None
        A record names its class under ``"record"``.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: to_plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {KIND: type(value).__name__} | fields
    if isinstance(value, list | tuple):
        return [to_plain(v) for v in value]
    return value


def from_plain(value: Any) -> Any:
    """The value that `to_plain` was given.

    Parameters
    ----------
    value : dict, list, str, int, float, bool or None

    Raises
    ------
    BundleError
        A kind that is not one of ours, or fields that do not make such a record.
    """
    if isinstance(value, list):
        return tuple(from_plain(v) for v in value)
    if not isinstance(value, dict):
        return value
    of = KNOWN.get(str(value.get(KIND)))
    if of is None:
        raise BundleError(
            f"path= needs records of the kinds {', '.join(KNOWN)}; got {value.get(KIND)!r}. The "
            "bundle was changed, or made by a newer version."
        )
    try:
        return of(**{k: from_plain(v) for k, v in value.items() if k != KIND})
    except (TypeError, ValueError) as error:
        raise BundleError(
            f"path= needs a sound {value[KIND]}; got one that cannot be read: {error}"
        ) from error
