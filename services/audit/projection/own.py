"""What audit's own events change in its own read models."""

from services.audit.domain import Download, Engagement, Export, Finding, Query
from services.audit.projection.engagements import engagement_row
from services.audit.projection.exports import export_row
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Write


def rows(aggregate: Query | Engagement | Export | Download | Finding, seal: Seal) -> list[Write]:
    match aggregate:
        case Engagement():
            return [engagement_row(aggregate)]
        case Export():
            return [export_row(aggregate)]
    return []
