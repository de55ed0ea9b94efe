"""Rows of the data set from facts, and the report of what is missing. Nothing is made up."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from services.referrals.policy.mhsds.codes import (
    ATTENDANCE,
    CLOSURE,
    MECHANISM,
    NHS_NUMBER_STATUS,
    PRIMARY_REASON,
    PRIORITY,
    REJECTION,
    SEEN,
    SOURCE,
    SUBJECT,
    WITHDRAWAL,
)
from services.referrals.policy.mhsds.facts import (
    ContactFact,
    Ending,
    Facts,
    OnwardFact,
    ReferralFact,
)
from services.referrals.policy.mhsds.tables import Extract, Problem, Row, Severity, TableName
from shared.kernel.days import LOCAL, local_day

NOT_GIVEN = "missing"
NO_CODE = "has no national code"


def extract(facts: Facts, team_types: Mapping[str, str]) -> Extract:
    """The tables and their report. `team_types` is what kind of team each team is."""
    made = Extract()
    of_person: dict[UUID, list[ReferralFact]] = defaultdict(list)
    for referral in facts.referrals:
        of_person[referral.person_id].append(referral)
        _referral(made, referral, team_types.get(referral.team_id))
    for contact in facts.contacts:
        _contact(made, contact, _open(of_person[contact.person_id], contact.occurred_at))
    for onward in facts.onward:
        _onward(made, onward, _open(of_person[onward.person_id], onward.made_at))
    if made.rows["MHS105"]:
        problem = "not given: our outcomes and kinds of agency are not mapped to its codes"
        made.problems.append(Problem("MHS105", "", "OnwardReferReason", problem, "information"))
    _numbers(made, facts)
    if facts.left_out:
        problem = "restricted records that you may not see are left out"
        made.problems.append(Problem("", "", "", problem, "warning"))
    return made


def _referral(made: Extract, referral: ReferralFact, team_type: str | None) -> None:
    row_id, ending = str(referral.id), referral.ending
    ended_at = ending.at if ending else None
    rejected = _rejected(made, row_id, ending)
    closure = _closure_reason(made, row_id, ending)
    reason = referral.primary_reason and PRIMARY_REASON[referral.primary_reason]
    made.rows["MHS101"].append(
        {
            "LocalPatientId": str(referral.person_id),
            "ServiceRequestId": row_id,
            "ReferralRequestReceivedDate": _date(referral.received_at),
            "ReferralRequestReceivedTime": _time(referral.received_at),
            "SourceOfReferralMH": SOURCE[referral.source],
            "ClinRespPriorityType": PRIORITY[referral.urgency],
            "PrimReasonReferralMH": reason or "",
            "CareProfTeamLocalId": referral.team_id,
            "ServTeamType": team_type or "",
            **rejected,
            "ServDischDate": _date(ended_at),
            "ServDischTime": _time(ended_at),
            "ReferClosReason": closure,
        }
    )
    closed = ending.at if ending and _is_closure(ending) else None
    made.rows["MHS102"].append(
        {
            "ServiceRequestId": row_id,
            "CareProfTeamLocalId": referral.team_id,
            "ServTeamTypeRefToMH": team_type or "",
            **rejected,
            "ReferClosureDate": _date(closed),
            "ReferClosureTime": _time(closed),
            "ReferClosReason": closure,
        }
    )
    if reason is None:
        _missing(made, "MHS101", row_id, "PrimReasonReferralMH", NOT_GIVEN, "warning")
    if team_type is None:
        problem = f"{NOT_GIVEN}: REFERRALS_TEAM_TYPES doesn't say what kind of team this is"
        _missing(made, "MHS102", row_id, "ServTeamTypeRefToMH", problem, "error")


def _is_closure(ending: Ending) -> bool:
    return ending.how in ("closed", "withdrawn")


def _rejected(made: Extract, row_id: str, ending: Ending | None) -> Row:
    rejected = ending if ending and not _is_closure(ending) else None
    rejected_at = rejected.at if rejected else None
    code = rejected and rejected.rejection and REJECTION[rejected.rejection]
    if rejected and code is None:
        problem = f"{rejected.rejection} {NO_CODE}" if rejected.rejection else NOT_GIVEN
        _missing(made, "MHS102", row_id, "ReferRejectReason", problem, "warning")
    return {
        "ReferRejectionDate": _date(rejected_at),
        "ReferRejectionTime": _time(rejected_at),
        "ReferRejectReason": code or "",
    }


def _closure_reason(made: Extract, row_id: str, ending: Ending | None) -> str:
    if ending is None or not _is_closure(ending):
        return ""
    code = (ending.closure and CLOSURE[ending.closure]) or (
        ending.withdrawal and WITHDRAWAL[ending.withdrawal]
    )
    if code is None:
        why = ending.closure or ending.withdrawal
        problem = f"{why} {NO_CODE}" if why else NOT_GIVEN
        _missing(made, "MHS102", row_id, "ReferClosReason", problem, "warning")
    return code or ""


def _contact(made: Extract, contact: ContactFact, referral: ReferralFact | None) -> None:
    row_id, subject = str(contact.note_id), SUBJECT[contact.contact]
    if subject is None:
        problem = "indirect activity belongs into MHS204, which is not extracted"
        _missing(made, "MHS201", row_id, "CareContSubj", problem, "information")
        return
    if referral is None:
        problem = "left out: the person had no open referral at the time"
        _missing(made, "MHS201", row_id, "ServiceRequestId", problem, "error")
        return
    # What it took to find that somebody wasn't there is no clinical contact.
    seen = contact.attendance in SEEN
    minutes = contact.duration_minutes if seen else None
    made.rows["MHS201"].append(
        {
            "CareContactId": row_id,
            "ServiceRequestId": str(referral.id),
            "CareProfTeamLocalId": referral.team_id,
            "CareContDate": _date(contact.occurred_at),
            "CareContTime": _time(contact.occurred_at),
            "ClinContDurOfCareCont": "" if minutes is None else str(minutes),
            "CareContSubj": subject,
            "ConsMechanismMH": MECHANISM[contact.mechanism],
            "AttendStatus": ATTENDANCE[contact.attendance],
        }
    )
    if seen and minutes is None:
        _missing(made, "MHS201", row_id, "ClinContDurOfCareCont", NOT_GIVEN, "warning")


def _onward(made: Extract, onward: OnwardFact, referral: ReferralFact | None) -> None:
    row_id = str(onward.id)
    if referral is None:
        problem = "left out: the person had no open referral at the time"
        _missing(made, "MHS105", row_id, "ServiceRequestId", problem, "error")
        return
    made.rows["MHS105"].append(
        {
            "ServiceRequestId": str(referral.id),
            "OnwardReferDate": _date(onward.made_at),
            "OnwardReferTime": _time(onward.made_at),
            "OnwardReferReason": "",
            "OrgIDReceiving": onward.ods_code or "",
        }
    )
    if onward.ods_code is None:
        problem = f"{NOT_GIVEN}: the directory has no ODS code of this agency"
        _missing(made, "MHS105", row_id, "OrgIDReceiving", problem, "warning")


def _numbers(made: Extract, facts: Facts) -> None:
    """People whose NHS number is not verified: their rows may be lost when they are linked."""
    for person_id, status in sorted(facts.nhs_number_status.items()):
        code = NHS_NUMBER_STATUS[status]
        if code != "01":
            problem = f"{status} ({code})" if code else f"{status} is not valid in this data set"
            _missing(made, "MHS001", str(person_id), "NHSNumberStatus", problem, "warning")


def _missing(
    made: Extract,
    table: TableName | str,
    row_id: str,
    field: str,
    problem: str,
    severity: Severity,
) -> None:
    made.problems.append(Problem(table, row_id, field, problem, severity))


def _open(referrals: list[ReferralFact], at: datetime) -> ReferralFact | None:
    """The person's referral that was open then; of several, the one under which somebody supported
    them, or else the first recorded, so that one entered later takes nothing over."""
    lasting = [each for each in referrals if each.open_at(at)]
    return min(
        lasting,
        key=lambda each: (not each.supported_at(at), each.recorded_at, each.id),
        default=None,
    )


def _date(at: datetime | None) -> str:
    return "" if at is None else local_day(at).isoformat()


def _time(at: datetime | None) -> str:
    return "" if at is None else at.astimezone(LOCAL).strftime("%H:%M:%S")
