"""Answers to analyse: simulated ones of the study, a small study, a real survey."""

from importlib.resources import files

import pandas as pd
import pytest

from scrm_model.commands.analysis import DEMO_PATHS
from scrm_model.planning.population import population
from scrm_model.planning.simulate import simulate
from scrm_model.spec.specify import specify
from scrm_model.study.claims import Study
from scrm_model.survey.scales import Scales


@pytest.fixture(scope="session")
def answers():
    """300 answers to the study's 27 items."""
    loadings = {"SCRMP_FIRM": 0.85, "SCRMP_REL": 0.85}
    return simulate(population(specify(), paths=DEMO_PATHS, loadings=loadings), 300, seed=1)


@pytest.fixture(scope="session")
def small():
    """Study, scales and 200 answers of a chain A → B → C with three items each."""
    study = Study.build(["A", "B", "C"], [("A", "B"), ("B", "C")], [("A", "B", "C")])
    scales = Scales.build({name: [f"{name.lower()}{i}" for i in (1, 2, 3)] for name in "ABC"})
    drawn = simulate(population(specify(study, scales), paths=0.5), 200, seed=2)
    return study, scales, drawn


@pytest.fixture(scope="session")
def reputation():
    """Path of a real survey, and the study and scales of four of its constructs."""
    study = Study.build(
        {"COMP": "Competence", "LIKE": "Likeability", "CUSA": "Satisfaction", "CUSL": "Loyalty"},
        [("COMP", "CUSA"), ("LIKE", "CUSA"), ("CUSA", "CUSL"), ("COMP", "CUSL"), ("LIKE", "CUSL")],
        [(("COMP", "LIKE"), "CUSA", "CUSL")],
        name="Corporate reputation",
    )
    scales = Scales.build(
        {
            "COMP": ["comp_1", "comp_2", "comp_3"],
            "LIKE": ["like_1", "like_2", "like_3"],
            "CUSA": "cusa",
            "CUSL": ["cusl_1", "cusl_2", "cusl_3"],
        }
    )
    return files("seminr") / "datasets/corp_rep_data.csv", study, scales


@pytest.fixture(scope="session")
def imputed(reputation):
    """The real survey with the mean of each item in the place of -99."""
    path, _, scales = reputation
    frame = pd.read_csv(str(path))[list(scales.codes)].astype(float)
    frame = frame.where(frame != -99)
    return frame.fillna(frame.mean())
