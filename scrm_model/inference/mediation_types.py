"""Which kind of mediation: the decision tree of Zhao, Lynch and Chen.

Notes
-----
Two questions are asked of a source and a target: does the indirect effect differ from zero, and
does the direct effect [zhao2010]_? If both do, the sign of their product tells complementary from
competitive mediation. A direct effect that does not differ from zero is no evidence that there is
none, and a type is a summary of two tests, not a finding of its own.

A model that claims full mediation has no direct path, so that nothing can be said of it there.
`mediation_types` then adds the path and estimates the model anew; it says so.

References
----------
.. [zhao2010] Zhao, X., Lynch, J. G., & Chen, Q. (2010). Reconsidering Baron and Kenny: Myths and
   truths about mediation analysis. Journal of Consumer Research, 37, 197-206.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError, EstimationError, ModelError, ScrmWarning
from scrm_model.estimation.again import fit_again
from scrm_model.estimation.result import Fit
from scrm_model.inference.bootstrap import need_converged
from scrm_model.inference.indirect import IndirectEffects, indirect_effects
from scrm_model.spec.model import Model
from scrm_model.spec.statements import Relation

COMPLEMENTARY, COMPETITIVE = "complementary", "competitive"
INDIRECT_ONLY, DIRECT_ONLY, NO_EFFECT = "indirect-only", "direct-only", "no effect"
TYPES = (COMPLEMENTARY, COMPETITIVE, INDIRECT_ONLY, DIRECT_ONLY, NO_EFFECT)

_HEADS = ["group", "source", "target", "path", "kind"]
_NUMBERS = [
    "indirect", "ci_lower", "ci_upper", "direct", "direct_ci_lower", "direct_ci_upper",
    "direct_pvalue", "product",
]  # fmt: skip


def mediation_type(indirect: float, indirect_clear: bool, direct: float, direct_clear: bool) -> str:
    """The type of one mediation.

    Parameters
    ----------
    indirect, direct : float
        The two effects; only their signs count.
    indirect_clear, direct_clear : bool
        Whether each differs from zero.

    Returns
    -------
    str
        One of `TYPES`.

    References
    ----------
    .. [1] Zhao, X., Lynch, J. G., & Chen, Q. (2010). Reconsidering Baron and Kenny: Myths and
       truths about mediation analysis. Journal of Consumer Research, 37, 197-206.
    """
    if indirect_clear and direct_clear:
        return COMPLEMENTARY if indirect * direct > 0 else COMPETITIVE
    if indirect_clear:
        return INDIRECT_ONLY
    return DIRECT_ONLY if direct_clear else NO_EFFECT


@dataclass(frozen=True, eq=False, repr=False)
class MediationTypes:
    """Mediations by type.

    Attributes
    ----------
    frame : DataFrame
        A row for each specific path and, where there are several, for their sum: group, source,
        target, path, kind ("specific" or "total indirect"); indirect with ci_lower and ci_upper;
        direct with direct_ci_lower, direct_ci_upper and direct_pvalue; product, of the two; type;
        note, why there is no type.
    effects : IndirectEffects
        The effects behind them.
    added : tuple of (source, target)
        Direct paths that the model did not have and that were added.
    """

    frame: pd.DataFrame
    effects: IndirectEffects
    added: tuple[tuple[str, str], ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader must know of the whole table."""
        if not self.added:
            return ()
        told = ", ".join(f"{source} → {target}" for source, target in self.added)
        return (f"Estimated with direct paths that the model did not have: {told}.",)

    def __repr__(self) -> str:
        shown = self.frame.drop(columns="note").to_string(
            index=False, float_format="{:.3f}".format, na_rep=""
        )
        return "\n".join(["Types of mediation (Zhao, Lynch & Chen, 2010)", shown, *self.notes])

    def _repr_html_(self) -> str:
        table = self.frame.to_html(index=False, float_format="{:.3f}".format, na_rep="")
        return "".join([table, *(f"<p>{note}</p>" for note in self.notes)])


def mediation_types(
    of: Fit | IndirectEffects,
    pairs: Sequence[tuple[str, str]] | None = None,
    *,
    method: str = "montecarlo",
    draws: int = 20000,
    seed: int | None = None,
    level: float = 0.95,
    **options: Any,
) -> MediationTypes:
    """Tell the type of each mediation.

    Parameters
    ----------
    of : Fit or IndirectEffects
        A fit, or effects that are there already: these are taken as they are, and a pair without
        a direct effect has no type.
    pairs : sequence of (source, target), optional
        By default the mediation claims of the study that the model was specified from.
    method : {"montecarlo", "bootstrap", "delta"}
        Of the intervals; see `indirect_effects`.
    draws, seed, level
        See `indirect_effects`.
    **options
        ``interval``, ``n_jobs`` and the like, passed to `indirect_effects`.

    Returns
    -------
    MediationTypes

    Raises
    ------
    ArgumentError
        `of` is neither a fit nor effects, or effects are given with `pairs`.
    EstimationError
        The fit did not converge, or the model with its direct paths does not.
    ModelError
        There is nothing to mediate.

    Notes
    -----
    An effect differs from zero when its interval leaves out zero; both intervals are made in the
    same way at the same level.
    """
    if isinstance(of, IndirectEffects):
        if pairs is not None:
            raise ArgumentError(
                "pairs= needs a fit; got effects, whose pairs are settled. Leave it out, or give "
                "the fit."
            )
        return MediationTypes(_typed(of.frame), of)
    if not isinstance(of, Fit):
        raise ArgumentError(
            f"of= needs a Fit or what indirect_effects() gives; got {type(of).__name__}."
        )
    need_converged(of, "mediation_types()")
    wanted = _pairs(of, pairs)
    whole, added = with_direct_paths(of, wanted)
    asked = None if pairs is None and of.model.origin is not None else wanted
    effects = indirect_effects(
        whole, asked, draws=draws, method=method, seed=seed, level=level, **options
    )
    return MediationTypes(_typed(effects.frame), effects, added)


