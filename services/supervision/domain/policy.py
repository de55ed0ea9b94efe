"""A team's supervision policy (domain, section 5; HB 5.21 and 5.22)."""

from services.supervision import policy
from shared.contracts.supervision import (
    SupervisionPolicyDeclined,
    SupervisionPolicyProposed,
    SupervisionPolicyPublished,
    SupervisionRules,
)
from shared.kernel.team_policy import TeamPolicy


class SupervisionPolicy(TeamPolicy[SupervisionRules]):
    kind = "supervision-policy"
    shipped = policy.DEFAULT
    loosened = staticmethod(policy.loosened)

    class Proposed(SupervisionPolicyProposed, TeamPolicy.Proposed):
        pass

    class Published(SupervisionPolicyPublished, TeamPolicy.Published):
        pass

    class Declined(SupervisionPolicyDeclined, TeamPolicy.Declined):
        pass
