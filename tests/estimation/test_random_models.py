"""Five hundred random models: what holds for all of them, whatever their graph."""

import warnings
from dataclasses import dataclass

import numpy as np
from estimation.builders import Shape, compiled, off_the_minimum, population, random_samples, value
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scrm_model.errors import InadmissibleWarning
from scrm_model.estimation.discrepancy import ml
from scrm_model.estimation.fit import fit
from scrm_model.estimation.observed.moments import Moments
from scrm_model.estimation.observed.sample import Sample

CASES = 1000  # in each group: samples near their population


def examples(count):
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


@dataclass(frozen=True)
class Graph:
    """A random model, identified by the way it is drawn.

    `lines` are (head, terms); `blocks` are the variables that must keep a common unit because
    parameters of theirs are equal.
    """

    lines: tuple
    blocks: tuple
    groups: tuple
    means: bool
    seed: int

    def text(self, rng=None):
        lines = []
        for head, terms in self.lines:
            first, *rest = terms
            # Another first indicator would be another marker, and could have a label.
            rest = list(rng.permutation(rest)) if rng is not None and rest else rest
            lines.append(head + " + ".join([first, *rest]))
        return "\n".join(rng.permutation(lines) if rng is not None else lines)

    @property
    def shape(self):
        return Shape(self.text(), self.groups, {"meanstructure": True} if self.means else {})


def label(name, groups):
    return f"c({name}1, {name}2)*" if groups else f"{name}*"


@st.composite
def graphs(draw):
    """Two to four nodes, measured by two to four indicators or observed, in a DAG or under a factor

    of second order; cross-loadings, residual covariances, equal parameters, means, groups.
    """
    sizes = draw(st.lists(st.sampled_from([1, 2, 3, 3, 4]), min_size=2, max_size=4))
    if max(sizes) == 1:
        sizes[0] = 3
    groups = ("one", "two") if draw(st.booleans()) else ()
    items = [[f"x{k}{j}" for j in range(size)] for k, size in enumerate(sizes)]
    names = [f"f{k}" if size > 1 else items[k][0] for k, size in enumerate(sizes)]
    wide = [k for k, size in enumerate(sizes) if size > 2]
    terms = {k: list(items[k]) for k, size in enumerate(sizes) if size > 1}
    lines, blocks = [], [[name] for own in items for name in own]
    if wide and draw(st.booleans()):
        k = draw(st.sampled_from(wide))
        a, b = items[k][1:3]
        if draw(st.booleans()):
            terms[k][1:3] = [label("a", groups) + a, label("a", groups) + b]
        else:
            lines += [(f"{v} ~~ ", [label("a", groups) + v]) for v in (a, b)]
        blocks = [v for v in blocks if v[0] not in (a, b)] + [[a, b]]
    if len(wide) > 1 and draw(st.booleans()):
        one, other = draw(st.permutations(wide))[:2]
        terms[one].append(items[other][-1])
    if len(wide) > 1 and draw(st.booleans()):
        one, other = draw(st.permutations(wide))[:2]
        lines.append((f"{items[one][0]} ~~ ", [items[other][0]]))
    lines += [(f"f{k} =~ ", own) for k, own in terms.items()]
    if len(names) > 2 and min(sizes) > 1 and draw(st.booleans()):
        lines.append(("t =~ ", names))
    else:
        for j in range(1, len(names)):
            of = draw(st.sets(st.sampled_from(range(j)), min_size=1))
            lines.append((f"{names[j]} ~ ", [names[i] for i in sorted(of)]))
    return Graph(
        tuple((head, tuple(t)) for head, t in lines),
        tuple(map(tuple, blocks)),
        groups,
        bool(groups) or draw(st.booleans()),
        draw(st.integers(0, 10**6)),
    )


def truth(model, rng):
    """Parameters of a population in which nothing is weak, shape (1, q)."""
    theta = np.empty((1, model.n_parameters))
    for number, row in enumerate(model.first_row):
        v = model.table.parameters[row]
        alone = v.op == "~~" and v.lhs == v.rhs
        low, high = {"=~": (0.7, 1.1), "~": (0.3, 0.5), "~1": (-1, 1)}.get(
            v.op, (0.5, 0.8) if alone else (0.1, 0.2)
        )
        theta[0, number] = rng.uniform(low, high)
    # The second loading of an indicator is a small one.
    rows = [model.table.parameters[row] for row in model.first_row]
    for number, v in enumerate(rows):
        if v.op == "=~" and v.rhs in model.observed and v.lhs[1:] != v.rhs[1:2]:
            theta[0, number] *= 0.4
    return theta


