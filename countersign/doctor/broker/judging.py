"""Whether broker, streams and the service's user are as they must be. Pure."""

from collections.abc import Mapping
from typing import Any

from countersign.doctor.broker.looking import Seen
from countersign.doctor.database.server import clock
from countersign.doctor.finding import (
    Finding,
    Findings,
    Level,
    demanded,
    fine,
    or_fine,
    unseen,
    wrong,
)
from shared.eventstore.cloudevents import KEYS, Names
from shared.eventstore.stream import NO_STREAM, StreamRefused
from shared.eventstore.streams import Configuration, compared, stream_of_events, stream_of_keys
from shared.platform.nats_config import LIMITS
from shared.platform.permissions import permissions
from shared.platform.service import Service

OLDEST = (2, 12)
"""NATS server: the first with atomic batches."""
REPLICAS = 3


def broker(service: Service, ods_code: str, seen: Seen) -> Findings:
    version = ".".join(map(str, seen.version))
    if seen.version < OLDEST:
        yield wrong(
            f"the broker is NATS {version}, and 2.12 at least is needed",
            "The relay publishes in atomic batches, which it doesn't know.", "Upgrade it.",
        )  # fmt: skip
        return
    yield fine(f"NATS {version} answers")
    if not seen.encrypted:
        yield demanded(
            "the connection to the broker isn't encrypted",
            "Passwords, and who did what to whom, travel in clear.",
            "TLS in the broker's configuration (countersign nats-config), NATS_URL=tls://….",
        )
    if seen.max_payload < LIMITS["max_payload"]:
        yield wrong(
            f"the broker takes {seen.max_payload} bytes at most",
            "An event that is larger stops the relay, and with it all that follows.",
            f"max_payload: {LIMITS['max_payload']} in its configuration.",
        )
    yield from clock(seen.clock, "the broker")
    yield from or_fine("its streams are as they must be", streams(service, ods_code, seen.streams))
    yield from or_fine("its user may do what it must, and no more", user(service, ods_code, seen))


def streams(
    service: Service, ods_code: str, found: Mapping[str, Mapping[str, Any] | StreamRefused]
) -> Findings:
    """All that it needs are there; those it writes are as they must be."""
    writes = {Names(ods_code, service.name).stream, *([KEYS] if service.owns_keys else [])}
    for name, info in found.items():
        if isinstance(info, StreamRefused):
            missing = info.code == NO_STREAM
            yield wrong(
                f"{name}: {'there is no such stream' if missing else info}",
                "What is recorded waits; others don't learn of it.",
                "countersign provision, as the operator.",
            )
        elif name in writes:
            yield from of_one(_wanted(name, service.name, ods_code, 1), info)
            yield from of_one(_wanted(name, service.name, ods_code, REPLICAS), info, REPLICAS)


def of_one(wanted: Configuration, info: Mapping[str, Any], replicas: int = 1) -> Findings:
    """What differs; with more than one replica only their number, and only in production."""
    standing = compared(wanted, info)
    for each in standing.differences:
        copies = each.setting == "num_replicas"
        if copies != (replicas > 1):
            continue
        why = str(each).rpartition(": ")[2]
        yield Finding(
            Level.WRONG,
            f"{wanted['name']}: {each.setting} is {each.found}, and must be {each.wanted}",
            f"{why[0].upper()}{why[1:]}.",
            f"countersign provision --replicas {replicas} --adjust, as the operator."
            if each.adjustable
            else "It can't be changed in place: find out who made it so.",
            production=copies,
        )
    if standing.away and replicas == 1:
        yield wrong(
            f"{wanted['name']} has no whole copy at {', '.join(standing.away)}",
            "One more server that fails stops publishing, or loses it.",
            "docs/runbooks/lose-a-nats-node.md.",
        )


def user(service: Service, ods_code: str, seen: Seen) -> Findings:
    if seen.user is None:
        yield unseen(
            "the broker doesn't tell what its user may do",
            "Whether the service could publish as another isn't known.",
            "Give its users the permissions of this release (countersign nats-config).",
        )
        return
    name, given = seen.user.get("user"), seen.user.get("permissions")
    if name != service.name:
        yield wrong(
            f"the service signs in at the broker as {name}",
            "It has that user's rights, and answers where that user is asked.",
            f"Set NATS_USER to {service.name}, with its password.",
        )
        return
    if not given:
        yield wrong(
            "its user at the broker may do everything",
            "Whoever takes this service over can publish as any other, and delete streams.",
            "Give its users the permissions of this release (countersign nats-config).",
        )
        return
    wanted: Any = permissions(service, ods_code)
    for what in ("publish", "subscribe"):
        allowed, must = {*(given.get(what) or {}).get("allow", [])}, {*wanted[what]}
        if more := sorted(allowed - must):
            yield wrong(
                f"its user may also {what} {', '.join(more)}",
                "Whoever takes this service over could act as another.",
                "Take it away: countersign nats-config prints what each may.",
            )
        if less := sorted(must - allowed):
            yield wrong(
                f"its user may not {what} {', '.join(less)}",
                "The service can't do what it must.",
                "Give it: countersign nats-config prints what each may.",
            )
    if given.get("responses") and "allow_responses" not in wanted:
        yield wrong(
            "its user may also answer whatever it is asked, at any address (allow_responses)",
            "Whoever asks it names the address: another's stream, and it publishes there.",
            "Take it away: countersign nats-config prints what each may.",
        )


def _wanted(name: str, service: str, ods_code: str, replicas: int) -> Configuration:
    if name == KEYS:
        return stream_of_keys(ods_code, replicas)
    return stream_of_events(Names(ods_code, service), replicas)
