"""What an event says, read once when it comes: its entry, whom it is about, who looked, alerts,
who is restricted, what is kept from whom, which registrations were merged, who is on a caseload and
under whom a note is filed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from services.audit.policy import alert, filed_under, kept_from, subjects_of, team_of
from services.audit.projection.tables import (
    ACCESS_ROWS,
    ALERT_ROWS,
    CASELOAD_ROWS,
    DAY_ROWS,
    ENTRY_ROWS,
    FILING_ROWS,
    KEPT_ROWS,
    MERGE_ROWS,
    RESTRICTION_ROWS,
    SUBJECT_ROWS,
)
from shared.contracts.contract import bare
from shared.eventstore.sql import Write

ASKED = "ledger-queried"
DOWNLOADED = "export-downloaded"
READ = "record-read"
DENIED = "access-denied"
GRANTED = "access-override-granted"
REVIEWED = "access-override-reviewed"
RESTRICTED = "restriction-set"
MERGED = "service-user-merged"
SEPARATED = "service-user-separated"
FILED = ("note-recorded", "note-refiled")
ON_CASELOAD = ("referral-allocated", "referral-transferred")
OFF_CASELOAD = "referral-closed"
BLOCK = 4096
"""Entries of which it is known together on which days they happened."""


class AnotherEvent(Exception):
    """The bytes are of another event than the headers they came with say."""


@dataclass(frozen=True, slots=True)
class Read:
    """Bytes that were read: as JSON, and whom they are about."""

    body: dict[str, Any]
    people: tuple[str, ...]


def parsed(raw: bytes) -> Read:
    """Read a ledger row's bytes. Raises for bytes that aren't an event."""
    body = from_json(raw)
    return Read(body, subjects_of(body))


def arrived(raw: bytes, event_id: str, type: str) -> Read:
    """The same; raises also for bytes of another event than the one that they came as, whose leaf
    stands in the tree."""
    read = parsed(raw)
    if (read.body["id"], read.body["type"]) != (event_id, type):
        raise AnotherEvent
    return read


def rows_of(index: int, service: str, read: Read) -> list[Write]:
    """What a ledger row says. Raises for what isn't an event."""
    body = read.body
    name, data = bare(body["type"]), body["data"]
    time = datetime.fromisoformat(body["time"])
    resource, actor = body["resource"], body["actor"]
    outcome = "denied" if name == DENIED else str(data.get("outcome", "success"))
    writes = [
        ENTRY_ROWS.row(
            index=index,
            event_id=UUID(body["id"]),
            service=service,
            type=name,
            time=time,
            actor_id=actor["staff_id"],
            actor_role=actor["role"],
            subject=body["subject"],
            team_id=team_of(body),
            resource_kind=resource["kind"],
            resource_id=filed_under(body),
            resource_version=resource["version"],
            outcome=outcome,
        ),
        DAY_ROWS.row(day=time.astimezone(UTC).date(), block=index // BLOCK, index=index),
    ]
    writes += (SUBJECT_ROWS.row(subject=each, index=index) for each in read.people)
    for person in dict.fromkeys(_looked_at(name, data)):
        writes.append(
            ACCESS_ROWS.row(
                subject=person,
                index=index,
                time=time,
                actor_id=actor["staff_id"],
                outcome="denied" if name == DENIED else "allowed",
                basis=basis(body),
                override_id=override(body),
            )
        )
    if kind := alert(name, data):
        writes.append(ALERT_ROWS.row(index=index, kind=kind, time=time))
    for resource_id, staff_id in kept_from(name, body):
        writes.append(KEPT_ROWS.row(staff_id=staff_id, resource_id=resource_id, index=index))
    writes += _stands(index, time, body)
    return writes


def _stands(index: int, time: datetime, body: dict[str, Any]) -> Iterator[Write]:
    """What is so from now on: who is restricted, who is one person, what is filed under whom, and
    who is on a caseload."""
    name, data, resource = bare(body["type"]), body["data"], body["resource"]
    if name == RESTRICTED:
        yield RESTRICTION_ROWS.row(
            subject=resource["id"],
            restricted=data["restricted"] is True,
            excluded=data["excluded_staff"],
            version=resource["version"],
        )
    elif name in (MERGED, SEPARATED):
        yield MERGE_ROWS.row(
            subject=resource["id"],
            version=resource["version"],
            into_subject=data.get("into"),
            time=time,
            index=index,
        )
    elif name in FILED:
        yield FILING_ROWS.row(
            note_id=resource["id"],
            subject=body["subject"],
            recorded_at=datetime.fromisoformat(data["recorded_at"])
            if "recorded_at" in data
            else time,
            time=time,
            index=index,
        )
    elif name in ON_CASELOAD or name == OFF_CASELOAD:
        yield CASELOAD_ROWS.row(
            referral_id=resource["id"],
            version=resource["version"],
            subject=body["subject"],
            staff_id=data["worker_id"] if name in ON_CASELOAD else None,
            time=time,
            index=index,
        )


def basis(body: dict[str, Any]) -> str | None:
    """Why an access was allowed. Auditors ask under an engagement, IG leads for governance."""
    match bare(body["type"]):
        case "ledger-queried" | "export-downloaded":
            return "governance" if body["actor"]["role"] == "ig_lead" else "engagement"
        case "access-override-granted":
            return "override"
    found: str | None = body["data"].get("basis")
    return found


def override(body: dict[str, Any]) -> str | None:
    """The broken glass an event is about."""
    kind = body["resource"]["kind"]
    found = body["resource"]["id"] if kind == "access-override" else body["data"].get("override_id")
    return None if found is None else str(found)


def _looked_at(name: str, data: dict[str, Any]) -> Iterator[str]:
    """Whose records someone looked at, was refused, or broke the glass for."""
    if name in (READ, ASKED, DOWNLOADED):
        yield from map(str, data.get("service_user_ids", ()))
    if name in (DENIED, ASKED, GRANTED, DOWNLOADED) and data.get("service_user_id"):
        yield str(data["service_user_id"])
