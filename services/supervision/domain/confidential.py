"""What is between a worker and a supervisor, sealed under the worker's key (domain, section 5)."""

from shared.contracts.supervision import Party
from shared.kernel.aggregate import Aggregate


class Confidential(Aggregate):
    """About a worker, for the two whom it concerns."""

    worker_id: str
    supervisor_id: str
    team: str

    def party_of(self, staff_id: str) -> Party | None:
        """Which of the two somebody is, if either."""
        if staff_id == self.worker_id:
            return "worker"
        return "supervisor" if staff_id == self.supervisor_id else None

    @property
    def subject(self) -> str:
        return self.worker_id

    @property
    def data_subject(self) -> str:
        return f"worker:{self.worker_id}"

    @property
    def team_id(self) -> str:
        return self.team
