"""Heat maps of results: HTMT of constructs, residual correlations of a fit."""

from typing import Any

import numpy as np

from scrm_model.errors import ArgumentError
from scrm_model.estimation.result import Fit
from scrm_model.measurement.conventions import HTMT_CONVENTIONS, RESIDUAL_CONVENTION
from scrm_model.measurement.validity import Validity
from scrm_model.reporting.figures.heat import Heat
from scrm_model.reporting.figures.pairs import filled, intervals, matrix_map, of_group
from scrm_model.reporting.figures.picture import Picture
from scrm_model.reporting.figures.reasons import reason
from scrm_model.reporting.formats import Number, bounded
from scrm_model.reporting.language import check_language, phrase, say

DARKEST_RESIDUAL = 0.20


def htmt_map(
    validity: Validity, which: str = "htmt", *, group: int = 1, lang: str = "en"
) -> Picture:
    """Draw the heterotrait-monotrait ratios of all pairs of constructs.

    Parameters
    ----------
    validity : Validity
        What `validity` found.
    which : {"htmt", "htmt2"}
    group : int
        Counts from 1.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    Picture
        The lower triangle, the ratio in each cell, its interval below where there is one. .85 and
        .90 are marked as the conventions that they are; a cell without a ratio says why. ``frame``
        has a row for each pair.

    Raises
    ------
    ArgumentError
        If an option is unknown, or there are no two constructs with items of their own.

    References
    ----------
    .. [1] Henseler, J., Ringle, C. M., & Sarstedt, M. (2015). A new criterion for assessing
       discriminant validity in variance-based structural equation modeling. Journal of the
       Academy of Marketing Science, 43, 115-135.
    """
    check_language(lang)
    if not isinstance(validity, Validity):
        raise ArgumentError(
            f"validity= needs what validity() gave; got {type(validity).__name__}. "
            "Call htmt_map(validity(fit))."
        )
    if which not in ("htmt", "htmt2"):
        raise ArgumentError(f"which= needs 'htmt' or 'htmt2'; got {which!r}. Choose one of these.")
    validity._check_group(group)
    frame = validity.htmt[validity.htmt["group"] == group].reset_index(drop=True)
    if not len(frame):
        raise ArgumentError(
            "validity= needs two constructs with items of their own; got fewer, between which no "
            "ratio is defined. Draw the loadings instead: coefficient_plot(fit, '=~')."
        )
    labels = tuple(dict.fromkeys([*frame["lhs"], *frame["rhs"]]))
    values, cells = filled(frame, which, labels)
    below = intervals(frame, which, cells, lang)
    low, high = HTMT_CONVENTIONS
    keys = tuple(
        (True, framed, say(phrase("figures.htmt.key", value=Number(v, "bounded")), lang))
        for framed, v in ((False, low), (True, high))
    )
    notes = [say(phrase("figures.htmt.note"), lang)]
    if below:
        level, n = Number(validity.level, "percent", 0), Number(validity.draws, "integer")
        notes.append(say(phrase("figures.htmt.interval", level=level, n=n), lang))
    title = say(phrase("figures.htmt.title", which=which.upper()), lang)
    with np.errstate(invalid="ignore"):
        bold, framed = values >= low, values >= high
    reasons = {cell: reason(t, lang) for cell, t in zip(cells, frame["note"], strict=True) if t}
    return Heat(
        title, labels, values, lambda v: bounded(v, 2, lang), "htmt", lang, bold=bold,
        framed=framed, below=below, reasons=reasons, keys=keys, notes=tuple(notes),
    ).picture(frame)  # fmt: skip


def residual_map(fit: Fit, *, group: int = 1, lang: str = "en") -> Picture:
    """Draw the correlations that a model leaves unexplained.

    Parameters
    ----------
    fit : Fit
        Converged.
    group : int
        Counts from 1.
    lang : str
        ``"en"`` or ``"fr"``.

    Returns
    -------
    Picture
        The lower triangle of sample minus implied correlations. Those above .10 in size are
        marked. ``frame`` has a row for each pair: lhs, rhs, residual.

    Raises
    ------
    ArgumentError
        If there is no such group, or only one variable.
    EstimationError
        If the fit did not converge.

    Notes
    -----
    The residuals are those of ``fit.residual_table("cor")``: sample correlations minus those that
    the model implies. .10 is the convention of Kline (2016).

    References
    ----------
    .. [1] Kline, R. B. (2016). Principles and practice of structural equation modeling (4th ed.).
       Guilford.
    """
    check_language(lang)
    matrix = of_group(_fit(fit).residual_table("cor").cov, fit, group)
    return matrix_map(
        matrix, "residual", "residuals", lang, marked=RESIDUAL_CONVENTION, darkest=DARKEST_RESIDUAL
    )


def _fit(fit: Any) -> Fit:
    if not isinstance(fit, Fit):
        raise ArgumentError(
            f"fit= needs a result of fit(); got {type(fit).__name__}. Estimate the model first."
        )
    return fit
