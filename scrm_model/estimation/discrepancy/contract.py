"""What every discrepancy gives: a value, its slope, its information and its curvature."""

from collections.abc import Callable
from dataclasses import dataclass

from numpy.typing import NDArray

from scrm_model.estimation.discrepancy import fiml, least_squares, ml, ml_hessian
from scrm_model.estimation.discrepancy.ml import Point
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.observed.sample import Sample

Samples = tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Discrepancy:
    """The distance F between observed and implied moments, for stacks.

    Attributes
    ----------
    name : str
    evaluate : callable (model, theta (B, q), samples) -> Point
        F and what the other three need.
    gradient : callable (model, point, samples) -> ndarray, shape (B, q)
    information : callable (model, point, samples) -> ndarray, shape (B, q, q)
        Expected information of one observation; the Hessian of F is expected to be twice it.
    hessian : callable (model, point, samples) -> ndarray, shape (B, q, q)
        Hessian of F, or what stands for it in the search.
    likelihood : bool
        Whether F belongs to a likelihood.
    tested : bool
        Whether N F has a known distribution when the data are normal.
    gfi : callable (point, samples, fixed) -> float, or None
        Goodness-of-fit index by the weight of F; None under the likelihood of complete
        data, which has its own.
    """

    name: str
    evaluate: Callable[[CompiledModel, NDArray, Samples], Point]
    gradient: Callable[[CompiledModel, Point, Samples], NDArray]
    information: Callable[[CompiledModel, Point, Samples], NDArray]
    hessian: Callable[[CompiledModel, Point, Samples], NDArray]
    likelihood: bool
    tested: bool
    gfi: Callable[[Point, Samples, NDArray], float] | None = None


ML = Discrepancy("ML", ml.evaluate, ml.gradient, ml.information, ml_hessian.hessian, True, True)
FIML = Discrepancy(
    "FIML", fiml.evaluate, fiml.gradient, fiml.information, fiml.hessian, True, True, fiml.gfi
)


def _quadratic(name: str, weigh: least_squares.Weigh, tested: bool) -> Discrepancy:
    form = least_squares.Quadratic(weigh)
    return Discrepancy(
        name, form.evaluate, form.gradient, form.information, form.hessian, False, tested,
        form.gfi,
    )  # fmt: skip


GLS = _quadratic("GLS", least_squares.by_inverse_covariance, True)
ULS = _quadratic("ULS", least_squares.by_nothing, False)
WLS = _quadratic("WLS", least_squares.by_fourth_moments, True)
