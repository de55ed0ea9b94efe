"""What supervision learns of other services: who service users are tied to, who broke the glass,
and who audits."""

from shared.platform.projecting import Projection
from shared.platform.ties import learnt

HANDLERS = {producer: Projection(producer, learnt) for producer in ("referrals", "notes", "audit")}
