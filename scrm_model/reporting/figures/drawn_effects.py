"""Which effects of a bootstrap are asked for, with the draws of each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.estimation.frame import defined_standardised
from scrm_model.estimation.standardise import solutions
from scrm_model.inference.draws import Bootstrap
from scrm_model.inference.effects import Effects
from scrm_model.reporting.figures.density import bandwidth
from scrm_model.reporting.figures.estimates import (
    effect_name,
    hypotheses_of,
    natural,
    wishes_of,
)


@dataclass(frozen=True, eq=False)
class DrawnEffect:
    """One effect.

    Attributes
    ----------
    label : str
        Hypothesis or label; empty for none.
    effect : str
        As it is named in a figure, without its group.
    group : str
        Label of the group where there are several, else empty.
    kind : str
        ``"parameter"``, or the kind of an effect along paths.
    row : tuple of str
        lhs, op, rhs; of an effect along paths its target, nothing and its source.
    estimate : float
    draws : ndarray, shape (D,)
    left_out : ndarray, shape (K,), or None
        Estimates without each case, where the limits need them.
    """

    label: str
    effect: str
    group: str
    kind: str
    row: tuple[str, str, str]
    estimate: float
    draws: NDArray[np.float64]
    left_out: NDArray[np.float64] | None

    @property
    def varies(self) -> bool:
        """Whether the draws differ."""
        return bandwidth(self.draws) > 0


def drawn_effects(
    boot: Bootstrap, of: Iterable[Any] | str | None, standardised: bool, interval: str
) -> list[DrawnEffect]:
    """Effects in the order of drawing.

    Parameters
    ----------
    boot : Bootstrap
    of : str or iterable of (str or pair), or None
    standardised : bool
    interval : str
        Kind of the limits.

    Returns
    -------
    list of DrawnEffect

    Raises
    ------
    ArgumentError
        If an effect is unknown, or there is none.
    """
    kind, accelerated = 2 if standardised else 0, interval == "bca"
    rows = _parameters(boot, kind, accelerated)
    out: list[DrawnEffect] = []
    if of is None:
        ops = {row.row[1] for row in rows if row.varies}
        shown = ("~", "<~", ":=") if ops & {"~", "<~", ":="} else ("=~",)
        out = [row for row in rows if row.row[1] in shown and row.varies]
    else:
        for wish in wishes_of(of):
            found = (
                _spelled(wish, rows)
                if isinstance(wish, str)
                else _between(boot, wish, kind, accelerated)
            )
            out += [one for one in found if one not in out]
    if not out:
        raise ArgumentError("of= needs effects whose draws differ; got none. Name others.")
    if all(any(c.isdigit() for c in one.label) for one in out):
        out.sort(key=lambda one: natural(one.label))
    return out


def _group(boot: Bootstrap, group: int) -> str:
    several = len(boot.fit.samples) > 1 and group
    return str(boot.fit.table.groups[group - 1]) if several else ""


def _parameters(boot: Bootstrap, kind: int, accelerated: bool) -> list[DrawnEffect]:
    frame, draws = boot.fit._frame, boot._with_definitions(boot.rows[kind])
    left = boot._with_definitions(boot.left_out.rows[kind]) if accelerated else None
    values = frame["std_all" if kind else "est"].to_numpy()
    claimed = hypotheses_of(boot.fit)
    heads = frame[["lhs", "op", "rhs", "group", "label"]].itertuples(index=False)
    return [
        DrawnEffect(
            claimed.get((lhs, op, rhs), label or ""), effect_name(lhs, op, rhs),
            _group(boot, group), "parameter", (lhs, op, rhs), float(values[k]), draws[:, k],
            None if left is None else left[:, k],
        )
        for k, (lhs, op, rhs, group, label) in enumerate(heads)
    ]  # fmt: skip


def _spelled(wish: str, rows: list[DrawnEffect]) -> list[DrawnEffect]:
    found = [row for row in rows if wish in (row.label, row.effect, row.row[1], " ".join(row.row))]
    if not found or not wish:
        known = list(dict.fromkeys([*(row.label for row in rows), *(row.effect for row in rows)]))
        known = [name for name in known if name]
        raise ArgumentError(
            f"of= needs hypotheses, labels, parameters or (source, target) pairs; got {wish!r}."
            + (did_you_mean(wish, known) or f" There are {', '.join(known[:12])}.")
        )
    # Of several those that are fixed have nothing to show; one alone is shown to be fixed.
    return [row for row in found if row.varies] or found


def _between(
    boot: Bootstrap, pair: tuple[str, str], kind: int, accelerated: bool
) -> list[DrawnEffect]:
    fit = boot.fit
    effects = Effects(fit, [pair])

    def values(rows: NDArray[np.float64]) -> NDArray[np.float64]:
        return effects.values(rows, defined_standardised(fit.compiled, rows))

    own = values(solutions(fit.compiled, fit.scaling, fit.theta[None], fit.samples)[kind])[0]
    draws = values(boot.rows[kind])
    left = values(boot.left_out.rows[kind]) if accelerated else None
    return [
        DrawnEffect(
            "", effect.path, _group(boot, effect.group), effect.kind,
            (effect.target, "", effect.source), float(own[k]), draws[:, k],
            None if left is None else left[:, k],
        )
        for k, effect in enumerate(effects.effects)
    ]  # fmt: skip
