"""A team's record-keeping rules: what is shipped, and the trust's floor (domain, section 3)."""

from shared.contracts.notes import DelegatedTask, RecordKeepingRules
from shared.kernel import team_policy

InForce = team_policy.InForce[RecordKeepingRules]
DEFAULT = InForce(
    policy_version=1,
    rules=RecordKeepingRules(
        late_after_hours=24,
        countersign_when=(
            "no_competence_sign_off", "task_not_signed_off", "no_record_keeping_training",
            "concern_raised",
        ),
        countersign_bases=("witnessed", "validated"),
        countersign_bodies=("NMC", "HCPC", "GMC", "SWE"),
        countersign_working_days=3,
        countersign_after_concern_hours=24,
        acknowledge_hours=4,
        acknowledge_urgent_hours=1,
        escalate_to=("duty", "line_manager", "team"),
        escalate_named=(),
        escalate_every_minutes=60,
        delegated_tasks=(
            DelegatedTask(
                boundary="clinical_treatment", task="blood_pressure", needs="training",
                course="blood_pressure",
            ),
            DelegatedTask(
                boundary="clinical_treatment", task="first_aid", needs="training",
                course="first_aid",
            ),
            DelegatedTask(boundary="medication", task="prompt", needs="plan"),
            DelegatedTask(
                boundary="medication", task="administer", needs="training", course="medicines"
            ),
            DelegatedTask(boundary="service_management", task="supervising", needs="plan"),
            DelegatedTask(
                boundary="counselling", task="specialist_role", needs="training",
                course="counselling",
            ),
        ),
    ),
)  # fmt: skip
"""What holds where a team has published nothing. A team's own versions are numbered from 2."""

TRUST_FLOOR = RecordKeepingRules(
    late_after_hours=72,
    countersign_when=("no_competence_sign_off",),
    countersign_bases=("witnessed", "validated", "reviewed"),
    countersign_bodies=("NMC", "HCPC", "GMC", "SWE"),
    countersign_working_days=10,
    countersign_after_concern_hours=72,
    acknowledge_hours=24,
    acknowledge_urgent_hours=4,
    escalate_to=("duty",),
    escalate_named=(),
    escalate_every_minutes=240,
    delegated_tasks=(),
)
"""The loosest that a team may set, unless the trust's settings say otherwise."""
