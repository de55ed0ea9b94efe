"""A real NATS 2.15 with JetStream for one machine: one user per service, least privilege."""

import sys
from collections.abc import Sequence
from pathlib import Path

import nats
from nats.aio.client import Client
from pydantic_core import to_json

from deploy.local.layout import ODS_CODE, Layout
from shared.eventstore.cloudevents import KEYS, Names
from shared.eventstore.stream import (
    NO_STREAM,
    StreamRefused,
    ask,
    create_key_stream,
    create_stream,
)
from shared.platform.permissions import permissions
from shared.platform.service import Service

OPERATOR = "operator"


class Nats:
    """One server whose streams keep what they acknowledged across a power cut."""

    def __init__(self, layout: Layout, services: Sequence[Service]) -> None:
        self._layout = layout
        self._services = services
        self.directory = layout.data / "nats"

    @property
    def command(self) -> list[str]:
        return [str(Path(sys.executable).parent / "nats-server"), "-c", str(self._configuration)]

    @property
    def _configuration(self) -> Path:
        return self.directory / "nats.json"

    def initialise(self) -> None:
        self.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        users: list[dict[str, object]] = [
            {"user": OPERATOR, "password": self._layout.secret("nats", OPERATOR)}
        ]
        for service in self._services:
            users.append(
                {
                    "user": service.name,
                    "password": self._layout.secret("nats", service.name),
                    "permissions": permissions(service, ODS_CODE),
                }
            )
        self._configuration.touch(mode=0o600)
        self._configuration.write_bytes(
            to_json(
                {
                    "listen": f"127.0.0.1:{self._layout.ports['nats']}",
                    "max_payload": 4 << 20,
                    "jetstream": {
                        "store_dir": str(self.directory / "streams"),
                        "sync_interval": "always",
                    },
                    "authorization": {"users": users},
                },
                indent=2,
            )
        )

    async def connect(self) -> Client:
        """As the operator, who makes streams; no service can."""
        return await nats.connect(
            self._layout.nats_url,
            user=OPERATOR,
            password=self._layout.secret("nats", OPERATOR),
            connect_timeout=1,
            allow_reconnect=False,
            error_cb=_quietly,
        )

    async def provide(self) -> None:
        """The stream of each service, and that of keys; nothing happens to those that exist."""
        connection = await self.connect()
        try:
            for service in self._services:
                names = Names(ODS_CODE, service.name)
                if await _is_missing(connection, names.stream):
                    await create_stream(connection, names)
            if await _is_missing(connection, KEYS):
                await create_key_stream(connection, ODS_CODE)
        finally:
            await connection.close()


async def _is_missing(connection: Client, stream: str) -> bool:
    try:
        await ask(connection, f"STREAM.INFO.{stream}")
    except StreamRefused as refused:
        if refused.code != NO_STREAM:
            raise
        return True
    return False


async def _quietly(error: Exception) -> None:
    """The server may not be up yet; whoever asked is told by the exception."""
