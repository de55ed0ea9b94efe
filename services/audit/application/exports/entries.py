"""The lines of an export's `entries.jsonl`: each entry with its leaf, and what of it may leave."""

import base64
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json, to_json

from services.audit.policy import (
    LINK,
    UNTOLD,
    Numbered,
    Reader,
    Withheld,
    for_export,
    is_confidential,
    person_of,
    team_of,
    tombstone,
    withheld,
)
from services.audit.projection import Exporting, Shard, summary
from shared.contracts.contract import bare
from shared.eventstore.keys import DataKeys
from shared.eventstore.mapper import Body, content, keys_of
from shared.eventstore.sealing import CannotOpen, Keys
from shared.kernel.actor import pseudonymous

AT_ONCE = 100
"""Entries that are in memory at once."""
UNOPENED: dict[str, Any] = {"content": None, "content_state": "withheld", "redacted": []}
Citation = tuple[str, str, int]
"""A service, a team, and the version of the team's policy there that something was decided by."""


@dataclass
class Noticed:
    """What is learnt of entries while they are written."""

    cited: set[Citation] = field(default_factory=set)
    particulars: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The newest name and birth of each registration."""
    withheld: dict[str, int] = field(default_factory=dict)


class Entries:
    def __init__(self, exporting: Exporting, keys: DataKeys) -> None:
        self._exporting = exporting
        self._keys = keys

    async def lines(
        self,
        indexes: Sequence[int],
        people: Sequence[str],
        reader: Reader,
        shards: Sequence[Shard],
        noticed: Noticed,
    ) -> AsyncIterator[list[bytes]]:
        """The lines of entries in order, some at a time; with the numbers and salts of these
        people, and of nobody else."""
        for start in range(0, len(indexes), AT_ONCE):
            asked = indexes[start : start + AT_ONCE]
            rows = await self._exporting.page(asked)
            if len(rows) != len(asked):
                raise LookupError(f"entries from {asked[0]} to {asked[-1]} are not all there")
            numbers = await self._exporting.numbers_of(people, asked) if people else {}
            read = [_Read.of(row, reader) for row in rows]
            opened = (each.body for each in read if each.is_opened)
            keys = await self._keys.opening(keys_of(each for each in opened if each))
            lines = []
            for each in read:
                said = each.document(reader, keys, shards)
                said["numbers"] = [_shown(one) for one in numbers.get(each.row["index"], ())]
                _notice(each, said, noticed, of_somebody=bool(reader.same))
                if _is_short(said["leaf"]):
                    said["people"] = await self._people(each.row)
                lines.append(to_json(said) + b"\n")
            yield lines

    async def _people(self, row: Any) -> list[str]:
        """Of an event about very many, whom its leaf is about, as that has hashed it."""
        numbers = await self._exporting.numbers(row["index"])
        return sorted(each.about(row["event_id"]) for each in numbers)


@dataclass(frozen=True, slots=True)
class _Read:
    """A row of the ledger, read as far as it can be; and why its bytes stay here, if they do."""

    row: Any
    body: Body | None
    why: Withheld | None

    @classmethod
    def of(cls, row: Any, reader: Reader) -> "_Read":
        if row["type"] == LINK:
            return cls(row, None, None)
        try:
            body = from_json(row["body"])
            why = withheld(body, reader)
            summary(bare(body["type"]), body["actor"])
            keys_of([body])
        except Exception:  # whatever it is, it is no event; nor can it be told whom it is about
            return cls(row, None, "unreadable")
        return cls(row, body, why)

    @property
    def is_opened(self) -> bool:
        return self.body is not None and self.why in (None, "third_party")

    def document(self, reader: Reader, keys: Keys, shards: Sequence[Shard]) -> dict[str, Any]:
        row = self.row
        shard = next(each for each in reversed(shards) if each.first_index <= row["index"])
        return {
            "index": row["index"],  # first: that is how it is found again without reading it all
            "shard": shard.id,
            "leaf_index": row["index"] - shard.first_index,
            "event_id": row["event_id"],
            "type": row["type"],
            "service": row["service"],
            "recorded_at": row["recorded_at"],
            **self._told(),
            "leaf": bytes(row["record"]).decode(),
            "numbers": [],
            "people": None,
            "body": None if self.why else base64.b64encode(row["body"]).decode(),
            "withheld": self.why,
            **self._said(reader, keys),
        }

    def _told(self) -> dict[str, Any]:
        """Who did it and when, as far as that may be told."""
        body = self.body
        if body is None or self.why in UNTOLD:
            is_link = self.row["type"] == LINK
            words = "The tree of a new year begins" if is_link else "Not shown"
            return {"time": None, "actor": None, "resource": None, "summary": words}
        actor = body["actor"]
        return {
            "time": body["time"],
            "actor": pseudonymous(actor) if self.why == "identities" else actor,
            "resource": {key: body["resource"][key] for key in ("kind", "id", "version")},
            "summary": summary(bare(body["type"]), actor),
        }

    def _said(self, reader: Reader, keys: Keys) -> dict[str, Any]:
        body = self.body
        if body is None:
            if self.row["type"] != LINK:
                return {**UNOPENED, "content_state": "unreadable"}
            return {
                "content": from_json(self.row["body"]), "content_state": "shown", "redacted": [],
            }  # fmt: skip
        if self.why == "wrong_person":
            return {**UNOPENED, "content": tombstone(body)}
        if self.why == "confidential" or (not self.why and is_confidential(body)):
            return {"content": body["data"], "content_state": "confidential", "redacted": []}
        if not self.is_opened:
            return UNOPENED
        try:
            said, whole = content(body, keys)
        except CannotOpen:
            return {**UNOPENED, "content_state": "unreadable"}
        shown, lost = for_export(said, reader.same)
        return {
            "content": shown,
            "content_state": "shown" if whole else "destroyed",
            "redacted": lost,
        }


def _shown(each: Numbered) -> dict[str, Any]:
    """What shows that a leaf is about somebody, and which of their numbers it has."""
    return {"person": each.person, "number": each.number, "salt": each.salt.hex()}


def _is_short(leaf: str) -> bool:
    return isinstance(from_json(leaf)["people"], dict)


def _notice(read: _Read, said: dict[str, Any], noticed: Noticed, *, of_somebody: bool) -> None:
    if read.why:
        noticed.withheld[read.why] = noticed.withheld.get(read.why, 0) + 1
    body, shown = read.body, said["content"]
    if body is None or read.why in UNTOLD:
        return
    data, team = body["data"], team_of(body)
    asked = data.get("countersignature")
    version = (asked if isinstance(asked, dict) else data).get("policy_version")
    if isinstance(version, int) and team:
        noticed.cited.add((read.row["service"], team, version))
    if of_somebody and shown and shown.get("name") and body["resource"]["kind"] == "service-user":
        kept = ("name", "date_of_birth", "nhs_number")
        noticed.particulars[person_of(body) or ""] = {name: shown.get(name) for name in kept}
