"""Models, samples and points to test the engine at."""

from dataclasses import dataclass, field

import numpy as np

from scrm_model.estimation.discrepancy import ml
from scrm_model.estimation.implied.compiled import compile_table
from scrm_model.estimation.implied.moments import implied
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.optimise.start import starting_points
from scrm_model.spec.model import Model


@dataclass
class Shape:
    text: str
    groups: tuple = ()
    options: dict = field(default_factory=dict)


TWO = "f =~ x1 + x2 + x3\ng =~ x4 + x5 + x6"
SHAPES = {
    "factors": Shape(TWO),
    "unit variances": Shape(TWO, options={"std_lv": True}),
    "second order": Shape(TWO + "\nh =~ x7 + x8\nt =~ f + g + h"),
    "residual covariances": Shape(TWO + "\nx1 ~~ x4\nx2 ~~ x5"),
    "cross loadings": Shape(TWO + "\nf =~ x5\ng =~ x1"),
    "latent paths": Shape(TWO + "\nh =~ x7 + x8 + x9\nh ~ f + g\ng ~ f"),
    "observed in paths": Shape("f =~ x1 + x2 + x3\nx7 ~ f\ng ~ x7\ng =~ x4 + x5 + x6"),
    "fixed x": Shape(TWO + "\nf ~ x7 + x8\ng ~ f + x8"),
    "random x": Shape(TWO + "\nf ~ x7 + x8\ng ~ f + x8", options={"fixed_x": False}),
    "fixed x with means": Shape(TWO + "\nf ~ x7\ng ~ f", options={"meanstructure": True}),
    "means": Shape(TWO + "\nh ~ f + g\nh =~ x7 + x8\nh ~ 1\nx7 ~ 0*1\nx2 ~ m*1\nx3 ~ m*1"),
    "loop": Shape("x5 ~ x1 + x2 + x6\nx6 ~ x3 + x4 + x5\nx5 ~~ x6"),
    "equal labels": Shape("f =~ x1 + a*x2 + a*x3\ng =~ x4 + a*x5 + x6\nx1 ~~ v*x1\nx2 ~~ v*x2"),
    "groups": Shape(TWO, ("one", "two")),
    "groups with means": Shape(
        "f =~ x1 + c(a, a)*x2 + x3\ng =~ x4 + x5 + x6\ng ~ f\nx1 ~ c(i, i)*1\nf ~ c(0, NA)*1",
        ("one", "two"),
        {"meanstructure": True},
    ),
    "growth": Shape(
        "i =~ 1*x1 + 1*x2 + 1*x3 + 1*x4\ns =~ 0*x1 + 1*x2 + 2*x3 + 3*x4\ni ~ 1\ns ~ 1\n"
        "x1 ~ 0*1\nx2 ~ 0*1\nx3 ~ 0*1\nx4 ~ 0*1\ns ~ i + x5"
    ),
}


def compiled(shape):
    groups = {"groups": shape.groups} if shape.groups else {}
    return compile_table(Model.from_syntax(shape.text).parameter_table(**groups, **shape.options))


def random_samples(model, seed, stack=1):
    """One-factor-like covariances with noise, so that no model fits exactly."""
    rng = np.random.default_rng(seed)
    out = []
    for n in (150, 250)[: len(model.blocks)]:
        rows = rng.normal(size=(stack, n, model.p)) + rng.normal(size=(stack, n, 1))
        rows = rows * rng.uniform(0.7, 1.5, model.p) + rng.normal(size=model.p)
        mean = rows.mean(axis=1)
        cov = np.stack([np.cov(r.T, ddof=0) for r in rows])
        out.append(Sample.of(cov, n, mean if model.meanstructure else None))
    return tuple(out)


def off_the_minimum(model, samples, seed, spread=0.03, stack=1):
    """Parameter vectors near the start values, shape (stack, q)."""
    start = starting_points(model, samples)[0]
    rng = np.random.default_rng(seed)
    return start + spread * rng.uniform(-1, 1, (stack, len(start))) * (0.5 + np.abs(start))


def value(model, samples, theta):
    return ml.evaluate(model, theta, samples).value


def population(model, theta, samples):
    """Samples whose moments are exactly those that theta implies."""
    out = []
    for block, sample in zip(model.blocks, samples, strict=True):
        of = implied(block, theta, sample.cov, sample.mean)
        out.append(Sample.of(of.sigma, sample.n, of.mu if model.meanstructure else None))
    return tuple(out)
