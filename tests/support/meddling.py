"""How an export is meddled with by someone who would rather have another record, with every hash
made again that can be made without a key."""

import base64
import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from countersign import verify
from shared.kernel.merkle import leaf_hash
from tests.support.fabricating import (
    LOG_KEY,
    WITNESS_KEY,
    Files,
    Log,
    exported,
    listed,
    living,
    packed,
    rebodied,
    zipped,
)

Entry = dict[str, Any]


def checked(path: Path, export: Files | bytes, *arguments: str) -> verify.Report:
    """What the verifier finds, given the true keys of log and witness."""
    path.write_bytes(export if isinstance(export, bytes) else zipped(export))
    keys = ["--key", LOG_KEY, "--witness", WITNESS_KEY, *arguments]
    trust = verify.trust_of(verify.options("").parse_args(keys))
    return verify.examined(lambda report: verify.check_export(str(path), trust, report))


@cache
def true(kind: str = "person") -> Files:
    return exported(living(), kind)


def entries_of(files: Files) -> list[Entry]:
    return [json.loads(line) for line in files["entries.jsonl"].splitlines()]


def with_entries(change: Callable[[list[Entry]], object], kind: str = "person") -> Files:
    """An export with other entries, and a manifest that lists them."""
    found = entries_of(true(kind))
    change(found)
    lines = b"".join(packed(each) + b"\n" for each in found)
    return listed({**true(kind), "entries.jsonl": lines})


def with_json(name: str, change: Callable[[dict[str, Any]], object], kind: str = "person") -> Files:
    """An export with another file of JSON, and a manifest that lists it."""
    said = json.loads(true(kind)[name])
    change(said)
    if name == "manifest.json":
        return listed(true(kind), said)
    return listed({**true(kind), name: packed(said)})


def without(number: int, files: Files) -> Files:
    """An export without one of its entries: its leaf's hash stands in the tree instead."""
    found = entries_of(files)
    gone = found.pop(number)
    name = f"trees/{gone['shard']}.json"
    tree = json.loads(files[name])
    hashed = leaf_hash(gone["leaf"].encode()).hex()
    tree["nodes"] = [*tree["nodes"], [0, gone["leaf_index"], hashed]]
    lines = b"".join(packed(each) + b"\n" for each in found)
    return listed({**files, "entries.jsonl": lines, name: packed(tree)})


def restated(files: Files, **changes: Any) -> Files:
    """An export whose statement says something else, with the digest in its leaf."""
    said = json.loads(files["statement.json"])
    body = json.loads(base64.b64decode(said["body"]))
    for name, value in changes.items():
        body["data"][name] = value
    digested(said, packed(body))
    return listed({**files, "statement.json": packed(said)})


def releafed(entry: Entry, **changes: Any) -> None:
    entry["leaf"] = packed({**json.loads(entry["leaf"]), **changes}).decode()


def digested(entry: Entry, body: bytes) -> None:
    """Another body, and a leaf with its digest."""
    entry["body"] = base64.b64encode(body).decode()
    releafed(entry, digest=hashlib.sha256(body).hexdigest(), size=len(body))


def flipped(entry: Entry, *, digest: bool = False) -> None:
    """One bit of an event is another."""
    body = bytearray(base64.b64decode(entry["body"]))
    body[-10] ^= 1
    if digest:
        digested(entry, bytes(body))
    else:
        entry["body"] = base64.b64encode(body).decode()


def rebuilt(change: Callable[[Log], object]) -> Log:
    """The log with its entries changed, all hashes made again, its years linked again."""
    log = living()
    change(log)
    return log.relinked()


def edited(number: int) -> Callable[[Log], None]:
    """An event of a log says something else."""

    def edit(log: Log) -> None:
        kept = log.kept[number]
        rebodied(kept, kept.body.replace(b'"n":', b'"m":'))

    return edit
