"""A proof of many leaves at once gives the root, and nothing can be left out of it."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from services.audit.policy import besides
from shared.kernel.merkle import Node, hash_of, inclusion, leaf_hash, node_hash, whole
from shared.kernel.merkle import grown as grow

LEAVES = [leaf_hash(str(number).encode()) for number in range(700)]


def rebuilt(size: int, known: dict[Node, bytes]) -> bytes | None:
    """The root of a tree out of the nodes that are known; None if one can't be worked out."""

    def found(node: Node) -> bytes | None:
        if node in known or node.height == 0:
            return known.get(node)
        left = found(Node(node.height - 1, 2 * node.number))
        right = found(Node(node.height - 1, 2 * node.number + 1))
        return None if left is None or right is None else node_hash(left, right)

    hashes = [each for each in map(found, whole(size)) if each is not None]
    if len(hashes) < len(whole(size)):
        return None
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


@given(st.data())
def test_the_nodes_and_the_leaves_give_the_root_and_none_is_idle(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 700))
    leaves = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1, max_size=40)))
    tiles = grow(0, {}, LEAVES[:size])
    nodes = list(besides(leaves, size))
    known = {each: hash_of((each,), tiles) for each in nodes}
    known |= {Node(0, leaf): LEAVES[leaf] for leaf in leaves}
    assert rebuilt(size, known) == hash_of(whole(size), tiles)
    starts = [each.number << each.height for each in nodes]
    assert starts == sorted(starts)
    for each in nodes:
        without = {node: found for node, found in known.items() if node != each}
        assert rebuilt(size, without) is None


@given(st.integers(1, 700), st.data())
def test_of_one_leaf_it_is_the_inclusion_proof(size: int, data: st.DataObject) -> None:
    leaf = data.draw(st.integers(0, size - 1))
    path = {node for each in inclusion(leaf, size) for node in each}
    assert set(besides([leaf], size)) == path


@given(st.integers(1, 700), st.data())
def test_a_run_of_leaves_needs_what_lies_before_and_after(size: int, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, size - 1))
    run = range(first, data.draw(st.integers(first + 1, size)))
    assert list(besides(run, size)) == list(besides(list(run), size))
    assert len(list(besides(run, size))) <= 3 * size.bit_length()


def test_of_no_leaf_and_of_every_leaf() -> None:
    assert list(besides([], 7)) == list(whole(7))
    assert list(besides(range(7), 7)) == []
    assert list(besides([], 0)) == []
