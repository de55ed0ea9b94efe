"""Organisational issues on their formal route (HB 5.23), each test in a team of its own."""

import pytest
from pydantic_core import to_json

from tests.support.client import Answer, Client, Json
from tests.support.issues import ISSUES, on_issue, raised, seen, staff
from tests.support.moving import MovableClock
from tests.support.supervision_policies import put
from tests.support.tokens import manager
from tests.support.wait import until

pytestmark = pytest.mark.anyio


class Team:
    """A worker, another, and those who answer for the two routes."""

    def __init__(self, client: Client, team_id: str) -> None:
        self.client, self.id = client, team_id
        self.worker, self.other = staff(client, team_id), staff(client, team_id, number=2)
        self.manager = manager(client, f"{team_id}-manager", team_id)
        self.coordinator = staff(client, team_id, "care_coordinator")
        self.supervisor = staff(client, team_id, "supervisor")

    def listed(self, by: str, query: str = "") -> list[Json]:
        path = f"{ISSUES}?team_id={self.id}{query}"
        return self.client.every("supervision", path, by)


def done(answer: Answer) -> Answer:
    assert answer.status == 201, answer.body
    return answer


async def test_raised_handed_on_answered_and_closed(client: Client) -> None:
    team = Team(client, "issues-cmht")
    made = done(raised(client, team.worker, key="issue-1"))
    assert made.headers["location"] == f"{ISSUES}/{made.body['id']}"
    shown = {name: made.body[name] for name in ("team_id", "route", "topic", "status", "overdue")}
    assert shown == {
        "team_id": team.id, "route": "team", "topic": "workload", "status": "raised",
        "overdue": False,
    }  # fmt: skip
    assert (made.body["yours"], made.body["names_raiser"]) == (True, True)
    again = raised(client, team.worker, key="issue-1")
    assert (again.body, again.headers["idempotency-replayed"]) == (made.body, "true")
    read = seen(client, made, team.worker)
    assert (read.body, read.etag) == (made.body, '"1"')

    unasked = on_issue(client, made, "responses", team.coordinator, answer="Ours?")
    assert (unasked.status, unasked.code) == (403, "not_yours_to_answer")
    own = on_issue(client, made, "responses", team.worker, answer="I'd say so.")
    assert (own.status, own.code) == (403, "role_not_permitted")
    early = on_issue(client, made, "closures", team.manager, reason="No time.")
    assert (early.status, early.code) == (409, "not_answered_yet")
    unmatched = on_issue(client, made, "responses", team.manager, if_match=None, answer="Soon.")
    assert (unmatched.status, unmatched.code) == (428, "if_match_required")
    same = on_issue(client, made, "routings", team.manager, route="team", reason="Ours.")
    assert (same.status, same.code) == (409, "already_on_this_route")

    route: Json = {"route": "care_coordination", "reason": "Visits are booked at reviews."}
    routed = done(on_issue(client, made, "routings", team.manager, **route))
    assert (routed.body["status"], routed.body["route"]) == ("routed", "care_coordination")
    [handed_on] = routed.body["routings"]
    assert handed_on["by"]["staff_id"] == team.manager
    late = on_issue(client, made, "responses", team.coordinator, answer="Soon.")
    assert (late.status, late.code) == (412, "version_changed")
    answered = done(on_issue(client, routed, "responses", team.coordinator, answer="In January."))
    twice = done(on_issue(client, answered, "responses", team.coordinator, answer="In March."))
    assert [each["answer"] for each in twice.body["answers"]] == ["In January.", "In March."]
    assert (twice.body["status"], twice.etag) == ("answered", '"4"')
    theirs = on_issue(client, twice, "closures", team.supervisor, reason="Enough.")
    assert (theirs.status, theirs.code) == (403, "not_yours_to_answer")
    taken_back = {"outcome": "withdrawn", "reason": "They took it back."}
    not_theirs = on_issue(client, twice, "closures", team.coordinator, **taken_back)
    assert (not_theirs.status, not_theirs.code) == (403, "not_yours_to_withdraw")
    closed = done(on_issue(client, twice, "closures", team.worker, reason="It works."))
    assert (closed.body["status"], closed.body["closed"]["outcome"]) == ("closed", "resolved")
    for command, by, body in (
        ("responses", team.coordinator, {"answer": "More."}),
        ("routings", team.coordinator, {"route": "team", "reason": "More."}),
        ("closures", team.worker, {"reason": "More."}),
    ):
        over = on_issue(client, closed, command, by, **body)
        assert (over.status, over.code) == (409, "issue_closed"), command

    path = f"/v1/audit/events?service=supervision&resource_id={made.body['id']}&order=asc&type="
    types = ("issue-raised", "issue-routed", "issue-answered", "issue-closed")

    def in_the_ledger() -> list[Json]:
        return [e for each in types for e in client.every("audit", path + each, "auditor-1")]

    await until(lambda: len(in_the_ledger()) == 5)
    assert {each["content_state"] for each in in_the_ledger()} == {"confidential"}
    first = in_the_ledger()[0]
    assert first["content"].keys().isdisjoint({"description", "raised_by"})
    assert (first["actor"]["staff_id"], first["service_user_id"]) == ("withheld", None)


