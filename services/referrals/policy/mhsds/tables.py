"""The tables of an extract, and its validation report."""

from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import Literal

TableName = Literal["MHS101", "MHS102", "MHS201", "MHS105"]
Severity = Literal["error", "warning", "information"]
"""`error`: without it the row is refused. `warning`: required where there is such a fact."""
Row = dict[str, str]

TABLES: Mapping[TableName, tuple[str, tuple[str, ...]]] = {
    "MHS101": (
        "MHS101Referral",
        (
            "LocalPatientId", "ServiceRequestId", "ReferralRequestReceivedDate",
            "ReferralRequestReceivedTime", "SourceOfReferralMH", "ClinRespPriorityType",
            "PrimReasonReferralMH", "CareProfTeamLocalId", "ServTeamType",
            "ReferRejectionDate", "ReferRejectionTime", "ReferRejectReason", "ServDischDate",
            "ServDischTime", "ReferClosReason",
        ),
    ),
    "MHS102": (
        "MHS102ServiceTypeReferredTo",
        (
            "ServiceRequestId", "CareProfTeamLocalId", "ServTeamTypeRefToMH",
            "ReferRejectionDate", "ReferRejectionTime", "ReferRejectReason", "ReferClosureDate",
            "ReferClosureTime", "ReferClosReason",
        ),
    ),
    "MHS201": (
        "MHS201CareContact",
        (
            "CareContactId", "ServiceRequestId", "CareProfTeamLocalId", "CareContDate",
            "CareContTime", "ClinContDurOfCareCont", "CareContSubj", "ConsMechanismMH",
            "AttendStatus",
        ),
    ),
    "MHS105": (
        "MHS105OnwardReferral",
        (
            "ServiceRequestId", "OnwardReferDate", "OnwardReferTime", "OnwardReferReason",
            "OrgIDReceiving",
        ),
    ),
}  # fmt: skip
"""Each with its name and columns in the data set."""
REPORT = ("table", "row_id", "field", "problem", "severity")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is missing or doesn't fit, where. Without `row_id`: of the table as a whole."""

    table: str
    row_id: str
    field: str
    problem: str
    severity: Severity


@dataclass(frozen=True, slots=True)
class Extract:
    """Rows of each table, and what is wrong with them."""

    rows: dict[TableName, list[Row]] = field(default_factory=lambda: {name: [] for name in TABLES})
    problems: list[Problem] = field(default_factory=list)

    def report(self) -> list[Row]:
        return [dict(zip(REPORT, astuple(each), strict=True)) for each in self.problems]

    @property
    def returned(self) -> int:
        return sum(map(len, self.rows.values()))
