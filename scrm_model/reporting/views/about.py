"""What every note says of how numbers came about."""

from collections.abc import Iterable, Sequence
from typing import Any

from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import Phrase, has_text, phrase

INTERVAL = Number(0.95, "percent", 0)
"""Level of the intervals of single coefficients, whatever that of the tests."""


def estimator_of(fit: Any) -> Any:
    """Return the estimator of a fit in words, or its name where there are none."""
    name = str(fit.settings.estimator)
    key = f"method.estimator_{name.lower()}"
    return phrase(key) if has_text(key) else name


def estimated(fit: Any) -> Phrase:
    """Return estimator and number of cases as a note."""
    return phrase("about.estimated", estimator=estimator_of(fit), n=Number(fit.nobs, "integer"))


def remarks(told: Iterable[str]) -> tuple[Any, ...]:
    """Return what a result says of itself in English as one note; in French it says so first."""
    text = " ".join(filter(None, told))
    return (phrase("about.remark", text=text),) if text else ()


def groups_of(fit: Any) -> Sequence[str]:
    """Return the labels of the groups of a fit; one empty label if there are none."""
    labels = tuple(fit.table.groups) if hasattr(fit, "table") else ()
    return labels if len(labels) > 1 else ("",)


def in_group(name: Any, group: Any, several: bool) -> Any:
    """Return a name, with its group where there are several."""
    return phrase("table.in_group", name=name, group=group) if several else name
