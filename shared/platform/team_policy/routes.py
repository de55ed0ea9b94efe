"""Routes of teams' policies: parse, call, return. The same for every service that has some."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, cast

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from shared.kernel.call import Call
from shared.kernel.operation import Operation
from shared.platform.http import Moment, Name, created, permit, representation
from shared.platform.team_policy.models import (
    APPROVED,
    ApprovalRequest,
    DraftRequest,
    PolicyVersions,
    PolicyView,
)
from shared.platform.team_policy.policies import Policies

TeamId = Annotated[Name, Path(description="The team whose policy it is")]


@dataclass(frozen=True, kw_only=True)
class Guards:
    """The rows of a service's access table."""

    read: Operation
    put: Operation
    decide: Operation


def policy_routes(
    name: str,
    tag: str,
    guards: Guards,
    draft: type[DraftRequest[Any]],
    rules: type[Any],
    policies: Callable[[Request], Policies[Any]],
) -> APIRouter:
    """The routes under `/v1/policies/<name>` of a service with these `rules`."""
    collection = f"/v1/policies/{name}"
    router = APIRouter(prefix=collection, tags=[tag])
    view: Any = PolicyView[rules]  # type: ignore[valid-type]
    versions: Any = PolicyVersions[rules]  # type: ignore[valid-type]

    @router.get("/{team_id}", response_model=view)
    async def get_policy(
        request: Request,
        team_id: TeamId,
        call: Annotated[Call, permit(guards.read)],
        at: Annotated[Moment | None, Query()] = None,
    ) -> Response:
        """The rules in force `at` a moment (by default now), and who published and approved them.

        A team that has published none has what is shipped: policy version 1, ETag `"0"`, and null
        for who and when. `upcoming` follows what is in force, `proposal` awaits a second person,
        and `floor` is the loosest that the trust allows.
        """
        found = await policies(request).at(call, team_id, at)
        return representation(found, found["version"])

    @router.put("/{team_id}", response_model=view, responses={201: {"model": view}})
    async def put_policy(
        request: Request,
        team_id: TeamId,
        body: draft,  # type: ignore[valid-type]
        call: Annotated[Call, permit(guards.put)],
    ) -> Response:
        """Replace the rules of a team of yours: 201 the first time, then 200 with `If-Match`.

        Rules that aren't given are the shipped ones, not those in force. In force at once, or from
        `effective_from`; what loosens the rules in force then is only proposed (`proposal`), and
        needs `committee_reference` and `review_on`, and somebody else's approval.
        """
        use, asked = policies(request), cast(DraftRequest[Any], body)
        outcome, first = await use.put(call, team_id, asked.draft())
        return representation(
            use.shown(call, outcome),
            outcome.aggregate.version,
            status=201 if first else 200,
            location=f"{collection}/{team_id}" if first else None,
        )

    @router.get("/{team_id}/versions", response_model=versions)
    async def get_versions(
        request: Request, team_id: TeamId, call: Annotated[Call, permit(guards.read)]
    ) -> Response:
        """Every version that was published, the newest first: by whom, and from when until when.

        It holds until just before `effective_until`. One that was replaced before it began holds
        at no time, and both are the same.
        """
        items = await policies(request).versions(team_id)
        return Response(to_json({"items": items}), media_type="application/json")

    @router.post("/{team_id}/approvals", status_code=201, response_model=view)
    async def decide(
        request: Request,
        team_id: TeamId,
        call: Annotated[Call, permit(guards.decide)],
        body: ApprovalRequest = APPROVED,
    ) -> Response:
        """Approve or decline what somebody else proposed. Needs `If-Match`.

        What is approved after its `effective_from` takes effect now.
        """
        use = policies(request)
        outcome = await use.decide(call, team_id, body.decision, body.reason)
        return created(outcome, use.shown(call, outcome), collection)

    return router
