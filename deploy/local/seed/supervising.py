"""Puts in who supervises whom and what was said (supervision.py, sessions.py), each as one of the
two whose it is."""

from datetime import datetime

import httpx

from deploy.local.seed.calling import Caller, Json, content, etag_of, text
from deploy.local.seed.sessions import Record, Session
from deploy.local.seed.summary import Summary
from deploy.local.seed.supervision import Agreement


class Supervising:
    """One thing at a time; what an earlier run made is found, and what it left out added."""

    def __init__(self, supervision: str, call: Caller, summary: Summary, now: datetime) -> None:
        self._url = f"{supervision}/v1/supervision"
        self._call = call
        self._summary = summary
        self._now = now
        self._agreed: dict[str, str] = {}
        self._held: dict[str, list[str]] = {}

    async def agreement(self, agreement: Agreement) -> None:
        """Set down, and accepted by whose word is to be had."""
        url, by = f"{self._url}/agreements", agreement.set_down_by
        query = {"worker_id": agreement.worker, "supervisor_id": agreement.supervisor}
        found = await self._call.items(url, agreement.supervisor, query)
        known = next((each for each in found if each["kind"] == agreement.kind), None)
        if known:
            response = await self._call("GET", f"{url}/{known['id']}", agreement.supervisor)
            self._summary.already_there += 1
        else:
            body, key = agreement.body(self._now), f"agreement-{agreement.key}"
            response = await self._call("POST", url, by, body=body, key=key, expect=(201,))
            self._summary.agreements += 1
        self._agreed[agreement.key] = text(response, "id")
        self._held[agreement.key] = await self._sessions(agreement) if known else []
        for party in agreement.accepted_by:
            if party not in content(response)["accepted"]:
                here = f"{url}/{self._agreed[agreement.key]}/acceptances"
                response = await self._post(response, here, agreement.by(party), {})

    async def _sessions(self, agreement: Agreement) -> list[str]:
        """Those that an earlier run scheduled, the first first: they are told by their order."""
        query = {"agreement_id": self._agreed[agreement.key]}
        found = await self._call.items(f"{self._url}/sessions", agreement.supervisor, query)
        return [each["id"] for each in sorted(found, key=lambda each: each["scheduled_for"])]

    async def session(self, session: Session) -> None:
        """Scheduled, held and signed, or not held: from wherever an earlier run left off."""
        url, supervisor = f"{self._url}/sessions", session.by("supervisor")
        held = self._held[session.of]
        if held:
            response = await self._call("GET", f"{url}/{held.pop(0)}", supervisor)
            self._summary.already_there += 1
        else:
            body: Json = {
                "agreement_id": self._agreed[session.of],
                "scheduled_for": session.at(self._now),
            }
            key = f"session-{session.key}"
            response = await self._call("POST", url, supervisor, body=body, key=key, expect=(201,))
            self._summary.sessions += 1
        here = f"{url}/{text(response, 'id')}"
        if text(response, "status") == "scheduled":
            if session.record:
                said = session.recorded(self._summary.service_user_ids, self._now)
                response = await self._post(response, f"{here}/records", supervisor, said)
            elif session.not_held:
                why = session.not_held
                response = await self._post(response, f"{here}/{why.how}", supervisor, why.body())
        if session.record:
            await self._carried_on(session, session.record, response, here)

    async def _carried_on(
        self, session: Session, record: Record, response: httpx.Response, here: str
    ) -> None:
        """Signed by who has signed so far, and the actions that were done."""
        for party in record.signed:
            if party in {each["party"] for each in content(response)["signatures"]}:
                continue
            body: Json = {"digest": text(response, "digest")}
            if party == "worker" and record.disagrees:
                body |= {"agrees": False, "comment": record.disagrees}
            response = await self._post(response, f"{here}/signatures", session.by(party), body)

    async def _post(self, now: httpx.Response, url: str, by: str, body: Json) -> httpx.Response:
        """A command on something as it is now."""
        key = f"{url.removeprefix(self._url)}-{by}"
        return await self._call(
            "POST", url, by, body=body, key=key, etag=etag_of(now), expect=(201,)
        )
