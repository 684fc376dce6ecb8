"""Saturation: how many new themes each further interview brought, and would bring in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError
from scrm_model.interviews.counting import mean_total, new_themes, orders
from scrm_model.interviews.wording import Text


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Saturation:
    """New themes by interview.

    Attributes
    ----------
    frame : DataFrame
        A row for each interview: interview (1, 2, …), informant, new, total (in the order given),
        mean_new, new_lower, new_upper, mean_total, total_lower, total_upper (over orders).
    of : str
        What is counted: ``"themes"`` or ``"constructs"``.
    count : int
        How many of them there are.
    once : int
        How many of them occur in one interview only.
    orders : int
        Orders behind the limits.
    exact : bool
        Whether these are all orders. Means are exact either way.
    level : float
        Share of the orders between the limits.
    seed : int or None
        Of random orders.
    notes : tuple of Text
        How to read it.
    """

    frame: pd.DataFrame
    of: str
    count: int
    once: int
    orders: int
    exact: bool
    level: float
    seed: int | None
    notes: tuple[Text, ...]

    def ratio(self, base: int = 4, run: int = 2) -> pd.DataFrame:
        """Share of new themes in each run of interviews, against those of the first ones.

        Parameters
        ----------
        base : int
            Interviews whose themes are the base.
        run : int
            Interviews of a run.

        Returns
        -------
        DataFrame
            first, last (interviews of the run), new, base, ratio; in the order given.

        Raises
        ------
        ArgumentError
            If there are too few interviews for a base and a run.

        Notes
        -----
        The authors propose 5 per cent and 0 per cent as thresholds, as conventions that depend on
        how closely the analysis looks.

        References
        ----------
        Guest, G., Namey, E., & Chen, M. (2020). A simple method to assess and report thematic
        saturation in qualitative research. PLoS ONE, 15(5), e0232076.
        """
        n = len(self.frame)
        whole = all(isinstance(v, int | np.integer) and v >= 1 for v in (base, run))
        if not whole or base + run > n:
            raise ArgumentError(
                f"base= and run= need whole numbers that together are at most the {n} interviews; "
                f"got {base!r} and {run!r}. Take a smaller base or run."
            )
        first = int(self.frame["total"].iloc[base - 1])
        new = self.frame["new"].to_numpy()
        rows = [
            {
                "first": start + 1, "last": start + run, "new": int(new[start : start + run].sum()),
                "base": first, "ratio": new[start : start + run].sum() / first if first else None,
            }
            for start in range(base, n - run + 1)
        ]  # fmt: skip
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        last = self.frame.iloc[-1]
        return (
            f"Saturation: {self.count} {self.of} in {len(self.frame)} interviews, {self.once} of "
            f"them in one only; the last interview brought {int(last['new'])}, in a random order "
            f"it brings {last['mean_new']:.2f} on average"
        )

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{note}</li>" for note in self.notes)
        shown = self.frame.to_html(index=False, float_format="{:.2f}".format)
        return f"<p>{self!r}</p>{shown}<ul>{notes}</ul>"


def saturation_of(
    present: NDArray[np.bool_],
    informants: Sequence[str],
    *,
    of: str = "themes",
    order: Sequence[str] | None = None,
    draws: int = 2000,
    level: float = 0.95,
    seed: int | None = None,
    remarks: tuple[Text, ...] = (),
) -> Saturation:
    """New themes by interview, in the order given and over orders.

    Parameters
    ----------
    present : ndarray of bool, shape (themes, n)
        Whether a theme occurs in an interview.
    informants : sequence of str, length n
        Who they are.
    of : str
        What the rows are, for the reader.
    order : sequence of str, optional
        The order in which the interviews were held; that of `informants` by default.
    draws : int
        Random orders, where there are too many to take all.
    level : float
        Share of the orders between the limits.
    seed : int, optional
        Of random orders.
    remarks : tuple of Text
        What else a reader must know.

    Returns
    -------
    Saturation

    Raises
    ------
    ArgumentError
        If `order` is no order of the informants, or another argument cannot be used.
    """
    places = _places(informants, order)
    _check(draws, level, seed)
    own = present[:, places]
    held = new_themes(own, np.arange(len(places))[None, :])[0]
    every, exact = orders(len(places), draws, seed)
    new = new_themes(own, every)
    ends = (1 - level) / 2, (1 + level) / 2
    # Limits are numbers of themes that some order really gives.
    limits = {
        name: np.quantile(values, ends, axis=0, method="inverted_cdf")
        for name, values in (("new", new), ("total", new.cumsum(axis=1)))
    }
    mean = mean_total(own.sum(axis=1), len(places))
    frame = pd.DataFrame(
        {
            "interview": np.arange(1, len(places) + 1),
            "informant": [informants[k] for k in places],
            "new": held,
            "total": held.cumsum(),
            "mean_new": np.diff(mean, prepend=0.0),
            "new_lower": limits["new"][0],
            "new_upper": limits["new"][1],
            "mean_total": mean,
            "total_lower": limits["total"][0],
            "total_upper": limits["total"][1],
        }
    )
    count = int(own.any(axis=1).sum())
    once = int((own.sum(axis=1) == 1).sum())
    seed = None if exact else seed
    notes = (*_notes(len(every), exact, level, order is None), *remarks)
    return Saturation(frame, of, count, once, len(every), exact, level, seed, notes)


def _places(informants: Sequence[str], order: Sequence[str] | None) -> list[int]:
    if order is None:
        return list(range(len(informants)))
    if sorted(map(str, order)) != sorted(informants):
        raise ArgumentError(
            f"order= needs each of {', '.join(informants)} once; got {', '.join(map(str, order))}. "
            "Name every interview in the order in which it was held."
        )
    return [list(informants).index(str(name)) for name in order]


def _check(draws: int, level: float, seed: int | None) -> None:
    if not isinstance(draws, int | np.integer) or draws < 100:
        raise ArgumentError(
            f"draws= needs a whole number of at least 100; got {draws!r}. 2000 is enough."
        )
    if not isinstance(level, int | float) or not 0 < level < 1:
        raise ArgumentError(
            f"level= needs a number between 0 and 1; got {level!r}. The usual level is 0.95."
        )
    if seed is not None and not isinstance(seed, int | np.integer):
        raise ArgumentError(f"seed= needs a whole number or None; got {seed!r}. Take any.")


def _notes(count: int, exact: bool, level: float, as_listed: bool) -> tuple[Text, ...]:
    which = (
        Text(f"all {count:,} orders", f"les {count} ordres possibles")
        if exact
        else Text(f"{count:,} random orders", f"{count} ordres tirés au hasard")
    )
    notes = [
        Text(
            f"Means are exact over all orders of the interviews; limits hold {100 * level:g}% of "
            f"{which.en}.",
            f"Les moyennes sont exactes sur tous les ordres des entretiens ; les bornes "
            f"contiennent {100 * level:g} % de {which.fr}.",
        )
    ]
    if as_listed:
        notes.append(
            Text(
                "No order of the interviews was given: new and total follow the order listed.",
                "Aucun ordre des entretiens n'est donné : nouveaux et cumul suivent la liste.",
            )
        )
    return tuple(notes)
