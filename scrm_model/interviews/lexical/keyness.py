"""Which words one group of interviews uses more than another: log-likelihood and log ratio."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.interviews.lexical.counts import check_whole, count_terms
from scrm_model.interviews.transcripts import Transcripts
from scrm_model.interviews.wording import Text

READING = Text(
    "G² compares rates as if words were drawn independently; words of one informant are not, so "
    "that p is too small. Look at documents, and at the log ratio for size.",
    "G² compare des taux comme si les mots étaient tirés indépendamment ; ceux d'un même informant "
    "ne le sont pas, et p est trop petit. Regardez le nombre de documents, et le log ratio pour "
    "l'ampleur.",
)


def log_likelihood(a: ArrayLike, b: ArrayLike, c: float, d: float) -> NDArray[np.float64]:
    """G² of a word's frequencies in two corpora.

    Parameters
    ----------
    a, b : array_like of int, shape (terms,)
        Frequencies of words in the first and the second corpus.
    c, d : float
        Words of the corpora.

    Returns
    -------
    ndarray, shape (terms,)

    Notes
    -----
    G² = 2 (a ln(a / E1) + b ln(b / E2)), with E1 = c (a + b) / (c + d), E2 = d (a + b) / (c + d),
    and 0 ln 0 = 0 (Rayson & Garside, 2000). Dunning (1993) adds the terms of all other words, which
    are next to nothing unless a word makes up much of a corpus.

    References
    ----------
    Dunning, T. (1993). Accurate methods for the statistics of surprise and coincidence.
    Computational Linguistics, 19, 61-74.

    Rayson, P., & Garside, R. (2000). Comparing corpora using frequency profiling. In Proceedings of
    the Workshop on Comparing Corpora (pp. 1-6). ACL.
    """
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    both = first + second
    parts = _x_log(first, c * both / (c + d)) + _x_log(second, d * both / (c + d))
    # Rounding may leave a hair below zero where the rates are the same.
    return np.maximum(2.0 * parts, 0.0)


def _x_log(observed: NDArray, expected: NDArray) -> NDArray:
    ratio = np.divide(observed, expected, out=np.ones_like(observed), where=observed > 0)
    return observed * np.log(ratio)


def log_ratio(a: ArrayLike, b: ArrayLike, c: float, d: float) -> NDArray[np.float64]:
    """Binary logarithm of the ratio of two rates: 1 is twice as frequent, 2 four times.

    Parameters
    ----------
    a, b : array_like of int, shape (terms,)
        Frequencies of words in the first and the second corpus.
    c, d : float
        Words of the corpora.

    Returns
    -------
    ndarray, shape (terms,)

    Notes
    -----
    log2((a / c) / (b / d)), half an occurrence standing for none (Hardie, 2014).

    References
    ----------
    Hardie, A. (2014). Log Ratio: An informal introduction. ESRC Centre for Corpus Approaches to
    Social Science, Lancaster University.
    """
    first, second = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    rates = np.where(first > 0, first, 0.5) / c, np.where(second > 0, second, 0.5) / d
    return np.log2(rates[0] / rates[1])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Keyness:
    """Words of one group of interviews against those of another.

    Attributes
    ----------
    frame : DataFrame
        A row for each term, the most different first: term, count, reference (counts), per_1000,
        per_1000_reference, documents, documents_reference, g2, pvalue, log_ratio.
    group, reference : tuple of str
        Documents.
    words : (int, int)
        All words of either.
    notes : tuple of Text
        How to read it.
    """

    frame: pd.DataFrame
    group: tuple[str, ...]
    reference: tuple[str, ...]
    words: tuple[int, int]
    notes: tuple[Text, ...]

    def __repr__(self) -> str:
        over = self.frame[self.frame["log_ratio"] > 0].head(5)["term"]
        return (
            f"Keyness of {', '.join(self.group)} against {', '.join(self.reference)}: "
            f"{len(self.frame)} terms; more in the first: {', '.join(over) or 'none'}"
        )

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(str(note))}</li>" for note in self.notes)
        table = self.frame.head(20).to_html(index=False, float_format="{:.2f}".format)
        return f"<p>{escape(repr(self))}</p>{table}<ul>{notes}</ul>"


def keyness(
    transcripts: Transcripts,
    group: Iterable[str],
    lang: str,
    *,
    reference: Iterable[str] | None = None,
    n: int = 1,
    lemmas: bool | None = None,
    stop: Iterable[str] | None = None,
    minimum: int = 3,
) -> Keyness:
    """Compare the words of some interviews with those of others.

    Parameters
    ----------
    transcripts : Transcripts
        The texts.
    group : iterable of str
        Names of the documents of the first group.
    lang : {"en", "fr"}
        Language of the texts.
    reference : iterable of str, optional
        Names of the documents of the other group; all others by default.
    n, lemmas, stop
        See `word_frequencies`.
    minimum : int
        Least frequent terms that are compared, both groups together.

    Returns
    -------
    Keyness

    Raises
    ------
    ArgumentError
        If a document is unknown, in both groups or in none, or another argument cannot be used.

    Notes
    -----
    See `scrm_model.interviews.lexical.keyness.log_likelihood` and `log_ratio` for the formulas.
    """
    counted = count_terms(transcripts, lang, n=n, lemmas=lemmas, stop=stop)
    check_whole("minimum", minimum)
    first = _documents("group", group, transcripts.names)
    rest = [name for name in transcripts.names if name not in first]
    second = _documents("reference", rest if reference is None else reference, transcripts.names)
    _apart(first, second)
    table = counted.by_document
    in_first, in_second = (table[list(names)].sum(axis=1) for names in (first, second))
    c, d = (sum(counted.words[name] for name in names) for names in (first, second))
    kept = table.index[(in_first + in_second) >= minimum]
    a, b = in_first[kept].to_numpy(), in_second[kept].to_numpy()
    g2 = log_likelihood(a, b, c, d)
    frame = pd.DataFrame(
        {
            "term": kept,
            "count": a,
            "reference": b,
            "per_1000": 1000.0 * a / c,
            "per_1000_reference": 1000.0 * b / d,
            "documents": (table.loc[kept, list(first)] > 0).sum(axis=1).to_numpy(),
            "documents_reference": (table.loc[kept, list(second)] > 0).sum(axis=1).to_numpy(),
            "g2": g2,
            "pvalue": chi2.sf(g2, 1),
            "log_ratio": log_ratio(a, b, c, d),
        }
    ).sort_values(["g2", "term"], ascending=[False, True], ignore_index=True)
    return Keyness(frame, first, second, (c, d), (READING, *counted.notes))


def _documents(argument: str, names: Iterable[str], known: tuple[str, ...]) -> tuple[str, ...]:
    wanted = (names,) if isinstance(names, str) else tuple(names)
    for name in wanted:
        if name not in known:
            raise ArgumentError(
                f"{argument}= needs names of documents; got {name!r}."
                + (did_you_mean(str(name), known) or f" They are {', '.join(known)}.")
            )
    if not wanted:
        raise ArgumentError(
            f"{argument}= needs one document or more; got none. Both groups need texts."
        )
    return tuple(name for name in known if name in wanted)


def _apart(first: tuple[str, ...], second: tuple[str, ...]) -> None:
    both = [name for name in first if name in second]
    if both:
        raise ArgumentError(
            f"reference= needs other documents than group=; got {', '.join(both)} in both. Leave "
            "them out of one."
        )
