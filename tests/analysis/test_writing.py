"""Methods, results and audit of real analyses: the numbers are those of their frames."""

import re
import warnings

import numpy as np
import pandas as pd
import pytest

from scrm_model.analysis.run import analyse
from scrm_model.errors import ArgumentError
from scrm_model.study.claims import Study
from scrm_model.survey.scales import Scales

NUMBER = r"(−?[\d.,]+\d)"


def value(text):
    return float(text.replace("−", "-").replace(",", "."))


def near(text, number):
    digits = len(re.split("[.,]", text)[1])
    return abs(value(text) - number) <= 0.5 * 10**-digits + 1e-12


@pytest.fixture(scope="module")
def main(answers):
    return analyse(answers, draws=50, seed=1)


@pytest.mark.parametrize(("lang", "se"), [("en", "SE"), ("fr", "ES")])
def test_every_hypothesis_with_its_numbers(main, lang, se):
    results = main.results(lang)
    for row in main.hypotheses.to_dict("records"):
        text = results[row["hypothesis"]]
        found = re.search(rf"b = {NUMBER}, {se} = {NUMBER}, z = {NUMBER}, p ", text)
        assert found, text
        for shown, name in zip(found.groups(), ("est", "se", "z"), strict=True):
            assert near(shown, row[name])
        assert near(re.search(rf"β = {NUMBER}", text)[1], row["std_all"])


def test_fit_is_that_of_both_models(main):
    text = main.results()["fit"]
    for found, fit in zip(
        re.finditer(rf"χ²\((\d+), N = (\d+)\) = {NUMBER}, p \S\s{NUMBER}, CFI = {NUMBER}", text),
        (main.measurement, main.fit), strict=True,
    ):  # fmt: skip
        df, n, chisq, _, cfi = found.groups()
        assert (int(df), int(n)) == (fit.df, fit.nobs)
        assert near(chisq, fit.measures["chisq"])
        assert near(cfi, fit.measures["cfi"])


def test_residuals_are_those_of_the_fit(main):
    text = main.results()["fit"]
    residuals = main.fit.residual_table("cor").cov
    value_, a, b = re.search(rf"correlation is {NUMBER} \((\w+) with (\w+)\)", text).groups()
    values = residuals.to_numpy()[np.tril_indices(len(residuals), -1)]
    assert near(value_, residuals.loc[a, b])
    assert abs(residuals.loc[a, b]) == np.abs(values).max()
    above, total = re.search(r"(\d+) of the (\d+) residuals", text).groups()
    assert int(above) == (np.abs(values) > 0.10).sum()
    assert int(total) == len(values) == 27 * 26 / 2


def test_explained_variance(main):
    text = main.results("fr")["r2"]
    for name, share in main.fit.r2.items():
        if found := re.search(rf"{NUMBER} pour {name}\b", text):
            assert near(found[1], share)
    assert re.findall(r"pour (\w+)", text) == ["SMS", "SMTU", "CEC", "SCRMC", "SCRMP"]


def test_the_type_of_mediation_is_that_of_the_table(main):
    found = main.mediation_types
    types = found.frame.query("kind == 'total indirect'").set_index("source")
    assert found.added == (("CRO", "SCRMP"), ("SMTU", "SCRMP"))
    text = main.results()["M1"]
    assert text.count("The model has no direct path. With it added") == 2
    assert text.count(f"this is {types['type']['CRO']} mediation") >= 1
    for source in ("CRO", "SMTU"):
        part = text.split(f"From {source} to SCRMP")[1]
        direct, low = re.search(
            rf"the direct effect is {NUMBER}, 95% CI \[{NUMBER},", part
        ).groups()  # fmt: skip
        assert near(direct, types["direct"][source])
        assert near(low, types["direct_ci_lower"][source])


