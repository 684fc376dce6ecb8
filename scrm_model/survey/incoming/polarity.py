"""Which end of an agreement scale a label stands at, whatever its exact words."""

from __future__ import annotations

from scrm_model.survey.incoming.wording import plain

# Ends of the usual scales in both languages, in the form that `plain` gives.
AGREEMENT = frozenset(
    [
        "strongly agree", "totally agree", "completely agree", "fully agree", "entirely agree",
        "agree strongly", "agree completely", "very satisfied", "always", "very likely",
        "tout à fait d'accord", "totalement d'accord", "entièrement d'accord", "fortement d'accord",
        "complètement d'accord", "très satisfait", "toujours", "très probable",
    ]
)  # fmt: skip
DISAGREEMENT = frozenset(
    [
        "strongly disagree", "totally disagree", "completely disagree", "fully disagree",
        "entirely disagree", "disagree strongly", "disagree completely", "very dissatisfied",
        "never", "very unlikely",
        "pas du tout d'accord", "absolument pas d'accord", "fortement en désaccord",
        "totalement en désaccord", "tout à fait en désaccord", "pas d'accord du tout",
        "très insatisfait", "jamais", "très improbable",
    ]
)  # fmt: skip


def pole(label: str) -> int:
    """End of a scale that a label belongs to.

    Parameters
    ----------
    label : str

    Returns
    -------
    int
        1 for agreement, -1 for disagreement, 0 where it cannot be told.
    """
    words = plain(label).lstrip("0123456789 -–—=:.)")
    return int(words in AGREEMENT) - int(words in DISAGREEMENT)
