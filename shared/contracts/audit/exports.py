"""Exports of the record: asked for, stated, made, fetched, gone. Codes, ids and digests only.

`service_user_id` is the person whose record it is of, if it is of one person or of their note;
`service_user_ids` are all registrations of theirs, where there are several.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from annotated_types import Ge, MaxLen

from shared.contracts.contract import published
from shared.contracts.vocabulary import Slug

ExportKind = Literal["person", "note", "period"]
ExportPurpose = Literal["audit", "subject_access", "complaint", "legal"]
ExportEnd = Literal["time_over", "cancelled", "destroyed"]
Several = Annotated[tuple[UUID, ...], MaxLen(200)]
Digest = Annotated[str, MaxLen(64)]
"""SHA-256 in hexadecimal."""


@published("audit", "export", "export-requested")
@dataclass(frozen=True, kw_only=True)
class ExportRequested:
    """Someone asked for the record of a person, of one note, or of all that was recorded in a
    period; as an auditor under an engagement."""

    kind: ExportKind
    purpose: ExportPurpose
    service_user_id: UUID | None
    service_user_ids: Several
    note_id: UUID | None
    since: datetime | None
    until: datetime | None
    engagement_id: UUID | None


@dataclass(frozen=True, kw_only=True)
class StatedPerson:
    """A registration, and how many events there are about it: all of 1 to `count` are there."""

    id: str
    count: Annotated[int, Ge(0)]


@dataclass(frozen=True, kw_only=True)
class StatedResource:
    """A note or a concern of it: all versions from 1 to `versions` are there."""

    kind: Slug
    id: str
    versions: Annotated[int, Ge(1)]


@dataclass(frozen=True, kw_only=True)
class StatedTree:
    """How far a shard went: its first `size` leaves have this root (hex)."""

    shard: str
    size: Annotated[int, Ge(0)]
    root: Digest


@dataclass(frozen=True, kw_only=True)
class StatedFile:
    """A file of the export that was made before the statement."""

    name: str
    sha256: Digest


@published("audit", "export", "export-stated")
@dataclass(frozen=True, kw_only=True)
class ExportStated:
    """What is in an export, and that it is complete as of `trees`. A leaf of the ledger itself.

    `entries` counts the lines of its `entries.jsonl`, `entries_sha256` is their digest. `unread`
    counts the events that nobody could read by then, of which it can't be told whom they are
    about. Of a period: every leaf from `first_index` to `last_index` of the whole ledger; both are
    null if nothing was recorded in it. `engagement_ids` are those under which an auditor asked.
    """

    export_id: UUID
    kind: ExportKind
    purpose: ExportPurpose
    requested_by: str
    service_user_id: UUID | None
    note_id: UUID | None
    since: datetime | None
    until: datetime | None
    people: Annotated[tuple[StatedPerson, ...], MaxLen(200)]
    resources: Annotated[tuple[StatedResource, ...], MaxLen(1000)]
    first_index: Annotated[int, Ge(0)] | None
    last_index: Annotated[int, Ge(0)] | None
    trees: Annotated[tuple[StatedTree, ...], MaxLen(200)]
    entries: Annotated[int, Ge(0)]
    unread: Annotated[int, Ge(0)]
    entries_sha256: Digest
    files: Annotated[tuple[StatedFile, ...], MaxLen(20)]
    engagement_ids: Several


@published("audit", "export", "export-completed")
@dataclass(frozen=True, kw_only=True)
class ExportCompleted:
    """It can be fetched until `expires_at`."""

    service_user_id: UUID | None
    sha256: Digest
    bytes: Annotated[int, Ge(1)]
    expires_at: datetime


@published("audit", "export", "export-failed")
@dataclass(frozen=True, kw_only=True)
class ExportFailed:
    """It was not made. `code` is that of a refusal, or `not_made` for a fault of ours."""

    service_user_id: UUID | None
    code: str


@published("audit", "export", "export-downloaded")
@dataclass(frozen=True, kw_only=True)
class ExportDownloaded:
    """Someone fetched it: recorded before it leaves. `returned` counts its entries.

    Of a period `service_user_ids` are the people whose events are in it, in as many of these events
    as it takes.
    """

    operation: Literal["download_export"]
    kind: ExportKind
    service_user_id: UUID | None
    service_user_ids: Several
    note_id: UUID | None
    returned: Annotated[int, Ge(0)]
    engagement_id: UUID | None
    restricted: bool


@published("audit", "export", "export-expired")
@dataclass(frozen=True, kw_only=True)
class ExportExpired:
    """Its key is deleted, so nobody can read it any more: its time was over, someone cancelled it,
    or content that it may hold was destroyed."""

    service_user_id: UUID | None
    because: ExportEnd
