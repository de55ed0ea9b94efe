"""Key-encryption keys against what is stored: everything that is wrapped can be opened here."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg

from countersign.doctor.finding import Findings, careful, or_fine, wrong
from shared.eventstore.keys import context_of
from shared.eventstore.wrapping import CannotUnwrap, KeyRing, Wrapped

_OF_EACH = """
SELECT DISTINCT ON (kek) kek, key_id, subject, wrapped, count(*) OVER (PARTITION BY kek) AS keys
FROM keys.data_keys WHERE wrapped IS NOT NULL ORDER BY kek, created_at DESC
"""
_WAITING = """
SELECT count(*) AS keys FROM keys.data_keys
WHERE NOT handed_over AND owner = %s AND created_at < now() - interval '1 minute'
"""


_EXPORTS = """
SELECT kek, count(*) AS exports FROM export_keys GROUP BY kek ORDER BY kek
"""


def keys(service: str, ring: KeyRing, connection: psycopg.Connection[dict[str, Any]]) -> Findings:
    """Opens one data key of each key-encryption key, and forgets it."""
    with connection.transaction():
        samples = connection.execute(_OF_EACH).fetchall()
        [waiting] = connection.execute(_WAITING, (service,)).fetchall()
    found = [finding for row in samples for finding in of_one(ring, row)]
    if waiting["keys"]:
        found.append(
            careful(
                f"{waiting['keys']} data keys wait to be handed over for more than a minute",
                "Other services can't open what is recorded about these people.",
                "Is the broker there, and does a worker lead? See the areas broker and deadlines.",
            )
        )
    if service == "audit":
        with connection.transaction():
            found += of_exports(ring, connection.execute(_EXPORTS).fetchall())
    held = sum(row["keys"] for row in samples)
    yield from or_fine(f"{held} data keys are wrapped under {ring.current}", found)


def of_one(ring: KeyRing, row: Mapping[str, Any]) -> Findings:
    kek, count = row["kek"], row["keys"]
    try:
        context = context_of(row["key_id"], row["subject"])
        asyncio.run(ring.unwrap(Wrapped(row["wrapped"], kek), context))
    except CannotUnwrap:
        yield wrong(
            f"{count} data keys are wrapped under {kek}, which the ring lacks or has otherwise",
            "What is personal of these people can't be read here.",
            "Put the key of that name back into the ring; it is where the others came from.",
        )
        return
    if kek != ring.current:
        yield careful(
            f"{count} data keys are still wrapped under {kek}, and new ones under {ring.current}",
            "The rotation isn't finished; the old key can't be taken away.",
            "countersign rotate-key of each service, owners (referrals, supervision) first.",
        )


def of_exports(ring: KeyRing, rows: Sequence[Mapping[str, Any]]) -> Findings:
    """Exports keep the key they were made under; they go by themselves."""
    for row in rows:
        if row["kek"] != ring.current:
            yield careful(
                f"{row['exports']} exports are wrapped under {row['kek']}",
                "They can't be fetched once that key is taken away.",
                "Keep it in the ring until they expire (AUDIT_EXPORT_HOURS).",
            )
