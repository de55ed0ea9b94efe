"""Puts in what came of the demo team's supervision (outcomes.py)."""

from datetime import datetime

import httpx

from deploy.local.seed.calling import Caller, Json, content, etag_of, text
from deploy.local.seed.outcomes import CaseDecision, DevelopmentPlan, Disclosure, Issue
from deploy.local.seed.sessions import BY_SESSION
from deploy.local.seed.summary import Summary


class Following:
    """One thing at a time; what an earlier run made is found, and what it left out added. `agreed`
    are ids, and `sessions` what was answered last, by the seed's keys."""

    def __init__(
        self,
        supervision: str,
        call: Caller,
        summary: Summary,
        now: datetime,
        agreed: dict[str, str],
        sessions: dict[str, httpx.Response],
    ) -> None:
        self._url = f"{supervision}/v1/supervision"
        self._call = call
        self._summary = summary
        self._now = now
        self._agreed = agreed
        self._sessions = sessions

    async def case_decision(self, decided: CaseDecision) -> None:
        by = BY_SESSION[decided.session].by("supervisor")
        body: Json = decided.body(self._summary.service_user_ids)
        await self._on_session(decided.session, by, "case-decisions", "case_decisions", body)

    async def disclosure(self, disclosed: Disclosure) -> None:
        by, body = BY_SESSION[disclosed.session].by("worker"), disclosed.body()
        await self._on_session(disclosed.session, by, "disclosures", "disclosures", body)

    async def _on_session(
        self, session: str, by: str, command: str, shown: str, body: Json
    ) -> None:
        """What a session is to have, unless it has some already."""
        now = self._sessions[session]
        if content(now)[shown]:
            self._summary.already_there += 1
            return
        here = f"{self._url}/sessions/{text(now, 'id')}"
        self._sessions[session] = await self._call(
            "POST",
            f"{here}/{command}",
            by,
            body=body,
            key=f"{command}-{session}",
            etag=etag_of(now),
            expect=(201,),
        )
        self._summary.outcomes += 1

    async def issue(self, issue: Issue) -> None:
        """Raised, and answered if it was."""
        url, key = f"{self._url}/issues", f"issue-{issue.by}-{issue.topic}"
        mine = await self._call.items(url, issue.by, {"mine": "true", "topic": issue.topic})
        if mine:
            held = await self._call("GET", f"{url}/{mine[-1]['id']}", issue.by)
            self._summary.already_there += 1
        else:
            held = await self._call(
                "POST", url, issue.by, body=issue.body(), key=key, expect=(201,)
            )
            self._summary.outcomes += 1
        if issue.answered_by and not content(held)["answers"]:
            await self._call(
                "POST",
                f"{url}/{text(held, 'id')}/responses",
                issue.answered_by,
                body={"answer": issue.answer},
                key=f"answered-{key}",
                etag=etag_of(held),
                expect=(201,),
            )

    async def development_plan(self, plan: DevelopmentPlan) -> None:
        """Drawn up, and how far each objective has come."""
        url, key = f"{self._url}/development-plans", f"plan-of-{plan.worker}"
        known = await self._call.items(url, plan.by, {"worker_id": plan.worker})
        if known:
            held = await self._call("GET", f"{url}/{known[-1]['id']}", plan.by)
            self._summary.already_there += 1
        else:
            body = plan.body(self._agreed, self._now)
            held = await self._call("POST", url, plan.by, body=body, key=key, expect=(201,))
            self._summary.outcomes += 1
        here = f"{url}/{text(held, 'id')}"
        for said, objective in zip(plan.objectives, content(held)["objectives"], strict=True):
            if said.progress and not objective["progress"]:
                held = await self._call(
                    "POST",
                    f"{here}/objectives/{objective['id']}/progress",
                    plan.by,
                    body={"status": "open", "progress": said.progress},
                    key=f"progress-{key}-{objective['id']}",
                    etag=etag_of(held),
                    expect=(201,),
                )
