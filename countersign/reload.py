"""`countersign reload-broker`: each server reads its configuration and certificate again."""

import asyncio
import os

from pydantic_core import from_json
from pydantic_settings import SettingsConfigDict
from rich.console import Console

from countersign.misconfigured import Misconfigured
from shared.platform.broker import Broker
from shared.platform.nats_config import SYSTEM
from shared.platform.settings import BrokerSettings

PREFIX = "COUNTERSIGN_SYSTEM_"
ANSWERS_WITHIN = 5.0


class SystemSettings(BrokerSettings):
    """How whoever asks the servers themselves reaches them: not a user of any service."""

    model_config = SettingsConfigDict(env_prefix=PREFIX)

    nats_user: str | None = SYSTEM


def run(out: Console) -> int:
    """Returns 1 where a server did not do so."""
    if f"{PREFIX}NATS_URL" not in os.environ:
        raise Misconfigured(
            f"{PREFIX}NATS_URL isn't set. The local stack's broker is restarted instead."
        )
    told = asyncio.run(reload(SystemSettings()))
    for server, refusal in told.items():
        out.print(f"{server}: {refusal or 'has read its configuration and certificate again'}")
    return int(any(told.values()))


async def reload(settings: BrokerSettings) -> dict[str, str]:
    """Why not, by the server's name; empty where it did. Raises `MalformedSetting` or `LOST`."""
    connection = await Broker.of(settings).connect_once(SYSTEM)
    try:
        answers = await connection.subscribe(inbox := connection.new_inbox())
        await connection.publish("$SYS.REQ.SERVER.PING.STATSZ", reply=inbox)
        servers: dict[str, str] = {}
        active = 1
        while len(servers) < active:
            said = from_json((await answers.next_msg(ANSWERS_WITHIN)).data)
            servers[said["server"]["id"]] = said["server"]["name"]
            active = said["statsz"]["active_servers"]
        told = {}
        for server, name in sorted(servers.items(), key=lambda each: each[1]):
            subject = f"$SYS.REQ.SERVER.{server}.RELOAD"
            answer = await connection.request(subject, timeout=ANSWERS_WITHIN)
            told[name] = str(from_json(answer.data).get("error") or "")
        return told
    finally:
        await connection.close()
