"""Measurement invariance across groups, in one table."""

from collections.abc import Iterable, Mapping
from typing import Any

from scrm_model.errors import ArgumentError
from scrm_model.estimation.fit import fit as estimate
from scrm_model.estimation.settings import one_of
from scrm_model.measurement.invariance import ask
from scrm_model.measurement.invariance.climb import Asked, Climb
from scrm_model.measurement.invariance.levels import IDENTIFICATIONS, Measurement
from scrm_model.measurement.invariance.result import Invariance, made
from scrm_model.measurement.invariance.search import Search
from scrm_model.measurement.scales import constructs_of


def invariance(
    model: Any,
    data: Any,
    group: str | None = None,
    *,
    ordered: Any = (),
    estimator: str | None = None,
    levels: Iterable[str] | None = None,
    partial: Iterable[str] | Mapping[str, str] = (),
    search: bool = False,
    reasons: Mapping[str, str] | None = None,
    alpha: float = 0.05,
    until: str = "pvalue",
    most: int | None = None,
    means: bool = True,
    reference: Any = None,
    identification: str = "wu.estabrook",
    method: str = "auto",
    level: float = 0.95,
    **options: Any,
) -> Invariance:
    """Whether a model measures the same in every group, level by level.

    Parameters
    ----------
    model : Model or str
        A measurement model, or one with paths (these stay free in each group).
    data : DataFrame, or dict of group to Moments
    group : str
        Column of the groups: sector, size class, kind of informant.
    ordered, estimator
        As in `fit`.
    levels : iterable of str, optional
        Of ``"configural"``, ``"thresholds"`` (ordinal items), ``"metric.first"``, ``"metric"``,
        ``"scalar.first"``, ``"scalar"``, ``"strict"``, ``"means"`` (equal latent means besides), in
        this order. By default configural, (thresholds,) metric, scalar, strict.
    partial : iterable of str, or mapping of str to str
        Parameters that differ between groups all the same, such as ``"visual=~x2"``, ``"x3~1"``,
        ``"x3|t2"`` or ``"x3~~x3"``; a mapping has a reason for each. Each is released, and
        recorded, at the first level that holds it.
    search : bool
        Where a level fails its rule, release one parameter after the other by the largest score
        test. All of it stands in `Invariance.trail`.
    reasons : mapping of str to str, optional
        Reasons for what the search may release.
    alpha : float
        Level of the search's tests.
    until : {"pvalue", "cfi"}
        The search's rule: p of the chi-square difference at least `alpha`, or CFI at most .010
        lower than at the level before.
    most : int, optional
        Releases that the search may make at one level.
    means : bool
        Show differences of latent means.
    reference : str, optional
        The group that others are compared with; by default the first that occurs.
    identification : {"wu.estabrook", "lavaan"}
        Of ordinal items, see `scrm_model.measurement.invariance.levels`; ``"lavaan"`` is what
        lavaan 0.6-14 makes of ``group.equal``.
    method : str
        Of the chi-square differences, as in `compare`.
    level : float
        Of the intervals of latent means.
    **options
        More arguments of `fit`. With ordinal items ``parameterization`` is "theta" here unless
        given: delta cannot compare residual variances.

    Returns
    -------
    Invariance

    Raises
    ------
    ArgumentError
        An option has a value that does not exist, or a release that no level of the table holds.
    DataError, MissingColumnError
        No such column, one group, rows without a group, a group too small, or an ordinal item of
        which a group lacks a category.
    ModelError
        A level cannot be estimated; the message names it.

    Warns
    -----
    MissingDataWarning, CategoryWarning, ConvergenceWarning, InadmissibleWarning
        As `fit`; those of later levels stand in the notes.

    Notes
    -----
    What each level holds: `scrm_model.measurement.invariance.levels`. The chi-square difference is
    that of `compare`: plain, scaled (Satorra & Bentler, 2001) under MLM and MLR, scaled and shifted
    (Satorra, 2000) under WLSMV. Changes of CFI, RMSEA and SRMR are printed with their conventions
    [cheung2002]_, [chen2007]_, and never turned into a verdict. Score tests:
    `scrm_model.estimation.evaluation.release`.

    References
    ----------
    .. [cheung2002] Cheung, G. W., & Rensvold, R. B. (2002). Evaluating goodness-of-fit indexes for
       testing measurement invariance. Structural Equation Modeling, 9, 233-255.
    .. [chen2007] Chen, F. F. (2007). Sensitivity of goodness of fit indexes to lack of measurement
       invariance. Structural Equation Modeling, 14, 464-504.
    """
    model = ask.model_of(model)
    one_of("identification", identification, IDENTIFICATIONS)
    ask.check_options(options)
    searched = Search(bool(search), alpha, until, most)
    given, why = ask.reasons_of("partial", partial), ask.reasons_of("reasons", reasons or {})
    if not 0 < level < 1:
        raise ArgumentError(
            f"level= needs a number between 0 and 1; got {level!r}. Give 0.95 for 95 %."
        )
    ordinal = bool(ordered)
    names = ask.levels_of(levels, ordinal)
    data, sizes = ask.by_groups(data, group, reference, model)
    options = {"estimator": estimator, "ordered": ordered, **options}
    if ordinal:
        options.setdefault("parameterization", "theta")
    base = estimate(model, data, group=group, **options)
    of = Measurement(
        model, len(sizes), base.table.cuts, constructs_of(base.compiled),
        base.settings.parameterization == "theta", identification == "wu.estabrook",
    )  # fmt: skip
    asked = Asked(data, group, options, names, given, why, searched, method)
    first = next(iter(base.table.groups))
    groups = {first: sizes[first]} | sizes
    return made(Climb(asked, of, base), groups, level, bool(means))
