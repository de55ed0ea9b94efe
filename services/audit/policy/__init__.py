"""Rules of the audit service: pure functions of what the ledger holds and of who asks."""

from services.audit.policy.alerts import ALERTS, Alert, alert
from services.audit.policy.comparing import (
    AT_ONCE,
    Between,
    Difference,
    Disagreement,
    Known,
    differences,
    ranges_at_once,
)
from services.audit.policy.completeness import HEAD_FRESH_FOR, Standing
from services.audit.policy.concern_then import concern_then
from services.audit.policy.confidential import (
    CONFIDENTIAL,
    KEPT_FROM_PARTIES,
    filed_under,
    is_confidential,
)
from services.audit.policy.engagements import GOVERNANCE, Sight, refuse_term, widest
from services.audit.policy.exports import (
    UNTOLD,
    WITHHELD,
    Reader,
    Withheld,
    for_export,
    misfiled,
    tombstone,
    withheld,
)
from services.audit.policy.glass import BreakGlass, Glass, Week, break_glass, whole_weeks
from services.audit.policy.leaf import (
    LEDGER,
    LINK,
    SALT_BYTES,
    Leaf,
    Numbered,
    numbered,
    shard_of,
)
from services.audit.policy.merges import Merge, same_person
from services.audit.policy.multiproof import besides
from services.audit.policy.naming import NAMING, kept_from, tied, without
from services.audit.policy.note_then import missing, note_then
from services.audit.policy.policy_then import policies_then
from services.audit.policy.process_control import Limits, limits
from services.audit.policy.rights import (
    ENTRY_OF_A_PERSON,
    OF_A_PERSON,
    OF_DUTY,
    OF_STAFF,
    Fact,
    Right,
    Rights,
    rights,
)
from services.audit.policy.subjects import person_of, subjects_of, team_of
from services.audit.policy.told import ContentState, Told
from services.audit.policy.witnesses import Verdict, after, may_publish, verdict
from services.audit.policy.worker_then import worker_then

__all__ = [
    "ALERTS",
    "AT_ONCE",
    "CONFIDENTIAL",
    "ENTRY_OF_A_PERSON",
    "GOVERNANCE",
    "HEAD_FRESH_FOR",
    "KEPT_FROM_PARTIES",
    "LEDGER",
    "LINK",
    "NAMING",
    "OF_A_PERSON",
    "OF_DUTY",
    "OF_STAFF",
    "SALT_BYTES",
    "UNTOLD",
    "WITHHELD",
    "Alert",
    "Between",
    "BreakGlass",
    "ContentState",
    "Difference",
    "Disagreement",
    "Fact",
    "Glass",
    "Known",
    "Leaf",
    "Limits",
    "Merge",
    "Numbered",
    "Reader",
    "Right",
    "Rights",
    "Sight",
    "Standing",
    "Told",
    "Verdict",
    "Week",
    "Withheld",
    "after",
    "alert",
    "besides",
    "break_glass",
    "concern_then",
    "differences",
    "filed_under",
    "for_export",
    "is_confidential",
    "kept_from",
    "limits",
    "may_publish",
    "misfiled",
    "missing",
    "note_then",
    "numbered",
    "person_of",
    "policies_then",
    "ranges_at_once",
    "refuse_term",
    "rights",
    "same_person",
    "shard_of",
    "subjects_of",
    "team_of",
    "tied",
    "tombstone",
    "verdict",
    "whole_weeks",
    "widest",
    "withheld",
    "without",
    "worker_then",
]
