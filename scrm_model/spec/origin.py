"""Where a model came from: the study's claims, and the variables that stand for its constructs."""

from collections.abc import Mapping
from dataclasses import dataclass

from scrm_model.study.claims import Study


@dataclass(frozen=True, slots=True)
class Origin:
    """The study behind a model.

    Attributes
    ----------
    study : Study
    variables : mapping of str to tuple of str
        Variables of the model that stand for each construct: one, or one a dimension.
    """

    study: Study
    variables: Mapping[str, tuple[str, ...]]

    def standing_for(self, construct: str) -> tuple[str, ...]:
        """Variables that stand for a construct; its own id where the model does not know it."""
        return tuple(self.variables.get(construct, (construct,)))

    def mediation_pairs(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Source and target of every mediation claim, with the mediators as variables."""
        pairs: dict[tuple[str, str], tuple[str, ...]] = {}
        for claim in self.study.mediations:
            mediators = tuple(v for m in claim.mediators for v in self.standing_for(m))
            for construct in claim.sources:
                for source in self.standing_for(construct):
                    for target in self.standing_for(claim.target):
                        known = pairs.get((source, target), ())
                        pairs[source, target] = tuple(dict.fromkeys(known + mediators))
        return pairs
