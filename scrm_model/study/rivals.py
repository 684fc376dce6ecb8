"""Rivals of a study: applied to it, and kept in step with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from scrm_model.study.records import Alternative

if TYPE_CHECKING:
    from scrm_model.study.claims import Study


def apply(rival: Alternative, study: Study) -> Study:
    """Rival study: the study without what the rival drops and with what it adds.

    Parameters
    ----------
    rival : Alternative
        The changes.
    study : Study
        The study, without alternatives of its own.

    Returns
    -------
    Study
    """
    changed = study.without(*rival.drops) if rival.drops else study
    adds = (*changed.hypotheses, *rival.adds)
    return replace(changed, hypotheses=adds, name=rival.name)


def kept(rivals: Iterable[Alternative], study: Study) -> Iterator[Alternative]:
    """Rivals that still differ from a varied study, less what no longer applies.

    Parameters
    ----------
    rivals : iterable of Alternative
        The rivals before the study was varied.
    study : Study
        The study after.

    Yields
    ------
    Alternative
    """
    for rival in rivals:
        drops = tuple(id for id in rival.drops if id in study.ids)
        adds = tuple(
            h
            for h in rival.adds
            if {h.source, h.target} <= set(study.construct_ids) and h.path not in study.paths
        )
        if drops or adds:
            yield replace(rival, drops=drops, adds=adds)
