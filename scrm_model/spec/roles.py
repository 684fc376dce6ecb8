"""The part that each variable plays in a set of relations."""

from collections.abc import Iterable
from dataclasses import dataclass

Arrow = tuple[str, str, str]
"""Left-hand side, operator and right-hand side of a relation."""


@dataclass(frozen=True, slots=True)
class Roles:
    """Variables of a model by the part they play.

    Attributes
    ----------
    latent : tuple of str
        Left of ``=~`` or ``<~`` (composites), in order of appearance.
    observed : tuple of str
        The others: indicators, then outcomes of regressions, then predictors and the parts of
        composites, then the left and the right of ``~~``, then those of ``~1``; within each in
        order of appearance.
    exogenous : tuple of str
        Observed variables that only predict or make up a composite, without a written variance,
        covariance or mean.
    latent_exogenous : tuple of str
        Latent variables and composites that are neither outcome of a regression nor indicator
        of another.
    ending : tuple of str
        Outcomes that neither predict, make up nor indicate anything, latent ones first.
    """

    latent: tuple[str, ...]
    observed: tuple[str, ...]
    exogenous: tuple[str, ...]
    latent_exogenous: tuple[str, ...]
    ending: tuple[str, ...]


def roles_of(arrows: Iterable[Arrow], written: Iterable[Arrow] | None = None) -> Roles:
    """Roles of the variables in a set of relations.

    Parameters
    ----------
    arrows : iterable of (lhs, op, rhs)
        All relations.
    written : iterable of (lhs, op, rhs), optional
        Those that the user wrote; by default all.

    Returns
    -------
    Roles
        Names by role.
    """
    arrows = list(arrows)
    stated = arrows if written is None else list(written)
    latent = dict.fromkeys(a[0] for a in arrows if a[1] in ("=~", "<~"))
    indicator = dict.fromkeys(a[2] for a in arrows if a[1] == "=~")
    outcome = dict.fromkeys(a[0] for a in arrows if a[1] == "~")
    predictor = dict.fromkeys(a[2] for a in arrows if a[1] in ("~", "<~"))
    sides = [[a[side] for a in arrows if a[1] == "~~"] for side in (0, 2)]
    rest = [*sides[0], *sides[1], *(a[0] for a in arrows if a[1] == "~1")]
    touched = {n for a in stated if a[1] in ("~~", "~1") for n in (a[0], a[2])}
    ordered = dict.fromkeys([*indicator, *outcome, *predictor, *rest])
    observed = tuple(n for n in ordered if n not in latent)
    ending = [n for n in outcome if n not in predictor and n not in indicator]
    return Roles(
        latent=tuple(latent),
        observed=observed,
        exogenous=tuple(
            n
            for n in observed
            if n in predictor and not (n in outcome or n in indicator or n in touched)
        ),
        latent_exogenous=tuple(n for n in latent if n not in outcome and n not in indicator),
        ending=tuple(n for n in [*latent, *observed] if n in ending),
    )
