"""Puts in who supervises whom and what was said (supervision.py, sessions.py, groups.py), each as
one of the two whose it is."""

from datetime import datetime

import httpx

from deploy.local.seed.calling import Caller, Json, content, etag_of, text
from deploy.local.seed.groups import Group
from deploy.local.seed.session import Record, Session
from deploy.local.seed.summary import Summary
from deploy.local.seed.supervision import Agreement, Party


class Supervising:
    """One thing at a time; what an earlier run made is found, and what it left out added.

    `agreed` are ids, and `sessions` what was answered last, by the seed's keys.
    """

    def __init__(self, supervision: str, call: Caller, summary: Summary, now: datetime) -> None:
        self._url = f"{supervision}/v1/supervision"
        self._call = call
        self._summary = summary
        self._now = now
        self._known: dict[str, list[Json]] = {}
        self._held: dict[str, list[str]] = {}
        self.agreed: dict[str, str] = {}
        self.sessions: dict[str, httpx.Response] = {}

    async def agreement(self, agreement: Agreement) -> None:
        """Set down, and accepted by whose word is to be had."""
        url, supervisor = f"{self._url}/agreements", agreement.supervisor
        if supervisor not in self._known:
            query = {"supervisor_id": supervisor}
            self._known[supervisor] = await self._call.items(url, supervisor, query)
        known = next(filter(agreement.is_this, self._known[supervisor]), None)
        if known:
            response = await self._call("GET", f"{url}/{known['id']}", supervisor)
            self._summary.already_there += 1
        else:
            body, by = agreement.body(self._now), agreement.set_down_by
            key = f"agreement-{agreement.key}"
            response = await self._call("POST", url, by, body=body, key=key, expect=(201,))
            self._summary.agreements += 1
        self.agreed[agreement.key] = text(response, "id")
        query = {"agreement_id": self.agreed[agreement.key]}
        self._held[agreement.key] = (
            await self._found("sessions", supervisor, "scheduled_for", query) if known else []
        )
        for party in agreement.accepted_by:
            if party not in content(response)["accepted"]:
                here = f"{url}/{self.agreed[agreement.key]}/acceptances"
                response = await self._post(response, here, agreement.by(party), {})

    async def _found(self, what: str, by: str, when: str, query: dict[str, str]) -> list[str]:
        """Those that an earlier run made, the last first: they are told by their order."""
        found = await self._call.items(f"{self._url}/{what}", by, query)
        found.sort(key=lambda each: str(each[when]), reverse=True)
        return [str(each["id"]) for each in found]

    async def session(self, session: Session) -> None:
        """Scheduled, held and signed, or not held: from wherever an earlier run left off."""
        url, supervisor = f"{self._url}/sessions", session.by("supervisor")
        held = self._held[session.of]
        if held:
            now = await self._call("GET", f"{url}/{held.pop(0)}", supervisor)
            self._summary.already_there += 1
        else:
            agreement_id, key = self.agreed[session.of], f"session-{session.key}"
            body: Json = {"agreement_id": agreement_id, "scheduled_for": session.at(self._now)}
            now = await self._call("POST", url, supervisor, body=body, key=key, expect=(201,))
            self._summary.sessions += 1
        here = f"{url}/{text(now, 'id')}"
        if text(now, "status") == "scheduled":
            if session.record:
                said = session.recorded(self._summary.service_user_ids, self._now)
                now = await self._post(now, f"{here}/records", supervisor, said)
            elif session.not_held:
                why = session.not_held
                now = await self._post(now, f"{here}/{why.how}", supervisor, why.body())
        if session.record:
            now = await self._carried_on(session, session.record, now)
        self.sessions[session.key] = now

    async def _carried_on(
        self, session: Session, record: Record, now: httpx.Response
    ) -> httpx.Response:
        """What was done of its actions, and then who has signed."""
        here = f"{self._url}/sessions/{text(now, 'id')}"
        for said, action in zip(record.actions, content(now)["actions"], strict=True):
            if said.done and action["status"] == "open":
                body: Json = {"status": "done", "outcome": said.done}
                url = f"{here}/actions/{action['id']}/updates"
                now = await self._post(now, url, session.by(said.owner), body)
        for party in record.signed:
            comment = record.disagrees if party == "worker" else None
            now = await self._signed(now, here, party, session.by(party), comment)
        return now

    async def group(self, group: Group) -> None:
        """Held, and signed in each record that it made."""
        url = f"{self._url}/group-sessions"
        if group.supervisor not in self._held:
            self._held[group.supervisor] = await self._found(
                "group-sessions", group.supervisor, "held_at", {}
            )
        if held := self._held[group.supervisor]:
            response = await self._call("GET", f"{url}/{held.pop(0)}", group.supervisor)
            self._summary.already_there += 1
        else:
            body, key = group.body(self.agreed, self._now), f"group-{group.days_ago}"
            response = await self._call(
                "POST", url, group.supervisor, body=body, key=key, expect=(201,)
            )
            self._summary.sessions += 1
        for part in content(response)["sessions"]:
            here = f"{self._url}/sessions/{part['session_id']}"
            now = await self._call("GET", here, group.supervisor)
            for party in group.signed:
                by = part["worker_id"] if party == "worker" else group.supervisor
                now = await self._signed(now, here, party, by)

    async def _signed(
        self, now: httpx.Response, here: str, party: Party, by: str, comment: str | None = None
    ) -> httpx.Response:
        """Signed by a party, unless it is; with a comment, as not agreeing."""
        if party in {each["party"] for each in content(now)["signatures"]}:
            return now
        body: Json = {"digest": text(now, "digest")}
        if comment:
            body |= {"agrees": False, "comment": comment}
        return await self._post(now, f"{here}/signatures", by, body)

    async def _post(self, now: httpx.Response, url: str, by: str, body: Json) -> httpx.Response:
        """A command on something as it is now."""
        key = f"{url.removeprefix(self._url)}-{by}"
        return await self._call(
            "POST", url, by, body=body, key=key, etag=etag_of(now), expect=(201,)
        )
