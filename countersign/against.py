"""Checks a Countersign ledger that runs, over HTTP: `countersign verify --against URL`.

Every hash that the log serves is worked out again from its leaves' (C2SP `tlog-tiles`), and what it
shows is compared with what it showed before, to others, and in an export: a log that has changed,
or shows people different things, can't agree with them all. Stands on `verify.py` alone.
"""

import argparse
import json
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from countersign import verify
from countersign.verify import (
    MEBIBYTE,
    Checkpoint,
    Leaf,
    Noting,
    Positions,
    Report,
    Tree,
    Trees,
    Trust,
    Unreadable,
    Wrong,
    check_link,
    check_signatures,
    leaf_hash,
    log_of,
    parsed,
    read_checkpoint,
    read_leaf,
    shaped,
    unhexed,
)

PREFIX = "/v1/audit/ledger"
WIDTH, HASH = 256, 32
SHARD = {"id": str, "first_index": int, "size": int, "closed": bool}
OVERVIEW = {"origin": str, "shards": [SHARD]}
SEEN = {"witness": str, "checkpoints": [{"origin": str, "size": int, "note": str}]}
PATIENCE, TIMES, PAUSE = 30, 11, 1.0
"""Seconds for an answer; how often one is asked for that is busy, or not there yet, and seconds
between."""
DEADLINE = 3600
"""Seconds that reading a log may take in all, however slowly it answers."""
Known = dict[str, list[tuple[int, bytes, str]]]
"""By origin, sizes and roots that trees are known to have had, and from where."""


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """A token goes to nobody but to whom it was given for."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class Web:
    """What is read over HTTP: never more than is asked for."""

    def __init__(self, base: str, token: str | None = None) -> None:
        if not base.startswith(("http://", "https://")):
            raise Unreadable(f"{base!r} is not a URL")
        self._base, self.token = base.rstrip("/"), token
        self._until = time.monotonic() + DEADLINE
        self._opener = urllib.request.build_opener(NoRedirects)

    def get(self, path: str, most: int = MEBIBYTE, *, token: bool = False) -> bytes:
        request = urllib.request.Request(self._base + path)  # noqa: S310 - its scheme is checked
        if token:
            request.add_header("Authorization", f"Bearer {self.token}")
        for left in range(TIMES - 1, -1, -1):
            try:
                with self._opener.open(request, timeout=PATIENCE) as answer:
                    return self._whole(path, answer, most)
            except urllib.error.HTTPError as error:
                error.close()
                if not left or error.code not in (429, 503):
                    raise Unreadable(f"{path}: answered with {error.code}") from None
                after = error.headers.get("Retry-After", "")
                time.sleep(min(int(after) if after.isdecimal() else PAUSE, PATIENCE))
            except OSError as error:
                raise Unreadable(f"{path}: no answer ({error})") from None
        raise AssertionError

    def _whole(self, path: str, answer: Any, most: int) -> bytes:
        """An answer to its end, which has to come in time, even if it trickles."""
        found = bytearray()
        while chunk := answer.read1(1 << 16):
            found += chunk
            if len(found) > most:
                raise Unreadable(f"{path}: the answer is longer than it can be")
            if time.monotonic() > self._until:
                raise Unreadable(f"{path}: reading it took longer than {DEADLINE} seconds in all")
        return bytes(found)

    def json(self, path: str, shape: Any) -> Any:
        found = parsed(self.get(path))
        if not shaped(found, shape):
            raise Unreadable(f"{path} has not the fields that it should have")
        return found


class Tiles:
    """One tree, read from its lowest tiles up. Every tile that is served must be what they give."""

    def __init__(self, web: Web, shard: str, size: int) -> None:
        self._web, self._path, self._size = web, f"/{shard}/tile", size
        self._rows: list[bytearray] = []
        """Of each level above the lowest, the hashes of the tile that is being filled."""

    def leaves(self) -> Iterator[tuple[int, list[bytes]]]:
        """Leaf hashes, a tile at a time, with the index of the first."""
        for number in range(-(-self._size // WIDTH)):
            width = min(WIDTH, self._size - number * WIDTH)
            found = self._tile(0, number, width)
            hashes = [found[at : at + HASH] for at in range(0, len(found), HASH)]
            if width == WIDTH:
                self._fill(1, number, hashes)
            yield number * WIDTH, hashes
        for level, row in enumerate(self._rows, 1):
            if row:
                self._compare(level, self._size >> (8 * (level + 1)), bytes(row))

    def records(self, number: int, width: int) -> list[bytes]:
        """A bundle of leaves: each after its length in 16 bits, the highest first."""
        found = self._web.get(
            f"{self._path}/entries/{path_of(number, width)}", WIDTH * 65537, token=True
        )
        records, at = [], 0
        while at < len(found):
            length = int.from_bytes(found[at : at + 2])
            records.append(found[at + 2 : at + 2 + length])
            at += 2 + length
        return records

    def _tile(self, level: int, number: int, width: int) -> bytes:
        found = self._web.get(f"{self._path}/{level}/{path_of(number, width)}", WIDTH * HASH)
        if len(found) != width * HASH:
            raise Wrong(f"tile {level}/{number} is not {width} hashes wide")
        return found

    def _fill(self, level: int, number: int, hashes: list[bytes]) -> None:
        tree = Tree()
        for each in hashes:
            tree.add(each)
        if len(self._rows) < level:
            self._rows.append(bytearray())
        row = self._rows[level - 1]
        row += tree.root()
        if len(row) == WIDTH * HASH:
            whole, above = bytes(row), number // WIDTH
            row.clear()
            self._compare(level, above, whole)
            self._fill(
                level + 1, above, [whole[at : at + HASH] for at in range(0, len(whole), HASH)]
            )

    def _compare(self, level: int, number: int, row: bytes) -> None:
        if self._tile(level, number, len(row) // HASH) != row:
            raise Wrong(f"tile {level}/{number} is not what the tiles below it give")


def path_of(number: int, width: int) -> str:
    """A tile's number as C2SP `tlog-tiles` has it: `x001/x234/067`, `.p/<width>` if partial."""
    digits = f"{number % 1000:03}"
    while number >= 1000:
        number //= 1000
        digits = f"x{number % 1000:03}/{digits}"
    return digits if width == WIDTH else f"{digits}.p/{width}"


