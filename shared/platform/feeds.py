"""Getting events into another system: a service's own events in order, from wherever one left off
(api, section 8).

Each is a CloudEvent in the structured form, with its content opened for who reads the trust's
records anyway. At least once, in order; ids tell what was had before.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable
from datetime import datetime
from itertools import takewhile
from typing import Annotated, Any, Literal, Protocol
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic_core import from_json, to_json

from shared.contracts.contract import REGISTRY, bare
from shared.eventstore.cloudevents import Names
from shared.eventstore.keys import DataKeys
from shared.eventstore.mapper import Body, content, keys_of
from shared.eventstore.relay import Relay
from shared.eventstore.sealing import CannotOpen, Keys
from shared.eventstore.store import PostgresEventStore
from shared.kernel.call import Call
from shared.kernel.errors import Malformed, NewerRelease, Unavailable
from shared.kernel.operation import SYSTEM, Operation
from shared.kernel.store import RecordedEvent
from shared.platform.accesslog import Grant, Shown
from shared.platform.http import (
    ContentState,
    Cursor,
    Limit,
    ResponseModel,
    decode_cursor,
    encode_cursor,
    permit,
)
from shared.platform.service import runtime
from shared.platform.stopping import Stopping

READ_FEED = Operation("read_feed", ("Subscription", "r"), {"ehr_system": SYSTEM})
LONGEST_WAIT = 30
LOOK_EVERY = 0.5
"""Seconds: how long one may wait for the next event, and between looks meanwhile."""
UNHEARD = frozenset({"access"})
"""Looks and refusals aren't fed: every page would tell of the one before it. Audit has them."""
FeedState = ContentState | Literal["unreadable"]
log = logging.getLogger(__name__)
NOT_TOLD = frozenset({"restriction-set"})
"""Whose content no system is told: only IG leads see who is named and who is excluded."""


class Recorder(Protocol):
    async def shown(self, call: Call, grant: Grant, shown: Shown) -> None:
        """Record what is about to be answered."""
        ...


class Feed:
    """`kinds` are the resources whose events systems are told whole; of others they learn that
    something happened, and of those `unheard` not even that. `recorder` is told of everyone whose
    content is in an answer. Once the process is `stopping`, nobody waits."""

    def __init__(
        self,
        store: PostgresEventStore,
        keys: DataKeys,
        names: Names,
        recorder: Recorder,
        stopping: Stopping,
        relay: Relay,
        kinds: Collection[str] = (),
        unheard: Collection[str] = (),
    ) -> None:
        self._stopping = stopping
        self._relay = relay
        self._store = store
        self._keys = keys
        self._names = names
        self._recorder = recorder
        self._kinds = frozenset(kinds)
        silent = UNHEARD.union(unheard)
        own = [each for each in REGISTRY.values() if each.service == names.service]
        self._types = {each.name: each.type for each in own if each.kind not in silent}
        self._told = frozenset(self._types.values())
        self._silent = [each.type for each in own if each.kind in silent]

    async def page(
        self, call: Call, after: int, types: str | None, limit: int, wait: int
    ) -> dict[str, Any]:
        """The next events after a position, waiting for the first of them up to `wait` seconds.

        Raises `Malformed` for a type that this service has not, or tells nobody of; `NewerRelease`
        where the next one is of a type that only a newer release knows, for passed over it would
        be lost to who follows.
        """
        if self._relay.behind:
            raise Unavailable("The store was set back, and what it lost comes back below: wait.")
        wanted = self._wanted(types)
        events, reached = self._known(*await self._next(after, wanted, limit, wait))
        bodies = [from_json(event.body) for event in events]
        told = [body for body in bodies if self._tells(body)]
        keys = await self._keys.opening(keys_of(told))
        items = [
            self._item(event, body, keys if self._tells(body) else None)
            for event, body in zip(events, bodies, strict=True)
        ]
        if whose := _people(told):
            shown = Shown(whose, f"feed/{self._names.service}", len(items))
            await self._recorder.shown(call, Grant("system"), shown)
        return {"items": items, "next_cursor": encode_cursor([reached])}

    async def _next(
        self, after: int, wanted: list[str] | None, limit: int, wait: int
    ) -> tuple[list[RecordedEvent], int]:
        loop = asyncio.get_running_loop()
        until = loop.time() + wait
        while True:
            if wanted is None:
                found = self._store.of_types_after(after, self._silent, limit, but=True)
            else:
                found = self._store.of_types_after(after, wanted, limit)
            events, reached = await found
            if events or loop.time() >= until or self._stopping.begun:
                return events, reached
            after = reached
            await asyncio.sleep(LOOK_EVERY)

    def _known(self, events: list[RecordedEvent], reached: int) -> tuple[list[RecordedEvent], int]:
        """What comes before the first event of a type that isn't known here."""
        told = [*takewhile(lambda event: event.type in self._told, events)]
        if len(told) == len(events):
            return events, reached
        if not told:
            raise NewerRelease()
        return told, told[-1].position

    def _wanted(self, types: str | None) -> list[str] | None:
        """None for all."""
        if types is None:
            return None
        named = [each.strip() for each in types.split(",")]
        for each in named:
            if each not in self._types:
                raise Malformed(f"This service has no events of type {each!r}.", "types")
        return [self._types[each] for each in named]

    def _tells(self, body: Body) -> bool:
        return body["resource"]["kind"] in self._kinds and bare(body["type"]) not in NOT_TOLD

    def _item(self, event: RecordedEvent, body: Body, keys: Keys | None) -> dict[str, Any]:
        resource, actor = body["resource"], body["actor"]
        state, data = _content(body, keys)
        return {
            "specversion": "1.0",
            "id": body["id"],
            "source": self._names.source,
            "type": body["type"],
            "subject": body["subject"],
            "time": body["time"],
            "datacontenttype": "application/json",
            "dataschema": f"urn:countersign:schema:{body['type']}",
            "position": str(event.position),
            "actor": actor["staff_id"],
            "actorrole": actor["role"],
            "resource": f"{resource['kind']}/{resource['id']}",
            "resourceversion": resource["version"],
            "contentstate": state,
            "data": data,
        }