@pytest.mark.parametrize("named", [True, False])
async def test_who_raised_it_is_known_to_whose_route_it_is_where_policy_says_so(
    client: Client, named: bool
) -> None:
    team = Team(client, f"raisers-{named}-cmht".lower())
    if not named:
        assert put(client, team.id, team.manager, issues_name_raiser=False).status == 201
    made = done(raised(client, team.worker))
    assert made.body["names_raiser"] is named
    everyone = (
        team.worker, team.other, team.manager, team.coordinator, team.supervisor, "auditor-1",
        "ig-lead-1",
    )  # fmt: skip

    def knowing() -> set[str]:
        """Those in whose answers, bodies and headers, the raiser is anywhere to be found."""
        found = set()
        for by in everyone:
            one, path = seen(client, made, by), f"{ISSUES}?team_id={team.id}"
            listed = client.get("supervision", path, by)
            assert (one.status, listed.status) == (200, 200), by
            assert one.body["description"] == made.body["description"]
            shown = {team.worker in str(each.body) + str(each.headers) for each in (one, listed)}
            assert shown == {one.body["raised_by"] is not None}, "an answer is as the list is"
            found |= {by} if shown == {True} else set()
        return found

    assert knowing() == {team.worker} | ({team.manager} if named else set())
    route: Json = {"route": "care_coordination", "reason": "Theirs."}
    routed = done(on_issue(client, made, "routings", team.manager, **route))
    assert routed.body["raised_by"] is None, "it is no longer theirs to answer"
    assert knowing() == {team.worker} | ({team.coordinator} if named else set())
    done(on_issue(client, routed, "closures", team.worker, outcome="withdrawn", reason="Settled."))
    assert knowing() == {team.worker} | ({team.coordinator} if named else set())
    shown = seen(client, made, team.other).body
    assert (shown["closed"]["by_raiser"], shown["closed"]["by"]) == (True, None)
    assert not [word for word in to_json(shown).decode().split('"') if word.startswith("raised_at")]


async def test_what_identifies_somebody_is_refused(client: Client) -> None:
    team = Team(client, "naming-cmht")
    registered = client.put_worker("naming-worker-7", teams=[team.id], name="Wren Naming-Seven")
    assert registered.status == 201, registered.body
    elsewhere = client.put_worker("naming-worker-8", teams=["south-cmht"], name="Wren Of-Elsewhere")
    assert elsewhere.status == 201, elsewhere.body
    person = client.service_user()
    told = (
        "Of 999 000 0018.", "Ask a@example.org.", "Ring 07700 900123.", f"As for {person}.",
        "naming-worker-7 is late.", "It is WREN  NAMING-SEVEN again.",
    )  # fmt: skip
    made = done(raised(client, team.worker))
    for words in told:
        refused = raised(client, team.worker, description=words)
        assert (refused.status, refused.code) == (422, "malformed"), words
        [error] = refused.body["errors"]
        assert error["pointer"] == "#/description"
        assert words not in str(refused.body), "what was said isn't said again"
        for command, field, more in (
            ("responses", "answer", {}),
            ("routings", "reason", {"route": "care_coordination"}),
            ("closures", "reason", {"outcome": "not_resolved"}),
        ):
            refused = on_issue(client, made, command, team.manager, **{field: words, **more})
            assert (refused.status, refused.body["errors"][0]["pointer"]) == (422, f"#/{field}")
    assert seen(client, made, team.worker).etag == '"1"'
    own = raised(client, team.worker, description=f"I am {team.worker}, whom no register has.")
    assert own.code == "malformed"
    done(raised(client, team.worker, description="Wren Of-Elsewhere isn't of this team."))
    described = client.get("supervision", "/openapi.json").body["components"]["schemas"]
    assert "nobody" in described["IssueRequest"]["properties"]["description"]["description"]
    wrong: tuple[Json, ...] = (
        {"description": " "},
        {"description": "x" * 2_001},
        {"route": "ward"},
        {"topic": "Workload"},
        {"raised_by": "nurse-1"},
        {"team_id": "no team"},
    )
    for malformed in wrong:
        assert raised(client, team.worker, **malformed).code == "malformed", malformed


