"""How Sphinx builds the site: ``python -m sphinx -W -b html docs site``.

The pages are the Markdown files of this folder, which read well without being built; the contents
and the reference of public names are made here.
"""

from pathlib import Path

import scrm_model

HERE = Path(__file__).parent
project = "scrm_model"
author = "The scrm_model authors"
copyright = "The scrm_model authors, BSD-3-Clause"
version = release = scrm_model.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
]
root_doc = "contents"
exclude_patterns = ["scripts", "made/*.stub"]
myst_heading_anchors = 3
# Links that lead out of this folder are to files of the repository, not pages of the site.
suppress_warnings = ["myst.xref_missing", "myst.header", "misc.highlighting_failure"]
autosummary_generate = True
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say what is expected, in words
html_theme = "pydata_sphinx_theme"
html_title = f"scrm_model {release}"
html_theme_options = {"show_toc_level": 2, "navigation_with_keys": False}
html_show_sourcelink = False
templates_path: list[str] = []

GROUPS = {
    "The study": ["index", "francais", "own_study"],
    "Before the survey": ["questionnaire", "content_validity", "planning"],
    "The answers": ["responses", "screening", "figures"],
    "The scales": [
        "exploratory", "measurement", "invariance", "method_bias", "dynamic_fit",
    ],
    "The model": [
        "estimators", "ordinal", "missing_data", "intervals", "small_samples", "influence",
    ],
    "The results": ["tables", "writing", "interviews", "replication"],
    "What a referee asks": [
        "referee", "why_fit_cut_offs", "why_this_many", "why_likert", "why_omega", "why_htmt",
        "why_formative", "why_bootstrap", "why_cb_sem", "why_not_modify", "why_not_causal",
    ],
    "The library": [
        "conventions", "lavaan", "engines", "speed", "architecture", "api", "made/names",
    ],
}  # fmt: skip


def _contents() -> str:
    """The table of contents: every page once, those not named above at the end."""
    pages = {p.stem for p in HERE.glob("*.md")}
    named = {name for names in GROUPS.values() for name in names}
    lines = [
        "scrm_model",
        "==========",
        "",
        "From the claims of a survey study to a tested report.",
    ]
    groups = {
        caption: [n for n in names if n in pages or "/" in n] for caption, names in GROUPS.items()
    }
    groups["More"] = sorted(pages - named)
    for caption, names in groups.items():
        if names:
            lines += ["", ".. toctree::", f"   :caption: {caption}", "   :maxdepth: 1", ""]
            lines += [f"   {name}" for name in names]
    return "\n".join([*lines, ""])


def _names() -> str:
    """The reference: a page for every public name that has a docstring of its own."""
    skipped = {"__version__", "STUDY", "SCALES", "INTERVIEWS"}
    lines = ["Reference", "=========", "", ".. currentmodule:: scrm_model", "", ".. autosummary::"]
    lines += ["   :toctree: .", ""]
    lines += [f"   {name}" for name in scrm_model.__all__ if name not in skipped]
    return "\n".join([*lines, ""])


def setup(app: object) -> None:
    """Write the made pages before Sphinx looks for any."""
    (HERE / "made").mkdir(exist_ok=True)
    (HERE / "contents.rst").write_text(_contents(), encoding="utf-8")
    (HERE / "made" / "names.rst").write_text(_names(), encoding="utf-8")
