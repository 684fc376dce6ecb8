"""How many factors: parallel analysis, minimum average partial, and what others would say."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError
from scrm_model.estimation.workers import Seed, seed_sequence
from scrm_model.measurement.exploratory.chance import (
    normal_correlations,
    shuffled_correlations,
    shuffled_polychorics,
)
from scrm_model.measurement.exploratory.correlations import Correlations, correlations_of
from scrm_model.measurement.exploratory.extraction import first_guess, search, unexplained
from scrm_model.measurement.exploratory.partials import average_partials
from scrm_model.measurement.exploratory.retention import METHODS, ParallelAnalysis
from scrm_model.measurement.exploratory.wording import RULES
from scrm_model.study.claims import Text
from scrm_model.study.records import check_one_of
from scrm_model.survey.scales import Scales

COMPARISONS = ("normal", "permuted", "resampled")
_DRAWS = 500


def parallel_analysis(
    data: Any,
    items: Iterable[str] | Scales | None = None,
    *,
    draws: int = 1000,
    seed: Seed = None,
    method: str = "pc",
    quantile: float = 0.95,
    comparison: str | None = None,
    missing: str = "listwise",
    ordered: Any = False,
) -> ParallelAnalysis:
    """How many factors stand out from chance.

    Parameters
    ----------
    data : DataFrame or Moments
    items : iterable of str or Scales, optional
        Which columns; all of them by default.
    draws : int
        Simulated data sets.
    seed : int, optional
    method : {"pc", "fa", "smc"}
        Which eigenvalues decide: of the correlations (Horn's own, components), of the correlations
        with communalities of one minres factor in the diagonal (psych's), or with squared multiple
        correlations there. All three are in the result.
    quantile : float
        Of the simulated eigenvalues, that those of the data must exceed.
    comparison : {"normal", "permuted", "resampled"}, optional
        What chance is: normal data of the same size (the default), each column of the data in
        random order (the default with ordinal items, whose correlations are polychoric there too),
        or each column drawn with replacement.
    missing, ordered
        As in `kmo`.

    Returns
    -------
    ParallelAnalysis

    Raises
    ------
    ArgumentError, DataError, MissingColumnError
        As `kmo`; also for arguments outside their ranges.

    Notes
    -----
    Horn (1965) compares with the mean of simulated eigenvalues, Glorfeld (1995) with a high
    quantile. Eigenvalues are compared from the largest on, until the first that chance reaches.
    Quantiles interpolate linearly (R's type 7). MAP: `scrm_model.measurement.exploratory.partials`.
    Normal data are drawn complete, as many cases as tests count, through their Wishart matrix.

    References
    ----------
    .. Horn, J. L. (1965). A rationale and test for the number of factors in factor analysis.
       Psychometrika, 30, 179-185.
    .. Glorfeld, L. W. (1995). An improvement on Horn's parallel analysis methodology for selecting
       the correct number of factors to retain. Educational and Psychological Measurement, 55,
       377-393.
    """
    _check(draws, method, quantile)
    of = correlations_of(data, items, missing, ordered)
    return analyse_eigenvalues(of, draws, seed, method, quantile, comparison)


def analyse_eigenvalues(
    of: Correlations,
    draws: int,
    seed: Seed,
    method: str,
    quantile: float = 0.95,
    comparison: str | None = None,
) -> ParallelAnalysis:
    """The same from correlations."""
    by = _comparison(of, comparison)
    rng = np.random.default_rng(seed_sequence(seed))
    random = _random(of, by, draws, rng)
    kept = random[np.isfinite(random).all(axis=(1, 2))]
    if not len(kept):
        raise ArgumentError(
            "comparison= needs draws that have correlations; got none. Use comparison='normal'."
        )
    parts, found = [], {}
    for kind in METHODS:
        own, chance = (eigenvalues(R, kind) for R in (of.matrix[None], kept))
        part = _compared(kind, own[0], chance, quantile)
        parts.append(part)
        found[kind] = int(np.append(part["beyond"].to_numpy(), False).argmin())
    squared, fourth = average_partials(of.matrix)
    partials = pd.DataFrame(
        {"components": np.arange(len(squared)), "velicer": squared, "velicer4": fourth}
    )
    found |= {"map": int(np.nanargmin(squared)), "map4": int(np.nanargmin(fourth))}
    found["kaiser"] = int((parts[0]["eigenvalue"] > 1.0).sum())
    return ParallelAnalysis(
        found[method], method, pd.concat(parts, ignore_index=True), partials,
        _suggestions(found), len(kept), of.n, quantile, by, seed,
        _told(of, by, method, quantile, draws, len(kept)),
    )  # fmt: skip


def components_beyond_chance(of: Correlations, seed: Seed, draws: int = _DRAWS) -> int:
    """Horn's analysis against the 95 % quantile of normal data, and nothing else."""
    rng = np.random.default_rng(seed_sequence(seed))
    chance = eigenvalues(normal_correlations(of.n, len(of.names), draws, rng), "pc")
    beyond = eigenvalues(of.matrix[None], "pc")[0] > np.quantile(chance, 0.95, axis=0)
    return int(np.append(beyond, False).argmin())


def eigenvalues(R: NDArray, kind: str) -> NDArray:
    """Eigenvalues from the largest on, of correlations or of reduced ones.

    Parameters
    ----------
    R : ndarray, shape (B, p, p)
    kind : {"pc", "fa", "smc"}

    Returns
    -------
    ndarray, shape (B, p)
    """
    if kind != "pc":
        psi = unexplained(R) if kind == "smc" else search(R, 1, "minres", first_guess(R, 1)).x
        R = R.copy()
        where = np.arange(R.shape[-1])
        R[:, where, where] -= psi
    return np.asarray(np.linalg.eigvalsh(R)[:, ::-1])


def _random(of: Correlations, by: str, draws: int, rng: np.random.Generator) -> NDArray:
    if by == "normal":
        return normal_correlations(of.n, len(of.names), draws, rng)
    assert of.rows is not None
    if of.ordered:
        return shuffled_polychorics(of.rows.values, of.cuts, draws, rng, by == "resampled")
    return shuffled_correlations(of.rows.values, draws, rng, by == "resampled")


def _compared(kind: str, own: NDArray, chance: NDArray, quantile: float) -> pd.DataFrame:
    high = np.quantile(chance, quantile, axis=0)
    number = np.arange(1, len(own) + 1)
    return pd.DataFrame(
        {
            "method": kind, "number": number, "eigenvalue": own, "mean": chance.mean(axis=0),
            "quantile": high, "beyond": own > high,
        }
    )  # fmt: skip


def _suggestions(found: dict[str, int]) -> pd.DataFrame:
    sources = {
        "pc": "Horn (1965); Glorfeld (1995)", "fa": "Humphreys & Montanelli (1975)",
        "smc": "Humphreys & Montanelli (1975)", "map": "Velicer (1976)",
        "map4": "Velicer, Eaton & Fava (2000)", "kaiser": "Kaiser (1960)",
    }  # fmt: skip
    return pd.DataFrame(
        [{"rule": k, "factors": found[k], "source": source} for k, source in sources.items()]
    )


def _comparison(of: Correlations, comparison: str | None) -> str:
    if comparison is None:
        return "permuted" if of.ordered else "normal"
    check_one_of("comparison", comparison, COMPARISONS)
    if comparison != "normal" and (of.rows is None or of.missing == "fiml"):
        got = "Moments" if of.rows is None else "missing='fiml'"
        raise ArgumentError(
            f"comparison= needs 'normal' with {got}; got {comparison!r}. Leave it out, or give "
            "answers with missing='pairwise'."
        )
    return comparison


def _check(draws: Any, method: str, quantile: float) -> None:
    check_one_of("method", method, METHODS)
    if isinstance(draws, bool) or not isinstance(draws, int | np.integer) or draws < 1:
        raise ArgumentError(
            f"draws= needs a whole number above 0; got {draws!r}. Give for example draws=1000."
        )
    if not (isinstance(quantile, float) and 0.0 < quantile < 1.0):
        raise ArgumentError(
            f"quantile= needs a number between 0 and 1; got {quantile!r}. Give 0.95 for 95 %."
        )


def _told(
    of: Correlations, by: str, method: str, quantile: float, draws: int, kept: int
) -> tuple[Text, ...]:
    what = {
        "normal": Text(f"normal data of {of.n} cases", f"données normales de {of.n} cas"),
        "permuted": Text("columns in random order", "colonnes permutées"),
        "resampled": Text("columns drawn with replacement", "colonnes tirées avec remise"),
    }[by]
    share = f"{100 * quantile:g}"
    notes = [
        *of.notes,
        Text(
            f"{kept} simulated data sets ({what.en}); an eigenvalue counts while it exceeds their "
            f"{share} % quantile. Rule that decides: {RULES[method].en}.",
            f"{kept} jeux de données simulés ({what.fr}) ; une valeur propre compte tant qu'elle "
            f"dépasse leur quantile à {share} %. Règle retenue : {RULES[method].fr}.",
        ),
    ]
    if kept < draws:
        notes.append(
            Text(
                f"{draws - kept} draws had no polychoric correlations and were left out.",
                f"{draws - kept} tirages sans corrélations polychoriques ont été écartés.",
            )
        )
    return (*notes, _KAISER)


_KAISER = Text(
    "Eigenvalues above 1 (Kaiser) is a convention that keeps too many factors as a rule (Zwick & "
    "Velicer, 1986); it is shown because readers expect it.",
    "La règle des valeurs propres supérieures à 1 (Kaiser) est une convention qui retient souvent "
    "trop de facteurs (Zwick et Velicer, 1986) ; elle figure ici parce que les lecteurs "
    "l'attendent.",
)
