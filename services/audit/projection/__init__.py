"""The ledger, and what is read from it.

`ledger` holds raw bytes, gaplessly indexed and never changed; `leaves`, `numbers`, `shards` and
`tiles` are the trees over it, grown in the same transaction. `entries`, `subjects`, `accesses`,
`alerts`, `restrictions`, `merges`, `kept_from`, `filings`, `caseloads` and `days` are what they
say, read once, and can be made again from the ledger.
`engagements` is the read model of audit's own aggregate.
"""

from services.audit.projection.accesses import Accesses
from services.audit.projection.appending import Said, append, begin, hold
from services.audit.projection.engagements import Engagements, engagement_document, rows
from services.audit.projection.glass import BrokenGlass
from services.audit.projection.histories import Histories, own_stream
from services.audit.projection.ledger import Held, Ledger
from services.audit.projection.merges import SamePerson
from services.audit.projection.people import People
from services.audit.projection.readers import Readers
from services.audit.projection.reading import Read, parsed, rows_of
from services.audit.projection.record_gaps import RecordGaps
from services.audit.projection.restrictions import Restrictions
from services.audit.projection.tables import ALERT_ROWS, DISAGREEMENT_ROWS, GAP_ROWS, METADATA
from services.audit.projection.tree import Shard, Trees

__all__ = [
    "ALERT_ROWS",
    "DISAGREEMENT_ROWS",
    "GAP_ROWS",
    "METADATA",
    "Accesses",
    "BrokenGlass",
    "Engagements",
    "Held",
    "Histories",
    "Ledger",
    "People",
    "Read",
    "Readers",
    "RecordGaps",
    "Restrictions",
    "Said",
    "SamePerson",
    "Shard",
    "Trees",
    "append",
    "begin",
    "engagement_document",
    "hold",
    "own_stream",
    "parsed",
    "rows",
    "rows_of",
]
