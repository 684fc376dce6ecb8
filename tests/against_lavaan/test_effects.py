"""Effect sizes, types of mediation and descriptions against lavaan and psych (effects.R)."""

import json
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from against_lavaan.witness import data

import scrm_model as scrm

STORED = json.loads(Path(__file__).with_name("effects.json").read_text("utf-8"))
CLOSE = {"rel": 1e-6, "abs": 1e-7}


@pytest.mark.parametrize("name", STORED["shares"])
def test_f2_is_that_of_two_fits_by_lavaan(name):
    case = STORED["shares"][name]
    fit = scrm.fit(case["model"], data(case["data"]), **dict(case["options"]))
    found = scrm.effect_sizes(fit)
    assert len(found) == len(case["rows"])
    mine = {(f"{r.lhs} ~ {r.rhs}", r.group): r for r in found.itertuples()}
    for row in case["rows"]:
        own = mine[row["path"], row["group"]]
        assert own.r2 == pytest.approx(row["r2"], **CLOSE)
        assert own.r2_excluded == pytest.approx(row["r2_excluded"], **CLOSE)
        # An R² of .97 leaves little to divide by.
        assert own.f2 == pytest.approx(row["f2"], rel=1e-6, abs=1e-6)
        assert own.note == ""


MEDIATED = {
    "polidem": ("ind60", "dem65", "dem60"),
    "schools": ("visual", "speed", "textual"),
    "observed": ("cond", "reaction", "import"),
}
TEXTS = {
    "polidem": STORED["shares"]["polidem"]["model"],
    "schools": STORED["shares"]["robust"]["model"],
    "observed": "import ~ cond\nreaction ~ cond + import",
}


@pytest.mark.parametrize("direct", [True, False], ids=["with", "without"])
@pytest.mark.parametrize("name", MEDIATED)
def test_direct_and_indirect_effects_behind_a_type(name, direct):
    stored = STORED["mediations"][name]
    source, target, _ = MEDIATED[name]
    text = TEXTS[name]
    if not direct:  # it is added, and then the model is the same
        lines = [line for line in text.split("\n") if line != f"{target} ~ {source}"]
        text = "\n".join(lines).replace(f"{target} ~ {source} + ", f"{target} ~ ")
    fit = scrm.fit(text, data(stored["data"]))
    found = scrm.mediation_types(fit, [(source, target)], method="delta")
    assert found.added == (() if direct else ((source, target),))
    (row,) = found.frame.to_dict("records")
    for kind, head in (("indirect", ""), ("direct", "direct_")):
        assert row[kind] == pytest.approx(stored[kind]["est"], **CLOSE)
        assert row[f"{head}ci_lower"] == pytest.approx(stored[kind]["ci_lower"], **CLOSE)
        assert row[f"{head}ci_upper"] == pytest.approx(stored[kind]["ci_upper"], **CLOSE)
    clear = [stored[k]["pvalue"] < 0.05 for k in ("indirect", "direct")]
    product = stored["indirect"]["est"] * stored["direct"]["est"]
    both = "complementary" if product > 0 else "competitive"
    expected = {
        (True, True): both, (True, False): "indirect-only", (False, True): "direct-only",
        (False, False): "no effect",
    }  # fmt: skip
    assert row["type"] == expected[tuple(clear)]


TWO = "f1 =~ u1 + u2 + u3 + u4\nf2 =~ u5 + u6 + u7 + u8"


@pytest.mark.parametrize(
    ("name", "options"),
    [("hs", {}), ("hs_holes", {"missing": "fiml"}), ("datcat", {"ordered": True})],
)
def test_descriptions_are_psychs_and_lavaans(name, options):
    stored = STORED["descriptions"][name]
    text = TWO if name == "datcat" else STORED["shares"]["schools"]["model"]
    empty = pytest.warns(scrm.MissingDataWarning) if name == "hs_holes" else nullcontext()
    with empty:
        found = scrm.descriptives(scrm.fit(text, data(name), **options))
    assert found.frame["n"].tolist() == np.broadcast_to(stored["n"], len(found.frame)).tolist()
    # EM ends at 1e-5 in lavaan; its polychoric correlations are good to about 1e-6.
    close = {"rel": 1e-9, "abs": 1e-9} if name == "hs" else {"rel": 1e-4, "abs": 1e-4}
    for column in ("mean", "sd", "skewness", "kurtosis"):
        if column in stored:
            assert found.frame[column].tolist() == pytest.approx(stored[column], **close)
    assert np.allclose(found.correlations[1], stored["cor"], rtol=0, atol=close["abs"])
