"""Our codes in the data set's, rows made of facts, and the report of what is missing."""

import csv
import io
import zipfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from services.referrals.policy import mhsds
from services.referrals.policy.mhsds import codes
from services.referrals.policy.mhsds.files import harmless
from shared.contracts.notes.content import Attendance, ContactKind, Mechanism
from shared.contracts.referrals import (
    ClosureOutcome,
    DeclineReason,
    NhsNumberStatus,
    PrimaryReason,
    Priority,
    Source,
    WithdrawalReason,
)
from shared.kernel.ids import new_id

MAPPED: list[tuple[Any, Any]] = [
    (Source, codes.SOURCE),
    (Priority, codes.PRIORITY),
    (PrimaryReason, codes.PRIMARY_REASON),
    (ClosureOutcome, codes.CLOSURE),
    (WithdrawalReason, codes.WITHDRAWAL),
    (DeclineReason, codes.REJECTION),
    (Mechanism, codes.MECHANISM),
    (Attendance, codes.ATTENDANCE),
    (ContactKind, codes.SUBJECT),
    (NhsNumberStatus, codes.NHS_NUMBER_STATUS),
]
TEAM_TYPES = {"north-cmht": "A06"}
RECEIVED = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
PERSON, REFERRAL = new_id(), new_id()


@pytest.mark.parametrize(("ours", "theirs"), MAPPED)
def test_every_code_of_ours_is_mapped(ours: Any, theirs: Any) -> None:
    assert set(theirs) == set(get_args(ours))


@pytest.mark.parametrize(("ours", "theirs"), MAPPED)
def test_one_to_one_but_for_a_trusts_own_teams(ours: Any, theirs: Any) -> None:
    used = Counter(code for code in theirs.values() if code is not None)
    assert {code for code, times in used.items() if times > 1} == (
        {"P1"} if theirs is codes.SOURCE else set()
    )


def test_which_codes_of_ours_the_data_set_lacks() -> None:
    lacking = {
        code for _, theirs in MAPPED for code, national in theirs.items() if national is None
    }
    assert lacking == {
        "other", "referrer_withdrew", "needs_met_elsewhere", "no_capacity", "person_declined",
        "indirect", "postponed",
    }  # fmt: skip


def _referral(**changes: Any) -> mhsds.ReferralFact:
    made = mhsds.ReferralFact(
        id=REFERRAL,
        person_id=PERSON,
        team_id="north-cmht",
        received_at=RECEIVED,
        recorded_at=RECEIVED,
        source="gp_practice",
        urgency="very_urgent",
        primary_reason="anxiety",
        ending=None,
    )
    return replace(made, **changes)


def _contact(**changes: Any) -> mhsds.ContactFact:
    made = mhsds.ContactFact(
        note_id=new_id(),
        person_id=PERSON,
        occurred_at=RECEIVED + timedelta(days=3),
        duration_minutes=50,
        contact="direct",
        mechanism="video",
        attendance="attended",
    )
    return replace(made, **changes)


def _onward(**changes: Any) -> mhsds.OnwardFact:
    made = mhsds.OnwardFact(
        id=new_id(), person_id=PERSON, made_at=RECEIVED + timedelta(days=4), ods_code="X26"
    )
    return replace(made, **changes)


def _extract(**facts: Any) -> mhsds.Extract:
    whole: dict[str, Any] = {
        "referrals": (_referral(),),
        "nhs_number_status": {PERSON: "verified"},
        **facts,
    }
    return mhsds.extract(mhsds.Facts(**whole), TEAM_TYPES)


def _problems(made: mhsds.Extract) -> set[tuple[str, str, str]]:
    return {(each.table, each.field, each.severity) for each in made.problems}


def test_whole_facts_make_rows_in_local_time_and_an_empty_report() -> None:
    made = _extract(contacts=(_contact(),))
    [referral], [service], [contact] = (made.rows[t] for t in ("MHS101", "MHS102", "MHS201"))
    assert referral["ReferralRequestReceivedDate"] == "2026-07-02"
    assert referral["ReferralRequestReceivedTime"] == "00:30:00"
    assert referral["LocalPatientId"] == str(PERSON)
    assert (referral["SourceOfReferralMH"], referral["ClinRespPriorityType"]) == ("A1", "4")
    assert referral["PrimReasonReferralMH"] == "05"
    assert (service["ServTeamTypeRefToMH"], service["CareProfTeamLocalId"]) == ("A06", "north-cmht")
    assert contact["ServiceRequestId"] == str(REFERRAL)
    assert (contact["ConsMechanismMH"], contact["AttendStatus"]) == ("11", "5")
    assert contact["ClinContDurOfCareCont"] == "50"
    assert made.problems == []


def _ended(how: Any, **why: Any) -> mhsds.ReferralFact:
    ending = mhsds.Ending(at=RECEIVED + timedelta(days=9), how=how, **why)
    return _referral(ending=ending)


def test_a_closure_discharges_and_a_rejection_says_why() -> None:
    made = _extract(referrals=(_ended("closed", closure="goals_met"),))
    [referral], [service] = made.rows["MHS101"], made.rows["MHS102"]
    assert (referral["ServDischDate"], referral["ReferClosReason"]) == ("2026-07-11", "02")
    assert (service["ReferClosureDate"], service["ReferRejectionDate"]) == ("2026-07-11", "")
    made = _extract(referrals=(_ended("declined", rejection="outside_criteria"),))
    [referral], [service] = made.rows["MHS101"], made.rows["MHS102"]
    assert (referral["ServDischDate"], referral["ReferClosReason"]) == ("2026-07-11", "")
    assert (service["ReferRejectionDate"], service["ReferRejectReason"]) == ("2026-07-11", "02")
    assert service["ReferClosureDate"] == ""
    assert made.problems == []


