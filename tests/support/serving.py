"""A log in memory over HTTP, as the audit service serves its ledger; and what a witness shows."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from shared.kernel.merkle import HASH_BYTES, Tile, grown, tile_path
from tests.support.fabricating import LOG_KEY, ORIGIN, WITNESS_KEY, Log, signed

PREFIX = "/v1/audit/ledger"
TOKEN = "a token with ledger.read"


@dataclass
class Site:
    """What is answered to each path, which a test may change; `private` ones need the token."""

    pages: dict[str, bytes] = field(default_factory=dict)
    private: set[str] = field(default_factory=set)
    busy: int = 0
    """How many requests are yet refused for being too many."""
    url: str = ""


def site_of(log: Log) -> Site:
    """What a log serves below its address, and its witness at `/checkpoints`."""
    site, shards, seen = Site(), [], []
    for shard, first in log.starts.items():
        size, note = log.size(shard), signed(log, shard, log.size(shard))
        origin = f"{ORIGIN}/{shard}"
        shards.append(
            {"id": shard, "origin": origin, "url": "http://elsewhere.test/", "size": size,
             "first_index": first, "closed": shard != list(log.starts)[-1]}
        )  # fmt: skip
        seen.append({"origin": origin, "size": size, "note": note.decode()})
        below = f"{PREFIX}/{shard}"
        site.pages[f"{below}/checkpoint"] = note
        for tile, hashes in grown(0, {}, log.hashes(shard)).items():
            path = tile_path(tile, len(hashes) // HASH_BYTES)
            site.pages[f"{below}/tile/{path}"] = hashes
        records = [each.leaf.record for each in log.kept if each.shard == shard]
        for start in range(0, size, 256):
            some = records[start : start + 256]
            path = tile_path(Tile(0, start // 256), len(some)).partition("/")[2]
            bundle = f"{below}/tile/entries/{path}"
            site.pages[bundle] = b"".join(len(each).to_bytes(2) + each for each in some)
            site.private.add(bundle)
    overview = {"origin": ORIGIN, "shards": shards, "keys": [LOG_KEY], "witnesses": [WITNESS_KEY]}
    site.pages[PREFIX] = json.dumps(overview).encode()
    said = {"witness": WITNESS_KEY, "checkpoints": seen}
    site.pages["/checkpoints"] = json.dumps(said).encode()
    return site


@contextmanager
def served(site: Site) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = site.pages.get(self.path)
            status = 200 if page is not None else 404
            if self.path in site.private and self.headers["Authorization"] != f"Bearer {TOKEN}":
                status = 403
            if site.busy:
                site.busy -= 1
                status = 429
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "0")
            self.end_headers()
            if status == 200 and page is not None:
                self.wfile.write(page)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
