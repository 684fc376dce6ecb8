import inspect
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import scrm_model as scrm
from scrm_model import errors
from scrm_model.planning.population import population as make_population

CONTRACT = [
    "STUDY", "SCALES", "specify", "specify_measurement", "Model", "fit", "Moments",
    "hypothesis_table", "indirect_effects", "bootstrap", "rivals", "population", "simulate",
    "read_responses", "analyse", "path_diagram",
]  # fmt: skip
FIT = [
    "parameters", "measures", "params", "bse", "pvalues", "conf_int", "cov_params", "summary",
    "r2", "implied", "residuals", "converged", "admissible", "nobs", "model", "settings",
]  # fmt: skip
EVIL = '<script>alert("x")</script>'


def test_every_public_name_exists():
    for name in scrm.__all__:
        assert getattr(scrm, name) is not None


def test_the_list_is_sorted_and_whole():
    public = set(scrm.__all__)
    assert len(public) == len(scrm.__all__)
    raised = {
        name
        for name, thing in vars(errors).items()
        if isinstance(thing, type) and issubclass(thing, (errors.ScrmError, errors.ScrmWarning))
    }
    # Nothing gives this one yet.
    assert public == set(scrm._HOME) | raised | {"__version__"}
    # Names in capitals, then classes, then functions, as ruff sorts them.
    rank = [(0 if n.isupper() else 1 if n[0].isupper() else 2, n) for n in scrm.__all__]
    assert rank == sorted(rank)


@pytest.mark.parametrize("name", CONTRACT)
def test_the_contract(name):
    assert name in scrm.__all__
    assert hasattr(scrm, name)


def test_what_a_fit_has():
    for name in FIT:
        assert name in vars(scrm.Fit) or name in scrm.Fit.__dataclass_fields__


def test_signatures_of_the_contract():
    def names(call):
        return list(inspect.signature(call).parameters)

    assert names(scrm.specify) == ["study", "scales", "performance"]
    assert names(scrm.specify_measurement)[0] == "scales"
    assert names(scrm.fit)[:4] == ["model", "data", "estimator", "missing"]
    assert names(scrm.Moments) == ["cov", "n", "mean", "names"]
    assert names(scrm.hypothesis_table)[:2] == ["fit", "study"]
    expected = ["fit", "of", "draws", "method", "interval", "seed"]
    assert names(scrm.indirect_effects)[:6] == expected
    assert names(scrm.bootstrap)[:3] == ["fit", "draws", "seed"]
    assert names(scrm.rivals)[:2] == ["data", "study"]
    assert names(scrm.simulate)[:3] == ["population", "n", "seed"]
    assert names(scrm.read_responses)[:2] == ["path", "scales"]
    assert names(scrm.analyse)[:3] == ["data", "study", "scales"]
    assert names(scrm.Analysis.report)[1:] == ["path", "lang"]
    assert names(scrm.path_diagram)[0] == "fit"
    assert inspect.signature(scrm.indirect_effects).parameters["draws"].default == 5000


def test_dir_lists_the_public_names():
    assert dir(scrm) == sorted(scrm.__all__)


def test_an_unknown_name():
    with pytest.raises(AttributeError, match="module 'scrm_model' has no attribute 'analyze'"):
        scrm.analyze  # noqa: B018
    with pytest.raises(ImportError):
        from scrm_model import nothing  # noqa: F401


def test_importing_costs_nothing_until_a_name_is_used():
    code = (
        "import sys, scrm_model as scrm\n"
        "heavy = {'numpy', 'pandas', 'scipy', 'semopy', 'statsmodels', 'narwhals', 'tqdm'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "assert scrm.STUDY.hypotheses\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "scrm.fit\n"
        "assert not {'semopy', 'statsmodels'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_every_error_is_also_a_built_in_one():
    for name in scrm.__all__:
        thing = getattr(scrm, name)
        if isinstance(thing, type) and issubclass(thing, Exception):
            if issubclass(thing, Warning):
                assert issubclass(thing, scrm.ScrmWarning)
                continue
            assert issubclass(thing, scrm.ScrmError)
            own = [c for c in thing.__mro__ if c.__module__ == "builtins"]
            assert thing is scrm.ScrmError or own[0] is not Exception


def test_the_whole_in_a_few_lines():
    model = scrm.specify()
    answers = scrm.simulate(scrm.population(model), 250, seed=1)
    fit = scrm.fit(model, answers)
    assert len(scrm.hypothesis_table(fit)) == 9
    assert len(scrm.indirect_effects(fit, draws=20, seed=1).frame.query("kind == 'specific'")) == 11
    assert len(scrm.rivals(answers)) == 4
    assert scrm.bootstrap(fit, draws=20, seed=1).n_draws == 20
    assert "<svg" in scrm.path_diagram(fit).svg


# ---- in a notebook


@pytest.fixture(scope="module")
def hostile():
    """A study whose every free text is a script."""
    study = scrm.Study.build(
        {"A": EVIL, "B": EVIL, "C": EVIL},
        [("A", "B"), ("B", "C")],
        [("A", "B", "C")],
        name=EVIL,
    )
    codes = {name: [f"{name.lower()}{i}" for i in (1, 2, 3)] for name in "ABC"}
    texts = {code: EVIL for part in codes.values() for code in part}
    scales = scrm.Scales.build(codes, texts=texts)
    study = study.with_rival("direct", EVIL, paths=[("A", "C")])
    pop = make_population(scrm.specify(study, scales), paths=0.5)
    frame = scrm.simulate(pop, 150, seed=3).assign(**{EVIL: EVIL})
    return study, scales, frame, scrm.analyse(frame, study, scales, draws=20, seed=1)


def test_what_a_notebook_shows(hostile):
    study, scales, _, found = hostile
    model = scrm.specify(study, scales)
    for shown in (study, model, found, found.fit, found.mediation):
        page = shown._repr_html_()
        assert page.startswith("<")
        assert "<script" not in page
        assert page.count("<table") == page.count("</table>")
    page = scrm.bootstrap(found.fit, draws=20, seed=1)._repr_html_()
    assert "<table" in page
    assert "<script" not in scrm.path_diagram(found.fit, names={"A": EVIL})._repr_html_()
    for table in (found.hypotheses, found.rivals, found.fit.parameters):
        assert isinstance(table, pd.DataFrame)
        assert "<script" not in table._repr_html_()


def test_hostile_labels_in_the_report(hostile, tmp_path):
    *_, found = hostile
    for lang in ("en", "fr"):
        page = found.report(tmp_path / f"{lang}.html", lang=lang).read_text(encoding="utf-8")
        assert "<script" not in page
        assert "&lt;script&gt;" in page


def test_hostile_names_in_messages(hostile):
    study, scales, frame, _ = hostile
    with pytest.raises(scrm.MissingColumnError, match="'a1'"):
        scrm.analyse(frame.drop(columns="a1"), study, scales)
    cov = np.full((3, 3), 0.5) + 0.5 * np.eye(3)
    fitted = scrm.fit("F =~ é1 + e2 + e3", scrm.Moments(cov, 99, names=["é1", "e2", "e3"]))
    assert "é1" in fitted._repr_html_()


def test_tables_may_be_changed_without_harm(hostile):
    *_, found = hostile
    table = found.fit.parameters
    table["est"] = 0.0
    assert not (found.fit.parameters["est"] == 0.0).all()
    with pytest.raises(AttributeError):
        found.fit = None
