"""A team's record-keeping policy (domain, section 3)."""

from services.notes import policy
from shared.contracts.notes import (
    RecordKeepingPolicyDeclined,
    RecordKeepingPolicyProposed,
    RecordKeepingPolicyPublished,
    RecordKeepingRules,
)
from shared.kernel.team_policy import TeamPolicy


class RecordKeepingPolicy(TeamPolicy[RecordKeepingRules]):
    kind = "record-keeping-policy"
    shipped = policy.DEFAULT
    loosened = staticmethod(policy.loosened)

    class Proposed(RecordKeepingPolicyProposed, TeamPolicy.Proposed):
        pass

    class Published(RecordKeepingPolicyPublished, TeamPolicy.Published):
        pass

    class Declined(RecordKeepingPolicyDeclined, TeamPolicy.Declined):
        pass
