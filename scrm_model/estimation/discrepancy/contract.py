"""What every discrepancy gives: a value, its slope, its information and its curvature."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from scrm_model.estimation.discrepancy import fiml, least_squares, ml, ml_hessian, responses
from scrm_model.estimation.discrepancy.ml import Point
from scrm_model.estimation.implied.compiled import Block, CompiledModel
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
    weighting : str
        The part of the moments' covariance matrix that the sample's weight is the inverse of:
        ``"full"``, ``"diagonal"``, or ``""`` where the weight is made of something else.
    moment_form : MomentForm or None
        Least squares: the moments' derivatives and their weight; None under a likelihood.
    gfi : callable (point, samples, fixed) -> float, or None
        Goodness-of-fit index by the weight of F; None under the likelihood of complete
        data, which has its own.
    exact : bool
        Whether `hessian` is the Hessian; what stands for it makes the search's last steps linear.
    """

    name: str
    evaluate: Callable[[CompiledModel, NDArray, Samples], Point]
    gradient: Callable[[CompiledModel, Point, Samples], NDArray]
    information: Callable[[CompiledModel, Point, Samples], NDArray]
    hessian: Callable[[CompiledModel, Point, Samples], NDArray]
    likelihood: bool
    tested: bool
    weighting: str = ""
    moment_form: "MomentForm | None" = None
    gfi: Callable[[Point, Samples, NDArray], float] | None = None
    exact: bool = True


ML = Discrepancy("ML", ml.evaluate, ml.gradient, ml.information, ml_hessian.hessian, True, True)
FIML = Discrepancy(
    "FIML", fiml.evaluate, fiml.gradient, fiml.information, fiml.hessian, True, True, gfi=fiml.gfi
)


@dataclass(frozen=True, slots=True)
class MomentForm:
    """F as a quadratic form in residual moments, e' W e.

    Attributes
    ----------
    derivatives : callable (block, part, q) -> ndarray, shape (B, q, M)
    weigh : callable (sample, moments (B, k, M)) -> ndarray, shape (B, k, M)
        W times moments.
    """

    derivatives: Callable[[Block, Any, int], NDArray]
    weigh: Callable[[Sample, NDArray], NDArray]


def _quadratic(
    name: str, weigh: least_squares.Weigh, tested: bool, weighting: str = ""
) -> Discrepancy:
    form = least_squares.Quadratic(weigh)
    return Discrepancy(
        name, form.evaluate, form.gradient, form.information, form.hessian, False, tested,
        weighting, MomentForm(least_squares.derivatives, weigh), form.gfi,
    )  # fmt: skip


def _of_responses(name: str, weighting: str, tested: bool = True) -> Discrepancy:
    return Discrepancy(
        name, responses.evaluate, responses.gradient, responses.information, responses.hessian,
        False, tested, weighting, MomentForm(responses.derivatives, responses.weigh),
        responses.gfi, exact=False,
    )  # fmt: skip


GLS = _quadratic("GLS", least_squares.by_inverse_covariance, True)
ULS = _quadratic("ULS", least_squares.by_nothing, False)
WLS = _quadratic("WLS", responses.weigh, True, "full")
DWLS = _quadratic("DWLS", responses.weigh, True, "diagonal")
RESPONSE_ULS = _of_responses("ULS", "", tested=False)
RESPONSE_WLS = _of_responses("WLS", "full")
RESPONSE_DWLS = _of_responses("DWLS", "diagonal")
