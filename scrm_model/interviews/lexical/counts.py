"""How often words and sequences of words occur, by document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.interviews.lexical.tokens import Token, checked_stop, lemmatiser, tokens
from scrm_model.interviews.transcripts import Transcripts
from scrm_model.interviews.wording import LANGUAGES, Text, check_one_of

LONGEST = 5


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class WordFrequencies:
    """How often words, or sequences of words, occur.

    Attributes
    ----------
    frame : DataFrame
        A row for each term, the frequent before the rare: term, count, per_1000 (of all words,
        stop words among them), documents (that have it), forms (as they were said).
    by_document : DataFrame
        Terms × documents, counts.
    words : dict of str to int
        All words of each document, stop words among them.
    n : int
        Words of a term.
    lang : str
        Language of the texts.
    lemmas : bool
        Whether terms are lemmas.
    notes : tuple of Text
        How it was counted.
    """

    frame: pd.DataFrame
    by_document: pd.DataFrame
    words: dict[str, int]
    n: int
    lang: str
    lemmas: bool
    notes: tuple[Text, ...]

    def top(self, count: int = 20) -> pd.DataFrame:
        """The most frequent terms: the first rows of `frame`."""
        return self.frame.head(count)

    def __repr__(self) -> str:
        kind = "lemmas" if self.lemmas else "word forms"
        what = kind if self.n == 1 else f"sequences of {self.n} {kind}"
        head = ", ".join(f"{r.term} {r.count_}" for r in self._first().itertuples())
        return f"{len(self.frame)} {what} in {sum(self.words.values()):,} words: {head}"

    def _first(self) -> pd.DataFrame:
        return self.frame.head(6).rename(columns={"count": "count_"})

    def _repr_html_(self) -> str:
        notes = "".join(f"<li>{escape(str(note))}</li>" for note in self.notes)
        table = self.top().to_html(index=False, float_format="{:.2f}".format)
        return f"<p>{escape(repr(self))}</p>{table}<ul>{notes}</ul>"


def word_frequencies(
    transcripts: Transcripts,
    lang: str,
    *,
    n: int = 1,
    lemmas: bool | None = None,
    stop: Iterable[str] | None = None,
    minimum: int = 1,
) -> WordFrequencies:
    """Count the words of transcripts, or sequences of them.

    Parameters
    ----------
    transcripts : Transcripts
        The texts; leave out what the interviewer said by `Transcripts.without`.
    lang : {"en", "fr"}
        Their language.
    n : int
        Words of a sequence, 1 to 5.
    lemmas : bool, optional
        Whether forms are reduced to lemmas by simplemma. By default where it is installed (the
        extra ``text``); otherwise forms are counted and a note says so.
    stop : iterable of str, optional
        Words that do not count; our own list of the language by default (`stop_words`), none for
        ``()``.
    minimum : int
        Least frequent terms that are listed.

    Returns
    -------
    WordFrequencies

    Raises
    ------
    ArgumentError
        If an argument cannot be used, or lemmas are asked for without simplemma.

    Notes
    -----
    A stop word is one whose form or lemma is in the list. Sequences do not run over punctuation or
    the end of a line, and neither begin nor end with a stop word. Lemmas are looked up word by
    word, without their sentence: French "été" becomes "être", whether it is summer or has been.
    """
    counted = count_terms(transcripts, lang, n=n, lemmas=lemmas, stop=stop)
    check_whole("minimum", minimum)
    table = counted.by_document
    total = table.sum(axis=1)
    kept = total.index[total >= minimum]
    words = sum(counted.words.values())
    frame = pd.DataFrame(
        {
            "term": kept,
            "count": total[kept].to_numpy(),
            "per_1000": 1000.0 * total[kept].to_numpy() / words,
            "documents": (table.loc[kept] > 0).sum(axis=1).to_numpy(),
            "forms": [", ".join(counted.forms[term]) for term in kept],
        }
    )
    frame = frame.sort_values(["count", "term"], ascending=[False, True], ignore_index=True)
    return WordFrequencies(
        frame, table.loc[frame["term"]], counted.words, n, lang, counted.lemmas, counted.notes
    )


@dataclass(frozen=True, slots=True)
class CountedTerms:
    """Terms × documents, all words by document, forms by term, and how it was counted."""

    by_document: pd.DataFrame
    words: dict[str, int]
    forms: dict[str, tuple[str, ...]]
    lemmas: bool
    notes: tuple[Text, ...]


def count_terms(
    transcripts: Transcripts,
    lang: str,
    *,
    n: int = 1,
    lemmas: bool | None = None,
    stop: Iterable[str] | None = None,
) -> CountedTerms:
    """Count terms by document; see `word_frequencies`."""
    _check(transcripts, lang, n)
    lemma, note = lemmatiser(lang, lemmas)
    barred = checked_stop(stop, lang)
    counts: dict[str, Counter[str]] = {}
    words: dict[str, int] = {}
    forms: dict[str, Counter[str]] = {}
    for document in transcripts.documents:
        found = list(tokens(document.text, lang))
        words[document.name] = len(found)
        own = counts.setdefault(document.name, Counter())
        for run in _runs(found, n):
            terms = [lemma(token.form) for token in run]
            if not any(_barred(run[k].form, terms[k], barred) for k in (0, -1)):
                term = " ".join(terms)
                own[term] += 1
                forms.setdefault(term, Counter())[" ".join(t.form for t in run)] += 1
    terms_found = sorted(forms)
    table = pd.DataFrame(
        {name: [own[term] for term in terms_found] for name, own in counts.items()},
        index=pd.Index(terms_found, dtype=object),
        dtype=np.int64,
    )
    listed = {
        term: tuple(form for form, _ in sorted(f.items(), key=lambda pair: (-pair[1], pair[0])))
        for term, f in forms.items()
    }
    notes = tuple(_notes(stop, barred, note))
    return CountedTerms(table, words, listed, lemmas is not False and note is None, notes)


def _barred(form: str, term: str, barred: frozenset[str]) -> bool:
    return form in barred or term in barred


def _runs(found: Sequence[Token], n: int) -> Iterator[Sequence[Token]]:
    """Sequences of n words with nothing but blanks between them."""
    for k in range(len(found) - n + 1):
        run = found[k : k + n]
        if all(token.joined for token in run[1:]):
            yield run


def _check(transcripts: Transcripts, lang: str, n: int) -> None:
    if not isinstance(transcripts, Transcripts):
        raise ArgumentError(
            f"transcripts= needs Transcripts; got {type(transcripts).__name__}. Read them by "
            "read_transcripts(), or make them by Transcripts.of()."
        )
    check_one_of("lang", lang, LANGUAGES)
    check_whole("n", n)
    if n > LONGEST:
        raise ArgumentError(f"n= needs 1 to {LONGEST} words; got {n!r}. Count shorter sequences.")


def check_whole(argument: str, value: object) -> None:
    """Raise `ArgumentError` unless a value is a whole number of at least 1."""
    if not isinstance(value, int | np.integer) or isinstance(value, bool) or value < 1:
        raise ArgumentError(
            f"{argument}= needs a whole number of at least 1; got {value!r}. Give a count."
        )


def _notes(stop: Iterable[str] | None, barred: frozenset[str], note: Text | None) -> Iterator[Text]:
    if note:
        yield note
    which = Text("the list of scrm_model", "la liste de scrm_model")
    own = which if stop is None else Text("a list of one's own", "une liste propre")
    yield Text(
        f"{len(barred)} stop words left out ({own.en}).",
        f"{len(barred)} mots vides écartés ({own.fr}).",
    )
