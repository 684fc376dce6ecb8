"""The instrument of the social CRM performance study, read from ``instrument.toml``."""

from pathlib import Path

from scrm_model.study.scrm import STUDY
from scrm_model.survey.scales import Scales

SCALES = Scales.from_toml(Path(__file__).with_name("instrument.toml"), STUDY)
"""Items and scales in English and French, checked against the study."""