def test_reliability_and_validity(main):
    text = main.results()["measurement"]
    table = main.reliability.frame.query("order == 1").set_index("construct")
    for measure, words in (("omega", r"\(omega\)"), ("ave", r"\(AVE\)")):
        low, least, high, most = re.search(
            rf"{words} runs from {NUMBER} \((\w+)\) to {NUMBER} \((\w+)\)", text
        ).groups()
        assert (least, most) == (table[measure].idxmin(), table[measure].idxmax())
        assert near(low, table[measure].min())
        assert near(high, table[measure].max())
    pairs = main.validity.htmt.query("not (lhs == 'SCRMP_FIRM' and rhs == 'SCRMP_REL')")
    top = pairs.loc[pairs["htmt"].idxmax()]
    ratio, a, b = re.search(rf"constructs is {NUMBER} \((\w+) with (\w+)\), within", text).groups()
    assert (a, b) == (top["lhs"], top["rhs"])
    assert near(ratio, top["htmt"])
    assert "(AVE; Fornell & Larcker, 1981)" in main.methods()["judging"]
    assert main.audit().codes.set_index("key").loc["reliability", "state"] == "reported"


def test_loadings(main):
    text = main.results()["measurement"]
    table = main.measurement.parameters.query("op == '=~' and not rhs.str.startswith('SCRMP_')")
    low, least, high, most = re.search(
        rf"from {NUMBER} \((\w+)\) to {NUMBER} \((\w+)\)", text
    ).groups()
    items = table.set_index("rhs")["std_all"]
    assert (least, most) == (items.idxmin(), items.idxmax())
    assert near(low, items.min())
    assert near(high, items.max())


def test_methods_name_what_was_done(main):
    methods = main.methods()
    assert methods.topics == (
        "data", "measures", "estimation", "judging", "testing", "indirect", "comparing", "software",
    )  # fmt: skip
    assert "65 free parameters and 313 degrees of freedom" in methods["estimation"]
    assert "(50 resamples, seed 1; MacKinnon et al., 2004)" in methods["indirect"]
    assert "(Preacher & Selig, 2012)" in methods["indirect"]
    assert (
        "n’est pas normale" in main.methods("fr")["estimation"]
        or "normale" in main.methods("fr")["estimation"]
    )


def test_languages(main):
    for make in (main.methods, main.results, main.audit):
        assert str(make("en")) != str(make("fr"))
        with pytest.raises(ArgumentError, match="lang= needs 'en' or 'fr'; got 'de'"):
            make("de")


def test_the_report_has_the_texts(main, tmp_path):
    for lang in ("en", "fr"):
        page = main.report(tmp_path / f"{lang}.html", lang).read_text(encoding="utf-8")
        for name in ("results", "method", "audit"):
            assert f'<section id="{name}"' in page
        body = re.sub(r"<[^>]+>", "", page)
        for sentence in main.results(lang)["H7"].split(". ")[:1]:
            assert sentence.replace("<", "&lt;") in body
        assert "Zhao, Lynch &amp; Chen (2010)" in body
        assert "Appelbaum, Cooper" in body


def test_the_audit_of_an_analysis(main):
    states = main.audit().codes.set_index("key")["state"]
    assert states["local_fit"] == "part"
    assert states["global_fit"] == states["indirect"] == states["rivals"] == "reported"
    assert states["distribution"] == "reported"


def test_a_single_item_is_told_to_be_taken_as_free_of_error(imputed, reputation):
    _, study, scales = reputation
    found = analyse(imputed, study, scales, draws=50, seed=1, whole_answers=False)
    assert "Satisfaction (CUSA) is measured by a single item" in found.methods()["measures"]
    text = found.results()["M1"]
    # The study claims the direct paths too: the type comes from its own model.
    assert re.search(r"The interval of the direct effect, .{3,60}, leaves out zero\.", text)
    assert "this is complementary mediation" in text
    assert found.mediation_types.added == ()
    assert "restricts it nowhere" in found.results()["fit"]


def test_what_could_not_be_tested_is_said_in_the_readers_language():
    study = Study.build(["A", "B", "C"], [("A", "B"), ("B", "C")], [("A", "B", "C")])
    scales = Scales.build({n: [f"{n.lower()}{i}" for i in (1, 2, 3)] for n in "ABC"})
    rng = np.random.default_rng(1)
    noise = pd.DataFrame(rng.integers(1, 8, (12, 9)), columns=list(scales.codes)).astype(float)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = analyse(noise, study, scales, draws=20, seed=1)
    assert found.mediation is None
    assert found.mediation_types is None
    french = str(found.results("fr"))
    assert "n’est pas admissible" in french
    assert "M1 n’a pas été testée : ces réponses".replace(" :", "\u00a0:") in french
    assert "bootstrap()" not in french
    assert found.audit().codes.set_index("key").loc["indirect", "state"] == "missing"
