"""What a path diagram is drawn from: boxes with their sizes, and which arrows join them."""

from collections.abc import Mapping
from dataclasses import dataclass

from scrm_model.reporting.layers import Edge

FAN_GAP = 10.0
FAN_ROOM = 58.0


@dataclass(frozen=True)
class Graph:
    """What is to be drawn.

    Attributes
    ----------
    sizes : mapping of str to (float, float, bool)
        Width, height and roundness of every box.
    nodes : tuple of str
        The boxes of the structural part.
    edges : tuple of (str, str)
        Arrows of the structural part.
    covariances : tuple of (str, str)
        Two-headed arrows between boxes of the structural part.
    indicators : mapping of str to tuple of str
        What fans out from a box; may itself have indicators.
    labels : mapping of (str, str, str) to str
        Text by source, target and kind of arrow; it decides how much room a label takes.
    loadings : tuple of (str, str)
        Arrows of the structural part that are loadings.
    """

    sizes: Mapping[str, tuple[float, float, bool]]
    nodes: tuple[str, ...]
    edges: tuple[Edge, ...] = ()
    covariances: tuple[Edge, ...] = ()
    indicators: Mapping[str, tuple[str, ...]] | None = None
    labels: Mapping[tuple[str, str, str], str] | None = None
    loadings: tuple[Edge, ...] = ()

    def children(self, name: str) -> tuple[str, ...]:
        """Return the indicators of `name`."""
        return (self.indicators or {}).get(name, ())

    def fan_width(self, name: str) -> float:
        """Return the width of all that fans out from `name`; 0 if nothing does."""
        widths = [max(self.sizes[c][0], self.fan_width(c)) for c in self.children(name)]
        return sum(widths) + FAN_GAP * (len(widths) - 1) if widths else 0.0

    def fan_height(self, name: str) -> float:
        """Return the height of all that fans out from `name`; 0 if nothing does."""
        heights = [self.sizes[c][1] + self.fan_height(c) for c in self.children(name)]
        return FAN_ROOM + max(heights) if heights else 0.0
