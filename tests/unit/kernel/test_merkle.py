"""Trees in tiles, against the definition of RFC 9162, and its published vectors."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from shared.kernel.merkle import (
    EMPTY,
    HASH_BYTES,
    Tile,
    consistency,
    consistent,
    edge,
    grown,
    hash_of,
    includes,
    inclusion,
    leaf_hash,
    node_hash,
    parse_number,
    tile_path,
    whole,
)

VECTOR = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
          "606162636465666768696a6b6c6d6e6f"]  # fmt: skip
"""The leaves of the tests of certificate-transparency, and below the roots of their first n."""
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def by_definition(leaves: list[bytes]) -> bytes:
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    split = 1 << ((len(leaves) - 1).bit_length() - 1)
    return node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


def tree(leaves: list[bytes], *batches: int) -> dict[Tile, bytes]:
    tiles: dict[Tile, bytes] = {}
    size = 0
    for batch in (*batches, len(leaves)):
        more = leaves[size : size + batch]
        tiles |= grown(size, {tile: tiles[tile] for tile in edge(size)}, more)
        size += len(more)
    return tiles


@pytest.mark.parametrize("size", ROOTS)
def test_published_roots(size: int) -> None:
    leaves = [leaf_hash(bytes.fromhex(each)) for each in VECTOR[:size]]
    assert hash_of(whole(size), tree(leaves)).hex() == ROOTS[size]


SIZES = st.one_of(st.integers(1, 600), st.sampled_from([255, 256, 257, 511, 512, 513, 70_000]))


@settings(max_examples=60, deadline=None)
@given(SIZES, st.lists(st.integers(1, 400), max_size=4), st.data())
def test_trees_and_proofs(size: int, batches: list[int], data: st.DataObject) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    tiles = tree(leaves, *batches)
    root = by_definition(leaves)
    assert hash_of(whole(size), tiles) == root

    index = data.draw(st.integers(0, size - 1))
    proof = [hash_of(each, tiles) for each in inclusion(index, size)]
    assert includes(leaves[index], index, size, proof, root)
    assert not includes(leaf_hash(b"another"), index, size, proof, root)
    assert not includes(leaves[index], index, size, [*proof, EMPTY], root)
    assert not includes(leaves[index], size, size, proof, root)
    if proof:
        assert not includes(leaves[index], index, size, proof[:-1], root)

    first = data.draw(st.integers(1, size))
    first_root = hash_of(whole(first), tiles)
    assert first_root == by_definition(leaves[:first])
    steps = [hash_of(each, tiles) for each in consistency(first, size)]
    assert consistent(first, size, steps, first_root, root)
    assert not consistent(first, size, [*steps, EMPTY], first_root, root)
    if first < size:
        assert not consistent(first, size, steps, EMPTY, root)
        assert not consistent(first, size, steps, first_root, EMPTY)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 300), st.data())
def test_another_implementation_agrees(size: int, data: st.DataObject) -> None:
    """pymerkle counts leaves from 1, and begins a path with the leaf's own hash."""
    other = InmemoryTree(algorithm="sha256")
    for number in range(size):
        other.append_entry(str(number).encode())
    tiles = tree([leaf_hash(str(number).encode()) for number in range(size)])
    assert other.get_root(size) == hash_of(whole(size), tiles)
    index = data.draw(st.integers(0, size - 1))
    path = other.prove_inclusion(index + 1, size).serialize()["path"]
    assert path[1:] == [hash_of(each, tiles).hex() for each in inclusion(index, size)]


def test_every_tree_begins_with_the_empty_one_and_with_itself() -> None:
    root = leaf_hash(b"")
    assert consistent(0, 1, [], EMPTY, root)
    assert not consistent(0, 1, [root], EMPTY, root)
    assert not consistent(0, 1, [], root, root)
    assert consistent(1, 1, [], root, root)
    assert not consistent(1, 1, [], EMPTY, root)
    assert not consistent(2, 1, [], root, root)


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    assert edge(70_000) == {Tile(0, 273): 112, Tile(1, 1): 17, Tile(2, 0): 1}
    assert edge(256) == {Tile(1, 0): 1}


def test_a_tile_is_served_where_the_specification_says() -> None:
    assert tile_path(Tile(0, 1_234_067)) == "0/x001/x234/067"
    assert tile_path(Tile(1, 5), 17) == "1/005.p/17"
    assert parse_number("x001/x234/067") == (1_234_067, 256)
    assert parse_number("000.p/1") == (0, 1)


@pytest.mark.parametrize(
    "path", ["", "1", "0001", "x000/001", "001/234", "x1/234", "001.p/0", "001.p/257", "001.p/01",
             "001.p/256", "-01", "٠٠١", "001.p/", "x001/234/567"]
)  # fmt: skip
def test_no_tile_is_served_elsewhere(path: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_number(path)


def test_too_narrow_a_tile_is_no_answer() -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(5)]
    tiles = {tile: row[: 4 * HASH_BYTES] for tile, row in tree(leaves).items()}
    assert hash_of(whole(4), tiles) == by_definition(leaves[:4])
    with pytest.raises(ValueError, match="too narrow"):
        hash_of(whole(5), tiles)


def test_nothing_grows_on_a_tile_that_lost_its_end() -> None:
    tiles = grown(0, {}, [leaf_hash(b"a"), leaf_hash(b"b")])
    short = {tile: hashes[:-1] for tile, hashes in tiles.items()}
    with pytest.raises(ValueError, match="too narrow"):
        grown(2, short, [leaf_hash(b"c")])
    with pytest.raises(KeyError):
        grown(2, {}, [leaf_hash(b"c")])
