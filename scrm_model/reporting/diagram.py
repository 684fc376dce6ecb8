"""The path diagram of a fitted model, as a value that saves itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scrm_model.errors import ArgumentError, did_you_mean
from scrm_model.reporting.claimed import Claimed
from scrm_model.reporting.drawn import LABELS, Asked, drawing_of
from scrm_model.reporting.inked import drawing_marks
from scrm_model.reporting.language import check_language
from scrm_model.reporting.naming import construct_names
from scrm_model.reporting.svg import drawing_svg
from scrm_model.reporting.svg_file import SvgFile
from scrm_model.spec.model import Model


@dataclass(frozen=True, slots=True, repr=False)
class PathDiagram(SvgFile):
    """A path diagram.

    Attributes
    ----------
    svg : str
        A complete SVG document with a title and a description, black on white, without
        scripts or outside resources.
    title, description : str
        Its title, and every arrow with its estimate in words.
    marks : tuple of Mark
        The same drawing for PDF and PNG.
    size : (float, float)
        Width and height in pixels.
    """


def path_diagram(
    fit: Any,
    *,
    structural: bool | None = None,
    labels: str | None = "std",
    r2: bool = True,
    residuals: bool = False,
    alpha: float = 0.05,
    lang: str = "en",
    names: Mapping[str, Any] | None = None,
    group: int = 1,
) -> PathDiagram:
    """Draw a model: fitted, with its estimates, or as it is claimed.

    Parameters
    ----------
    fit : Fit, Model or str
        A result with ``parameters``, ``r2`` and ``converged``; or a model, or its lavaan text,
        whose arrows have the labels of their parameters in the place of estimates.
    structural : bool, optional
        Leave the indicators out. By default they are left out of a model with paths, and shown
        in one without.
    labels : {"std", "raw", "label", None}
        What stands on the arrows: completely standardised estimates (``std_all``), raw ones, the
        labels of the parameters (``H1``), or nothing.
    r2 : bool
        Write R² into the boxes of the structural part.
    residuals : bool
        Write residual variances into the boxes, on the scale of the estimates.
    alpha : float
        An arrow whose estimate does not differ from zero at this level is dashed.
    lang : str
        ``"en"`` or ``"fr"``.
    names : mapping of str to (str or text), optional
        Full names, written below the short names in the ellipses. By default those of the
        study that the model was specified from, if it was.
    group : int
        Which group, counted from 1: one diagram each.

    Returns
    -------
    PathDiagram
        Ellipses are latent variables, rectangles observed ones. If the fit did not converge there
        are no estimates on the arrows. What is left out, fixed or not tested is said below.

    Raises
    ------
    ArgumentError
        If an option is unknown, or the model has no such group or nothing to draw.
    """
    check_language(lang)
    if isinstance(fit, Model | str):
        fit = Claimed(fit if isinstance(fit, Model) else Model.from_syntax(fit))
        labels = "label" if labels in ("std", "raw") else labels
    if not hasattr(fit, "parameters"):
        raise ArgumentError(
            f"fit= needs a result of fit(), a model or lavaan text; got {type(fit).__name__}. "
            "Give one of these."
        )
    if structural not in (None, True, False):
        raise ArgumentError(
            f"structural= needs True, False or None; got {structural!r}. Give False to show the "
            "indicators."
        )
    if labels not in (None, *LABELS):
        raise ArgumentError(
            f"labels= needs 'std', 'raw', 'label' or None; got {labels!r}."
            + (did_you_mean(str(labels), LABELS) or " Choose one of these.")
        )
    if not 0 < alpha < 1:
        raise ArgumentError(f"alpha= needs a number between 0 and 1; got {alpha!r}. Give 0.05.")
    asked = Asked(structural, labels, r2, residuals, alpha, lang, group)
    drawing = drawing_of(fit, asked, _study_names(fit) if names is None else names)
    marks, size = drawing_marks(drawing)
    return PathDiagram(drawing_svg(drawing), drawing.title, drawing.description, marks, size)


def _study_names(fit: Any) -> dict[str, Any]:
    """Full names of constructs and dimensions, from the study behind the model."""
    origin = getattr(getattr(fit, "model", None), "origin", None)
    return construct_names(origin.study) if origin is not None else {}
