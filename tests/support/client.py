"""A client of the running stack that speaks as a persona."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from deploy.local.identity import IdentitySettings, issue
from deploy.local.layout import Layout

Json = dict[str, Any]


def _calling() -> httpx.Client:
    """What calls, for as long as a stack runs: making one takes longer than most answers do.

    Each call has a connection of its own, since tests stop and kill who answers.
    """
    return httpx.Client(timeout=30, limits=httpx.Limits(max_keepalive_connections=0))


@dataclass
class Answer:
    status: int
    body: Any
    headers: httpx.Headers

    @property
    def etag(self) -> str:
        return str(self.headers["etag"])

    @property
    def code(self) -> str:
        """The stable code of a refusal."""
        assert self.headers["content-type"] == "application/problem+json", self.body
        assert {"type", "title", "status", "detail", "code"} <= self.body.keys()
        assert self.body["status"] == self.status
        return str(self.body["code"])


@dataclass
class Client:
    """Calls any service by the first part of its path."""

    layout: Layout
    tokens: dict[str, str] = field(default_factory=dict)
    http: httpx.Client = field(default_factory=_calling, repr=False)

    def token(self, persona: str) -> str:
        if persona not in self.tokens:
            settings = IdentitySettings(self.layout.ports["identity"], self.layout.data)
            self.tokens[persona] = issue(settings, persona)
        return self.tokens[persona]

    def call(
        self,
        method: str,
        service: str,
        path: str,
        persona: str | None = None,
        json: Any = None,
        **more: Any,
    ) -> Answer:
        headers = dict(more.pop("headers", {}))
        if persona:
            headers["Authorization"] = f"Bearer {self.token(persona)}"
        for name, header in (("if_match", "If-Match"), ("key", "Idempotency-Key")):
            if value := more.pop(name, None):
                headers[header] = value
        if json is not None:
            more["json"] = json
        answer = self.http.request(
            method, f"{self.layout.url(service)}{path}", headers=headers, **more
        )
        kind = answer.headers.get("content-type", "")
        body = answer.json() if "json" in kind and answer.content else answer.text
        return Answer(answer.status_code, body, answer.headers)

    def get(self, service: str, path: str, persona: str | None = None, **more: Any) -> Answer:
        return self.call("GET", service, path, persona, **more)

    def every(self, service: str, path: str, persona: str) -> list[Json]:
        """All items of a list, page after page; `path` has a query already."""
        found: list[Json] = []
        cursor = ""
        while True:
            answer = self.get(service, f"{path}{cursor}", persona)
            assert answer.status == 200, answer.body
            page = answer.body
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            cursor = f"&cursor={page['next_cursor']}"

    def post(self, service: str, path: str, persona: str | None, json: Any, **more: Any) -> Answer:
        return self.call("POST", service, path, persona, json, **more)

    def put_worker(self, staff_id: str, by: str = "manager-1", **changes: Any) -> Answer:
        if_match = changes.pop("if_match", None)
        body = {
            "name": staff_id.replace("-", " "),
            "job_title": "STR worker",
            "level": "intermediate",
            "band": 3,
            "employer": "Demonstration NHS Foundation Trust",
            "teams": ["north-cmht"],
            "line_manager_id": "manager-1",
            "started_on": "2024-01-08",
            "registrations": [],
            "status": "active",
            **changes,
        }
        path = f"/v1/workers/{staff_id}"
        return self.call("PUT", "supervision", path, by, body, if_match=if_match)

    def trained(self, staff_id: str, by: str = "manager-1", **changes: Any) -> Answer:
        """Training that a worker completed, in record keeping unless it is said."""
        body = {
            "course": "record_keeping",
            "completed_on": day(ago=30),
            "evidence": "Certificate seen.",
            **changes,
        }
        return self._of_worker(staff_id, "training", by, body)

    def signed_off(self, staff_id: str, by: str = "nurse-1", **changes: Any) -> Answer:
        """Competence of a worker, in record keeping unless it is said."""
        body = {
            "activity": "record_keeping",
            "assessed_on": day(ago=1),
            "basis": "Read ten notes together.",
            **changes,
        }
        return self._of_worker(staff_id, "competences", by, body)

    def revoked(
        self,
        staff_id: str,
        activity: str = "record_keeping",
        by: str = "manager-1",
        **changes: Any,
    ) -> Answer:
        body = {"reason": "Three late notes without a reason.", **changes}
        return self._of_worker(staff_id, f"competences/{activity}/revocations", by, body)

    def _of_worker(self, staff_id: str, command: str, by: str, body: Json) -> Answer:
        """A command on a worker as they are now, unless `if_match` says of which version."""
        path, key = f"/v1/workers/{staff_id}", body.pop("key", None)
        if "if_match" not in body:
            now = self.get("supervision", path, by)
            body["if_match"] = now.etag if now.status == 200 else None
        if_match = body.pop("if_match")
        return self.post("supervision", f"{path}/{command}", by, body, if_match=if_match, key=key)

    def on_duty(self, team_id: str, shifts: list[Json], by: str = "manager-1") -> Answer:
        """A team's whole rota, whatever it was before."""
        path = f"/v1/duty/{team_id}"
        now = self.get("supervision", path, by)
        if_match = now.etag if now.status == 200 else None
        return self.call("PUT", "supervision", path, by, {"shifts": shifts}, if_match=if_match)

    def service_user(self, by: str = "manager-1", **changes: Any) -> str:
        body = {
            "local_ids": [],
            "name": {"given": ["Service User"], "family": "One"},
            "date_of_birth": "1985-04-12",
            "team_id": "north-cmht",
            "care_coordinator_id": "coordinator-1",
            **changes,
        }
        made = self.post("referrals", "/v1/service-users", by, body)
        assert made.status == 201, made.body
        return str(made.body["id"])

    def patched(self, service_user_id: str, by: str = "manager-1", **changes: Any) -> Answer:
        """A person with some particulars changed, of the version they have or of `if_match`."""
        path = f"/v1/service-users/{service_user_id}"
        if_match = changes.pop("if_match", None) or self.get("referrals", path, "ehr-1").etag
        return self.call("PATCH", "referrals", path, by, changes, if_match=if_match)

    def referral(self, service_user_id: str, by: str = "coordinator-1", **changes: Any) -> Answer:
        body = {
            "service_user_id": service_user_id,
            "received_at": moment(hours_ago=30),
            "source": "cmht",
            "reason": "Wants help to keep the tenancy.",
            "needs": ["housing"],
            "goals": ["Pay rent on time"],
            "urgency": "routine",
            "referrer": {"name": "A referrer", "organisation": "North CMHT"},
            **changes,
        }
        return self.post("referrals", "/v1/referrals", by, body)

    def allocated(self, service_user_id: str, worker_id: str, by: str = "manager-1") -> Answer:
        """A referral taken through acceptance to a worker's caseload."""
        made = self.referral(service_user_id)
        path = f"/v1/referrals/{made.body['id']}"
        decided = self.post(
            "referrals",
            f"{path}/decisions",
            by,
            {"outcome": "accepted", "rationale": "Fits the team."},
            if_match=made.etag,
        )
        assert decided.status == 201, decided.body
        return self.post(
            "referrals",
            f"{path}/allocations",
            by,
            {"worker_id": worker_id},
            if_match=decided.etag,
        )

    def transferred(self, referral: Answer, worker_id: str, **changes: Any) -> Answer:
        """A referral on another worker's caseload."""
        body = {"worker_id": worker_id, "handover": "Prefers to be called first.", **changes}
        return self._on(referral, "transfers", body)

    def answered(self, referral: Answer, by: str, decision: str, **changes: Any) -> Answer:
        """A hand-over, accepted or declined by who receives it."""
        return self._on(referral, "handovers", {"by": by, "decision": decision, **changes})

    def closed(self, referral: Answer, **changes: Any) -> Answer:
        body = {"outcome": "goals_met", "summary": "Keeps the tenancy by herself.", **changes}
        return self._on(referral, "closures", body)

    def restricted(self, service_user_id: str, by: str = "ig-lead-1", **changes: Any) -> Answer:
        """A record that only some may see; who they are replaces whoever it was before."""
        path = f"/v1/service-users/{service_user_id}/restrictions"
        body = {
            "restricted": True,
            "named_staff": [],
            "excluded_staff": [],
            "reason": "Known to staff of this team.",
            **changes,
        }
        if_match = self.get("referrals", path, by).etag
        return self.post("referrals", path, by, body, if_match=if_match)

    def _on(self, referral: Answer, command: str, body: Json) -> Answer:
        """A command on the version of a referral that an answer showed."""
        by, key = body.pop("by", "manager-1"), body.pop("key", None)
        if_match = body.pop("if_match", referral.etag)
        path = f"/v1/referrals/{referral.body['id']}/{command}"
        return self.post("referrals", path, by, body, if_match=if_match, key=key)

    def put_policy(self, team_id: str, by: str = "manager-1", **rules: Any) -> Answer:
        """Rules of a team on the version that it has, or on `if_match`."""
        path = f"/v1/policies/record-keeping/{team_id}"
        if_match = rules.pop("if_match", None) or self.get("notes", path, by).etag
        return self.call("PUT", "notes", path, by, rules, if_match=if_match)

    def note(
        self, service_user_id: str, by: str = "str-worker-1", key: str | None = None, **changes: Any
    ) -> Answer:
        return self.post("notes", "/v1/notes", by, note_body(service_user_id, **changes), key=key)

    def concern(self, service_user_id: str, by: str = "str-worker-1", **changes: Any) -> Answer:
        """A concern of its own, not raised with a note."""
        key = changes.pop("key", None)
        body = {
            "service_user_id": service_user_id,
            "kind": "relapse_sign",
            "urgency": "routine",
            "description": "Hasn't slept for three nights.",
            "alerted": [{"who": "coordinator-1", "how": "telephone", "at": moment()}],
            "service_user_told": True,
            **changes,
        }
        return self.post("notes", "/v1/concerns", by, body, key=key)

    def on_concern(self, concern: Answer, command: str, by: str, **body: Any) -> Answer:
        """A command on the version of a concern that an answer showed."""
        if_match = body.pop("if_match", concern.etag)
        path = f"/v1/concerns/{concern.body['id']}/{command}"
        return self.post("notes", path, by, body, if_match=if_match)

    def countersign(self, note: Answer | Json, by: str = "nurse-1", **changes: Any) -> Answer:
        digest = (note.body if isinstance(note, Answer) else note)["digest"]
        request = {"basis": "validated", "digest": digest, **changes}
        return self.on_note(note, "countersignatures", by, **request)

    def amended(self, note: Answer | Json, by: str = "str-worker-1", **changes: Any) -> Answer:
        return self.on_note(note, "amendments", by, **{"reason": "A slip of the pen.", **changes})

    def returned(self, note: Answer | Json, by: str = "nurse-1", **changes: Any) -> Answer:
        return self.on_note(note, "returns", by, **{"question": "Which letter was it?", **changes})

    def retracted(self, note: Answer | Json, by: str = "str-worker-1", **changes: Any) -> Answer:
        body = {"kind": "entered_in_error", "reason": "It did not happen.", **changes}
        return self.on_note(note, "retractions", by, **body)

    def reassigned(self, note: Answer | Json, by: str = "manager-1", **changes: Any) -> Answer:
        body = {"duty": "countersign", "staff_id": "ot-1", "reason": "On leave.", **changes}
        return self.on_note(note, "reassignments", by, **body)

    def on_note(self, note: Answer | Json, command: str, by: str, **body: Any) -> Answer:
        """A command on the version of a note that an answer showed."""
        shown = note.body if isinstance(note, Answer) else note
        if_match = body.pop("if_match", f'"{shown["version"]}"')
        key = body.pop("key", None)
        path = f"/v1/notes/{shown['id']}/{command}"
        return self.post("notes", path, by, body, if_match=if_match, key=key)

    def seen(self, note: Answer | Json, by: str, query: str = "") -> Answer:
        """A note as someone sees it now."""
        shown = note.body if isinstance(note, Answer) else note
        return self.get("notes", f"/v1/notes/{shown['id']}{query}", by)

    def worklist(self, by: str = "nurse-1", query: str = "") -> dict[str, Json]:
        """Everything on it, by note."""
        items = self.every("notes", f"/v1/countersignatures/worklist?limit=200{query}", by)
        return {item["note_id"]: item for item in items}


def entry(worker: Answer) -> Json:
    """A worker's entry as it would be put again: without what the register adds to it, and the days
    of a status."""
    added = (
        "staff_id", "version", "training", "competences", "content_state",
        "absent_from", "absent_until", "left_on",
    )  # fmt: skip
    return {name: value for name, value in worker.body.items() if name not in added}


def note_body(service_user_id: str, **changes: Any) -> Json:
    return {
        "service_user_id": service_user_id,
        "occurred_at": moment(hours_ago=1),
        "setting": "home",
        "mechanism": "face_to_face",
        "attendance": "attended",
        "functions": ["daily_living"],
        "narrative": "Went through the rent letter together.",
        **changes,
    }


def shift(staff_id: str, begins: float, ends: float) -> Json:
    """A shift that begins and ends so many hours from now."""
    return {"staff_id": staff_id, "from": moment(hours_ago=-begins), "to": moment(hours_ago=-ends)}


def day(*, ago: int = 0) -> str:
    """The date so many days ago, in UTC."""
    return (datetime.now(UTC) - timedelta(days=ago)).date().isoformat()


def moment(*, hours_ago: float = 0) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours_ago)).isoformat()
