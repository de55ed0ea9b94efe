"""A worker as the register's events up to a moment leave them: what the supervision service served
at that moment, and what of it counted on that day."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from services.audit.policy.told import Told
from shared.contracts import supervision as contract
from shared.contracts.supervision import WorkerDetails
from shared.kernel.days import local_day
from shared.kernel.registration import counts

Part = dict[str, Any]


def worker_then(told: Iterable[Told], at: datetime) -> Part | None:
    """`told` is the worker's stream up to a moment, in order; None if nothing of it can be read."""
    worker = _Worker()
    for each in told:
        worker.apply(each)
    return worker.document(local_day(at)) if worker.details else None


@dataclass
class _Worker:
    """The rules are those of the register, whose events only they could have led to."""

    staff_id: str = ""
    version: int = 0
    details: WorkerDetails | None = None
    entered: Part = field(default_factory=dict)
    """Where in the ledger the entry is from."""
    training: list[Part] = field(default_factory=list)
    competences: list[Part] = field(default_factory=list)

    def apply(self, told: Told) -> None:
        self.staff_id, self.version = told.resource_id, told.version
        said = told.payload
        match said:
            case contract.WorkerRegistered() | contract.WorkerUpdated() | contract.WorkerLeft():
                self.details = _dated(said.details, self.details, local_day(told.time))
                self.entered = told.done
            case contract.TrainingRecorded():
                self.training.append(
                    {
                        "course": said.course,
                        "award": said.award,
                        "awarded_by": said.awarded_by,
                        "completed_on": said.completed_on,
                        "expires_on": said.expires_on,
                        "evidence": said.evidence,
                        "withdrawn": None,
                        "content_state": told.content_state,
                        **told.done,
                    }
                )
            case contract.TrainingWithdrawn():
                if last := self._counting(said.course):
                    last["withdrawn"] = {"reason": said.reason, **told.done}
            case contract.CompetenceSignedOff():
                self.competences.append(
                    {
                        "activity": said.activity,
                        "assessed_on": said.assessed_on,
                        "review_due": said.review_due,
                        "basis": said.basis,
                        "revoked": None,
                        "content_state": told.content_state,
                        **told.done,
                    }
                )
            case contract.CompetenceRevoked():
                if newest := self._newest(said.activity):
                    newest["revoked"] = {"reason": said.reason, **told.done}

    def document(self, on: date) -> Part:
        assert self.details
        details = self.details
        return {
            "staff_id": self.staff_id,
            "version": self.version,
            **vars(details),
            "at_work": details.status != "left",
            "registrations": [
                {**vars(each), "in_force": counts(each.status, each.expires_on, on)}
                for each in details.registrations
            ],
            "entered": self.entered,
            "training": [{**each, "in_force": self._trains(each, on)} for each in self.training],
            "competences": [
                {**each, "in_force": self._competent(each, on)} for each in self.competences
            ],
        }

    def _counting(self, course: str) -> Part | None:
        """The completion of a course that counts: the latest that wasn't withdrawn, of several of
        one day the one recorded last."""
        stand = [e for e in self.training if e["course"] == course and e["withdrawn"] is None]
        return sorted(stand, key=lambda each: each["completed_on"])[-1] if stand else None

    def _newest(self, activity: str) -> Part | None:
        """The newest sign-off of an activity: the one that counts."""
        of_it = [each for each in self.competences if each["activity"] == activity]
        return of_it[-1] if of_it else None

    def _trains(self, each: Part, on: date) -> bool:
        lasts = each["expires_on"] is None or each["expires_on"] >= on
        return each is self._counting(each["course"]) and bool(lasts)

    def _competent(self, each: Part, on: date) -> bool:
        newest = each is self._newest(each["activity"])
        return newest and each["revoked"] is None and bool(each["review_due"] >= on)


def _dated(details: WorkerDetails, held: WorkerDetails | None, on: date) -> WorkerDetails:
    """What was published before these days were kept says none: it was so from that day on, unless
    it was so before."""
    same = held if held and held.status == details.status else None
    if details.status == "absent" and details.absent_from is None:
        return replace(details, absent_from=same.absent_from if same else on)
    if details.status == "left" and details.left_on is None:
        return replace(details, left_on=same.left_on if same else on)
    return details
