"""From the invitations to the cases that are analysed: counts, rates, and what was excluded why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scrm_model.errors import ArgumentError
from scrm_model.screening.show import Listing, plain
from scrm_model.screening.words import percent, say
from scrm_model.study.records import Text

_STAGES = {
    "invited": Text("invited", "invités"),
    "undelivered": Text("of whom not reached", "dont non joints"),
    "opened": Text("opened", "ouvert"),
    "started": Text("started", "commencé"),
    "complete": Text("complete", "complet"),
}
_TITLE = Text("From the invitation to the analysis", "De l'invitation à l'analyse")
_RECEIVED = Text("rows in the data", "lignes des données")
_EXCLUDED = Text("excluded", "exclus")
_ANALYSED = Text("analysed", "analysés")


@dataclass(frozen=True, repr=False)
class Flow:
    """How many people there were at each stage before the data.

    Attributes
    ----------
    invited, undelivered, opened, started, complete : int or None
        None where it is not known.
    """

    invited: int | None = None
    undelivered: int | None = None
    opened: int | None = None
    started: int | None = None
    complete: int | None = None

    @property
    def reached(self) -> int | None:
        """Invitations that arrived, as far as is known."""
        return None if self.invited is None else self.invited - (self.undelivered or 0)

    def table(
        self, received: int | None = None, excluded: Sequence[tuple[Text, int]] = ()
    ) -> Listing:
        """The flow, with what became of the rows of the data.

        Parameters
        ----------
        received : int, optional
            Rows of the data.
        excluded : sequence of (Text, int)
            Reasons, and how many cases each.

        Returns
        -------
        Listing
            Columns stage, n, of_previous (share of the last known stage), of_invited (share of
            the invitations that arrived) and reason.
        """
        rows: list[dict[str, Any]] = []
        last = None
        for stage, name in _STAGES.items():
            n = getattr(self, stage)
            if n is None:
                continue
            base = self.invited if stage == "undelivered" else last
            rows.append(self._row(name, n, base, stage not in ("invited", "undelivered")))
            last = self.reached if stage in ("invited", "undelivered") else n
        if received is not None:
            rows.append(self._row(_RECEIVED, received, last, True))
            left = received
            for reason, n in excluded:
                rows.append(self._row(_EXCLUDED, n, received, False) | {"reason": reason})
                left -= n
            rows.append(self._row(_ANALYSED, left, received, True))
        columns = ("stage", "n", "of_previous", "of_invited", "reason")
        frame, french = plain(rows, columns)
        return Listing(_TITLE, frame, self._notes(received), (), french)

    def _row(self, stage: Text, n: int, base: int | None, rate: bool) -> dict[str, Any]:
        reached = self.reached
        return {
            "stage": stage, "n": n, "reason": "",
            "of_previous": n / base if base else np.nan,
            "of_invited": n / reached if reached and rate else np.nan,
        }  # fmt: skip

    def _notes(self, received: int | None) -> tuple[Text, ...]:
        notes = []
        if self.invited is None:
            en = "No rate of response: the number of invitations is not known (invited=)."
            fr = "Pas de taux de réponse : le nombre d'invitations n'est pas connu (invited=)."
            notes.append(Text(en, fr))
        elif self.complete is not None and self.reached:
            en = "Response rate: {rate} (complete over invitations that arrived)."
            fr = "Taux de réponse : {rate} (complets sur invitations arrivées)."
            notes.append(say(en, fr, rate=percent(self.complete / self.reached)))
        if received is not None and self.complete not in (None, received):
            en = "Rows in the data: {k}; complete answers by the flow: {m}."
            fr = "Lignes des données : {k} ; réponses complètes selon le flux : {m}."
            notes.append(say(en, fr, k=received, m=self.complete))
        return tuple(notes)

    def __repr__(self) -> str:
        return repr(self.table())

    def _repr_html_(self) -> str:
        return self.table().html()


def flow(
    invited: int | None = None,
    *,
    undelivered: int | None = None,
    opened: int | None = None,
    started: int | None = None,
    complete: int | None = None,
) -> Flow:
    """Count the stages before the data; hand it to ``screen(..., flow=...)``.

    Parameters
    ----------
    invited : int, optional
        Invitations sent.
    undelivered : int, optional
        Of these, those that came back.
    opened, started, complete : int, optional
        How many opened the questionnaire, began it, came to its end.

    Returns
    -------
    Flow

    Raises
    ------
    ArgumentError
        A number that is no count, or that exceeds an earlier stage.

    Examples
    --------
    >>> flow(2000, undelivered=100, opened=700, started=480, complete=402).reached
    1900
    """
    given = {
        "invited": invited, "undelivered": undelivered, "opened": opened, "started": started,
        "complete": complete,
    }  # fmt: skip
    counts = {name: _count(name, value) for name, value in given.items()}
    if counts["undelivered"] is not None and counts["invited"] is None:
        raise ArgumentError(
            "undelivered= needs invited= as well; got none. Give the number of invitations sent."
        )
    made = Flow(**counts)
    before, limit = "invited", made.reached
    if limit is not None and limit < 0:
        raise ArgumentError(
            f"undelivered= needs at most the {invited} invited; got {undelivered}. Correct one."
        )
    for name in ("opened", "started", "complete"):
        n = counts[name]
        if n is None:
            continue
        if limit is not None and n > limit:
            raise ArgumentError(
                f"{name}= needs at most the {limit} of {before}=; got {n}. Correct one of them."
            )
        before, limit = name, n
    return made


def _count(name: str, value: Any) -> int | None:
    if value is None:
        return None
    whole = isinstance(value, (int, np.integer)) or (isinstance(value, float) and value % 1 == 0)
    if isinstance(value, bool) or not whole or value < 0:
        raise ArgumentError(f"{name}= needs a count; got {value!r}. Give a whole number from 0.")
    return int(value)
