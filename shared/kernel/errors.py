"""Refusals: what the system says no to, each with a stable code for machines.

The HTTP status of each kind is decided in one place, `shared.platform.problems`.
"""

from typing import Any, ClassVar


class Refusal(Exception):
    """A request that is refused. `code` never changes; `detail` is for people."""

    code: ClassVar[str] = "refused"
    detail: ClassVar[str] = "The request was refused."

    def __init__(self, detail: str | None = None, **members: Any) -> None:
        super().__init__(detail or self.detail)
        self.members = members


class Malformed(Refusal):
    """The request can't be read as what it claims to be."""

    code = "malformed"

    def __init__(self, detail: str | None = None, pointer: str = "", **members: Any) -> None:
        super().__init__(detail, **members)
        self.pointer = pointer


class Unauthenticated(Refusal):
    code = "unauthenticated"
    detail = "A valid bearer token is needed."


class TooManyRequests(Refusal):
    """The caller sends more than it may; in `retry_after` seconds it may send one again."""

    code = "too_many_requests"
    detail = "Too many requests. Send them more slowly."

    def __init__(self, retry_after: int = 1) -> None:
        super().__init__()
        self.retry_after = retry_after


class Forbidden(Refusal):
    """The caller may not do this. Whose record it was, and which thing, go into the record;
    `staff_id` is the worker whose confidential record it was."""

    code = "forbidden"

    def __init__(
        self,
        detail: str | None = None,
        *,
        subject: str | None = None,
        resource: str | None = None,
        restricted: bool = False,
        staff_id: str | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail, **members)
        self.subject = subject
        self.resource = resource
        self.restricted = restricted
        self.staff_id = staff_id


class RoleNotPermitted(Forbidden):
    code = "role_not_permitted"
    detail = "None of your roles may do this."


class InsufficientScope(Forbidden):
    code = "insufficient_scope"
    detail = "The token doesn't hold the scope that this needs; `needed` names it."


class NoRelationship(Forbidden):
    code = "no_relationship"
    detail = (
        "You have no relationship with this service user. If care can't wait, "
        "break the glass with POST /v1/access-overrides."
    )


class TieNotEnough(Forbidden):
    code = "tie_not_enough"
    detail = "What ties you to this service user doesn't entitle you to this; broken glass won't."


class NoEngagement(Forbidden):
    code = "no_engagement"
    detail = (
        "You have no engagement in force that covers this. An IG lead agrees one, with its "
        "purpose, scope and end, by POST /v1/audit/engagements."
    )


class Excluded(Forbidden):
    code = "excluded"
    detail = "This record can't be opened by you. Ask the information governance lead."


class NotFound(Refusal):
    code = "not_found"
    detail = "There is nothing here with that id."


class Conflict(Refusal):
    """A rule of the domain refuses the command in the resource's present state."""

    code = "conflict"


class ContentDestroyed(Conflict):
    """The data subject's key was destroyed: nothing more is written about them."""

    code = "content_destroyed"
    detail = "The content of this person's record was destroyed. Only that it existed is kept."


class IfMatchRequired(Refusal):
    code = "if_match_required"
    detail = "Send If-Match with the ETag of the version you are changing."


class VersionChanged(Refusal):
    code = "version_changed"
    detail = "Someone else changed this first. Read it again and decide on what it says now."


class IdempotencyKeyReused(Malformed):
    code = "idempotency_key_reused"
    detail = "This Idempotency-Key was used for a different request."


class Unavailable(Refusal):
    """A dependency is down or behind; nothing was recorded. Try again."""

    code = "unavailable"
    detail = "A dependency is unavailable. Nothing was recorded; try again."
    retry_after: ClassVar[int] = 2


class NewerRelease(Unavailable):
    """What is asked for was changed by a newer release, in a way that this process can't follow."""

    code = "newer_release"
    detail = (
        "This was changed by a newer release than that of the process you reached, which is being"
        " replaced. Nothing was recorded; try again."
    )
