"""What one asks of a fit next: where it fails, what to free, scores, tests for small samples."""

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from scrm_model.errors import EstimationError
from scrm_model.estimation.auxiliary import rows_with
from scrm_model.estimation.evaluation import residuals, scores
from scrm_model.estimation.evaluation.incomplete_residuals import scaled_residuals
from scrm_model.estimation.evaluation.modification import modification_indices
from scrm_model.estimation.evaluation.response_residuals import response_residual_vectors
from scrm_model.estimation.evaluation.response_scores import (
    check_response_method,
    response_score_frame,
)
from scrm_model.estimation.evaluation.small_sample_advice import TestAdvice, advise
from scrm_model.estimation.evaluation.small_sample_tests import Bench, bench_of, run_tests
from scrm_model.estimation.labelled import LabelledMoments
from scrm_model.estimation.observed.frames import as_pandas
from scrm_model.estimation.observed.responses.coding import categories_of, with_codes
from scrm_model.estimation.settings import TWO_STAGE

if TYPE_CHECKING:
    from scrm_model.estimation.result import Fit


class FollowUp:
    """The part of `Fit` that looks back at a solution; it only reads what `Fit` holds."""

    @property
    def _fit(self) -> "Fit":
        return cast("Fit", self)

    @cached_property
    def _bench(self) -> Bench:
        if self._fit.settings.incomplete:
            raise EstimationError(
                "small_sample_tests() needs complete rows: its corrections are not known for "
                f"missing={self._fit.settings.missing!r}. Fit with missing='listwise' to see them."
            )
        return bench_of(self._fit.bread, self._fit._measures.get("chisq"), self._fit.npar)

    def small_sample_tests(self) -> pd.DataFrame:
        """Tests of fit side by side: the usual ones, and those made for small samples.

        Returns
        -------
        DataFrame
            test, statistic, df, pvalue, cfi, rmsea, needs ("moments", or "cases" where raw data
            are needed), source, note (why a number is not there). Formulas are in
            `scrm_model.estimation.evaluation.small_sample`.

        Raises
        ------
        EstimationError
            Without a minimum, without degrees of freedom, or if F belongs to no likelihood.
        """
        return run_tests(self._bench)

    def test_advice(self) -> TestAdvice:
        """Which of `small_sample_tests` keeps its size for this N, p and df, and on what grounds.

        Raises
        ------
        EstimationError
            As `small_sample_tests`.
        """
        return advise(self._bench)

    def residual_table(self, kind: str = "raw") -> LabelledMoments:
        """Residuals of the moments, raw or scaled, as labelled matrices.

        Parameters
        ----------
        kind : {"raw", "cor", "cor.bentler", "normalized", "standardized"}
            As lavaan's ``residuals(type=)``; formulas in
            `scrm_model.estimation.evaluation.residuals`. Standardized residuals are standard
            normal in large samples if the model holds.

        Returns
        -------
        LabelledMoments
            By group if there are several.

        Raises
        ------
        ArgumentError
            If there is no such kind.
        EstimationError
            Without a minimum; or, for standardized residuals, with a singular information.
        """
        kind = residuals.check_kind(kind)
        self._need_minimum("residual_table()")
        if self._fit.settings.incomplete and kind in ("normalized", "standardized"):
            if self._fit.settings.missing in TWO_STAGE:
                raise EstimationError(
                    f"kind= needs 'raw', 'cor' or 'cor.bentler' with missing="
                    f"{self._fit.settings.missing!r}; the sampling errors of these residuals are "
                    "not computed in two stages. Use missing='fiml' for them."
                )
            sandwich = self._fit.settings.test != "standard"
            pairs = scaled_residuals(self._fit.bread, kind, sandwich)
            return self._fit._labelled([c for c, _ in pairs], [m for _, m in pairs])
        inverse = None
        if kind == "standardized":
            inverse = self._fit.bread.inverse("expected")
            if inverse is None:
                raise EstimationError(
                    "kind='standardized' needs an invertible information; "
                    + " ".join(str(p) for p in self._fit.problems)
                )
        if self._fit.compiled.responses is not None:
            vectors = response_residual_vectors(self._fit.bread, kind)
            return self._fit._labelled_responses(vectors, 0.0)
        if inverse is not None:
            inverse = inverse / self._fit.bread.n
        found = residuals.residual_moments(
            self._fit.compiled, self._fit.theta, inverse, self._fit.samples, kind
        )
        mean = [m for _, m in found if m is not None]
        return self._fit._labelled([c for c, _ in found], mean or None)

    def modification_indices(self, *, minimum: float = 0.0, sort: bool = False) -> pd.DataFrame:
        """What each parameter that the model fixes or leaves out would gain the fit if freed.

        Parameters
        ----------
        minimum : float, default 0
            Smallest index listed. 3.84 is significant at .05 for a single one chosen beforehand.
        sort : bool, default False
            Largest first; otherwise by kind, group by group.

        Returns
        -------
        DataFrame
            lhs, op, rhs, group; mi, the expected fall of the (unscaled) chi-square; epc, the
            expected change of the parameter; sepc_lv, sepc_all and sepc_nox, that change
            standardised by latent variables, by all, and by all but predictors. Candidates that
            the data could not determine are left out. Rows as lavaan's ``modindices()``.

        Raises
        ------
        EstimationError
            Without a minimum, or in two stages.

        Notes
        -----
        Formulas in `scrm_model.estimation.evaluation.modification`. An index says where the model
        and this sample disagree, not what is true: a path freed for its index alone needs a
        reason, and other data.
        """
        self._need_minimum("modification_indices()")
        if self._fit.settings.missing in TWO_STAGE:
            raise EstimationError(
                "modification_indices() needs the likelihood of the rows; score tests of moments "
                f"with missing={self._fit.settings.missing!r} are not computed. Use missing='fiml'."
            )
        frame = modification_indices(
            self._fit.compiled,
            self._fit.theta,
            self._fit.solution.space.basis,
            self._fit.samples,
            self._fit.settings.discrepancy,
        )
        frame = rows_with(frame, self._fit.settings.auxiliary, auxiliary=False)
        frame = frame[frame["mi"] >= minimum]
        if sort:
            frame = frame.sort_values("mi", ascending=False, kind="stable")
        return frame.reset_index(drop=True)

    def factor_scores(self, method: str | None = None, data: Any = None) -> pd.DataFrame:
        """What each case's answers say of its latent variables.

        Parameters
        ----------
        method : {"regression", "bartlett", "ebm"}, optional
            Regression scores (the default) vary less than the latent variable and predict it best;
            Bartlett's vary more and are unbiased. With ordinal variables there are empirical Bayes
            modal scores, ``"ebm"``, alone. Formulas in `scrm_model.estimation.evaluation.scores`
            and `scrm_model.estimation.evaluation.response_scores`.
        data : DataFrame, optional
            Other rows to score, with the same columns; by default those of the fit.

        Returns
        -------
        DataFrame
            A column for each latent variable, a row for each complete row under its index (with
            missing="fiml" for each row with an answer); several groups one below the other.
            ``"ebm"`` needs the fixed predictors of a row of `data` and takes what answers there
            are. Bartlett's has no column for a factor whose
            indicators are all latent: no answers are its own.

        Raises
        ------
        ArgumentError
            If there is no such method.
        EstimationError
            Without a minimum, or if the model was fitted to moments and `data` is not given; for
            Bartlett's scores of rows with missing cells; for ``"ebm"`` if answers are not
            independent given the latent variables.
        DataError, MissingColumnError
            If `data` is not what the model needs.
        """
        if self._fit.compiled.responses is not None:
            return self._response_scores(method, data)
        method = scores.check_method("regression" if method is None else method)
        self._need_minimum("factor_scores()")
        rows = self._fit.rows
        if data is not None:
            group = self._fit.settings.group if self._fit.table.groups else None
            needed = () if self._fit.settings.incomplete else None
            rows = scores.new_rows(data, self._fit.compiled, group, needed)
        if rows is None:
            raise EstimationError(
                "factor_scores() needs raw data; this model was fitted to Moments. Give the rows "
                "to score as data=."
            )
        return scores.score_frame(
            self._fit.compiled, self._fit.theta, self._fit.samples, self._fit.rows, rows, method
        )

    def _response_scores(self, method: str | None, data: Any) -> pd.DataFrame:
        check_response_method(method)
        self._need_minimum("factor_scores()")
        fitted, model = self._fit, self._fit.compiled
        own, ordinal = fitted.rows or (), fitted.settings.ordered
        categories, rows = categories_of(own, model.observed, ordinal, None), own
        if data is not None:
            group = fitted.settings.group if fitted.table.groups else None
            needed = [model.observed[k] for k in model.exogenous_observed]
            rows = scores.new_rows(with_codes(as_pandas(data), ordinal), model, group, needed)
        return response_score_frame(model, fitted.theta, rows, categories)

    def _need_minimum(self, what: str) -> None:
        if not self._fit.converged:
            raise EstimationError(
                f"{what} needs a converged fit; " + " ".join(str(p) for p in self._fit.problems)
            )
