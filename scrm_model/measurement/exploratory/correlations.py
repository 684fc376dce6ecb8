"""From data of any admitted kind to one correlation matrix, and what is to be said about it."""

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scrm_model.errors import ArgumentError, DataError, MissingDataWarning
from scrm_model.estimation.implied.responses import Responses
from scrm_model.estimation.missing import unrestricted
from scrm_model.estimation.observed.frames import (
    Rows,
    answered_rows,
    as_pandas,
    check_rows,
    complete_rows,
)
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.observed.responses.coding import (
    categories_of,
    check_known,
    numbered,
    ordered_names,
    unused,
    with_codes,
)
from scrm_model.estimation.observed.responses.sample import response_sample
from scrm_model.measurement.exploratory.columns import check_all_numbers, item_names
from scrm_model.measurement.exploratory.pairwise import pairwise_correlations
from scrm_model.study.claims import Text
from scrm_model.study.records import check_one_of
from scrm_model.survey.scales import Scales

MISSING = ("listwise", "pairwise", "fiml")


@dataclass(frozen=True, eq=False)
class Correlations:
    """A correlation matrix and where it comes from.

    Attributes
    ----------
    matrix : ndarray, shape (p, p)
    names : tuple of str
    n : int
        Cases that tests count.
    missing : {"listwise", "pairwise", "fiml", ""}
        What was done with rows that lack an answer; empty where moments stood for data.
    ordered : tuple of str
        Ordinal variables.
    rows : Rows or None
        The rows used, NaN in missing cells, ordinal answers as numbers from 0.
    cuts : ndarray of int, shape (p,)
        Thresholds of each variable, 0 for a continuous one.
    centre, spread : ndarray, shape (p,)
        Means and standard deviations of the answers; no means where moments stood for data.
    notes : tuple of Text
        What a reader must know.
    """

    matrix: NDArray
    names: tuple[str, ...]
    n: int
    missing: str
    ordered: tuple[str, ...]
    rows: Rows | None
    cuts: NDArray[np.intp]
    centre: NDArray
    spread: NDArray
    notes: tuple[Text, ...]

    @cached_property
    def smallest(self) -> float:
        """Smallest eigenvalue."""
        return float(np.linalg.eigvalsh(self.matrix)[0])

    @property
    def definite(self) -> bool:
        """Whether the matrix is positive definite."""
        return self.smallest > 1e-10

    @property
    def covariances(self) -> NDArray:
        """Covariances of the answers; with ordinal ones the correlations, of latent responses."""
        if self.ordered:
            return self.matrix
        return np.asarray(self.matrix * np.outer(self.spread, self.spread))

    def need_definite(self, what: str) -> None:
        """Raise `DataError` unless the matrix has an inverse."""
        if not self.definite:
            raise DataError(
                f"data= needs a positive definite correlation matrix for {what}; got one with an "
                f"eigenvalue of {self.smallest:.2g}. Correlations of different cases need not fit "
                "together: use missing='fiml' or 'listwise', or leave out items that others "
                "determine."
            )

    def of(self, names: Sequence[str]) -> "Correlations":
        """The same for some of the variables and the same cases."""
        at = [self.names.index(name) for name in names]
        rows = self.rows and replace(self.rows, values=self.rows.values[:, at])
        ordered = tuple(name for name in names if name in self.ordered)
        matrix = self.matrix[np.ix_(at, at)]
        return Correlations(
            matrix, tuple(names), self.n, self.missing, ordered, rows, self.cuts[at],
            self.centre[at], self.spread[at], self.notes,
        )  # fmt: skip


