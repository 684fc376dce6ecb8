"""Large files: as much time and memory as is promised, and the same table in pieces as whole."""

import csv
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from scrm_model.errors import ResponseFileError
from scrm_model.survey.incoming import parsing
from scrm_model.survey.instrument import SCALES
from scrm_model.survey.responses import read_responses


def table(rows, seed=1):
    rng = np.random.default_rng(seed)
    names = [*SCALES.codes, *(f"x{k}" for k in range(33))]
    return pd.DataFrame(rng.integers(1, 8, (rows, 60), dtype=np.int8), columns=names)


# ---- time: screening has six of the ten seconds, reading four


def seconds(path):
    start = time.process_time()
    responses = read_responses(path, SCALES)
    return time.process_time() - start, responses


def test_a_hundred_thousand_rows_of_sixty(tmp_path):
    frame = table(100_000)
    frame.to_csv(tmp_path / "a.csv", index=False)
    used, responses = seconds(tmp_path / "a.csv")
    assert used < 4
    np.testing.assert_array_equal(responses.frame.to_numpy(), frame.to_numpy())
    # The dearest dialect: cp1252, quotes everywhere, decimal commas, missing cells.
    other = frame.astype(float).mask(np.random.default_rng(2).random(frame.shape) < 0.02)
    other.iloc[:, 30:] += 0.5
    other["ville"] = ["Gabès", "Sfax"] * 50_000
    other.to_csv(
        tmp_path / "b.csv", sep=";", decimal=",", index=False, quoting=csv.QUOTE_ALL,
        encoding="cp1252",
    )  # fmt: skip
    used, responses = seconds(tmp_path / "b.csv")
    assert used < 4
    pd.testing.assert_frame_equal(responses.frame, other)


# ---- memory

CHILD = """
import resource, sys
from scrm_model.survey.responses import read_responses
import pandas, openpyxl
unit = 1 if sys.platform == "darwin" else 1024
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
print(len(read_responses(sys.argv[1])), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
      - before)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no resource module")
def test_two_million_rows_take_ten_times_their_size_at_most(tmp_path):
    rows, columns = 2_000_000, 6
    cells = np.full((rows, 2 * columns), ord(","), dtype=np.uint8)
    cells[:, ::2] = np.random.default_rng(1).integers(49, 56, (rows, columns))
    cells[:, -1] = ord("\n")
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b,c,d,e,f\n" + cells.tobytes())
    size = path.stat().st_size
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(path)], capture_output=True, text=True, check=True
    )
    read, peak = map(int, done.stdout.split())
    assert read == rows
    assert peak < 10 * size
    with pytest.raises(ResponseFileError, match=r"at most 20 MB; got 24 MB \(a\.csv\)"):
        read_responses(path, max_mb=20)


# ---- in pieces


@pytest.fixture
def pieces(monkeypatch):
    monkeypatch.setattr(parsing, "CHUNK", 7)


def columns(rows):
    rng = np.random.default_rng(rows)
    whole = rng.integers(1, 8, rows)
    late = ["" if k < rows - 3 else "9" for k in range(rows)]
    return {
        "whole": whole.astype(str),
        "gaps": ["" if k % 3 else str(v) for k, v in enumerate(whole)],
        "turns float": [str(v) if k < rows // 2 else f"{v}.5" for k, v in enumerate(whole)],
        "turns text": [str(v) if k < rows - 2 else "many" for k, v in enumerate(whole)],
        "text": [f"w{v}" for v in whole],
        "some text": ["" if k % 5 else f"w{v}" for k, v in enumerate(whole)],
        "late": late,
        "late text": ["x" if cell else "" for cell in late],
        "zeros": [str(v) if k < rows - 2 else f"0{v}" for k, v in enumerate(whole)],
        "long": ["1" if k < rows - 1 else "12345678901234567" for k in range(rows)],
        "truth": ["True" if v % 2 else "False" for v in whole],
        "truth and gaps": ["" if k % 4 else "True" for k in range(rows)],
        "empty": [""] * rows,
    }


@pytest.mark.parametrize("rows", [6, 7, 8, 14, 15, 50])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_pieces_give_the_same_table_as_the_whole(rows, quoting, tmp_path, monkeypatch):
    pd.DataFrame(columns(rows)).to_csv(tmp_path / "a.csv", index=False, quoting=quoting)
    whole = read_responses(tmp_path / "a.csv")
    monkeypatch.setattr(parsing, "CHUNK", 7)
    torn = read_responses(tmp_path / "a.csv")
    pd.testing.assert_frame_equal(torn.frame, whole.frame)
    assert torn.log == whole.log
    assert whole.frame["zeros"].tolist() == columns(rows)["zeros"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("1;2\n" * 20 + '3;"x\n4;5\n', "a quotation mark that is never closed"),
        ("1;2\n" * 20 + "3;4;5\n", "more fields than the header's 2 in rows 21"),
        ("1;2\n" * 20 + "3", "the file is cut off"),
    ],
)
def test_errors_in_a_later_piece(body, message, tmp_path, pieces):
    (tmp_path / "a.csv").write_text("a;b\n" + body)
    with pytest.raises(ResponseFileError, match=message):
        read_responses(tmp_path / "a.csv")
