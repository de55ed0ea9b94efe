"""Read models' sealed documents: opened to be answered, cleared when their key is destroyed.

A table that holds them has `metadata` (JSON: the representation without what is personal) and
`document` (the whole of it, sealed). Columns say so of themselves: `PERSONAL` is what destruction
clears, and `subject_of` where the data subject's id is.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import psycopg
from pydantic_core import to_json
from sqlalchemy import MetaData, Table, bindparam, null, update

from shared.eventstore.keys import DataKeys
from shared.eventstore.listing import Slice
from shared.eventstore.sealing import Keys, key_of_document, open_document
from shared.eventstore.sql import Prepared

PERSONAL = {"personal": True}
"""A column's `info`: nothing is left in it once its data subject's key is destroyed."""


def subject_of(kind: str) -> dict[str, str]:
    """A column's `info`: it holds the id of a data subject of this kind."""
    return {"data_subject": kind}


class Documents:
    """Opens documents, any number of them with one look-up of keys."""

    def __init__(self, keys: DataKeys) -> None:
        self._keys = keys

    async def shown(self, found: Slice) -> Slice:
        """The rows, each `document` as JSON: the metadata alone where the content was destroyed.

        Raises `Unavailable` for a key that is not here and does not arrive.
        """
        keys = await self._keys.opening(
            {key_of_document(row["document"]) for row in found.rows if row["document"] is not None}
        )
        return found.shown(lambda row: _shown(row, keys))

    async def one(self, row: dict[str, Any]) -> dict[str, Any]:
        [found] = (await self.shown(Slice([row], more=False))).rows
        return found


def time_of(value: datetime | str) -> datetime:
    """A time in a document, as it is made or as it was stored."""
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def without_content(row: Mapping[str, Any]) -> dict[str, Any]:
    """What anyone who may see only that it exists is shown: the metadata, and if there is more."""
    metadata: dict[str, Any] = row["metadata"]
    if row["document"] is None:
        return _destroyed(metadata)
    return {**metadata, "content_state": "confidential"}


def _shown(row: Mapping[str, Any], keys: Keys) -> bytes:
    sealed: bytes | None = row["document"]
    key = keys[key_of_document(sealed)] if sealed is not None else None
    if sealed is None or key is None:
        return to_json(_destroyed(row["metadata"]))
    return open_document(sealed, row["id"], key)


def _destroyed(metadata: dict[str, Any]) -> dict[str, Any]:
    return {**metadata, "content_state": "destroyed"}


async def clear(
    connection: psycopg.AsyncConnection[Any], read_models: MetaData, subject: str
) -> None:
    """Empty every personal column of a data subject's rows, in the transaction that destroys."""
    kind, _, named = subject.partition(":")
    for table in read_models.sorted_tables:
        if (statement := _clearing(table, kind)) is not None:
            await connection.execute(statement.sql, statement.bind({"subject": named}))


def _clearing(table: Table, kind: str) -> Prepared | None:
    personal = [column for column in table.columns if column.info.get("personal")]
    subjects = [column for column in table.columns if column.info.get("data_subject") == kind]
    if not personal or not subjects:
        return None
    [subject] = subjects
    return Prepared(
        update(table).where(subject == bindparam("subject")).values(dict.fromkeys(personal, null()))
    )
