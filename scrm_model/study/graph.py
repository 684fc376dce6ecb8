"""Paths and order of a directed graph given as its edges."""

from collections.abc import Iterator, Sequence

Edge = tuple[str, str]


def children(nodes: Sequence[str], edges: Sequence[Edge]) -> dict[str, tuple[str, ...]]:
    """Targets of each node, in the order of `nodes`.

    Parameters
    ----------
    nodes : sequence of str
        The nodes.
    edges : sequence of (str, str)
        Source and target of each edge.

    Returns
    -------
    dict of str to tuple of str
    """
    present = set(edges)
    return {a: tuple(b for b in nodes if (a, b) in present) for a in nodes}


def _walk(
    trail: tuple[str, ...], target: str, after: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    for node in after[trail[-1]]:
        if node == target:
            yield (*trail, node)
        elif node not in trail:
            yield from _walk((*trail, node), target, after)


def simple_paths(
    nodes: Sequence[str], edges: Sequence[Edge], source: str, target: str
) -> tuple[tuple[str, ...], ...]:
    """Directed paths that visit no node twice, shortest first.

    Parameters
    ----------
    nodes : sequence of str
        The nodes; their order settles ties between paths of one length.
    edges : sequence of (str, str)
        Source and target of each edge.
    source, target : str
        First and last node.

    Returns
    -------
    tuple of tuple of str
        Each path with its two ends.
    """
    rank = {node: place for place, node in enumerate(nodes)}
    if source == target:
        return ()
    found = _walk((source,), target, children(nodes, edges))
    return tuple(sorted(found, key=lambda path: (len(path), [rank[node] for node in path])))


def _ancestors(node: str, edges: Sequence[Edge]) -> set[str]:
    found: set[str] = set()
    queue = [node]
    while queue:
        here = queue.pop()
        new = {a for a, b in edges if b == here} - found
        found |= new
        queue.extend(new)
    return found - {node}


def causal_order(nodes: Sequence[str], edges: Sequence[Edge]) -> tuple[str, ...]:
    """Nodes with causes before effects; a cycle is opened at its first node.

    Parameters
    ----------
    nodes : sequence of str
        The nodes; their order settles ties.
    edges : sequence of (str, str)
        Source and target of each edge.

    Returns
    -------
    tuple of str

    Notes
    -----
    The next node is always one with the fewest ancestors left. In a graph without cycles that
    number is zero, and this is the usual topological order; with cycles it is a node of a
    cycle that nothing outside leads to.
    """
    left, ordered = list(nodes), []
    while left:
        open_edges = [(a, b) for a, b in edges if a in left and b in left]
        node = min(left, key=lambda n: len(_ancestors(n, open_edges)))
        ordered.append(node)
        left.remove(node)
    return tuple(ordered)
