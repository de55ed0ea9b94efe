"""Use cases of what support goes by: plans, goals, carers, what may be shared, visit alerts."""

from dataclasses import dataclass
from typing import Self

from services.referrals.application.support.alerts import VisitAlerts
from services.referrals.application.support.carers import Carers
from services.referrals.application.support.goals import Goals
from services.referrals.application.support.keeping import Keeping
from services.referrals.application.support.plans import Plans
from services.referrals.application.support.sharing import SharingPreferences
from services.referrals.domain import Carer, VisitAlert
from services.referrals.projection import CARERS, KeptRows, VisitAlertRows
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.store import PostgresEventStore
from shared.platform.relationships import Relationships

__all__ = ["Keeping", "Support"]


@dataclass(frozen=True, slots=True)
class Support:
    plans: Plans
    goals: Goals
    carers: Carers
    sharing_preferences: SharingPreferences
    visit_alerts: VisitAlerts

    @classmethod
    def of(
        cls,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
        documents: Documents,
    ) -> Self:
        parts = store, commands, relationships, documents
        carers = KeptRows(database, CARERS)
        return cls(
            Plans(database, *parts),
            Goals(database, *parts),
            Carers(Carer, carers, *parts),
            SharingPreferences(database, carers, *parts),
            VisitAlerts(VisitAlert, VisitAlertRows(database), *parts),
        )
