"""Help from elsewhere, and the figures: their use cases, put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from services.referrals.application.agencies import Agencies
from services.referrals.application.extracts import Extracts
from services.referrals.application.onward_referrals import OnwardReferrals
from services.referrals.application.reports import Reports
from services.referrals.application.unmet_needs import UnmetNeeds
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.store import PostgresEventStore
from shared.platform.relationships import Relationships


@dataclass(frozen=True, slots=True)
class Elsewhere:
    agencies: Agencies
    onward_referrals: OnwardReferrals
    unmet_needs: UnmetNeeds
    reports: Reports
    extracts: Extracts

    @classmethod
    def of(
        cls,
        database: Database,
        store: PostgresEventStore,
        commands: Commands,
        relationships: Relationships,
        documents: Documents,
        team_types: Mapping[str, str],
    ) -> Self:
        return cls(
            Agencies(database, store, commands),
            OnwardReferrals(database, store, commands, relationships, documents),
            UnmetNeeds(database, commands, relationships, documents),
            Reports(database, relationships, documents),
            Extracts(database, relationships, documents, team_types),
        )
