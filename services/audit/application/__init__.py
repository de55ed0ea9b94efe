"""Use cases of the audit service, by what they are about."""

from datetime import timedelta

from services.audit.application.completeness import Completeness
from services.audit.application.engagements import Engagements
from services.audit.application.governance import Governance
from services.audit.application.people import People
from services.audit.application.questions import Questions
from services.audit.application.reconstruction import Reconstruction
from services.audit.application.record_gaps import RecordGaps
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.keys import DataKeys
from shared.kernel.clock import Clock
from shared.platform.feeds import Feed
from shared.platform.messaging import Messaging


class Audit:
    """All of them. An auditor's questions go through the engagements first."""

    def __init__(
        self,
        database: Database,
        commands: Commands,
        messaging: Messaging,
        keys: DataKeys,
        clock: Clock,
        grace: timedelta,
        feed: Feed,
    ) -> None:
        self.feed = feed
        self.engagements = Engagements(database, commands)
        self.questions = Questions(database, commands, keys, self.engagements, clock)
        self.people = People(database, messaging, self.engagements, self.questions, grace)
        self.reconstruction = Reconstruction(
            database, messaging, keys, self.engagements, self.questions
        )
        self.record_gaps = RecordGaps(database, self.engagements, self.questions)
        self.governance = Governance(database, self.engagements, self.questions)
        self.completeness = Completeness(database, messaging, self.engagements)


__all__ = ["Audit"]
