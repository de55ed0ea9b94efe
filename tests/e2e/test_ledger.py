"""The ledger's trees over HTTP: for anybody, for who may read leaves, and for other people's
verifiers, unchanged."""

import base64
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from shared.kernel.merkle import HASH_BYTES, leaf_hash, number_path
from shared.platform.signed_note import Checkpoint, Verifier, opened
from tests.support.client import Client
from tests.support.tokens import signed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
LEDGER = "/v1/audit/ledger"
GOPATH = Path("/usr/share/gocode")
"""Where Debian's golang-golang-x-mod-dev puts the Go project's packages."""
GO = shutil.which("go")
VERIFIER = Path(__file__).parents[1] / "third_party" / "verify.go"


async def recorded(client: Client, count: int = 2) -> list[str]:
    """The ids of some events that are in the ledger, and in a checkpoint that is published."""
    person = client.service_user()
    path = f"/v1/audit/events?service_user_id={person}&order=asc"
    for _ in range(count - 1):
        client.referral(person)
    found: list[dict[str, Any]] = []

    def arrived() -> bool:
        found[:] = client.get("audit", path, "ig-lead-1").body["items"]
        return len(found) >= count

    await until(arrived)
    events = [each["event_id"] for each in found[:count]]
    proof = f"{LEDGER}/proofs/inclusion?event_id={events[-1]}"
    await until(lambda: client.get("audit", proof, "auditor-1").status == 200)
    return events


def newest(client: Client) -> tuple[dict[str, Any], Checkpoint]:
    """The open shard and its newest checkpoint, whose signature is checked."""
    said = client.get("audit", LEDGER).body
    shard = said["shards"][-1]
    trusted = [
        key for each in said["keys"] if (key := Verifier.parse(each)).name == shard["origin"]
    ]
    text, _ = opened(client.get("audit", f"{shard['url']}/checkpoint").body, trusted)
    return shard, Checkpoint.parse(text)


async def test_anybody_reads_checkpoints_and_tiles(client: Client) -> None:
    [event, _] = await recorded(client)
    proof = client.get("audit", f"{LEDGER}/proofs/inclusion?event_id={event}", "auditor-1").body
    shard, head = newest(client)
    assert shard["origin"] == f"127.0.0.1:{client.layout.ports['audit']}{shard['url']}"
    assert head.origin == shard["origin"]
    assert head.size >= proof["size"]
    number, place = divmod(proof["leaf_index"], 256)
    for below, cached in (
        (LEDGER, "public, max-age=5"),
        (shard["url"], "public, max-age=31536000, immutable"),
    ):
        checkpoint = client.get("audit", f"{below}/checkpoint")
        assert checkpoint.headers["content-type"] == "text/plain; charset=utf-8"
        assert checkpoint.headers.get_list("cache-control") == ["no-store"]
        tile = _raw(client, f"{below}/tile/0/{number_path(number, place + 1)}")
        assert tile.headers["content-type"] == "application/octet-stream"
        assert tile.headers.get_list("cache-control") == [cached]
        last = tile.content[place * HASH_BYTES :]
        assert base64.b64encode(last).decode() == proof["leaf_hash"]
    for path in (
        f"tile/0/{number_path(head.size // 256 + 100, 1)}", "tile/0/1", "tile/00/000", "tile/0/",
        "tile/0",
        "tile/0/000.p/0", "tile/data/000", "tile/8/0/000", "tile/0/x001/000/x000", "checkpoint/",
    ):  # fmt: skip
        for below in (LEDGER, shard["url"], f"{LEDGER}/1999"):
            missing = client.get("audit", f"{below}/{path}")
            assert (missing.status, missing.code) == (404, "not_found"), path


