"""What is between a worker and those who guide them, sealed under the worker's key (domain,
section 5)."""

from services.supervision.domain.refusals import Confidential as NotForThem
from services.supervision.domain.refusals import NotYours
from shared.contracts.supervision import Party
from shared.kernel.aggregate import Aggregate


class AboutWorker(Aggregate):
    """What was said of a worker, and is not for everybody."""

    worker_id: str
    team: str

    @property
    def subject(self) -> str:
        return self.worker_id

    @property
    def data_subject(self) -> str:
        return f"worker:{self.worker_id}"

    @property
    def team_id(self) -> str:
        return self.team


class Confidential(AboutWorker):
    """About a worker, for the two whom it concerns."""

    supervisor_id: str

    def party_of(self, staff_id: str) -> Party | None:
        """Which of the two somebody is, if either."""
        if staff_id == self.worker_id:
            return "worker"
        return "supervisor" if staff_id == self.supervisor_id else None

    def party(self, staff_id: str) -> Party:
        """Which of the two somebody is. Raises `Confidential` for anybody else."""
        found = self.party_of(staff_id)
        if found is None:
            raise self.not_for_them()
        return found

    def not_for_them(self) -> NotForThem:
        """What anybody else is told."""
        return NotForThem(
            resource=f"{self.kind}/{self.resource_id}",
            staff_id=self.worker_id,
        )

    def not_for_the_worker(self) -> NotYours:
        """What the worker is told of what the supervisor does."""
        return NotYours(
            "This is for the supervisor.",
            resource=f"{self.kind}/{self.resource_id}",
            staff_id=self.worker_id,
        )
