"""Both sign what the record says: each signature is of one digest."""

from datetime import datetime

from eventsourcing.domain import event

from services.supervision.domain.refusals import AlreadySigned, DigestMismatch, NotHeldYet
from services.supervision.domain.session.state import SessionState, Status
from shared.contracts.supervision import Party, SupervisionSigned
from shared.kernel.actor import Actor
from shared.kernel.aggregate import Aggregate


class Signing(SessionState):
    class Signed(SupervisionSigned, Aggregate.Event):
        pass

    def sign(
        self, by: Actor, at: datetime, party: Party, digest: str, agrees: bool, comment: str | None
    ) -> None:
        """As agreeing with it or not. Raises `NotHeldYet`, `DigestMismatch`, `AlreadySigned`."""
        if self.digest is None:
            raise NotHeldYet()
        if digest != self.digest:
            raise DigestMismatch(expected=self.digest)
        if self.signed(party):
            raise AlreadySigned()
        self._signed(
            actor=by, timestamp=at, party=party, digest=digest, agrees=agrees, comment=comment
        )

    @event(Signed)
    def _signed(
        self,
        actor: Actor,
        timestamp: datetime,
        party: Party,
        digest: str,
        agrees: bool,
        comment: str | None,
    ) -> None:
        self.signatures.append(
            {
                "party": party,
                "digest": digest,
                "agrees": agrees,
                "comment": comment,
                "by": actor,
                "at": timestamp,
            }
        )
        if self.signed("worker") and self.signed("supervisor"):
            self.status = Status.SIGNED
