"""Which referral rules hold: SQL and aggregate agree, at any moment and for any team."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.referrals.domain import ReferralPolicy
from services.referrals.policy import DEFAULT, TRUST_FLOOR
from services.referrals.projection import POLICIES, Rules
from shared.contracts.referrals import LevelLimit, ReferralRules
from shared.eventstore.sealing import sealer
from shared.kernel.actor import Actor
from shared.kernel.team_policy import Draft, in_force
from shared.platform.projecting import run
from shared.platform.team_policy.kept import kept
from tests.support.build import NOW
from tests.support.engines import Engines

pytestmark = pytest.mark.anyio
MANAGER = Actor("manager-1", "Manager 1", "team_manager")
DAY = timedelta(days=1)


def limit(places: int, days: int) -> Draft[ReferralRules]:
    own = (LevelLimit(level="foundation", limit=places - 1),)
    rules = replace(DEFAULT.rules, caseload_limit=places, caseload_limit_by_level=own)
    return Draft(rules=rules, effective_from=NOW + days * DAY)


async def test_the_rules_that_hold_are_those_that_began_last(engines: Engines) -> None:
    made = ReferralPolicy.begin_with(MANAGER, NOW, "north-cmht", limit(9, 7), TRUST_FLOOR)
    for draft in (limit(11, 1), limit(8, 9), limit(7, 9)):
        made.replace(MANAGER, NOW, draft, TRUST_FLOOR)
    async with engines.fresh("referrals").opened() as opened:
        async with opened.database.connection() as connection:
            await run(connection, POLICIES.rows(made, sealer(None, made.id)))
        rules = Rules(opened.database)
        for days, version in ((0, 1), (1, 3), (6, 3), (7, 2), (8, 2), (9, 5), (900, 5)):
            at = NOW + days * DAY
            held = await rules.of("north-cmht", at)
            assert held == in_force(made.versions, at, DEFAULT)
            assert held.policy_version == version
            assert await POLICIES.numbered(opened.database, "north-cmht", version) == held
        assert await rules.of("south-cmht", NOW + 9 * DAY) == DEFAULT
        assert await POLICIES.of(opened.database, "north-cmht") == kept(made)
        assert (await POLICIES.of(opened.database, "south-cmht")).version == 0
