"""Logs and exports made without a service, so that every byte of them can be meddled with."""

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.audit.policy import LEDGER, LINK, SALT_BYTES, Leaf, numbered, shard_of
from shared.kernel.merkle import Node, consistency, leaf_hash, node_hash, whole
from shared.platform.signed_note import COSIGNATURE, Checkpoint, Signer, note

ORIGIN = "audit.test/v1/audit/ledger"
PERSON = "01a00000-0000-7000-8000-000000000001"
OTHER = "01a00000-0000-7000-8000-000000000002"
NOTE = "01a00000-0000-7000-8000-00000000000a"
SEED, STOLEN, FOREIGN, WITNESS = (bytes([each]) * 32 for each in range(1, 5))
FOLDER = "countersign-export-01a00000-0000-7000-8000-0000000000ee"
EXPORT_ID = FOLDER.removeprefix("countersign-export-")
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
Files = dict[str, bytes]


def seeded(seed: bytes) -> str:
    return base64.b64encode(seed).decode()


WITNESSING = Signer.parse("witness.test/w1", seeded(WITNESS), COSIGNATURE)
LOG_KEY = Signer.parse(ORIGIN, seeded(SEED)).verifier.vkey
WITNESS_KEY = WITNESSING.verifier.vkey


@dataclass
class Kept:
    """An event and its leaf, as the ledger has them."""

    leaf: Leaf
    body: bytes
    shard: str
    leaf_index: int
    people: tuple[str, ...] = ()


@dataclass
class Log:
    """A ledger in memory: entries by their index."""

    kept: list[Kept] = field(default_factory=list)
    starts: dict[str, int] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    salted: int = 0

    def say(
        self,
        service: str,
        type: str,
        data: dict[str, Any],
        people: Sequence[str],
        at: datetime,
        *,
        resource: tuple[str, str, int] | None = None,
    ) -> Kept:
        """Append an event of a service, opening a year's tree if it is the first of it."""
        if (year := shard_of(at)) not in self.starts:
            self._open(year, at)
        event_id = str(UUID(int=0x01A00000_0000_7000_8000_000000100000 + len(self.kept)))
        kind, of, version = resource or ("access", event_id, 1)
        stream = of if resource else event_id
        full = f"countersign.{service}.{type}.v1"
        body = {
            "id": event_id,
            "type": full,
            "time": at.isoformat(),
            "actor": {"staff_id": "str-worker-1", "name": "STR Worker 1", "role": "str_worker"},
            "subject": people[0] if people else "str-worker-1",
            "team": "north-cmht",
            "resource": {"kind": kind, "id": of, "stream": stream, "version": version},
            "data": data,
        }
        return self._keep(service, full, event_id, packed(body), tuple(people), at)

    def _open(self, year: str, at: datetime) -> None:
        closed = list(self.starts)[-1:]
        self.starts[year] = len(self.kept)
        for each in closed:
            size = self.size(each)
            body = {"closed": each, "root": self.root(each, size).hex(), "size": size}
            event_id = f"01a00000-0000-7000-8000-00000000{year}"
            self._keep(LEDGER, LINK, event_id, packed(body), (), at, previous=self.starts[each])

    def _keep(
        self,
        service: str,
        type: str,
        event_id: str,
        body: bytes,
        people: tuple[str, ...],
        at: datetime,
        previous: int | None = None,
    ) -> Kept:
        before = self.positions.get(service, 0)
        position = len(self.kept) if service == LEDGER else before + 4096
        self.positions[service] = position
        leaf = Leaf(
            service=service,
            position=position,
            previous=before if previous is None else previous,
            event_id=event_id,
            type=type,
            digest=hashlib.sha256(body).digest(),
            size=len(body),
            recorded_at=at,
            people=numbered(people, self.numbers, self._salt),
        )
        shard = list(self.starts)[-1]
        kept = Kept(leaf, body, shard, len(self.kept) - self.starts[shard], people)
        self.kept.append(kept)
        return kept

    def _salt(self) -> bytes:
        """The same in each log, so that two of them differ in nothing but what was changed."""
        self.salted += 1
        return hashlib.sha256(b"%d" % self.salted).digest()[:SALT_BYTES]

    def size(self, shard: str) -> int:
        return sum(each.shard == shard for each in self.kept)

    def hashes(self, shard: str) -> list[bytes]:
        return [leaf_hash(each.leaf.record) for each in self.kept if each.shard == shard]

    def root(self, shard: str, size: int) -> bytes:
        return folded(self.hashes(shard)[:size], whole(size))

    def relinked(self) -> "Log":
        """The same events after some were changed: each year's first leaf made again."""
        for kept in self.kept:
            if kept.leaf.type == LINK:
                closed = list(self.starts)[list(self.starts).index(kept.shard) - 1]
                size = self.size(closed)
                body = {"closed": closed, "root": self.root(closed, size).hex(), "size": size}
                rebodied(kept, packed(body))
        return self


