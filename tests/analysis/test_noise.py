"""Twelve rows of noise: whatever is wrong is said, and nothing else comes out."""

import warnings

import numpy as np
import pandas as pd
import pytest

import scrm_model as scrm

STUDY = scrm.Study.build(
    {"A": "a", "B": "b", "C": "c"}, [("A", "B"), ("B", "C")], [(["A"], "B", "C")], name="Noise"
)
SCALES = scrm.Scales.build({c: [f"{c.lower()}{k}" for k in range(1, 4)] for c in "ABC"}, points=7)


@pytest.mark.parametrize("seed", range(6))
def test_an_analysis_of_noise_warns_of_itself_only(seed, tmp_path):
    answers = np.random.default_rng(seed).integers(1, 8, (12, 9))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", scrm.ScrmWarning)
        try:
            found = scrm.analyse(
                pd.DataFrame(answers, columns=list(SCALES.codes)), STUDY, SCALES, method="delta",
                draws=50, seed=1,
            )  # fmt: skip
        except scrm.ScrmError:
            return
        for lang in ("en", "fr"):
            assert found.report(tmp_path / f"{lang}.html", lang).stat().st_size > 10_000
            assert found.tables(lang)
