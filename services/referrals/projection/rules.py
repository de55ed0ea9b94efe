"""Which referral rules hold for a team at a moment."""

from datetime import datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Text, bindparam, cast, select

from services.referrals.policy import DEFAULT, InForce
from services.referrals.projection.tables import RULES
from shared.contracts.referrals import ReferralRules
from shared.eventstore.database import Database
from shared.eventstore.sql import Prepared

_IN_FORCE = Prepared(
    select(RULES.c.policy_version, cast(RULES.c.rules, Text).label("rules"))
    .where(RULES.c.team_id == bindparam("team_id"), RULES.c.effective_from <= bindparam("at"))
    .order_by(RULES.c.effective_from.desc(), RULES.c.policy_version.desc())
    .limit(1)
)
_RULES: TypeAdapter[ReferralRules] = TypeAdapter(ReferralRules)


class Rules:
    """Queries of the rules in force."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, team_id: str, at: datetime) -> InForce:
        """The rules of a team at a moment, the shipped ones where it has published none."""
        row = await self._database.fetch_one(_IN_FORCE, team_id=team_id, at=at)
        return InForce(row["policy_version"], _read(row["rules"])) if row else DEFAULT


@lru_cache(maxsize=256)
def _read(rules: str) -> ReferralRules:
    return _RULES.validate_json(rules)


def stored(rules: ReferralRules) -> Any:
    """Rules as the read model keeps them."""
    return _RULES.dump_python(rules, mode="json")
