"""What referrals learns of other services: who is at work and on duty, who broke the glass."""

from shared.platform.projecting import Projection
from shared.platform.ties import learnt

HANDLERS = {producer: Projection(producer, learnt) for producer in ("supervision", "notes")}
