"""Keeping a concern about staff, and its note, from those it names (domain, section 2)."""

from collections.abc import Mapping
from typing import Any

from services.notes.domain import NamedInConcern
from shared.kernel.call import Call
from shared.platform.relationships import Permitted


def refuse_named(
    call: Call, permitted: Permitted, row: Mapping[str, Any], written_by: str, resource: str
) -> None:
    """Whom a row is `kept_from` doesn't read it, unless they wrote it. Raises `NamedInConcern`."""
    reader = call.caller.staff_id
    if reader in row["kept_from"] and reader != written_by:
        raise NamedInConcern(
            subject=str(row["service_user_id"]),
            resource=resource,
            restricted=permitted.grant.restricted,
        )
