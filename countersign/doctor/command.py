"""The command: which areas are looked at, in what order, and what comes of it."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import psycopg

from countersign.configuration import service_of
from countersign.doctor import broker as at_broker
from countersign.doctor import database as at_database
from countersign.doctor.across import across
from countersign.doctor.at_hand import AtHand, at_hand, secrets_of, services_here
from countersign.doctor.broker.following import cursors
from countersign.doctor.database.looking import connect
from countersign.doctor.database.needing import KEYS, append_only
from countersign.doctor.database.rights import guarding
from countersign.doctor.deadlines import deadlines
from countersign.doctor.finding import (
    Finding,
    Findings,
    Level,
    Placed,
    elsewhere,
    placed,
    unseen,
    wrong,
)
from countersign.doctor.identity import identity
from countersign.doctor.keys import keys
from countersign.doctor.ledger_settings import ledger_settings
from countersign.doctor.printing import printed
from countersign.doctor.record import ledger, parked
from countersign.doctor.roles import Role
from countersign.doctor.secrets import secrets
from countersign.doctor.settings import settings
from countersign.doctor.witnessing import ask, witnessing
from countersign.misconfigured import SECRETS_DIR, Misconfigured
from countersign.plainly import CANNOT, in_words
from services.audit.application import LedgerKeys, parse_witnesses
from services.audit.settings import AuditSettings
from shared.eventstore.stream import StreamRefused
from shared.eventstore.wrapping import KeyRing, MalformedKeyRing
from shared.platform.settings import MalformedSetting, ServiceSettings

Connection = psycopg.Connection[dict[str, Any]]
FINE, WRONG = 0, 1


def run(names: Sequence[str], role: Role, *, production: bool, as_json: bool) -> int:
    """Look, and print what is found. Returns the exit code."""
    hands = [at_hand(name) for name in names or services_here()]
    if not hands:
        raise Misconfigured(
            "There are no service's settings here: neither in the environment nor in files of the"
            f" directory that {SECRETS_DIR} names."
        )
    found = examined(hands, role)
    hidden = set().union(*map(secrets_of, hands))
    printed([hand.name for hand in hands], found, hidden, production=production, as_json=as_json)
    return code(found, production=production)


def code(found: Sequence[Placed], *, production: bool) -> int:
    levels = {each.finding.level for each in counted(found, production=production)}
    return WRONG if Level.WRONG in levels else CANNOT if Level.UNSEEN in levels else FINE


def counted(found: Sequence[Placed], *, production: bool) -> list[Placed]:
    return [each for each in found if production or not each.finding.production]


def examined(hands: Sequence[AtHand], role: Role = Role.all) -> list[Placed]:
    """Everything, of each service and then of all."""
    found = [each for hand in hands for each in _of_one(hand, role)]
    found += placed("", "secrets", secrets(hands))
    return found + placed("", "agreement", across(hands))


def _of_one(hand: AtHand, role: Role) -> list[Placed]:
    found = placed(hand.name, "settings", settings(hand))
    found += placed(hand.name, "settings", ledger_settings(hand))
    if hand.settings is None:
        return found
    found += placed(hand.name, "identity", _identity(hand.settings, role))
    try:
        connection = connect(hand.settings.database_dsn.get_secret_value())
    except at_database.DatabaseAway as away:
        return found + placed(hand.name, "database", [_away("database", str(away))])
    with contextlib.closing(connection):
        for area, look in _areas(hand.name, hand.settings, role, connection):
            found += placed(hand.name, area, _safely(look))
    return found


def _areas(
    name: str, given: ServiceSettings, role: Role, connection: Connection
) -> list[tuple[str, Callable[[], Findings]]]:
    return [
        ("database", partial(_database, name, given, connection)),
        ("keys", partial(_keys, name, given, connection)),
        ("broker", partial(_broker, name, given, connection)),
        ("record", partial(_record, given, role, connection)),
        ("deadlines", partial(deadlines, name, given.database_dsn.get_secret_value(), connection)),
    ]


def _database(name: str, given: ServiceSettings, connection: Connection) -> Findings:
    tables, triggers = [*append_only(name), KEYS], list(guarding(name))
    seen = at_database.look(connection, tables, triggers)
    yield from at_database.server(seen, given.pool_size)
    yield from at_database.rights(name, seen)


def _keys(name: str, given: ServiceSettings, connection: Connection) -> Findings:
    try:
        ring = KeyRing.parse(given.key_encryption_keys.get_secret_value())
    except MalformedKeyRing as malformed:
        yield wrong(
            f"{name.upper()}_KEY_ENCRYPTION_KEYS: {malformed}", "The service doesn't start.",
            "Lines of an id and 32 bytes in base64: docs/runbooks/rotate-keys.md.",
        )  # fmt: skip
        return
    yield from keys(name, ring, connection)


def _broker(name: str, given: ServiceSettings, connection: Connection) -> Findings:
    service = service_of(name)
    taken = cursors(connection, given.ods_code)
    try:
        seen = asyncio.run(at_broker.look(service, given, taken))
    except at_broker.BrokerAway as away:
        yield _away("broker", str(away))
        return
    yield from at_broker.broker(service, given.ods_code, seen)
    if seen.tail:
        yield from at_broker.relayed(seen.tail, connection)
    yield from at_broker.following(seen)


def _identity(given: ServiceSettings, role: Role) -> Findings:
    if role.asks_the_issuer:
        yield from identity(given)
    else:
        yield elsewhere("the issuer is", Role.api)


def _record(given: ServiceSettings, role: Role, connection: Connection) -> Findings:
    yield from parked(connection)
    if not isinstance(given, AuditSettings):
        return
    yield from ledger(given, connection)
    with contextlib.suppress(MalformedSetting):  # said with the settings
        signing = LedgerKeys.parse(given.ledger_origin, given.ledger_keys.get_secret_value())
        witnesses = parse_witnesses(given.witnesses)
        asking = ask if role.asks_witnesses else None
        yield from witnessing(witnesses, signing, connection, asking)
        if witnesses and not asking:
            yield elsewhere("what the witnesses answer is", Role.worker)


def _safely(look: Callable[[], Findings]) -> Findings:
    """What a look finds, up to where it was refused."""
    try:
        yield from look()
    except (psycopg.Error, StreamRefused) as error:
        yield unseen(
            in_words(error)[0], "The rest of this isn't known.",
            "Mend what is wrong above, and look again.",
        )  # fmt: skip


def _away(what: str, why: str) -> Finding:
    return wrong(
        f"the {what} can't be reached from here", f"{why}.",
        "Is it up, is the address right, and may this pod go there (NetworkPolicy)?",
    )  # fmt: skip
