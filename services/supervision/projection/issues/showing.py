"""An organisational issue as the API shows it, and who may know who raised it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.supervision.domain import Issue, OverdueIssue
from services.supervision.policy import Reader
from services.supervision.projection.issues.tables import ISSUES, OVERDUE_ISSUES
from shared.eventstore.documents import time_of
from shared.eventstore.sealing import Seal
from shared.eventstore.sql import RowsInto, Write
from shared.kernel.days import local_day

_ROWS, _OVERDUE = RowsInto(ISSUES), RowsInto(OVERDUE_ISSUES)


def issue_document(issue: Issue) -> dict[str, Any]:
    """An issue without who raised it; without its words once they were destroyed."""
    shown = _without_words(issue)
    if issue.destroyed:
        return {**shown, "content_state": "destroyed"}
    return {
        **shown,
        "description": issue.description,
        "routings": issue.routings,
        "answers": issue.answers,
        "closed": issue.closed,
    }


def _without_words(issue: Issue) -> dict[str, Any]:
    return {
        "id": issue.id,
        "version": issue.version,
        "team_id": issue.team,
        "route": issue.route,
        "topic": issue.topic,
        "status": issue.status,
        "description": None,
        "raised_on": local_day(issue.created_on),
        "names_raiser": issue.names_raiser,
        "answer_by": issue.answer_by,
        "policy_version": issue.policy_version,
        "routings": [{**each, "reason": None} for each in issue.routings],
        "answers": [{**each, "answer": None} for each in issue.answers],
        "closed": issue.closed and {**issue.closed, "reason": None},
        "content_state": "shown",
    }


def issue_rows(issue: Issue, seal: Seal) -> list[Write]:
    return [
        _ROWS.row(
            id=issue.id,
            version=issue.version,
            team_id=issue.team,
            route=issue.route,
            topic=issue.topic,
            status=issue.status,
            answer_by=issue.answer_by if issue.awaits_answer else None,
            raised_by=issue.raised_by,
            raised_on=local_day(issue.created_on),
            metadata=_without_words(issue),
            document=seal(issue_document(issue)),
        )
    ]


def overdue_issue_rows(overdue: OverdueIssue, _: Seal) -> list[Write]:
    return [
        _OVERDUE.row(
            issue_id=overdue.issue_id, answer_by=overdue.answer_by, recorded_at=overdue.created_on
        )
    ]


def as_read(
    document: Mapping[str, Any], raised_by: str | None, reader: Reader, now: datetime
) -> dict[str, Any]:
    """An issue as someone sees it now: who raised it only if they may know that."""
    known = reader.knows(raised_by, document["route"], names_raiser=document["names_raiser"])
    return {
        **document,
        "raised_by": raised_by if known else None,
        "yours": raised_by == reader.staff_id,
        "overdue": document["status"] in ("raised", "routed")
        and time_of(document["answer_by"]) <= now,
    }
