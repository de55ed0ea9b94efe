"""The copy beside the ledger, as far as the copy goes; and keys that were destroyed since."""

from countersign.reconcile.reading import Reading
from countersign.reconcile.services import TOLD, paired, same
from countersign.verify import Report
from shared.platform.service import Service

HELD = """
SELECT position, event_id, type, digest, index FROM ledger
WHERE service = %s AND position <= %s ORDER BY position
"""
ENDS = """
SELECT coalesce(max(position), 0) AS position, count(*) FILTER (WHERE position > %s) AS later
FROM ledger WHERE service = %s
"""
LIVE = """
SELECT key_id::text AS key_id, subject FROM keys.data_keys WHERE destroyed_at IS NULL
"""
DESTROYED = "SELECT key_id::text AS key_id FROM keys.data_keys WHERE destroyed_at IS NOT NULL"


def same_as_ledger(service: str, copy: Reading, ledger: Reading, report: Report) -> None:
    """Both ways, up to the copy's last event."""
    last = int(copy.one("SELECT coalesce(max(position), 0) FROM events"))
    [ends] = ledger.all(ENDS, (last, service))
    before, count = report.wrong_count, 0
    for mine, its in paired(copy.rows(TOLD), ledger.rows(HELD, (service, last))):
        count += mine is not None
        if mine is None and its is not None:
            where = f"{service}, position {its['position']} (entry {its['index']})"
            report.add_wrong(where, "the ledger has it, the copy has not")
        elif its is None and mine is not None and mine["position"] < ends["position"]:
            where = f"{service}, position {mine['position']}"
            report.add_wrong(where, "the copy has it, the ledger has not")
        elif mine is not None and its is not None:
            same(service, mine, its, report)
    if report.wrong_count == before:
        report.proved.append(f"the ledger has the same {count} events")
    report.not_proved.append(
        f"{ends['later']} later events, which the ledger has and this copy has not:"
        " `countersign recover` takes them back from the stream"
    )


def keys_destroyed_since(service: Service, copy: Reading, ledger: Reading, report: Report) -> None:
    """A copy brings back what was destroyed: said, since it must be destroyed again."""
    destroyed = {row["key_id"] for row in ledger.rows(DESTROYED)}
    alive = [row["subject"] for row in copy.rows(LIVE) if row["key_id"] in destroyed]
    if alive:
        report.not_proved.append(
            f"that what was destroyed stays so: {len(alive)} keys live in this copy that were"
            f" destroyed since ({', '.join(sorted(alive)[:20])}); `countersign recover"
            f" {service.name}` destroys them again, before the service is started"
        )
