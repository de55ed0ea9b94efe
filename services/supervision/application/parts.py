"""Each worker's own part of a group session: a record that names no other worker, or why there is
none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.supervision import policy
from services.supervision.application.saying import as_kept
from services.supervision.domain import Agreement, Session
from shared.contracts.supervision import NotHeldReason, SessionContent
from shared.kernel.call import Call
from shared.kernel.digests import new_salt
from shared.kernel.errors import Malformed
from shared.kernel.ids import new_id

Said = Mapping[str, Any]
"""Fields of `SessionContent`, its actions as `ActionAgreed`."""


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """Whether one worker came: what their own record says besides, or why they didn't."""

    agreement_id: UUID
    attended: bool
    own: Said
    reason_code: NotHeldReason
    reason: str


@dataclass(frozen=True, kw_only=True)
class Held:
    """What is the same for all who came."""

    kind: str
    held_at: datetime
    duration_minutes: int
    shared: Said


def refuse_naming(shared: Said, supervisor_id: str) -> None:
    """What all are to do each does alone. Raises `Malformed`."""
    for number, each in enumerate(shared["actions"]):
        if each.owner_id not in (None, supervisor_id):
            raise Malformed(
                "an action of the whole group is for each worker, or for the supervisor",
                f"#/actions/{number}/owner_id",
            )


def parts(
    call: Call,
    group_id: UUID,
    held: Held,
    agreements: Sequence[Agreement],
    attendance: Sequence[Attendance],
) -> list[Session]:
    """A session for everybody, in this order. Raises `Malformed` for a worker named twice."""
    made: list[Session] = []
    for number, (agreement, each) in enumerate(zip(agreements, attendance, strict=True)):
        pointer = f"#/attendance/{number}"
        if any(agreement.worker_id == other.worker_id for other in made):
            raise Malformed("each worker is named once", f"{pointer}/agreement_id")
        session = Session.schedule(
            call.actor(),
            call.at,
            new_id(),
            scheduled_for=held.held_at,
            group_session_id=group_id,
            **agreement.parties(),
        )
        session.refuse_other_owners(each.own["actions"], f"{pointer}/actions")
        _settle(call, session, held, each)
        made.append(session)
    return made


def _settle(call: Call, session: Session, held: Held, each: Attendance) -> None:
    if not each.attended:
        session.miss(call.actor(), call.at, each.reason_code, each.reason)
        return
    said = {
        **held.shared,
        "actions": (*held.shared["actions"], *each.own["actions"]),
        "themes": policy.phrases((*held.shared["themes"], *each.own["themes"])),
        "remarks": each.own["remarks"],
    }
    content = SessionContent(**as_kept(said, session.worker_id))
    session.hold(call.actor(), call.at, held.held_at, held.duration_minutes, content, new_salt())
