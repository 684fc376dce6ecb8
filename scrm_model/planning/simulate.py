"""Answers drawn from a population: constructs, items, points of a scale, and what goes wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.estimation.workers import Seed, child, seed_sequence
from scrm_model.planning.checks import whole
from scrm_model.planning.mechanisms import (
    Careless,
    CommonMethod,
    Informants,
    Missing,
    NonNormal,
)
from scrm_model.planning.population import Population
from scrm_model.planning.sampler import Drawn, Sampler, sampler
from scrm_model.planning.thresholds import LEAN, Shares, Skew, cuts_of

__all__ = ["LEAN", "Simulation", "simulate", "simulation"]

Populations = Population | Mapping[str, Population]
Sizes = int | Mapping[str, int]
_GROUP, FIRM, INFORMANT = 1000, "firm", "informant"


@dataclass(frozen=True, eq=False, repr=False)
class Simulation:
    """Answers, and the truth about them.

    Attributes
    ----------
    answers : DataFrame, shape (n, p)
        What `simulate` returns; columns firm and informant, or that of the group, stand first.
    complete : DataFrame, shape (n, p)
        The items before cells went missing.
    missing : DataFrame of bool, shape (n, p)
        Which cells went missing.
    careless : Series of str
        For each row "", "straight" or "random".
    method : Series of float, or None
        Scores on the common method factor.
    """

    answers: pd.DataFrame
    complete: pd.DataFrame
    missing: pd.DataFrame
    careless: pd.Series
    method: pd.Series | None

    def __repr__(self) -> str:
        gone, bad = float(self.missing.to_numpy().mean()), int((self.careless != "").sum())
        return f"Simulation({len(self.answers)} rows; {gone:.1%} of cells missing, {bad} careless)"


def simulate(
    population: Populations,
    n: Sizes,
    seed: Seed = None,
    *,
    points: int | None = 7,
    proportions: Shares = None,
    lean: float = LEAN,
    skew: Skew = None,
    nonnormal: NonNormal | None = None,
    missing: Missing | Sequence[Missing] | None = None,
    careless: Careless | None = None,
    method: CommonMethod | None = None,
    informants: Informants | None = None,
    group: str = "group",
) -> pd.DataFrame:
    """Draw a sample of answers.

    Parameters
    ----------
    population : Population, or mapping of str to Population
        One, or one for each group.
    n : int, or mapping of str to int
        Cases, in each group if there are several, or by group. Firms, with `informants`.
    seed : int, optional
        The same seed gives the same answers, and each option its own part of the randomness:
        adding one changes nothing else.
    points : int, optional
        Points of the scale, answered 1, 2, …; None leaves variables uncut.
    proportions : sequence of float, or mapping of variable to such, optional
        Share of each answer, in place of evenly spaced thresholds; variables that a mapping leaves
        out take `points`.
    lean : float
        See `scrm_model.planning.thresholds.thresholds`.
    skew : float or mapping of variable to float, optional
        Skewness of the answers, in place of `lean`; negative where most answers are high.
    nonnormal : NonNormal, optional
        Skewness and kurtosis of variables that are not cut.
    missing : MCAR, MAR, MNAR, or a list of them, optional
        Which cells go missing.
    careless : Careless, optional
        Respondents who do not read.
    method : CommonMethod, optional
        A factor of the method that all items share.
    informants : Informants, optional
        Several rows for each firm, with columns firm and informant.
    group : str
        Column for the groups, where there are several.

    Returns
    -------
    DataFrame, shape (n, p)
        Integers, or floats where nothing is cut or cells are missing.

    Raises
    ------
    ArgumentError
        If `n` is no positive whole number, or an option cannot be used as it stands.
    ModelError
        If the method factor takes more variance than an item has left.

    See Also
    --------
    simulation : the same, with the truth beside the answers.

    Notes
    -----
    With informants a construct that informant i of firm f sees is
    ``sqrt(icc) eta_f + sqrt(1 - icc) u_fi``: eta follows the population, u is independent of
    everything, and the ICC(1) of the construct is `icc`. Observed variables that take part in paths
    are facts about the firm, the same for all its informants. The method factor adds
    ``sqrt(share) M`` to each item and takes as much variance out of its residual.
    """
    return simulation(
        population, n, seed, points=points, proportions=proportions, lean=lean, skew=skew,
        nonnormal=nonnormal, missing=missing, careless=careless, method=method,
        informants=informants, group=group,
    ).answers  # fmt: skip


def simulation(
    population: Populations,
    n: Sizes,
    seed: Seed = None,
    *,
    group: str = "group",
    **options: Any,
) -> Simulation:
    """Draw a sample of answers, and keep the truth about it.

    Parameters
    ----------
    population, n, seed, group, **options
        As in `simulate`.

    Returns
    -------
    Simulation

    Raises
    ------
    ArgumentError, ModelError
        As in `simulate`.
    """
    samplers = samplers_of(population, group=group, **options)
    sizes = sizes_of(n, samplers)
    drawn = draw(samplers, sizes, seed_sequence(seed))
    parts = [_simulation(samplers[k], drawn[k], k, group) for k in samplers]
    if len(parts) == 1:
        return parts[0]

    def joined(label: str) -> Any:
        found = [getattr(part, label) for part in parts]
        return None if found[0] is None else pd.concat(found, ignore_index=True)

    return Simulation(*(joined(k) for k in Simulation.__dataclass_fields__))


def samplers_of(
    population: Populations,
    *,
    points: int | None = 7,
    proportions: Shares = None,
    lean: float = LEAN,
    skew: Skew = None,
    group: str = "group",
    **options: Any,
) -> dict[str, Sampler]:
    """Prepare to draw: one sampler a group, keyed "" if there is but one.

    Parameters
    ----------
    population, points, proportions, lean, skew, group, **options
        As in `simulate`.

    Raises
    ------
    ArgumentError
        As in `simulate`.
    """
    known = ("nonnormal", "missing", "careless", "method", "informants")
    for label in options:
        if label not in known:
            choices = ("points", "proportions", "lean", "skew", *known)
            raise ArgumentError(
                f"answers= needs options of simulate(); got {label!r}."
                + (did_you_mean(label, choices) or f" They are {', '.join(choices)}.")
            )
    by_group = by_groups(population)
    out = {}
    for label, one in by_group.items():
        names = list(map(str, one.cov.columns))
        if label and group in names:
            raise ArgumentError(
                f"group= needs another name than that of a variable; got {group!r}. Choose one."
            )
        out[label] = sampler(one, cuts_of(names, points, proportions, lean, skew), **options)
    return out


def by_groups(population: Any) -> dict[str, Population]:
    """Populations by group, keyed "" if there is but one.

    Raises
    ------
    ArgumentError
        If it is something else, or the groups have different variables.
    """
    if isinstance(population, Population):
        return {"": population}
    given = dict(population) if isinstance(population, Mapping) else {}
    if not given or not all(isinstance(one, Population) for one in given.values()):
        raise ArgumentError(
            f"population= needs a Population, or one by group; got {type(population).__name__}. "
            "Make one with scrm.population(model)."
        )
    out = {str(k): v for k, v in given.items()}
    if len({tuple(one.cov.columns) for one in out.values()}) > 1:
        raise ArgumentError(
            "population= needs the same variables in every group; got others in some. Make all "
            "populations from one model."
        )
    return out if len(out) > 1 else {"": next(iter(out.values()))}


def sizes_of(n: Any, groups: Mapping[str, Any]) -> dict[str, int]:
    """Cases by group.

    Raises
    ------
    ArgumentError
        If a number is no count, or a group has none.
    """
    if not isinstance(n, Mapping):
        return dict.fromkeys(groups, whole("n", n, 1))
    given = {str(k): v for k, v in n.items()}
    if set(given) != set(groups):
        raise ArgumentError(
            f"n= needs a number for each group; got {sorted(given)} for the groups "
            f"{sorted(groups)}. Name each group once."
        )
    return {k: whole("n", given[k], 1) for k in groups}


def draw(
    samplers: Mapping[str, Sampler], sizes: Mapping[str, int], seed: np.random.SeedSequence
) -> dict[str, Drawn]:
    """Draw every group, each from its own child of the seed."""
    if len(samplers) == 1:
        return {k: s.draw(sizes[k], seed) for k, s in samplers.items()}
    return {
        k: s.draw(sizes[k], child(seed, _GROUP + place))
        for place, (k, s) in enumerate(samplers.items())
    }


def frame_of(
    samplers: Mapping[str, Sampler], drawn: Mapping[str, Drawn], group: str
) -> pd.DataFrame:
    """Answers as `simulate` returns them."""
    parts = [_frame(samplers[k], drawn[k], drawn[k].answers, k, group) for k in samplers]
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True)


def _frame(of: Sampler, drawn: Drawn, values: np.ndarray, label: str, group: str) -> pd.DataFrame:
    columns: dict[str, Any] = {}
    if label:
        columns[group] = np.repeat(label, len(values))
    if drawn.firm is not None and of.informants is not None:
        columns[FIRM] = drawn.firm
        columns[INFORMANT] = np.tile(
            np.arange(1, of.informants.per_firm + 1), len(values) // of.informants.per_firm
        )
    for k, name in enumerate(of.names):
        column = values[:, k]
        whole_numbers = k in of.cuts and not np.isnan(column).any()
        columns[name] = column.astype(int) if whole_numbers else column
    return pd.DataFrame(columns)


def _simulation(of: Sampler, drawn: Drawn, label: str, group: str) -> Simulation:
    names = list(of.names)
    words = np.array(["", "straight", "random"], dtype=object)
    return Simulation(
        _frame(of, drawn, drawn.answers, label, group),
        _frame(of, drawn, drawn.complete, label, group)[names],
        pd.DataFrame(np.isnan(drawn.answers), columns=names),
        pd.Series(words[drawn.careless], name="careless", dtype=object),
        None if drawn.method is None else pd.Series(drawn.method, name="method"),
    )
