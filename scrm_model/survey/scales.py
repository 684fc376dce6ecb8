"""The scales of a study: which items measure which construct, and on how many points."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scrm_model.errors import ScaleError, did_you_mean
from scrm_model.study.claims import Study, Text
from scrm_model.survey.items import Attention, Choice, Item, Question, Scale
from scrm_model.survey.reading import read_instrument

__all__ = ["Attention", "Choice", "Item", "Question", "Scale", "Scales"]

Points = int | tuple[int, int]
Anchors = Sequence[str | Text]


@dataclass(frozen=True, slots=True, repr=False)
class Scales(Mapping[str, Scale]):
    """Scales by construct id, and the questions that surround them.

    Parameters
    ----------
    scales : sequence of Scale
        One for each construct, in order.
    marker : Scale or None
        Items that theory relates to nothing else, to gauge method bias.
    attention : sequence of Attention
        Items with a right answer.
    screening : sequence of Question
        Whether the respondent is a key informant and the firm eligible.
    controls : sequence of Question
        Control variables.

    Raises
    ------
    ScaleError
        If a construct or a code comes twice.

    Examples
    --------
    >>> scales = Scales.build({"COMP": ["comp_1", "comp_2"], "CUSA": "cusa"}, points=7)
    >>> scales["COMP"].codes, scales.points("cusa")
    (('comp_1', 'comp_2'), (1, 7))
    """

    scales: tuple[Scale, ...]
    marker: Scale | None = None
    attention: tuple[Attention, ...] = ()
    screening: tuple[Question, ...] = ()
    controls: tuple[Question, ...] = ()

    def __post_init__(self) -> None:
        for field in ("scales", "attention", "screening", "controls"):
            object.__setattr__(self, field, tuple(getattr(self, field)))
        everything = [item.code for item in self._items]
        everything += [check.code for check in self.attention]
        everything += [question.code for question in (*self.screening, *self.controls)]
        for argument, names in (("scales", list(self)), ("code", everything)):
            twice = [name for name, count in Counter(names).items() if count > 1]
            if twice:
                raise ScaleError(
                    f"{argument}= needs names that differ; got {', '.join(twice)} more than once. "
                    "Give each construct one scale and each item its own code."
                )

    @classmethod
    def from_toml(cls, source: str | Path, study: Study | None = None) -> Scales:
        """Scales from a TOML file, or from its text.

        Parameters
        ----------
        source : str or Path
            Path of the file, or the text itself (recognised by a line break).
        study : Study, optional
            Study against which constructs, facets and sources are checked.

        Returns
        -------
        Scales

        Raises
        ------
        ScaleError
            If the file cannot be read or is not a well-formed instrument; the message says
            where in the file.
        """
        scales = cls(**read_instrument(source))
        if study is not None:
            scales.check(study)
        return scales

    @classmethod
    def build(
        cls,
        items: Mapping[str, Any],
        points: Points | Mapping[str, Points] = 7,
        texts: Mapping[str, str | Text] | None = None,
        anchors: Anchors | Mapping[str, Anchors] = (),
    ) -> Scales:
        """Scales from scratch, the short way.

        Parameters
        ----------
        items : mapping of str to sequence of str
            Item codes of each construct; one code may stand alone, and a construct with
            dimensions has a mapping from dimension to codes.
        points : int, (int, int), or mapping of str to these
            Number of answers, or the lowest and the highest; for all constructs or for each.
        texts : mapping of str to str or Text, optional
            Wording by item code.
        anchors : sequence of str or Text, or mapping of str to these
            Labels of the answers: of the two ends, or of every point.

        Returns
        -------
        Scales

        Raises
        ------
        ScaleError
            If the scales are not well formed.
        """
        texts = texts or {}
        made = []
        for construct, codes in items.items():
            parts = codes if isinstance(codes, Mapping) else {"": codes}
            members = [
                Item(code, construct, Text.of(texts.get(code, "")), dimension)
                for dimension, part in parts.items()
                for code in ([part] if isinstance(part, str) else part)
            ]
            own = points[construct] if isinstance(points, Mapping) else points
            said = anchors.get(construct, ()) if isinstance(anchors, Mapping) else anchors
            labels = tuple(Text.of(label) for label in said)
            made.append(Scale(construct, tuple(members), own, labels))  # type: ignore[arg-type]
        return cls(tuple(made))

    # ---- a mapping by construct id

    def __getitem__(self, construct: str) -> Scale:
        for scale in self.scales:
            if scale.construct == construct:
                return scale
        raise UnknownScaleError(
            f"construct= needs one of {', '.join(self)}; got {construct!r}."
            + (did_you_mean(construct, self) or " Give it a scale.")
        )

    def __iter__(self) -> Iterator[str]:
        return (scale.construct for scale in self.scales)

    def __len__(self) -> int:
        return len(self.scales)

    # ---- items

    @property
    def _items(self) -> tuple[Item, ...]:
        marker = (self.marker,) if self.marker else ()
        return tuple(item for scale in (*self.scales, *marker) for item in scale.items)

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the items of all constructs, in order; marker and checks are not among them."""
        return tuple(code for scale in self.scales for code in scale.codes)

    def item(self, code: str) -> Item:
        """Item with a code, of a construct or of the marker.

        Parameters
        ----------
        code : str
            The code.

        Returns
        -------
        Item

        Raises
        ------
        ScaleError
            If there is none.
        """
        for item in self._items:
            if item.code == code:
                return item
        known = [i.code for i in self._items]
        raise UnknownScaleError(
            f"code= needs the code of an item; got {code!r}."
            + (did_you_mean(code, known) or f" The items are {', '.join(known)}.")
        )

    def points(self, code: str) -> tuple[int, int]:
        """Lowest and highest answer to an item.

        Parameters
        ----------
        code : str
            Code of an item of a construct or of the marker.

        Returns
        -------
        tuple of (int, int)

        Raises
        ------
        ScaleError
            If there is no such item.
        """
        construct = self.item(code).construct
        if self.marker and construct == self.marker.construct:
            return self.marker.points
        return self[construct].points

    # ---- against a study

    def check(self, study: Study) -> None:
        """Raise `ScaleError` unless these are the scales of a study.

        Parameters
        ----------
        study : Study
            The study.

        Raises
        ------
        ScaleError
            If a construct has no scale or a scale no construct, or if an item names a
            dimension, a facet or a source that the study does not know.
        """
        self.restricted_to(study)
        sources = [reference.key for reference in study.bibliography]
        for scale in self.scales:
            _known("construct", scale.construct, study.construct_ids, "a scale")
            construct = study.construct(scale.construct)
            dimensions = [dimension.id for dimension in construct.dimensions] or [""]
            facets = [facet.id for facet in construct.facets]
            for item in scale.items:
                _known("dimension", item.dimension, dimensions, f"item {item.code}")
                if item.facet:
                    _known("facet", item.facet, facets, f"item {item.code}")
                for key in item.source:
                    _known("source", key, sources, f"item {item.code}")

    def restricted_to(self, study: Study) -> Scales:
        """Scales of the constructs that a study has.

        Parameters
        ----------
        study : Study
            The study.

        Returns
        -------
        Scales

        Raises
        ------
        ScaleError
            If a construct of the study has no scale.
        """
        for construct in study.construct_ids:
            _known("scales", construct, tuple(self), "the study, a construct without a scale")
        kept = (scale for scale in self.scales if scale.construct in study.construct_ids)
        return replace(self, scales=tuple(kept))

    def without(self, *names: str) -> Scales:
        """Scales without some constructs or items.

        Parameters
        ----------
        *names : str
            Construct ids or item codes.

        Returns
        -------
        Scales

        Raises
        ------
        ScaleError
            If a name is unknown, or if a construct would be left without items.
        """
        for name in names:
            _known("names", name, (*self, *self.codes), "without()")
        return replace(
            self,
            scales=tuple(
                replace(scale, items=tuple(i for i in scale.items if i.code not in names))
                for scale in self.scales
                if scale.construct not in names
            ),
        )

    def reworded(self, texts: Mapping[str, str | Text]) -> Scales:
        """Scales with other wordings of some items.

        Parameters
        ----------
        texts : mapping of str to str or Text
            Wording by item code; a string stands for every language.

        Returns
        -------
        Scales

        Raises
        ------
        ScaleError
            If a code is unknown.
        """
        for code in texts:
            _known("texts", code, self.codes, "reworded()")
        words = {code: Text.of(text) for code, text in texts.items()}
        made = (
            replace(
                scale,
                items=tuple(replace(i, text=words.get(i.code, i.text)) for i in scale.items),
            )
            for scale in self.scales
        )
        return replace(self, scales=tuple(made))

    def __repr__(self) -> str:
        return f"Scales({len(self)} constructs, {len(self.codes)} items)"

    def __str__(self) -> str:
        lines = [f"Scales: {len(self)} constructs, {len(self.codes)} items"]
        for scale in self.scales:
            low, high = scale.points
            lines.append(f"  {scale.construct:<8} {low}–{high}  {', '.join(scale.codes)}")
        return "\n".join(lines)


class UnknownScaleError(ScaleError, KeyError):
    """A construct or an item has no place in the scales."""


def _known(argument: str, name: str, allowed: Iterable[str], place: str) -> None:
    allowed = tuple(allowed)
    if name not in allowed:
        listed = ", ".join(map(repr, allowed)) or "(none)"
        raise ScaleError(
            f"{argument}= needs one of {listed}; got {name!r} in {place}."
            + (did_you_mean(name, allowed) or " Correct the name, or add what it stands for.")
        )
