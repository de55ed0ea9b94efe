"""Use cases of disclosures: make one, tell of it, review it, look them up."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json

from services.supervision import policy
from services.supervision.application.participants import Participants
from services.supervision.domain import (
    BasisNotYours,
    Confidential,
    Disclosure,
    NotYours,
    OwnDisclosure,
    Session,
)
from services.supervision.projection import Disclosures as ReadModel
from services.supervision.projection import disclosure_as_seen, disclosure_document
from shared.contracts.access import ReviewOutcome
from shared.contracts.supervision import DisclosureBasis
from shared.eventstore.commands import Commands, Outcome
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.listing import Slice
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import ContentDestroyed, Malformed, NotFound
from shared.kernel.ids import new_id
from shared.kernel.relationship import Basis
from shared.platform.accesslog import Grant, Shown
from shared.platform.relationships import Relationships


class Disclosures:
    def __init__(
        self,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
        documents: Documents,
        safeguarding_team: str,
    ) -> None:
        self._store = store
        self._commands = commands
        self._relationships = relationships
        self._documents = documents
        self._read = ReadModel(database)
        self._participants = Participants(relationships)
        self._safeguarding_team = safeguarding_team

    async def disclose(
        self,
        call: Call,
        session_id: UUID,
        *,
        basis: DisclosureBasis,
        to: str,
        until: datetime | None,
        **said: Any,
    ) -> tuple[Outcome[Disclosure], Session]:
        """Open one session's record to `to`, and nobody else.

        Raises `Confidential` to who may disclose nothing of it, `BasisNotYours`, `OwnDisclosure`,
        `Malformed` for an end that has passed or is too far off, and as the domain does.
        """
        if until is not None and until <= call.at:
            raise Malformed("until is not in the future", "#/until")
        session = await self._store.load(Session, session_id)
        capacity = await self._capacity(call, session, basis)
        if capacity == "governance" and to == call.caller.staff_id:
            raise OwnDisclosure(**_of(session))
        lasts_until = _end(until, policy.latest_end(capacity, call.at))

        def begin() -> Disclosure:
            if session.destroyed:
                raise ContentDestroyed()
            return Disclosure.disclose(
                call.actor(),
                call.at,
                new_id(),
                session,
                basis=basis,
                to=to,
                until=lasts_until,
                for_review=capacity != "participant",
                **said,
            )

        return await self._commands.create(call, begin, Disclosure), session

    async def tell(self, call: Call, id: UUID) -> Outcome[Disclosure]:
        """It has become safe that those whom it concerns know of it."""

        async def allow(disclosure: Disclosure) -> None:
            grant = await self._grant(call, disclosure)
            if grant.basis not in ("author", "governance"):
                raise NotYours(
                    "This is for whoever disclosed it, or an IG lead.",
                    staff_id=disclosure.worker_id,
                )

        return await self._commands.change(
            call,
            Disclosure,
            id,
            lambda disclosure: disclosure.tell(call.actor(), call.at),
            allow,
        )

    async def review(
        self, call: Call, id: UUID, outcome: ReviewOutcome, reason: str
    ) -> Outcome[Disclosure]:
        """An IG lead's judgement of what neither they did nor concerns them."""

        async def allow(disclosure: Disclosure) -> None:
            await self._grant(call, disclosure)
            disclosure.may_review(call.actor())

        return await self._commands.change(
            call,
            Disclosure,
            id,
            lambda disclosure: disclosure.review(call.actor(), call.at, outcome, reason),
            allow,
        )

    async def disclosure(self, call: Call, id: UUID) -> dict[str, Any]:
        """One of them, with why. Raises `NotFound` also to who mustn't know that there is one."""
        found = await self._read.one(id)
        if found is None:
            raise NotFound()
        grant = await self._grant(call, found)
        found = await self._documents.one(found)
        whose, resource = _the_two(found), f"supervision-disclosure/{id}"
        shown = Shown((), resource, team_id=found["team_id"], staff_ids=whose)
        await self._relationships.shown(call, grant, shown)
        return {**found, "document": _as_seen(found, grant, call.at)}

    async def disclosures(self, call: Call, **filters: Any) -> Slice:
        """Those that the caller may know of: an IG lead of all; newest first. Raises `NotYours` to
        who has left."""
        await self._participants.require_at_work(call)
        governs = "governance" in call.bases
        found = await self._read.page(call.caller.staff_id, governs=governs, **filters)
        found = await self._documents.shown(found)
        whose = tuple(sorted({each for row in found.rows for each in _the_two(row)}))
        shown = Shown(returned=len(found.rows), staff_ids=whose)
        await self._relationships.shown(call, Grant("governance" if governs else "own"), shown)
        return found.shown(lambda row: _as_seen(row, _known(call, row), call.at))

    def answer(self, call: Call, disclosure: Disclosure) -> dict[str, Any]:
        """A disclosure as a command answers it."""
        basis = _known(call, disclosure).basis
        return disclosure_as_seen(disclosure_document(disclosure), basis, call.at)

    async def _capacity(self, call: Call, session: Session, basis: DisclosureBasis) -> Basis:
        """As what the caller may disclose a session's record on this basis: as one of the two,
        being on safeguarding duty, or as an IG lead."""
        capacities = await self._capacities(call, session)
        if not capacities:
            raise session.not_for_them()
        found = next((each for each in capacities if policy.may_disclose(each, basis)), None)
        if found is None:
            raise BasisNotYours(**_of(session))
        return found

    async def _capacities(self, call: Call, session: Session) -> list[Basis]:
        staff = (await self._relationships.facts(call)).staff
        holds: dict[Basis, bool] = {
            "participant": session.party_of(staff.staff_id) is not None,
            "duty": self._safeguarding_team in staff.answers_for(call.at),
            "governance": "governance" in call.bases,
        }
        return [each for each in holds if staff.at_work and holds[each]]

    async def _grant(self, call: Call, found: Disclosure | Mapping[str, Any]) -> Grant:
        """Why the caller may know of a disclosure. Raises as `_known` does, and then `Confidential`
        to who has left: in this order, so that it tells them of none that they weren't told of."""
        grant = _known(call, found)
        if not await self._participants.at_work(call):
            raise _confidential(found)
        return grant


