"""Interviews as a value: sample, themes by informant, guide, relations, contradictions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from scrm_model.errors import StudyError, did_you_mean
from scrm_model.interviews.evidence import Cited, Evidence
from scrm_model.interviews.records import (
    Difference,
    Informant,
    Relation,
    Repeat,
    Theme,
    Topic,
)
from scrm_model.interviews.wording import Text

if TYPE_CHECKING:
    import pandas as pd

SEQUENCES = ("informants", "themes", "guide", "relations", "repeats", "differences", "notes")


@dataclass(frozen=True, slots=True, repr=False)
class Interviews(Evidence):
    """What informants said, as frozen data.

    Parameters
    ----------
    name : Text or str
        Title.
    informants : sequence of Informant
        Who was interviewed.
    themes : sequence of Theme
        What they spoke of.
    guide : sequence of Topic
        What they were asked.
    relations : sequence of Relation
        Effects of one construct on another that passages speak for.
    repeats : sequence of Repeat
        Passages that are printed for two themes.
    differences : sequence of Difference
        Where a publication contradicts itself.
    notes : sequence of Text
        What a reader of the counts must know.

    Raises
    ------
    StudyError
        If an id comes twice, or an informant or a theme is named that does not exist.
    """

    name: Text
    informants: tuple[Informant, ...]
    themes: tuple[Theme, ...]
    guide: tuple[Topic, ...] = ()
    relations: tuple[Relation, ...] = ()
    repeats: tuple[Repeat, ...] = ()
    differences: tuple[Difference, ...] = ()
    notes: tuple[Text, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", Text.of(self.name))
        for field in SEQUENCES:
            object.__setattr__(self, field, tuple(getattr(self, field)))
        _check(self)

    @property
    def informant_ids(self) -> tuple[str, ...]:
        """Who was interviewed, in order."""
        return tuple(informant.id for informant in self.informants)

    @property
    def cited(self) -> tuple[Cited, ...]:
        """Each theme, its construct and who spoke of it, in order."""
        return tuple(Cited(t.id, t.construct, t.informants) for t in self.themes)

    @property
    def wordings(self) -> dict[str, Text]:
        """What each theme says, by its id."""
        return {theme.id: theme.text for theme in self.themes}

    @property
    def remarks(self) -> tuple[Text, ...]:
        """What a reader of the counts must know."""
        return self.notes

    def relation(self, source: str, target: str) -> Relation | None:
        """The relation of two constructs, or None where no passage speaks for it.

        Parameters
        ----------
        source, target : str
            Cause and effect.

        Returns
        -------
        Relation or None
        """
        return next((r for r in self.relations if r.path == (source, target)), None)

    @property
    def frame(self) -> pd.DataFrame:
        """One row for each informant cited for a theme: construct, theme, informant, en, fr."""
        return _table(
            ["construct", "theme", "informant", "en", "fr"],
            [
                (t.construct, t.id, w, t.text.en, t.text.fr)
                for t in self.themes
                for w in t.informants
            ],
        )

    @property
    def sample(self) -> pd.DataFrame:
        """One row for each informant: informant, age, gender, role, years_in_post, minutes."""
        return _table(
            ["informant", "age", "gender", "role", "years_in_post", "minutes"],
            [
                (i.id, i.age, i.gender, str(i.role), i.years_in_post, i.minutes)
                for i in self.informants
            ],
        )

    @property
    def topics(self) -> pd.DataFrame:
        """One row for each question of the guide: question, constructs, paths, en, fr."""
        return _table(
            ["question", "constructs", "paths", "en", "fr"],
            [
                (t.id, ", ".join(t.constructs), _paths(t.paths), t.text.en, t.text.fr)
                for t in self.guide
            ],
        )

    @property
    def evidence(self) -> pd.DataFrame:
        """One row for each relation: source, target, origin, references, passages, echoes, who.

        ``who`` are those who spoke of both constructs, which is not to say that they linked them.
        """
        return _table(
            ["source", "target", "origin", "references", "passages", "echoes", "informants", "who"],
            [
                (
                    r.source, r.target, r.origin, ", ".join(r.references), r.passages, r.echoes,
                    len(who := self.informants_on_both(*r.path)), ", ".join(who),
                )
                for r in self.relations
            ],
        )  # fmt: skip

    def informants_on_both(self, source: str, target: str) -> tuple[str, ...]:
        """Those who spoke of both constructs, in order."""
        spoke = set(self.informants_on(target))
        return tuple(who for who in self.informants_on(source) if who in spoke)

    def printed_together(self) -> pd.DataFrame:
        """How many passages are printed for both of two themes.

        Returns
        -------
        DataFrame
            themes × themes; on the diagonal the passages of each.
        """
        import pandas as pd  # noqa: PLC0415 - the claims need no third-party package

        ids = [theme.id for theme in self.themes]
        place = {id: k for k, id in enumerate(ids)}
        table = [[0] * len(ids) for _ in ids]
        for k, theme in enumerate(self.themes):
            table[k][k] = len(theme.informants)
        for repeat in self.repeats:
            one, two = place[repeat.first[0]], place[repeat.second[0]]
            table[one][two] += 1
            table[two][one] += 1
        return pd.DataFrame(table, index=pd.Index(ids), columns=pd.Index(ids))

    def __repr__(self) -> str:
        counts = self.construct_counts()
        told = ", ".join(f"{r.construct} {r.informants}" for r in counts.itertuples())
        return (
            f"Interviews '{self.name}': {len(self.informants)} informants, {len(self.themes)} "
            f"themes; informants by construct: {told}"
        )

    def _repr_html_(self) -> str:
        counts = self.theme_counts().drop(columns="share").to_html(index=False)
        told = [d.text for d in self.differences] + list(self.notes)
        notes = "".join(f"<li>{escape(str(text))}</li>" for text in told)
        return f"<h4>{escape(str(self.name))}</h4>{self.sample.to_html(index=False)}{counts}" + (
            f"<ul>{notes}</ul>" if notes else ""
        )


def _paths(paths: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{source} → {target}" for source, target in paths)


def _table(columns: list[str], rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    import pandas as pd  # noqa: PLC0415 - the claims need no third-party package

    return pd.DataFrame(rows, columns=columns)


def _check(interviews: Interviews) -> None:
    themes = [theme.id for theme in interviews.themes]
    _once("informants", interviews.informant_ids)
    _once("themes", themes)
    _once("guide", [topic.id for topic in interviews.guide])
    _once("relations", [" → ".join(relation.path) for relation in interviews.relations])
    for theme in interviews.themes:
        _known("informants", theme.informants, interviews.informant_ids, theme.id)
        _once("informants", theme.informants)
    for repeat in interviews.repeats:
        _known("themes", (repeat.first[0], repeat.second[0]), themes, "a repeated passage")
        who = (repeat.first[1], repeat.second[1])
        _known("informants", who, interviews.informant_ids, "a repeated passage")
    if not interviews.informants:
        raise StudyError("informants= needs at least one informant; got none. Add one.")


def _once(argument: str, names: Iterable[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise StudyError(
            f"{argument}= needs each id once; got {', '.join(map(repr, twice))} more than once. "
            "Keep one."
        )


def _known(argument: str, wanted: Iterable[str], allowed: Iterable[str], place: str) -> None:
    allowed = tuple(allowed)
    for name in wanted:
        if name not in allowed:
            raise StudyError(
                f"{argument}= needs one of {', '.join(allowed) or 'none'}; got {name!r} in {place}."
                + (did_you_mean(name, allowed) or " Correct the name, or add what it stands for.")
            )
