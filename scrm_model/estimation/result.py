"""What a fit found: a value, completed when asked, that nothing writes on."""

from dataclasses import dataclass
from functools import cached_property
from html import escape

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from scrm_model.errors import ArgumentError, EstimationError
from scrm_model.estimation import diagnose
from scrm_model.estimation.auxiliary import rows_with
from scrm_model.estimation.difference import EngineDifference
from scrm_model.estimation.discrepancy.responses import response_parts
from scrm_model.estimation.evaluation.corrections import Corrected
from scrm_model.estimation.evaluation.measures import all_measures, as_series
from scrm_model.estimation.evaluation.response_residuals import response_residual_vectors
from scrm_model.estimation.evaluation.stability import stability_of, unstable_loops
from scrm_model.estimation.follow_up import FollowUp
from scrm_model.estimation.frame import coefficient_names, parameter_frame
from scrm_model.estimation.implied.compiled import CompiledModel
from scrm_model.estimation.implied.moments import Implied
from scrm_model.estimation.labelled import LabelledMoments, labelled, labelled_responses
from scrm_model.estimation.observed.frames import Rows
from scrm_model.estimation.observed.responses.coding import categories_of, numbered
from scrm_model.estimation.observed.sample import Sample
from scrm_model.estimation.optimise.bounds import at_bound
from scrm_model.estimation.optimise.solve import Solution
from scrm_model.estimation.settings import Settings
from scrm_model.estimation.standardise import Scaling, r_squared, scaling
from scrm_model.estimation.summary import summary_text, test_text
from scrm_model.estimation.uncertainty.bread import Bread
from scrm_model.estimation.uncertainty.information import null_parameters
from scrm_model.spec.model import Model
from scrm_model.spec.table import ParameterTable


