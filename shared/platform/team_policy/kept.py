"""Read model of teams' policies; nothing personal in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Generic

from pydantic import TypeAdapter
from sqlalchemy import JSON, Column, Integer, MetaData, Table, Text, bindparam, cast, select
from sqlalchemy.dialects.postgresql import JSONB

from shared.eventstore.database import Database
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import Prepared, RowsInto, Write, time_column
from shared.kernel.team_policy import InForce, R, TeamPolicy, Version


@dataclass(frozen=True, kw_only=True)
class Proposal(Generic[R]):
    """What awaits a second person."""

    rules: R
    effective_from: datetime
    loosened: tuple[str, ...]
    committee_reference: str
    review_on: date
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True, kw_only=True)
class Kept(Generic[R]):
    """A team's policy as it is kept. `version` 0: the team has published and proposed nothing."""

    team_id: str
    version: int = 0
    versions: tuple[Version[R], ...] = ()
    proposal: Proposal[R] | None = None


def kept(policy: TeamPolicy[R]) -> Kept[R]:
    return Kept(
        team_id=policy.team,
        version=policy.version,
        versions=policy.versions,
        proposal=Proposal(**policy.proposal) if policy.proposal else None,
    )


class KeptPolicies(Generic[R]):
    """The policies of one service's teams, and which rules they make hold.

    `<name>_policies` has a row for each team, with all there is to show; `<name>_rules` one for
    each version, with the rules alone.
    """

    def __init__(self, metadata: MetaData, name: str, shipped: InForce[R]) -> None:
        policies = Table(
            f"{name}_policies",
            metadata,
            Column("team_id", Text, primary_key=True),
            Column("version", Integer, nullable=False),
            Column("document", JSON, nullable=False),
        )
        rules = Table(
            f"{name}_rules",
            metadata,
            Column("team_id", Text, primary_key=True),
            Column("policy_version", Integer, primary_key=True),
            time_column("effective_from"),
            Column("rules", JSONB, nullable=False),
        )
        kind = type(shipped.rules)
        self._shipped = shipped
        self._kept: TypeAdapter[Kept[R]] = TypeAdapter(Kept[kind])  # type: ignore[valid-type]
        self._rules_of = lru_cache(maxsize=256)(TypeAdapter[R](kind).validate_json)
        self._into_policies, self._into_rules = RowsInto(policies), RowsInto(rules)
        self._one = Prepared(select(policies).where(policies.c.team_id == bindparam("team_id")))
        version = select(rules.c.policy_version, cast(rules.c.rules, Text).label("rules")).where(
            rules.c.team_id == bindparam("team_id")
        )
        self._at = Prepared(
            version.where(rules.c.effective_from <= bindparam("at"))
            .order_by(rules.c.effective_from.desc(), rules.c.policy_version.desc())
            .limit(1)
        )
        self._numbered = Prepared(
            version.where(rules.c.policy_version == bindparam("policy_version"))
        )

    def rows(self, policy: TeamPolicy[R], _: Seal) -> list[Write]:
        found = kept(policy)
        return [
            self._into_policies.row(team_id=found.team_id, version=found.version, document=found),
            *(
                self._into_rules.row(
                    team_id=found.team_id,
                    policy_version=each.policy_version,
                    effective_from=each.effective_from,
                    rules=each.rules,
                )
                for each in found.versions
            ),
        ]

    async def of(self, database: Database, team_id: str) -> Kept[R]:
        """All there is of a team's policy."""
        row = await database.fetch_one(self._one, team_id=team_id)
        return self._kept.validate_python(row["document"]) if row else Kept(team_id=team_id)

    async def at(self, database: Database, team_id: str, at: datetime) -> InForce[R]:
        """The rules of a team at a moment, the shipped ones where it has published none."""
        return self.told(await database.fetch_one(self._at, team_id=team_id, at=at))

    async def numbered(self, database: Database, team_id: str, policy_version: int) -> InForce[R]:
        """The rules that something was decided by, under the number it cites."""
        return self.told(
            await database.fetch_one(self._numbered, team_id=team_id, policy_version=policy_version)
        )

    def told(self, row: Mapping[str, Any] | None) -> InForce[R]:
        """What a row of rules says, if there is one: `rules` as the text of its JSON."""
        if row is None or row["policy_version"] is None:
            return self._shipped
        return InForce(row["policy_version"], self._rules_of(row["rules"]))
