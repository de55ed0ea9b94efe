"""What leaves in an export: what whoever asked may see, and nothing of anybody else's."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.audit.domain import ExportOutdated, NotYourExport
from shared.contracts.notes import ConcernRaised, NoteRetracted
from shared.contracts.referrals import Carer, CarerRecorded
from shared.contracts.supervision import SessionContent, SupervisionHeld
from shared.kernel.actor import Actor
from shared.kernel.call import Call
from shared.kernel.errors import Excluded, NoEngagement, NotFound
from shared.kernel.ids import new_id
from tests.support.build import NOW, SERVICE_USER
from tests.support.checkpoints import rows
from tests.support.exporting import Exported, Exportings
from tests.support.ledger import (
    AUDITOR,
    IG_LEAD,
    OTHER,
    AuditService,
    Said,
    calling,
    engaged,
    read,
    registered,
    restricted,
    said,
)
from tests.support.merging import merged, separated
from tests.support.noting import CONCERN, NOTE, SECRET, recorded

pytestmark = pytest.mark.anyio
LOOKER = Actor("ot-9", "OT 9", "registered_practitioner")
OTHER_LEAD = calling("ig-lead-2", "ig_lead")
PERIOD: dict[str, Any] = {
    "kind": "period", "since": NOW - timedelta(days=9000), "until": NOW + timedelta(days=9000)
}  # fmt: skip


@pytest.fixture
def exporting(audit: AuditService) -> Exportings:
    return Exportings(audit)


def retracted(note_id: UUID = NOTE) -> Said:
    payload = NoteRetracted(
        kind="wrong_person", reason=SECRET, belongs_to=OTHER, refiled_to=new_id()
    )
    return said("notes", payload, SERVICE_USER, resource_id=note_id, version=2)


def raised(*about_staff: str) -> Said:
    payload = ConcernRaised(
        service_user_id=SERVICE_USER, team_id="north-cmht", note_id=NOTE, kind="safeguarding",
        urgency="urgent", about_staff=about_staff, routed_to=("coordinator-1",),
        acknowledge_by=NOW, policy_version=1, service_user_told=True, description=SECRET,
        alerted=(), not_told_reason=None,
    )  # fmt: skip
    return said("notes", payload, SERVICE_USER, resource_id=CONCERN)


def carer() -> Said:
    payload = CarerRecorded(
        service_user_id=SERVICE_USER, team_id="north-cmht",
        carer=Carer(name="A sister", relationship="Sister"), in_confidence=SECRET,
    )  # fmt: skip
    return said("referrals", payload, SERVICE_USER)


def supervised() -> Said:
    payload = SupervisionHeld(
        held_at=NOW, duration_minutes=60, digest="ab" * 32, salt="5a17" * 8,
        content=SessionContent(discussion=SECRET),
    )  # fmt: skip
    return said("supervision", payload, "str-worker-1")


def nowhere(found: Exported, words: str) -> bool:
    return all(words.encode() not in content for content in found.files.values())


async def test_others_are_counted_and_confidences_stay(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(registered(), registered(OTHER), read(SERVICE_USER, OTHER), carer())
    found = await exporting.exported(service_user_id=SERVICE_USER, purpose="subject_access")
    assert nowhere(found, str(OTHER))
    assert nowhere(found, SECRET)
    [seen] = found.told("record-read")
    assert (seen["body"], seen["withheld"]) == (None, "third_party")
    assert seen["content"]["service_user_ids"] == [str(SERVICE_USER)]
    assert seen["content"]["other_service_users"] == 1
    assert seen["actor"]["name"] == "Nurse 1", "they acted professionally"
    [told] = found.told("carer-recorded")
    assert told["body"], "what is in it stays sealed"
    assert told["content"]["carer"]["name"] == "A sister"
    assert (told["content"]["in_confidence"], told["redacted"]) == (None, ["in_confidence"])
    html = found.files["report.html"].decode()
    assert "Not shown in an export." in html
    assert "not named here" in html


async def test_of_a_note_in_the_wrong_record_there_is_a_tombstone(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(registered(), registered(OTHER), recorded(), retracted())
    for asked in ({"service_user_id": SERVICE_USER}, {"kind": "note", "note_id": NOTE}):
        found = await exporting.exported(IG_LEAD, **asked)
        assert nowhere(found, SECRET)
        assert nowhere(found, str(OTHER))
        [note], [gone] = found.told("note-recorded"), found.told("note-retracted")
        for each in (note, gone):
            assert (each["body"], each["withheld"]) == (None, "wrong_person")
        assert note["content"] is None
        assert gone["content"] == {"kind": "wrong_person"}
    whole = await exporting.exported(**PERIOD)
    assert not nowhere(whole, SECRET), "who sees the whole record sees that too"


async def test_of_supervision_there_are_facts_alone(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(registered(), supervised())
    found = await exporting.exported(**PERIOD)
    [held] = found.told("supervision-held")
    assert (held["body"], held["withheld"]) == (None, "confidential")
    assert held["content"]["duration_minutes"] == 60
    assert nowhere(found, SECRET)


async def test_what_names_the_reader_is_kept_from_them(
    audit: AuditService, exporting: Exportings
) -> None:
    things = f"note/{NOTE}", f"concern/{CONCERN}"
    looks = (read(SERVICE_USER, by=LOOKER, resource=each) for each in things)
    await audit.arrive(registered(), recorded(), raised("ig-lead-2"), *looks)
    asked: dict[str, Any] = {"service_user_id": SERVICE_USER}
    found = await exporting.exported(OTHER_LEAD, **asked)
    assert [each["withheld"] for each in found.entries] == [None, *["restricted"] * 4]
    for each in found.entries[1:]:
        told = (each["body"], each["content"], each["actor"], each["resource"], each["time"])
        assert told == (None,) * 5
        assert each["summary"] == "Not shown"
        assert each["leaf"], "so that it is seen to be whole"
    assert found.stated["people"][0]["count"] == 5
    for words in (SECRET, str(NOTE), str(CONCERN), "ot-9", "str-worker-1", "names whoever"):
        assert nowhere(found, words), words
    assert b"4 entries: not shown" in found.files["report.html"].lower()
    theirs = await exporting.made(**asked)
    assert not nowhere(await exporting.fetched(theirs), SECRET)
    of_note = await exporting.asked(kind="note", note_id=NOTE)
    for refused in (
        exporting.fetched(theirs, OTHER_LEAD),
        exporting.asked(OTHER_LEAD, kind="note", note_id=NOTE),
        exporting.exports.export(OTHER_LEAD, of_note),
    ):
        with pytest.raises(Excluded):
            await refused
    every, seen = [
        {row["id"] for row in (await exporting.exports.exports(call, None, None, limit=9)).rows}
        for call in (IG_LEAD, OTHER_LEAD)
    ]
    assert every - seen == {of_note}


async def test_nor_does_a_period_that_has_but_a_look_at_it(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(registered(), recorded(), raised("ig-lead-2"))
    [(since,)] = rows(audit.dsn, "SELECT max(recorded_at) + interval '1 microsecond' FROM ledger")
    await audit.arrive(read(SERVICE_USER, by=LOOKER, resource=f"note/{NOTE}"))
    asked = {**PERIOD, "since": since}
    theirs = await exporting.made(**asked)
    assert not nowhere(await exporting.fetched(theirs), str(NOTE))
    with pytest.raises(Excluded):
        await exporting.fetched(theirs, OTHER_LEAD)
    assert nowhere(await exporting.exported(OTHER_LEAD, **asked), str(NOTE))


async def test_without_identities_there_are_no_names_and_no_bytes(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(registered(), recorded())
    await engaged(audit)
    found = await exporting.exported(AUDITOR, service_user_id=SERVICE_USER)
    first, note = found.entries
    assert [first["withheld"], note["withheld"]] == ["identities"] * 2
    assert note["actor"] == {
        "staff_id": "str-worker-1", "name": None, "role": "str_worker", "registration": None
    }  # fmt: skip
    assert nowhere(found, SECRET)
    assert nowhere(found, "STR worker 1")


async def test_what_lies_outside_the_engagement_is_a_leaf_alone(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(registered(), recorded(team="south-cmht"))
    await engaged(audit, teams=("north-cmht",), identities=True)
    found = await exporting.exported(AUDITOR, service_user_id=SERVICE_USER)
    [note] = found.told("note-recorded")
    assert note["withheld"] == "scope"
    assert (note["body"], note["content"], note["actor"], note["time"]) == (None,) * 4
    assert note["leaf"], "so that it is seen to be whole"
    assert found.stated["people"][0]["count"] == len(found.entries)


async def test_a_period_leaves_out_who_excludes_the_reader(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(
        registered(), registered(OTHER), restricted(OTHER, "ig-lead-1"),
        recorded(), recorded(OTHER, new_id(), "About the other."),
    )  # fmt: skip
    found = await exporting.exported(**PERIOD)
    assert not nowhere(found, SECRET)
    assert nowhere(found, "About the other.")
    assert nowhere(found, str(OTHER))
    assert {each["withheld"] for each in found.entries} == {None, "restricted"}
    with pytest.raises(Excluded):
        await exporting.asked(service_user_id=OTHER)


async def test_only_who_sees_everything_asks_for_a_period(
    audit: AuditService, exporting: Exportings
) -> None:
    with pytest.raises(NoEngagement):
        await exporting.asked(AUDITOR, **PERIOD)
    await engaged(audit, teams=("north-cmht",))
    with pytest.raises(NoEngagement):
        await exporting.asked(AUDITOR, **PERIOD)
    await engaged(audit)
    await exporting.asked(AUDITOR, **PERIOD)


async def test_who_is_not_known_has_no_export(exporting: Exportings) -> None:
    with pytest.raises(NotFound):
        await exporting.asked(service_user_id=SERVICE_USER)
    with pytest.raises(NotFound):
        await exporting.asked(kind="note", note_id=NOTE)


async def test_whoever_asked_and_ig_leads_fetch_it(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(registered(), read(SERVICE_USER))
    for auditor in ("auditor-1", "auditor-2"):
        await engaged(audit, auditor_id=auditor, identities=True)
    export = await exporting.made(AUDITOR, service_user_id=SERVICE_USER)
    await exporting.fetched(export, AUDITOR)
    await exporting.fetched(export, IG_LEAD)
    other = calling("auditor-2", "auditor")
    for refused in (
        exporting.exports.content(other, export),
        exporting.exports.export(other, export),
        exporting.exports.exports(other, "auditor-1", None, limit=5),
        exporting.exports.cancel(calling("auditor-2", "auditor", NOW, 3), export),
    ):
        with pytest.raises(NotYourExport):
            await refused
    own = await exporting.exports.exports(other, None, None, limit=5)
    every = await exporting.exports.exports(IG_LEAD, None, "ready", limit=5)
    assert (own.rows, [row["id"] for row in every.rows]) == ([], [export])


async def test_who_is_excluded_is_not_told_of_others_exports(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(registered(), registered(OTHER))
    hidden = await exporting.asked(service_user_id=OTHER)
    kept = [await exporting.asked(each, **PERIOD) for each in (IG_LEAD, OTHER_LEAD)]
    own = await exporting.asked(OTHER_LEAD, service_user_id=OTHER)
    await audit.arrive(restricted(OTHER, "ig-lead-2"))

    async def listed(call: Call) -> list[UUID]:
        found = await exporting.exports.exports(call, None, None, limit=9, order="asc")
        return [row["id"] for row in found.rows]

    assert set(await listed(OTHER_LEAD)) == {*kept, own}
    assert set(await listed(IG_LEAD)) == {*kept, own, hidden}
    with pytest.raises(Excluded):
        await exporting.exports.export(OTHER_LEAD, hidden)
    assert await exporting.exports.export(OTHER_LEAD, own)


async def test_fetching_it_is_in_the_persons_record_each_time(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(registered(), registered(OTHER), recorded(), restricted(OTHER))
    engagement = await engaged(audit, identities=True)
    export = await exporting.made(AUDITOR, service_user_id=SERVICE_USER)
    await exporting.fetched(export, AUDITOR)
    whole = await exporting.made(**PERIOD)
    await exporting.fetched(whole)
    await audit.relayed()
    app = audit.application

    async def looked(person: UUID) -> list[tuple[Any, ...]]:
        found = await app.people.accesses(IG_LEAD, person, limit=9, order="asc")
        said = [row["document"] for row in found.rows]
        return [
            (each["operation"], each["actor"]["staff_id"], each["basis"], each["engagement_id"])
            for each in said
        ]

    governed = ("download_export", "ig-lead-1", "governance", None)
    assert await looked(SERVICE_USER) == [
        ("download_export", "auditor-1", "engagement", str(engagement)), governed
    ]  # fmt: skip
    assert await looked(OTHER) == [governed]
    readers = await app.people.readers(IG_LEAD, NOTE)
    assert {(each["staff_id"], each["how"]) for each in readers["items"]} >= {
        ("auditor-1", "ledger"), ("ig-lead-1", "ledger")
    }  # fmt: skip
    alerts = await app.governance.alerts(IG_LEAD, limit=9)
    assert [row["kind"] for row in alerts.rows] == ["restricted_record_read"]


async def test_an_engagement_that_ended_lets_nothing_out(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(registered())
    engagement = await engaged(audit, identities=True)
    export = await exporting.made(AUDITOR, service_user_id=SERVICE_USER)
    later = NOW + timedelta(minutes=1)
    ending = calling("ig-lead-1", "ig_lead", later, 1)
    await audit.application.engagements.end(ending, engagement, "Done.")
    auditor = calling("auditor-1", "auditor", later)
    with pytest.raises(NoEngagement):
        await exporting.fetched(export, auditor)
    await engaged(audit, starts_at=later, identities=False)
    with pytest.raises(NoEngagement):
        await exporting.fetched(export, auditor)
    await exporting.fetched(export, calling("ig-lead-1", "ig_lead", later))


@pytest.mark.parametrize("asked", [{"service_user_id": SERVICE_USER}, PERIOD])
async def test_an_exclusion_or_a_name_said_since_lets_nothing_out(
    audit: AuditService, exporting: Exportings, asked: dict[str, Any]
) -> None:
    await audit.arrive(registered(), recorded())
    first, second = [await exporting.made(each, **asked) for each in (IG_LEAD, OTHER_LEAD)]

    async def fetched(call: Call) -> None:
        await exporting.fetched(first if call is IG_LEAD else second, call)

    await audit.arrive(restricted(SERVICE_USER, "ig-lead-1"))
    with pytest.raises(Excluded):
        await fetched(IG_LEAD)
    await fetched(OTHER_LEAD)
    await audit.arrive(raised("ig-lead-2"))
    with pytest.raises(Excluded):
        await fetched(OTHER_LEAD)
    [(count,)] = rows(
        audit.dsn,
        "SELECT count(*) FROM events WHERE type = 'countersign.audit.export-downloaded.v1'",
    )
    assert count == 1


async def test_what_turned_out_to_be_somebody_elses_leaves_no_more(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(registered(), registered(OTHER), merged(OTHER, SERVICE_USER), recorded())
    both = await exporting.made(service_user_id=SERVICE_USER)
    found = await exporting.fetched(both)
    assert {each["id"] for each in found.stated["people"]} == {str(SERVICE_USER), str(OTHER)}
    await audit.arrive(separated(OTHER, SERVICE_USER))
    with pytest.raises(ExportOutdated):
        await exporting.fetched(both)
    one = await exporting.made(service_user_id=SERVICE_USER)
    await exporting.fetched(one)
    await audit.arrive(retracted())
    with pytest.raises(ExportOutdated):
        await exporting.fetched(one)
    again = await exporting.exported(service_user_id=SERVICE_USER)
    assert nowhere(again, SECRET)
    assert nowhere(again, str(OTHER))


async def test_what_could_not_be_read_is_stated(audit: AuditService, exporting: Exportings) -> None:
    await audit.arrive(registered())
    with_nobody = said("notes", read(SERVICE_USER).payload, SERVICE_USER)
    object.__setattr__(with_nobody, "body", lambda key: b'{"id": "no event"}')
    await audit.arrive(with_nobody)
    found = await exporting.exported(service_user_id=SERVICE_USER)
    assert found.stated["unread"] == 1
    assert "nobody could read" in found.files["report.html"].decode()
    whole = await exporting.exported(**PERIOD)
    [unread] = [each for each in whole.entries if each["withheld"]]
    assert (unread["withheld"], unread["content_state"], unread["body"]) == (
        "unreadable", "unreadable", None
    )  # fmt: skip
