"""Exports: whole, as whoever asked may see it, and proved by what is in them."""

import base64
import hashlib
from datetime import UTC, datetime, timedelta
from tempfile import NamedTemporaryFile
from typing import Any
from uuid import uuid4

import pytest
from pydantic_core import from_json

from countersign.verify import PROVED, Report, Trust, Wrong, check_export, read_key, read_leaf
from services.audit.consumer import LedgerWriter
from services.audit.policy import Numbered
from services.notes.policy import DEFAULT
from shared.contracts.contract import contract_of
from shared.contracts.notes import RecordKeepingPolicyPublished, RecordKeepingRules
from shared.eventstore.cloudevents import Message
from tests.support.build import NOW, SERVICE_USER
from tests.support.checkpoints import rows
from tests.support.clocks import Standing
from tests.support.exporting import Exported, Exportings
from tests.support.ledger import (
    KEYS,
    OTHER,
    AuditService,
    Said,
    read,
    registered,
    said,
)
from tests.support.noting import recorded

pytestmark = pytest.mark.anyio
OLD = NOW - timedelta(days=9000)


def rules() -> RecordKeepingRules:
    return DEFAULT.rules


@pytest.fixture
def exporting(audit: AuditService) -> Exportings:
    return Exportings(audit)


async def test_a_persons_export_has_all_numbers_and_is_stated_in_the_ledger(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(
        registered(), registered(OTHER), *(read(each) for each in (SERVICE_USER, OTHER) * 4)
    )
    found = await exporting.exported(service_user_id=SERVICE_USER)
    person = str(SERVICE_USER)
    numbers = [number_of(each, person) for each in found.entries]
    assert numbers == list(range(1, 6))
    stated = found.stated
    assert stated["people"] == [{"id": person, "count": 5}]
    assert stated["entries"] == 5
    assert stated["unread"] == 0
    assert stated["entries_sha256"] == hashlib.sha256(found.files["entries.jsonl"]).hexdigest()
    for each in stated["files"]:
        assert hashlib.sha256(found.files[each["name"]]).hexdigest() == each["sha256"]
    assert {each["name"] for each in stated["files"]} == {
        "README.txt", "policies.json", "report.html", "report.pdf"
    }  # fmt: skip
    assert str(OTHER) not in str(found.files["entries.jsonl"])
    for each in found.entries:
        leaf = from_json(each["leaf"])
        assert leaf["digest"] == hashlib.sha256(base64.b64decode(each["body"])).hexdigest()
        assert (each["withheld"], each["content_state"]) == (None, "shown")
    assert_proved(found)


def number_of(entry: dict[str, Any], person: str) -> int:
    """As the leaf has it, which the one salt that is given finds; of others there is none."""
    [given] = entry["numbers"]
    assert given["person"] == person
    said = Numbered(person, given["number"], bytes.fromhex(given["salt"]))
    assert said.about(entry["event_id"]) in from_json(entry["leaf"])["people"]
    return said.number


def assert_proved(found: Exported) -> None:
    """The verifier, which knows nothing of how it was made, says so; and wants all of it."""
    report = Report()
    with NamedTemporaryFile(suffix=".zip") as file:
        file.write(found.content)
        file.flush()
        keys = [
            read_key(signer.verifier.vkey, 1)
            for name in found.files
            if name.endswith(".checkpoint")
            for signer in KEYS.signers(name[6:10])
        ]
        check_export(file.name, Trust(keys, [], 0), report)
    assert report.code == PROVED, report.words()


async def test_of_an_event_about_very_many_the_list_is_there_and_one_salt(
    audit: AuditService, exporting: Exportings
) -> None:
    """With one person fewer, or another one, it is not the list whose digest the leaf has."""
    many = [uuid4() for _ in range(501)]
    await audit.arrive(registered(), read(SERVICE_USER, *many))
    found = await exporting.exported(service_user_id=SERVICE_USER)
    entry = found.entries[-1]
    assert from_json(entry["leaf"])["people"]["count"] == len(entry["people"]) >= 502
    [given] = entry["numbers"]
    assert (given["person"], given["number"]) == (str(SERVICE_USER), 2)
    assert not [each for each in many if str(each) in str(entry)]
    assert_proved(found)
    for listed in (entry["people"][1:], ["0" * 64, *entry["people"][1:]]):
        with pytest.raises(Wrong):
            read_leaf(entry["leaf"], listed)


async def test_a_period_is_a_run_of_entries(audit: AuditService, exporting: Exportings) -> None:
    await audit.arrive(registered(), *(read(each) for each in (SERVICE_USER, OTHER) * 4))
    asked: dict[str, Any] = {
        "kind": "period",
        "since": NOW - timedelta(days=9000),
        "until": NOW + timedelta(days=9000),
    }
    found = await exporting.exported(**asked)
    indexes = [each["index"] for each in found.entries]
    assert [each["numbers"] for each in found.entries] == [[]] * len(indexes)
    assert indexes == list(range(len(indexes)))
    assert (found.stated["first_index"], found.stated["last_index"]) == (0, indexes[-1])
    assert_proved(found)


async def test_over_new_year_each_tree_is_linked_to_the_one_before(
    audit: AuditService, exporting: Exportings
) -> None:
    await arrived_in(audit, 2024, registered(OTHER))
    await arrived_in(audit, 2025, registered(), read(SERVICE_USER))
    await arrived_in(audit, 2026, read(SERVICE_USER), read(OTHER))
    exporting.clock.at = NOW
    found = await exporting.exported(service_user_id=SERVICE_USER)
    years = sorted(name[6:10] for name in found.files if name.endswith(".checkpoint"))
    assert years[:3] == ["2024", "2025", "2026"], "from the log's first on"
    trees = [from_json(found.files[f"trees/{year}.json"]) for year in years]
    assert [bool(tree["link"]) for tree in trees] == [False, *[True] * (len(trees) - 1)]
    assert [each["shard"] for each in found.entries] == ["2025", "2025", "2026"]
    assert_proved(found)
    whole = await exporting.exported(kind="period", since=OLD, until=NOW + timedelta(days=9000))
    assert {each["shard"] for each in whole.entries} >= {"2024", "2025", "2026"}
    [link, *_] = [each for each in whole.entries if each["service"] == "ledger"]
    assert (link["withheld"], link["content_state"], link["actor"]) == (None, "shown", None)
    assert_proved(whole)
    some = await exporting.exported(
        kind="period",
        since=datetime(2025, 1, 1, tzinfo=UTC),
        until=datetime(2026, 1, 1, tzinfo=UTC),
    )
    assert {each["shard"] for each in some.entries} == {"2025"}
    assert_proved(some)


async def arrived_in(audit: AuditService, year: int, *events: Said) -> None:
    """The ledger took events in at noon of the first of March of a year."""
    [(last,)] = rows(
        audit.dsn, "SELECT coalesce(max(position), 0) FROM ledger WHERE service = 'notes'"
    )
    messages = [
        Message(
            sequence=0,
            position=number << 12,
            previous=(number - 1) << 12,
            event_id=str(event.id),
            type=contract_of(type(event.payload), event.service).type,
            body=event.body(audit.key),
            traceparent=None,
        )
        for number, event in enumerate(events, (last >> 12) + 1)
    ]
    connection = await audit.database.connect()
    async with connection, connection.transaction():
        await LedgerWriter("notes").apply(
            connection, messages, Standing(datetime(year, 3, 1, 12, tzinfo=UTC))
        )


async def test_a_period_in_which_nothing_was_recorded_is_empty(
    audit: AuditService, exporting: Exportings
) -> None:
    await audit.arrive(registered())
    found = await exporting.exported(kind="period", since=OLD, until=OLD + timedelta(days=1))
    assert found.entries == []
    assert (found.stated["first_index"], found.stated["last_index"]) == (None, None)
    assert "Nothing was recorded in it." in found.files["report.html"].decode()
    assert_proved(found)
    assert found.stated["trees"]


async def test_policies_that_entries_went_by_are_there_as_published(
    audit: AuditService, exporting: Exportings
) -> None:
    published = RecordKeepingPolicyPublished(
        team_id="north-cmht", policy_version=4, rules=rules(), effective_from=NOW,
        proposed_by="manager-1",
    )  # fmt: skip
    await audit.arrive(
        registered(), said("notes", published, "north-cmht", resource_id="north-cmht"), recorded()
    )
    found = await exporting.exported(service_user_id=SERVICE_USER)
    [policy] = from_json(found.files["policies.json"])
    assert (policy["service"], policy["team_id"], policy["policy_version"]) == (
        "notes", "north-cmht", 4,
    )  # fmt: skip
    assert policy["published"]["rules"]["late_after_hours"] == rules().late_after_hours
    assert policy["index"] == 1
