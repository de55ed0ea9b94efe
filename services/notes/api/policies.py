"""Routes of record-keeping policies: parse, call, return."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response
from pydantic_core import to_json

from services.notes import access
from services.notes.api.application import application
from services.notes.schemas import (
    ApprovalRequest,
    PolicyRequest,
    PolicyVersions,
    PolicyView,
)
from services.notes.schemas.policies import APPROVED
from shared.kernel.call import Call
from shared.platform.http import Moment, Name, created, permit, representation

policies = APIRouter(prefix="/v1/policies/record-keeping", tags=["record-keeping policy"])
TeamId = Annotated[Name, Path(description="The team whose policy it is")]


@policies.get("/{team_id}", response_model=PolicyView)
async def get_policy(
    request: Request,
    team_id: TeamId,
    call: Annotated[Call, permit(access.READ_POLICY)],
    at: Annotated[Moment | None, Query()] = None,
) -> Response:
    """The rules in force `at` a moment (by default now), and who published and approved them.

    A team that has published none has what is shipped: policy version 1, ETag `"0"`.
    """
    found = await application(request).policies.at(call, team_id, at)
    return representation(found, found["version"])


@policies.put("/{team_id}", response_model=PolicyView, responses={201: {"model": PolicyView}})
async def put_policy(
    request: Request,
    team_id: TeamId,
    body: PolicyRequest,
    call: Annotated[Call, permit(access.PUT_POLICY)],
) -> Response:
    """Replace the rules of a team of yours: 201 the first time, then 200 with `If-Match`.

    Rules that aren't given are the shipped ones, not those in force. In force at once, or from
    `effective_from`; what loosens the rules in force then is only proposed (`proposal`), and needs
    `committee_reference` and `review_on`, and somebody else's approval.
    """
    use = application(request).policies
    outcome, first = await use.put(call, team_id, body.draft())
    return representation(
        use.shown(call, outcome),
        outcome.aggregate.version,
        status=201 if first else 200,
        location=f"/v1/policies/record-keeping/{team_id}" if first else None,
    )


@policies.get("/{team_id}/versions", response_model=PolicyVersions)
async def get_versions(
    request: Request, team_id: TeamId, call: Annotated[Call, permit(access.READ_POLICY)]
) -> Response:
    """Every version that was published, the newest first: by whom, and from when until when."""
    items = await application(request).policies.versions(team_id)
    return Response(to_json({"items": items}), media_type="application/json")


@policies.post("/{team_id}/approvals", status_code=201, response_model=PolicyView)
async def decide(
    request: Request,
    team_id: TeamId,
    call: Annotated[Call, permit(access.DECIDE_ON_POLICY)],
    body: ApprovalRequest = APPROVED,
) -> Response:
    """Approve or decline what somebody else proposed. Needs `If-Match`.

    What is approved after its `effective_from` takes effect now.
    """
    use = application(request).policies
    outcome = await use.decide(call, team_id, body.decision, body.reason)
    return created(outcome, use.shown(call, outcome), "/v1/policies/record-keeping")
