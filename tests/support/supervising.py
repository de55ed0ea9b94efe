"""Supervision over HTTP: its people, and what they do in it."""

from typing import Any

from tests.support.client import Answer, Client, Json, moment
from tests.support.tokens import signed

SESSIONS, AGREEMENTS = "/v1/supervision/sessions", "/v1/supervision/agreements"


def introduced(
    client: Client, staff_id: str, role: str, *teams: str, register: bool = True, **entry: Any
) -> str:
    """Somebody with a token of these teams, whom the register has too."""
    client.tokens[staff_id] = signed(
        client, sub=staff_id, roles=[role], teams=[*teams], exp=2_000_000_000
    )
    if register:
        made = client.put_worker(staff_id, "ehr-1", teams=[*teams], **entry)
        assert made.status == 201, made.body
    return staff_id


def agreed(client: Client, worker_id: str, supervisor_id: str, **changes: Any) -> Answer:
    by, key = changes.pop("by", supervisor_id), changes.pop("key", None)
    body = {
        "worker_id": worker_id,
        "supervisor_id": supervisor_id,
        "kind": "developmental",
        "interval_weeks": 6,
        "purpose": "To grow in the role.",
        **changes,
    }
    return client.post("supervision", AGREEMENTS, by, body, key=key)


def on_agreement(client: Client, agreement: Answer, command: str, by: str, **body: Any) -> Answer:
    """A command on the version of an agreement that an answer showed."""
    return _on(client, f"{AGREEMENTS}/{agreement.body['id']}/{command}", agreement, by, body)


def scheduled(client: Client, agreement: Answer, **changes: Any) -> Answer:
    by, key = changes.pop("by", agreement.body["supervisor_id"]), changes.pop("key", None)
    body = {
        "agreement_id": agreement.body["id"],
        "scheduled_for": moment(hours_ago=2),
        **changes,
    }
    return client.post("supervision", SESSIONS, by, body, key=key)


def on_session(client: Client, session: Answer, command: str, by: str, **body: Any) -> Answer:
    """A command on the version of a session that an answer showed."""
    return _on(client, f"{SESSIONS}/{session.body['id']}/{command}", session, by, body)


def held(client: Client, session: Answer, **changes: Any) -> Answer:
    """A session with its record."""
    by = changes.pop("by", session.body["supervisor_id"])
    return on_session(client, session, "records", by, **record(**changes))


def record(**changes: Any) -> Json:
    return {
        "held_at": moment(hours_ago=1),
        "duration_minutes": 60,
        "agenda": ["Caseload"],
        "discussion": "Talked about working alone.",
        **changes,
    }


def signed_by(client: Client, session: Answer, party: str, **changes: Any) -> Answer:
    """A record signed by one of the two, `worker` or `supervisor`, as it was shown."""
    by = session.body[f"{party}_id"]
    return on_session(
        client, session, "signatures", by, **{"digest": session.body["digest"], **changes}
    )


def group_held(client: Client, by: str, attendance: list[Json], **changes: Any) -> Answer:
    """A group session; `attendance` has a line for each worker."""
    key = changes.pop("key", None)
    body = {**record(), "kind": "peer", "attendance": attendance, **changes}
    return client.post("supervision", "/v1/supervision/group-sessions", by, body, key=key)


def _on(client: Client, path: str, shown: Answer, by: str, body: Json) -> Answer:
    if_match, key = body.pop("if_match", shown.etag), body.pop("key", None)
    return client.post("supervision", path, by, body, if_match=if_match, key=key)
