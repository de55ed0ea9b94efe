"""The MHSDS extract: files a spreadsheet opens, and a report that names what is missing."""

import csv
import io
import zipfile
import zlib
from dataclasses import dataclass

import httpx
import pytest

from tests.support.client import Answer, Client, day, moment
from tests.support.elsewhere import agency, onward
from tests.support.tokens import signed
from tests.support.wait import until

pytestmark = pytest.mark.anyio
PATH = "/v1/extracts/mhsds"
PERIOD = f"from={day(ago=10)}&to={day(ago=-1)}"
Rows = list[dict[str, str]]


@dataclass
class Team:
    """A team of its own: its extract holds nobody else's rows."""

    client: Client
    id: str
    manager: str

    def person(self) -> str:
        return self.client.service_user(
            by=self.manager, team_id=self.id, care_coordinator_id="extract-nurse"
        )

    def referral(self, person: str, **changes: object) -> Answer:
        made = self.client.referral(person, by=self.manager, **changes)
        assert made.status == 201, made.body
        return made

    def decided(self, referral: Answer, **decision: object) -> Answer:
        path = f"/v1/referrals/{referral.body['id']}/decisions"
        body = {"rationale": "As it should be.", **decision}
        made = self.client.post("referrals", path, self.manager, body, if_match=referral.etag)
        assert made.status == 201, made.body
        return made

    def closed(self, referral: Answer, **changes: object) -> Answer:
        accepted = self.decided(referral, outcome="accepted")
        made = self.client.closed(accepted, by=self.manager, **changes)
        assert made.status == 201, made.body
        return made

    def rows(self, table: str, by: str | None = None, query: str = PERIOD) -> Rows:
        path = f"{PATH}?team_id={self.id}&{query}&table={table}"
        answer = self.client.get("referrals", path, by or self.manager)
        assert answer.status == 200, answer.body
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        return list(csv.DictReader(io.StringIO(answer.body, newline="")))

    def report(self, person_or_row: str) -> set[tuple[str, str, str]]:
        """What the report says of one row."""
        return {
            (row["table"], row["field"], row["severity"])
            for row in self.rows("validation")
            if row["row_id"] == person_or_row
        }


@pytest.fixture
def team(client: Client, request: pytest.FixtureRequest) -> Team:
    team_id = f"extract-{zlib.crc32(request.node.name.encode())}"
    manager = f"{team_id}-manager"
    client.tokens[manager] = signed(client, sub=manager, roles=["team_manager"], teams=[team_id])
    return Team(client, team_id, manager)


def _zip(client: Client, query: str, by: str) -> dict[str, Rows]:
    answer = httpx.get(
        f"{client.layout.url('referrals')}{PATH}?{query}",
        headers={"Authorization": f"Bearer {client.token(by)}"},
        timeout=30,
    )
    assert answer.headers["content-type"] == "application/zip"
    assert 'filename="mhsds.zip"' in answer.headers["content-disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        return {
            name: list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))
            for name in archive.namelist()
        }


async def test_the_zip_opens_and_says_what_the_tables_say(client: Client, team: Team) -> None:
    person = team.person()
    referral = team.referral(person, source="gp_practice", urgency="urgent")
    files = _zip(client, f"team_id={team.id}&{PERIOD}", team.manager)
    assert list(files) == [
        "MHS101Referral.csv", "MHS102ServiceTypeReferredTo.csv", "MHS201CareContact.csv",
        "MHS105OnwardReferral.csv", "validation.csv",
    ]  # fmt: skip
    [row] = files["MHS101Referral.csv"]
    assert row["LocalPatientId"] == person
    assert row["ServiceRequestId"] == referral.body["id"]
    assert (row["SourceOfReferralMH"], row["ClinRespPriorityType"]) == ("A1", "2")
    assert row["ServDischDate"] == ""
    assert files["MHS101Referral.csv"] == team.rows("MHS101")
    assert files["validation.csv"] == team.rows("validation")