def rebodied(kept: Kept, body: bytes) -> None:
    """Another body for an event, with digest and size in its leaf."""
    digest = hashlib.sha256(body).digest()
    kept.body, kept.leaf = body, replace(kept.leaf, digest=digest, size=len(body))


def packed(said: Any) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def subtree(hashes: Sequence[bytes], node: Node) -> bytes:
    row = list(hashes[node.number << node.height : (node.number + 1) << node.height])
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]


def folded(hashes: Sequence[bytes], nodes: Iterable[Node]) -> bytes:
    each = [subtree(hashes, node) for node in nodes]
    found = each.pop()
    while each:
        found = node_hash(each.pop(), found)
    return found


def cover(nodes: Iterable[Node], shown: set[int]) -> list[Node]:
    """The fewest subtrees that stand for all leaves but those shown."""
    found = []
    for node in nodes:
        first, last = node.number << node.height, (node.number + 1) << node.height
        if shown.isdisjoint(range(first, last)):
            found.append(node)
        elif node.height:
            below = (Node(node.height - 1, node.number * 2 + each) for each in (0, 1))
            found += cover(below, shown)
    return found


def signed(
    log: Log, shard: str, size: int, seeds: Sequence[bytes] = (SEED,), *, witnessed: bool = True
) -> bytes:
    """A checkpoint of a tree, with the witness's cosignature."""
    origin = f"{ORIGIN}/{shard}"
    text = Checkpoint(origin, size, log.root(shard, size)).text
    lines = [Signer.parse(origin, seeded(each)).sign(text) for each in seeds]
    return note(text, [*lines, *([WITNESSING.sign(text, 1_790_000_000)] * witnessed)]).encode()


def living() -> Log:
    """Two years of the life of two people, told by three services."""
    log, at = Log(), NEW_YEAR - timedelta(hours=20)
    for number in range(40):
        at += timedelta(hours=1)
        person = (PERSON, OTHER)[number % 3 == 2]
        if number % 8 == 3:
            log.say("referrals", "restriction-set", {"restricted": False}, [person], at,
                    resource=("service-user", person, number))  # fmt: skip
        elif number % 8 == 5:
            log.say("notes", "record-read", {"service_user_ids": [PERSON, OTHER]},
                    [PERSON, OTHER, "nurse-1"], at)  # fmt: skip
        elif number % 8 == 7:
            log.say("supervision", "session-held", {"minutes": 45}, ["str-worker-1"], at)
        else:
            version = sum(b'"kind":"note"' in each.body for each in log.kept) + 1
            log.say("notes", "note-amended", {"n": number}, [person], at,
                    resource=("note", NOTE, version))  # fmt: skip
    return log


Meddle = Callable[[dict[str, Any]], None]


def exported(
    log: Log,
    kind: str = "person",
    *,
    shown: Callable[[Kept], bool] | None = None,
    claim: Meddle = lambda said: None,
    told: Callable[[list[dict[str, Any]]], object] = lambda lines: None,
    sign: Callable[[Log, str, int], bytes] = signed,
    sizes: dict[str, int] | None = None,
) -> Files:
    """An export of a log, to which its statement is appended. `shown` leaves entries out, `claim`
    changes what is stated, `told` the entries' lines before they are, `sign` makes checkpoints;
    `sizes` are others that it states of the trees than they have by then."""
    chosen = [
        (index, each)
        for index, each in enumerate(log.kept)
        if (shown or {"person": _about, "note": _of_note, "period": _any}[kind])(each)
    ]
    sizes = sizes or {shard: log.size(shard) for shard in log.starts}
    whom = PERSON if kind == "person" else None
    lines = [_entry(index, each, whom) for index, each in chosen]
    told(lines)
    entries = b"".join(packed(each) + b"\n" for each in lines)
    read = {"policies.json": b"[]\n", "report.html": b"<!doctype html><p>A report.\n"}
    at = log.kept[-1].leaf.recorded_at + timedelta(minutes=1)
    period = kind == "period"
    said = {
        "export_id": EXPORT_ID,
        "kind": kind,
        "requested_by": "auditor-1",
        "people": [{"id": PERSON, "count": log.numbers[PERSON]}] if kind == "person" else [],
        "service_user_id": PERSON if kind == "person" else None,
        "note_id": NOTE if kind == "note" else None,
        "resources": [{"kind": "note", "id": NOTE, "versions": sum(map(_of_note, log.kept))}]
        if kind == "note"
        else [],
        "first_index": chosen[0][0] if period else None,
        "last_index": chosen[-1][0] if period else None,
        "since": log.kept[0].leaf.recorded_at.isoformat() if period else None,
        "until": at.isoformat() if period else None,
        "trees": [
            {"shard": shard, "size": size, "root": log.root(shard, size).hex()}
            for shard, size in sizes.items()
        ],
        "entries": len(chosen),
        "unread": 0,
        "entries_sha256": hashlib.sha256(entries).hexdigest(),
        "files": [
            {"name": name, "sha256": hashlib.sha256(each).hexdigest()}
            for name, each in read.items()
        ],
    }
    claim(said)
    statement = log.say("audit", "export-stated", said, [PERSON] * (kind == "person"), at)
    log.say("notes", "record-read", {}, ["nurse-1"], at)
    files = {
        **read,
        "README.txt": b"What this is.\n",
        "keys.txt": f"{LOG_KEY}\n{WITNESS_KEY}\n".encode(),
        "entries.jsonl": entries,
        "statement.json": packed(
            {
                "index": log.kept.index(statement),
                "shard": statement.shard,
                "leaf_index": statement.leaf_index,
                **_proved(statement),
            }
        ),
    }
    for shard in log.starts:
        inside = [each for _, each in chosen if each.shard == shard]
        inside += [statement] * (statement.shard == shard)
        files |= _tree(log, shard, inside, sizes[shard], sign)
    about = {"person": {"service_user_id": PERSON}, "note": {"note_id": NOTE},
             "period": {"from": said["since"], "to": said["until"]}}[kind]  # fmt: skip
    stated = json.loads(statement.body)
    return listed(files, {"about": about, "kind": kind, "made_at": stated["time"],
                          "made_by": stated["actor"]["staff_id"], "origin": ORIGIN,
                          "export_id": EXPORT_ID, "format": "countersign-export/1"})  # fmt: skip


