"""What stands open in a team's record keeping, in numbers, over HTTP."""

from tests.support.client import Client, moment

PATH = "/v1/record-keeping/summary?team_id=north-cmht"


def _open(client: Client) -> dict[str, int]:
    shown = client.get("notes", PATH, "manager-1").body
    return {
        "awaiting": shown["countersignatures"]["awaiting"],
        "returned": shown["countersignatures"]["returned"],
        "raised": shown["concerns"]["raised"],
        "acknowledged": shown["concerns"]["acknowledged"],
        "urgent": shown["concerns"]["urgent"],
        "queries": shown["boundary_queries"]["open"],
        "late": shown["late_reasons_outstanding"],
    }


def test_the_numbers_follow_what_is_done(client: Client, person: str) -> None:
    before = _open(client)

    def since() -> dict[str, int]:
        now = _open(client)
        return {name: now[name] - before[name] for name in now if now[name] != before[name]}

    late = client.note(person, occurred_at=moment(hours_ago=50))
    outside = {"boundary": "mental_health_act", "class": "outside_role"}
    asked = client.note(person, boundary_activities=[outside])
    concern = client.concern(person, urgency="urgent")
    assert since() == {"awaiting": 2, "late": 1, "queries": 1, "raised": 1, "urgent": 1}
    client.returned(asked)
    client.on_concern(concern, "acknowledgements", "coordinator-1", plan="Visit today.")
    assert since() == {
        "awaiting": 1, "returned": 1, "late": 1, "queries": 1, "acknowledged": 1, "urgent": 1,
    }  # fmt: skip
    assert client.retracted(late).status == 201
    assert since() == {"returned": 1, "queries": 1, "acknowledged": 1, "urgent": 1}


def test_an_auditor_names_a_team(client: Client) -> None:
    asked = client.get("notes", "/v1/record-keeping/summary", "auditor-1")
    assert (asked.status, asked.code) == (422, "malformed")
    assert client.get("notes", PATH, "auditor-1").body["team_id"] == "north-cmht"
    refused = client.get("notes", PATH, "manager-9")
    assert (refused.status, refused.code) == (403, "no_relationship")