def types_behind(effects: IndirectEffects, fit: Fit) -> MediationTypes:
    """The types of effects, or where these lack a direct path, those of the fit with it.

    Parameters
    ----------
    effects : IndirectEffects
    fit : Fit
        Whose effects they are. Direct paths are added where they lack, and intervals are then by
        Monte Carlo, with the seed and level of the effects.

    Returns
    -------
    MediationTypes
        Without types where the model with these paths cannot be estimated.
    """
    told = mediation_types(effects)
    if told.frame["type"].all():
        return told
    try:
        return mediation_types(fit, seed=effects.seed, level=effects.level)
    except (EstimationError, ModelError):
        return told


def with_direct_paths(
    fit: Fit, pairs: Sequence[tuple[str, str]]
) -> tuple[Fit, tuple[tuple[str, str], ...]]:
    """The fit with a direct path for every pair that has none.

    Parameters
    ----------
    fit : Fit
    pairs : sequence of (source, target)

    Returns
    -------
    (Fit, tuple of pairs)
        The same fit where all were there already; and which were added.

    Raises
    ------
    EstimationError
        The model with these paths has no minimum.
    """
    there = {
        (s.rhs, s.lhs) for s in fit.model.statements if isinstance(s, Relation) and s.op == "~"
    }
    added = tuple(dict.fromkeys(p for p in pairs if p not in there))
    if not added:
        return fit, ()
    more = [Relation(target, "~", source) for source, target in added]
    model = Model([*fit.model.statements, *more], fit.model.name, fit.model.origin)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScrmWarning)  # the error says more
        whole = fit_again(fit, model)
    if not whole.converged:
        told = ", ".join(f"{source} → {target}" for source, target in added)
        raise EstimationError(
            f"mediation_types() needs a model with direct paths ({told}) that has a minimum; got "
            "none. Give the effects of a model that has them."
        )
    return whole, added


def _pairs(fit: Fit, pairs: Sequence[tuple[str, str]] | None) -> list[tuple[str, str]]:
    if pairs is not None:
        return [(str(a), str(b)) for a, b in pairs]
    origin = fit.model.origin
    claimed = list(origin.mediation_pairs()) if origin is not None else []
    if not claimed:
        raise ModelError(
            "pairs= needs (source, target) pairs: the model comes from no study with a mediation "
            "claim. Give for example pairs=[('CRO', 'SCRMP')]."
        )
    return claimed


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    keys = ["group", "source", "target"]
    rows = []
    for key, part in frame.groupby(keys, sort=False):
        specific = part[part["kind"] == "specific"]
        whole = part[part["kind"] == "total indirect"] if len(specific) != 1 else part.iloc[:0]
        direct = part[part["kind"] == "direct"]
        for row in pd.concat([specific, whole]).to_dict("records"):
            head = dict(zip(keys, key, strict=True)) | {"path": row["path"], "kind": row["kind"]}
            rows.append(head | _row(row, direct.iloc[0] if len(direct) else None))
    return pd.DataFrame(rows, columns=[*_HEADS, *_NUMBERS, "type", "note"])


def _row(row: Any, direct: Any) -> dict[str, Any]:
    found = {"indirect": row["est"], "ci_lower": row["ci_lower"], "ci_upper": row["ci_upper"]}
    if direct is None:
        return found | dict.fromkeys(_NUMBERS[3:], np.nan) | {
            "type": "", "note": "the model has no direct path"
        }  # fmt: skip
    found |= {
        "direct": direct["est"], "direct_ci_lower": direct["ci_lower"],
        "direct_ci_upper": direct["ci_upper"], "direct_pvalue": direct["pvalue"],
        "product": row["est"] * direct["est"],
    }  # fmt: skip
    bounds = [found[k] for k in ("ci_lower", "ci_upper", "direct_ci_lower", "direct_ci_upper")]
    if np.isnan(bounds).any():
        return found | {"type": "", "note": "an effect has no interval"}
    clear = _clear(*bounds[:2]), _clear(*bounds[2:])
    kind = mediation_type(found["indirect"], clear[0], found["direct"], clear[1])
    return found | {"type": kind, "note": ""}


def _clear(lower: float, upper: float) -> bool:
    return bool(lower > 0 or upper < 0)
