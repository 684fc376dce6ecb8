"""Run the notebooks of examples/ and store what they show.

Each runs in an empty folder of its own, in a fresh kernel. What changes from run to run without
saying anything is not stored: times, names of temporary files, and a second form of the same
figure. Run from the project's root, with all notebooks or some::

    python docs/scripts/store_notebooks.py [examples/03_how_many_answers.ipynb ...]
"""

import re
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import nbclient
import nbformat

ROOT = Path(__file__).parents[2]
KERNEL_FILE = re.compile(r"\S*ipykernel_\S+\.py:\d+: ")  # where a warning says that it arose
SOURCE_LINE = re.compile(r"(Warning: .*\n)  .*\n")  # and the line of code, which stands above


def thinned(data: dict) -> dict:
    """An output with one form of a figure, the smaller, and no text that stands for it."""
    figures = sorted((k for k in data if k.startswith("image/")), key=lambda k: len(data[k]))
    if figures:  # on one line, as each line is stored with quotation marks and indents
        return {figures[0]: data[figures[0]].replace("\n", " ")}
    return {"text/html": data["text/html"]} if "text/html" in data else data


def stored(notebook: nbformat.NotebookNode) -> None:
    """Leave of the outputs what a reader needs; changes the notebook."""
    for cell in notebook.cells:
        cell.metadata = {}
        for output in cell.get("outputs", ()):
            if "data" in output:
                output.data = thinned(output.data)
            if output.output_type == "stream":
                output.text = SOURCE_LINE.sub(r"\1", KERNEL_FILE.sub("", output.text))


def run(path: Path) -> None:
    """Run one notebook and store it where it was."""
    notebook = nbformat.read(path, as_version=4)
    began = time.perf_counter()
    with TemporaryDirectory() as folder:
        where = {"metadata": {"path": folder}}
        nbclient.NotebookClient(
            notebook, timeout=120, resources=where, record_timing=False
        ).execute()
    stored(notebook)
    nbformat.write(notebook, path)
    size = path.stat().st_size // 1000
    sys.stdout.write(f"{path.name}: {time.perf_counter() - began:.1f} s, {size} kB\n")


if __name__ == "__main__":
    named = [Path(name) for name in sys.argv[1:]]
    for path in named or sorted((ROOT / "examples").glob("*.ipynb")):
        run(path)
