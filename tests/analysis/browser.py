"""A headless Chromium for the tests, where there is one."""

import shutil
from contextlib import contextmanager

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
PROGRAM = next(filter(None, map(shutil.which, NAMES)), None)

needs_chromium = pytest.mark.skipif(PROGRAM is None, reason="no Chromium here")


@contextmanager
def opened(path, width=1200, **options):
    """The page of a file, and what went wrong or was asked of a network while it was open."""
    from playwright.sync_api import sync_playwright

    trouble = []
    with sync_playwright() as driver:
        program = driver.chromium.launch(executable_path=PROGRAM, args=["--no-sandbox"])
        page = program.new_page(
            viewport={"width": width, "height": 800}, reduced_motion="reduce", **options
        )
        page.on("console", lambda said: trouble.append(said.text))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
        page.on(
            "request",
            lambda asked: (
                None if asked.url.startswith(("file:", "data:")) else trouble.append(asked.url)
            ),
        )
        page.goto(path.as_uri())
        yield page, trouble
        program.close()
