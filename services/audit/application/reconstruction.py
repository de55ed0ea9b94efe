"""What a service served at a time, put together again from the ledger alone."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic_core import to_jsonable_python

from services.audit.application.engagements import Engagements
from services.audit.application.questions import Questions, together
from services.audit.policy import (
    Told,
    concern_then,
    missing,
    note_then,
    policies_then,
    widest,
    worker_then,
)
from services.audit.projection import Filed, Histories, Readers, SamePerson, own_stream
from shared.contracts.notes import CountersignatureOverdue
from shared.eventstore.database import Database
from shared.eventstore.keys import DataKeys
from shared.kernel.actor import pseudonymous
from shared.kernel.call import Call
from shared.kernel.engagement import Terms
from shared.kernel.errors import Excluded, NoEngagement, NotFound, Unavailable
from shared.platform.messaging import Messaging

WORKERS = ("worker",)
NOT_YET = "It had not been recorded by then."


class Reconstruction:
    """`as_of` means the services' own clocks, by which they served; a time to come is now.

    `caught_up` in an answer: the ledger has all that the service had recorded when the question
    was put.
    """

    def __init__(
        self,
        database: Database,
        messaging: Messaging,
        keys: DataKeys,
        engagements: Engagements,
        questions: Questions,
    ) -> None:
        self._messaging = messaging
        self._engagements = engagements
        self._questions = questions
        self._read = Histories(database, keys)
        self._readers = Readers(database)
        self._same = SamePerson(database)

    async def note(self, call: Call, note_id: UUID, as_of: datetime | None) -> dict[str, Any]:
        """A note as it was at a time, what it rests on, and who had been shown it by then.

        Raises `NotFound` for one unknown, or not yet made then; `Excluded` to whom it is kept from;
        `NoEngagement` when neither its team nor its person lies within the scope.
        """
        at, its_id = min(as_of or call.at, call.at), str(note_id)
        behind = await self._behind("notes")
        filed = await self._readers.filed(note_id)
        if filed is None:
            raise behind or NotFound("No note has this id.")
        same = await self._same.now(filed.person)
        things = {its_id, *filed.concerns}
        under = await self._under(call, filed, things, same)
        told = await self._read.of(("note", "concern"), things, at, words=under.identities)
        own = own_stream(told, its_id)
        note = note_then(own)
        if note is None:
            raise NotFound(NOT_YET)
        concerns = _concerns(told, note["concerns"], filed.concerns)
        policies, published = await self._policies(note, concerns, at)
        until = min(at, filed.until or at)
        readers = await self._readers.of(note_id, filed, until, identified=under.identities)
        asked = {"service_user_id": filed.person, "note_id": note_id, "as_of": as_of}
        await self._questions.record(call, under.id, "note", asked, len(told), together(same))
        found = {
            "as_of": at,
            "caught_up": behind is None,
            **note,
            "concerns": concerns,
            "overdue": _overdue(told),
            "policies": policies,
            "readers": readers,
            "missing_versions": missing(own),
            "events": _events([*told, *published]),
        }
        return _shown(found, under)

    async def worker(self, call: Call, staff_id: str, as_of: datetime | None) -> dict[str, Any]:
        """A worker as the register had them at a time, and what of it was in force on that day.

        An engagement covers them by any team that they are in, or were in then. Raises `NotFound`
        for one unknown, or not yet registered then.
        """
        at = min(as_of or call.at, call.at)
        behind = await self._behind("supervision")
        now = worker_then(await self._read.of(WORKERS, [staff_id], call.at, words=False), call.at)
        if now is None:
            raise behind or NotFound("No worker has this id.")
        then = worker_then(await self._read.of(WORKERS, [staff_id], at, words=False), at)
        seen = await self._engagements.sight(call)
        teams = {None, *now["teams"], *(then["teams"] if then else ())}
        under = widest(seen.under(team, ()) for team in sorted(teams, key=str))
        if under is None:
            await self._engagements.refuse(NoEngagement, None)
        told = await self._read.of(WORKERS, [staff_id], at, words=under.identities)
        worker = worker_then(told, at)
        if worker is None:
            raise NotFound(NOT_YET)
        asked = {"staff_id": staff_id, "as_of": as_of}
        looked = (staff_id,) if under.identities else ()
        await self._questions.record(call, under.id, "worker", asked, len(told), staff=looked)
        if not under.identities:
            worker["registrations"] = [{**e, "number": None} for e in worker["registrations"]]
        found = {
            "as_of": at,
            "caught_up": behind is None,
            **worker,
            "missing_versions": missing(told),
            "events": _events(told),
        }
        return _shown(found, under)

    async def _behind(self, producer: str) -> Unavailable | None:
        """Why it can't be said that the ledger has all of a service, if it can't."""
        try:
            await self._messaging.catch_up(producer)
        except Unavailable as error:
            return error
        return None

    async def _under(
        self, call: Call, filed: Filed, things: Collection[str], same: Sequence[str]
    ) -> Terms:
        """What of the caller's sight covers a note, which is of `things` with its concerns."""
        seen = await self._engagements.sight(call, filed.person)
        if not seen.kept_from.isdisjoint(things):
            await self._engagements.refuse(Excluded, filed.person)
        under = seen.under(filed.team_id, same)
        if under is None:
            await self._engagements.refuse(NoEngagement, filed.person)
        return under

    async def _policies(
        self, note: dict[str, Any], concerns: list[dict[str, Any]], at: datetime
    ) -> tuple[list[dict[str, Any]], list[Told]]:
        """The policies of a note, and the events that they are from."""
        team = note["team_id"]
        cited = {(team, each["countersignature"]["policy_version"]) for each in note["versions"]}
        cited |= {(each["team_id"], each["policy_version"]) for each in concerns}
        teams = {each for each, _ in cited if each is not None}
        told = await self._read.policies(teams, at)
        found = policies_then(told, team, cited, at)
        shown = {each["index"] for each in found}
        return found, [each for each in told if each.index in shown]


def _concerns(
    told: Sequence[Told], named: Mapping[str, str], ids: Collection[str]
) -> list[dict[str, Any]]:
    """The concerns of a note that had been raised by then: with it, or about it."""
    found = (concern_then(own_stream(told, each)) for each in sorted(ids))
    return [{**each, "how": named.get(each["id"], "linked")} for each in found if each]


def _overdue(told: Iterable[Told]) -> list[dict[str, Any]]:
    """When the clock noticed that a signature was."""
    return [
        {"due_at": each.payload.due_at, "noticed_at": each.time, **each.place}
        for each in told
        if isinstance(each.payload, CountersignatureOverdue)
    ]


def _events(told: Iterable[Told]) -> list[dict[str, Any]]:
    """What an answer rests on, in the order of the ledger."""
    return [
        {
            **each.place,
            "type": each.type,
            "version": each.version,
            "time": each.time,
            "recorded_at": each.recorded_at,
            "by": each.actor,
            "content_state": each.content_state,
        }
        for each in sorted(told, key=lambda each: each.index)
    ]


def _shown(found: dict[str, Any], under: Terms) -> dict[str, Any]:
    """As JSON has it, and without names where the engagement doesn't allow identities."""
    told: dict[str, Any] = to_jsonable_python(found)
    if not under.identities:
        told = pseudonymous(told)
    return told
