"""Estimates with intervals, whatever they come from: a fit, resamples, or effects along paths."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from scipy.special import ndtri

from scrm_model.errors import ArgumentError
from scrm_model.estimation.result import Fit
from scrm_model.inference.draws import Bootstrap, check_interval
from scrm_model.inference.indirect import IndirectEffects
from scrm_model.inference.standardised import standardised_table
from scrm_model.reporting.formats import Number
from scrm_model.reporting.language import Phrase, phrase

COLUMNS = ["kind", "lhs", "op", "rhs", "label", "effect", "est", "ci_lower", "ci_upper"]
Result = Fit | Bootstrap | IndirectEffects


@dataclass(frozen=True)
class Series:
    """Estimates that share a sign in the figure.

    Attributes
    ----------
    name : str
    frame : DataFrame
        kind (parameter, or that of an effect), lhs, op, rhs, label, effect (as it is named in the
        figure), est, ci_lower, ci_upper.
    told : Phrase
        How the intervals were made, or why there are none.
    """

    name: str
    frame: pd.DataFrame
    told: Phrase


def series_of(results: Any, standardised: bool, level: float, interval: str) -> tuple[Series, ...]:
    """Read what was given.

    Parameters
    ----------
    results : Fit, Bootstrap or IndirectEffects; or several, in a sequence or a mapping of names
    standardised : bool
    level : float
        Of the intervals of fits and resamples.
    interval : str
        Kind of the intervals of resamples.

    Returns
    -------
    tuple of Series
        One for each result and group.

    Raises
    ------
    ArgumentError
        If something else was given, or nothing.
    """
    check_interval(interval, level)
    if isinstance(results, Mapping):
        named = [(str(name), result) for name, result in results.items()]
    elif isinstance(results, Result):
        named = [("", results)]
    else:
        listed = list(results) if isinstance(results, Sequence) else [results]
        named = [(str(k), result) for k, result in enumerate(listed, 1)]
    wrong = [type(r).__name__ for _, r in named if not isinstance(r, Result)]
    if wrong or not named:
        raise ArgumentError(
            "results= needs fits, or what bootstrap() or indirect_effects() gave; got "
            f"{wrong[0] if wrong else 'nothing'}. Give one, a list, or a dict of names."
        )
    out: list[Series] = []
    for name, result in named:
        frame, told = _read(result, standardised, level, interval)
        out += _by_group(name, result, frame, told)
    return tuple(out)


def _read(
    result: Result, standardised: bool, level: float, interval: str
) -> tuple[pd.DataFrame, Phrase]:
    if isinstance(result, IndirectEffects):
        return _effects(result, standardised), _told_effects(result)
    if isinstance(result, Bootstrap):
        return _resampled(result, standardised, level, interval)
    if not result.converged:
        return _named(result.parameters.iloc[:0], result), phrase("figures.estimates.failed")
    frame = result.parameters
    if standardised or level != 0.95:
        frame = standardised_table(result, level) if standardised else _at(result, level)
    # A fixed parameter has an estimate, and no interval around it.
    fixed = result.parameters["se"].to_numpy() == 0
    if not standardised:
        frame = frame.assign(
            ci_lower=frame["ci_lower"].mask(fixed), ci_upper=frame["ci_upper"].mask(fixed)
        )
    key = "normal" if result._cov is not None else "no_errors"
    told = phrase(f"figures.estimates.{key}", level=Number(level, "percent", 0))
    return _named(frame, result), told


def _at(fit: Fit, level: float) -> pd.DataFrame:
    frame = fit.parameters
    reach = -ndtri((1 - level) / 2) * frame["se"]
    return frame.assign(ci_lower=frame["est"] - reach, ci_upper=frame["est"] + reach)


def _resampled(
    drawn: Bootstrap, standardised: bool, level: float, interval: str
) -> tuple[pd.DataFrame, Phrase]:
    frame = drawn.table(interval, level)
    if standardised:
        own = {"est": "std_all", "ci_lower": "std_ci_lower", "ci_upper": "std_ci_upper"}
        frame = frame.assign(**{new: frame[old] for new, old in own.items()})
    else:
        fixed = drawn.fit.parameters["se"].to_numpy() == 0
        frame = frame.assign(
            ci_lower=frame["ci_lower"].mask(fixed), ci_upper=frame["ci_upper"].mask(fixed)
        )
    told = phrase(
        "figures.estimates.bootstrap", level=Number(level, "percent", 0),
        kind=_kind(interval), n=Number(drawn.n_used, "integer"),
    )  # fmt: skip
    return _named(frame, drawn.fit), told


def _kind(interval: str) -> Phrase:
    return phrase(f"figures.estimates.kind_{interval}")


def _named(frame: pd.DataFrame, fit: Fit) -> pd.DataFrame:
    """Rows of a parameter table under the names that they have in a figure."""
    out = frame[["lhs", "op", "rhs", "group", "label", "est"]].copy()
    for bound in ("ci_lower", "ci_upper"):
        out[bound] = frame[bound]
    out["kind"] = "parameter"
    claimed = hypotheses_of(fit)
    rows = list(zip(out["lhs"], out["op"], out["rhs"], strict=True))
    out["label"] = [
        claimed.get(row, label) for row, label in zip(rows, out["label"].fillna(""), strict=True)
    ]
    out["effect"] = [effect_name(*row) for row in rows]
    return out


def hypotheses_of(fit: Fit) -> dict[tuple[str, str, str], str]:
    """Which hypothesis a path of a model is, by lhs, op and rhs; empty without a study."""
    origin = fit.model.origin
    if origin is None:
        return {}
    # A construct that enters by its dimensions has a path for each.
    return {
        (target, "~", source): h.id
        for h in origin.study.hypotheses
        for target in origin.standing_for(h.target)
        for source in origin.standing_for(h.source)
    }


def effect_name(lhs: str, op: str, rhs: str) -> str:
    """A row of the parameter table as it is named in a figure: ``CRO → SMS``."""
    if op in ("~", "<~"):
        return f"{rhs} → {lhs}"
    return lhs if op == ":=" else f"{lhs} {op} {rhs}".strip()


def _effects(found: IndirectEffects, standardised: bool) -> pd.DataFrame:
    frame = found.frame
    head, bounds = ("std", "std_") if standardised else ("est", "")
    kinds = {"direct": "parameter", "defined": "parameter"}
    ops = {"direct": "~", "defined": ":="}
    defined = frame["kind"] == "defined"
    return pd.DataFrame(
        {
            "kind": frame["kind"].replace(kinds),
            "lhs": frame["target"],
            "op": [ops.get(kind, "") for kind in frame["kind"]],
            "rhs": frame["source"].mask(defined, frame["path"]),
            "group": frame["group"],
            "label": "",
            "effect": frame["path"],
            "est": frame[head],
            "ci_lower": frame[f"{bounds}ci_lower"],
            "ci_upper": frame[f"{bounds}ci_upper"],
        }
    )


def _told_effects(found: IndirectEffects) -> Phrase:
    level, n = Number(found.level, "percent", 0), Number(found.n_used, "integer")
    if found.method == "bootstrap":
        return phrase("figures.estimates.bootstrap", level=level, kind=_kind(found.interval), n=n)
    return phrase(f"figures.estimates.{found.method}", level=level, n=n)


def _by_group(name: str, result: Result, frame: pd.DataFrame, told: Phrase) -> list[Series]:
    groups = sorted(set(frame["group"]) - {0})
    if len(groups) < 2:
        return [Series(name, frame[COLUMNS].reset_index(drop=True), told)]
    fit = result.fit if isinstance(result, Bootstrap) else result
    labels = fit.table.groups if isinstance(fit, Fit) else tuple(map(str, groups))
    out = []
    for group in groups:
        said = labels[group - 1] if len(labels) >= group else str(group)
        own = frame[frame["group"].isin([group, 0] if group == 1 else [group])]
        title = f"{name}: {said}" if name else said
        out.append(Series(title, own[COLUMNS].reset_index(drop=True), told))
    return out


def wishes_of(of: Any) -> list[str | tuple[str, str]]:
    """What was asked for, as names and (source, target) pairs.

    Raises
    ------
    ArgumentError
        If it is something else.
    """
    listed = [of] if isinstance(of, str) or not isinstance(of, Iterable) else list(of)
    out: list[str | tuple[str, str]] = []
    for wish in listed:
        pair = tuple(wish) if isinstance(wish, tuple | list) else ()
        if isinstance(wish, str):
            out.append(wish)
        elif len(pair) == 2 and all(isinstance(end, str) for end in pair):
            out.append((pair[0], pair[1]))
        else:
            raise ArgumentError(
                "of= needs names, or (source, target) pairs such as ('CRO', 'SCRMP'); got "
                f"{wish!r}. Name the effects that the figure is to show."
            )
    return out


def natural(label: str) -> tuple[Any, ...]:
    """What sorts H2 before H10."""
    return tuple(int(p) if p.isdigit() else p for p in re.split(r"(\d+)", label))
