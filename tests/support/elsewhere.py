"""What a test does with agencies, onward referrals and unmet needs."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.kernel.days import local_day
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


def this_month() -> str:
    """The month that it is in England, as reports are asked for it.

    Whatever is recorded just now may be in the month before: a test that runs over midnight on a
    month's last day asks for both.
    """
    today = local_day(datetime.now(UTC))
    last = today.replace(day=monthrange(today.year, today.month)[1])
    first = (local_day(datetime.now(UTC) - timedelta(minutes=10))).replace(day=1)
    return f"from={first}&to={last}"


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
