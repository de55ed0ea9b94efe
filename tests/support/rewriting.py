"""Services' stores and a ledger of what they said, signed and witnessed; and what someone with all
rights in the databases, and perhaps the ledger's keys, then makes of them."""

import asyncio
import base64
import hashlib
import itertools
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg.rows import dict_row

from countersign import verify
from countersign.reconcile import Agreement, Places, at_a_moment, reconcile
from countersign.reconcile.comparing import Open
from countersign.reconcile.reading import Reading
from countersign.reconcile.witnesses import Seen
from services.audit.application.cosigning import Cosigning
from services.audit.application.signing import Signing
from services.audit.consumer import HANDLERS
from services.audit.policy import SALT_BYTES, Numbered
from shared.contracts.contract import contract_of
from shared.eventstore.cloudevents import Message
from shared.eventstore.database import Database
from shared.eventstore.sealing import DataKey
from shared.kernel.clock import SystemClock
from shared.kernel.merkle import grown, hash_of, leaf_hash, whole
from shared.platform.deadlines import clock_call
from shared.platform.signed_note import Checkpoint, Signer, note
from tests.support.build import SERVICE_USER
from tests.support.clocks import Standing
from tests.support.engines import Engines, Fresh
from tests.support.ledger import KEYS, OTHER, SEED, Said, denied, granted, read, registered
from tests.support.ledger import restricted as restriction
from tests.support.witness import Watching, watching

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
KEY = DataKey(uuid4(), "service-user:anyone", AESGCM(bytes(32)))
UNREADABLE = b"\x00 not an event"
MANY = 280
"""Events in the new year: a whole tile and more."""
Connection = psycopg.Connection[Any]


@dataclass
class World:
    """Databases, and what is known of the ledger outside of them."""

    engines: Engines
    databases: dict[str, Fresh]
    witness: Watching

    @property
    def trust(self) -> verify.Trust:
        signers = [each.verifier.vkey for each in KEYS.signers("2026")]
        keys = [verify.read_key(each, verify.SIGNATURE) for each in signers]
        witness = verify.read_key(self.witness.witness.verifier.vkey, verify.COSIGNATURE)
        return verify.Trust(keys, [witness], 0)

    def seen(self) -> list[Seen]:
        """What the witness lists."""
        found = [
            (origin, head.size, head)
            for origin, text in self.witness.files.all_latest().items()
            for head in [verify.read_checkpoint(text.encode())]
        ]
        return [Seen(self.trust.witnesses[0], "the witness saw it", found)]

    def reconciled(
        self,
        changed: dict[str, Connection] | None = None,
        *,
        witness: bool = False,
        seen: list[Seen] | None = None,
        restored: Sequence[str] = (),
    ) -> Agreement:
        """Whether databases agree, some of them as they were changed; and with the witness, or with
        what it is made to say."""

        def opening(name: str) -> Open:
            if changed and name in changed:
                return lambda: nullcontext(Reading(changed[name]))
            return partial(at_a_moment, self.databases[name].dsn)

        stores = {name: opening(name) for name in self.databases if name != "audit"}
        report = Agreement()
        views = seen if seen is not None else self.seen() if witness else []
        places = Places(opening("audit"), stores, KEYS.origin, lambda: views, restored)
        reconcile(places, self.trust, report, lambda *_: None, patience=0)
        return report

    @contextmanager
    def changing(self, name: str) -> Iterator[Connection]:
        """A database in which everything may be done, for which no trigger fires; what was done is
        taken back afterwards."""
        with psycopg.connect(self.databases[name].superuser_dsn) as connection:
            connection.execute("SET session_replication_role = replica")
            yield connection
            connection.rollback()


@contextmanager
def world(engines: Engines, directory: Path) -> Iterator[World]:
    """Two services have said things about two people, in two years."""
    databases = {name: engines.fresh(name) for name in ("audit", "notes", "referrals")}
    with watching(directory) as witness:
        found = World(engines, databases, witness)
        asyncio.run(_live(found))
        yield found