def correlations_of(
    data: Any,
    items: Iterable[str] | Scales | None = None,
    missing: str = "listwise",
    ordered: Any = False,
    stacklevel: int = 3,
) -> Correlations:
    """Correlations of some columns.

    Parameters
    ----------
    data : DataFrame or Moments
    items : iterable of str or Scales, optional
        Which columns; all of them by default.
    missing : {"listwise", "pairwise", "fiml"}
    ordered : bool, str, iterable of str, or mapping
        Ordinal variables, as in `fit`.
    stacklevel : int
        For warnings.

    Raises
    ------
    ArgumentError, DataError, MissingColumnError
        Where no correlations can be had, and why.
    """
    check_one_of("missing", missing, MISSING)
    if isinstance(data, Moments):
        return _of_moments(data, items, missing, ordered)
    frame = as_pandas(data)
    names = item_names(items, [str(c) for c in frame.columns])
    check_known(ordered, names, frame.columns)
    ordinal = ordered_names(ordered, names, ())
    frame = with_codes(frame, ordinal)
    if items is None:
        check_all_numbers(frame)
    if missing == "fiml" and ordinal:
        raise ArgumentError(
            "missing= needs 'listwise' or 'pairwise' with ordinal variables; got 'fiml'. Use "
            "'pairwise'."
        )
    how = complete_rows if missing == "listwise" else answered_rows
    (rows,) = how(frame, names)
    _warn_of_rows(rows, missing, stacklevel + 1)
    return _of_rows(rows, names, missing, ordinal, ordered)


def _warn_of_rows(rows: Rows, missing: str, stacklevel: int) -> None:
    used, total = len(rows.values), rows.n_original
    if used == total:
        return
    why = "have missing cells" if missing == "listwise" else "have no answer at all"
    warnings.warn(
        f"{total - used} of {total} rows {why} and were left out (missing={missing!r}); {used} "
        "were used.",
        MissingDataWarning,
        stacklevel=stacklevel,
    )


def _of_rows(
    rows: Rows, names: tuple[str, ...], missing: str, ordinal: tuple[str, ...], declared: Any
) -> Correlations:
    cuts = np.zeros(len(names), dtype=np.intp)
    notes = _left_out(rows, missing)
    centre = spread = np.full(len(names), np.nan)
    if ordinal:
        rows, cuts, matrix, told = _polychoric(rows, names, ordinal, declared)
        notes += told
    elif missing == "fiml":
        found = unrestricted(rows, names)
        assert found.mean is not None  # incomplete cases always have means
        centre, spread = found.mean[0], np.sqrt(np.diag(found.cov[0]))
        matrix = _scaled(found.cov[0])
        notes += (_FIML,) if np.isnan(rows.values).any() else ()
    elif missing == "pairwise":
        matrix = _pairwise(rows, names)
    else:
        cov = np.atleast_2d(np.cov(rows.values, rowvar=False))
        check_rows(rows, names, cov)
        matrix = _scaled(cov)
    if missing == "pairwise":
        notes += _told_pairs(rows)
    if missing != "fiml":
        centre, spread = np.nanmean(rows.values, axis=0), np.nanstd(rows.values, axis=0, ddof=1)
    n = len(rows.values)
    return Correlations(matrix, names, n, missing, ordinal, rows, cuts, centre, spread, notes)


def _of_moments(data: Moments, items: Any, missing: str, ordered: Any) -> Correlations:
    if ordered is not False or missing != "listwise":
        argument, got = ("ordered", ordered) if ordered is not False else ("missing", missing)
        raise ArgumentError(
            f"{argument}= needs raw answers; got {got!r} with Moments. Give the answers "
            "themselves, or leave the argument out."
        )
    names = item_names(items, list(data.names))
    cov, _ = data.of(names)
    none, gone = np.zeros(len(names), dtype=np.intp), np.full(len(names), np.nan)
    spread = np.sqrt(np.diag(cov))
    return Correlations(_scaled(cov), names, data.n, "", (), None, none, gone, spread, ())


def _scaled(cov: NDArray) -> NDArray:
    spread = np.sqrt(np.diag(cov))
    out = cov / np.outer(spread, spread)
    np.fill_diagonal(out, 1.0)
    return np.asarray((out + out.T) / 2.0)


