"""Events of the audit service: what is done with the record is on the record."""

from shared.contracts.audit.disagreements import DisagreementFound, Finding
from shared.contracts.audit.exports import (
    ExportCompleted,
    ExportDownloaded,
    ExportEnd,
    ExportExpired,
    ExportFailed,
    ExportKind,
    ExportPurpose,
    ExportRequested,
    ExportStated,
    StatedFile,
    StatedPerson,
    StatedResource,
    StatedTree,
)
from shared.contracts.audit.queries import LedgerQueried

__all__ = [
    "DisagreementFound",
    "ExportCompleted",
    "ExportDownloaded",
    "ExportEnd",
    "ExportExpired",
    "ExportFailed",
    "ExportKind",
    "ExportPurpose",
    "ExportRequested",
    "ExportStated",
    "Finding",
    "LedgerQueried",
    "StatedFile",
    "StatedPerson",
    "StatedResource",
    "StatedTree",
]
