"""What the reports of an export say before its entries: the same in HTML and in PDF."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.audit.application.exports.words import KINDS, PURPOSES, WITHHELD, day, role, when
from services.audit.domain import Export
from shared.contracts.audit import ExportStated

MOST_ENTRIES = {"report.html": 20_000, "report.pdf": 2_000}
"""How many a report lists: beyond that nobody reads it, and `entries.jsonl` has them all."""
REVIEW = (
    "Before this is given to the service user, a professional reads it: other people may be named "
    "in what was written freely, and an appropriate health professional says whether anything in "
    "it would do serious harm."
)


@dataclass(frozen=True, slots=True)
class Report:
    """Everything but the entries. `facts` are a table, `complete` and `not_here` are paragraphs."""

    title: str
    export_id: str
    facts: list[tuple[str, str]]
    complete: list[str]
    not_here: list[str]
    verify: list[str]
    trees: list[dict[str, Any]]
    policies: list[dict[str, Any]]
    entries: int


def report(
    export: Export,
    stated: ExportStated,
    at: datetime,
    policies: list[dict[str, Any]],
    engagements: list[dict[str, Any]],
    particulars: dict[str, dict[str, Any]],
    withheld: dict[str, int],
) -> Report:
    return Report(
        title=f"Countersign: {KINDS[export.of]}",
        export_id=str(export.id),
        facts=[*_about(export, particulars), *_by(export, at, engagements)],
        complete=_complete(stated),
        not_here=_not_here(export, withheld),
        verify=_verify(export),
        trees=[vars(each) for each in stated.trees],
        policies=[_policy(each) for each in policies],
        entries=stated.entries,
    )


def _about(export: Export, particulars: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    found = [("What it is", f"An export of {KINDS[export.of]}")]
    for person in map(str, export.service_user_ids or filter(None, [export.service_user_id])):
        known = particulars.get(person)
        if known and known.get("name"):
            name = " ".join([*known["name"]["given"], known["name"]["family"]])
            born = f", born {day(known['date_of_birth'])}" if known.get("date_of_birth") else ""
            number = f", NHS number {known['nhs_number']}" if known.get("nhs_number") else ""
            found.append(("Service user", f"{name}{born}{number} ({person})"))
        else:
            found.append(("Service user", person))
    if export.note_id:
        found.append(("Note", str(export.note_id)))
    if export.since and export.until:
        found.append(("Recorded from", when(export.since)))
        found.append(("Recorded until", f"before {when(export.until)}"))
    return found


def _by(export: Export, at: datetime, engagements: list[dict[str, Any]]) -> list[tuple[str, str]]:
    by = export.requested_by
    asked = f"{by.name} ({role(by.role)}; {by.staff_id}), {when(export.created_on)}"
    found = [("Asked for by", asked), ("Purpose", PURPOSES[export.purpose])]
    for each in engagements:
        names = "with names and content" if each["identities"] else "without names and content"
        found.append(
            (
                "Under the engagement",
                f"{each['purpose']} Approved by {each['approver_id']}, until "
                f"{when(each['ends_at'])}, {names} ({each['id']})",
            )
        )
    if by.role == "ig_lead":
        found.append(("Under the engagement", "None: an information governance lead needs none"))
    return [*found, ("Made", when(at)), ("Export", str(export.id))]


def _complete(stated: ExportStated) -> list[str]:
    said = [f"It has {_entries(stated.entries)}."]
    if stated.kind == "person":
        said += [
            f"The ledger numbers everything that is recorded about {each.id}, without a gap. This "
            f"export has all of 1 to {each.count}."
            for each in stated.people
        ]
    elif stated.kind == "period":
        where = (
            "Nothing was recorded in it."
            if stated.first_index is None
            else f"It has every entry of the ledger from {stated.first_index} to "
            f"{stated.last_index}, whoever it is about."
        )
        said.append(where)
    else:
        said += [
            f"Of the {each.kind} {each.id} all versions from 1 to {each.versions} are there."
            for each in stated.resources
        ]
        said.append(
            "That nothing else belongs to the note is the word of the ledger; it can't be proved "
            "as the completeness of a person's record or of a period can."
        )
    said.append("It is complete as of the trees below. What was recorded later is not in it.")
    if stated.unread:
        said.append(
            f"The ledger has {_entries(stated.unread)} that nobody could read, so that it can't "
            "be told whom they are about. They may concern this record."
        )
    return said


def _not_here(export: Export, withheld: dict[str, int]) -> list[str]:
    said = [
        f"{_entries(count).capitalize()}: {WITHHELD[why]}"
        for why, count in sorted(withheld.items())
    ]
    if said:
        said.append(
            "Each of these is in this export at least as a leaf, which proves that the entry "
            "exists, of which type it is, when it was recorded and what its digest is."
        )
    said.append("What a carer told in confidence is never part of an export.")
    if export.of != "period":
        said.append("Other service users are counted, and not named.")
    if export.purpose == "subject_access":
        said.append(REVIEW)
    return said


def _verify(export: Export) -> list[str]:
    name = f"countersign-export-{export.id}.zip"
    return [
        "Keep the ZIP as it is: this report is one of its files. A report alone proves nothing.",
        "Get the ledger's public key, and those of its witnesses, from whoever answers for the "
        "ledger and not from this ZIP.",
        f"Run: countersign verify {name} --key <the key>. It needs no network. It says in words "
        "what is proved, and names the place where something is wrong.",
        "This report was made before the ledger's statement about the export, which names its "
        "digest; so a report that was changed is found out.",
    ]


def _policy(found: dict[str, Any]) -> dict[str, Any]:
    published = found["published"]
    return {
        "service": found["service"],
        "team_id": found["team_id"],
        "version": found["policy_version"],
        "since": when(published["effective_from"]) if published else None,
        "by": published["proposed_by"] if published else None,
        "approved_by": published["approved_by"] if published else None,
    }


def _entries(count: int) -> str:
    return "one entry" if count == 1 else f"{count:,} entries"