def _of(referral: mhsds.ReferralFact) -> dict[str, Any]:
    return {"referrals": (referral,)}


BEFORE = RECEIVED - timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "named"),
    [
        (_of(_referral(primary_reason=None)), "MHS101 PrimReasonReferralMH warning"),
        (_of(_referral(team_id="x")), "MHS102 ServTeamTypeRefToMH error"),
        (_of(_ended("closed", closure="other")), "MHS102 ReferClosReason warning"),
        (_of(_ended("withdrawn", withdrawal="other")), "MHS102 ReferClosReason warning"),
        (_of(_ended("declined", rejection="no_capacity")), "MHS102 ReferRejectReason warning"),
        (_of(_ended("redirected")), "MHS102 ReferRejectReason warning"),
        (
            {"contacts": (_contact(duration_minutes=None),)},
            "MHS201 ClinContDurOfCareCont warning",
        ),
        ({"contacts": (_contact(contact="indirect"),)}, "MHS201 CareContSubj information"),
        ({"contacts": (_contact(occurred_at=BEFORE),)}, "MHS201 ServiceRequestId error"),
        ({"contacts": (_contact(person_id=new_id()),)}, "MHS201 ServiceRequestId error"),
        ({"nhs_number_status": {PERSON: "not_traced"}}, "MHS001 NHSNumberStatus warning"),
        ({"nhs_number_status": {PERSON: "postponed"}}, "MHS001 NHSNumberStatus warning"),
        ({"left_out": True}, "  warning"),
    ],
)
def test_what_is_missing_is_named_and_nothing_else(facts: dict[str, Any], named: str) -> None:
    assert _problems(_extract(**facts)) == {tuple(named.split(" "))}


@pytest.mark.parametrize("minutes", [None, 15])
@pytest.mark.parametrize(
    ("attendance", "code"),
    [("did_not_attend", "3"), ("late_not_seen", "7"), ("cancelled_by_provider", "4")],
)
def test_who_was_not_seen_has_no_duration(
    minutes: int | None, attendance: Attendance, code: str
) -> None:
    """Whatever it took whoever went to see them."""
    made = _extract(contacts=(_contact(duration_minutes=minutes, attendance=attendance),))
    [row] = made.rows["MHS201"]
    assert (row["AttendStatus"], row["ClinContDurOfCareCont"]) == (code, "")
    assert made.problems == []


def test_who_came_late_and_was_seen_has_one() -> None:
    [row] = _extract(contacts=(_contact(attendance="attended_late"),)).rows["MHS201"]
    assert (row["AttendStatus"], row["ClinContDurOfCareCont"]) == ("6", "50")


def test_onward_referrals_join_the_referral_that_was_open() -> None:
    stray = _onward(made_at=RECEIVED - timedelta(days=1))
    made = _extract(onward=(_onward(), _onward(ods_code=None), stray))
    assert [row["ServiceRequestId"] for row in made.rows["MHS105"]] == [str(REFERRAL)] * 2
    assert [row["OrgIDReceiving"] for row in made.rows["MHS105"]] == ["X26", ""]
    assert _problems(made) == {
        ("MHS105", "OrgIDReceiving", "warning"),
        ("MHS105", "ServiceRequestId", "error"),
        ("MHS105", "OnwardReferReason", "information"),
    }


def _later(**changes: Any) -> mhsds.ReferralFact:
    """Another one: received before, and recorded after."""
    entered = RECEIVED + timedelta(days=1)
    return _referral(id=new_id(), received_at=BEFORE, recorded_at=entered, **changes)


def _goes_to(*referrals: mhsds.ReferralFact) -> str:
    [row] = _extract(referrals=referrals, contacts=(_contact(),)).rows["MHS201"]
    return row["ServiceRequestId"]


def test_of_two_open_referrals_the_one_recorded_first_is_meant() -> None:
    later = _later()
    assert _goes_to(_referral(), later) == _goes_to(later, _referral()) == str(REFERRAL)


def test_of_two_open_referrals_the_one_with_somebodys_support_is_meant() -> None:
    """At the time: not one who was supported until before, or since."""
    day = timedelta(days=1)
    now = _later(supported=((RECEIVED, RECEIVED + day), (RECEIVED + 2 * day, None)))
    assert _goes_to(_referral(), now) == str(now.id)
    assert _goes_to(_referral(supported=((RECEIVED, None),)), now) == str(REFERRAL)
    for since, until in ((RECEIVED, RECEIVED + day), (RECEIVED + 9 * day, None)):
        assert _goes_to(_referral(), _later(supported=((since, until),))) == str(REFERRAL)


def test_the_zip_has_every_table_and_the_report() -> None:
    made = _extract(contacts=(_contact(),), onward=(_onward(ods_code=None),))
    packed = mhsds.as_zip(made)
    assert packed == mhsds.as_zip(made)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert set(files) == {
        "MHS101Referral.csv", "MHS102ServiceTypeReferredTo.csv", "MHS201CareContact.csv",
        "MHS105OnwardReferral.csv", "validation.csv",
    }  # fmt: skip
    assert files["MHS201CareContact.csv"] == mhsds.as_csv(made, "MHS201")
    [row] = csv.DictReader(io.StringIO(files["MHS201CareContact.csv"].decode()))
    assert row == made.rows["MHS201"][0]
    report = list(csv.DictReader(io.StringIO(files["validation.csv"].decode())))
    assert [row["field"] for row in report] == ["OrgIDReceiving", "OnwardReferReason"]


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


def test_ordinary_cells_stay_as_they_are() -> None:
    assert [harmless(each) for each in ("", "A06", "2026-07-01", "x=1")] == [
        "", "A06", "2026-07-01", "x=1",
    ]  # fmt: skip
