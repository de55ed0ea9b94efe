"""Puts the demo team into the workforce register: who they are, what they have learnt, and who
is signed off."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from deploy.local.personas import BY_SUB, Employment, Persona, Registration
from deploy.local.seed.calling import Caller, Json, content, etag_of
from deploy.local.seed.learning import Training
from deploy.local.seed.people import MANAGERS
from deploy.local.seed.summary import Summary

RECORD_KEEPING = "record_keeping"
"""The course and the activity that notes looks for."""


class Staffing:
    """One thing at a time; what an earlier run made is found, and what it left out added."""

    def __init__(self, supervision: str, call: Caller, summary: Summary, now: datetime) -> None:
        self._supervision = supervision
        self._call = call
        self._summary = summary
        self._now = now

    async def worker(self, persona: Persona) -> None:
        manager = MANAGERS[persona.teams[0]]
        url = f"{self._supervision}/v1/workers/{quote(persona.sub)}"
        held = await self._call("GET", url, manager, expect=(200, 404))
        if held.status_code == 200:
            self._summary.already_there += 1
            return
        await self._call(
            "PUT", url, manager, body=_worker_body(persona, self._now), expect=(200, 201)
        )
        self._summary.workers += 1

    async def record_keeping(self, persona: Persona) -> None:
        assert persona.trained_on
        body: Json = {
            "course": RECORD_KEEPING,
            "completed_on": persona.trained_on.isoformat(),
            "evidence": "Certificate of attendance seen; half a day, with the records lead.",
        }
        if await self._added(persona.sub, MANAGERS[persona.teams[0]], "training", "course", body):
            self._summary.trained += 1

    async def training(self, training: Training) -> None:
        manager = MANAGERS[BY_SUB[training.worker].teams[0]]
        body: Json = training.body(self._now)
        if await self._added(training.worker, manager, "training", "course", body):
            self._summary.courses += 1

    async def competence(self, staff_id: str, practitioner: str) -> None:
        body: Json = {
            "activity": RECORD_KEEPING,
            "assessed_on": self._now.date().isoformat(),
            "basis": "Countersigned several of these notes, and read ten more with the author.",
        }
        if await self._added(staff_id, practitioner, "competences", "activity", body):
            self._summary.signed_off += 1

    async def _added(self, staff_id: str, by: str, part: str, name: str, body: Json) -> bool:
        """Whether a part of a worker's entry lacked what `body` names, and has it now."""
        url = f"{self._supervision}/v1/workers/{quote(staff_id)}"
        held = await self._call("GET", url, by)
        if any(each[name] == body[name] for each in content(held).get(part) or []):
            return False
        key, etag = f"{part}-{staff_id}-{body[name]}", etag_of(held)
        await self._call("POST", f"{url}/{part}", by, body=body, key=key, etag=etag, expect=(201,))
        return True


def _worker_body(persona: Persona, now: datetime) -> Json:
    return {
        "name": persona.name,
        "job_title": persona.job_title,
        "level": persona.level,
        "band": persona.band,
        "employer": persona.employer,
        "teams": list(persona.teams),
        "line_manager_id": persona.line_manager_id,
        "started_on": persona.started_on.isoformat() if persona.started_on else None,
        "registrations": [_registration(each, now) for each in persona.registrations],
        "employments": [_employment(each) for each in persona.employments],
        "whole_time_equivalent": persona.whole_time_equivalent,
        "lead_for": list(persona.lead_for),
        "status": "active",
    }


def _registration(held: Registration, now: datetime) -> Json:
    body: Json = {
        "body": held.body,
        "number": held.number,
        "expires_on": held.expires_on.isoformat(),
    }
    if held.checked_days_ago is not None:
        day = now.astimezone(UTC).date() - timedelta(days=held.checked_days_ago)
        body["checked_on"] = day.isoformat()
    return body


def _employment(held: Employment) -> Json:
    return {
        "employer": held.employer,
        "job_title": held.job_title,
        "teams": list(held.teams),
        "hours_per_week": held.hours_per_week,
        "started_on": held.started_on.isoformat(),
    }
