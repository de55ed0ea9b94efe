"""The policies that entries went by, as they were published in the ledger."""

from collections.abc import Iterable
from typing import Any

from pydantic_core import from_json

from services.audit.application.exports.entries import Citation
from services.audit.projection import Exporting


async def policies(exporting: Exporting, cited: Iterable[Citation]) -> list[dict[str, Any]]:
    """Each that is cited, with its rules and where in the ledger it was published; `published` is
    null for the one that the software ships, which nobody published."""
    found = []
    versions: dict[tuple[str, str], dict[int, dict[str, Any]]] = {}
    for service, team_id, version in sorted(cited):
        if (service, team_id) not in versions:
            rows = await exporting.policies(service, team_id)
            versions[service, team_id] = {each["policy_version"]: each for each in map(_read, rows)}
        at = versions[service, team_id].get(version)
        found.append(
            {
                "service": service,
                "team_id": team_id,
                "policy_version": version,
                "index": at and at["index"],
                "event_id": at and at["event_id"],
                "published": at and at["published"],
            }
        )
    return found


def _read(row: dict[str, Any]) -> dict[str, Any]:
    body = from_json(row["body"])
    return {
        "index": row["index"],
        "event_id": body["id"],
        "policy_version": body["data"]["policy_version"],
        "published": body["data"],
    }
