"""All that comes of a supervision record: for the tests of every event, operation and word."""

from collections import defaultdict
from collections.abc import Mapping

from tests.support.client import Answer, Client, Json
from tests.support.confiding import (
    DECISIONS,
    DISCLOSURES,
    decided,
    disclosed,
    on_decision,
    on_disclosure,
    recorded,
    untold,
)
from tests.support.supervising import SESSIONS, introduced

NAMED = {
    "supervision-disclosed", "supervision-disclosure-told", "supervision-disclosure-reviewed",
    "supervision-case-decided", "case-decision-recorded", "case-decision-retracted",
}  # fmt: skip
CONFIDED = (
    "agenda", "discussion", "theme", "action", "disclosed", "not_told_of", "disclosure_review",
    "decision", "taken_back",
)  # fmt: skip
"""What `everything_confided` is given words for."""
WORKER, SUPERVISOR, TEAM = "every-event-worker", "every-event-lead", "every-event-cmht"


def everything_confided(client: Client, person: str, words: Mapping[str, str] | None = None) -> str:
    """A record with each of its personal fields, disclosed and reviewed, and a decision about a
    service user made and taken back. Answers all that the supervisor is shown of it."""
    said = words or defaultdict(lambda: "As it was said.")
    introduced(client, WORKER, "str_worker", TEAM)
    by = introduced(client, SUPERVISOR, "supervisor", TEAM)
    session = recorded(
        client, WORKER, by,
        agenda=[said["agenda"]], discussion=said["discussion"], themes=[said["theme"]],
        actions=[{"action": said["action"]}], cases=[person],
    )  # fmt: skip
    made = disclosed(
        client, session, by, "nurse-9", basis="risk", reason=said["disclosed"],
        other_told=False, not_told_reason=said["not_told_of"],
    )  # fmt: skip
    assert made.status == 201, made.body
    outcome = {"outcome": "not_justified", "reason": said["disclosure_review"]}
    for command, who, body in (("tellings", by, {}), ("reviews", "ig-lead-1", outcome)):
        done = on_disclosure(client, made, command, who, **body)
        assert done.status == 201, (command, done.body)
    session = decided(client, session, person, by, decision=said["decision"])
    assert session.status == 201, session.body
    [of_it] = session.body["case_decisions"]
    shown = client.get("supervision", f"{DECISIONS}/{of_it['id']}", by)
    back = on_decision(client, shown, by, kind="entered_in_error", reason=said["taken_back"])
    assert back.status == 201, back.body
    return _shown(client, session, by)


def _shown(client: Client, session: Answer, by: str) -> str:
    paths = (
        f"{SESSIONS}/{session.body['id']}",
        f"{DISCLOSURES}?session_id={session.body['id']}",
        *(f"{DECISIONS}/{each['id']}" for each in session.body["case_decisions"]),
    )
    return str([client.get("supervision", path, by).body for path in paths])


def confided_table(client: Client, person: str) -> dict[str, str]:
    """The ids of a session of two whom no operation of the table is asked by, of a disclosure of
    it, and of a decision that came of it."""
    introduced(client, "table-worker", "str_worker", "table-cmht")
    introduced(client, "table-supervisor", "supervisor", "table-cmht")
    session = recorded(client, "table-worker", "table-supervisor")
    opened = disclosed(client, session, "table-worker", "table-friend", **untold())
    after = decided(client, session, person, "table-worker")
    return {
        "confided": session.body["id"],
        "disclosure": opened.headers["location"].rsplit("/", 1)[-1],
        "decided": after.body["case_decisions"][0]["id"],
    }


def confided_bodies(person: str) -> dict[str, Json]:
    return {
        "disclosure": {"basis": "legal", "reason": "By order of a court.", "to": "table-judge"},
        "case": {"service_user_id": person, "decision": "Visit in pairs."},
    }
