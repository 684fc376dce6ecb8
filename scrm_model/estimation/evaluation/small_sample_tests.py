"""The tests of fit that a fitted model can have, side by side: a test is a row of data.

Notes
-----
Factors mend the size of the sample, eigenvalues of U Gamma the kurtosis of the data; a test that
is to keep its size with both needs both. Scaled statistics with Bartlett's factor were among the
best of ten modifications in [yang2018]_, penalised blocks with Browne's statistic the best of many
in [foldnes2026]_. `docs/small_samples.md` has every test's size in the study's model.

References
----------
.. [yang2018] Yang, M., Jiang, G., & Yuan, K.-H. (2018). The performance of ten modified rescaled
   statistics as the number of variables increases. Structural Equation Modeling, 25, 414-438.
.. [foldnes2026] Foldnes, N., Grønneberg, S., & Moss, J. (2026). Behavior Research Methods, 58, 107.
   https://doi.org/10.3758/s13428-026-02968-4
"""

from dataclasses import asdict, dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from scrm_model.errors import EstimationError
from scrm_model.estimation.evaluation import fit_measures as fm
from scrm_model.estimation.evaluation import small_sample as small
from scrm_model.estimation.evaluation.baseline import baseline_bread, baseline_test
from scrm_model.estimation.evaluation.corrections import (
    mean_var_adjusted,
    scaled_shifted,
    u_gamma_traces,
    yuan_bentler_traces,
)
from scrm_model.estimation.evaluation.eigenvalues import u_gamma_eigenvalues
from scrm_model.estimation.uncertainty.bread import Bread

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class Test:
    """What a test's name stands for.

    Attributes
    ----------
    name : str
    source : str
        Who proposed it.
    statistic : {"ml", "rls"}
        N F, or Browne's reweighted least squares.
    factor : {"", "swain", "bartlett", "yuan.2005", "yuan.2015"}
        What the statistic is multiplied by.
    reference : str
        What it is referred to: ``"chisq"`` as it is; ``"satorra.bentler"``,
        ``"yuan.bentler.mplus"``, ``"mean.var.adjusted"``, ``"scaled.shifted"`` after correction;
        ``"eba"`` and ``"peba"`` a weighted sum of chi-squares.
    blocks : int
        Of eigenvalues; 0 leaves every one as it is.
    """

    name: str
    source: str
    statistic: str = "ml"
    factor: str = ""
    reference: str = "chisq"
    blocks: int = 0

    # Classes called Test are taken for tests by pytest.
    __test__ = False

    @property
    def needs(self) -> str:
        """``"moments"``, or ``"cases"`` where fourth-order moments enter."""
        return "moments" if self.reference == "chisq" else "cases"


