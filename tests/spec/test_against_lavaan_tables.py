import json
from pathlib import Path

import numpy as np
import pytest

from scrm_model.spec.model import Model

FOLDER = Path(__file__).parent / "witness"
WITNESS = json.loads((FOLDER / "tables.json").read_text("utf-8"))
GROUPS = json.loads((FOLDER / "groups.json").read_text("utf-8"))
CASES = [*WITNESS["cases"], *GROUPS["cases"]]
RELATIONS = ("=~", "<~", "~", "~~", "~1")


def name_of(case):
    options = ",".join(f"{k}={v}" for k, v in case["options"].items() if k != "auto" or not v)
    return f"{case['text'][:40]!r} {options}"


def table_of(case):
    options = {k.replace(".", "_"): v for k, v in case["options"].items()}
    n_groups = options.pop("ngroups", 1)
    if "group_equal" in options:
        # What sem() and fit() do when there are several groups.
        options.setdefault("meanstructure", True)
    groups = [f"g{i}" for i in range(n_groups)] if n_groups > 1 else []
    return Model.from_syntax(case["text"]).parameter_table(groups=groups, **options)


def numbers_of(rows):
    """Running numbers with equal ones merged, from lavaan's own numbers and its == rows."""
    number = {f".p{i + 1}.": row["free"] for i, row in enumerate(rows)}
    for row in rows:
        if row["op"] == "==" and row["user"] == 2:
            keep, drop = number[row["lhs"]], number[row["rhs"]]
            number = {k: keep if v == drop else v for k, v in number.items()}
    found = [number[f".p{i + 1}."] for i, row in enumerate(rows) if row["op"] in RELATIONS]
    order = {n: i + 1 for i, n in enumerate(dict.fromkeys(n for n in found if n))}
    return [order.get(n, 0) for n in found]


def test_version_is_stored():
    assert WITNESS["program"].startswith("lavaan 0.6")
    assert len(WITNESS["cases"]) >= 30
    assert GROUPS["program"] == WITNESS["program"]
    assert GROUPS["columns"] == WITNESS["columns"]
    assert len(GROUPS["cases"]) >= 50


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_rows_and_their_order(case):
    rows = [dict(zip(WITNESS["columns"], row, strict=True)) for row in case["rows"]]
    table = table_of(case)
    relations = [r for r in rows if r["op"] in RELATIONS]
    assert [(p.lhs, p.op, p.rhs, p.group) for p in table.parameters] == [
        (r["lhs"], r["op"], r["rhs"], r["group"]) for r in relations
    ]
    assert list(table.free_numbers) == numbers_of(rows)
    for p, r in zip(table.parameters, relations, strict=True):
        assert p.user == (r["user"] == 1)
        assert p.exogenous == (r["exo"] == 1)
        given = p.start if p.free else p.value
        assert given == (None if r["ustart"] is None else pytest.approx(r["ustart"], rel=1e-10))
        # Where equal() ties two rows lavaan shows its target; here both have one label.
        if "equal(" not in case["text"] or not p.label.startswith(".p"):
            assert p.label == (r["label"] or "")


@pytest.mark.parametrize("case", GROUPS["cases"], ids=name_of)
def test_counts_of_equal_groups(case):
    table = table_of(case)
    equalities = len([r for r in case["rows"] if r[1] == "==" and r[8] == 1])
    assert table.n_free - equalities == case["npar"]
    p = len(table.observed)
    moments = table.n_groups * (p * (p + 1) // 2 + p * table.meanstructure)
    moments -= sum(row.exogenous for row in table.parameters)
    assert moments - case["npar"] == case["df"]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_names_by_role(case):
    table = table_of(case)
    assert list(table.observed) == case["ov"]
    assert list(table.exogenous) == case["ov_x"]
    assert list(table.latent) == case["lv"]


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_definitions_and_constraints_are_kept_in_order(case):
    rows = [dict(zip(WITNESS["columns"], row, strict=True)) for row in case["rows"]]
    table = table_of(case)
    squeezed = [str(d).replace(" ", "") for d in (*table.definitions, *table.constraints)]
    expected = [r for r in rows if r["op"] not in RELATIONS and r["user"] != 2]
    expected = [f"{r['lhs']}{r['op']}{r['rhs']}" for r in expected]
    assert squeezed == sorted(expected, key=lambda text: ":=" not in text)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_frame_agrees_with_the_rows(case):
    table = table_of(case)
    frame = table.frame.query("group > 0")
    assert len(frame) == len(table.parameters)
    assert tuple(frame["free"]) == table.free_numbers
    assert np.array_equal(frame["exogenous"], [p.exogenous for p in table.parameters])
