"""What a service lost when its store was set back, and how much of it is believed.

Whoever deletes events can put in an event that says the store was restored. So it is believed only
where all that is known elsewhere agrees with it, never of more than it says, and never in silence.
"""

from collections.abc import Collection
from typing import Any

from pydantic_core import from_json

from countersign.reconcile.reading import Reading, Row
from countersign.verify import Report

RESTORED = """
SELECT index, position, body FROM ledger WHERE service = %s AND type = %s ORDER BY index
"""
TAIL = """
SELECT position, event_id FROM ledger WHERE service = %s AND index < %s
ORDER BY position DESC OFFSET %s LIMIT 1
"""
HELD = "SELECT event_id FROM ledger WHERE service = %s AND position = %s"
TOLD = "SELECT event_id::text AS event_id FROM events WHERE position = %s"
RECOVERED = "SELECT tail_event_id FROM recoveries WHERE tail_position = %s"


class Lost:
    """Positions that a service may lack."""

    def __init__(self, service: str, told: Reading, ledger: Reading, report: Report) -> None:
        self._service, self._told, self._ledger = service, told, ledger
        self._ranges: list[tuple[int, int]] = []
        self._count = 0
        for row in ledger.all(RESTORED, (service, f"countersign.{service}.store-restored.v1")):
            try:
                self._add(row)
            except (ValueError, KeyError, TypeError) as wrong:
                where = f"{service}, position {row['position']} (entry {row['index']})"
                report.add_wrong(where, f"the store was not set back as it says: {wrong}")

    def has(self, position: int) -> bool:
        found = any(common < position <= tail for common, tail in self._ranges)
        self._count += found
        return found

    def say(self, expected: Collection[str], report: Report) -> None:
        """A restore that the operator doesn't know of is none."""
        what = f"{self._count} events that only the ledger has: its store was set back"
        if self._service in expected:
            if self._count:
                report.not_proved.append(f"{self._service}: {what}")
        elif self._ranges:
            known = f"if you know of it: --restored {self._service}"
            report.add_wrong(self._service, f"{what} ({known})")

    def _add(self, row: Row) -> None:
        data = from_json(bytes(row["body"]))["data"]
        if data.get("lost") == 0:  # it took all of it back: nothing may be missing
            return
        common, tail = int(data["common_position"]), int(data["tail_position"])
        # What was written between the restore and the recovery was given positions after the tail,
        # and published before this event.
        before = (self._service, row["index"], int(data["repositioned"]))
        [last] = self._ledger.all(TAIL, before) or [{"position": 0, "event_id": ""}]
        if tail != last["position"]:
            raise ValueError(f"the ledger went up to {last['position']} then, not to {tail}")
        if common and not self._both_have(common):
            raise ValueError(f"position {common} is not the same in the store and in the ledger")
        recovered = self._told.all(RECOVERED, (tail,))
        if [each["tail_event_id"] for each in recovered] != [last["event_id"]]:
            raise ValueError(f"`recoveries` has none from {tail}")
        self._ranges.append((common, tail))

    def _both_have(self, position: int) -> bool:
        held: list[Any] = self._ledger.all(HELD, (self._service, position))
        told: list[Any] = self._told.all(TOLD, (position,))
        return bool(held) and held == told
