"""`countersign provision`: the streams, made or compared with what they must be."""

import asyncio

from rich.console import Console

from countersign.configuration import operator_settings
from shared.contracts.system import SERVICES
from shared.eventstore import streams
from shared.platform.broker import Broker
from shared.platform.nats_config import OPERATOR
from shared.platform.settings import BrokerSettings


def run(out: Console, replicas: int, *, adjust: bool) -> int:
    """Returns 1 where a stream isn't what it must be."""
    found = asyncio.run(provision(operator_settings(), replicas, adjust=adjust))
    for each in found:
        for line in described(each):
            out.print(line)
    return int(any(each.differences for each in found))


async def provision(
    settings: BrokerSettings, replicas: int, *, adjust: bool = False
) -> list[streams.Standing]:
    """Raises `MalformedSetting`, `StreamRefused` or one of `LOST`."""
    connection = await Broker.of(settings).connect_once(OPERATOR)
    look = streams.adjust if adjust else streams.provide
    try:
        every = streams.all_streams(SERVICES, settings.ods_code, replicas)
        return [await look(connection, wanted) for wanted in every]
    finally:
        await connection.close()


def described(found: streams.Standing) -> list[str]:
    if found.made:
        return [f"{found.stream}: made"]
    said = [f"{found.stream}: {difference}" for difference in found.differences]
    if found.away:
        said.append(f"{found.stream}: no whole copy is at {', '.join(found.away)}")
    return said or [f"{found.stream}: as it must be"]