async def test_leaves_are_for_who_was_granted_them(client: Client) -> None:
    await recorded(client)
    shard, _ = newest(client)
    entries = f"{shard['url']}/tile/entries/000.p/1"
    assert client.get("audit", entries).status == 401
    refused = client.get("audit", entries, "nurse-1")
    assert (refused.status, refused.code) == (403, "insufficient_scope")
    assert refused.body["needed"] == "ledger.read"
    client.tokens["a-monitor"] = signed(
        client, sub="a-monitor", roles=[], teams=[], scope="openid ledger.read", exp=2_000_000_000
    )
    first = _raw(client, entries, "a-monitor", "identity").content
    assert leaf_hash(first[2:]) == _raw(client, f"{shard['url']}/tile/0/000.p/1").content
    for accepted, coded in (
        ("gzip", True), ("br, gzip;q=0.5", True), ("gzip;q=0", False), ("br", False), ("", False),
    ):  # fmt: skip
        answer = _raw(client, entries, "auditor-1", accepted)
        assert answer.headers["vary"] == "Accept-Encoding"
        assert answer.headers.get("content-encoding") == ("gzip" if coded else None), accepted
        assert answer.content == first
    for missing in ("1", "999", "000.p/0"):
        assert client.get("audit", f"{LEDGER}/tile/entries/{missing}", "auditor-1").status == 404


async def test_malformed_questions_for_proofs(client: Client) -> None:
    [event, _] = await recorded(client)
    for query in (
        "inclusion", "inclusion?event_id=x", f"inclusion?event_id={event}&size=0", "receipt",
        f"inclusion?event_id={event}&size=99999999999999999999", "consistency",
        "consistency?first=0", "consistency?first=2&second=1", "consistency?first=1&shard=x",
    ):  # fmt: skip
        assert client.get("audit", f"{LEDGER}/proofs/{query}", "ig-lead-1").status == 422, query
    missing = client.get("audit", f"{LEDGER}/proofs/consistency?first=1&shard=1999", "ig-lead-1")
    assert missing.status == 404
    unknown = f"{LEDGER}/proofs/inclusion?event_id=01a00000-0000-7000-8000-00000000dead"
    assert client.get("audit", unknown, "ig-lead-1").status == 404
    later = client.get("audit", f"{LEDGER}/proofs/consistency?first={1 << 40}", "ig-lead-1")
    assert later.status == 422, "it is larger than the second, which is the newest"
    later = client.get("audit", f"{LEDGER}/proofs/inclusion?event_id={event}&size={1 << 40}",
                       "ig-lead-1")  # fmt: skip
    assert (later.status, later.code) == (409, "not_in_a_checkpoint_yet")


@pytest.mark.skipif(
    not (GO and (GOPATH / "src/golang.org/x/mod/sumdb/tlog").exists()) and not os.environ.get("CI"),
    reason="needs Go and golang.org/x/mod: apt-get install golang-go golang-golang-x-mod-dev",
)
async def test_the_go_project_verifies_it(client: Client, tmp_path: Path) -> None:
    """With golang.org/x/mod/sumdb/note and /tlog as Debian has them: checkpoint, tiles, leaves, and
    our proofs of two events."""
    events = await recorded(client)
    shard, before = newest(client)
    earlier = tmp_path / "earlier"
    earlier.write_text(client.get("audit", f"{shard['url']}/checkpoint").body)
    events += await recorded(client)
    assert newest(client)[1].size > before.size
    program = built(tmp_path)
    keys = [Verifier.parse(each) for each in client.get("audit", LEDGER).body["keys"]]
    [key] = [each for each in keys if each.name == shard["origin"]]

    def verify(vkey: str) -> subprocess.CompletedProcess[str]:
        command: list[str | Path] = [
            program,
            f"{client.layout.url('audit')}{shard['url']}",
            vkey,
            earlier,
            *events,
        ]
        token = {"TOKEN": client.token("auditor-1")}
        return subprocess.run(command, env=token, capture_output=True, text=True, check=False)

    verified = verify(key.vkey)
    assert verified.returncode == 0, verified.stderr
    assert f"{len(events)} events proved" in verified.stdout
    other = verify(Verifier(key.name, bytes(reversed(key.key))).vkey)
    assert other.returncode == 1
    assert "no verifiable signatures" in other.stderr


def built(directory: Path) -> Path:
    """The program, of what is on this machine alone."""
    program, cache = directory / "verify", str(directory / "cache")
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": str(GOPATH), "GOCACHE": cache}
    subprocess.run([GO or "go", "build", "-o", program, VERIFIER], env=environment, check=True)
    return program


def _raw(
    client: Client, path: str, by: str | None = None, accepted: str = "gzip"
) -> httpx.Response:
    headers = {"Accept-Encoding": accepted}
    if by:
        headers["Authorization"] = f"Bearer {client.token(by)}"
    answer = httpx.get(f"{client.layout.url('audit')}{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return answer
