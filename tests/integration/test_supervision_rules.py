"""Which supervision rules hold: SQL and aggregate agree, at any moment and for any team."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.supervision.domain import SupervisionPolicy
from services.supervision.policy import DEFAULT, TRUST_FLOOR
from services.supervision.projection import POLICIES, Rules
from shared.contracts.supervision import KindRule, SupervisionRules
from shared.eventstore.sealing import sealer
from shared.kernel.actor import Actor
from shared.kernel.team_policy import Draft, in_force
from shared.platform.projecting import run
from tests.support.build import NOW
from tests.support.engines import Engines

pytestmark = pytest.mark.anyio
MANAGER = Actor("manager-1", "Manager 1", "team_manager")
DAY = timedelta(days=1)


def every(weeks: int, days: int) -> Draft[SupervisionRules]:
    own = KindRule(kind="reflective", longest_interval_weeks=weeks)
    rules = replace(DEFAULT.rules, kinds=(*DEFAULT.rules.kinds, own), target_percent=100 - weeks)
    return Draft(rules=rules, effective_from=NOW + days * DAY)


async def test_the_rules_that_hold_are_those_that_began_last(engines: Engines) -> None:
    made = SupervisionPolicy.begin_with(MANAGER, NOW, "north-cmht", every(4, 1), TRUST_FLOOR)
    for draft in (every(3, 7), every(2, 9)):
        made.replace(MANAGER, NOW, draft, TRUST_FLOOR)
    async with engines.fresh("supervision").opened() as opened:
        async with opened.database.connection() as connection:
            await run(connection, POLICIES.rows(made, sealer(None, made.id)))
        rules = Rules(opened.database)
        for days, version in ((0, 1), (1, 2), (7, 3), (8, 3), (9, 4), (900, 4)):
            at = NOW + days * DAY
            held = await rules.of("north-cmht", at)
            assert held == in_force(made.versions, at, DEFAULT)
            assert held.policy_version == version
        assert await rules.of("south-cmht", NOW + 9 * DAY) == DEFAULT
