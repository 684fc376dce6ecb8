"""Arcs beside a row or a column of boxes: which of them reaches how far out."""

from collections.abc import Sequence

Span = tuple[float, float]


def lanes(spans: Sequence[Span], room: float) -> list[int]:
    """Give each arc a lane, so that arcs nest and their middles stay apart.

    Parameters
    ----------
    spans : sequence of (float, float)
        Where each arc begins and ends along the row.
    room : float
        How far apart the middles of two arcs of one lane are at least.

    Returns
    -------
    list of int
        Lanes from 0, in the order of `spans`. An arc around another one has a farther lane.
    """
    ordered = [(min(s), max(s)) for s in spans]
    out = [-1] * len(spans)
    for k in sorted(range(len(spans)), key=lambda k: (ordered[k][1] - ordered[k][0], k)):
        low, high = ordered[k]
        taken = [
            out[j]
            for j, (a, b) in enumerate(ordered)
            if out[j] >= 0 and abs((a + b) - (low + high)) / 2 < room
        ]
        inner = [
            out[j]
            for j, (a, b) in enumerate(ordered)
            if out[j] >= 0 and low <= a and b <= high and (a, b) != (low, high)
        ]
        lane = max(inner, default=-1) + 1
        while lane in taken:
            lane += 1
        out[k] = lane
    return out
