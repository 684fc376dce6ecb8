"""What each case does to a fit, as a value."""

from dataclasses import dataclass

import pandas as pd

from scrm_model.errors import NotAvailableError
from scrm_model.estimation.result import Fit
from scrm_model.estimation.settings import one_of
from scrm_model.inference.worded import Told, Worded, in_language
from scrm_model.inference.words import spoken
from scrm_model.screening.words import say
from scrm_model.study.records import Text

COLUMNS = ("gcd", "likelihood_distance", "d_chisq", "loglik", "d2")


_HEADS = {
    "case": Text("case", "cas"),
    "answered": Text("answered", "variables renseignées"),
    "d2": Text("squared distance (d²)", "distance au carré (d²)"),
    "p": Text("p of the distance", "p de la distance"),
    "loglik": Text("log-likelihood", "log-vraisemblance"),
    "gcd": Text("generalised Cook's distance", "distance de Cook généralisée"),
    "likelihood_distance": Text("likelihood distance", "distance de vraisemblance"),
    "d_chisq": Text("change of chi-square", "variation du khi-deux"),
    "changes_most": Text("changes most", "paramètre le plus touché"),
    "by_se": Text("by (standard errors)", "de (en erreurs types)"),
}
_TITLE = Text("Influential cases", "Cas influents")


@dataclass(frozen=True, eq=False, repr=False)
class Influence(Told):
    """What each case does to a fit.

    Attributes
    ----------
    fit : Fit
    frame : DataFrame
        A row for each case: case (its label in the data), group (from 1), answered (variables with
        an answer), d2 and its p, loglik, gcd, likelihood_distance, d_chisq (chi-square of all
        cases minus that without the case). Columns that this fit cannot have are not there, and
        `notes` say why.
    changes : DataFrame
        Cases by free parameters: (estimate - estimate without the case) / standard error.
    told : tuple of Text
        What could not be computed, and cases without which there is no minimum.
    """

    fit: Fit
    frame: pd.DataFrame
    changes: pd.DataFrame
    told: tuple[Text, ...] = ()

    @property
    def remarks(self) -> tuple[str, ...]:
        """What could not be computed, in English."""
        return tuple(t.get("en") for t in self.told)

    def notes(self, lang: str = "en") -> tuple[str, ...]:
        """What a reader must know: how to look at the cases, and what could not be computed.

        Parameters
        ----------
        lang : {"en", "fr"}
        """
        return spoken((self._head(), *self.told), lang)

    def tables(self, lang: str = "en", count: int = 10) -> dict[str, pd.DataFrame]:
        """The table to print, by its title.

        Parameters
        ----------
        lang : {"en", "fr"}
        count : int
            Cases, those that weigh most by the first measure that this fit has.
        """
        return in_language(self.worded(count), lang)

    def worded(self, count: int = 10) -> tuple[Worded, ...]:
        """The table with its words: ``influence``.

        Parameters
        ----------
        count : int
            Cases.
        """
        return (Worded("influence", _TITLE, self.top(count, self._order()), _HEADS),)

    def top(self, count: int = 10, by: str = "gcd") -> pd.DataFrame:
        """The cases that weigh most.

        Parameters
        ----------
        count : int
        by : str
            A column of `frame`. For `loglik` the lowest come first, for the rest the largest in
            absolute value.

        Returns
        -------
        DataFrame
            Rows of `frame`, with the parameter that each case changes most, and by how many
            standard errors.

        Raises
        ------
        NotAvailableError
            If this fit has no such column.
        """
        one_of("by", by, COLUMNS)
        if by not in self.frame:
            raise NotAvailableError(f"This fit has no {by!r}. " + " ".join(self.remarks))
        value = self.frame[by] if by == "loglik" else -self.frame[by].abs()
        at = value.sort_values(kind="stable").index[:count]
        changes = self.changes.loc[at].dropna(how="all")
        largest = changes.abs().idxmax(axis=1)
        moved = [changes.loc[k, largest[k]] for k in changes.index]
        out = self.frame.loc[at].copy()
        out["changes_most"] = largest.reindex(at)
        out["by_se"] = pd.Series(moved, index=changes.index, dtype=float).reindex(at)
        return out.reset_index(drop=True)

    def __repr__(self) -> str:
        return "\n".join([str(self._head()), self.top(by=self._order()).to_string(
            index=False, float_format="{:.3f}".format), *self.remarks])  # fmt: skip

    def _repr_html_(self) -> str:
        table = self.top(by=self._order()).to_html(index=False, float_format="{:.3f}".format)
        told = "".join(f"<p>{r}</p>" for r in self.remarks)
        return f"<p>{self._head()}</p>{table}{told}"

    def _order(self) -> str:
        return next(c for c in COLUMNS if c in self.frame)

    def _head(self) -> Text:
        order = self._order()
        return say(
            "Influence of {n} cases; those with the largest {order}. There "
            "is no cut-off: look whether a few stand apart, and at what they answered.",
            "Influence de {n} cas ; en tête, ceux dont la {head} est la plus grande. Il n'y a pas "
            "de seuil : regardez si quelques-uns se détachent, et ce qu'ils ont répondu.",
            n=len(self.frame), order=order, head=_HEADS[order].get("fr"),
        )  # fmt: skip
