"""A registration counts while it is effective and not expired."""

from datetime import date
from typing import Any

import pytest

from shared.kernel.actor import Registration
from shared.kernel.registration import in_force

TODAY = date(2026, 11, 20)


def _entry(**changes: Any) -> dict[str, Any]:
    return {"body": "NMC", "number": "18A1234E", "expires_on": "2030-01-31", **changes}


@pytest.mark.parametrize(
    ("changes", "counts"),
    [
        ({}, True),
        ({"expires_on": None}, True),
        ({"expires_on": "2026-11-20"}, True),
        ({"expires_on": "2026-11-19"}, False),
        ({"status": "effective"}, True),
        ({"status": "effective", "conditions": "No lone working."}, True),
        ({"status": "effective", "expires_on": "2026-11-19"}, False),
        *(({"status": each}, False) for each in ("suspended", "lapsed", "removed")),
        *(({"status": each, "expires_on": None}, False) for each in ("suspended", "removed")),
    ],
)
def test_effective_and_not_expired(changes: dict[str, Any], counts: bool) -> None:
    expected = Registration("NMC", "18A1234E") if counts else None
    assert in_force([_entry(**changes)], TODAY) == expected


def test_the_first_that_counts_is_the_one_that_signs() -> None:
    suspended, lapsed = _entry(status="suspended"), _entry(expires_on="2020-01-31")
    other = _entry(body="HCPC", number="OT12345")
    assert in_force([suspended, lapsed, other], TODAY) == Registration("HCPC", "OT12345")
    assert in_force([], TODAY) is None
