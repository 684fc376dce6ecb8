"""A study as a value: its constructs, hypotheses and mediations, and the verbs that vary it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scrm_model.errors import StudyError
from scrm_model.study.checks import check_study, known
from scrm_model.study.questions import Questions
from scrm_model.study.reading import read_study
from scrm_model.study.records import (
    Alternative,
    Construct,
    Dimension,
    Facet,
    Hypothesis,
    Mediation,
    Reference,
    Text,
)
from scrm_model.study.rivals import apply, kept
from scrm_model.study.show import as_html, as_text

__all__ = [
    "Alternative",
    "Construct",
    "Dimension",
    "Facet",
    "Hypothesis",
    "Mediation",
    "Reference",
    "Study",
    "Text",
]


@dataclass(frozen=True, slots=True, repr=False)
class Study(Questions):
    """What is claimed, as frozen data. Every verb returns a new study.

    Parameters
    ----------
    name : Text or str
        Title of the study.
    constructs : sequence of Construct
        The theoretical variables, in the order in which they are to be shown.
    hypotheses : sequence of Hypothesis
        The direct effects claimed.
    mediations : sequence of Mediation
        The indirect effects claimed; their paths follow from the hypotheses.
    bibliography : sequence of Reference
        The publications cited.
    alternatives : sequence of Alternative
        Changes that lead to rival studies: see `rivals`.

    Raises
    ------
    StudyError
        If the study contradicts itself. A cycle among the hypotheses is no contradiction.

    Examples
    --------
    >>> study = Study.build(
    ...     constructs={"COMP": "Competence", "CUSA": "Satisfaction", "CUSL": "Loyalty"},
    ...     hypotheses=[("COMP", "CUSA"), ("CUSA", "CUSL")],
    ...     mediations=[("COMP", "CUSA", "CUSL")],
    ... )
    >>> study.indirect_paths()
    (('COMP', 'CUSA', 'CUSL'),)
    """

    name: Text
    constructs: tuple[Construct, ...]
    hypotheses: tuple[Hypothesis, ...] = ()
    mediations: tuple[Mediation, ...] = ()
    bibliography: tuple[Reference, ...] = ()
    alternatives: tuple[Alternative, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", Text.of(self.name))
        for field in ("constructs", "hypotheses", "mediations", "bibliography", "alternatives"):
            object.__setattr__(self, field, tuple(getattr(self, field)))
        check_study(self)

    @classmethod
    def build(
        cls,
        constructs: Mapping[str, str | Text] | Iterable[str],
        hypotheses: Iterable[tuple[str, str]] = (),
        mediations: Iterable[tuple] = (),
        name: str | Text = "Study",
    ) -> Study:
        """Study from scratch, the short way.

        Parameters
        ----------
        constructs : mapping of str to str or Text, or iterable of str
            Ids and names; ids alone stand for their names.
        hypotheses : iterable of (source, target)
            Direct effects, named H1, H2, … in this order and claimed positive.
        mediations : iterable of (sources, mediators, target)
            Indirect effects, named M1, M2, …; sources and mediators may be one id or several.
        name : str or Text
            Title.

        Returns
        -------
        Study

        Raises
        ------
        StudyError
            If the study contradicts itself.
        """
        named = constructs if isinstance(constructs, Mapping) else {c: c for c in constructs}
        study = cls(Text.of(name), tuple(Construct(c, Text.of(n)) for c, n in named.items()))
        for pair in hypotheses:
            study = study.with_hypothesis(*_parts(pair, 2, "hypotheses", "(source, target)"))
        for roles in mediations:
            parts = _parts(roles, 3, "mediations", "(sources, mediators, target)")
            study = study.with_mediation(*parts)
        return study

    @classmethod
    def from_toml(cls, source: str | Path) -> Study:
        """Study from a TOML file, or from its text.

        Parameters
        ----------
        source : str or Path
            Path of the file, or the text itself (recognised by a line break).

        Returns
        -------
        Study

        Raises
        ------
        StudyError
            If the file cannot be read or the study contradicts itself; the message says where in
            the file.

        Examples
        --------
        >>> text = '''
        ... name = { en = "Loyalty", fr = "Fidélité" }
        ... [[construct]]
        ... id = "SAT"
        ... name = "Satisfaction"
        ... [[construct]]
        ... id = "LOY"
        ... [[hypothesis]]
        ... source = "SAT"
        ... target = "LOY"
        ... sign = "+"
        ... '''
        >>> Study.from_toml(text).hypotheses[0].path
        ('SAT', 'LOY')
        """
        return read_study(source, cls)

    def without(self, *ids: str) -> Study:
        """Study without some constructs, hypotheses or mediations.

        A construct takes its hypotheses and its places in mediations with it; a mediation that
        loses its target, all its sources or all its mediators goes too.

        Parameters
        ----------
        *ids : str
            Ids of what to leave out.

        Returns
        -------
        Study

        Raises
        ------
        StudyError
            If an id is unknown.
        """
        known("ids", ids, self.ids, "without()")
        gone = set(ids)
        mediations = (
            replace(
                m,
                sources=tuple(c for c in m.sources if c not in gone),
                mediators=tuple(c for c in m.mediators if c not in gone),
            )
            for m in self.mediations
            if m.id not in gone and m.target not in gone
        )
        return self._changed(
            constructs=tuple(c for c in self.constructs if c.id not in gone),
            hypotheses=tuple(h for h in self.hypotheses if not gone & {h.id, *h.path}),
            mediations=tuple(m for m in mediations if m.sources and m.mediators),
        )

    def with_construct(
        self,
        id: str,
        name: str | Text = "",
        definition: str | Text = "",
        facets: Iterable[Facet] = (),
        dimensions: Iterable[Dimension] = (),
        nature: str = "reflective",
    ) -> Study:
        """Study with one more construct.

        Parameters
        ----------
        id : str
            Its id.
        name, definition : str or Text
            Its name (the id by default) and meaning.
        facets : iterable of Facet
            The aspects that its items must cover.
        dimensions : iterable of Dimension
            Its parts, if it has any.
        nature : {"reflective", "formative"}
            Whether the items are effects of the construct or make it up.

        Returns
        -------
        Study

        Raises
        ------
        StudyError
            If the id is taken.
        """
        words = Text.of(name or id), Text.of(definition)
        new = Construct(id, *words, tuple(facets), tuple(dimensions), nature)
        return self._changed(constructs=(*self.constructs, new))

    def with_hypothesis(
        self,
        source: str,
        target: str,
        id: str | None = None,
        sign: int = 1,
        origin: str = "literature",
        references: Iterable[str] = (),
        note: str = "",
    ) -> Study:
        """Study with one more direct effect.

        Parameters
        ----------
        source, target : str
            Ids of two constructs.
        id : str, optional
            Its id; by default the number after the highest H in use.
        sign : {1, -1}
            Direction claimed.
        origin : {"interviews", "literature"}
            Which suggested it first.
        references : iterable of str
            Keys of the bibliography.
        note : str
            Anything a reader should know.

        Returns
        -------
        Study

        Raises
        ------
        StudyError
            If a construct or a reference is unknown, or the id or the path is taken.
        """
        id = id or _next_id("H", self.ids)
        new = Hypothesis(id, source, target, sign, origin, tuple(references), note)
        return self._changed(hypotheses=(*self.hypotheses, new))

    def with_mediation(
        self,
        sources: str | Iterable[str],
        mediators: str | Iterable[str],
        target: str,
        id: str | None = None,
    ) -> Study:
        """Study with one more mediation claim.

        Parameters
        ----------
        sources, mediators : str or iterable of str
            Ids of constructs.
        target : str
            Id of a construct.
        id : str, optional
            Its id; by default the number after the highest M in use.

        Returns
        -------
        Study

        Raises
        ------
        StudyError
            If a construct is unknown or has two roles, or if the id is taken.
        """
        id = id or _next_id("M", self.ids)
        new = Mediation(id, _several(sources), _several(mediators), target)
        return self._changed(mediations=(*self.mediations, new))

    def with_rival(
        self,
        id: str,
        name: str | Text = "",
        *,
        paths: Iterable[tuple[str, str]] = (),
        without: str | Iterable[str] = (),
    ) -> Study:
        """Study with one more rival to be compared with.

        Parameters
        ----------
        id : str
            Key of the rival in `rivals`.
        name : str or Text
            Its name in words (the id by default).
        paths : iterable of (source, target)
            Paths that the rival adds; they get the ids D1, D2, ….
        without : str or iterable of str
            Ids that the rival leaves out.

        Returns
        -------
        Study

        Raises
        ------
        StudyError
            If an id is unknown or taken.
        """
        first = int(_next_id("D", self.ids)[1:])
        adds = tuple(Hypothesis(f"D{i}", *pair) for i, pair in enumerate(paths, start=first))
        new = Alternative(id, Text.of(name or id), adds, _several(without))
        return replace(self, alternatives=(*self.alternatives, new))

    def renamed(self, name: str | Text) -> Study:
        """Study under another title.

        Parameters
        ----------
        name : str or Text
            The title.

        Returns
        -------
        Study
        """
        return replace(self, name=Text.of(name))

    def _changed(self, **changes: Any) -> Study:
        # Rivals follow the study: what one of them would add or drop may be gone or there already.
        bare = replace(self, alternatives=(), **changes)
        return replace(bare, alternatives=tuple(kept(self.alternatives, bare)))

    @property
    def rivals(self) -> dict[str, Study]:
        """Rival studies by their ids, in order; they have no rivals themselves."""
        bare = replace(self, alternatives=())
        return {rival.id: apply(rival, bare) for rival in self.alternatives}

    def __repr__(self) -> str:
        # One line, as it stands in the signature of every function that takes a study.
        return (
            f"Study('{self.name}': {len(self.constructs)} constructs, {len(self.hypotheses)} "
            f"hypotheses)"
        )

    def __str__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def _several(value: str | Iterable[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def _parts(value: object, count: int, argument: str, form: str) -> tuple:
    if isinstance(value, str) or not isinstance(value, Iterable) or len(tuple(value)) != count:
        raise StudyError(
            f"{argument}= needs a list of {form}; got {value!r}. Write each as {form}."
        )
    return tuple(value)


def _next_id(letter: str, taken: Iterable[str]) -> str:
    numbers = [int(t[1:]) for t in taken if t[:1] == letter and t[1:].isdecimal()]
    return f"{letter}{max(numbers, default=0) + 1}"
