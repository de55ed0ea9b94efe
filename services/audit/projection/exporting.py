"""What an export is made of: which entries, the entries themselves, what they cite, what proves
them."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import BigInteger, Text, and_, any_, bindparam, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY

from services.audit.policy import KEPT_FROM_PARTIES, Numbered, misfiled
from services.audit.projection.tables import (
    ENTRIES,
    KEPT_FROM,
    LEAVES,
    LEDGER,
    NUMBERS,
    SUBJECTS,
    TIMESTAMPS,
)
from shared.eventstore.database import Database, Rows
from shared.eventstore.schema import DEAD_LETTERS
from shared.eventstore.sql import Prepared

AT_ONCE = 10_000
POLICIES = ("record-keeping-policy", "referral-policy", "supervision-policy")
_BELOW = bindparam("below", type_=BigInteger)
_AFTER = bindparam("after", type_=BigInteger)
_CALLER = bindparam("caller", type_=Text)
_PEOPLE = any_(bindparam("people", type_=ARRAY(Text)))
_NUMBERED = Prepared(
    select(NUMBERS.c.number, NUMBERS.c.index)
    .where(
        NUMBERS.c.subject == bindparam("person"),
        NUMBERS.c.number > _AFTER,
        NUMBERS.c.index < _BELOW,
    )
    .order_by(NUMBERS.c.number)
    .limit(AT_ONCE)
)
_ABOUT = Prepared(
    select(SUBJECTS.c.index)
    .where(
        SUBJECTS.c.subject == bindparam("person"),
        SUBJECTS.c.index > _AFTER,
        SUBJECTS.c.index < _BELOW,
    )
    .order_by(SUBJECTS.c.index)
    .limit(AT_ONCE)
)
_OF_THINGS = Prepared(
    select(ENTRIES.c.index, ENTRIES.c.resource_id)
    .where(
        ENTRIES.c.resource_id == any_(bindparam("things", type_=ARRAY(Text))),
        or_(ENTRIES.c.resource_kind == "note", ENTRIES.c.resource_kind == "concern"),
        ENTRIES.c.index < _BELOW,
    )
    .order_by(ENTRIES.c.index)
)
_STREAMS = Prepared(
    select(
        ENTRIES.c.resource_kind.label("kind"),
        ENTRIES.c.resource_id.label("id"),
        func.max(ENTRIES.c.resource_version).label("versions"),
        func.count(ENTRIES.c.resource_version.distinct()).label("different"),
    )
    .where(
        ENTRIES.c.resource_id == any_(bindparam("things", type_=ARRAY(Text))),
        or_(ENTRIES.c.resource_kind == "note", ENTRIES.c.resource_kind == "concern"),
        ENTRIES.c.index < _BELOW,
    )
    .group_by(ENTRIES.c.resource_kind, ENTRIES.c.resource_id)
)
_MISFILED = Prepared(
    select(LEDGER.c.body)
    .join(ENTRIES, ENTRIES.c.index == LEDGER.c.index)
    .where(
        ENTRIES.c.subject == _PEOPLE,
        ENTRIES.c.index >= bindparam("since", type_=BigInteger),
        or_(
            ENTRIES.c.type == "note-retracted",
            ENTRIES.c.type == "case-decision-retracted",
            ENTRIES.c.type == "concern-moved",
        ),
    )
)
_RECORDED_AT = Prepared(select(LEDGER.c.recorded_at).where(LEDGER.c.index == bindparam("index")))
_PAGE = Prepared(
    select(LEDGER, LEAVES.c.record)
    .join(LEAVES, LEAVES.c.index == LEDGER.c.index)
    .where(LEDGER.c.index == any_(bindparam("indexes", type_=ARRAY(BigInteger))))
    .order_by(LEDGER.c.index)
)
_ONE_LEAF = Prepared(
    select(LEDGER.c.index, LEDGER.c.body, LEAVES.c.record)
    .join(LEAVES, LEAVES.c.index == LEDGER.c.index)
    .where(LEDGER.c.index == bindparam("index"))
)
_NUMBERS_AT = Prepared(select(NUMBERS).where(NUMBERS.c.index == bindparam("index")))
_NUMBERS_OF = Prepared(
    select(NUMBERS)
    .where(
        NUMBERS.c.index == any_(bindparam("indexes", type_=ARRAY(BigInteger))),
        NUMBERS.c.subject == _PEOPLE,
    )
    .order_by(NUMBERS.c.index, NUMBERS.c.subject)
)
_STATEMENT = Prepared(
    select(ENTRIES.c.index).where(
        ENTRIES.c.resource_id == bindparam("export_id", type_=Text),
        ENTRIES.c.type == "export-stated",
    )
)
_UNREAD = Prepared(
    select(func.count().label("letters"))
    .select_from(DEAD_LETTERS)
    .join(
        LEDGER,
        and_(
            LEDGER.c.service == DEAD_LETTERS.c.producer,
            LEDGER.c.position == DEAD_LETTERS.c.position,
        ),
    )
    .where(LEDGER.c.index < _BELOW)
)
_POLICIES = Prepared(
    select(LEDGER.c.index, LEDGER.c.service, LEDGER.c.body)
    .join(ENTRIES, ENTRIES.c.index == LEDGER.c.index)
    .where(
        ENTRIES.c.service == bindparam("service"),
        ENTRIES.c.team_id == bindparam("team_id"),
        or_(*(ENTRIES.c.type == f"{each}-published" for each in POLICIES)),
    )
    .order_by(ENTRIES.c.index)
)
_TIMESTAMPS = Prepared(
    select(TIMESTAMPS)
    .where(TIMESTAMPS.c.shard == bindparam("shard"), TIMESTAMPS.c.size == bindparam("size"))
    .order_by(TIMESTAMPS.c.authority)
)
_SERVICE_USERS = Prepared(
    text("""
