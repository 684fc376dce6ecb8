"""A word where it was said, with what stands to its left and right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

import pandas as pd

from scrm_model.errors import ArgumentError
from scrm_model.interviews.lexical.counts import check_whole
from scrm_model.interviews.lexical.tokens import Token, lemmatiser, tokens
from scrm_model.interviews.transcripts import Transcripts
from scrm_model.interviews.wording import LANGUAGES, check_one_of

Lemma = Callable[[str], str]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Concordance:
    """Places of a term. This is text of the interviews: it was asked for, and is nobody else's.

    Attributes
    ----------
    term : str
        What was looked for.
    frame : DataFrame
        One row for each place: document, start (character of the text), left, match, right.
    """

    term: str
    frame: pd.DataFrame

    def __len__(self) -> int:
        return len(self.frame)

    def __repr__(self) -> str:
        documents = self.frame["document"].nunique()
        lines = [f"{self.term!r}: {len(self)} places in {documents} documents"]
        widest = max((len(text) for text in self.frame["left"]), default=0)
        lines += [
            f"{row.document}: {row.left:>{widest}} [{row.match}] {row.right}"
            for row in self.frame.itertuples()
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        sides = ("", "text-align:right", "font-weight:bold", "text-align:left")
        columns = self.frame[["document", "left", "match", "right"]].astype(str)
        rows = "".join(
            "<tr>"
            + "".join(
                f'<td style="{style}">{escape(text)}</td>'
                for style, text in zip(sides, row, strict=True)
            )
            + "</tr>"
            for row in columns.itertuples(index=False, name=None)
        )
        return f"<table><tbody>{rows}</tbody></table>"


def in_context(
    transcripts: Transcripts,
    term: str,
    lang: str,
    *,
    lemmas: bool = False,
    width: int = 40,
) -> Concordance:
    """Find a word, or a sequence of words, where it was said (KWIC).

    Parameters
    ----------
    transcripts : Transcripts
        The texts.
    term : str
        One word or several; a word may end in ``*`` for any ending. Case does not matter, accents
        do.
    lang : {"en", "fr"}
        Language of the texts.
    lemmas : bool
        Whether words with the same lemmas are found too.
    width : int
        Characters of text on either side.

    Returns
    -------
    Concordance

    Raises
    ------
    ArgumentError
        If an argument cannot be used, or lemmas are asked for without simplemma.
    """
    check_one_of("lang", lang, LANGUAGES)
    check_whole("width", width)
    lemma, _ = lemmatiser(lang, lemmas)
    wanted = _wanted(term, lang, lemma)
    rows = []
    for document in transcripts.documents:
        text = document.text
        for run in _places(list(tokens(text, lang)), wanted, lemma):
            start, end = run[0].start, run[-1].end
            left = _one_line(text[max(0, start - width) : start])
            right = _one_line(text[end : end + width])
            rows.append((document.name, start, left, _one_line(text[start:end]), right))
    columns = ["document", "start", "left", "match", "right"]
    return Concordance(term, pd.DataFrame(rows, columns=columns))


def _wanted(term: str, lang: str, lemma: Lemma) -> list[re.Pattern[str]]:
    starred = [t for part in term.split() for t in _with_star(part, lang)]
    if not starred:
        raise ArgumentError(f"term= needs a word; got {term!r}. Write one, such as 'client'.")
    return [
        re.compile(re.escape(form) + ".*" if star else re.escape(lemma(form)))
        for form, star in starred
    ]


def _with_star(part: str, lang: str) -> list[tuple[str, bool]]:
    found = [token.form for token in tokens(part.rstrip("*"), lang)]
    return [(form, part.endswith("*") and form is found[-1]) for form in found]


def _places(
    found: list[Token], wanted: list[re.Pattern[str]], lemma: Lemma
) -> Iterator[list[Token]]:
    for k in range(len(found) - len(wanted) + 1):
        run = found[k : k + len(wanted)]
        fits = all(
            one.fullmatch(token.form) or one.fullmatch(lemma(token.form))
            for one, token in zip(wanted, run, strict=True)
        )
        if fits and all(token.joined for token in run[1:]):
            yield run


def _one_line(text: str) -> str:
    return " ".join(text.split())