async def test_nothing_but_codes_ids_and_times_is_in_it(client: Client, team: Team) -> None:
    person = team.person()
    team.referral(person, reason="xyzzy", goals=["xyzzy"], referrer={"name": "xyzzy"})
    onward(client, person, by=team.manager, reason="xyzzy", agency={"name": "xyzzy", "kind": "gp"})
    text = str(_zip(client, f"team_id={team.id}&{PERIOD}", team.manager))
    assert person in text
    for word in ("xyzzy", "Service User", "One", "1985-04-12"):
        assert word not in text


async def test_endings_have_their_codes(team: Team) -> None:
    closed = team.closed(team.referral(team.person()), outcome="goals_met")
    declined = team.decided(
        team.referral(team.person()), outcome="declined", reason_code="outside_criteria"
    )
    other = team.closed(team.referral(team.person()), outcome="other")
    rows = {row["ServiceRequestId"]: row for row in team.rows("MHS102")}
    assert rows[closed.body["id"]]["ReferClosReason"] == "02"
    assert rows[closed.body["id"]]["ReferClosureDate"] in (day(), day(ago=-1))
    assert rows[declined.body["id"]]["ReferRejectReason"] == "02"
    assert rows[declined.body["id"]]["ReferClosureDate"] == ""
    assert rows[other.body["id"]]["ReferClosReason"] == ""
    lacks = ("MHS102", "ReferClosReason", "warning")
    assert lacks in team.report(other.body["id"])
    assert lacks not in team.report(closed.body["id"])


async def test_contacts_follow_their_notes(client: Client, team: Team) -> None:
    person = team.person()
    referral = team.referral(person)
    note = client.note(person, duration_minutes=50, mechanism="telephone")
    stray = client.note(person, occurred_at=moment(hours_ago=40))
    indirect = client.note(person, contact="indirect")

    def contacts() -> dict[str, dict[str, str]]:
        return {row["CareContactId"]: row for row in team.rows("MHS201")}

    def named() -> set[str]:
        return {row["row_id"] for row in team.rows("validation") if row["table"] == "MHS201"}

    await until(
        lambda: note.body["id"] in contacts() and {stray.body["id"], indirect.body["id"]} <= named()
    )
    row = contacts()[note.body["id"]]
    assert row["ServiceRequestId"] == referral.body["id"]
    assert (row["ConsMechanismMH"], row["AttendStatus"]) == ("02", "5")
    assert row["ClinContDurOfCareCont"] == "50"
    assert team.report(note.body["id"]) == set()
    assert team.report(stray.body["id"]) == {("MHS201", "ServiceRequestId", "error")}
    assert team.report(indirect.body["id"]) == {("MHS201", "CareContSubj", "information")}

    amended = client.amended(note, mechanism="video", duration_minutes=None)
    assert amended.status == 201, amended.body
    await until(lambda: contacts()[note.body["id"]]["ConsMechanismMH"] == "11")
    assert team.report(note.body["id"]) == {("MHS201", "ClinContDurOfCareCont", "warning")}
    assert client.retracted(amended).status == 201
    await until(lambda: note.body["id"] not in contacts())
    assert note.body["id"] not in named()


async def test_onward_referrals_and_the_code_their_agency_lacks(client: Client, team: Team) -> None:
    person = team.person()
    referral = team.referral(person)
    agency(client, "coded-advice", ods_code="X26")
    coded = onward(client, person, by=team.manager, agency=None, agency_id="coded-advice")
    plain = onward(client, person, by=team.manager)
    assert [coded.status, plain.status] == [201, 201]
    rows = team.rows("MHS105")
    assert [row["ServiceRequestId"] for row in rows] == [referral.body["id"]] * 2
    assert [row["OrgIDReceiving"] for row in rows] == ["X26", ""]
    lacks = {("MHS105", "OrgIDReceiving", "warning")}
    assert (team.report(plain.body["id"]), team.report(coded.body["id"])) == (lacks, set())


async def test_the_report_names_the_team_that_nobody_described(client: Client, team: Team) -> None:
    """The local stack says what the personas' teams are, and not what this one is."""
    here = team.referral(team.person())
    lacks = ("MHS102", "ServTeamTypeRefToMH", "error")
    assert lacks in team.report(here.body["id"])
    there = client.referral(client.service_user())
    north = Team(client, "north-cmht", "manager-1")
    assert lacks not in north.report(there.body["id"])
    rows = {row["ServiceRequestId"]: row for row in north.rows("MHS102")}
    assert rows[there.body["id"]]["ServTeamTypeRefToMH"] == "A06"


