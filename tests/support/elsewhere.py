"""What a test does with agencies, onward referrals and unmet needs."""

from typing import Any

from tests.support.client import Answer, Client, day

ADVICE = "north-advice"


def agency(
    client: Client, agency_id: str = ADVICE, by: str = "manager-1", **changes: Any
) -> Answer:
    """An entry of the directory, on the version that it has, or on `if_match`."""
    path = f"/v1/agencies/{agency_id}"
    now = client.get("referrals", path, by)
    if_match = changes.pop("if_match", now.etag if now.status == 200 else None)
    body = {
        "name": "North Advice",
        "kinds": ["citizens_advice", "debt_advice"],
        "telephone": "01632 960000",
        **changes,
    }
    return client.call("PUT", "referrals", path, by, body, if_match=if_match)


def onward(client: Client, person: str, by: str = "str-worker-1", **changes: Any) -> Answer:
    """An onward referral with consent, to somewhere that isn't in the directory."""
    body = {
        "service_user_id": person,
        "agency": {"name": "The allotment", "kind": "voluntary_sector"},
        "reason": "Wants to grow things again.",
        "consent": True,
        **changes,
    }
    return client.post("referrals", "/v1/onward-referrals", by, body)


def acknowledged(client: Client, referral: Answer, by: str = "str-worker-1", **more: Any) -> Answer:
    body = {"acknowledged_on": day(), **more}
    return _on(client, "onward-referrals", referral, "acknowledgements", by, body)


def ended(client: Client, referral: Answer, by: str = "str-worker-1", **more: Any) -> Answer:
    body = {"outcome": "support_received", "known_on": day(), **more}
    return _on(client, "onward-referrals", referral, "outcomes", by, body)


def unmet(client: Client, person: str, by: str = "str-worker-1", **changes: Any) -> Answer:
    body = {"service_user_id": person, "need": "transport", "why": "no_service", **changes}
    return client.post("referrals", "/v1/unmet-needs", by, body)


def met(client: Client, need: Answer, by: str = "str-worker-1", **more: Any) -> Answer:
    body = {"met_on": day(), **more}
    return _on(client, "unmet-needs", need, "resolutions", by, body)


def _on(
    client: Client, collection: str, found: Answer, command: str, by: str, body: dict[str, Any]
) -> Answer:
    if_match = body.pop("if_match", found.etag)
    path = f"/v1/{collection}/{found.body['id']}/{command}"
    return client.post("referrals", path, by, body, if_match=if_match)
