"""Which construct stands in which column of a path diagram: layers by longest path."""

from collections.abc import Iterable, Sequence

Edge = tuple[str, str]


def without_cycles(nodes: Sequence[str], edges: Iterable[Edge]) -> tuple[Edge, ...]:
    """Leave out the edges that close a cycle, by depth-first search in the given order.

    Parameters
    ----------
    nodes : sequence of str
        The nodes.
    edges : iterable of (str, str)
        Source and target.

    Returns
    -------
    tuple of (str, str)
        The edges of an acyclic graph, in the order given.
    """
    targets: dict[str, list[str]] = {node: [] for node in nodes}
    given = list(dict.fromkeys(edges))
    for source, target in given:
        targets[source].append(target)
    back = {(node, node) for node in nodes}
    state = dict.fromkeys(nodes, 0)  # 0 unseen, 1 on the current path, 2 done
    for root in nodes:
        if state[root]:
            continue
        state[root] = 1
        stack = [(root, iter(targets[root]))]
        while stack:
            node, following = stack[-1]
            step = next(following, None)
            if step is None:
                state[node] = 2
                stack.pop()
            elif state[step] == 1:
                back.add((node, step))
            elif state[step] == 0:
                state[step] = 1
                stack.append((step, iter(targets[step])))
    return tuple(edge for edge in given if edge not in back)


def layers(nodes: Sequence[str], edges: Iterable[Edge]) -> dict[str, int]:
    """Put each node into the layer of the longest path that leads to it.

    Parameters
    ----------
    nodes : sequence of str
        The nodes, in the order in which cycles are to be broken.
    edges : iterable of (str, str)
        Source and target. Edges that close a cycle do not count.

    Returns
    -------
    dict of str to int
        Layer by node, from 0.
    """
    forward = without_cycles(nodes, edges)
    layer = dict.fromkeys(nodes, 0)
    # Longest paths have at most as many edges as there are nodes: repeat until nothing moves.
    for _ in nodes:
        moved = False
        for source, target in forward:
            if layer[target] < layer[source] + 1:
                layer[target], moved = layer[source] + 1, True
        if not moved:
            break
    return layer