async def test_the_period_is_what_was_received_or_open_in_it(team: Team) -> None:
    old = team.closed(team.referral(team.person(), received_at="2026-01-05T09:00:00Z"))
    still = team.referral(team.person(), received_at="2026-01-06T09:00:00Z")

    def found(query: str) -> set[str]:
        return {row["ServiceRequestId"] for row in team.rows("MHS101", query=query)}

    assert found("from=2026-01-06&to=2026-01-31") == {old.body["id"], still.body["id"]}
    assert found("from=2026-01-05&to=2026-01-05") == {old.body["id"]}
    assert found("from=2026-01-01&to=2026-01-04") == set()
    after = f"from={day(ago=-2)}&to={day(ago=-3)}"
    assert found(after) == {still.body["id"]}


async def test_who_may_have_it_and_what_is_left_out(client: Client, team: Team) -> None:
    seen, hidden = team.referral(team.person()), team.referral(team.person())
    client.restricted(hidden.body["service_user_id"])
    assert [row["ServiceRequestId"] for row in team.rows("MHS101")] == [seen.body["id"]]
    left_out = {row["problem"] for row in team.rows("validation") if row["table"] == ""}
    assert left_out == {"restricted records that you may not see are left out"}
    for by in ("ehr-1", "ig-lead-1"):
        assert len(team.rows("MHS101", by)) == 2
    _merge(team, hidden.body["service_user_id"], into=seen.body["service_user_id"])
    assert team.rows("MHS101") == [], "one registration is restricted, so the person is"
    assert len(team.rows("MHS101", "ehr-1")) == 2
    _separate(team, hidden.body["service_user_id"])
    client.restricted(hidden.body["service_user_id"], excluded_staff=["ig-lead-1"], by="ig-lead-2")
    assert len(team.rows("MHS101", "ig-lead-1")) == 1
    assert len(team.rows("MHS101", "ehr-1")) == 2
    for by, code in (
        ("manager-9", "no_relationship"), ("str-worker-1", "role_not_permitted"),
        ("auditor-1", "role_not_permitted"),
    ):  # fmt: skip
        refused = client.get("referrals", f"{PATH}?team_id={team.id}&{PERIOD}", by)
        assert (refused.status, refused.code) == (403, code)


def _merge(team: Team, person: str, **body: str) -> None:
    _command(team, person, "merges", {**body, "reason": "Registered twice."})


def _separate(team: Team, person: str) -> None:
    _command(team, person, "separations", {"reason": "Twins."})


def _command(team: Team, person: str, what: str, body: dict[str, str]) -> None:
    path = f"/v1/service-users/{person}"
    tag = team.client.get("referrals", path, "ehr-1").etag
    made = team.client.post("referrals", f"{path}/{what}", "ehr-1", body, if_match=tag)
    assert made.status == 201, made.body


@pytest.mark.parametrize(
    "query",
    [
        "", f"from={day()}", f"to={day()}", f"from={day()}&to={day(ago=3)}",
        "from=2025-01-01&to=2026-06-01", "from=yesterday&to=today", f"{PERIOD}&table=MHS001",
        "from=2026-01-01T00:00:00&to=2026-02-01T00:00:00",
    ],
)  # fmt: skip
async def test_a_period_is_needed_and_a_year_at_most(client: Client, query: str) -> None:
    refused = client.get("referrals", f"{PATH}?{query}", "manager-1")
    assert (refused.status, refused.code) == (422, "malformed")


async def test_everyone_in_it_was_looked_at(client: Client, team: Team) -> None:
    people = {team.person(), team.person()}
    for person in people:
        team.referral(person)
    _zip(client, f"team_id={team.id}&{PERIOD}", team.manager)
    reads = f"/v1/audit/events?actor_id={team.manager}&type=record-read"

    def looked() -> list[set[str]]:
        items = client.get("audit", reads, "auditor-1").body["items"]
        return [
            set(item["content"]["service_user_ids"])
            for item in items
            if item["content"]["operation"] == "extract_mhsds"
        ]

    await until(lambda: looked() == [people])
