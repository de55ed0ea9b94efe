"""Organisational issues as a test raises them, and a team of its own to raise them in."""

from typing import Any

from tests.support.client import Answer, Client, Json
from tests.support.supervision_policies import put
from tests.support.tokens import manager, signed

ISSUES = "/v1/supervision/issues"
BODY: Json = {"topic": "workload", "description": "Visits are booked back to back."}
NAMED = {"issue-raised", "issue-routed", "issue-answered", "issue-closed", "issue-overdue"}


def staff(client: Client, team_id: str, role: str = "str_worker", number: int = 1) -> str:
    """Someone of a role in a team, by the token alone."""
    staff_id = f"{team_id}-{role.replace('_', '-')}-{number}"
    client.tokens[staff_id] = signed(
        client,
        sub=staff_id,
        name=f"The {role} {number} of {team_id}",
        roles=[role],
        teams=[team_id],
        exp=2_000_000_000,
    )
    return staff_id


def raised(client: Client, by: str, **changes: Any) -> Answer:
    key = changes.pop("key", None)
    return client.post("supervision", ISSUES, by, {**BODY, **changes}, key=key)


def on_issue(client: Client, issue: Answer, command: str, by: str, **body: Any) -> Answer:
    """A command on the version of an issue that an answer showed."""
    if_match = body.pop("if_match", issue.etag)
    path = f"{ISSUES}/{issue.body['id']}/{command}"
    return client.post("supervision", path, by, body, if_match=if_match)


def seen(client: Client, issue: Answer, by: str) -> Answer:
    return client.get("supervision", f"{ISSUES}/{issue.body['id']}", by)


def life_of_an_issue(client: Client, words: tuple[str, str, str, str], team_id: str) -> Answer:
    """Raised, handed on, answered and closed, each with words of its own; and one that nobody
    answers within the day that the team gives itself. The answer is the first as its team reads
    it: who raised it does nothing that names them."""
    description, handed_on, answer, closed = words
    by, lead = staff(client, team_id), manager(client, f"{team_id}-manager", team_id)
    coordinator = staff(client, team_id, "care_coordinator")
    assert put(client, team_id, lead, answer_issues_within_days=1).status in (200, 201)
    made = raised(client, by, description=description)
    steps: list[tuple[str, str, Json]] = [
        ("routings", lead, {"route": "care_coordination", "reason": handed_on}),
        ("responses", coordinator, {"answer": answer}),
        ("closures", by, {"reason": closed}),
    ]
    for command, who, body in steps:
        made = on_issue(client, made, command, who, **body)
        assert made.status == 201, made.body
    assert raised(client, by, description=description).status == 201
    return seen(client, made, coordinator)
