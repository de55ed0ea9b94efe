"""What events say, in words for people: labels, codes, times."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from shared.contracts.contract import bare
from shared.kernel.days import LOCAL

LABELS = {
    "about_staff": "Staff whom it is about",
    "acknowledge_by": "To be acknowledged by",
    "agreed_with": "Agreed with",
    "amount_pence": "Amount",
    "carer_view": "Carer's view",
    "entries_sha256": "Digest of the entries",
    "in_confidence": "Told in confidence",
    "nhs_number": "NHS number",
    "nhs_number_status": "Status of the NHS number",
    "not_told_reason": "Why the service user was not told",
    "occurred_at": "Happened",
    "other_service_users": "Other service users (not named here)",
    "own_words": "In the service user's own words",
    "recorded_from": "Written from",
    "service_user_id": "Service user",
    "service_user_ids": "Service users",
    "service_user_told": "Service user told",
    "service_user_view": "Service user's own view",
    "since": "From",
    "until": "Until",
}
OF_ACCESS = frozenset({"record-read", "access-denied", "ledger-queried", "export-downloaded"})
"""Events that say who looked: told in one line."""
WITHHELD = {
    "restricted": "Not shown: whoever asked for this export may not open it.",
    "scope": "Not shown: it lies outside the engagement under which this export was asked for.",
    "wrong_person": "Not shown: it was filed under the wrong person and taken back.",
    "identities": "Content not shown: the engagement allows no names and no content.",
    "confidential": "Only the facts of supervision are shown. What was said is confidential.",
    "third_party": "It also concerns other service users, who are not named here.",
    "unreadable": "Not shown: nobody could read it, so it can't be told whom it is about.",
}
STATES = {
    "destroyed": "What was said was destroyed with its key. That it was recorded stays.",
    "unreadable": "What was said can't be opened: its bytes are not what was sealed.",
}
KINDS = {
    "person": "everything recorded about one service user",
    "note": "one note and the concerns that belong to it",
    "period": "everything recorded in a period",
}
PURPOSES = {
    "audit": "Audit",
    "subject_access": "Subject access request",
    "complaint": "Complaint",
    "legal": "Legal matter",
}
UNNAMED = frozenset({"account", "contact"})
"""What only holds a note's fields together."""
FIRST, LAST = ("account", "name", "carer", "contact"), ("digest", "flags", "outstanding")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CODE = re.compile(r"[a-z]+(_[a-z0-9]+)+")


def when(value: str | datetime) -> str:
    """A time as people in England tell it."""
    told = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    try:
        at = told.astimezone(LOCAL)
    except OverflowError:  # of the year 1 or 9999, from when such times were taken
        at = told
    return f"{at.day} {at:%B %Y, %H:%M:%S} {at:%Z}"


def role(name: str) -> str:
    return {"ig_lead": "information governance lead", "str_worker": "STR worker"}.get(
        name, name.replace("_", " ")
    )


def who(actor: dict[str, Any] | None) -> str:
    """Who did something: name, registration, role and id, as far as they are told."""
    if actor is None:
        return "not told"
    registered = actor.get("registration")
    number = f", {registered['body']} {registered['number']}" if registered else ""
    name = f"{actor['name']} " if actor.get("name") else ""
    return f"{name}({role(actor['role'])}{number}; {actor['staff_id']})"


def label(name: str) -> str:
    return LABELS.get(name) or name.replace("_", " ").capitalize()


def told(content: dict[str, Any] | None, redacted: list[str]) -> list[tuple[str, str]]:
    """Content as labels and texts, without what is empty; what was taken out is said."""
    found = list(_flat("", content or {}))
    return found + [(label(name), "Not shown in an export.") for name in redacted]


def _flat(before: str, value: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name in sorted(value, key=_place):
        each = value[name]
        title = f"{before}: {label(name).lower()}" if before else label(name)
        if isinstance(each, dict):
            yield from _flat(before if name in UNNAMED else title, each)
        elif isinstance(each, list) and any(isinstance(one, dict) for one in each):
            for number, one in enumerate(each, start=1):
                yield from _flat(f"{title} {number}", one)
        elif name == "amount_pence":
            yield title, f"£{each / 100:.2f}"
        elif each not in (None, [], ""):
            yield title, text(each)


def _place(name: str) -> int:
    """What was said comes first, and what is for machines last; the rest stays as it is."""
    if name in FIRST:
        return FIRST.index(name)
    return len(FIRST) + (name in LAST or name.endswith(("_id", "_ids")))


def text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(text, value))
    if not isinstance(value, str):
        return str(value)
    if _TIME.fullmatch(value):
        try:
            return when(value)
        except ValueError:
            return value
    if _DAY.fullmatch(value):
        return day(value)
    return value.replace("_", " ") if _CODE.fullmatch(value) else value


def day(value: str) -> str:
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return value
    return f"{found.day} {found:%B %Y}"


def looked(type: str, content: dict[str, Any]) -> str:
    """In one line how someone looked, or was refused."""
    said = [f"{label(content['operation'])}"] if content.get("operation") else []
    for name in ("resource", "code", "basis", "purpose", "returned"):
        if content.get(name) is not None:
            said.append(f"{label(name).lower()} {text(content[name])}")
    if content.get("override_id"):
        said.append("through broken glass")
    return "; ".join(said)


def _where(line: dict[str, Any]) -> str:
    """Which entry it is, of what."""
    resource = line["resource"]
    of = f"; {text(resource['kind']).replace('-', ' ')} {resource['id']}" if resource else ""
    return f"Entry {line['index']} of the ledger{of}"


def entry(number: int, line: dict[str, Any]) -> dict[str, Any]:
    """A line of `entries.jsonl` as a report shows it."""
    reason, state = line["withheld"], line["content_state"]
    notes = [WITHHELD[reason]] if reason else []
    if not reason and state in STATES:
        notes.append(STATES[state])
    content = line["content"] or {}
    one_line = (
        line["content"] is not None
        and line["service"] != "ledger"
        and (bare(line["type"]) in OF_ACCESS)
    )
    at = line["time"] or line["recorded_at"]
    return {
        "number": number,
        "where": _where(line),
        "at": when(at),
        "machine_at": at,
        "what": line["summary"].partition(" by ")[0],
        "who": who(line["actor"]),
        "looked": looked(line["type"], content) if one_line else None,
        "fields": [] if one_line else told(content, line["redacted"]),
        "notes": notes,
    }
