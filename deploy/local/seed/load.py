"""Puts the demo team into a running stack through the public HTTP interfaces, and nothing else.

A second run creates nothing twice: what is found is used, and what an earlier run had not got to
is added. Nothing a service answered is ever put into a message, since answers hold people's lives.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias
from urllib.parse import quote

import httpx

from deploy.local.personas import PERSONAS, Persona
from deploy.local.seed.notes import NOTES, Note
from deploy.local.seed.people import MANAGERS, PEOPLE, Person

Token: TypeAlias = Callable[[str], Awaitable[str]]
Progress: TypeAlias = Callable[[int, int, str], None]
Json: TypeAlias = dict[str, Any]

EMPLOYER = "Demonstration NHS Foundation Trust"
RETRIES = 12
LONGEST_WAIT_SECONDS = 5.0


@dataclass(frozen=True)
class Urls:
    """Where the five services answer, without a trailing slash."""

    identity: str
    notes: str
    referrals: str
    supervision: str
    audit: str


@dataclass
class Summary:
    """What this run added, and the ids by the seed's own keys ("one", "one-budget").

    `already_there` counts the workers, service users, referrals and notes an earlier run had made.
    """

    workers: int = 0
    service_users: int = 0
    referrals: int = 0
    decisions: int = 0
    allocations: int = 0
    notes: int = 0
    amendments: int = 0
    countersignatures: int = 0
    already_there: int = 0
    service_user_ids: dict[str, str] = field(default_factory=dict)
    note_ids: dict[str, str] = field(default_factory=dict)


class SeedFailed(Exception):
    """A call answered what the seed can't go on from; `status` is None where nothing answered."""

    def __init__(self, method: str, path: str, status: int | None, code: str | None) -> None:
        super().__init__(f"{method} {path}: {status or 'no answer'} {code or ''}".rstrip())
        self.method = method
        self.path = path
        self.status = status
        self.code = code


