"""Read model of organisational issues: where each is in clear, its words sealed, and who raised it
apart from both."""

from services.supervision.projection.issues.reading import Issues
from services.supervision.projection.issues.showing import (
    as_read,
    issue_document,
    issue_rows,
    overdue_issue_rows,
)

__all__ = ["Issues", "as_read", "issue_document", "issue_rows", "overdue_issue_rows"]
