"""Checkpoints: what was signed of each tree, in what order it may be signed, and what is served."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg.rows import class_row
from sqlalchemy import ColumnElement, bindparam, delete, exists, func, select, true, update
from sqlalchemy.dialects.postgresql import insert

from services.audit.projection.tables import CHECKPOINTS, SHARDS, TIMESTAMPS
from services.audit.projection.tree import Shard, root_within, shards_within
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared
from shared.platform.projecting import Connection
from shared.platform.signed_note import joined

LOCK = "SELECT pg_advisory_xact_lock(7239540417155298131)"
"""Held by who signs or publishes, so that each signature is checked against the last one."""
_NEWEST = select(CHECKPOINTS).order_by(CHECKPOINTS.c.shard, CHECKPOINTS.c.size.desc())
_NEWEST_OF = Prepared(_NEWEST.where(CHECKPOINTS.c.shard == bindparam("shard")).limit(1))
_ONE = Prepared(
    select(CHECKPOINTS).where(
        CHECKPOINTS.c.shard == bindparam("shard"), CHECKPOINTS.c.size == bindparam("size")
    )
)
_IS_PUBLISHED = CHECKPOINTS.c.published_at.is_not(None)
_PUBLISHED = Prepared(
    _NEWEST.where(CHECKPOINTS.c.shard == bindparam("shard"), _IS_PUBLISHED).limit(1)
)


def _newest_of_each(*conditions: ColumnElement[bool]) -> Prepared:
    """Looked up shard by shard, at the end of each: there are many checkpoints of a day."""
    of_shard = _NEWEST.where(CHECKPOINTS.c.shard == SHARDS.c.id, *conditions).limit(1).lateral()
    return Prepared(select(of_shard).select_from(SHARDS).join(of_shard, true()))


_NEWEST_OF_EACH = _newest_of_each()
_PUBLISHED_OF_EACH = _newest_of_each(_IS_PUBLISHED)
_SIGN = Prepared(
    insert(CHECKPOINTS).values(
        shard=bindparam("shard"),
        size=bindparam("size"),
        root=bindparam("root"),
        note=bindparam("note"),
        signed_at=bindparam("at"),
    )
)
_THIS = (CHECKPOINTS.c.shard == bindparam("of")) & (CHECKPOINTS.c.size == bindparam("sized"))
_SIGN_AGAIN = Prepared(update(CHECKPOINTS).where(_THIS).values(note=bindparam("joined")))
_PUBLISH = Prepared(
    update(CHECKPOINTS)
    .where(_THIS)
    .values(
        note=bindparam("joined"),
        published_at=func.coalesce(CHECKPOINTS.c.published_at, bindparam("at")),
    )
)
_LATER = CHECKPOINTS.alias("later")
_SAME_HOUR = func.date_trunc("hour", _LATER.c.signed_at) == func.date_trunc(
    "hour", CHECKPOINTS.c.signed_at
)
_THIN = Prepared(
    delete(CHECKPOINTS).where(
        CHECKPOINTS.c.signed_at < bindparam("before"),
        exists().where(
            _LATER.c.shard == CHECKPOINTS.c.shard,
            _LATER.c.size > CHECKPOINTS.c.size,
            _LATER.c.published_at.is_not(None),
            _SAME_HOUR,
        ),
        ~exists().where(
            TIMESTAMPS.c.shard == CHECKPOINTS.c.shard, TIMESTAMPS.c.size == CHECKPOINTS.c.size
        ),
    )
)
KEPT_ALL_FOR = timedelta(hours=24)


class TreeChanged(Exception):
    """The tree doesn't give the root that was signed of it: nothing more may be signed."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint. Its note is served from `published_at` on, and never before."""

    shard: str
    size: int
    root: bytes
    note: str
    signed_at: datetime
    published_at: datetime | None


Sign = Callable[[int, bytes], str]
"""Makes the signed note of a size and a root; the same note if it is asked again."""


