"""The trees: tiles and shards as the leaves give them, and what was signed of them."""

from collections.abc import Sequence

from countersign.reconcile.reading import Reading, Row
from countersign.reconcile.witnesses import Followed, Known, Seen, followed
from countersign.verify import (
    Noting,
    Report,
    Tree,
    Trust,
    Unreadable,
    Wrong,
    check_link,
    leaf_hash,
    read_checkpoint,
    read_leaf,
)
from services.audit.policy import LEDGER, LINK
from shared.kernel.merkle import HASH_BYTES, TILE_WIDTH

SHARDS = "SELECT id, first_index FROM shards ORDER BY first_index"
TILE = "SELECT hashes FROM tiles WHERE shard = %s AND level = %s AND number = %s"
TILES = "SELECT shard, level, max(number) + 1 AS tiles FROM tiles GROUP BY shard, level"
CHECKPOINTS = """
SELECT size, root, note, published_at, published_at < now() - interval '1 minute' AS settled
FROM checkpoints WHERE shard = %s ORDER BY size
"""
OTHERS = "SELECT shard, size FROM checkpoints WHERE NOT shard = ANY(%s) ORDER BY shard, size"
WITNESSED = "SELECT shard, witness, size FROM witnessed"


class Grown:
    """One shard, as its leaves come."""

    def __init__(self, ledger: Reading, shard: Row, report: Report) -> None:
        self.id, self.first_index = shard["id"], shard["first_index"]
        self.tree = Tree()
        self.checkpoints = {row["size"]: row for row in ledger.all(CHECKPOINTS, (self.id,))}
        self.tiles: dict[int, int] = {}
        """How many there are of each level."""
        self._ledger, self._report = ledger, report
        self._rows: list[list[bytes]] = []

    def add(self, leaf: bytes) -> None:
        self.tree.add(leaf)
        self._put(0, leaf)

    def end(self) -> None:
        """Compare the tiles that are not full."""
        for level, row in enumerate(self._rows):
            if row:
                self._compare(level, row)

    def _put(self, level: int, node: bytes) -> None:
        if len(self._rows) == level:
            self._rows.append([])
            self.tiles[level] = 0
        row = self._rows[level]
        row.append(node)
        if len(row) == TILE_WIDTH:
            self._compare(level, row)
            above = Tree()
            for each in row:
                above.add(each)
            row.clear()
            self._put(level + 1, above.root())

    def _compare(self, level: int, row: list[bytes]) -> None:
        number = self.tiles[level]
        self.tiles[level] += 1
        found = self._ledger.all(TILE, (self.id, level, number))
        where = f"tile {level}/{number} of {self.id}"
        hashes = bytes(found[0]["hashes"]) if found else b""
        if not found:
            self._report.add_wrong(where, "not there")
        elif len(hashes) != len(row) * HASH_BYTES:
            what = f"{len(hashes)} bytes, for {len(row)} hashes"
            self._report.add_wrong(where, what)
        elif hashes != b"".join(row):
            at = next(
                n for n, each in enumerate(row) if hashes[n * HASH_BYTES :][:HASH_BYTES] != each
            )
            of = "leaf" if level == 0 else "hash"
            what = f"{of} {number * TILE_WIDTH + at} is not what the leaves give"
            self._report.add_wrong(where, what)


