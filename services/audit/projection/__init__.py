"""The ledger, and what is read from it.

`ledger` holds raw bytes, gaplessly indexed and never changed; `leaves`, `numbers`, `shards` and
`tiles` are the trees over it, grown in the same transaction. `entries`, `subjects`, `accesses`,
`alerts`, `restrictions`, `merges` and `kept_from` are what they say, read once, and can be made
again from the ledger.
`engagements` is the read model of audit's own aggregate.
"""

from services.audit.projection.accesses import Accesses
from services.audit.projection.appending import Said, append, begin
from services.audit.projection.checkpoints import Checkpoints, Signed, TreeChanged
from services.audit.projection.comparing import Check, Compared, known
from services.audit.projection.disagreements import (
    Disagreements,
    announced,
    chained,
    disagreement,
    settled,
)
from services.audit.projection.engagements import Engagements, engagement_document
from services.audit.projection.exporting import Chosen, Exporting
from services.audit.projection.exports import Exports, export_document, shown, without_progress
from services.audit.projection.gaps import Break, Gap, Gaps
from services.audit.projection.glass import BrokenGlass
from services.audit.projection.histories import Histories, own_stream
from services.audit.projection.ledger import Held, Ledger
from services.audit.projection.merges import SamePerson
from services.audit.projection.own import rows
from services.audit.projection.parts import File, Parts, PartsLost, Writing, forgotten, only
from services.audit.projection.people import People
from services.audit.projection.readers import Filed, Readers
from services.audit.projection.reading import Read, arrived, parsed, rows_of
from services.audit.projection.record_gaps import RecordGaps
from services.audit.projection.restrictions import Restrictions
from services.audit.projection.summaries import SUMMARIES, summary
from services.audit.projection.tables import ALERT_ROWS, GAP_ROWS, METADATA
from services.audit.projection.timestamps import Timestamp, Timestamps
from services.audit.projection.tree import Shard, Trees
from services.audit.projection.witnessed import Witnessed, Witnessings

__all__ = [
    "ALERT_ROWS",
    "GAP_ROWS",
    "METADATA",
    "SUMMARIES",
    "Accesses",
    "Break",
    "BrokenGlass",
    "Check",
    "Checkpoints",
    "Chosen",
    "Compared",
    "Disagreements",
    "Engagements",
    "Exporting",
    "Exports",
    "File",
    "Filed",
    "Gap",
    "Gaps",
    "Held",
    "Histories",
    "Ledger",
    "Parts",
    "PartsLost",
    "People",
    "Read",
    "Readers",
    "RecordGaps",
    "Restrictions",
    "Said",
    "SamePerson",
    "Shard",
    "Signed",
    "Timestamp",
    "Timestamps",
    "TreeChanged",
    "Trees",
    "Witnessed",
    "Witnessings",
    "Writing",
    "announced",
    "append",
    "arrived",
    "begin",
    "chained",
    "disagreement",
    "engagement_document",
    "export_document",
    "forgotten",
    "known",
    "only",
    "own_stream",
    "parsed",
    "rows",
    "rows_of",
    "settled",
    "shown",
    "summary",
    "without_progress",
]