async def seed(
    base: Urls,
    token: Token,
    progress: Progress,
    *,
    now: datetime | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Summary:
    """Seed the stack at `base`; `token` gives a persona's bearer token, asked once for each.

    `progress` gets steps done, steps in all, and what is being seeded. Raises `SeedFailed`; it is
    safe to run again after that.
    """
    async with httpx.AsyncClient(transport=transport, timeout=30.0) as client:
        seeding = _Seeding(base, _Caller(client, token), progress, now or datetime.now(UTC))
        return await seeding.run()


class _Seeding:
    def __init__(self, base: Urls, call: "_Caller", progress: Progress, now: datetime) -> None:
        self._base = base
        self._call = call
        self._progress = progress
        self._now = now
        self._staff = [each for each in PERSONAS if each.started_on is not None]
        self._total = len(self._staff) + 2 * len(PEOPLE) + 2 * len(NOTES)
        self._done = 0
        self._summary = Summary()
        self._known_before: set[str] = set()

    async def run(self) -> Summary:
        for persona in sorted(self._staff, key=lambda each: each.sub not in MANAGERS.values()):
            await self._worker(persona)
            self._step("workers")
        for person in PEOPLE:
            await self._service_user(person)
            self._step("service users")
        for person in PEOPLE:
            await self._referral(person)
            self._step("referrals")
        written = []
        for note, found in await self._with_those_found():
            written.append((note, await self._note(note, found)))
            self._step("notes")
        for note, response in written:
            await self._sign(note, await self._amend(note, response))
            self._step("amendments and countersignatures")
        return self._summary

    def _step(self, what: str) -> None:
        self._done += 1
        self._progress(self._done, self._total, what)

    async def _worker(self, persona: Persona) -> None:
        manager = MANAGERS[persona.teams[0]]
        url = f"{self._base.supervision}/v1/workers/{quote(persona.sub)}"
        held = await self._call("GET", url, manager, expect=(200, 404))
        if held.status_code == 200:
            self._summary.already_there += 1
            return
        await self._call("PUT", url, manager, body=_worker_body(persona), expect=(200, 201))
        self._summary.workers += 1

    async def _service_user(self, person: Person) -> None:
        response = await self._call(
            "POST",
            f"{self._base.referrals}/v1/service-users",
            person.manager,
            body=person.body(),
            key=f"service-user-{person.key}",
            expect=(201, 409),
        )
        if response.status_code == 409 and _code(response) != "already_registered":
            raise _failed(response)
        self._summary.service_user_ids[person.key] = _text(response, "id")
        if response.status_code == 409 or _replayed(response):
            self._known_before.add(person.key)
            self._summary.already_there += 1
        else:
            self._summary.service_users += 1

    async def _referral(self, person: Person) -> None:
        """Receive, decide, allocate: from wherever an earlier run left off."""
        url = f"{self._base.referrals}/v1/referrals"
        manager, referral = person.manager, person.referral
        service_user_id = self._summary.service_user_ids[person.key]
        response = None
        if person.key in self._known_before:
            query = {"service_user_id": service_user_id}
            held = await self._call.items(url, manager, query)
            # newest first: the seed's own is the last
            if held:
                response = await self._call("GET", f"{url}/{held[-1]['id']}", manager)
                self._summary.already_there += 1
        if response is None:
            response = await self._call(
                "POST",
                url,
                manager,
                body=referral.body(service_user_id, self._now),
                key=f"referral-{person.key}",
                expect=(201,),
            )
            self._summary.referrals += 1
        here = f"{url}/{_text(response, 'id')}"
        if referral.decision is not None and _text(response, "status") == "received":
            response = await self._call(
                "POST",
                f"{here}/decisions",
                manager,
                body=referral.decision.body(),
                key=f"decision-{person.key}",
                etag=_etag(response),
                expect=(201,),
            )
            self._summary.decisions += 1
        if referral.worker is not None and _text(response, "status") == "accepted":
            await self._call(
                "POST",
                f"{here}/allocations",
                manager,
                body={"worker_id": referral.worker},
                key=f"allocation-{person.key}",
                etag=_etag(response),
                expect=(201,),
            )
            self._summary.allocations += 1

    async def _with_those_found(self) -> list[tuple[Note, str | None]]:
        """Each note, oldest first, with the id it has if an earlier run wrote it.

        What tells a note is its words as first written. Only people known before are looked up,
        since each look is a read that the ledger keeps.
        """
        url = f"{self._base.notes}/v1/notes"
        found: dict[tuple[str, str], str] = {}
        for person, author in sorted({(each.person, each.author) for each in NOTES}):
            if person not in self._known_before:
                continue
            service_user_id = self._summary.service_user_ids[person]
            query = {"service_user_id": service_user_id, "author_id": author}
            for item in await self._call.items(url, author, query):
                first = item
                if item.get("version") != 1 or "narrative" not in item:
                    here = f"{url}/{item['id']}"
                    first = _json(await self._call("GET", here, author, query={"version": "1"}))
                found[person, str(first["narrative"])] = str(item["id"])
        ordered = sorted(NOTES, key=lambda each: each.occurred_at(self._now))
        return [(note, found.get((note.person, note.narrative))) for note in ordered]

    async def _note(self, note: Note, found: str | None) -> httpx.Response:
        url = f"{self._base.notes}/v1/notes"
        if found is not None:
            response = await self._call("GET", f"{url}/{found}", note.author)
            self._summary.already_there += 1
        else:
            response = await self._call(
                "POST",
                url,
                note.author,
                body=note.body(self._summary.service_user_ids[note.person], self._now),
                key=f"note-{note.key}",
                expect=(201,),
            )
            self._summary.notes += 1
        self._summary.note_ids[note.key] = _text(response, "id")
        return response

    async def _amend(self, note: Note, response: httpx.Response) -> httpx.Response:
        if note.amended is None or _json(response).get("amendments"):
            return response
        self._summary.amendments += 1
        return await self._call(
            "POST",
            f"{self._base.notes}/v1/notes/{_text(response, 'id')}/amendments",
            note.author,
            body=note.amended.body(),
            key=f"amendment-{note.key}",
            etag=_etag(response),
            expect=(201,),
        )

    async def _sign(self, note: Note, response: httpx.Response) -> None:
        """Sign what awaits it; a worker who needs no countersignature isn't given one."""
        if note.signed is None or _text(response, "status") != "awaiting_countersignature":
            return
        await self._call(
            "POST",
            f"{self._base.notes}/v1/notes/{_text(response, 'id')}/countersignatures",
            note.signed.by,
            body=note.signed.body(_text(response, "digest")),
            key=f"countersignature-{note.key}",
            etag=_etag(response),
            expect=(201,),
        )
        self._summary.countersignatures += 1


class _Caller:
    """One call as one persona. Waits, a bounded number of times, where a service isn't ready."""

    def __init__(self, client: httpx.AsyncClient, token: Token) -> None:
        self._client = client
        self._token = token
        self._tokens: dict[str, str] = {}

    async def __call__(
        self,
        method: str,
        url: str,
        persona: str,
        *,
        body: Json | None = None,
        key: str | None = None,
        etag: str | None = None,
        query: dict[str, str] | None = None,
        expect: Iterable[int] = (200,),
    ) -> httpx.Response:
        if persona not in self._tokens:
            self._tokens[persona] = await self._token(persona)
        headers = {"Authorization": f"Bearer {self._tokens[persona]}"}
        if key is not None:
            headers["Idempotency-Key"] = f"demo-seed-{key}"
        if etag is not None:
            headers["If-Match"] = etag
        request = self._client.build_request(method, url, json=body, headers=headers, params=query)
        response = await self._send(request)
        if response.status_code not in expect:
            raise _failed(response)
        return response

    async def items(self, url: str, persona: str, query: dict[str, str]) -> list[Json]:
        """Every item of a list, page by page, newest first."""
        items: list[Json] = []
        page = dict(query, limit="200")
        while True:
            answer = _json(await self(method="GET", url=url, persona=persona, query=page))
            items.extend(answer.get("items") or [])
            if not answer.get("next_cursor"):
                return items
            page["cursor"] = str(answer["next_cursor"])

    async def _send(self, request: httpx.Request) -> httpx.Response:
        for attempt in range(1, RETRIES + 1):
            try:
                response = await self._client.send(request)
            except httpx.TransportError:
                if attempt == RETRIES:
                    break
                await asyncio.sleep(min(0.25 * attempt, LONGEST_WAIT_SECONDS))
                continue
            if response.status_code != 503 or attempt == RETRIES:
                return response
            await asyncio.sleep(_retry_after(response))
        raise SeedFailed(request.method, request.url.path, None, "unreachable")


def _worker_body(persona: Persona) -> Json:
    return {
        "name": persona.name,
        "job_title": persona.job_title,
        "level": persona.level,
        "band": persona.band,
        "employer": EMPLOYER,
        "teams": list(persona.teams),
        "line_manager_id": persona.line_manager_id,
        "started_on": persona.started_on.isoformat() if persona.started_on else None,
        "registrations": [
            {
                "body": each.body,
                "number": each.number,
                "expires_on": each.expires_on.isoformat(),
            }
            for each in persona.registrations
        ],
        "status": "active",
    }


def _failed(response: httpx.Response) -> SeedFailed:
    request = response.request
    return SeedFailed(request.method, request.url.path, response.status_code, _code(response))


def _json(response: httpx.Response) -> Json:
    try:
        answer = response.json()
    except ValueError:
        raise _failed(response) from None
    if not isinstance(answer, dict):
        raise _failed(response)
    return answer


def _text(response: httpx.Response, name: str) -> str:
    value = _json(response).get(name)
    if not isinstance(value, str):
        raise _failed(response)
    return value


def _code(response: httpx.Response) -> str | None:
    try:
        answer = response.json()
    except ValueError:
        return None
    code = answer.get("code") if isinstance(answer, dict) else None
    return code if isinstance(code, str) else None


def _etag(response: httpx.Response) -> str | None:
    etag: str | None = response.headers.get("ETag")
    return etag


def _replayed(response: httpx.Response) -> bool:
    return str(response.headers.get("Idempotency-Replayed")) == "true"


def _retry_after(response: httpx.Response) -> float:
    try:
        seconds = float(response.headers.get("Retry-After", "1"))
    except ValueError:
        seconds = 1.0
    return min(max(seconds, 0.1), LONGEST_WAIT_SECONDS)
