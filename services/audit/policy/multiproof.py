"""One proof for many leaves: the fewest nodes that with them give the root of a tree."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from shared.kernel.merkle import Node, whole


def besides(leaves: Sequence[int], size: int) -> Iterator[Node]:
    """The perfect subtrees, left to right, that hold none of some leaves of a tree of a size.

    `leaves` ascend and are below `size`; a range will do. With their hashes and those of the
    leaves every node of the tree can be worked out, its root at last (RFC 9162, 2.1.1).
    """
    for node in whole(size):
        yield from _without(leaves, 0, len(leaves), node)


def _without(leaves: Sequence[int], low: int, high: int, node: Node) -> Iterator[Node]:
    """Those below a node; `leaves[low:high]` are the ones that may lie below it."""
    height, number = node
    start, end = number << height, (number + 1) << height
    low = bisect_left(leaves, start, low, high)
    high = bisect_left(leaves, end, low, high)
    if low == high:
        yield node
    elif high - low < end - start:
        yield from _without(leaves, low, high, Node(height - 1, 2 * number))
        yield from _without(leaves, low, high, Node(height - 1, 2 * number + 1))
