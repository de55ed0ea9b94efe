"""Routes of record-keeping policies."""

from services.notes import access
from services.notes.api.application import application
from services.notes.schemas import PolicyRequest
from shared.contracts.notes import RecordKeepingRules
from shared.platform.team_policy.routes import Guards, policy_routes

policies = policy_routes(
    "record-keeping",
    "record-keeping policy",
    Guards(
        read=access.READ_POLICY,
        put=access.PUT_POLICY,
        decide=access.DECIDE_ON_POLICY,
    ),
    PolicyRequest,
    RecordKeepingRules,
    lambda request: application(request).policies,
)