SELECT DISTINCT numbers.subject FROM numbers
WHERE numbers.index BETWEEN :first AND :last AND EXISTS (
  SELECT FROM entries
  WHERE entries.subject = numbers.subject AND entries.type = 'service-user-registered')
ORDER BY numbers.subject
""")
)
_NAMED = Prepared(
    select(KEPT_FROM.c.index)
    .join(
        ENTRIES,
        and_(ENTRIES.c.resource_id == KEPT_FROM.c.resource_id, ENTRIES.c.index < _BELOW),
    )
    .join(
        SUBJECTS,
        and_(
            SUBJECTS.c.subject == ENTRIES.c.subject,
            SUBJECTS.c.index >= bindparam("first", type_=BigInteger),
            SUBJECTS.c.index < _BELOW,
        ),
    )
    .where(
        KEPT_FROM.c.staff_id == _CALLER,
        KEPT_FROM.c.index >= bindparam("since", type_=BigInteger),
        or_(bindparam("people", type_=ARRAY(Text)).is_(None), ENTRIES.c.subject == _PEOPLE),
    )
    .limit(1)
)
_EXCLUDED = Prepared(
    select(ENTRIES.c.index)
    .where(
        ENTRIES.c.subject == _PEOPLE,
        or_(ENTRIES.c.type == "restriction-set", ENTRIES.c.type == "service-user-merged"),
        ENTRIES.c.index >= bindparam("since", type_=BigInteger),
    )
    .limit(1)
)
_SHOWN_ELSEWHERE = Prepared(
    select(ENTRIES.c.index)
    .join(SUBJECTS, SUBJECTS.c.index == ENTRIES.c.index)
    .where(
        SUBJECTS.c.subject == _CALLER,
        SUBJECTS.c.index >= bindparam("first", type_=BigInteger),
        SUBJECTS.c.index < _BELOW,
        or_(*(ENTRIES.c.resource_kind == each for each in KEPT_FROM_PARTIES)),
        ENTRIES.c.actor_id != _CALLER,
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The entries of an export by their index in the ledger, ascending; of a person with how many
    each of their registrations has."""

    indexes: Sequence[int]
    counts: tuple[tuple[str, int], ...] = ()


