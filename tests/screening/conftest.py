import numpy as np
import pandas as pd
import pytest

import scrm_model as scrm


@pytest.fixture
def scales():
    built = scrm.Scales.build({"A": ["a1", "a2", "a3"], "B": ["b1", "b2"]}, points=5)
    controls = [q for q in scrm.SCALES.controls if q.code in ("firm_size", "firm_age")]
    return scrm.Scales(built.scales, controls=tuple(controls))


@pytest.fixture
def frame():
    rng = np.random.default_rng(4)
    f = rng.normal(size=(120, 1))
    answers = np.clip(np.round(3 + f + rng.normal(size=(120, 5))), 1, 5)
    made = pd.DataFrame(answers, columns=["a1", "a2", "a3", "b1", "b2"])
    made["who"] = [f"é{k}" for k in range(120)]
    made["firm_size"] = rng.integers(1, 5, 120)
    made["firm_age"] = rng.integers(1, 60, 120).astype(float)
    return made
