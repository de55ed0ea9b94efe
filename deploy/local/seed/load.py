"""Puts the demo team into a running stack through the public HTTP interfaces, and nothing else.

A second run creates nothing twice: what is found is used, and what an earlier run had not got to
is added. Nothing a service answered is ever put into a message, since answers hold people's lives.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

import httpx

from deploy.local.personas import PERSONAS
from deploy.local.seed.calling import (
    Caller,
    Token,
    code,
    content,
    etag_of,
    failed,
    replayed,
    text,
)
from deploy.local.seed.following import Following
from deploy.local.seed.groups import GROUPS
from deploy.local.seed.learning import TRAINING
from deploy.local.seed.notes import NOTES, Note
from deploy.local.seed.outcomes import (
    CASE_DECISIONS,
    DEVELOPMENT_PLANS,
    DISCLOSURES,
    ISSUES,
)
from deploy.local.seed.people import BY_KEY, MANAGERS, PEOPLE, Person
from deploy.local.seed.sessions import SESSIONS
from deploy.local.seed.staffing import Staffing
from deploy.local.seed.summary import Summary, Urls
from deploy.local.seed.supervising import Supervising
from deploy.local.seed.supervision import AGREEMENTS
from deploy.local.seed.support import (
    AGENCIES,
    CARERS,
    ONWARD_REFERRALS,
    UNMET_NEEDS,
    VISIT_ALERTS,
)
from deploy.local.seed.supporting import Supporting

Progress: TypeAlias = Callable[[int, int, str], None]

SIGNED_OFF = {"str-worker-3": "nurse-1"}
"""Who keeps records without a countersignature, and the practitioner who found them competent."""


async def seed(
    base: Urls,
    token: Token,
    progress: Progress,
    *,
    now: datetime | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> Summary:
    """Seed the stack at `base`; `token` gives a persona's bearer token, asked once for each.

    `progress` gets steps done, steps in all, and what is being seeded. Raises `SeedFailed`; it is
    safe to run again after that.
    """
    async with httpx.AsyncClient(transport=transport, timeout=30.0) as client:
        seeding = _Seeding(base, Caller(client, token), progress, now or datetime.now(UTC))
        return await seeding.run()


class _Seeding:
    def __init__(self, base: Urls, call: Caller, progress: Progress, now: datetime) -> None:
        self._base = base
        self._call = call
        self._progress = progress
        self._now = now
        self._staff = [each for each in PERSONAS if each.started_on is not None]
        self._trained = [each for each in self._staff if each.trained_on is not None]
        of_staff = len(self._staff) + len(self._trained) + len(TRAINING) + len(SIGNED_OFF)
        elsewhere = len(AGENCIES) + len(ONWARD_REFERRALS) + len(UNMET_NEEDS)
        support = len(VISIT_ALERTS) + len(CARERS)
        outcomes = (CASE_DECISIONS, DISCLOSURES, ISSUES, DEVELOPMENT_PLANS)
        supervision = len(AGREEMENTS) + len(SESSIONS) + len(GROUPS) + sum(map(len, outcomes))
        of_people = 3 * len(PEOPLE) + elsewhere + support + 2 * len(NOTES)
        self._total = of_staff + of_people + supervision
        self._done = 0
        self._summary = Summary()
        self._staffing = Staffing(base.supervision, call, self._summary, now)
        self._supporting = Supporting(base.referrals, call, self._summary, now)
        self._supervising = Supervising(base.supervision, call, self._summary, now)
        self._following = Following(
            base.supervision,
            call,
            self._summary,
            now,
            self._supervising.agreed,
            self._supervising.sessions,
        )

    async def run(self) -> Summary:
        for persona in sorted(self._staff, key=lambda each: each.sub not in MANAGERS.values()):
            await self._staffing.worker(persona)
            self._step("workers")
        for persona in self._trained:
            await self._staffing.record_keeping(persona)
            self._step("training")
        for training in TRAINING:
            await self._staffing.training(training)
            self._step("training")
        for person in PEOPLE:
            await self._service_user(person)
            self._step("service users")
        for person in PEOPLE:
            await self._referral(person)
            self._step("referrals")
        for person in PEOPLE:
            await self._plan(person)
            self._step("plans")
        await self._support()
        written = []
        for note, found in await self._with_those_found():
            written.append((note, await self._note(note, found)))
            self._step("notes")
        for note, response in written:
            await self._acknowledge(note, response)
            await self._sign(note, await self._amend(note, response))
            self._step("amendments and countersignatures")
        await self._supervision()
        # Last: what was written until here needed a signature, and what is written next doesn't.
        for staff_id, practitioner in SIGNED_OFF.items():
            await self._staffing.competence(staff_id, practitioner)
            self._step("competence")
        return self._summary

    async def _support(self) -> None:
        for agency in AGENCIES:
            await self._supporting.agency(agency)
            self._step("agencies")
        for onward in ONWARD_REFERRALS:
            await self._supporting.onward_referral(onward)
            self._step("onward referrals")
        for unmet in UNMET_NEEDS:
            await self._supporting.unmet_need(unmet)
            self._step("unmet needs")
        for alert in VISIT_ALERTS:
            await self._supporting.visit_alert(alert)
            self._step("visit alerts")
        for carer in CARERS:
            await self._supporting.carer(carer)
            self._step("carers")

    async def _supervision(self) -> None:
        # Sessions at once, the last of them first: the clock looks for what is overdue meanwhile.
        for agreement in AGREEMENTS:
            await self._supervising.agreement(agreement)
            self._step("agreements of supervision")
            for session in SESSIONS:
                if session.of == agreement.key:
                    await self._supervising.session(session)
                    self._step("sessions of supervision")
        for group in GROUPS:
            await self._supervising.group(group)
            self._step("sessions of supervision")
        for decided in CASE_DECISIONS:
            await self._following.case_decision(decided)
            self._step("what came of supervision")
        for disclosed in DISCLOSURES:
            await self._following.disclosure(disclosed)
            self._step("what came of supervision")
        for issue in ISSUES:
            await self._following.issue(issue)
            self._step("what came of supervision")
        for plan in DEVELOPMENT_PLANS:
            await self._following.development_plan(plan)
            self._step("what came of supervision")

    def _step(self, what: str) -> None:
        self._done += 1
        self._progress(self._done, self._total, what)

    async def _service_user(self, person: Person) -> None:
        response = await self._call(
            "POST",
            f"{self._base.referrals}/v1/service-users",
            person.manager,
            body=person.body(),
            key=f"service-user-{person.key}",
            expect=(201, 409),
        )
        if response.status_code == 409 and code(response) != "already_registered":
            raise failed(response)
        self._summary.service_user_ids[person.key] = text(response, "id")
        if response.status_code == 409 or replayed(response):
            self._summary.known_before.add(person.key)
            self._summary.already_there += 1
        else:
            self._summary.service_users += 1

    async def _referral(self, person: Person) -> None:
        """Receive, decide, allocate: from wherever an earlier run left off."""
        url = f"{self._base.referrals}/v1/referrals"
        manager, referral = person.manager, person.referral
        service_user_id = self._summary.service_user_ids[person.key]
        response = None
        if person.key in self._summary.known_before:
            query = {"service_user_id": service_user_id}
            held = await self._call.items(url, manager, query)
            # newest first: the seed's own is the last
            if held:
                response = await self._call("GET", f"{url}/{held[-1]['id']}", manager)
                self._summary.already_there += 1
        if response is None:
            response = await self._call(
                "POST",
                url,
                manager,
                body=referral.body(service_user_id, self._now),
                key=f"referral-{person.key}",
                expect=(201,),
            )
            self._summary.referrals += 1
        here = f"{url}/{text(response, 'id')}"
        undecided = text(response, "status") == "received" and not content(response)["decisions"]
        if referral.decision is not None and undecided:
            response = await self._call(
                "POST",
                f"{here}/decisions",
                manager,
                body=referral.decision.body(),
                key=f"decision-{person.key}",
                etag=etag_of(response),
                expect=(201,),
            )
            self._summary.decisions += 1
        if referral.worker is not None and text(response, "status") == "accepted":
            await self._call(
                "POST",
                f"{here}/allocations",
                manager,
                body={"worker_id": referral.worker},
                key=f"allocation-{person.key}",
                etag=etag_of(response),
                expect=(201,),
            )
            self._summary.allocations += 1

    async def _plan(self, person: Person) -> None:
        """The plan that the person's notes name, with the goals they came with."""
        service_user_id = self._summary.service_user_ids[person.key]
        url = f"{self._base.referrals}/v1/service-users/{service_user_id}/plans"
        if person.key in self._summary.known_before:
            held = await self._call.items(url, person.care_coordinator, {})
            if any(each["reference"] == person.plan_reference for each in held):
                self._summary.already_there += 1
                return
        await self._call(
            "POST",
            url,
            person.care_coordinator,
            body=person.plan(self._now),
            key=f"plan-{person.key}",
            expect=(201,),
        )
        self._summary.plans += 1

    async def _with_those_found(self) -> list[tuple[Note, str | None]]:
        """Each note, oldest first, with the id it has if an earlier run wrote it.

        What tells a note is its words as first written. Only people known before are looked up,
        since each look is a read that the ledger keeps.
        """
        url = f"{self._base.notes}/v1/notes"
        found: dict[tuple[str, str], str] = {}
        for person, author in sorted({(each.person, each.author) for each in NOTES}):
            if person not in self._summary.known_before:
                continue
            service_user_id = self._summary.service_user_ids[person]
            query = {"service_user_id": service_user_id, "author_id": author}
            for item in await self._call.items(url, author, query):
                first = item
                if item.get("version") != 1 or "narrative" not in item:
                    here = f"{url}/{item['id']}"
                    first = content(await self._call("GET", here, author, query={"version": "1"}))
                found[person, str(first["narrative"])] = str(item["id"])
        ordered = sorted(NOTES, key=lambda each: each.occurred_at(self._now))
        return [(note, found.get((note.person, note.narrative))) for note in ordered]

    async def _note(self, note: Note, found: str | None) -> httpx.Response:
        url = f"{self._base.notes}/v1/notes"
        if found is not None:
            response = await self._call("GET", f"{url}/{found}", note.author)
            self._summary.already_there += 1
        else:
            response = await self._call(
                "POST",
                url,
                note.author,
                body=note.body(self._summary.service_user_ids[note.person], self._now),
                key=f"note-{note.key}",
                expect=(201,),
            )
            self._summary.notes += 1
        self._summary.note_ids[note.key] = text(response, "id")
        return response

    async def _amend(self, note: Note, response: httpx.Response) -> httpx.Response:
        if note.amended is None or content(response).get("amendments"):
            return response
        self._summary.amendments += 1
        return await self._call(
            "POST",
            f"{self._base.notes}/v1/notes/{text(response, 'id')}/amendments",
            note.author,
            body=note.amended.body(),
            key=f"amendment-{note.key}",
            etag=etag_of(response),
            expect=(201,),
        )

    async def _acknowledge(self, note: Note, response: httpx.Response) -> None:
        """The care co-ordinator takes on what the note raised, unless an earlier run saw to it."""
        if note.concern is None or note.concern.plan is None:
            return
        url = f"{self._base.notes}/v1/concerns/{text(response, 'concern_id')}"
        coordinator = BY_KEY[note.person].care_coordinator
        concern = await self._call("GET", url, coordinator)
        if text(concern, "status") != "raised":
            return
        await self._call(
            "POST",
            f"{url}/acknowledgements",
            coordinator,
            body={"plan": note.concern.plan},
            key=f"acknowledgement-{note.key}",
            etag=etag_of(concern),
            expect=(201,),
        )

    async def _sign(self, note: Note, response: httpx.Response) -> None:
        """Sign what awaits it; a worker who needs no countersignature isn't given one."""
        if note.signed is None or text(response, "status") != "awaiting_countersignature":
            return
        await self._call(
            "POST",
            f"{self._base.notes}/v1/notes/{text(response, 'id')}/countersignatures",
            note.signed.by,
            body=note.signed.body(text(response, "digest")),
            key=f"countersignature-{note.key}",
            etag=etag_of(response),
            expect=(201,),
        )
        self._summary.countersignatures += 1