class Checkpoints:
    """What was signed. Whoever signs or publishes takes turns with all others that do."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(self) -> dict[str, Signed]:
        """The last one signed of each shard."""
        rows = await self._database.fetch(_NEWEST_OF_EACH)
        return {row["shard"]: _signed(row) for row in rows}

    async def newest_published(self) -> dict[str, Signed]:
        """The newest one of each shard that may be served."""
        rows = await self._database.fetch(_PUBLISHED_OF_EACH)
        return {row["shard"]: _signed(row) for row in rows}

    async def published(self, shard: str) -> Signed | None:
        """The newest one that may be served."""
        row = await self._database.fetch_one(_PUBLISHED, shard=shard)
        return _signed(row) if row else None

    async def at(self, shard: str, size: int) -> Signed | None:
        """The one of a size, if it was signed and published, and is kept."""
        row = await self._database.fetch_one(_ONE, shard=shard, size=size)
        return _signed(row) if row and row["published_at"] else None

    async def sign(self, shard: str, sign: Sign, at: datetime) -> Signed | None:
        """Sign a shard as it is now, unless that is done; None while it is empty.

        Raises `TreeChanged` when the tree has not grown out of the one that was signed last. A
        note that lacks a signature by a key that is new gets it.
        """
        async with self._database.connection() as connection, connection.transaction():
            await connection.execute(LOCK)
            tree = next(each for each in await shards_within(connection) if each.id == shard)
            last = await _fetch_one(connection, _NEWEST_OF, shard=shard)
            if last:
                await _refuse_change(connection, tree, last)
            if tree.size == 0:
                return None
            if last is None or tree.size > last.size:
                root = await root_within(connection, tree)
                note = sign(tree.size, root)
                row = {"shard": shard, "size": tree.size, "root": root, "note": note, "at": at}
                await connection.execute(_SIGN.sql, _SIGN.bind(row))
                return Signed(shard, tree.size, root, note, at, None)
            note = joined(last.note, sign(last.size, last.root))
            if note != last.note:
                again = {"of": shard, "sized": last.size, "joined": note}
                await connection.execute(_SIGN_AGAIN.sql, _SIGN_AGAIN.bind(again))
            return Signed(shard, last.size, last.root, note, last.signed_at, last.published_at)

    async def publish(self, shard: str, size: int, note: str, at: datetime) -> None:
        """Have a checkpoint served, with the signatures of a note besides those it has."""
        async with self._database.connection() as connection, connection.transaction():
            await connection.execute(LOCK)
            signed = await _fetch_one(connection, _ONE, shard=shard, size=size)
            if signed is None:
                return
            row = {"of": shard, "sized": size, "joined": joined(signed.note, note), "at": at}
            await connection.execute(_PUBLISH.sql, _PUBLISH.bind(row))

    async def thin(self, now: datetime) -> None:
        """Of checkpoints of more than a day ago keep the last of each hour."""
        async with self._database.connection() as connection:
            before = {"before": now - KEPT_ALL_FOR}
            await connection.execute(_THIN.sql, _THIN.bind(before))


async def _refuse_change(connection: Connection, tree: Shard, last: Signed) -> None:
    then = Shard(tree.id, tree.first_index, last.size, tree.closed)
    try:
        unchanged = tree.size >= last.size and await root_within(connection, then) == last.root
    except (KeyError, ValueError):  # a tile is gone, or narrower than it was
        unchanged = False
    if not unchanged:
        raise TreeChanged(f"shard {tree.id} at size {last.size}")


async def _fetch_one(connection: Connection, query: Prepared, **params: object) -> Signed | None:
    cursor = connection.cursor(row_factory=class_row(Signed))
    await cursor.execute(query.sql, query.bind(params))
    return await cursor.fetchone()


def _signed(row: dict[str, object]) -> Signed:
    return Signed(**row)  # type: ignore[arg-type]