class Exporting:
    """Queries for making an export, and for whether it may still be shown."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_person(self, same: Sequence[str], below: int) -> Chosen:
        """All that is about a person. What could not be read when it came has no number, and is
        there too if it was read since."""
        found: set[int] = set()
        counts = []
        for person in same:
            last = 0
            while rows := await self._database.fetch(
                _NUMBERED, person=person, after=last, below=below
            ):
                found.update(row["index"] for row in rows)
                last = rows[-1]["number"]
            counts.append((person, last))
            index = -1
            while rows := await self._database.fetch(
                _ABOUT, person=person, after=index, below=below
            ):
                found.update(row["index"] for row in rows)
                index = rows[-1]["index"]
        return Chosen(array("q", sorted(found)), tuple(counts))

    async def of_things(self, things: Sequence[str], below: int) -> Chosen:
        """All that happened to a note and its concerns."""
        rows = await self._database.fetch(_OF_THINGS, things=[*things], below=below)
        return Chosen(array("q", (row["index"] for row in rows)))

    async def streams(self, things: Sequence[str], below: int) -> list[dict[str, Any]]:
        """Of these, those of which all versions are there, and how many they are."""
        rows = await self._database.fetch(_STREAMS, things=[*things], below=below)
        return [
            {name: row[name] for name in ("kind", "id", "versions")}
            for row in rows
            if row["versions"] == row["different"]
        ]

    async def of_period(self, since: datetime, until: datetime, below: int) -> Chosen:
        """All that was recorded from one time until before another."""
        first = await self._first_at(since, below)
        return Chosen(range(first, max(first, await self._first_at(until, below))))

    async def _first_at(self, at: datetime, below: int) -> int:
        """The first entry that was not recorded before a time: they were recorded in order."""
        low, high = 0, below
        while low < high:
            middle = (low + high) // 2
            row = await self._database.fetch_one(_RECORDED_AT, index=middle)
            if row is not None and row["recorded_at"] < at:
                low = middle + 1
            else:
                high = middle
        return low

    async def misfiled(self, same: Sequence[str], since: int = 0) -> frozenset[str]:
        """What was filed under a person and turned out, from an index on, not to be theirs."""
        rows = await self._database.fetch(_MISFILED, people=[*same], since=since)
        found = (misfiled(from_json(row["body"])) for row in rows)
        return frozenset(each for each in found if each)

    async def page(self, indexes: Sequence[int]) -> Rows:
        """Some entries, each with its leaf."""
        return await self._database.fetch(_PAGE, indexes=[*indexes])

    async def numbers(self, index: int) -> list[Numbered]:
        """All whom an entry is about, as its leaf was made of them."""
        rows = await self._database.fetch(_NUMBERS_AT, index=index)
        return [_numbered(row) for row in rows]

    async def numbers_of(
        self, people: Sequence[str], indexes: Sequence[int]
    ) -> dict[int, list[Numbered]]:
        """Which numbers some entries have of these people, by the entry's index."""
        rows = await self._database.fetch(_NUMBERS_OF, people=[*people], indexes=[*indexes])
        found: dict[int, list[Numbered]] = {}
        for row in rows:
            found.setdefault(row["index"], []).append(_numbered(row))
        return found

    async def leaf(self, index: int) -> dict[str, Any]:
        """One entry with its leaf, which has to be there."""
        [row] = await self._database.fetch(_ONE_LEAF, index=index)
        return row

    async def statement(self, export_id: UUID) -> int | None:
        """Where the statement of an export is in the ledger, once it has come."""
        row = await self._database.fetch_one(_STATEMENT, export_id=str(export_id))
        return row["index"] if row else None

    async def unread(self, below: int) -> int:
        """How many events nobody could read."""
        row = await self._database.fetch_one(_UNREAD, below=below)
        return int(row["letters"]) if row else 0

    async def policies(self, service: str, team_id: str) -> Rows:
        """What a service's team policy was published as, oldest first."""
        return await self._database.fetch(_POLICIES, service=service, team_id=team_id)

    async def timestamps(self, shard: str, size: int) -> Rows:
        """What authorities said of one checkpoint."""
        return await self._database.fetch(_TIMESTAMPS, shard=shard, size=size)

    async def service_users(self, first: int, last: int) -> list[str]:
        """The service users whom entries from one index to another are about."""
        rows = await self._database.fetch(_SERVICE_USERS, first=first, last=last)
        return [row["subject"] for row in rows]

    async def named(
        self, caller: str, people: Sequence[str] | None, since: int, first: int, below: int
    ) -> bool:
        """Whether something that was said from index `since` on keeps from the caller a note or
        concern of people (of anybody if None) about whom there are entries from `first` to before
        `below`, since any of those may name it."""
        row = await self._database.fetch_one(
            _NAMED, caller=caller, people=None if people is None else [*people], since=since,
            first=first, below=below,
        )  # fmt: skip
        return row is not None

    async def excluded(self, people: Sequence[str], since: int) -> bool:
        """Whether anything was said from an index on of who is excluded from people's records."""
        return await self._database.fetch_one(_EXCLUDED, people=[*people], since=since) is not None

    async def shown_elsewhere(self, caller: str, first: int, below: int) -> bool:
        """Whether entries tell who saw what is confidential of the caller's own."""
        row = await self._database.fetch_one(
            _SHOWN_ELSEWHERE, caller=caller, first=first, below=below
        )
        return row is not None


def _numbered(row: dict[str, Any]) -> Numbered:
    return Numbered(row["subject"], row["number"], bytes(row["salt"]))