async def test_lists_are_of_a_team_and_say_nothing_of_when(client: Client) -> None:
    team = Team(client, "listed-cmht")
    made = [
        done(raised(client, by, topic=topic, route=route)).body["id"]
        for by, topic, route in (
            (team.worker, "workload", "team"),
            (team.worker, "equipment", "care_coordination"),
            (team.other, "equipment", "team"),
        )
    ]
    assert {each["id"] for each in team.listed(team.supervisor)} == {*made}
    for query, expected in (
        ("&topic=equipment", made[1:]),
        ("&route=team", [made[0], made[2]]),
        ("&status=raised", made),
        ("&status=answered", []),
        ("&overdue=true", []),
        ("&overdue=false", made),
        ("&mine=true", made[:2]),
        ("&topic=equipment&route=team&limit=1", made[2:]),
    ):
        found = [each["id"] for each in team.listed(team.worker, query)]
        assert sorted(found) == sorted(expected), query
    down, up = (
        [each["id"] for each in team.listed("ig-lead-1", f"&limit=1&order={order}")]
        for order in ("desc", "asc")
    )
    assert down == up[::-1] == sorted(made, reverse=True), "by their ids, which are random"
    mine = client.every("supervision", f"{ISSUES}?mine=true", team.other)
    assert [each["id"] for each in mine] == made[2:]
    everywhere = {each["team_id"] for each in client.every("supervision", ISSUES, "auditor-1")}
    assert team.id in everywhere

    outsider = client.get("supervision", f"{ISSUES}?team_id={team.id}", "str-worker-9")
    assert (outsider.status, outsider.code) == (403, "no_relationship")
    path = f"{ISSUES}/{made[0]}"
    assert client.get("supervision", path, "manager-9").code == "no_relationship"
    assert raised(client, "str-worker-9", team_id=team.id).code == "no_relationship"
    nothing = client.get("supervision", f"{ISSUES}/{client.service_user()}", team.worker)
    assert (nothing.status, nothing.code) == (404, "not_found")


async def test_whoever_raised_it_reads_and_closes_it_from_another_team(client: Client) -> None:
    team = Team(client, "left-cmht")
    registered = client.put_worker(team.other, teams=[team.id], by=team.manager)
    assert registered.status == 201, registered.body
    theirs = done(raised(client, team.other))
    hr = client.put_worker(team.other, "ehr-1", teams=["joined-cmht"], if_match=registered.etag)
    assert hr.status == 200, hr.body
    gone = client.get("supervision", f"{ISSUES}?team_id={team.id}", team.other)
    assert gone.code == "no_relationship"
    shown = seen(client, theirs, team.other)
    assert (shown.status, shown.body["yours"]) == (200, True)
    done(on_issue(client, theirs, "closures", team.other, reason="I have left that team."))


async def test_an_issue_that_nobody_answers_is_overdue_once(
    moving: tuple[Client, MovableClock],
) -> None:
    client, clock = moving
    team = Team(client, "overdue-cmht")
    assert put(client, team.id, team.manager, answer_issues_within_days=2).status == 201
    late, answered = done(raised(client, team.worker)), done(raised(client, team.other))
    done(on_issue(client, answered, "responses", team.manager, answer="Soon."))
    path = f"/v1/audit/events?type=issue-overdue&team_id={team.id}"

    def noticed() -> list[str]:
        found = client.every("audit", path, "auditor-1")
        return [each["resource"]["id"] for each in found]

    with clock.moved(days=4):
        await until(lambda: noticed() == [late.body["id"]])
        [overdue] = team.listed(team.other, "&overdue=true")
        assert (overdue["id"], overdue["overdue"], overdue["version"]) == (late.body["id"], True, 1)
        route: Json = {"route": "care_coordination", "reason": "Theirs."}
        routed = done(on_issue(client, late, "routings", team.manager, **route))
        assert not routed.body["overdue"]
        assert routed.body["answer_by"] > late.body["answer_by"], "its own time to answer"
        assert team.listed(team.other, "&overdue=true") == []
    with clock.moved(days=8):
        await until(lambda: noticed() == [late.body["id"]] * 2)
        done(on_issue(client, routed, "responses", team.coordinator, answer="Sorry, in May."))
        assert team.listed(team.other, "&overdue=true") == []
