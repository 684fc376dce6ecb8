"""What every result with tables and notes in English and French must keep to."""

import re

import numpy as np
import pandas as pd
import pytest

from scrm_model.errors import ArgumentError

_ENGLISH = re.compile(
    r"\b(the|of|and|with|without|is|are|not|no|none|there|level|models?|loadings?|share|other|"
    r"against|lost|kept|given|replicates|cut-off|fit|group|estimate|equal|found|release|reason|"
    r"model|constructs?|one|factor|this|means|smallest|changes?)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"essage de la bibliothèque : « .*? »")
_CODE = re.compile(r"\w+=\S*|std_lv\S*|start\(\)|satorra\S*|lavaan 0\.6-14|\S+ =~ \S+")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def plain(text):
    """French words alone: without errors that are quoted, and without code."""
    return _CODE.sub("", _QUOTED.sub("", text))


def english_words(text):
    return _ENGLISH.findall(plain(text))


def numbers(text):
    """Numbers of a sentence; English leaves out the 0 before a point."""
    shown = _CODE.sub("", _QUOTED.sub("", text)).replace(",", ".")
    return {float(x) for x in _NUMBER.findall(re.sub(r"(?<![\d.])\.(\d)", r"0.\1", shown))}


def check_tables(result, kept=()):
    """Same numbers, other headings, French words; cells in `kept` are names of the user."""
    english, french = result.tables(), result.tables("fr")
    assert len(english) == len(french) > 0
    for (title, first), (titre, second) in zip(english.items(), french.items(), strict=True):
        assert title != titre or "R²" in title
        assert not english_words(titre), titre
        assert list(first.columns) != list(second.columns)
        for columns in (first.columns, second.columns):
            assert columns.is_unique
        assert not [c for c in second.columns if english_words(c)]
        assert not [c for c in second.columns if "_" in c and c not in ("r_M", "oméga_h")
                    and not c.startswith(("oméga_h", "choix"))]  # fmt: skip
        assert first.shape == second.shape
        for k in range(first.shape[1]):
            a, b = first.iloc[:, k], second.iloc[:, k]
            if pd.api.types.is_numeric_dtype(a):
                np.testing.assert_array_equal(a, b)
            else:
                said = [x for x in b if isinstance(x, str) and x not in kept]
                assert not [x for x in said if english_words(x)]


def check_notes(result):
    """As many, none empty, the same numbers, no English word."""
    english, french = result.notes(), result.notes("fr")
    assert english == result.notes("en")
    assert len(english) == len(french)
    for first, second in zip(english, french, strict=True):
        assert first
        assert second.endswith(".")
        assert first != second
        assert not english_words(second), second
        assert not re.search(r"\S[;:!?](?!\S)", plain(second)), second
        if "100 iterations" not in first:
            assert numbers(second) <= numbers(first), second


def check(result, kept=()):
    check_tables(result, kept)
    check_notes(result)
    for shown in (result.tables, result.notes):
        with pytest.raises(ArgumentError, match="lang= needs 'en' or 'fr'"):
            shown("de")
