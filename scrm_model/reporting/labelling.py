"""Where the labels of arrows stand: on their own arrow, and on nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from scrm_model.reporting.shapes import LABEL_SIZES, Arrow, Box, text_width

PATH_PLACES = (0.5, 0.44, 0.56, 0.38, 0.62, 0.32, 0.68, 0.26, 0.74, 0.8, 0.2)
FAN_PLACES = (0.55, 0.62, 0.48, 0.69, 0.41, 0.76, 0.34)
FINE_PLACES = tuple(0.5 + side * k / 50 for k in range(21) for side in (1, -1))
PASSES = 3
HEIGHT = 16.0
Texts = Mapping[tuple[str, str, str], str]


def labelled(arrows: Sequence[Arrow], boxes: Sequence[Box], texts: Texts) -> list[Arrow]:
    """Give arrows their labels.

    Parameters
    ----------
    arrows : sequence of Arrow
        Without labels; those of paths before loadings.
    boxes : sequence of Box
        What no label may cover.
    texts : mapping of (str, str, str) to str
        Text by source, target and kind.

    Returns
    -------
    list of Arrow
        In the same order. Each label stands at the place of its arrow that covers least.
    """
    done = list(arrows)
    for k, arrow in enumerate(arrows):
        places = FAN_PLACES if arrow.kind == "loading" else PATH_PLACES
        done[k] = _best(done, k, boxes, texts, places)
    for _ in range(PASSES):
        wrong = clashing(done, boxes)
        if not wrong:
            break
        for k in sorted(wrong):
            done[k] = _best(done, k, boxes, texts, FINE_PLACES)
    return done


def clashing(arrows: Sequence[Arrow], boxes: Sequence[Box]) -> set[int]:
    """Say which arrows have a label that lies on a box or on another label.

    Parameters
    ----------
    arrows : sequence of Arrow
    boxes : sequence of Box

    Returns
    -------
    set of int
        Their places.
    """
    own = [(k, arrow.label) for k, arrow in enumerate(arrows) if arrow.label]
    found = {k for k, label in own if any(label.overlaps(box) for box in boxes)}
    for (j, one), (k, two) in combinations(own, 2):
        if one.overlaps(two):
            found |= {j, k}
    return found


def _best(
    arrows: Sequence[Arrow], at: int, boxes: Sequence[Box], texts: Texts, places: Sequence[float]
) -> Arrow:
    arrow = arrows[at]
    text = texts.get((arrow.source, arrow.target, arrow.kind), "")
    if not text:
        return arrow
    others = [other for k, other in enumerate(arrows) if k != at]
    used = [other.label for other in others if other.label]
    width = text_width(text, LABEL_SIZES[arrow.kind]) + 10
    spots = [Box(text, *arrow.at(t), width, HEIGHT, round=False) for t in places]
    costs = [
        500 * sum(spot.overlaps(box, 2) for box in boxes)
        + 200 * spot.overlaps(_head(arrow))
        + 300 * sum(spot.overlaps(label, 2) for label in used)
        + 30 * sum(_near(other, spot) and other.meets(spot, 1) for other in others)
        + 2 * rank
        for rank, spot in enumerate(spots)
    ]
    return replace(arrow, label=spots[costs.index(min(costs))])


def _near(arrow: Arrow, spot: Box) -> bool:
    """Whether the rectangle around an arrow comes near to a spot: quicker to say."""
    xs, ys = zip(arrow.start, arrow.control, arrow.end, strict=True)
    return (
        min(xs) - 1 < spot.x + spot.width / 2
        and max(xs) + 1 > spot.x - spot.width / 2
        and min(ys) - 1 < spot.y + spot.height / 2
        and max(ys) + 1 > spot.y - spot.height / 2
    )


def _head(arrow: Arrow) -> Box:
    """Room that the arrow-head takes."""
    return Box("", *arrow.end, 16.0, 16.0, round=False)
