"""Open referrals are the team's whose the person is, whoever is first."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from services.referrals.access import UPDATE_SERVICE_USER
from services.referrals.domain import PersonMoved, Referral, ServiceUser
from services.referrals.projection import Referrals, ServiceUsers
from shared.contracts.referrals import Referrer
from shared.eventstore.commands import Commands, Outcome
from shared.kernel.errors import VersionChanged
from shared.kernel.ids import new_id
from tests.support.build import NOW, SERVICE_USER
from tests.support.engines import Engines, Opened
from tests.support.keeping import CALL, MANAGER, PEOPLE, commands, service_user

pytestmark = pytest.mark.anyio
MOVE = replace(CALL, operation=UPDATE_SERVICE_USER, at=NOW + timedelta(days=1), if_match=1)
ROUNDS = 20


def _received(person: UUID = SERVICE_USER, team_id: str = "north-cmht") -> Referral:
    return Referral.receive(
        MANAGER,
        NOW,
        new_id(),
        service_user_id=person,
        team_id=team_id,
        received_at=NOW,
        source="cmht",
        urgency="routine",
        needs=("housing",),
        reason="Wants help to keep the tenancy.",
        goals=(),
        referrer=Referrer(name="A referrer"),
    )


async def _receive(made: Commands, referral: Referral) -> Outcome[Referral]:
    return await made.create(CALL, lambda: referral, Referral)


async def _move(
    made: Commands, going: Sequence[Referral], person: UUID = SERVICE_USER
) -> Outcome[ServiceUser]:
    def decide(found: ServiceUser) -> Sequence[Referral]:
        found.update(MANAGER, MOVE.at, {"team_id": "south-cmht"}, None)
        for each in going:
            each.move(MANAGER, MOVE.at, "south-cmht")
        return going

    return await made.change(MOVE, ServiceUser, person, decide)


async def _open(opened: Opened, person: UUID = SERVICE_USER) -> list[Referral]:
    found = await Referrals(opened.database).open_of(person)
    return [await opened.store.load(Referral, each) for each in found]


async def _teams(opened: Opened, person: UUID = SERVICE_USER) -> tuple[str, list[str]]:
    """The person's team, and those of their open referrals, as lists show them."""
    row = await ServiceUsers(opened.database).service_user(person)
    assert row
    of_referrals = []
    for each in await Referrals(opened.database).open_of(person):
        found = await Referrals(opened.database).one(each)
        assert found
        of_referrals.append(found["team_id"])
    return row["team_id"], of_referrals


async def test_nothing_open_stays_behind(engines: Engines) -> None:
    async with engines.fresh("referrals").opened() as opened:
        made = commands(opened, PEOPLE)
        await made.create(CALL, service_user, ServiceUser)
        await _receive(made, _received())
        with pytest.raises(VersionChanged):
            await _move(made, ())
        assert await _teams(opened) == ("north-cmht", ["north-cmht"])
        await _move(made, await _open(opened))
        assert await _teams(opened) == ("south-cmht", ["south-cmht"])


async def test_what_has_ended_stays_where_it_was(engines: Engines) -> None:
    async with engines.fresh("referrals").opened() as opened:
        made = commands(opened, PEOPLE)
        await made.create(CALL, service_user, ServiceUser)
        declined = _received()
        declined.decide(MANAGER, NOW, "declined", "Not ours.", "outside_criteria")
        await _receive(made, declined)
        await _move(made, ())
        found = await Referrals(opened.database).one(declined.id)
        assert found
        assert found["team_id"] == "north-cmht"


async def test_a_team_that_the_person_has_left_is_sent_nothing(engines: Engines) -> None:
    async with engines.fresh("referrals").opened() as opened:
        made = commands(opened, PEOPLE)
        await made.create(CALL, service_user, ServiceUser)
        await _move(made, ())
        with pytest.raises(PersonMoved):
            await _receive(made, _received())
        await _receive(made, _received(team_id="south-cmht"))
        assert await _teams(opened) == ("south-cmht", ["south-cmht"])


async def test_of_a_move_and_a_referral_at_once_neither_is_lost(engines: Engines) -> None:
    """Two processes, as near to each other as can be; whoever loses is told."""
    fresh = engines.fresh("referrals")
    async with fresh.opened() as one, fresh.opened() as two:
        here, there = commands(one, PEOPLE), commands(two, PEOPLE)
        for _ in range(ROUNDS):
            person = new_id()
            await here.create(CALL, partial(service_user, person, None), ServiceUser)
            both: list[Awaitable[Any]] = [
                _move(here, (), person), _receive(there, _received(person)),
            ]  # fmt: skip
            results = await asyncio.gather(*both, return_exceptions=True)
            refused = [type(each) for each in results if isinstance(each, Exception)]
            assert refused in ([VersionChanged], [PersonMoved])
            team, of_referrals = await _teams(one, person)
            assert set(of_referrals) <= {team}