class Heads:
    """All shards. `known` are roots that others have seen of them, by origin."""

    def __init__(
        self,
        ledger: Reading,
        origin: str,
        known: Known,
        trust: Trust,
        report: Report,
    ) -> None:
        self._ledger, self._origin = ledger, origin
        self._trust, self._report = trust, report
        self._known: dict[str, dict[int, list[tuple[bytes, str]]]] = {}
        for name, each in known.items():
            for size, root, whence in each:
                seen = self._known.setdefault(name, {})
                seen.setdefault(size, []).append((root, whence))
        self._waiting = ledger.all(SHARDS)
        self._grown: list[Grown] = []
        self._witnessed: dict[tuple[str, int], list[str]] = {}
        for row in ledger.all(WITNESSED):
            self._witnessed.setdefault((row["shard"], row["size"]), []).append(row["witness"])

    def leaf(self, index: int, record: bytes, link: bytes | None, where: str) -> None:
        """Take the next leaf; `link` are the bytes of one that says how the last tree ended."""
        opens = bool(self._waiting) and self._waiting[0]["first_index"] <= index
        if opens:
            self._open()
        if not self._grown:
            raise Wrong("it is in no shard")
        if (link is not None) != (opens and len(self._grown) > 1):
            self._report.add_wrong(where, "a link is a shard's first leaf, and nothing else is")
        elif link is not None:
            with Noting(self._report, where):
                self._linked(index, record)
        shard = self._grown[-1]
        shard.add(leaf_hash(record))
        self._at(shard)

    def check(self) -> None:
        """Compare what was signed, and what there is too much of."""
        self._close()
        for late in self._waiting:
            self._report.add_wrong(f"shard {late['id']}", "it begins after the ledger's end")
        counts = {shard.id: shard.tiles for shard in self._grown}
        for row in self._ledger.all(TILES):
            most = counts.get(row["shard"], {}).get(row["level"], 0)
            if row["tiles"] > most:
                where = f"tile {row['level']}/{most} of {row['shard']}"
                self._report.add_wrong(where, "the tree has no such tile")
        for row in self._ledger.all(OTHERS, (list(counts),)):
            where = f"checkpoint {row['size']} of {row['shard']}"
            self._report.add_wrong(where, "there is no such shard")
        signed = 0
        for shard in self._grown:
            for size, row in shard.checkpoints.items():
                with Noting(self._report, f"checkpoint {size} of {shard.id}"):
                    self._signed(shard, row)
                    signed += 1
            for size, seen in self._known.get(self._name(shard), {}).items():
                if size > shard.tree.size:
                    what = f"it has {shard.tree.size} leaves, but had {size}: {seen[0][1]}"
                    self._report.add_wrong(f"shard {shard.id}", what)
        for origin in self._known.keys() - {self._name(shard) for shard in self._grown}:
            [(_, whence), *_] = next(iter(self._known[origin].values()))
            self._report.add_wrong(origin, f"there is no such tree: {whence}")
        self._behind()
        leaves = sum(shard.tree.size for shard in self._grown)
        self._report.proved.append(
            f"{leaves} leaves in {len(self._grown)} trees give all tiles, and {signed} checkpoints"
        )

    def check_witnesses(self, views: Sequence[Seen]) -> None:
        """Compare what witnesses list, asked since this reading began, with what they cosigned; and
        demand of each that it has cosigned what is newest, whether it answers or not."""
        for shard in self._grown:
            for each in followed(views, self._origin):
                self._forgotten(shard, each)
            published = [row for row in shard.checkpoints.values() if row["published_at"]]
            if published and published[-1]["settled"]:
                cosigned = _signers(published[-1])
                for view in views:
                    if view.id not in cosigned:
                        where = f"checkpoint {published[-1]['size']} of {shard.id}"
                        what = f"it is the newest, and {view.key.name} has not cosigned it"
                        self._report.add_wrong(where, what)

    def _forgotten(self, shard: Grown, witness: Followed) -> None:
        """A witness that lists less than it has cosigned was set back, or is another."""
        cosigned = {size for size, row in shard.checkpoints.items() if witness.id in _signers(row)}
        cosigned |= {
            size
            for (of, size), who in self._witnessed.items()
            if of == shard.id and witness.id in who
        }
        most, lists = max(cosigned, default=0), witness.sizes.get(self._name(shard), 0)
        if most > lists:
            what = f"{witness.name} has cosigned {most} leaves of it, but lists {lists}"
            self._report.add_wrong(f"shard {shard.id}", what)

    def _open(self) -> None:
        self._close()
        self._grown.append(Grown(self._ledger, self._waiting.pop(0), self._report))

    def _close(self) -> None:
        for shard in self._grown[-1:]:
            shard.end()

    def _linked(self, index: int, record: bytes) -> None:
        before, shard = self._grown[-2:]
        leaf = read_leaf(record.decode())
        if (leaf.service, leaf.type) != (LEDGER, LINK) or index != shard.first_index:
            raise Wrong("its first leaf is no link to the tree before")
        if (leaf.position, leaf.previous) != (index, before.first_index):
            raise Wrong("the link names other entries than the two trees begin with")
        check_link(leaf, before.id, before.tree.size, before.tree.root())

    def _at(self, shard: Grown) -> None:
        """Compare the root at each size that was signed, or seen."""
        size = shard.tree.size
        row = shard.checkpoints.get(size)
        known = self._known.get(self._name(shard), {}).get(size, [])
        if row is None and not known:
            return
        root = shard.tree.root()
        where = f"checkpoint {size} of {shard.id}"
        if row is not None and root != bytes(row["root"]):
            what = "the leaves don't give its root: an entry before its end was changed"
            self._report.add_wrong(where, what)
        for seen, whence in known:
            if root != seen:
                self._report.add_wrong(where, f"the leaves don't give the root: {whence}")

    def _signed(self, shard: Grown, row: Row) -> None:
        if row["size"] > shard.tree.size:
            raise Wrong(f"it was signed, but the tree has only {shard.tree.size} leaves")
        try:
            note = read_checkpoint(row["note"].encode())
        except (Unreadable, ValueError) as error:
            raise Wrong(error) from None
        said = note.origin, note.size, note.root
        if said != (self._name(shard), row["size"], bytes(row["root"])):
            raise Wrong("what was signed is not what stands beside it")
        if not note.signed_by(self._trust.keys):
            raise Wrong("no key of the ledger has signed it (one that is retired: --key)")
        note.signed_by(self._trust.witnesses)
        lines = _signers(row)
        for witness in self._witnessed.get((shard.id, row["size"]), ()):
            if witness not in lines:
                raise Wrong(f"{witness} has cosigned it, but its line is not there")

    def _behind(self) -> None:
        """A witness can't have followed further than was signed."""
        last = {shard.id: max(shard.checkpoints, default=0) for shard in self._grown}
        for (shard, size), witnesses in self._witnessed.items():
            if size > last.get(shard, 0):
                what = f"{witnesses[0]} has cosigned it, but it is not there"
                self._report.add_wrong(f"checkpoint {size} of {shard}", what)
        for shard, size in last.items():
            if not size:
                self._report.not_proved.append(f"shard {shard}: nothing of it is signed yet")

    def _name(self, shard: Grown) -> str:
        return f"{self._origin}/{shard.id}"


def _signers(row: Row) -> set[str]:
    """Whose lines a note bears. That they are their own is checked with the note."""
    signatures = read_checkpoint(row["note"].encode()).signatures
    return {f"{name}+{key_id.hex()}" for name, key_id, _ in signatures}
