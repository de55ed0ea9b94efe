"""A team of a test's own, with its rules and one of everybody, to decide referrals in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from shared.kernel.days import local_day
from tests.support.client import Answer, Client, Json
from tests.support.tokens import signed

STAFF = {
    "manager": "team_manager",
    "coordinator": "care_coordinator",
    "nurse": "registered_practitioner",
    "senior": "str_worker",
    "junior": "str_worker",
    "supervisor": "supervisor",
}
PRESENT = ["nurse-1", "ot-1", "coordinator-1"]


@dataclass
class Team:
    """`team["nurse"]` is its nurse, of the token; the STR workers are in the register."""

    client: Client
    id: str

    @classmethod
    def ruled(cls, client: Client, id: str, **rules: Any) -> "Team":
        """With rules that somebody else has approved, where they loosen; shipped ones if none."""
        team = cls(client, id)
        for name, role in STAFF.items():
            client.tokens[team[name]] = signed(
                client, sub=team[name], roles=[role], teams=[id], exp=2_000_000_000
            )
        for name, level in (("senior", "senior"), ("junior", "intermediate")):
            made = client.put_worker(team[name], team["manager"], teams=[id], level=level)
            assert made.status == 201, made.body
        if rules:
            team.rule(**rules)
        return team

    def __getitem__(self, name: str) -> str:
        return f"{self.id}-{name}"

    def rule(self, **rules: Any) -> None:
        """Put whole rules in force now, in place of those before."""
        path, by = f"/v1/policies/referrals/{self.id}", self["manager"]
        review_on = (datetime.now(UTC) + timedelta(days=180)).date().isoformat()
        body = {"committee_reference": "RC 2026/4", "review_on": review_on, **rules}
        etag = self.client.get("referrals", path, by).etag
        put = self.client.call("PUT", "referrals", path, by, body, if_match=etag)
        assert put.status in (200, 201), put.body
        if put.body["proposal"]:
            approved = self.client.post(
                "referrals", f"{path}/approvals", "ig-lead-1", {}, if_match=put.etag
            )
            assert approved.status == 201, approved.body

    def person(self, **changes: Any) -> str:
        said = {"team_id": self.id, "care_coordinator_id": self["coordinator"], **changes}
        return self.client.service_user(self["manager"], **said)

    def referral(self, person: str | None = None, **changes: Any) -> Answer:
        made = self.client.referral(person or self.person(), self["coordinator"], **changes)
        assert made.status == 201, made.body
        return made

    def decided(
        self, referral: Answer, outcome: str, by: str = "manager", **changes: Any
    ) -> Answer:
        body = {"outcome": outcome, "rationale": "As we talked over.", **changes}
        return self.on(referral, "decisions", by, **body)

    def listed(self, person: str | None = None, **changes: Any) -> Answer:
        """Somebody on the waiting list."""
        done = self.decided(self.referral(person, **changes), "waiting_list")
        assert done.status == 201, done.body
        return done

    def on(self, referral: Answer, command: str, by: str, **body: Any) -> Answer:
        """A command on the version that an answer showed, by one of the team or by anyone else."""
        key, if_match = body.pop("key", None), body.pop("if_match", referral.etag)
        path = f"/v1/referrals/{referral.body['id']}/{command}"
        by = self[by] if by in STAFF else by
        return self.client.post("referrals", path, by, body, if_match=if_match, key=key)

    def shown(self, referral: Answer, by: str = "nurse") -> Answer:
        return self.client.get("referrals", f"/v1/referrals/{referral.body['id']}", self[by])


def meeting(**changes: Any) -> Json:
    today = local_day(datetime.now(UTC)).isoformat()
    return {"reference": "CRM-12", "held_on": today, "present": PRESENT, **changes}