def _pairwise(rows: Rows, names: Sequence[str]) -> NDArray:
    values = rows.values
    seen = ~np.isnan(values)
    counts = seen.T.astype(float) @ seen
    few = np.argwhere(np.tril(counts < 3))
    if len(few):
        i, j = (int(k) for k in few[0])
        if (alone := np.flatnonzero(np.diag(counts) < 3)).size:
            told = ", ".join(repr(names[int(k)]) for k in alone)
            raise DataError(
                f"data= needs at least 3 answers to each item; got fewer for {told}. Leave these "
                "items out."
            )
        raise DataError(
            f"data= needs at least 3 rows with both of every two columns; {names[j]!r} and "
            f"{names[i]!r} have {int(counts[i, j])}. Leave one of them out."
        )
    matrix = pairwise_correlations(np.where(seen, values, 0.0), seen.astype(float))
    still = np.argwhere(np.isnan(matrix))
    if len(still):
        i, j = (int(k) for k in still[0])
        raise DataError(
            "data= needs columns that vary among the rows that have both of every two; not so for "
            f"{names[i]!r} and {names[j]!r}. Leave an item out that everybody answers alike."
        )
    return matrix


def _polychoric(
    rows: Rows, names: tuple[str, ...], ordinal: tuple[str, ...], declared: Any
) -> tuple[Rows, NDArray[np.intp], NDArray, tuple[Text, ...]]:
    categories = categories_of((rows,), names, ordinal, declared)
    of_each: Mapping[str, int] = {name: len(codes) - 1 for name, codes in categories.items()}
    cuts = np.array([of_each.get(name, 0) for name in names], dtype=np.intp)
    coded = replace(rows, values=numbered(rows.values, names, categories))
    sample, told = response_sample(coded.values, moments_order(cuts), names, "")
    notes = [Text(t, "") for t in told]
    for name, points in unused(categories, declared).items():
        shown = ", ".join(f"{v:g}" for v in points)
        en, fr = f"Nobody chose {shown} of {name!r}.", f"Personne n'a choisi {shown} de « {name} »."
        notes.append(Text(en, fr))
    return coded, cuts, _scaled(sample.cov[0]), (*notes, _POLYCHORIC)


def moments_order(cuts: NDArray[np.intp]) -> Responses:
    """The order of thresholds and correlations of variables without a model."""
    p = len(cuts)
    none = np.zeros(0, dtype=np.intp)
    return Responses(np.arange(p), none, cuts, np.full(p, -1), none, True)


def _left_out(rows: Rows, missing: str) -> tuple[Text, ...]:
    used, total = len(rows.values), rows.n_original
    if used == total:
        return ()
    en = "lack an answer" if missing == "listwise" else "have no answer at all"
    fr = "incomplètes" if missing == "listwise" else "sans aucune réponse"
    return (
        Text(
            f"{total - used} of {total} rows {en} and were left out; {used} were used.",
            f"{total - used} lignes sur {total}, {fr}, ont été écartées ; {used} sont utilisées.",
        ),
    )


def _told_pairs(rows: Rows) -> tuple[Text, ...]:
    seen = (~np.isnan(rows.values)).astype(float)
    if seen.all():
        return ()
    counts = seen.T @ seen
    low, high, n = int(counts.min()), int(counts.max()), len(seen)
    return (
        Text(
            f"Each correlation is of the cases that gave both answers ({low} to {high}); tests "
            f"count all {n} rows, so that their p values are somewhat too small.",
            f"Chaque corrélation repose sur les cas qui ont donné les deux réponses ({low} à "
            f"{high}) ; les tests comptent les {n} lignes, et leurs p sont un peu trop petits.",
        ),
    )


_FIML = Text(
    "Correlations are those of the unrestricted model by full information; tests count every row "
    "with an answer and are approximate.",
    "Corrélations du modèle saturé, par information complète ; les tests comptent toutes les "
    "lignes qui ont une réponse et sont approchés.",
)
_POLYCHORIC = Text(
    "Correlations of ordinal answers are polychoric; tests that take them for product-moment "
    "correlations are approximate.",
    "Les corrélations des réponses ordinales sont polychoriques ; les tests qui les traitent comme "
    "des corrélations de Pearson sont approchés.",
)