_SB, _EBA, _PEBA = "Satorra & Bentler 1994", "Foldnes & Grønneberg 2018", "Foldnes et al. 2024"
TESTS = (
    Test("standard", "Jöreskog 1970"),
    Test("swain", "Swain 1975; Herzog & Boomsma 2009", factor="swain"),
    Test("bartlett", "Bartlett 1950; Nevitt & Hancock 2004", factor="bartlett"),
    Test("yuan.2005", "Yuan 2005", factor="yuan.2005"),
    Test("yuan.2015", "Yuan, Tian & Yanagihara 2015", factor="yuan.2015"),
    Test("browne.rls", "Browne 1974", "rls"),
    Test("satorra.bentler", _SB, "ml", "", "satorra.bentler"),
    Test("satorra.bentler.bartlett", "Nevitt & Hancock 2004", "ml", "bartlett", "satorra.bentler"),
    Test("satorra.bentler.rls", f"{_SB}; Browne 1974", "rls", "", "satorra.bentler"),
    Test("yuan.bentler.mplus", "Yuan & Bentler 2000", "ml", "", "yuan.bentler.mplus"),
    Test("mean.var.adjusted", _SB, "ml", "", "mean.var.adjusted"),
    Test("scaled.shifted", "Asparouhov & Muthén 2010", "ml", "", "scaled.shifted"),
    Test("eba2", _EBA, "ml", "", "eba", 2),
    Test("eba4", _EBA, "ml", "", "eba", 4),
    Test("peba4", _PEBA, "ml", "", "peba", 4),
    Test("all", _EBA, "ml", "", "eba"),
    Test("eba2.rls", _EBA, "rls", "", "eba", 2),
    Test("eba4.rls", _EBA, "rls", "", "eba", 4),
    Test("peba2.rls", _PEBA, "rls", "", "peba", 2),
    Test("peba4.rls", f"{_PEBA}, 2026", "rls", "", "peba", 4),
    Test("all.rls", _EBA, "rls", "", "eba"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tested:
    """One test of one fit.

    Attributes
    ----------
    test : str
    statistic, df, pvalue : float
        For a weighted sum of chi-squares the statistic is the uncorrected one.
    cfi, rmsea : float
        On the corrected statistic; robust ones where the test is robust.
    needs, source : str
        See `Test`.
    note : str
        Why a number is not there; empty if all are.
    """

    test: str
    statistic: float
    df: float
    pvalue: float
    cfi: float
    rmsea: float
    needs: str
    source: str
    note: str = ""

    __test__ = False


@dataclass(frozen=True, eq=False)
class Bench:
    """A fitted model on which tests are tried.

    Attributes
    ----------
    bread : Bread
        Under a likelihood.
    chi2 : float
        N F.
    df : int
        At least 1.
    """

    bread: Bread
    chi2: float
    df: int

    @property
    def groups(self) -> int:
        """Number of groups."""
        return len(self.bread.samples)

    @cached_property
    def _means(self) -> list[tuple[NDArray, NDArray]] | None:
        if not self.bread.model.meanstructure:
            return None
        pairs = zip(self.bread.samples, self.bread.implied, strict=True)
        return [(s.mean[0], i.mu[0]) for s, i in pairs if s.mean is not None]

    @cached_property
    def rls(self) -> float:
        """Browne's reweighted least squares statistic."""
        samples = self.bread.samples
        return small.rls_statistic(
            [s.cov[0] for s in samples],
            [i.sigma[0] for i in self.bread.implied],
            [s.n for s in samples],
            self._means,
        )

    @cached_property
    def eigenvalues(self) -> NDArray:
        """Of U Gamma, shape (df,), descending."""
        return u_gamma_eigenvalues(self.bread, self.df)

    @cached_property
    def baseline(self) -> tuple[float, int]:
        """Chi-square and df of the baseline model."""
        return baseline_test(self.bread)

    def _baseline_mean(self, reference: str) -> float:
        """What the statistic of the baseline model would have as its mean if that model held."""
        if reference == "chisq":
            return float(self.baseline[1])
        plain = baseline_bread(self.bread)
        if reference == "yuan.bentler.mplus":
            h1, h0 = yuan_bentler_traces(plain, "observed")
            return h1 - h0
        return u_gamma_traces(plain, square=False)[0]

    @cached_property
    def _no_factor(self) -> str:
        if self.groups > 1:
            return "The factor was derived for one group."
        if self._means is not None:
            (seen, mu), spread = self._means[0], np.sqrt(np.diag(self.bread.samples[0].cov[0]))
            if (np.abs(seen - mu) > 1e-4 * spread).any():
                return "The factor was derived for covariances; this model restricts means."
        return ""

    def factor(self, name: str) -> float:
        """What a small-sample correction multiplies the statistic by."""
        model, n = self.bread.model, self.bread.n
        p, factors = model.p, len(model.table.latent)
        if name == "swain":
            return small.swain_factor(p, self.df, n)
        if name == "bartlett":
            return small.bartlett_factor(p, factors, n)
        if name == "yuan.2005":
            return small.yuan_factor(p, factors, n)
        if name == "yuan.2015":
            # Moments of fixed x count as parameters here: they are reproduced as if they were.
            npar = p * (p + 1) // 2 - self.df
            return small.empirical_factor(p, npar, self.bread.samples[0].cases, n)
        return 1.0

    def why_not(self, test: Test) -> str:
        """Why a test cannot be had; empty if it can."""
        if test.needs == "cases":
            if self.bread.data is None:
                return "Needs the answers themselves; the model was fitted to Moments."
            if not np.isfinite(self.eigenvalues).all():
                return "The information is singular."
        if not test.factor:
            return ""
        few = not self._no_factor and self.factor(test.factor) <= 0
        return "There are too few cases for this factor." if few else self._no_factor

    def run(self, test: Test) -> Tested:
        """One test."""
        note = self.why_not(test)
        if note:
            return Tested(test.name, NAN, NAN, NAN, NAN, NAN, test.needs, test.source, note)
        statistic, df, pvalue, mean = self.refer(test)
        cfi, rmsea, note = self._indices(test, mean)
        return Tested(
            test.name, statistic, df, pvalue, cfi, rmsea, test.needs, test.source, note
        )  # fmt: skip

    def _value(self, test: Test) -> float:
        return (self.rls if test.statistic == "rls" else self.chi2) * self.factor(test.factor)

    def refer(self, test: Test) -> tuple[float, float, float, float]:
        """Statistic, df, p, and the mean of the uncorrected statistic if the model holds."""
        value, df, reference = self._value(test), self.df, test.reference
        if reference == "chisq":
            return value, df, fm.chi2_sf(value, df), df
        if reference == "yuan.bentler.mplus":
            h1, h0 = yuan_bentler_traces(self.bread, "observed")
            statistic = value * df / (h1 - h0)
            return statistic, df, fm.chi2_sf(statistic, df), h1 - h0
        found = self.eigenvalues
        trace, trace2 = float(found.sum()), float(found @ found)
        if reference == "satorra.bentler":
            statistic = value * df / trace
            return statistic, df, fm.chi2_sf(statistic, df), trace
        if reference in {"eba", "peba"}:
            means = small.block_means if reference == "eba" else small.penalised_block_means
            weights = means(found, test.blocks or df)
            return value, df, small.weighted_chi2_sf(value, weights), trace
        adjust = mean_var_adjusted if reference == "mean.var.adjusted" else scaled_shifted
        out = adjust(value, df, trace, trace2)
        return out.stat, out.df, out.pvalue, trace

    def _indices(self, test: Test, mean: float) -> tuple[float, float, str]:
        """CFI and RMSEA, robust ones where the test is, and why one is not there."""
        lack, n = self._value(test) - mean, self.bread.n
        rmsea = float(np.sqrt(max(lack, 0.0) / (self.df * n) * self.groups))
        if test.statistic == "rls":
            return NAN, rmsea, "CFI: the baseline model has no statistic of this kind."
        # Of the baseline model the statistic is not corrected for the size of the sample.
        lack_0 = self.baseline[0] - self._baseline_mean(test.reference)
        worst = max(lack, lack_0, 0.0)
        return (1.0 if worst == 0 else 1.0 - max(lack, 0.0) / worst), rmsea, ""


def bench_of(bread: Bread, chi2: float | None, npar: int) -> Bench:
    """A fitted model on which tests can be tried.

    Parameters
    ----------
    bread : Bread
    chi2 : float or None
        N F; None without a minimum.
    npar : int
        Free parameters less equality constraints.

    Raises
    ------
    EstimationError
        If there is no minimum, F belongs to no likelihood, or the model is saturated.
    """
    if chi2 is None:
        raise EstimationError("Tests of fit need a converged fit; this one has no minimum.")
    if not bread.discrepancy.likelihood:
        raise EstimationError(
            "Small-sample tests need maximum likelihood; this model was fitted by "
            f"{bread.discrepancy.name}. Fit it with estimator='ML' or a relative of it."
        )
    df = bread.model.n_moments - npar
    if df <= 0:
        raise EstimationError(
            "Tests of fit need degrees of freedom; this model has none. It reproduces any sample: "
            "test single parameters instead."
        )
    return Bench(bread, chi2, df)


def run_tests(bench: Bench) -> pd.DataFrame:
    """Every test of `TESTS`, in its order: the columns are those of `Tested`."""
    return pd.DataFrame([asdict(bench.run(test)) for test in TESTS])