async def _live(world: World) -> None:
    ledger = Database(world.databases["audit"].dsn, pool_size=2)
    await ledger.open()
    try:
        old, new = NEW_YEAR - timedelta(days=1), NEW_YEAR + timedelta(hours=1)
        told = _Told(world, ledger)
        for database in world.databases.values():
            _give_key(database)
        await told.tell(
            "referrals", [registered(), registered(OTHER), restriction(OTHER, version=1)], old
        )
        first = [
            read(SERVICE_USER),
            denied(OTHER),
            granted(SERVICE_USER),
            read(SERVICE_USER, OTHER),
        ]
        await told.tell("notes", first, old)
        await _sign(world, ledger, old)
        await told.tell("notes", [read(SERVICE_USER) for _ in range(MANY // 2)], new)
        await told.tell("referrals", [restriction(SERVICE_USER, version=1)], new)
        await told.tell("notes", [], new, raw=UNREADABLE)
        await _sign(world, ledger, new)
        later = new + timedelta(hours=1)
        await told.tell("notes", [read(OTHER) for _ in range(MANY // 2)], later)
        await _sign(world, ledger, later)
    finally:
        await ledger.close()


def _give_key(database: Fresh) -> None:
    with psycopg.connect(database.dsn) as connection:
        connection.execute(
            "INSERT INTO keys.data_keys VALUES (%s, %s, 'referrals', 'wrapped', 'kek', now(), NULL,"
            " true)", (KEY.id, KEY.subject),
        )  # fmt: skip


async def _sign(world: World, ledger: Database, at: datetime) -> None:
    cosigning = Cosigning(ledger, [world.witness.witness])
    assert await Signing(ledger, KEYS, SystemClock(), cosigning).look(clock_call(at)) == 0


class _Told:
    """Services' stores, and the consumers of the ledger."""

    def __init__(self, world: World, ledger: Database) -> None:
        self._world, self._ledger = world, ledger
        self._last = dict.fromkeys(world.databases, 0)

    async def tell(
        self, service: str, events: Sequence[Said], at: datetime, raw: bytes | None = None
    ) -> None:
        said = [(each.id, contract_of(type(each.payload), service).type, each.body(KEY))
                for each in events]  # fmt: skip
        if raw is not None:
            said.append((uuid4(), "countersign.notes.note-recorded.v1", raw))
        messages = []
        with psycopg.connect(self._world.databases[service].dsn) as store:
            for event_id, type_, body in said:
                before, self._last[service] = self._last[service], self._last[service] + 4096
                position = self._last[service]
                store.execute(
                    "INSERT INTO events VALUES (%s, %s, %s, 1, %s, %s)",
                    (position, event_id, event_id, type_, body),
                )
                messages.append(Message(0, position, before, str(event_id), type_, body, None))
        async with await psycopg.AsyncConnection.connect(self._ledger.dsn) as connection:
            await HANDLERS[service].apply(connection, messages, Standing(at))
            await connection.execute(
                "INSERT INTO consumers VALUES (%s, %s, 0)"
                " ON CONFLICT (producer) DO UPDATE SET position = excluded.position",
                (service, self._last[service]),
            )


def releafed(connection: Connection, index: int, **changes: Any) -> None:
    """A leaf says something else: by default what its row says now."""
    row = connection.execute(
        "SELECT record, body, position, previous, event_id, type, recorded_at, service"
        " FROM leaves JOIN ledger USING (index) WHERE index = %s", (index,)
    ).fetchone()  # fmt: skip
    assert row
    record = json.loads(bytes(row[0]))
    record |= {
        "digest": hashlib.sha256(bytes(row[1])).hexdigest(),
        "size": len(row[1]),
        "position": row[2],
        "previous": row[3],
        "event": row[4],
        "type": row[5],
        "recorded_at": row[6].astimezone(UTC).isoformat(timespec="microseconds"),
        "service": row[7],
        **changes,
    }
    said = json.dumps(record, sort_keys=True, separators=(",", ":")).encode()
    connection.execute("UPDATE leaves SET record = %s WHERE index = %s", (said, index))


def rebodied(connection: Connection, index: int, body: bytes, *, leaf: bool = True) -> None:
    """Other bytes of an entry, with their digest; and in its leaf, too."""
    connection.execute(
        "UPDATE ledger SET body = %s, digest = %s WHERE index = %s",
        (body, hashlib.sha256(body).digest(), index),
    )
    if leaf:
        releafed(connection, index)


def regrown(connection: Connection) -> None:
    """All tiles anew, and the links of the years."""
    shards = connection.execute("SELECT id, first_index FROM shards ORDER BY 2").fetchall()
    ends = [first for _, first in shards[1:]] + [1 << 62]
    connection.execute("DELETE FROM tiles")
    before: tuple[str, int, bytes] | None = None
    for (shard, first), end in zip(shards, ends, strict=True):
        if before:
            closed = {"closed": before[0], "root": before[2].hex(), "size": before[1]}
            rebodied(connection, first, json.dumps(closed, sort_keys=True,
                                                   separators=(",", ":")).encode())  # fmt: skip
        hashes = _hashes(connection, first, end)
        tiles = grown(0, {}, hashes)
        for tile, row in tiles.items():
            connection.execute("INSERT INTO tiles VALUES (%s, %s, %s, %s)", (shard, *tile, row))
        before = shard, len(hashes), hash_of(whole(len(hashes)), tiles)


def resigned(connection: Connection, seed: str = SEED) -> None:
    """Every checkpoint anew, of the leaves as they are now; the witness's lines are gone."""
    this = "(shard, size) = (%s, %s)"
    connection.execute("DELETE FROM witnessed")
    for shard, size, first in connection.execute(
        "SELECT shard, size, first_index FROM checkpoints JOIN shards ON id = shard"
    ).fetchall():
        hashes = _hashes(connection, first, first + size)
        if len(hashes) < size:
            connection.execute(f"DELETE FROM checkpoints WHERE {this}", (shard, size))
            continue
        root = hash_of(whole(size), grown(0, {}, hashes))
        origin = f"{KEYS.origin}/{shard}"
        text = Checkpoint(origin, size, root).text
        connection.execute(
            f"UPDATE checkpoints SET root = %s, note = %s WHERE {this}",
            (root, note(text, [Signer.parse(origin, seed).sign(text)]), shard, size),
        )


def removed(connection: Connection, index: int) -> None:
    """An entry is nowhere in the ledger any more."""
    for table in ("ledger", "leaves", "numbers", "entries", "subjects", "accesses", "alerts"):
        connection.execute(f"DELETE FROM {table} WHERE index = %s", (index,))


def closed_up(connection: Connection, index: int) -> None:
    """What followed a removed entry follows what was before it: indexes, numbers and links."""
    for table in ("ledger", "leaves", "numbers", "entries", "subjects", "accesses", "alerts"):
        connection.execute(f"UPDATE {table} SET index = -index WHERE index > %s", (index,))
        connection.execute(f"UPDATE {table} SET index = -index - 1 WHERE index < 0")
    connection.execute(
        "UPDATE shards SET first_index = first_index - 1 WHERE first_index > %s", (index,)
    )
    connection.execute("UPDATE ledger_size SET size = size - 1")


def renumbered(connection: Connection) -> None:
    """Everyone's numbers from 1 on, in the leaves too; each event of a service after another."""
    connection.execute(
        "UPDATE ledger SET previous = before FROM (SELECT index, coalesce(lag(position) OVER"
        " (PARTITION BY service ORDER BY index), 0) AS before FROM ledger"
        " WHERE service <> 'ledger') AS rows WHERE rows.index = ledger.index"
    )
    query = "SELECT subject, index, salt FROM numbers ORDER BY subject, index"
    rows = connection.execute(query).fetchall()
    connection.execute("DELETE FROM numbers")
    people: dict[int, list[Numbered]] = {}
    for subject, group in itertools.groupby(rows, lambda row: str(row[0])):
        for number, (_, index, salt) in enumerate(group, 1):
            each = Numbered(subject, number, bytes(salt))
            _put(connection, "numbers", _number_row(each, index))
            people.setdefault(index, []).append(each)
    first = "(SELECT max(first_index) FROM shards WHERE first_index < ledger.index)"
    connection.execute(
        f"UPDATE ledger SET position = index, previous = {first} WHERE service = 'ledger'"
    )
    query = "SELECT index, event_id FROM ledger ORDER BY index"
    for index, event_id in connection.execute(query).fetchall():
        releafed(connection, index, people=_named(event_id, people.get(index, [])))


def insert(connection: Connection, after: timedelta) -> None:
    """One more event of the last one's kind, recorded some time after it."""
    end = max(indexes(connection, "notes"))
    event_id = str(uuid4())
    new = {"index": end + 1, "event_id": event_id}
    [row] = _rows(connection, "ledger", end)
    body = bytes(row["body"]).replace(row["event_id"].encode(), event_id.encode())
    held = {
        "position": row["position"] + 4096,
        "previous": row["position"],
        "body": body,
        "digest": hashlib.sha256(body).digest(),
        "recorded_at": row["recorded_at"] + after,
    }
    _put(connection, "ledger", {**row, **new, **held})
    for table in ("entries", "subjects", "accesses", "leaves"):
        for each in _rows(connection, table, end):
            said = {name: new[name] for name in new if name in each}
            _put(connection, table, {**each, **said})
    named: list[Numbered] = []
    for each in _rows(connection, "subjects", end):
        who = each["subject"]
        query = "SELECT max(number) + 1 FROM numbers WHERE subject = %s"
        [[number]] = connection.execute(query, (who,)).fetchall()
        named.append(Numbered(who, number, os.urandom(SALT_BYTES)))
        _put(connection, "numbers", _number_row(named[-1], end + 1))
    releafed(connection, end + 1, people=_named(event_id, named))
    connection.execute("UPDATE ledger_size SET size = size + 1")


def _number_row(each: Numbered, index: int) -> dict[str, Any]:
    return {"subject": each.person, "number": each.number, "index": index, "salt": each.salt}


def _named(event_id: str, people: list[Numbered]) -> list[str]:
    """People as a leaf names them."""
    return sorted(each.about(event_id) for each in people)


def _rows(connection: Connection, table: str, index: int) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return [*cursor.execute(f"SELECT * FROM {table} WHERE index = %s", (index,))]


def _put(connection: Connection, table: str, row: dict[str, Any]) -> None:
    values = ", ".join(["%s"] * len(row))
    names = ", ".join(f'"{name}"' for name in row)
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({values})", [*row.values()])


def indexes(connection: Connection, service: str) -> list[int]:
    query = "SELECT index FROM ledger WHERE service = %s ORDER BY index"
    return [row[0] for row in connection.execute(query, (service,)).fetchall()]


def body_of(connection: Connection, index: int) -> bytes:
    row = connection.execute("SELECT body FROM ledger WHERE index = %s", (index,)).fetchone()
    assert row
    return bytes(row[0])


def flipped(body: bytes) -> bytes:
    """One bit of how many were shown: still an event."""
    at = body.index(b'"returned":') + len(b'"returned":')
    return body[:at] + bytes([body[at] ^ 2]) + body[at + 1 :]


def another_seed() -> str:
    return base64.b64encode(b"another key of thirty-two bytes!").decode()


def _hashes(connection: Connection, first: int, end: int) -> list[bytes]:
    query = "SELECT record FROM leaves WHERE index >= %s AND index < %s ORDER BY index"
    return [leaf_hash(bytes(row[0])) for row in connection.execute(query, (first, end)).fetchall()]