def _content(body: Body, keys: Keys | None) -> tuple[FeedState, dict[str, Any] | None]:
    if keys is None:
        return "confidential", None
    try:
        said, whole = content(body, keys)
    except CannotOpen:  # one event that was tampered with must not hold up all after it
        log.error("event %s can't be opened: its sealed value was changed", body["id"])
        return "unreadable", None
    return ("shown" if whole else "destroyed"), said


def _people(bodies: Iterable[Body]) -> tuple[UUID, ...]:
    """The service users whom events are about; a subject may also be staff or a team."""
    found = set()
    for body in bodies:
        named = body["data"].get("service_user_id")
        if body["resource"]["kind"] == "service-user":
            named = body["subject"]
        if named:
            found.add(UUID(named))
    return tuple(sorted(found))


class FeedItem(ResponseModel):
    """An event, as CloudEvents 1.0 has it in JSON, with `position` and what follows it as
    extensions. `data` is null where `contentstate` is `confidential`, or `unreadable`: its sealed
    bytes aren't what was sealed."""

    specversion: Literal["1.0"]
    id: UUID
    source: str
    type: str
    subject: str
    time: datetime
    datacontenttype: str
    dataschema: str
    position: str
    actor: str
    actorrole: str
    resource: str
    resourceversion: int
    contentstate: FeedState
    data: dict[str, Any] | None


class FeedPage(ResponseModel):
    """`next_cursor` is always there: what to ask `after` next, whether or not anything came."""

    items: list[FeedItem]
    next_cursor: str


def feed_of(service: str) -> APIRouter:
    """The route of a service's feed."""
    feed = APIRouter(tags=["feed"])

    @feed.get(f"/v1/feeds/{service}", response_model=FeedPage)
    async def read_feed(
        request: Request,
        call: Annotated[Call, permit(READ_FEED)],
        after: Cursor = None,
        types: Annotated[
            str | None, Query(max_length=2000, description="Bare names, with commas between them")
        ] = None,
        limit: Limit = 50,
        wait: Annotated[
            int | None,
            Query(ge=0, le=LONGEST_WAIT, description="Seconds; 30 with `after`, otherwise 0"),
        ] = None,
    ) -> Response:
        """This service's events in order, the oldest first, for systems.

        Ask again with the `next_cursor` of the last answer as `after`: when nothing is new, the
        answer waits for up to `wait` seconds. Events come at least once; `id` tells which were had.
        """
        [position] = decode_cursor(after, int) or [0]
        patience = wait if wait is not None else LONGEST_WAIT if after else 0
        found = await runtime(request.app).application.feed.page(
            call, position, types, limit, patience
        )
        return Response(to_json(found), media_type="application/json")

    return feed
