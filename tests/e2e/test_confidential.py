"""A supervision record is for its two participants: nobody else reads it, unless it was disclosed
to them, and every look, refusal and disclosure is in the ledger."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.client import Answer, Client, Json, entry, moment, shift
from tests.support.confiding import (
    DISCLOSURES,
    disclosed,
    disclosure,
    on_disclosure,
    recorded,
    safeguarding_duty,
    untold,
)
from tests.support.stack import NMC
from tests.support.supervising import SESSIONS, agreed, introduced, scheduled
from tests.support.tokens import signed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
TEAM = "confiding-cmht"
WORKER, SUPERVISOR = "confiding-worker", "confiding-supervisor"
MANAGER, LINE_MANAGER, COLLEAGUE = "confiding-manager", "confiding-line-manager", "confiding-other"
NAMED = "confided-in"
SAID = "She is afraid of going to the flat alone."


@pytest.fixture(scope="module")
def session(client: Client) -> Answer:
    introduced(client, LINE_MANAGER, "team_manager", "elsewhere-cmht")
    introduced(client, WORKER, "str_worker", TEAM, line_manager_id=LINE_MANAGER)
    introduced(client, SUPERVISOR, "supervisor", TEAM, registrations=NMC)
    introduced(client, MANAGER, "team_manager", TEAM)
    introduced(client, COLLEAGUE, "str_worker", TEAM)
    introduced(client, NAMED, "supervisor", "another-trust", register=False)
    return recorded(client, WORKER, SUPERVISOR, discussion=SAID)


def seen(client: Client, session: Answer, by: str, what: str = "") -> Answer:
    return client.get("supervision", f"{SESSIONS}/{session.body['id']}{what}", by)


def told(client: Client, by: str, query: str = "") -> list[Json]:
    return client.every("supervision", f"{DISCLOSURES}?limit=200{query}", by)


async def in_the_ledger(client: Client, query: str, *sought: tuple[str, str]) -> list[Json]:
    """Events by a query, once there are some of these types by these people."""
    found: list[Json] = []

    def there() -> bool:
        found[:] = client.every("audit", f"/v1/audit/events?limit=200&{query}", "ig-lead-1")
        return {*sought} <= {(each["type"], each["actor"]["staff_id"]) for each in found}

    await until(there)
    return found


@pytest.mark.parametrize("by", [WORKER, SUPERVISOR])
async def test_the_two_read_it_and_each_look_is_recorded(
    client: Client, session: Answer, by: str
) -> None:
    shown = seen(client, session, by)
    assert (shown.status, shown.body["discussion"]) == (200, SAID)
    assert (shown.body["content_state"], shown.etag) == ("shown", session.etag)
    looks = await in_the_ledger(client, f"resource_id={session.body['id']}", ("record-read", by))
    look = next(each["content"] for each in looks if each["actor"]["staff_id"] == by
                and each["type"] == "record-read")  # fmt: skip
    assert (look["basis"], look["staff_ids"], look["service_user_ids"]) == (
        "participant", [WORKER, SUPERVISOR], [],
    )  # fmt: skip
    assert look["resource"] == f"supervision-session/{session.body['id']}"


@pytest.mark.parametrize("by", [LINE_MANAGER, MANAGER, COLLEAGUE, "auditor-1", "ig-lead-1"])
async def test_anyone_else_is_refused_and_that_is_recorded(
    client: Client, session: Answer, by: str
) -> None:
    for what in ("", "/history"):
        refused = seen(client, session, by, what)
        assert (refused.status, refused.code) == (403, "confidential")
        assert SAID not in str(refused.body)
    found = await in_the_ledger(client, f"resource_id={session.body['id']}", ("access-denied", by))
    denied = next(each["content"] for each in found if each["actor"]["staff_id"] == by
                  and each["type"] == "access-denied")  # fmt: skip
    assert (denied["code"], denied["staff_id"]) == ("confidential", WORKER)


async def test_a_system_is_not_for_this(client: Client, session: Answer) -> None:
    assert seen(client, session, "ehr-1").code == "role_not_permitted"


@pytest.mark.parametrize(
    ("by", "query"),
    [
        (WORKER, ""),
        (SUPERVISOR, ""),
        (SUPERVISOR, f"&worker_id={WORKER}"),
        (MANAGER, f"&team_id={TEAM}"),
        (LINE_MANAGER, f"&worker_id={WORKER}"),
        ("auditor-1", f"&team_id={TEAM}&status=held"),
        ("ig-lead-1", f"&supervisor_id={SUPERVISOR}&kind=ad_hoc"),
    ],
)
async def test_that_it_was_held_is_no_secret(
    client: Client, session: Answer, by: str, query: str
) -> None:
    found = client.every("supervision", f"{SESSIONS}?limit=50{query}", by)
    [held] = [each for each in found if each["id"] == session.body["id"]]
    assert (held["status"], held["duration_minutes"], held["kind"]) == ("held", 60, "ad_hoc")
    assert (held["content_state"], held["discussion"], held["cases"]) == ("confidential",) + (
        None,
    ) * 2
    assert SAID not in str(found)


async def test_a_list_is_of_ones_own_or_of_whom_one_manages(
    client: Client, session: Answer
) -> None:
    assert client.every("supervision", f"{SESSIONS}?limit=50", COLLEAGUE) == []
    assert client.every("supervision", f"{SESSIONS}?limit=50&worker_id={WORKER}", COLLEAGUE) == []
    refused = client.get("supervision", f"{SESSIONS}?team_id={TEAM}", COLLEAGUE)
    assert (refused.status, refused.code) == (403, "no_relationship")
    token = signed(client, sub="confiding-auditor", roles=["auditor"], teams=[])
    unengaged = client.get(
        "supervision", f"{SESSIONS}?team_id={TEAM}", headers={"Authorization": f"Bearer {token}"}
    )
    assert unengaged.code == "no_engagement"
    await in_the_ledger(client, "type=access-denied", ("access-denied", "confiding-auditor"))


async def test_lists_are_paged_in_the_order_of_when_they_were_to_be(client: Client) -> None:
    introduced(client, "paged-worker", "str_worker", TEAM)
    agreement = agreed(client, "paged-worker", SUPERVISOR)
    times = [f"2026-0{month}-01T09:00:00Z" for month in (3, 1, 2)]
    for each in times:
        assert scheduled(client, agreement, scheduled_for=each).status == 201
    path = f"{SESSIONS}?limit=1&order=asc&agreement_id={agreement.body['id']}"
    found = client.every("supervision", path, "paged-worker")
    assert [each["scheduled_for"] for each in found] == sorted(times)
    later = client.every("supervision", f"{path}&from=2026-02-01T00:00:00Z", "paged-worker")
    assert [each["scheduled_for"] for each in later] == sorted(times)[1:]


async def test_only_whom_it_is_disclosed_to_reads_it_then(client: Client) -> None:
    mine = recorded(client, WORKER, SUPERVISOR, discussion=SAID)
    made = disclosed(client, mine, WORKER, NAMED, reason="For the investigation of my complaint.")
    assert (made.status, made.body["discussion"], made.etag) == (201, SAID, mine.etag)
    [of_it] = made.body["disclosures"]
    assert (of_it["to"], of_it["active"], of_it["reason"]) == (NAMED, True, None)
    read = seen(client, mine, NAMED)
    assert (read.status, read.body["discussion"]) == (200, SAID)
    for other in (LINE_MANAGER, MANAGER, COLLEAGUE, "auditor-1", "ig-lead-1"):
        assert seen(client, mine, other).code == "confidential"
    assert seen(client, mine, NAMED, "/history").code == "confidential"
    shown = disclosure(client, made, SUPERVISOR)
    assert shown.body["reason"] == "For the investigation of my complaint."
    events = await in_the_ledger(
        client,
        f"resource_id={mine.body['id']}",
        ("record-read", NAMED),
        ("access-denied", "ig-lead-1"),
    )
    [look] = [e["content"] for e in events if e["actor"]["staff_id"] == NAMED
              and e["type"] == "record-read"]  # fmt: skip
    assert (look["basis"], look["staff_ids"]) == ("disclosure", [WORKER, SUPERVISOR])
    of_disclosure = made.headers["location"].rsplit("/", 1)[-1]
    [event, *_] = (await in_the_ledger(
        client, f"resource_id={of_disclosure}&type=supervision-disclosed",
        ("supervision-disclosed", WORKER),
    ))  # fmt: skip
    assert event["content_state"] == "confidential"
    assert (event["content"]["to"], event["content"]["basis"]) == (NAMED, "consent")
    assert "reason" not in event["content"]


async def test_it_ends_when_it_was_to(client: Client) -> None:
    mine = recorded(client, WORKER, SUPERVISOR)
    soon = (datetime.now(UTC) + timedelta(seconds=3)).isoformat()
    assert disclosed(client, mine, WORKER, NAMED, until=soon).status == 201
    assert seen(client, mine, NAMED).status == 200
    await until(lambda: seen(client, mine, NAMED).status == 403)
    past = disclosed(client, mine, WORKER, NAMED, until="2026-01-01T00:00:00Z")
    assert past.status == 422


async def test_what_is_unsafe_to_tell_is_hidden_from_the_other_everywhere(client: Client) -> None:
    mine = recorded(client, WORKER, SUPERVISOR)
    before = seen(client, mine, WORKER)
    history = seen(client, mine, WORKER, "/history").body
    made = disclosed(client, mine, SUPERVISOR, NAMED, **untold(basis="risk"))
    assert (made.status, len(made.body["disclosures"])) == (201, 1)
    after = seen(client, mine, WORKER)
    assert (after.body, after.etag) == (before.body, before.etag)
    assert seen(client, mine, WORKER, "/history").body == history
    assert told(client, WORKER, f"&session_id={mine.body['id']}") == []
    for answer in (
        disclosure(client, made, WORKER),
        on_disclosure(client, made, "tellings", WORKER),
    ):
        assert (answer.status, answer.code) == (404, "not_found")
    of_who_did = disclosure(client, made, SUPERVISOR)
    assert of_who_did.body["not_told_reason"] == "May be in danger."
    assert disclosure(client, made, NAMED).body["not_told_reason"] is None
    assert disclosure(client, made, COLLEAGUE).code == "confidential"

    assert on_disclosure(client, made, "tellings", NAMED).code == "not_yours"
    now = on_disclosure(client, made, "tellings", SUPERVISOR)
    assert (now.status, now.body["told"], now.etag) == (201, True, '"2"')
    assert on_disclosure(client, made, "tellings", "ig-lead-1").code == "already_told"
    [known] = seen(client, mine, WORKER).body["disclosures"]
    assert (known["to"], known["told"]) == (NAMED, True)
    [item] = told(client, WORKER, f"&session_id={mine.body['id']}")
    assert (item["reason"], item["not_told_reason"]) == ("Asked for by both.", None)


async def test_whoever_is_on_safeguarding_duty_acts_at_once_and_is_reviewed(
    client: Client,
) -> None:
    mine = recorded(client, WORKER, SUPERVISOR, discussion=SAID)
    duty = safeguarding_duty(client, "safeguarding-nurse")
    assert seen(client, mine, duty).code == "confidential"
    assert disclosed(client, mine, duty, duty, basis="legal").code == "basis_not_yours"
    made = disclosed(client, mine, duty, duty, basis="safeguarding")
    assert (made.status, made.body["discussion"]) == (201, None)
    assert made.body["content_state"] == "confidential"
    assert seen(client, mine, duty).body["discussion"] == SAID
    assert [each["for_review"] for each in seen(client, mine, WORKER).body["disclosures"]] == [True]

    waiting = f"&for_review=true&reviewed=false&session_id={mine.body['id']}"
    assert len(told(client, "ig-lead-1", waiting)) == 1
    said = {"outcome": "not_justified", "reason": "The supervisor was at hand."}
    assert on_disclosure(client, made, "reviews", duty, **said).code == "role_not_permitted"
    reviewed = on_disclosure(client, made, "reviews", "ig-lead-1", **said)
    assert (reviewed.status, reviewed.body["active"]) == (201, False)
    assert told(client, "ig-lead-1", waiting) == []
    assert seen(client, mine, duty).code == "confidential"
    assert on_disclosure(client, made, "reviews", "ig-lead-1", **said).code == "already_reviewed"
    safeguarding_duty(client, "safeguarding-ot")
    assert disclosed(client, mine, duty, duty, basis="risk").code == "confidential"


async def test_what_is_disclosed_on_duty_lasts_for_72_hours_at_most(client: Client) -> None:
    mine = recorded(client, WORKER, SUPERVISOR)
    duty = safeguarding_duty(client, "safeguarding-nurse-2")
    too_long = disclosed(client, mine, duty, duty, basis="risk", until=moment(hours_ago=-73))
    assert (too_long.status, too_long.body["errors"][0]["pointer"]) == (422, "#/until")
    made = disclosed(client, mine, duty, duty, basis="risk")
    shown = disclosure(client, made, duty).body
    ends, begins = (datetime.fromisoformat(shown[name]) for name in ("until", "disclosed_at"))
    assert ends - begins == timedelta(hours=72)
    sooner = moment(hours_ago=-71)
    made = disclosed(client, mine, duty, NAMED, basis="risk", until=sooner)
    shown = disclosure(client, made, duty).body
    assert datetime.fromisoformat(shown["until"]) == datetime.fromisoformat(sooner)
    for by in (WORKER, "ig-lead-1"):
        later = moment(hours_ago=-100)
        assert disclosed(client, mine, by, NAMED, basis="risk", until=later).status == 201


async def test_that_somebody_read_it_without_cause_is_told(client: Client) -> None:
    mine = recorded(client, WORKER, SUPERVISOR)
    duty = safeguarding_duty(client, "safeguarding-nurse-3")
    made = disclosed(client, mine, duty, duty, **untold(basis="risk"))
    for party in (WORKER, SUPERVISOR):
        assert disclosure(client, made, party).status == 404
    said = {"outcome": "not_justified", "reason": "The supervisor was at hand."}
    reviewed = on_disclosure(client, made, "reviews", "ig-lead-1", **said)
    assert (reviewed.body["told"], reviewed.body["told_later"]["by"]["staff_id"]) == (
        True, "ig-lead-1",
    )  # fmt: skip
    for party in (WORKER, SUPERVISOR):
        shown = disclosure(client, made, party).body
        assert (shown["to"], shown["review"]["reason"]) == (duty, said["reason"])
        assert shown["not_told_reason"] is None
        [known] = seen(client, mine, party).body["disclosures"]
        assert (known["active"], known["review"]["outcome"]) == (False, "not_justified")
        assert len(told(client, party, f"&session_id={mine.body['id']}")) == 1
    assert on_disclosure(client, made, "tellings", "ig-lead-1").code == "already_told"


async def test_duty_for_a_team_opens_nothing_of_it(client: Client, session: Answer) -> None:
    rota = client.on_duty(TEAM, [shift(MANAGER, -1, 2)], MANAGER)
    assert rota.status in (200, 201), rota.body
    refused = disclosed(client, session, MANAGER, MANAGER, basis="safeguarding")
    assert (refused.status, refused.code) == (403, "confidential")


async def test_who_has_left_learns_of_no_disclosure(client: Client) -> None:
    people = ("departed-lead", "departed-worker", "departed-supervisor")
    for staff_id, role in zip(people, ("ig_lead", "str_worker", "supervisor"), strict=True):
        introduced(client, staff_id, role, TEAM)
    lead, worker, supervisor = people
    mine = recorded(client, worker, supervisor)
    made = disclosed(client, mine, supervisor, NAMED, basis="risk")
    hidden = disclosed(client, mine, supervisor, NAMED, **untold(basis="risk"))
    for staff_id in people:
        now = client.get("supervision", f"/v1/workers/{staff_id}", "manager-1")
        left = client.put_worker(staff_id, "ehr-1", if_match=now.etag,
                                 **{**entry(now), "status": "left"})  # fmt: skip
        assert left.status == 200, left.body
        assert disclosure(client, made, staff_id).code == "confidential"
        listed = client.get("supervision", DISCLOSURES, staff_id)
        assert (listed.status, listed.code) == (403, "not_yours")
    assert disclosure(client, hidden, worker).status == 404, "nor that there is one"
    for by in (lead, supervisor):
        assert on_disclosure(client, hidden, "tellings", by).code == "confidential"
    said = {"outcome": "justified", "reason": "It could not wait."}
    assert on_disclosure(client, hidden, "reviews", lead, **said).code == "confidential"
    assert disclosure(client, hidden, "ig-lead-1").etag == '"1"'


async def test_an_ig_lead_discloses_to_others_and_another_reviews_it(client: Client) -> None:
    mine = recorded(client, WORKER, SUPERVISOR)
    own = disclosed(client, mine, "ig-lead-1", "ig-lead-1", basis="legal")
    assert (own.status, own.code) == (403, "own_disclosure")
    assert disclosed(client, mine, "ig-lead-1", NAMED).code == "basis_not_yours"
    made = disclosed(client, mine, "ig-lead-1", NAMED, **untold(basis="investigation"))
    assert (made.status, made.body["discussion"]) == (201, None)
    assert seen(client, mine, NAMED).status == 200
    for party in (WORKER, SUPERVISOR):
        assert disclosure(client, made, party).status == 404
        assert seen(client, mine, party).body["disclosures"] == []
    said = {"outcome": "justified", "reason": "Ordered by the court."}
    assert on_disclosure(client, made, "reviews", "ig-lead-1", **said).code == "own_disclosure"
    done = on_disclosure(client, made, "reviews", "ig-lead-2", **said)
    assert (done.status, done.body["review"]["outcome"]) == (201, "justified")
    assert seen(client, mine, NAMED).status == 200


@pytest.mark.parametrize("supervises", [False, True])
async def test_an_ig_lead_is_not_told_of_what_is_hidden_from_themselves(
    client: Client, supervises: bool
) -> None:
    lead = introduced(client, f"ig-lead-who-{supervises}", "ig_lead", TEAM)
    other = WORKER if supervises else SUPERVISOR
    worker, by = (other, lead) if supervises else (lead, other)
    mine = recorded(client, worker, by, agreed_by=MANAGER)
    made = disclosed(client, mine, other, NAMED, **untold(basis="investigation"))
    assert disclosure(client, made, lead).status == 404
    assert told(client, lead, f"&session_id={mine.body['id']}") == []
    assert seen(client, mine, NAMED).status == 200
    of_it = made.headers["location"].rsplit("/", 1)[-1]
    found = {"outcome": "justified", "reason": "It had to be."}
    on_disclosure(client, made, "reviews", "ig-lead-2", **found)
    reviewed = ("supervision-disclosure-reviewed", "ig-lead-2")
    await in_the_ledger(client, f"resource_id={of_it}", reviewed)
    [event] = await in_the_ledger(client, f"resource_id={of_it}&type=supervision-disclosed")
    await in_the_ledger(client, f"resource_id={mine.body['id']}", ("record-read", NAMED))
    for query in (f"resource_id={of_it}", f"resource_id={mine.body['id']}&actor_id={NAMED}"):
        assert client.every("audit", f"/v1/audit/events?{query}", lead) == []
    assert client.get("audit", f"/v1/audit/events/{event['event_id']}", lead).status == 404
    said = {"outcome": "not_justified", "reason": "I say so."}
    assert on_disclosure(client, made, "reviews", lead, **said).status == 404
    on_disclosure(client, made, "tellings", "ig-lead-1")
    assert on_disclosure(client, made, "reviews", lead, **said).code == "own_disclosure"


async def test_what_can_not_be_disclosed(client: Client) -> None:
    mine = recorded(client, WORKER, SUPERVISOR)
    yet = scheduled(client, agreed(client, COLLEAGUE, SUPERVISOR))
    assert disclosed(client, yet, COLLEAGUE, NAMED).code == "not_held_yet"
    assert disclosed(client, mine, WORKER, SUPERVISOR).code == "to_participant"
    assert disclosed(client, mine, COLLEAGUE, NAMED).code == "confidential"
    assert disclosed(client, mine, WORKER, NAMED, other_told=False).status == 422
    assert disclosed(client, mine, WORKER, NAMED, not_told_reason="Why?").status == 422
    assert disclosed(client, mine, WORKER, NAMED, basis="curiosity").status == 422
    unknown = f"{SESSIONS}/01a00000-0000-7000-8000-000000000009"
    body = {"basis": "risk", "reason": "x", "to": NAMED}
    assert client.post("supervision", f"{unknown}/disclosures", WORKER, body).status == 404
    assert client.get("supervision", unknown, WORKER).status == 404
    assert client.get("supervision", f"{DISCLOSURES}/{mine.body['id']}", WORKER).status == 404


async def test_the_same_request_discloses_once(client: Client) -> None:
    mine = recorded(client, WORKER, SUPERVISOR)
    first = disclosed(client, mine, WORKER, NAMED, key="confide-once")
    again = disclosed(client, mine, WORKER, NAMED, key="confide-once")
    assert again.headers["idempotency-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    assert len(again.body["disclosures"]) == 1


async def test_the_ledger_opens_no_supervision_for_anyone(client: Client, session: Answer) -> None:
    sought = ("supervision-held", SUPERVISOR)
    events = await in_the_ledger(client, f"resource_id={session.body['id']}", sought)
    path = f"/v1/audit/events?resource_id={session.body['id']}&limit=200"
    for by in ("ig-lead-1", "auditor-1"):
        events = client.every("audit", path, by)
        [held] = [each for each in events if each["type"] == "supervision-held"]
        assert held["content_state"] == "confidential"
        assert held["content"]["duration_minutes"] == 60
        assert held["content"].keys() == {"held_at", "duration_minutes", "digest"}
        one = client.get("audit", f"/v1/audit/events/{held['event_id']}", by)
        assert one.body["content"] == held["content"]
        assert SAID not in str(events)
