"""Answers to the instrument, and the ways in which the field hands them over."""

import csv
import io

import numpy as np
import pandas as pd

from scrm_model.survey.instrument import SCALES

CODES = SCALES.codes
ANCHORS = SCALES["CRO"].anchors
EN = {point: text.en for point, text in enumerate(ANCHORS, start=1)}
FR = {point: text.fr for point, text in enumerate(ANCHORS, start=1)}


def answers(rows=40, seed=1, holes=False):
    """Whole answers from 1 to 7 that share a factor within each construct."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(index=range(rows))
    for scale in SCALES.scales:
        factor = rng.normal(size=rows)
        for code in scale.codes:
            raw = 4 + 1.3 * factor + rng.normal(size=rows)
            frame[code] = np.clip(np.round(raw), 1, 7).astype(int)
    return frame.mask(rng.random(frame.shape) < 0.05) if holes else frame


def construct(code):
    return SCALES.item(code).construct


def same_answers(responses, frame):
    """The items hold the same answers, cell by cell."""
    found = responses.frame[list(CODES)].to_numpy(dtype=float)
    np.testing.assert_array_equal(found, frame[list(CODES)].to_numpy(dtype=float))
    return True


def balanced(responses):
    """No cell was lost or invented: read less emptied is kept."""
    return responses.cells_read - responses.cells_emptied == responses.cells_kept


def csv_bytes(rows, **options):
    buffer = io.StringIO(newline="")
    csv.writer(buffer, **options).writerows(rows)
    return buffer.getvalue().encode()


def steps(responses, step):
    return [str(entry) for entry in responses.log if entry.step == step]
