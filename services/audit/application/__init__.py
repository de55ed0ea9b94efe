"""Use cases of the audit service, by what they are about."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from prometheus_client import Metric

from services.audit.application.checking import Checking
from services.audit.application.completeness import Completeness
from services.audit.application.cosigning import Cosigning
from services.audit.application.engagements import Engagements
from services.audit.application.exports import (
    Assembling,
    Covering,
    Exports,
    Making,
    Preparing,
    Proving,
)
from services.audit.application.filling import Appending, Filling
from services.audit.application.findings import Findings
from services.audit.application.governance import Governance
from services.audit.application.people import People
from services.audit.application.proofs import Proofs
from services.audit.application.published import Published
from services.audit.application.questions import Questions
from services.audit.application.reconstruction import Reconstruction
from services.audit.application.record_gaps import RecordGaps
from services.audit.application.signing import LedgerKeys, Signing
from services.audit.application.timestamping import Authorities, Timestamping
from services.audit.application.witnesses import Witness
from services.audit.application.witnesses import parse as parse_witnesses
from services.audit.projection import Checkpoints, Exporting, Parts, Trees
from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.keys import DataKeys
from shared.eventstore.store import PostgresEventStore
from shared.eventstore.wrapping import KeyWrapper
from shared.kernel.clock import Clock
from shared.platform.feeds import Feed
from shared.platform.messaging import Messaging
from shared.platform.projecting import Handler


class Audit:
    """All of them. An auditor's questions go through the engagements first. `handlers` append what
    a service published, which is compared with what it holds once in `check_every`."""

    def __init__(
        self,
        database: Database,
        commands: Commands,
        messaging: Messaging,
        keys: DataKeys,
        clock: Clock,
        grace: timedelta,
        feed: Feed,
        ledger_keys: LedgerKeys,
        handlers: Mapping[str, Handler],
        check_every: timedelta,
        witnesses: Sequence[Witness] = (),
        authorities: Authorities | None = None,
        *,
        store: PostgresEventStore,
        wrapper: KeyWrapper,
        export_for: timedelta = timedelta(hours=24),
    ) -> None:
        self.feed = feed
        self.engagements = Engagements(database, commands)
        self.questions = Questions(database, commands, keys, self.engagements, clock, messaging)
        self.people = People(database, messaging, self.engagements, self.questions, grace)
        self.reconstruction = Reconstruction(
            database, messaging, keys, self.engagements, self.questions
        )
        self.record_gaps = RecordGaps(database, self.engagements, self.questions)
        self.governance = Governance(database, self.engagements, self.questions)
        self.completeness = Completeness(database, messaging, self.engagements, self.questions)
        late = Appending(database, handlers, clock)
        self.filling = Filling(database, messaging, late)
        self.checking = Checking(database, messaging, late, check_every)
        self.findings = Findings(database, commands)
        self.cosigning = Cosigning(database, witnesses)
        self.signing = Signing(database, ledger_keys, clock, self.cosigning)
        self.timestamping = Timestamping(database, authorities or Authorities())
        self.published = Published(
            database, ledger_keys, tuple(each.verifier.vkey for each in witnesses)
        )
        self.proofs = Proofs(database, self.engagements, self.questions)

        covering = Covering(database, self.engagements, self.people)
        parts = Parts(database, wrapper)
        proving = Proving(
            Exporting(database), Trees(database), Checkpoints(database), self.published, ledger_keys
        )
        self.exports = Exports(database, commands, self.engagements, covering, parts, clock)
        self.making = Making(
            database, store, commands, parts, Preparing(database, keys, parts, covering, clock),
            proving, Assembling(parts, proving, ledger_keys.origin), clock, export_for,
        )  # fmt: skip

    def checks(self) -> Mapping[str, str]:
        """How what runs beside requests stands, for readiness."""
        return {**self.signing.checks(), **self.cosigning.checks(), **self.findings.checks()}

    def measures(self) -> Iterator[Metric]:
        """The same in figures, and when authorities stamped: the leading worker alone knows."""
        for each in (self.signing, self.cosigning, self.findings, self.timestamping):
            yield from each.measures()


__all__ = ["Audit", "Authorities", "LedgerKeys", "parse_witnesses"]
