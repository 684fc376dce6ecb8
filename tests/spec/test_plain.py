"""Plain lines read without tokens are what the grammar reads."""

import pytest
from against_lavaan.witness import CASES, ROBUST, case
from hypothesis import given, settings
from hypothesis import strategies as st

from scrm_model.spec import grammar
from scrm_model.spec.plain import read_plain
from scrm_model.spec.specify import specify

NAMES = ("f", "x1", "x2", ".y", "été", "a.b_c", "NA", "efa", "group")
PIECES = (
    *NAMES,
    "=~",
    "~~",
    "~",
    "<~",
    "+",
    " ",
    "\t",
    "\n",
    "1",
    "*",
    "# a",
    ";",
    "\r\n",
    "-",
    "==",
)


def by_tokens(text):
    statements = []
    for tokens in grammar._split(grammar.tokenise(text)):
        statements += grammar._statement(tokens)
    return statements


def told(statements):
    return [(s, s.place) for s in statements]


PLAIN = [
    "f =~ x1 + x2 + x3",
    "\n  f =~ x1+x2\n\n\tg =~ x3 + x4  \r\ng ~ f\nx1 ~~ x1 + x3\n",
    "c <~ a + b\ny ~ c",
    "\ufefff =~ é1 + .x2",
    "f =~ x1 + a*x2 + b * x3\ny ~ a*f",
    specify().syntax,
    specify(performance="single").syntax,
]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_texts_are_read_as_by_tokens(text):
    assert told(read_plain(text)) == told(by_tokens(text))


@pytest.mark.parametrize(
    "text",
    [
        "f =~ x1 + x2 # items", "f =~ x1 +\n  x2", "f =~ x1\n  + x2", "y ~ 1", "f =~ x1; g =~ x2",
        "f =~ x1 + x1", "f =~ NA + x1", "TRUE =~ x1", "f + g =~ x1", "a := b", "f =~ NA*x1",
        "f =~ a*b*x1", "f =~ a*x1 + b*x1", "f =~ 2*x1", "f =~ start(1)*x1", "f = ~ x1",
        "f =~ x1 x2", "f =~", "x1", "f =~ 1x + x2", "y ~ x1:x2", "a == b", "f =~ -x1",
    ],
)  # fmt: skip
def test_other_texts_are_left_to_the_grammar(text):
    assert read_plain(text) is None


@pytest.mark.parametrize("folder", ["cases", "robust"])
def test_models_of_the_witness_are_read_the_same(folder):
    texts = {case(name, folder)["model"] for name in (CASES if folder == "cases" else ROBUST)}
    read = {text: read_plain(text) for text in texts}
    plain = {text: found for text, found in read.items() if found is not None}
    assert len(plain) > 3
    for text, found in plain.items():
        assert told(found) == told(by_tokens(text))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_whatever_is_read_is_what_the_grammar_reads(pieces):
    text = "".join(pieces)
    found = read_plain(text)
    if found is not None:
        assert told(found) == told(by_tokens(text))
