"""The keys under which events are sealed: each must be there, and not be destroyed.

No event says that a key was destroyed, so one that is was destroyed by nobody who is on record.
Whether what is kept of a key still opens anything isn't seen here: that takes the key-encryption
key.
"""

from collections.abc import Mapping
from typing import Any

from countersign.reconcile.reading import Reading

KEYS = "SELECT key_id::text AS key_id, wrapped IS NULL AS destroyed FROM keys.data_keys"


class Sealed:
    def __init__(self, database: Reading) -> None:
        self._destroyed = {row["key_id"]: row["destroyed"] for row in database.rows(KEYS)}

    def trouble(self, body: Mapping[str, Any], *, here: bool = True) -> str | None:
        """What is wrong with the key of an event; without `here` it may be on its way."""
        if "sealed" not in body:
            return None
        destroyed = self._destroyed.get(str(body["sealed"]["key"]))
        if destroyed is None:
            return "the key that it is sealed under is not there" if here else None
        if destroyed:
            return "the key that it is sealed under was destroyed, and nothing on record says so"
        return None
