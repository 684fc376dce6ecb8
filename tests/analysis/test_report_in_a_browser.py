"""The report as its reader meets it: in Chromium, by mouse and keyboard, on a phone, printed."""

import re

import numpy as np
import pytest
from analysis.browser import needs_chromium, opened

import scrm_model as scrm

LANGS = ("en", "fr")


@pytest.fixture(scope="module")
def reports(answers, tmp_path_factory):
    """A report with every kind of section, in both languages, by language."""
    rng = np.random.default_rng(3)
    frame = answers.mask(rng.random(answers.shape) < 0.01)
    screened = scrm.screen(frame, flow=scrm.flow(invited=900, started=400))
    kept = screened.exclude(screened.cases.index[:2], "declared after the survey that they guessed")
    found = scrm.analyse(kept, missing="fiml", estimator="ML", draws=50, seed=1)
    complete = scrm.fit(found.measurement.model, answers)
    found = found.including(
        scrm.parallel_analysis(answers, scrm.SCALES.codes, draws=20, seed=1),
        scrm.method_bias(complete),
        scrm.influence(complete),
        scrm.coefficient_plot(found.fit),
    )
    folder = tmp_path_factory.mktemp("reports")
    return {lang: found.report(folder / f"{lang}.html", lang) for lang in LANGS}


@needs_chromium
@pytest.mark.parametrize("lang", LANGS)
def test_links_lead_where_they_say(reports, lang):
    with opened(reports[lang]) as (page, trouble):
        links = page.locator("nav a")
        assert links.count() > 20
        for k in range(links.count()):
            link = links.nth(k)
            link.click()
            section = page.locator(link.get_attribute("href"))
            heading = section.locator("h2")
            assert heading.inner_text() == link.inner_text()
            page.wait_for_function(
                "e => Math.abs(e.getBoundingClientRect().top) < innerHeight",
                arg=heading.element_handle(),
            )
        assert trouble == []


@needs_chromium
def test_the_first_key_leads_past_the_contents(reports):
    with opened(reports["en"]) as (page, _):
        skip = page.locator("a.skip")
        assert skip.bounding_box()["x"] < 0
        page.keyboard.press("Tab")
        assert skip.evaluate("e => e === document.activeElement")
        assert skip.bounding_box()["x"] >= 0
        page.keyboard.press("Enter")
        assert page.url.endswith("#main")


@needs_chromium
@pytest.mark.parametrize("lang", LANGS)
def test_folds_open_and_close(reports, lang):
    with opened(reports[lang]) as (page, trouble):
        folds = page.locator("details")
        assert folds.count() >= 6
        for k in range(folds.count()):
            summary = folds.nth(k).locator("summary")
            inside = folds.nth(k).locator("table").first
            assert summary.inner_text().strip()
            assert not inside.is_visible()
            if k % 2:
                summary.click()
            else:
                summary.focus()
                page.keyboard.press("Enter")
            assert inside.is_visible()
            summary.click()
            assert not inside.is_visible()
        assert trouble == []


@needs_chromium
def test_what_is_folded_is_printed(reports):
    with opened(reports["fr"]) as (page, _):
        page.emulate_media(media="print")
        high = page.evaluate("document.body.scrollHeight")
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.body.scrollHeight") == pytest.approx(high, abs=2)
        assert not page.locator("nav").is_visible()
        assert not page.locator("summary").first.is_visible()


@needs_chromium
def test_a_wide_matrix_has_a_turned_page(reports):
    with opened(reports["en"]) as (page, _):
        printed = page.pdf(prefer_css_page_size=True)
        pages = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) ([\d.]+)\]", printed)
        turned = [float(across) > float(down) for across, down in pages]
        assert turned.count(True) == 1
        assert len(turned) > 15


@needs_chromium
@pytest.mark.parametrize("width", [360, 1200])
@pytest.mark.parametrize("lang", LANGS)
def test_nothing_is_wider_than_the_screen(reports, lang, width):
    with opened(reports[lang], width) as (page, _):
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth") == width
        loaded = "[...document.images].every(i => i.complete && i.naturalWidth > 0)"
        assert page.locator("img").count() == 3
        assert page.evaluate(loaded)


@needs_chromium
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", LANGS)
def test_the_page_passes_an_accessibility_check(reports, lang, scheme):
    from axe_playwright_python.sync_playwright import Axe

    # The checker is a script: the page itself allows none.
    with opened(reports[lang], color_scheme=scheme, bypass_csp=True) as (page, _):
        page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        red, green, blue = map(
            int,
            re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor")),
        )
        assert (min(red, green, blue) > 200) == (scheme == "light")
        found = Axe().run(page).response
        assert len(found["passes"]) > 15
        assert [(v["id"], [n["html"][:80] for n in v["nodes"]]) for v in found["violations"]] == []


@needs_chromium
def test_hostile_names_do_nothing(tmp_path):
    script = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    study = scrm.Study.build(
        {"A": script, "B": '" onload="alert(3)', "C": "توجه العملاء"},
        [("A", "B"), ("B", "C")],
        [("A", "B", "C")],
        name=script,
    )
    scales = scrm.Scales.build({name: [f"{name}{i}" for i in (1, 2, 3)] for name in "ABC"})
    answers = scrm.simulate(scrm.population(scrm.specify(study, scales)), 150, seed=1)
    found = scrm.analyse(answers, study, scales, draws=20, seed=1)
    with opened(found.report(tmp_path / "r.html")) as (page, trouble):
        assert page.locator("h1").inner_text() == script
        assert page.locator("script").count() == 0
        assert trouble == []