@dataclass(frozen=True, eq=False, repr=False)
class Fit(FollowUp):
    """An estimated model.

    Made by `scrm_model.estimation.fit.fit`; never by hand.

    Attributes
    ----------
    model : Model
        As it was given.
    settings : Settings
        What was asked, and what defaults came to.
    compiled : CompiledModel
        The engine's view of the model.
    samples : tuple of Sample
        The engine's view of the data, one a group.
    rows : tuple of Rows, or None
        Rows used, by group; None when moments stood for data.
    solution : Solution
        Where the search ended.
    """

    model: Model
    settings: Settings
    compiled: CompiledModel
    samples: tuple[Sample, ...]
    rows: tuple[Rows, ...] | None
    solution: Solution

    @property
    def table(self) -> ParameterTable:
        """The parameter table that was estimated."""
        return self.compiled.table

    @property
    def theta(self) -> NDArray[np.float64]:
        """Free parameters, shape (q,)."""
        return self.solution.theta

    @property
    def converged(self) -> bool:
        """Whether a minimum was found."""
        return self.solution.converged

    @property
    def nobs(self) -> int:
        """Cases used."""
        return sum(s.cases for s in self.samples)

    @property
    def n_original(self) -> int:
        """Rows that came, complete or not."""
        return self.nobs if self.rows is None else sum(r.n_original for r in self.rows)

    @property
    def n_missing(self) -> int:
        """Missing cells in the rows used."""
        return 0 if self.rows is None else sum(int(np.isnan(r.values).sum()) for r in self.rows)

    @property
    def npar(self) -> int:
        """Free parameters less equality constraints."""
        return self.compiled.n_parameters - self.solution.n_equalities

    @property
    def df(self) -> int:
        """Degrees of freedom."""
        return self.compiled.n_moments - self.npar

    @cached_property
    def problems(self) -> tuple[diagnose.Problem, ...]:
        """What a reader must know of this solution; empty when nothing is wrong."""
        if not self.converged:
            return (diagnose.not_converged(self.solution.iterations),)
        beside = self.settings.auxiliary
        found = diagnose.inadmissible(self.compiled, self.theta, self.samples, beside)
        found += unstable_loops(self.compiled, self.theta)
        if self._cov is None:
            null = null_parameters(self.bread.expected, self.solution.space.basis)
            names = [self.compiled.names[k] for k in null]
            found += (diagnose.information_singular(names),)
        return found

    @property
    def at_bounds(self) -> tuple[str, ...]:
        """Parameters whose estimate is at a bound, ``lower()`` or ``upper()``.

        They have a standard error as if there were no bound, and no p: an estimate at its bound
        has no normal distribution.
        """
        if self.compiled.bounds is None:
            return ()
        held = np.flatnonzero(at_bound(self.theta, self.compiled.bounds))
        return tuple(self.compiled.names[k] for k in held)

    @property
    def admissible(self) -> bool:
        """Whether the solution converged and could be a population."""
        return not self.problems

    @cached_property
    def bread(self) -> Bread:
        """What standard errors and corrected tests are made of."""
        rows = None if self.rows is None else tuple(r.values for r in self.rows)
        basis, discrepancy = self.solution.space.basis, self.settings.discrepancy
        return Bread(
            self.compiled, self.samples, self.theta, basis, rows, discrepancy,
            self.settings.auxiliary, self.settings.missing, self.solution.point,
        )  # fmt: skip

    @cached_property
    def _cov(self) -> NDArray | None:
        if not self.converged:
            return None
        return self.bread.covariance(self.settings.se, self.settings.information)

    @cached_property
    def scaling(self) -> Scaling:
        """How the table's rows are standardised."""
        return scaling(self.compiled)

    @cached_property
    def _frame(self) -> pd.DataFrame:
        return parameter_frame(self.compiled, self.scaling, self.theta, self.samples, self._cov)

    @property
    def parameters(self) -> pd.DataFrame:
        """Estimates, one row for every row of lavaan's ``parameterEstimates()``.

        Columns lhs, op, rhs, group, label, est, se, z, pvalue, ci_lower, ci_upper (95 %), std_lv,
        std_all. Fixed parameters have se 0 and no z. `group` counts from 1 and is 0 for ``:=``,
        whose standard errors are by the delta method. Without a minimum, or with a singular
        information, se and all that follows from it are NaN; `problems` says why. Rows of
        auxiliary variables are not among them, but in `auxiliary_parameters`.
        """
        return rows_with(self._frame, self.settings.auxiliary, auxiliary=False)

    @property
    def auxiliary_parameters(self) -> pd.DataFrame:
        """The rows of auxiliary variables, as `parameters`; empty without any."""
        return rows_with(self._frame, self.settings.auxiliary, auxiliary=True)

    @cached_property
    def _tested(self) -> tuple[dict[str, float], Corrected | None]:
        if not self.converged:
            return {}, None
        wanted = self.settings
        return all_measures(
            self.bread,
            self.solution.value,
            self.npar,
            wanted.test,
            wanted.information,
        )

    @property
    def _measures(self) -> dict[str, float]:
        return self._tested[0]

    @property
    def corrected_test(self) -> Corrected | None:
        """The corrected test with its scaling factor and shift; None under the standard test."""
        return self._tested[1]

    @property
    def measures(self) -> pd.Series:
        """Fit measures, keyed as lavaan's ``fitMeasures()``; empty without a minimum."""
        return as_series(self._measures)

    @cached_property
    def _implied(self) -> list[Implied]:
        return self.bread.implied

    @property
    def implied(self) -> LabelledMoments:
        """Moments that the estimates imply."""
        if self.compiled.responses is not None:
            vectors = [p.moments[0] for p in response_parts(self.bread.point)]
            return self._labelled_responses(vectors, means=[i.mu[0] for i in self._implied])
        mean = [i.mu[0] for i in self._implied] if self.compiled.meanstructure else None
        return self._labelled([i.sigma[0] for i in self._implied], mean)

    @property
    def observed(self) -> LabelledMoments:
        """Moments of the sample, divisor N.

        Where cells are missing, of the unrestricted model; with ordinal variables, of latent
        responses.
        """
        if self.compiled.responses is not None:
            return self._labelled_responses(
                [s.moments[0] for s in self.samples if s.moments is not None]
            )
        mean = [s.mean[0] for s in self.samples if s.mean is not None]
        return self._labelled([s.cov[0] for s in self.samples], mean or None)

    @property
    def residuals(self) -> LabelledMoments:
        """Sample moments minus implied moments."""
        if self.compiled.responses is not None:
            return self._labelled_responses(response_residual_vectors(self.bread, "raw"), 0.0)
        cov = [s.cov[0] - i.sigma[0] for s, i in zip(self.samples, self._implied, strict=True)]
        mean = [
            s.mean[0] - i.mu[0]
            for s, i in zip(self.samples, self._implied, strict=True)
            if s.mean is not None
        ]
        return self._labelled(cov, mean or None)

    def _labelled(self, cov: list[NDArray], mean: list[NDArray] | None) -> LabelledMoments:
        return labelled(self.compiled.observed, self.table.groups, cov, mean)

    def _labelled_responses(
        self, vectors: list[NDArray], unit: float = 1.0, means: list[NDArray] | None = None
    ) -> LabelledMoments:
        of, names = self.compiled.responses, self.compiled.observed
        assert of is not None
        return labelled_responses(of, names, self.table.groups, vectors, unit, means)

    @property
    def r2(self) -> pd.Series | pd.DataFrame:
        """Explained share of variance by dependent variable; a column a group if several.

        NaN where the residual variance is negative.
        """
        found = r_squared(self.compiled, self.theta[None], self.samples)
        columns = [pd.Series({k: float(v[0]) for k, v in f.items()}, name="r2") for f in found]
        if len(columns) == 1:
            return columns[0]
        return pd.concat(columns, axis=1, keys=list(self.table.groups))

    @property
    def stability_index(self) -> float | pd.Series:
        """Largest modulus of the eigenvalues of the paths; a Series by group if several.

        0 without feedback. From 1 on the loops do not come to rest, and `problems` says so;
        references in `scrm_model.estimation.evaluation.stability`.
        """
        found = stability_of(self.compiled, self.theta)
        if len(found) == 1:
            return found[0]
        return pd.Series(found, index=list(self.table.groups), name="stability_index")

    @property
    def params(self) -> pd.Series:
        """Free parameters, named by label or as ``CRO=~cro2``."""
        return pd.Series(self.theta, index=coefficient_names(self.compiled), name="est")

    @property
    def bse(self) -> pd.Series:
        """Standard errors of `params`."""
        return pd.Series(np.sqrt(np.diag(self.cov_params())), index=self.params.index, name="se")

    @property
    def pvalues(self) -> pd.Series:
        """Two-sided p of each of `params` being 0."""
        frame = self._frame.iloc[self.compiled.first_row]
        return pd.Series(frame["pvalue"].to_numpy(), index=self.params.index, name="pvalue")

    def cov_params(self) -> pd.DataFrame:
        """Covariance matrix of the estimates, shape (q, q).

        Raises
        ------
        EstimationError
            If there is none: no minimum was found, or the information is singular.
        """
        if self._cov is None:
            raise EstimationError(
                "cov_params() needs a converged fit with an invertible information; "
                + " ".join(str(p) for p in self.problems)
            )
        names = coefficient_names(self.compiled)
        return pd.DataFrame(self._cov, index=names, columns=names)

    def conf_int(self, alpha: float = 0.05) -> pd.DataFrame:
        """Wald intervals of `params` at level 1 - alpha: columns lower, upper.

        Raises
        ------
        ArgumentError
            If `alpha` is not between 0 and 1.
        """
        if not 0 < alpha < 1:
            raise ArgumentError(f"alpha= needs a number between 0 and 1; got {alpha!r}.")
        reach = ndtri(1 - alpha / 2) * self.bse
        return pd.DataFrame({"lower": self.params - reach, "upper": self.params + reach})

    def raw_data(self) -> tuple[NDArray, ...]:
        """Rows used, by group, each (N, p) in the order of `compiled.observed`.

        Raises
        ------
        EstimationError
            If the model was fitted to moments.
        """
        if self.rows is None:
            raise EstimationError(
                "Resampling needs raw data; this model was fitted to Moments. Fit it to a "
                "DataFrame, or use intervals that need none (method='delta' or 'montecarlo')."
            )
        return tuple(r.values for r in self.rows)

    def category_numbers(self) -> tuple[NDArray, ...]:
        """Rows by group with category numbers from 0 in the place of ordinal answers."""
        rows = self.raw_data()
        names, ordinal = self.compiled.observed, self.settings.ordered
        categories = categories_of(self.rows or (), names, ordinal, None)
        return tuple(numbered(values, names, categories) for values in rows)

    def engine_difference(self, backend: str | None = None) -> EngineDifference:
        """Fit once more with the other engine and say by how much the two differ.

        Parameters
        ----------
        backend : {"native", "semopy"}, optional
            The other engine; by default the one that was not used.

        Returns
        -------
        EngineDifference
        """
        from scrm_model.estimation.fit import refit  # noqa: PLC0415 - fit() makes Fit

        other = backend or ("semopy" if self.settings.backend == "native" else "native")
        return EngineDifference.between(self, refit(self, backend=other))

    def summary(self) -> str:
        """Everything as plain text: sample, test, indices, parameters, what is wrong."""
        return summary_text(self)

    def __repr__(self) -> str:
        state = "converged" if self.converged else "NOT converged"
        if self.converged and not self.admissible:
            state = "converged to an inadmissible solution"
        test = f", {test_text(self._measures)}" if self._measures else ""
        how = self.settings.estimator
        if self.settings.missing != "listwise":
            how += f", missing='{self.settings.missing}'"
        return f"Fit({how}, n={self.nobs}, npar={self.npar}{test}; {state})"

    def _repr_html_(self) -> str:
        head = f"<p>{escape(repr(self))}</p>"
        told = "".join(f"<li>{escape(str(p))}</li>" for p in self.problems)
        table = self.parameters.to_html(index=False, float_format="{:.3f}".format, na_rep="")
        return head + (f"<ul>{told}</ul>" if told else "") + table
