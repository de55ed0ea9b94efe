"""A note as its events up to a moment leave it: what the notes service served at that moment."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.audit.policy.told import ContentState, Told
from shared.contracts import notes as contract
from shared.kernel.actor import Actor

RETRACTED = ("entered_in_error", "refiled")
_WORDS = tuple(contract.Account.__dataclass_fields__)
Part = dict[str, Any]


def note_then(told: Iterable[Told]) -> Part | None:
    """`told` is the note's own stream up to a moment, in order, from its recording or refiling.
    None if it doesn't begin so."""
    note = _Note()
    for each in told:
        note.apply(each)
        if not note.versions:
            return None
    return note.document() if note.versions else None


def missing(told: Iterable[Told]) -> list[int]:
    """The versions before the last that the ledger lacks, or can't read."""
    held = {each.version for each in told if each.payload is not None}
    return sorted(set(range(1, max(held, default=0))) - held)


@dataclass
class _Note:
    """The rules are those of the notes service, whose events only they could have led to."""

    head: Part = field(default_factory=dict)
    """What its first event says, for good."""
    version: int = 0
    status: str = ""
    outstanding: tuple[str, ...] = ()
    assigned_to: str | None = None
    answer_from: str | None = None
    late_reason: Part | None = None
    signed: Part | None = None
    asked: Part | None = None
    """The retraction that somebody asked for, and nobody has confirmed."""
    refiled_to: Any = None
    versions: list[Part] = field(default_factory=list)
    signatures: list[Part] = field(default_factory=list)
    returns: list[Part] = field(default_factory=list)
    addenda: list[Part] = field(default_factory=list)
    reassignments: list[Part] = field(default_factory=list)
    settled: list[Part] = field(default_factory=list)
    retractions: list[Part] = field(default_factory=list)
    concerns: dict[str, str] = field(default_factory=dict)
    """The concerns that it names, and how."""

    def apply(self, told: Told) -> None:
        self.version = told.version
        said = told.payload
        match said:
            case contract.NoteRecorded():
                self._begins(told, told.actor, told.time, None)
                self._becomes(told, "recorded")
            case contract.NoteRefiled():
                self._begins(told, said.author, said.recorded_at, said.refiled_from)
                self._becomes(told, "refiled")
                for each in said.addenda or ():
                    self.addenda.append({**vars(each), "version": 1, **told.place, **_within(told)})
            case contract.NoteAmended():
                self._settle(told, said.reason)
                self._becomes(told, said.kind)
            case contract.NoteAddendumAdded():
                part = {"kind": said.kind, "text": said.text, "version": told.version}
                self.addenda.append({**part, **told.done, **_within(told)})
            case contract.LateReasonGiven():
                self.late_reason = {"reason": said.reason, **told.done, **_within(told)}
                self._clear("late_entry_reason")
            case contract.BoundaryAuthoritySettled():
                self.settled.append({"query_id": said.query_id, **told.done})
                self._clear("boundary_authority")
            case contract.ConcernLinked():
                self.concerns.setdefault(str(said.concern_id), "linked")
            case contract.NoteCountersigned():
                self._signed(told, said)
            case contract.NoteReturned():
                self.status, self.answer_from = "returned", None
                part = {"question": said.question, "answer": None}
                self.returns.append({**part, **told.done, **_within(told)})
            case contract.NoteAnswered():
                self._settle(told, said.answer)
                self.status = "awaiting_countersignature"
            case contract.NoteReassigned():
                part = {"duty": said.duty, "to": said.staff_id, "reason": said.reason}
                self.reassignments.append({**part, **told.done, **_within(told)})
                if said.duty == "answer":
                    self.answer_from = said.staff_id
                else:
                    self.assigned_to = said.staff_id
            case contract.NoteRetractionRequested():
                self.asked = {
                    "kind": said.kind, "reason": said.reason, **told.done, **_within(told),
                }  # fmt: skip
            case contract.NoteRetracted():
                self._retracted(told, said)

    def document(self) -> Part:
        now = self.versions[-1]
        gone = self.status in RETRACTED
        return {
            **self.head,
            "version": self.version,
            "status": self.status,
            "tombstone": self.status == "refiled",
            "digest": now["digest"],
            "late": "late" in now["flags"],
            "flags": now["flags"],
            "outstanding": () if gone else self.outstanding,
            "countersignature": {**now["countersignature"], "signed": self.signed},
            "assigned_to": self.assigned_to,
            "to_answer": self.answer_from if self.status == "returned" else None,
            "late_reason": self.late_reason,
            "versions": self.versions,
            "signatures": [{**each, "stands": each is self.signed} for each in self.signatures],
            "returns": self.returns,
            "addenda": self.addenda,
            "reassignments": self.reassignments,
            "settled": self.settled,
            "retraction_requested": self.asked,
            "retractions": self.retractions,
            "refiled_to": self.refiled_to,
            "concerns": self.concerns,
            "content_state": now["content_state"],
        }

    def _begins(self, told: Told, author: Actor, recorded_at: datetime, refiled_from: Any) -> None:
        said = told.payload
        self.head = {
            "note_id": told.resource_id,
            "service_user_id": said.service_user_id,
            "team_id": said.team_id,
            "author": author,
            "recorded_at": recorded_at,
            "filed_at": told.time,
            "refiled_from": refiled_from,
            "group_session_id": said.group_session_id,
        }

    def _becomes(self, told: Told, kind: str) -> None:
        """A new version of what it says."""
        said = told.payload
        if said.concern_id is not None:
            self.concerns.setdefault(str(said.concern_id), "raised_with")
        required = said.countersignature
        self.outstanding = said.outstanding
        self.signed = None
        self.status = "awaiting_countersignature" if required.required else "complete"
        self.versions.append(
            {
                "version": told.version,
                "kind": kind,
                "reason": getattr(said, "reason", None),
                "changed": getattr(said, "changed", ()),
                "digest": said.digest,
                "flags": said.flags,
                "outstanding": said.outstanding,
                "countersignature": vars(required),
                "content": _content(told),
                **told.done,
                **_within(told),
            }
        )

    def _settle(self, told: Told, answer: str | None) -> None:
        """What was asked is asked no longer."""
        if self.status == "returned":
            self.returns[-1]["answer"] = {"answer": answer, **told.done, **_within(told)}

    def _clear(self, item: str) -> None:
        self.outstanding = tuple(each for each in self.outstanding if each != item)

    def _signed(self, told: Told, said: contract.NoteCountersigned) -> None:
        now = self.versions[-1]
        self.status, self.assigned_to = "countersigned", None
        self.signed = {
            "basis": said.basis,
            "digest": said.digest,
            "comment": said.comment,
            "of_version": now["version"] if said.digest == now["digest"] else None,
            **told.done,
            **_within(told),
        }
        self.signatures.append(self.signed)

    def _retracted(self, told: Told, said: contract.NoteRetracted) -> None:
        self.retractions.append(
            {
                "kind": said.kind,
                "reason": said.reason,
                "requested_by": said.requested_by,
                "comment": said.comment,
                "refiled_to": said.refiled_to,
                **told.done,
                **_within(told),
            }
        )
        self.status = "refiled" if said.kind == "wrong_person" else "entered_in_error"
        self.asked = self.assigned_to = None
        self.refiled_to = said.refiled_to


def _within(told: Told) -> dict[str, ContentState]:
    return {"content_state": told.content_state}


def _content(told: Told) -> Part | None:
    """What a version says: codes, and words if they are shown. Of what was changed, nothing."""
    if told.content_state == "unreadable":
        return None
    said = told.payload
    if said.account is None:
        return {**vars(said.contact), **dict.fromkeys(_WORDS)}
    activities = [
        {"class" if name == "practice" else name: value for name, value in vars(each).items()}
        for each in said.account.boundary_activities
    ]
    return {**vars(said.contact), **vars(said.account), "boundary_activities": activities}
