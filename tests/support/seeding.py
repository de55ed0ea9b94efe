"""As much of the services as seeding meets, in memory: what it sends is checked against it."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx

from deploy.local.seed import Summary, Urls, seed
from tests.support.seeding_supervision import PREFIX, Refused, changed, lists, made

NOW = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)
OF_A_PERSON = ("plans", "visit-alerts", "carers", "sharing-preferences")
"""What has a list below a service user's own address."""
URLS = Urls(*(f"http://{each}" for each in ("identity", "notes", "referrals", "supervision", "a")))


class Stack:
    """As much of the contract as seeding meets: keys replay, commands need the current ETag."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, Any]] = {}
        self.answers: dict[tuple[str, str, str], tuple[str, str]] = {}
        self.changes = 0
        self.written: list[tuple[str, str]] = []
        self.break_at: int | None = None

    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self.answer)

    def forget_keys(self) -> None:
        self.answers.clear()

    def answer(self, request: httpx.Request) -> httpx.Response:
        caller = request.headers["Authorization"].removeprefix("Bearer ")
        path = request.url.path
        if request.method == "GET":
            return self.read(caller, path, request)
        if self.break_at == self.changes:
            return self.problem(500, "broken")
        sent = json.loads(request.content)
        if request.method == "PUT":
            self.changes += 1
            return self.shown(self.keep(path, sent, id=path.split("/")[-1]), 201)
        scope = (caller, path, request.headers["Idempotency-Key"])
        if scope in self.answers:
            before, where = self.answers[scope]
            if before != request.content.decode():
                return self.problem(422, "idempotency_key_reused")
            return self.shown(self.held[where], 201, {"Idempotency-Replayed": "true"})
        response = self.write(caller, path, sent, request.headers.get("If-Match"))
        if response.status_code == 201:
            self.changes += 1
            self.written.append((caller, path))
            made = f"{path}/{response.json().get('id')}"
            where = made if made in self.held else "/".join(path.split("/")[: _depth(path)])
            self.answers[scope] = (request.content.decode(), where)
        return response

    def keep(self, where: str, sent: dict[str, Any], **more: Any) -> dict[str, Any]:
        self.held[where] = {**sent, "version": 1, **more}
        return self.held[where]

    def shown(
        self, found: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        etag = {"ETag": f'"{found["version"]}"'}
        return httpx.Response(status, json=found, headers={**etag, **(headers or {})})

    def problem(self, status: int, code: str, **more: str) -> httpx.Response:
        return httpx.Response(status, json={"code": code, "detail": "secret words", **more})

    def read(self, caller: str, path: str, request: httpx.Request) -> httpx.Response:
        if path in self.held:
            found = self.held[path]
            if request.url.params.get("version") == "1":
                found = {**found, **found.get("first", {})}
            return self.shown(found)
        query = dict(request.url.params)
        if path.startswith(PREFIX):
            shows = lists(caller, path.removeprefix(f"{PREFIX}/"), query)
            return self.page([held for where, held in self._below(path) if shows(held)], query)
        names = {"service_user_id": "service_user_id", "author_id": "author"}
        if not query.keys() & names.keys() and path.split("/")[-1] not in OF_A_PERSON:
            return self.problem(404, "not_found")
        asked = {names[name]: query[name] for name in names if name in query}
        those = [
            held
            for _, held in self._below(path)
            if all(held.get(name) == value for name, value in asked.items())
        ]
        return self.page(those, query)

    def _below(self, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """What is held below an address, the newest first."""
        for where, held in reversed(self.held.items()):
            if where.startswith(f"{path}/"):
                yield where, held

    def page(self, items: list[dict[str, Any]], query: dict[str, str]) -> httpx.Response:
        start = int(query.get("cursor", "0"))
        more = str(start + 3) if start + 3 < len(items) else None
        return httpx.Response(200, json={"items": items[start : start + 3], "next_cursor": more})

    def write(
        self, caller: str, path: str, sent: dict[str, Any], etag: str | None
    ) -> httpx.Response:
        parts = path.split("/")
        id_ = f"id-{len(self.held)}"
        if path.startswith(PREFIX):
            return self.supervise(caller, path, parts, sent, etag, id_)
        if parts[-1] in OF_A_PERSON:
            return self.shown(self.keep(f"{path}/{id_}", sent, id=id_), 201)
        if parts[2:] == ["onward-referrals"]:
            agency = {"id": sent["agency_id"]}
            more: dict[str, Any] = {
                "agency": agency,
                "acknowledgement": None,
                "outcomes": [],
                "id": id_,
            }
            return self.shown(self.keep(f"{path}/{id_}", sent, **more), 201)
        if parts[2] == "service-users":
            known = [
                held
                for where, held in self.held.items()
                if where.startswith(path) and held.get("nhs_number") == sent["nhs_number"]
            ]
            if known:
                return self.problem(409, "already_registered", id=known[0]["id"])
            return self.shown(self.keep(f"{path}/{id_}", sent, id=id_), 201)
        if len(parts) == 3:
            unsigned = parts[2] == "notes" and caller != "nurse-1"
            status = "awaiting_countersignature" if unsigned else "complete"
            if sent.get("concern"):
                self.held[f"/v1/concerns/of-{id_}"] = {"status": "raised", "version": 1}
            return self.shown(
                self.keep(
                    f"{path}/{id_}",
                    sent,
                    id=id_,
                    author=caller,
                    digest=f"digest-{id_}-1",
                    concern_id=f"of-{id_}",
                    amendments=[],
                    decisions=[],
                    status=status if parts[2] == "notes" else "received",
                ),
                201,
            )
        held = self.held["/".join(parts[:4])]
        if etag is None:
            return self.problem(428, "if_match_required")
        if etag != f'"{held["version"]}"':
            return self.problem(412, "version_changed")
        refused = getattr(self, f"on_{parts[4]}")(caller, held, sent)
        if refused is not None:
            return self.problem(409, str(refused))
        held["version"] += 1
        return self.shown(held, 201)

    def supervise(
        self,
        caller: str,
        path: str,
        parts: list[str],
        sent: dict[str, Any],
        etag: str | None,
        id_: str,
    ) -> httpx.Response:
        try:
            if len(parts) == 4:
                held = made(caller, parts[3], sent, self.held)
                return self.shown(self.keep(f"{path}/{id_}", held, id=id_), 201)
            held = self.held["/".join(parts[:5])]
            disclosing = parts[5] == "disclosures"
            if not disclosing and etag != f'"{held["version"]}"':
                return self.problem(412, "version_changed")
            changed(caller, parts[5:], held, sent)
            held["version"] += not disclosing
            return self.shown(held, 201)
        except Refused as refused:
            return self.problem(403, str(refused))

    def on_training(self, caller: str, held: dict[str, Any], sent: dict[str, Any]) -> str | None:
        held.setdefault("training", []).append({**sent, "recorded_by": {"staff_id": caller}})
        return None

    def on_competences(self, caller: str, held: dict[str, Any], sent: dict[str, Any]) -> str | None:
        held.setdefault("competences", []).append({**sent, "signed_off_by": {"staff_id": caller}})
        return None

    def on_decisions(self, _: str, held: dict[str, Any], sent: dict[str, Any]) -> str | None:
        held["status"] = sent["outcome"]
        held["decisions"].append(sent)
        return None

    def on_allocations(self, _: str, held: dict[str, Any], sent: dict[str, Any]) -> str | None:
        if held["status"] != "accepted":
            return "not_accepted"
        held.update(status="allocated", worker_id=sent["worker_id"])
        return None

    def on_outcomes(self, _: str, held: dict[str, Any], sent: dict[str, Any]) -> str | None:
        held["outcomes"].append(sent)
        return None

    def on_acknowledgements(self, _: str, held: dict[str, Any], sent: dict[str, Any]) -> str | None:
        if "agency" in held:
            refused = "already_acknowledged" if held["acknowledgement"] else None
            held["acknowledgement"] = sent
            return refused
        if held["status"] != "raised":
            return "already_acknowledged"
        held["status"] = "acknowledged"
        return None

    def on_amendments(self, caller: str, held: dict[str, Any], sent: dict[str, Any]) -> str | None:
        if caller != held["author"]:
            return "not_author"
        held["first"] = {"narrative": held["narrative"]}
        held["amendments"].append(sent.pop("reason"))
        held.update(sent, digest=f"{held['digest']}-amended")
        return None

    def on_countersignatures(
        self, caller: str, held: dict[str, Any], sent: dict[str, Any]
    ) -> str | None:
        if caller == held["author"] or sent["digest"] != held["digest"]:
            return "digest_mismatch"
        if sent["basis"] == "witnessed" and caller not in held["staff_present"]:
            return "not_present"
        held["status"] = "countersigned"
        return None


def _depth(path: str) -> int:
    """How many parts the address of a resource has."""
    return 5 if path.startswith(PREFIX) else 4


async def token(persona: str) -> str:
    return persona


def run(stack: Stack, now: datetime = NOW) -> tuple[Summary, list[tuple[int, int, str]]]:
    steps: list[tuple[int, int, str]] = []
    summary = asyncio.run(
        seed(
            URLS,
            token,
            lambda done, total, what: steps.append((done, total, what)),
            now=now,
            transport=stack.transport(),
        )
    )
    return summary, steps
