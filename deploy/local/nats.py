"""A real NATS 2.15 with JetStream for one machine: one user per service, least privilege."""

import sys
from pathlib import Path

import nats
from nats.aio.client import Client
from pydantic_core import to_json

from deploy.local.layout import ODS_CODE, Layout
from shared.contracts.system import SERVICES
from shared.eventstore.cloudevents import Names
from shared.eventstore.stream import NO_STREAM, StreamRefused, ask, create_stream

OPERATOR = "operator"


def permissions(
    service: str, follows: tuple[str, ...], ods_code: str = ODS_CODE
) -> dict[str, object]:
    """What a service's user may do: publish its own subjects, and follow the streams it reads."""
    own = Names(ods_code, service)
    publish = [own.subjects, own.head, f"care-ask.{ods_code}.*.head"]
    for producer in sorted({service, *follows}):
        stream = Names(ods_code, producer).stream
        publish += [f"$JS.API.STREAM.MSG.GET.{stream}", f"$JS.API.STREAM.INFO.{stream}"]
    for producer in sorted(follows):
        stream = Names(ods_code, producer).stream
        durable = f"{service}-from-{producer}"
        publish += [
            f"$JS.API.CONSUMER.CREATE.{stream}.{durable}",
            f"$JS.API.CONSUMER.DELETE.{stream}.{durable}",
            f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}",
            f"$JS.ACK.{stream}.{durable}.>",
        ]
    return {
        "publish": publish,
        "subscribe": [f"_INBOX_{service}.>", own.ask_head, f"care-head.{ods_code}.*"],
        "allow_responses": {"max": 1, "expires": "5s"},
    }


class Nats:
    """One server whose streams keep what they acknowledged across a power cut."""

    def __init__(self, layout: Layout, follows: dict[str, tuple[str, ...]]) -> None:
        self._layout = layout
        self._follows = follows
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
        for service in SERVICES:
            users.append(
                {
                    "user": service,
                    "password": self._layout.secret("nats", service),
                    "permissions": permissions(service, self._follows[service]),
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
        """The stream of each service; nothing happens to those that exist."""
        connection = await self.connect()
        try:
            for service in SERVICES:
                names = Names(ODS_CODE, service)
                try:
                    await ask(connection, f"STREAM.INFO.{names.stream}")
                except StreamRefused as refused:
                    if refused.code != NO_STREAM:
                        raise
                    await create_stream(connection, names)
        finally:
            await connection.close()


async def _quietly(error: Exception) -> None:
    """The server may not be up yet; whoever asked is told by the exception."""
