"""A Parquet file as a table, by whichever library is there."""

from __future__ import annotations

import io
import subprocess
import sys
from importlib.util import find_spec

import pandas as pd

from scrm_model.survey.incoming.frames import as_pandas, raw_frame
from scrm_model.survey.incoming.raw import MEGABYTE, RawTable, problem, too_large

NEEDS = "a Parquet file"
AGAIN = "Write it again."
TOO_LARGE = 3
SAYING = ("polars.exceptions", "memory allocation", "pyo3_runtime")
# Polars ends its process, not only the reading, at some damaged pages: it gets one of its own.
CHILD = """
import io, sys
import polars as pl
data, most = sys.stdin.buffer.read(), float(sys.argv[1])
rows = pl.scan_parquet(io.BytesIO(data)).select(pl.len()).collect().item()
size = rows * len(pl.read_parquet_schema(io.BytesIO(data))) * 8
frame = pl.read_parquet(io.BytesIO(data)) if size <= most else pl.DataFrame()
words = [c for c, kind in frame.schema.items() if kind == pl.String]
size += sum(frame[c].str.len_bytes().sum() or 0 for c in words)
if size > most:
    sys.stderr.write(str(size))
    sys.exit(3)
frame.rechunk().write_ipc(sys.stdout.buffer)
"""


def read_parquet(data: bytes, name: str, max_mb: float = 256) -> RawTable:
    """Table of a Parquet file, by pyarrow if it is installed, else by polars.

    Parameters
    ----------
    data : bytes
        The file.
    name : str
        Its name, for messages.
    max_mb : float
        Most megabytes that its cells may take, eight bytes a number and text in full.

    Returns
    -------
    RawTable

    Raises
    ------
    ResponseFileError
        If the file is damaged or too large, or if neither library is installed.
    """
    if find_spec("pyarrow"):
        return raw_frame(_by_pyarrow(data, name, max_mb), name)
    if find_spec("polars"):
        return raw_frame(_by_polars(data, name, max_mb), name)
    raise problem(
        name, NEEDS, "one, and neither pyarrow nor polars to read it with",
        "Install the extra: pip install 'scrm-model[parquet]'.",
    )  # fmt: skip


def _by_pyarrow(data: bytes, name: str, max_mb: float) -> pd.DataFrame:
    import pyarrow as pa  # noqa: PLC0415 - an extra
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        found = pq.read_metadata(io.BytesIO(data))
        groups = [found.row_group(k).total_byte_size for k in range(found.num_row_groups)]
        size = max(found.num_rows * found.num_columns * 8, sum(groups)) / MEGABYTE
        if size > max_mb:
            raise too_large(name, size, max_mb, " as a table")
        table = pq.read_table(io.BytesIO(data))
        if table.nbytes > max_mb * MEGABYTE:
            raise too_large(name, table.nbytes / MEGABYTE, max_mb, " as a table")
        return table.to_pandas(ignore_metadata=True)
    except (pa.ArrowException, OSError, TypeError, KeyError, OverflowError) as error:
        raise problem(name, NEEDS, f"one that cannot be read: {error}", AGAIN) from error


def _by_polars(data: bytes, name: str, max_mb: float) -> pd.DataFrame:
    import polars as pl  # noqa: PLC0415 - may not be installed

    command = [sys.executable, "-c", CHILD, str(max_mb * MEGABYTE)]
    try:
        done = subprocess.run(command, input=data, capture_output=True, check=False)
    except OSError as error:
        got = f"one, and no way to start polars: {error.strerror}"
        advice = "Install the extra: pip install 'scrm-model[parquet]'."
        raise problem(name, NEEDS, got, advice) from error
    told = done.stderr.decode("utf-8", "replace").strip().splitlines()
    if done.returncode == TOO_LARGE:
        raise too_large(name, float(told[-1]) / MEGABYTE, max_mb, " as a table")
    if done.returncode:
        why = next((line for line in told if line.startswith(SAYING)), "")
        got = f"one that cannot be read: {why or 'its pages are damaged'}"
        raise problem(name, NEEDS, got, AGAIN)
    return as_pandas(pl.read_ipc(io.BytesIO(done.stdout)))
