"""Merkle trees as RFC 9162 (section 2.1) defines them, kept in tiles as C2SP `tlog-tiles` does.

A node `(height, number)` is the hash of the complete subtree of `2**height` leaves from leaf
`number * 2**height` on. A tile `(level, number)` holds up to 256 nodes of height `8 * level`, side
by side; nodes of the heights between are worked out from it. Any range of leaves that a proof needs
is a few nodes, and each node needs one tile. Nothing here reads or keeps anything: a proof is
planned, the tiles it needs are fetched, and then it is worked out of them.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import NamedTuple

HASH_BYTES = 32
TILE_HEIGHT = 8
TILE_WIDTH = 1 << TILE_HEIGHT
EMPTY = hashlib.sha256().digest()
"""The root of a tree without leaves."""


class Node(NamedTuple):
    height: int
    number: int


class Tile(NamedTuple):
    level: int
    number: int


Range = tuple[Node, ...]
"""The complete subtrees, left to right, that a range of leaves consists of."""
Tiles = Mapping[Tile, bytes]
"""The hashes of tiles, one after another: as wide as what is asked of them, or wider."""


def leaf_hash(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def whole(size: int) -> Range:
    """All leaves of a tree."""
    return _range(0, size)


def inclusion(index: int, size: int) -> list[Range]:
    """What proves that a leaf is in a tree: the hash of each range, in this order (RFC 9162,
    2.1.3.1). ValueError unless the leaf is in it."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    return _path(index, 0, size)


def consistency(first: int, second: int) -> list[Range]:
    """What proves that a tree grew out of another (RFC 9162, 2.1.4.1): nothing if they are the
    same. ValueError for an empty tree, or a second one that is smaller."""
    if not 0 < first <= second:
        raise ValueError(f"a tree of {second} can't have grown out of one of {first}")
    return _subproof(first, 0, second, known=True)


def tiles_of(ranges: Iterable[Range]) -> set[Tile]:
    """The tiles needed to work out the hashes of ranges."""
    return {_place(node)[0] for each in ranges for node in each}


def hash_of(range: Range, tiles: Tiles) -> bytes:
    """The hash of a range. KeyError without a tile it needs; ValueError if one is too narrow."""
    if not range:
        return EMPTY
    hashes = [_node(each, tiles) for each in range]
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether a proof shows that the tree with this root has this leaf hash at this index (RFC
    9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, found = index, size - 1, leaf
    for each in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            found = node_hash(each, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    return last == 0 and found == root


def consistent(
    first: int, second: int, proof: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """Whether a proof shows that the second tree begins with the first (RFC 9162, 2.1.4.2).

    Every tree begins with the empty one, which needs no proof.
    """
    if not 0 < first < second:
        known = EMPTY if first == 0 else second_root
        return 0 <= first <= second and not proof and first_root == known
    path = list(proof) if first & (first - 1) else [first_root, *proof]
    if not path:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, each)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def edge(size: int) -> dict[Tile, int]:
    """The partial tiles of a tree, with their widths."""
    found, level = {}, 0
    while size >> (TILE_HEIGHT * level):
        number, width = divmod(size >> (TILE_HEIGHT * level), TILE_WIDTH)
        if width:
            found[Tile(level, number)] = width
        level += 1
    return found


def grown(size: int, partial: Tiles, leaves: Iterable[bytes]) -> dict[Tile, bytes]:
    """The tiles that change when leaf hashes are appended to a tree of a size, as they are then.

    `partial` are its partial tiles (`edge`); what they hold beyond their width there is ignored.
    KeyError without one of them; ValueError if one is too narrow.
    """
    changed: dict[Tile, bytes] = {}
    hashes, level = list(leaves), 0
    while hashes:
        number, width = divmod(size >> (TILE_HEIGHT * level), TILE_WIDTH)
        begun = partial[Tile(level, number)][: width * HASH_BYTES] if width else b""
        if len(begun) != width * HASH_BYTES:
            raise ValueError(f"tile {tile_path(Tile(level, number))} is too narrow")
        upper, row = [], begun + b"".join(hashes)
        for start in range(0, len(row), TILE_WIDTH * HASH_BYTES):
            tile = row[start : start + TILE_WIDTH * HASH_BYTES]
            changed[Tile(level, number)] = tile
            if len(tile) == TILE_WIDTH * HASH_BYTES:
                upper.append(_subtree(tile))
            number += 1
        hashes, level = upper, level + 1
    return changed


def tile_path(tile: Tile, width: int = TILE_WIDTH) -> str:
    """Where C2SP `tlog-tiles` serves a tile: `0/x001/x234/067`, with `.p/<width>` if partial."""
    return f"{tile.level}/{number_path(tile.number, width)}"


def number_path(number: int, width: int = TILE_WIDTH) -> str:
    digits = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        digits = f"x{number % 1000:03}/{digits}"
    return digits if width == TILE_WIDTH else f"{digits}.p/{width}"


def parse_number(path: str) -> tuple[int, int]:
    """The number and width in such a path. ValueError for one that isn't written that way."""
    digits, partial, width = path.partition(".p/")
    found = int(digits.replace("/", "").replace("x", "")) if digits.isascii() else -1
    wide = int(width) if partial else TILE_WIDTH
    if found < 0 or not 0 < wide <= TILE_WIDTH or number_path(found, wide) != path:
        raise ValueError(path)
    return found, wide


def _range(start: int, end: int) -> Range:
    """Largest first: start is a multiple of every power of two that is cut off."""
    nodes = []
    while start < end:
        height = (end - start).bit_length() - 1
        if start:
            height = min(height, (start & -start).bit_length() - 1)
        nodes.append(Node(height, start >> height))
        start += 1 << height
    return tuple(nodes)


def _split(size: int) -> int:
    """The largest power of two below a size."""
    return 1 << ((size - 1).bit_length() - 1)


def _path(index: int, start: int, end: int) -> list[Range]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle), _range(middle, end)]
    return [*_path(index, middle, end), _range(start, middle)]


def _subproof(size: int, start: int, end: int, *, known: bool) -> list[Range]:
    if start + size == end:
        return [] if known else [_range(start, end)]
    middle = start + _split(end - start)
    if start + size <= middle:
        return [*_subproof(size, start, middle, known=known), _range(middle, end)]
    rest = _subproof(start + size - middle, middle, end, known=False)
    return [*rest, _range(start, middle)]


def _place(node: Node) -> tuple[Tile, int, int]:
    """Where a node is worked out: a tile, and from which of its hashes on, how many."""
    level, height = divmod(node.height, TILE_HEIGHT)
    number, offset = divmod(node.number << height, TILE_WIDTH)
    return Tile(level, number), offset, 1 << height


def _node(node: Node, tiles: Tiles) -> bytes:
    tile, offset, count = _place(node)
    found = tiles[tile][offset * HASH_BYTES : (offset + count) * HASH_BYTES]
    if len(found) != count * HASH_BYTES:
        raise ValueError(f"tile {tile_path(tile)} is too narrow for {node}")
    return _subtree(found)


def _subtree(hashes: bytes) -> bytes:
    """The hash over as many hashes as a power of two."""
    row = [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]
