"""A session of supervision, by subject: whether it was held, what its record says, who signed."""

from services.supervision.domain.session.content import ActionAgreed
from services.supervision.domain.session.session import Session
from services.supervision.domain.session.state import Status

__all__ = ["ActionAgreed", "Session", "Status"]