def listed(files: Files, manifest: dict[str, Any] | None = None) -> Files:
    """Files with a manifest of them as they are now."""
    found = manifest or json.loads(files["manifest.json"])
    found["files"] = {
        name: {"sha256": hashlib.sha256(each).hexdigest(), "bytes": len(each)}
        for name, each in files.items()
        if name != "manifest.json"
    }
    return {**files, "manifest.json": (json.dumps(found, sort_keys=True, indent=2) + "\n").encode()}


def zipped(files: Files, folder: str | None = None) -> bytes:
    if folder is None:
        named = re.search(rb'"export_id": "([0-9a-f-]{36})"', files.get("manifest.json", b""))
        folder = f"countersign-export-{named[1].decode()}" if named else FOLDER
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in files.items():
            archive.writestr(f"{folder}/{name}", each)
    return written.getvalue()


def _about(kept: Kept) -> bool:
    return PERSON in kept.people


def _of_note(kept: Kept) -> bool:
    return b'"kind":"note"' in kept.body


def _any(kept: Kept) -> bool:
    return True


def _proved(kept: Kept) -> dict[str, str]:
    return {"leaf": kept.leaf.record.decode(), "body": base64.b64encode(kept.body).decode()}


def _entry(index: int, kept: Kept, whom: str | None) -> dict[str, Any]:
    body = json.loads(kept.body)
    resource = body.get("resource", {})
    return {
        "index": index,
        "shard": kept.shard,
        "leaf_index": kept.leaf_index,
        "event_id": kept.leaf.event_id,
        "type": kept.leaf.type,
        "service": kept.leaf.service,
        "recorded_at": kept.leaf.recorded_at.isoformat().replace("+00:00", "Z"),
        "time": body.get("time"),
        "actor": body.get("actor"),
        "resource": {name: resource[name] for name in ("kind", "id", "version")}
        if resource
        else None,
        "withheld": None,
        "content": {name: each for name, each in body.get("data", body).items() if name != "salt"},
        "content_state": "shown",
        "redacted": [],
        "summary": kept.leaf.type,
        "people": None,
        "numbers": [
            {"person": each.person, "number": each.number, "salt": each.salt.hex()}
            for each in kept.leaf.people
            if each.person == whom
        ],
        **_proved(kept),
    }


def _tree(
    log: Log, shard: str, inside: list[Kept], stated: int, sign: Callable[[Log, str, int], bytes]
) -> Files:
    size, hashes = log.size(shard), log.hashes(shard)
    link = log.kept[log.starts[shard]]
    linked = link.leaf.type == LINK
    shown = {each.leaf_index for each in [*inside, *([link] * linked)]}
    nodes = cover(whole(size), shown)
    proof = [folded(hashes, each) for each in consistency(stated, size)]
    tree = {
        "shard": shard,
        "origin": f"{ORIGIN}/{shard}",
        "size": size,
        "stated": stated,
        "nodes": [[*node, subtree(hashes, node).hex()] for node in nodes],
        "consistency": [each.hex() for each in proof],
        "link": _proved(link) if linked else None,
    }
    return {
        f"trees/{shard}.json": packed(tree),
        f"trees/{shard}.checkpoint": sign(log, shard, size),
    }
