"""The scripts of docs/scripts as modules, and the tables that they stored beside them."""

import csv
import importlib.util
import sys
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "docs" / "scripts"


@cache
def load(name):
    """A script as a module; workers can find it by its name."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@cache
def stored(name):
    """Rows of the script's table, as text."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
