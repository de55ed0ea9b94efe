"""A real witness in this process, whom a network that a test can cut leads to."""

import asyncio
import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from countersign.witness import WitnessSettings, create_app
from countersign.witness.files import Files
from services.audit.application.signing import LedgerKeys
from services.audit.application.witnesses import Witness
from shared.platform.signed_note import COSIGNATURE, Signer
from tests.support.ledger import KEYS


class Network(httpx.AsyncBaseTransport):
    """The way to a witness: `up`, `down` (refused at once), or `silent` (nothing comes back)."""

    def __init__(self, application: object) -> None:
        self._inner = httpx.ASGITransport(application)  # type: ignore[arg-type]
        self.state = "up"
        self.asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.state == "down":
            raise httpx.ConnectError("refused")
        if self.state == "silent":
            await asyncio.Event().wait()
        return await self._inner.handle_async_request(request)


class Watching:
    """A witness that a team runs, and what the audit service has of it."""

    def __init__(self, files: Files, name: str, keys: LedgerKeys) -> None:
        seed = base64.b64encode(name.encode().ljust(32, b"-")).decode()
        public = [base64.b64encode(each.verifier.key).decode() for each in keys.signers("2026")]
        settings = WitnessSettings(
            name=name, key=seed, logs="\n".join(f"{keys.origin} {each}" for each in public),
            directory=Path("not used"),
        )  # fmt: skip
        self.files = files
        self.network = Network(create_app(settings, files))
        self.signer = Signer.parse(name, seed, COSIGNATURE)
        self.witness = Witness(self.signer.verifier, f"http://{name.split('/')[0]}", self.network)


@contextmanager
def watching(
    directory: Path, name: str = "witness.example/care", keys: LedgerKeys = KEYS
) -> Iterator[Watching]:
    files = Files(directory)
    try:
        yield Watching(files, name, keys)
    finally:
        files.close()
