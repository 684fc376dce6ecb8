"""A folder imports only from folders to its left, absolutely, never through the package face."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import scrm_model

ORDER = [
    "_version", "errors", "interviews", "study", "survey", "screening", "spec", "estimation",
    "inference", "measurement", "planning", "reporting", "analysis", "replication", "commands",
    "cli", "__init__",
]  # fmt: skip
ROOT = Path(scrm_model.__file__).parent


def room(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[0]


def imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)


def test_rooms_import_only_from_their_left():
    for path in sorted(ROOT.rglob("*.py")):
        here = room(path)
        assert here in ORDER, f"{path}: no such room in the house"
        for name in imports(path):
            if name.split(".")[0] != "scrm_model":
                continue
            assert name != "scrm_model", f"{path} imports through the package's own __init__"
            there = name.split(".")[1]
            told = f"{path}: {here} imports {there}"
            assert there == here or ORDER.index(there) < ORDER.index(here), told


def test_claims_need_no_third_party():
    for path in (ROOT / "study").rglob("*.py"):
        assert all(name.split(".")[0] not in {"numpy", "pandas", "scipy"} for name in imports(path))


def test_claims_and_the_article_load_no_third_party():
    told = (
        "import sys; from scrm_model.study.scrm import STUDY; from scrm_model.interviews.article "
    )
    told += "import INTERVIEWS; print(*{'numpy', 'pandas', 'scipy'} & set(sys.modules))"
    here = os.environ | {"PYTHONPATH": str(ROOT.parent)}
    done = subprocess.run(
        [sys.executable, "-c", told], capture_output=True, text=True, check=True, env=here
    )
    assert done.stdout.strip() == ""
