"""A real NATS 2.15 with JetStream for one machine: one user per service, least privilege."""

import sys
from collections.abc import Sequence
from pathlib import Path

from nats.aio.client import Client
from pydantic import SecretStr
from pydantic_core import to_json

from deploy.local.layout import ODS_CODE, Layout
from shared.eventstore.streams import all_streams, provide
from shared.platform.broker import Broker
from shared.platform.nats_config import DURABLE, LIMITS, OPERATOR, users
from shared.platform.service import Service
from shared.platform.settings import BrokerSettings


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
        self._configuration.touch(mode=0o600)
        self._configuration.write_bytes(
            to_json(
                {
                    "listen": f"127.0.0.1:{self._layout.ports['nats']}",
                    **LIMITS,
                    "jetstream": {"store_dir": str(self.directory / "streams"), **DURABLE},
                    "authorization": {"users": users(self._services, ODS_CODE, self._password)},
                },
                indent=2,
            )
        )

    async def connect(self) -> Client:
        """As the operator, who makes streams; no service can."""
        return await Broker.of(self.operator()).connect_once(OPERATOR)

    def operator(self) -> BrokerSettings:
        return BrokerSettings(
            nats_url=self._layout.nats_url,
            nats_user=OPERATOR,
            nats_password=SecretStr(self._password(OPERATOR)),
            ods_code=ODS_CODE,
        )

    def _password(self, user: str) -> str:
        return self._layout.secret("nats", user)

    async def provide(self) -> None:
        """The stream of each service, and that of keys; nothing happens to those that exist."""
        connection = await self.connect()
        try:
            for wanted in all_streams([each.name for each in self._services], ODS_CODE):
                await provide(connection, wanted)
        finally:
            await connection.close()
