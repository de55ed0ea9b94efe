"""What is said in confidence in supervision, and to whom it is disclosed."""

from tests.support.client import Answer, Client, Json, shift
from tests.support.supervising import SESSIONS, agreed, held, on_agreement, on_session, scheduled
from tests.support.tokens import manager, signed

DISCLOSURES = "/v1/supervision/disclosures"
DECISIONS = "/v1/supervision/case-decisions"
SAFEGUARDING = "safeguarding"


def recorded(client: Client, worker_id: str, supervisor_id: str, **said: object) -> Answer:
    """A session with its record, of an agreement of its own, which has ended since."""
    by = said.pop("agreed_by", supervisor_id)
    made = agreed(client, worker_id, supervisor_id, by=by, kind="ad_hoc", interval_weeks=None)
    assert made.status == 201, made.body
    session = held(client, scheduled(client, made), **said)
    assert session.status == 201, session.body
    ended = on_agreement(client, made, "endings", str(by), reason="It was for this once.")
    assert ended.status == 201, ended.body
    return session


def disclosed(client: Client, session: Answer, by: str, to: str, **changes: object) -> Answer:
    """A session's record disclosed; the answer is the session, its `Location` the disclosure."""
    key = changes.pop("key", None)
    body = {"basis": "consent", "reason": "Asked for by both.", "to": to, **changes}
    path = f"{SESSIONS}/{session.body['id']}/disclosures"
    return client.post("supervision", path, by, body, key=key)


def disclosure(client: Client, made: Answer, by: str) -> Answer:
    return client.get("supervision", made.headers["location"], by)


def on_disclosure(client: Client, made: Answer, command: str, by: str, **body: object) -> Answer:
    """A command on a disclosure as it is now, or on `if_match`."""
    path = made.headers["location"]
    if_match = body.pop("if_match", None)
    if if_match is None:
        now = disclosure(client, made, by)
        if_match = now.etag if now.status == 200 else '"1"'
    sent = body or None
    return client.post("supervision", f"{path}/{command}", by, sent, if_match=if_match)


def untold(**changes: object) -> Json:
    return {"other_told": False, "not_told_reason": "May be in danger.", **changes}


def decided(client: Client, session: Answer, person: str, by: str, **changes: object) -> Answer:
    """A session as it is after something was decided about a service user."""
    body = {"service_user_id": person, "decision": "Visit in pairs.", **changes}
    return on_session(client, session, "case-decisions", by, **body)


def on_decision(client: Client, shown: Answer, by: str, **body: object) -> Answer:
    path = f"{DECISIONS}/{shown.body['id']}/retractions"
    return client.post("supervision", path, by, body, if_match=shown.etag)


def safeguarding_duty(client: Client, staff_id: str, role: str = "registered_practitioner") -> str:
    """Somebody who is on safeguarding duty now, and nobody else is."""
    client.tokens[staff_id] = signed(
        client, sub=staff_id, roles=[role], teams=[SAFEGUARDING], exp=2_000_000_000
    )
    by = manager(client, "safeguarding-manager", SAFEGUARDING)
    client.put_worker(staff_id, "ehr-1", teams=[SAFEGUARDING])
    rota = client.on_duty(SAFEGUARDING, [shift(staff_id, -1, 2)], by)
    assert rota.status in (200, 201), rota.body
    return staff_id
