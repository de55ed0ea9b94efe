"""Exports as audit makes them are proved offline; with one event less they are incomplete."""

from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from countersign import verify
from services.audit.policy import LINK
from tests.support.build import NOW, SERVICE_USER
from tests.support.exporting import Exported, Exportings
from tests.support.fabricating import Files, zipped
from tests.support.ledger import (
    KEYS,
    OTHER,
    AuditService,
    denied,
    granted,
    read,
    registered,
    restricted,
)
from tests.support.meddling import without

pytestmark = pytest.mark.anyio
EVER: dict[str, Any] = {
    "kind": "period",
    "since": NOW - timedelta(days=9000),
    "until": NOW + timedelta(days=9000),
}


def checked(path: Path, content: bytes | Files, *, trusted: bool = True) -> verify.Report:
    path.write_bytes(content if isinstance(content, bytes) else zipped(content))
    vkeys = [each.verifier.vkey for each in KEYS.signers("2026")]
    keys = [verify.read_key(each, verify.SIGNATURE) for each in vkeys if trusted]
    trust = verify.Trust(keys, [], 0)
    return verify.examined(lambda report: verify.check_export(str(path), trust, report))


@pytest.fixture
async def exporting(audit: AuditService) -> Exportings:
    """Two people, one of whose records is restricted; both looked at, apart and together."""
    await audit.arrive(
        registered(),
        registered(OTHER),
        restricted(OTHER, "nurse-9"),
        *(read(each) for each in (SERVICE_USER, OTHER) * 4),
        read(SERVICE_USER, OTHER),
        granted(SERVICE_USER),
        denied(SERVICE_USER),
    )
    return Exportings(audit)


@pytest.fixture
async def person(exporting: Exportings) -> Exported:
    return await exporting.exported(service_user_id=SERVICE_USER)


async def test_what_audit_makes_is_proved(
    exporting: Exportings, person: Exported, tmp_path: Path
) -> None:
    period = await exporting.exported(**EVER)
    again = await exporting.exported(service_user_id=SERVICE_USER)
    for each in (person, period, again):
        report = checked(tmp_path / "export.zip", each.content)
        assert report.code == verify.PROVED, report.words()
        assert checked(tmp_path / "export.zip", each.content, trusted=False).code == 3
    assert len(again.entries) > len(person.entries), "the first is about the person, too"


async def test_less_any_one_event_it_is_incomplete(person: Exported, tmp_path: Path) -> None:
    """With the manifest and everything else made again that can be without a key."""
    for number, gone in enumerate(person.entries):
        report = checked(tmp_path / "export.zip", without(number, person.files))
        assert report.code == verify.DISPROVED, gone["index"]
        assert any("incomplete" in what for _, what in report.wrong), report.words()


async def test_any_byte_that_is_another_is_found(person: Exported, tmp_path: Path) -> None:
    """Wherever it is; chosen by the same seed each time."""
    random = Random(7)
    assert LINK not in str(person.entries)
    for name in sorted(person.files) * 6:
        changed = bytearray(person.files[name])
        at = random.randrange(len(changed))
        changed[at] ^= 1 << random.randrange(8)
        report = checked(tmp_path / "export.zip", {**person.files, name: bytes(changed)})
        assert report.code in (verify.DISPROVED, verify.UNREADABLE), (name, at)
