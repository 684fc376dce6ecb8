"""What can be counted of any interviews: themes by informant, and what follows.

This module and those of the article's data import no third-party package: the claims, which need
none, are derived from them. Numbers are loaded when a count is first asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from scrm_model.interviews.wording import Text, check_one_of

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    from scrm_model.interviews.saturation import Saturation

OF = ("themes", "constructs")


class Cited(NamedTuple):
    """A theme with its construct and those who spoke of it."""

    theme: str
    construct: str
    informants: tuple[str, ...]


class Evidence:
    """Counts of themes by informant, for whatever holds `informant_ids` and `cited`."""

    __slots__ = ()

    @property
    def informant_ids(self) -> tuple[str, ...]:
        """Who was interviewed, in order."""
        raise NotImplementedError

    @property
    def cited(self) -> tuple[Cited, ...]:
        """Each theme, its construct and who spoke of it, in order."""
        raise NotImplementedError

    @property
    def remarks(self) -> tuple[Text, ...]:
        """What a reader of the counts must know."""
        return ()

    @property
    def wordings(self) -> dict[str, Text]:
        """What each theme says, by its id."""
        return {c.theme: Text(c.theme) for c in self.cited}

    @property
    def construct_ids(self) -> tuple[str, ...]:
        """Constructs that the themes belong to, in order."""
        return tuple(dict.fromkeys(c.construct for c in self.cited if c.construct))

    def informants_on(self, construct: str) -> tuple[str, ...]:
        """Those who spoke of a construct, in any of its themes.

        Parameters
        ----------
        construct : str
            Its id; one that no theme belongs to gives nobody.

        Returns
        -------
        tuple of str
        """
        spoke = {who for c in self.cited if c.construct == construct for who in c.informants}
        return tuple(who for who in self.informant_ids if who in spoke)

    @property
    def matrix(self) -> pd.DataFrame:
        """Themes × informants: True where an informant spoke of a theme."""
        return _frame(self._present("themes"), self._names("themes"), self.informant_ids)

    def theme_counts(self) -> pd.DataFrame:
        """Informants by theme.

        Returns
        -------
        DataFrame
            construct, theme, informants (how many), share, who.
        """
        import pandas as pd  # noqa: PLC0415 - the claims need no third-party package

        n = len(self.informant_ids)
        rows = [
            (
                c.construct,
                c.theme,
                len(c.informants),
                len(c.informants) / n,
                ", ".join(c.informants),
            )
            for c in self.cited
        ]
        return pd.DataFrame(rows, columns=["construct", "theme", "informants", "share", "who"])

    def construct_counts(self) -> pd.DataFrame:
        """Themes and informants by construct.

        Returns
        -------
        DataFrame
            construct, themes, citations (themes × informants), informants, share, who.
        """
        import pandas as pd  # noqa: PLC0415

        rows = []
        for construct in self.construct_ids:
            own = [c for c in self.cited if c.construct == construct]
            who = self.informants_on(construct)
            citations = sum(len(c.informants) for c in own)
            share = len(who) / len(self.informant_ids)
            rows.append((construct, len(own), citations, len(who), share, ", ".join(who)))
        columns = ["construct", "themes", "citations", "informants", "share", "who"]
        return pd.DataFrame(rows, columns=columns)

    def spoken_together(self, of: str = "themes") -> pd.DataFrame:
        """How many informants spoke of both of two themes, or constructs.

        Parameters
        ----------
        of : {"themes", "constructs"}
            What is paired.

        Returns
        -------
        DataFrame
            Square; on the diagonal the informants of each.

        Raises
        ------
        ArgumentError
            If `of` is something else.
        """
        from scrm_model.interviews.counting import together  # noqa: PLC0415

        check_one_of("of", of, OF)
        names = self._names(of)
        return _frame(together(self._present(of)), names, names)

    def saturation(
        self,
        of: str = "themes",
        *,
        order: Sequence[str] | None = None,
        draws: int = 2000,
        level: float = 0.95,
        seed: int | None = None,
    ) -> Saturation:
        """How many new themes each interview brought, and would bring in a random order.

        Parameters
        ----------
        of : {"themes", "constructs"}
            What is counted.
        order : sequence of str, optional
            Informants in the order in which they were interviewed.
        draws : int
            Random orders behind the limits; up to seven interviews all orders are taken.
        level : float
            Share of the orders between the limits.
        seed : int, optional
            Of random orders.

        Returns
        -------
        Saturation

        Raises
        ------
        ArgumentError
            If an argument cannot be used.
        """
        from scrm_model.interviews.saturation import saturation_of  # noqa: PLC0415

        check_one_of("of", of, OF)
        return saturation_of(
            self._present(of), self.informant_ids, of=of, order=order, draws=draws, level=level,
            seed=seed, remarks=self.remarks,
        )  # fmt: skip

    def _names(self, of: str) -> tuple[str, ...]:
        return self.construct_ids if of == "constructs" else tuple(c.theme for c in self.cited)

    def _present(self, of: str) -> NDArray[np.bool_]:
        import numpy as np  # noqa: PLC0415

        spoke = (
            [self.informants_on(construct) for construct in self.construct_ids]
            if of == "constructs"
            else [c.informants for c in self.cited]
        )
        rows = [[who in names for who in self.informant_ids] for names in spoke]
        return np.array(rows, dtype=bool).reshape(len(spoke), len(self.informant_ids))


def _frame(
    values: NDArray[np.bool_] | NDArray[np.int64], rows: Sequence[str], columns: Sequence[str]
) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415

    return pd.DataFrame(values, index=pd.Index(rows), columns=pd.Index(columns))
