"""Is a study free of contradictions? One function for each way in which it may not be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from scrm_model.errors import StudyError, did_you_mean
from scrm_model.study.rivals import apply

if TYPE_CHECKING:
    from scrm_model.study.claims import Study

# What lavaan text can name: a letter, then letters, digits, dots and underscores.
VARIABLE = re.compile(r"[^\W\d_][\w.]*")


def check_study(study: Study) -> None:
    """Raise `StudyError` at the first contradiction found.

    Parameters
    ----------
    study : Study
        The study, its sequences already tuples.

    Raises
    ------
    StudyError
        If an id is repeated or no variable name, if a path is repeated or leads back to its
        own construct, or if a construct, a facet or a reference is named that does not exist.
    """
    if not study.constructs:
        raise StudyError("constructs= needs at least one construct; got none. Add one.")
    _check_names(study)
    _check_ids(study)
    _check_dimensions(study)
    _check_hypotheses(study)
    _check_mediations(study)
    _check_alternatives(study)


def known(argument: str, wanted: Iterable[str], allowed: Iterable[str], place: str) -> None:
    """Raise `StudyError` unless every wanted id is among the allowed ones.

    Parameters
    ----------
    argument : str
        Name of the argument, for the message.
    wanted, allowed : iterable of str
        Ids that are named, and ids that exist.
    place : str
        Where the ids are named, for the message.

    Raises
    ------
    StudyError
        At the first id that does not exist.
    """
    allowed = tuple(allowed)
    for name in wanted:
        if name not in allowed:
            raise StudyError(
                f"{argument}= needs one of {', '.join(allowed) or 'none'}; got {name!r} in {place}."
                + (did_you_mean(name, allowed) or " Correct the name, or add what it stands for.")
            )


def _repeated(names: Iterable[str]) -> list[str]:
    return [name for name, count in Counter(names).items() if count > 1]


def _variables(study: Study) -> list[str]:
    dimensions = [d.id for c in study.constructs for d in c.dimensions]
    return [*study.construct_ids, *dimensions]


def _check_names(study: Study) -> None:
    for name in _variables(study):
        if not VARIABLE.fullmatch(name):
            raise StudyError(
                "id= needs a letter followed by letters, digits, '.' or '_'; "
                f"got {name!r}. It is the variable's name in the model: rename it."
            )


def _check_ids(study: Study) -> None:
    claims = [h.id for h in study.hypotheses] + [m.id for m in study.mediations]
    groups = {
        "id": _variables(study) + claims,
        "facets": [f"{c.id}.{f.id}" for c in study.constructs for f in c.facets],
        "bibliography": [r.key for r in study.bibliography],
        "alternatives": [a.id for a in study.alternatives],
    }
    for argument, names in groups.items():
        if twice := _repeated(names):
            raise StudyError(
                f"{argument}= needs ids that differ; got {', '.join(map(repr, twice))} more than "
                "once. Constructs, dimensions, hypotheses and mediations share one set of ids: "
                "rename one of them."
            )


def _check_dimensions(study: Study) -> None:
    for construct in study.constructs:
        facets = [facet.id for facet in construct.facets]
        for dimension in construct.dimensions:
            known("facets", dimension.facets, facets, f"dimension {dimension.id}")


def _check_hypotheses(study: Study) -> None:
    constructs, keys = study.construct_ids, [r.key for r in study.bibliography]
    for claim in study.hypotheses:
        known("hypotheses", claim.path, constructs, claim.id)
        known("references", claim.references, keys, claim.id)
        if claim.source == claim.target:
            raise StudyError(
                f"hypotheses= needs two different constructs; got {claim.source} → {claim.target} "
                f"in {claim.id}. A construct cannot be its own cause: change one of the two."
            )
    if twice := _repeated(" → ".join(h.path) for h in study.hypotheses):
        raise StudyError(
            f"hypotheses= needs each path once; got {', '.join(twice)} more than once. "
            "Keep one hypothesis for each path."
        )


def _check_mediations(study: Study) -> None:
    for claim in study.mediations:
        roles = (*claim.sources, *claim.mediators, claim.target)
        known("mediations", roles, study.construct_ids, claim.id)
        if not claim.sources or not claim.mediators:
            raise StudyError(
                f"mediations= needs at least one source and one mediator; got none in {claim.id}. "
                "Name the constructs whose effect is carried, and those that carry it."
            )
        if twice := _repeated(roles):
            raise StudyError(
                f"mediations= needs one role for each construct; got {', '.join(twice)} in two "
                f"roles in {claim.id}. A construct is source, mediator or target."
            )


def _check_alternatives(study: Study) -> None:
    if not study.alternatives:
        return
    bare = replace(study, alternatives=())
    for rival in study.alternatives:
        known("drops", rival.drops, study.ids, f"rival {rival.id}")
        try:
            apply(rival, bare)
        except StudyError as error:
            raise StudyError(
                f"alternatives= needs changes that lead to a study; got {rival.id!r}, which does "
                f"not. Change what it adds or drops: {error}"
            ) from error
