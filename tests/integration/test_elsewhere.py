"""Figures over real tables: contacts in any order, decisions by an ethnicity that is sealed."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from services.referrals.access import READ_DECISIONS_REPORT
from services.referrals.policy import Period
from services.referrals.projection import contacts
from shared.contracts.notes import NoteAmended, NoteRecorded, NoteRetracted, Requirement
from shared.contracts.notes.content import Contact
from shared.eventstore.sealing import sealer
from shared.kernel.call import Call, Caller
from shared.kernel.ids import new_id
from shared.platform.projecting import Published, run
from tests.support.application import application_of
from tests.support.build import NOW, SERVICE_USER, WORKER, contact
from tests.support.engines import Engines, Opened

pytestmark = pytest.mark.anyio
NOTE = UUID("01a00000-0000-7000-8000-0000000000aa")
NONE_DUE = Requirement(required=False, due_at=None, policy_version=1, reasons=())
SAID: dict[str, Any] = {
    "account": None, "salt": None, "digest": "d", "flags": (), "outstanding": (),
    "countersignature": NONE_DUE,
}  # fmt: skip
IG_LEAD = Call(
    READ_DECISIONS_REPORT,
    Caller("ig-lead-1", "IG lead 1", frozenset({"ig_lead"}), frozenset()),
    "ig_lead",
    NOW,
)
DAY = Period.asked(NOW.date(), NOW.date())


@pytest.fixture
async def opened(engines: Engines) -> AsyncIterator[Opened]:
    async with engines.fresh("referrals").opened() as found:
        yield found


def _told(payload: Any, version: int) -> Published:
    return Published("note", NOW, WORKER, str(SERVICE_USER), str(NOTE), version, payload)


def _recorded(**changes: Any) -> Published:
    when: Contact = contact(**changes)
    return _told(
        NoteRecorded(service_user_id=SERVICE_USER, team_id="north-cmht", contact=when, **SAID), 1
    )


AMENDED = _told(NoteAmended(contact=contact(mechanism="video"), changed=(), reason="", **SAID), 2)
RETRACTED = _told(
    NoteRetracted(
        kind="entered_in_error", reason="", refiled_to=None, belongs_to=None,
        requested_by=None, comment=None,
    ),
    3,
)  # fmt: skip


@pytest.mark.parametrize("order", [*permutations((_recorded(), AMENDED, RETRACTED))])
async def test_contacts_are_learnt_in_any_order_and_again(
    opened: Opened, order: tuple[Published, ...]
) -> None:
    for event in (*order, *order):
        async with opened.database.connection() as connection, connection.transaction():
            await run(connection, contacts(event))
    [row] = await opened.database.run("SELECT * FROM contacts")
    assert (row["version"], row["mechanism"]) == (2, "video")
    assert await opened.database.run("SELECT note_id FROM retracted_notes") == [{"note_id": NOTE}]


async def _decided(
    opened: Opened, ethnicity: str | None, *outcomes: tuple[str, str | None]
) -> UUID:
    """Someone of an ethnicity whose referral was decided, and decided again."""
    person, referral = new_id(), new_id()
    key = await opened.new_key(f"service-user:{person}", NOW)
    document = sealer(key, person)({"id": person, "ethnicity": ethnicity})
    await _insert(
        opened,
        "service_users (id, version, team_id, nhs_number_status, metadata, document)",
        (person, 1, "north-cmht", "verified", "{}", document),
    )
    for number, (outcome, reason) in enumerate(outcomes):
        await _insert(
            opened,
            "referral_decisions (referral_id, n, service_user_id, team_id, outcome, reason_code,"
            " decided_at)",
            (
                referral, number, person, "north-cmht", outcome, reason,
                NOW + timedelta(minutes=number),
            ),
        )  # fmt: skip
    return person


async def _insert(opened: Opened, into: str, values: tuple[Any, ...]) -> None:
    async with opened.database.connection() as connection:
        places = ", ".join(["%s"] * len(values))
        await connection.execute(f"INSERT INTO {into} VALUES ({places})", values)


async def test_the_last_decision_of_each_referral_counts_by_ethnicity(opened: Opened) -> None:
    people = {
        await _decided(opened, "A", ("waiting_list", None), ("accepted", None)) for _ in range(7)
    }
    people |= {await _decided(opened, None, ("declined", "no_capacity")) for _ in range(6)}
    report = await application_of(opened).elsewhere.reports.decisions(IG_LEAD, None, DAY)
    assert report["total"] == {"count": 13, "suppressed": False}
    by_group = {group["ethnicity"]: group for group in report["ethnicities"]}
    assert by_group["A"]["outcomes"][0] == {
        "outcome": "accepted", "count": 7, "suppressed": False, "reasons": [],
    }  # fmt: skip
    declined = by_group["not_recorded"]["outcomes"][2]
    assert (declined["outcome"], declined["count"]) == ("declined", 6)
    [read] = await opened.database.run(
        "SELECT convert_from(body, 'UTF8')::json AS body FROM events"
    )
    assert set(read["body"]["data"]["service_user_ids"]) == set(map(str, people))


async def test_small_numbers_and_what_gives_them_away_are_left_out(opened: Opened) -> None:
    for ethnicity, outcome, times in (
        ("A", "accepted", 9),
        ("A", "waiting_list", 6),
        ("J", "accepted", 8),
        ("J", "waiting_list", 2),
    ):
        for _ in range(times):
            await _decided(opened, ethnicity, (outcome, None))
    report = await application_of(opened).elsewhere.reports.decisions(IG_LEAD, "north-cmht", DAY)
    by_group = {group["ethnicity"]: group for group in report["ethnicities"]}
    shown = [each["count"] for group in "AJ" for each in by_group[group]["outcomes"][:2]]
    assert shown == [None, None, None, None]
    assert report["total"]["count"] == 25
    assert [each["count"] for each in report["outcomes"][:2]] == [17, 8]


async def test_other_teams_and_other_days_do_not_count(opened: Opened) -> None:
    for _ in range(6):
        await _decided(opened, "A", ("accepted", None))
    reports = application_of(opened).elsewhere.reports
    yesterday = date.fromordinal(NOW.date().toordinal() - 1)
    for team, period in (("south-cmht", DAY), (None, Period.asked(yesterday, yesterday))):
        report = await reports.decisions(IG_LEAD, team, period)
        assert report["total"] == {"count": 0, "suppressed": False}