def _of(session: Session) -> dict[str, Any]:
    """What a refusal says it was about."""
    return {"resource": f"{session.kind}/{session.id}", "staff_id": session.worker_id}


def _end(until: datetime | None, latest: datetime | None) -> datetime | None:
    """When a disclosure ends that is to last `until`, and `latest` at most."""
    if until is not None and latest is not None and until > latest:
        raise Malformed("until is further off than safeguarding duty discloses for", "#/until")
    return until or latest


def _known(call: Call, found: Disclosure | Mapping[str, Any]) -> Grant:
    """Why the caller may know of a disclosure. Raises `NotFound` to one of the two who wasn't told
    of it, `Confidential` to everybody else who mayn't."""
    row = _row(found)
    me, participants = call.caller.staff_id, (row["worker_id"], row["supervisor_id"])
    basis = policy.why_known(
        me,
        disclosed_by=row["disclosed_by"],
        to=row["to_id"],
        participants=participants,
        told=row["told"],
        governs="governance" in call.bases,
    )
    if basis is not None:
        return Grant(basis)
    if me in participants:
        raise NotFound()
    raise _confidential(row)


def _confidential(found: Disclosure | Mapping[str, Any]) -> Confidential:
    row = _row(found)
    return Confidential(resource=f"supervision-disclosure/{row['id']}", staff_id=row["worker_id"])


def _row(disclosure: Disclosure | Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(disclosure, Disclosure):
        return disclosure
    return {
        "id": disclosure.id,
        "worker_id": disclosure.worker_id,
        "supervisor_id": disclosure.supervisor_id,
        "disclosed_by": disclosure.disclosed_by.staff_id,
        "to_id": disclosure.to,
        "told": disclosure.told,
    }


def _as_seen(row: Mapping[str, Any], grant: Grant, now: datetime) -> dict[str, Any]:
    return disclosure_as_seen(from_json(row["document"]), grant.basis, now)


def _the_two(found: Mapping[str, Any]) -> tuple[str, str]:
    """Whose record it is: the worker's, and the supervisor's."""
    return found["worker_id"], found["supervisor_id"]
