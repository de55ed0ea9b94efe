"""What notes learns of other services: who is tied to whom, who is registered, who audits."""

from shared.platform.projecting import Projection
from shared.platform.ties import learnt

HANDLERS = {
    producer: Projection(producer, learnt) for producer in ("referrals", "supervision", "audit")
}
