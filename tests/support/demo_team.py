"""What a stack must say that has the demo team: each of its lists and its extract the same."""

import asyncio
import csv
import io
from collections import Counter

from deploy.local.personas import BY_SUB
from deploy.local.processes import wait_until
from deploy.local.seed import Summary, Urls, seed
from deploy.local.seed.groups import GROUPS
from deploy.local.seed.people import PEOPLE, Person
from deploy.local.seed.session import Session
from deploy.local.seed.sessions import SESSIONS
from shared.contracts.system import SERVICES
from tests.support.client import Client, Json, day

TEAM, MANAGER = "north-cmht", "manager-1"
OURS = [person for person in PEOPLE if person.team == TEAM]
PERIOD = f"from={day(ago=90)}&to={day(ago=-1)}"


def seeded_again(client: Client) -> Summary:
    """What another run of the seed adds."""

    async def bearer(persona: str) -> str:
        return client.token(persona)

    urls = Urls(**{name: client.layout.url(name) for name in ("identity", *SERVICES)})
    return asyncio.run(seed(urls, bearer, lambda *_: None))


def nothing_was_added(summary: Summary) -> bool:
    counts = {name: n for name, n in vars(summary).items() if isinstance(n, int)}
    return counts.pop("already_there") > 0 and set(counts.values()) == {0}


def has_the_demo_team(client: Client) -> None:
    """Everybody is where the data have them: waiting, on a caseload, or neither."""
    path = f"/v1/waiting-list?team_id={TEAM}"
    waiting = client.get("referrals", path, MANAGER).body["items"]
    assert [each["priority"] for each in waiting] == ["urgent", "routine"]
    for worker, people in Counter(each.referral.worker for each in OURS).items():
        if worker is not None:
            path = f"/v1/caseloads/{worker}"
            assert client.get("referrals", path, worker).body["people"] == people
    statuses = Counter(each["status"] for each in _listed(client, "referrals", "referrals"))
    assert statuses == Counter(_status(each) for each in OURS)


def has_its_supervision(client: Client) -> None:
    """What was held and what wasn't, by the data; what of it a manager and others see."""
    path = f"/v1/supervision/sessions?team_id={TEAM}&limit=200"
    sessions = client.every("supervision", path, MANAGER)
    assert Counter(each["status"] for each in sessions) == _of_sessions()
    assert {each["content_state"] for each in sessions} == {"confidential"}
    [disclosed] = (
        each
        for each in sessions
        if (each["worker_id"], each["kind"]) == ("str-worker-3", "clinical")
    )
    for session in sessions:
        mine = MANAGER in (session["worker_id"], session["supervisor_id"])
        read = client.get("supervision", f"/v1/supervision/sessions/{session['id']}", MANAGER)
        assert read.status == (200 if mine or session is disclosed else 403)
    complied = client.get("supervision", f"/v1/supervision/compliance?team_id={TEAM}", MANAGER)
    assert {each["worker_id"] for each in complied.body["items"] if each["overdue"]} == {
        "str-worker-2"
    }
    due = client.every("supervision", f"/v1/learning?team_id={TEAM}&limit=200", MANAGER)
    assert ("str-worker-3", "medicines", "expired") in {
        (each["staff_id"], each["name"], each["state"]) for each in due
    }


def _of_sessions() -> Counter[str]:
    """How many of the team's are in which state, by the data."""
    found: Counter[str] = Counter()
    for each in SESSIONS:
        if TEAM in BY_SUB[each.agreement.worker].teams:
            found[_state(each)] += 1
    for group in GROUPS:
        for part in group.parts:
            signed = "signed" if len(group.signed) == 2 else "held"
            found["missed" if part.absent else signed] += 1
    return found


def _state(session: Session) -> str:
    if session.not_held:
        return "missed" if session.not_held.how == "non-attendances" else "cancelled"
    if session.record is None:
        return "scheduled"
    return "signed" if len(session.record.signed) == 2 else "held"


def _status(person: Person) -> str:
    if person.referral.worker is not None:
        return "allocated"
    decision = person.referral.decision
    outcome = decision.outcome if decision else "received"
    return "waiting" if outcome == "waiting_list" else outcome


def extract_says_what_lists_say(client: Client) -> None:
    """Row by row, and of what is missing exactly that."""
    referrals = _listed(client, "referrals", "referrals")
    notes = _listed(client, "notes", "notes")
    onward = _listed(client, "referrals", "onward-referrals")
    contacts = {each["id"]: each for each in notes if each["contact"] != "indirect"}
    wait_until(
        lambda: {each["CareContactId"] for each in _rows(client, "MHS201")} == contacts.keys(),
        20,
        "the extract has heard of every note",
    )
    of_person = {each["service_user_id"]: each["id"] for each in referrals}
    for row in _rows(client, "MHS201"):
        note = contacts[row["CareContactId"]]
        assert row["ServiceRequestId"] == of_person[note["service_user_id"]]
        seen = note["attendance"] in ("attended", "attended_late")
        assert row["ClinContDurOfCareCont"] == (str(note["duration_minutes"]) if seen else "")
    for table in ("MHS101", "MHS102"):
        ids = [each["ServiceRequestId"] for each in _rows(client, table)]
        assert sorted(ids) == sorted(of_person.values())
    assert Counter(each["ServiceRequestId"] for each in _rows(client, "MHS105")) == Counter(
        of_person[each["service_user_id"]] for each in onward
    )
    report = [
        (each["table"], each["row_id"], each["field"]) for each in _rows(client, "validation")
    ]
    assert sorted(report) == sorted(_missing(client, referrals, notes, onward))


def _missing(
    client: Client, referrals: list[Json], notes: list[Json], onward: list[Json]
) -> list[tuple[str, str, str]]:
    """What the report has to name, from the lists."""
    people = {
        each["service_user_id"]: client.get(
            "referrals", f"/v1/service-users/{each['service_user_id']}", MANAGER
        ).body
        for each in referrals
    }
    codeless = {
        each["id"]
        for each in client.every("referrals", "/v1/agencies?limit=200", MANAGER)
        if each["ods_code"] is None
    }
    return [
        *(
            ("MHS101", each["id"], "PrimReasonReferralMH")
            for each in referrals
            if each["primary_reason"] is None
        ),
        *(
            ("MHS102", each["id"], "ReferRejectReason")
            for each in referrals
            if each["status"] == "declined"  # as needs_met_elsewhere, which has no national code
        ),
        *(
            ("MHS201", each["id"], "CareContSubj")
            for each in notes
            if each["contact"] == "indirect"
        ),
        *(
            ("MHS105", each["id"], "OrgIDReceiving")
            for each in onward
            if each["agency"]["id"] in codeless
        ),
        ("MHS105", "", "OnwardReferReason"),
        *(
            ("MHS001", person_id, "NHSNumberStatus")
            for person_id, person in people.items()
            if person["nhs_number_status"] != "verified"
        ),
    ]


def _listed(client: Client, service: str, name: str) -> list[Json]:
    return client.every(service, f"/v1/{name}?team_id={TEAM}&limit=200", MANAGER)


def _rows(client: Client, table: str) -> list[dict[str, str]]:
    answer = client.get("referrals", f"/v1/extracts/mhsds?{PERIOD}&table={table}", MANAGER)
    assert answer.status == 200, answer.body
    return list(csv.DictReader(io.StringIO(answer.body, newline="")))
