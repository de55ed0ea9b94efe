"""Routes of supervision policies."""

from services.supervision import access
from services.supervision.api.application import application
from services.supervision.schemas import PolicyRequest
from shared.contracts.supervision import SupervisionRules
from shared.platform.team_policy.routes import Guards, policy_routes

policies = policy_routes(
    "supervision",
    "supervision policy",
    Guards(
        read=access.READ_POLICY,
        put=access.PUT_POLICY,
        decide=access.DECIDE_ON_POLICY,
    ),
    PolicyRequest,
    SupervisionRules,
    lambda request: application(request).policies,
)