class RunningLog:
    def __init__(self, url: str, token: str | None, trust: Trust, report: Report) -> None:
        base = url.rstrip("/").removesuffix(PREFIX)
        self._web = Web(base + PREFIX, token)
        self._trust, self._report = trust, report
        self._positions = Positions(whole=True)
        self._recorded_at = ""
        overview = self._web.json("", OVERVIEW)
        self.origin, self._shards = overview["origin"], overview["shards"]
        self.found: dict[str, Checkpoint] = {}
        """By origin, the checkpoints that were checked."""

    def check(self, known: Known) -> None:
        """Check every tree, and that each was what it is known to have been."""
        report, vouched = self._report, True
        before: tuple[str, Checkpoint] | None = None
        index = 0
        shards = [each for each in self._shards if each["size"]]
        for shard in shards:
            name, origin = shard["id"], f"{self.origin}/{shard['id']}"
            head, where = self._head(name, known.get(origin, [])), f"{name}/checkpoint"
            if head.origin != origin:
                report.add_wrong(where, f"it is of {head.origin}, not {origin}")
            if shard["first_index"] != index:
                report.add_wrong(where, f"it does not begin at {index}, where the last ended")
            index += head.size
            # Each by itself: the link in the next one's first leaf vouches for nothing.
            vouched &= check_signatures(head, where, self._trust, report)
            with Noting(report, where):
                self._tree(name, head, known.get(origin, []), before)
            before = name, head
            self.found[origin] = head
        for origin in known.keys() - self.found.keys():
            report.add_wrong(origin, f"there is no such tree: {known[origin][0][2]}")
        if not shards:
            raise Unreadable("the log has no checkpoint yet")
        report.vouched = vouched
        self._say(index)

    def _head(self, shard: str, known: list[tuple[int, bytes, str]]) -> Checkpoint:
        """A shard's checkpoint. A witness may have seen the next one before it is published."""
        least = max((size for size, _, whence in known), default=0)
        for left in range(TIMES - 1, -1, -1):
            head = read_checkpoint(self._web.get(f"/{shard}/checkpoint"))
            if head.size >= least or not left:
                break
            time.sleep(PAUSE)
        return head

    def _tree(
        self,
        name: str,
        head: Checkpoint,
        known: list[tuple[int, bytes, str]],
        before: tuple[str, Checkpoint] | None,
    ) -> None:
        tree, tiles = Tree(), Tiles(self._web, name, head.size)
        remembered: dict[int, list[tuple[bytes, str]]] = {}
        for size, root, whence in known:
            if size > head.size:
                raise Wrong(f"it has {head.size} leaves, but had {size}: {whence}")
            remembered.setdefault(size, []).append((root, whence))
        for first, hashes in tiles.leaves():
            if self._web.token:
                self._leaves(name, tiles, first, hashes, before)
            for each in hashes:
                tree.add(each)
                for root, whence in remembered.get(tree.size, ()):
                    if tree.root() != root:
                        raise Wrong(
                            f"its first {tree.size} leaves are not what they were: {whence}"
                        )
        if tree.root() != head.root:
            raise Wrong("its tiles don't give the root that is signed")

    def _leaves(
        self,
        name: str,
        tiles: Tiles,
        first: int,
        hashes: list[bytes],
        before: tuple[str, Checkpoint] | None,
    ) -> None:
        records = tiles.records(first // WIDTH, len(hashes))
        if len(records) != len(hashes):
            raise Wrong(f"the bundle of the leaves from {first} on has {len(records)} of them")
        for index, (record, hashed) in enumerate(zip(records, hashes, strict=True), first):
            with Noting(self._report, f"{name}, leaf {index}"):
                if leaf_hash(record) != hashed:
                    raise Wrong("its record is not the one whose hash is in the tree")
                leaf = read_leaf(record.decode())
                if leaf.recorded_at < self._recorded_at:
                    raise Wrong("it was recorded before the leaf before it: back-dated")
                self._recorded_at = leaf.recorded_at
                self._follow(leaf, index, before, f"{name}, leaf {index}")

    def _follow(
        self, leaf: Leaf, index: int, before: tuple[str, Checkpoint] | None, where: str
    ) -> None:
        if (leaf.type == verify.LINK) != bool(before and index == 0):
            raise Wrong("a link to another tree is a tree's first leaf, and nowhere else")
        if leaf.type == verify.LINK and before:
            check_link(leaf, before[0], before[1].size, before[1].root)
        else:
            self._positions.follow(leaf, where)

    def _say(self, size: int) -> None:
        say, doubt = self._report.proved.append, self._report.not_proved.append
        say(f"{size} leaves in {len(self.found)} trees give, tile by tile, the signed roots")
        if self._web.token:
            for where, what in self._positions.missing():
                self._report.add_wrong(where, what)
            say("every leaf's record is the one whose hash is there; services' events are in order")
            if self._positions.late:
                doubt(f"{self._positions.late} leaves came late, and filled gaps")
            doubt("people's own numbers: who they are is only in the exports about them")
        else:
            doubt("what the leaves say, and the links between years: needs a token (ledger.read)")


def seen_by(url: str, log: str, trust: Trust, report: Report) -> Known:
    """What a witness has cosigned of a log. It counts whichever key of the log had signed it: what
    was shown to a witness under another key is the other tree that is looked for."""
    said, known = Web(url).json("/checkpoints", SEEN), Known()
    for each in said["checkpoints"]:
        head = read_checkpoint(each["note"].encode())
        where = f"{url}/checkpoints, {head.origin}"
        if log not in (log_of(each["origin"]), log_of(head.origin)):
            continue
        seen = head.size, head.root, f"the witness {url} saw it"
        known.setdefault(head.origin, []).append(seen)
        with Noting(report, where):
            if (head.origin, head.size) != (each["origin"], each["size"]):
                raise Wrong("the witness says otherwise what it cosigned than its note")
            if trust.witnesses and not head.signed_by(trust.witnesses):
                report.not_proved.append(f"{where}: by no witness whose key was given")
            if trust.keys and not head.signed_by(trust.keys):
                report.not_proved.append(f"{where}: signed by no key of the log that was given")
    if not known:
        report.not_proved.append(f"{url}/checkpoints: the witness knows no tree of {log}")
    return known


def remembered(path: str | None, log: str) -> Known:
    """What was found of a log the last time."""
    if not path or not Path(path).exists():
        return {}
    said = parsed(Path(path).read_bytes())
    known = Known()
    for origin, each in said.items() if isinstance(said, dict) else ():
        if not shaped(each, {"size": int, "root": str, "at": str}):
            raise Unreadable(f"{path} is not what this command remembers with")
        if log_of(origin) != log:
            raise Wrong(f"{path} remembers {log_of(origin)}: another log, or this by another name")
        known[origin] = [(each["size"], unhexed(each["root"]), f"found on {each['at']}")]
    return known


def remember(path: str, found: dict[str, Checkpoint]) -> None:
    """Keep what was found for the next time. Only of what is proved: else whoever answers to a
    mistyped address could have it that the true log is disproved ever after."""
    target, now = Path(path), datetime.now(UTC).isoformat(timespec="seconds")
    kept = parsed(target.read_bytes()) if target.exists() else {}
    for origin, head in found.items():
        kept[origin] = {"size": head.size, "root": head.root.hex(), "at": now}
    written = target.with_name(f"{target.name}.new")
    written.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")
    os.replace(written, target)


def check_log(said: argparse.Namespace, report: Report) -> None:
    trust = verify.trust_of(said)
    token = Path(said.token_file).read_text().strip() if said.token_file else None
    trees: Trees = {}
    if said.export:
        trees = verify.check_export(said.export, trust, report, said.tsa_ca)
    log = RunningLog(said.against, token, trust, report)
    report.about = ", ".join(filter(None, (report.about, f"the log {log.origin}")))
    known = {origin: [(*each, "so it is in the export")] for origin, each in trees.items()}
    views = [seen_by(url, log.origin, trust, report) for url in said.witness_url]
    for view in (remembered(said.state, log.origin), *views):
        for origin, each in view.items():
            known.setdefault(origin, []).extend(each)
    log.check(known)
    check_age(log.found, said.fresh, trust, report)
    if said.state and report.code == verify.PROVED:
        remember(said.state, log.found)
    elif said.state:
        report.not_proved.append(f"{said.state}: remembers only what is proved, so not this")


def check_age(found: dict[str, Checkpoint], most: int | None, trust: Trust, report: Report) -> None:
    """How old the newest cosignature of the newest tree is: old answers can be served again."""
    newest = found[max(found)]
    times = [at for key in trust.witnesses if (at := newest.cosigned_at(key))]
    if not times:
        if most is not None:
            report.add_wrong("--fresh", "no witness whose key was given says when it saw the log")
        return
    age = int(time.time()) - max(times)
    said = f"{newest.origin}: its newest cosignature is {age} seconds old"
    if most is not None and age > most:
        report.add_wrong("--fresh", f"{said}, more than {most}: perhaps it is served again")
    else:
        report.not_proved.append(f"{said}: of what came later nothing is said")


def main(arguments: list[str] | None = None) -> int:
    parser = verify.options("Check an export of a Countersign ledger, a log that runs, or both.")
    add = parser.add_argument
    add("export", nargs="?", help="a ZIP")
    add("--against", metavar="URL", help="the log: where its audit service is")
    add("--token-file", metavar="FILE", help="a token (ledger.read), to read leaves with")
    add("--witness-url", action="append", default=[], metavar="URL", help="a witness to ask")
    add("--fresh", type=int, metavar="SECONDS", help="how old a witness's newest word may be")
    add("--state", metavar="FILE", help="remembers the log between one check and the next")
    said = parser.parse_args(arguments)
    if not said.against:
        if (
            not said.export
            or said.token_file
            or said.witness_url
            or said.state
            or said.fresh is not None
        ):
            parser.error("what to check: an export, or --against a log")
        report = verify.examined(
            lambda found: verify.check_export(
                said.export, verify.trust_of(said), found, said.tsa_ca
            )
        )
    else:
        report = verify.examined(lambda found: check_log(said, found))
    return verify.printed(report, as_json=said.json)


if __name__ == "__main__":
    sys.exit(main())