def drawn_samples(graph):
    """Moments of cases drawn from the model, one a group, with the names of their variables."""
    model = compiled(graph.shape)
    rng = np.random.default_rng(graph.seed)
    p = model.p
    one = Sample.of((np.eye(p) + 0.3)[None], CASES, rng.normal(size=(1, p)))
    at = population(model, truth(model, rng), (one,) * len(model.blocks))
    out = []
    for sample in at:
        mean = one.mean[0] if sample.mean is None else sample.mean[0]
        rows = rng.multivariate_normal(mean, sample.cov[0], size=CASES)
        out.append((np.cov(rows.T), rows.mean(axis=0)))
    return model.observed, out


def estimated(graph, text, names, samples, **options):
    moments = [Moments(cov, CASES, mean=mean, names=list(names)) for cov, mean in samples]
    data = dict(zip(graph.groups, moments, strict=True)) if graph.groups else moments[0]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InadmissibleWarning)
        return fit(text, data, meanstructure=graph.means, **options)


def standardised(found):
    """std_all by parameter, whichever way round a covariance is written."""
    frame = found.parameters
    keys = zip(frame["lhs"], frame["op"], frame["rhs"], frame["group"], strict=True)
    out = {}
    for (lhs, op, rhs, group), std in zip(keys, frame["std_all"], strict=True):
        sides = tuple(sorted((lhs, rhs))) if op == "~~" else (lhs, rhs)
        out[*sides, op, group] = std
    return out


def assert_same(one, other):
    assert one.converged
    assert other.converged
    assert one.df == other.df
    np.testing.assert_allclose(one.measures["chisq"], other.measures["chisq"], atol=1e-5, rtol=1e-6)
    mine, theirs = standardised(one), standardised(other)
    assert mine.keys() == theirs.keys()
    np.testing.assert_allclose(list(mine.values()), [theirs[k] for k in mine], rtol=2e-3, atol=2e-4)


@examples(200)
@given(graphs())
def test_gradient_and_information_equal_finite_differences(graph):
    model = compiled(graph.shape)
    samples = random_samples(model, graph.seed)
    theta = off_the_minimum(model, samples, graph.seed, spread=0.02)
    q, step = model.n_parameters, 1e-5
    moves = np.concatenate([np.eye(q), -np.eye(q)]) * step

    def repeated(of):
        return tuple(s.take(np.zeros(2 * q, dtype=int)) for s in of)

    found = ml.gradient(model, ml.evaluate(model, theta, samples), samples)[0]
    ends = value(model, repeated(samples), theta + moves)
    np.testing.assert_allclose(found, (ends[:q] - ends[q:]) / (2 * step), rtol=2e-5, atol=2e-7)

    at = population(model, theta, samples)
    point = ml.evaluate(model, theta + moves, repeated(at))
    slopes = ml.gradient(model, point, repeated(at))
    information = ml.information(model, ml.evaluate(model, theta, at), at)[0]
    np.testing.assert_allclose(
        (slopes[:q] - slopes[q:]) / (2 * step), 2 * information, rtol=1e-5, atol=1e-6
    )


@examples(100)
@given(graphs())
def test_units_do_not_matter(graph):
    names, samples = drawn_samples(graph)
    rng = np.random.default_rng(graph.seed)
    scale = np.empty(len(names))
    for block in graph.blocks:
        scale[[names.index(v) for v in block]] = 10 ** rng.uniform(-2, 2)
    scaled = [(cov * np.outer(scale, scale), mean * scale) for cov, mean in samples]
    one = estimated(graph, graph.text(), names, samples)
    assert_same(one, estimated(graph, graph.text(), names, scaled))


@examples(100)
@given(graphs())
def test_order_does_not_matter(graph):
    names, samples = drawn_samples(graph)
    rng = np.random.default_rng(graph.seed)
    order = rng.permutation(len(names))
    mixed = [(cov[np.ix_(order, order)], mean[order]) for cov, mean in samples]
    one = estimated(graph, graph.text(), names, samples)
    other = estimated(graph, graph.text(rng), [names[k] for k in order], mixed)
    assert_same(one, other)


@examples(100)
@given(graphs())
def test_choice_of_scale_does_not_matter(graph):
    names, samples = drawn_samples(graph)
    one = estimated(graph, graph.text(), names, samples)
    assert_same(one, estimated(graph, graph.text(), names, samples, std_lv=True))
