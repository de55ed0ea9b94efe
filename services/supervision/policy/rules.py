"""A team's supervision rules: what is shipped, and the trust's floor (domain, section 5)."""

from shared.contracts.supervision import KindRule, PathwayStep, SupervisionRules
from shared.kernel import team_policy

InForce = team_policy.InForce[SupervisionRules]
DEFAULT = InForce(
    policy_version=1,
    rules=SupervisionRules(
        kinds=(
            KindRule(kind="developmental", longest_interval_weeks=13),
            KindRule(kind="performance_review", longest_interval_weeks=52),
            KindRule(kind="case", longest_interval_weeks=13),
            KindRule(kind="ad_hoc"),
            KindRule(kind="peer", longest_interval_weeks=13),
            KindRule(kind="mentoring", longest_interval_weeks=13),
            KindRule(kind="clinical", longest_interval_weeks=13),
            KindRule(kind="caseload", longest_interval_weeks=13),
        ),
        target_percent=95,
        sign_within_days=14,
        pathway=(
            PathwayStep(course="induction", within_weeks=12),
            PathwayStep(course="record_keeping", within_weeks=12, before_unsupervised=True),
            PathwayStep(course="level_3", within_weeks=104),
        ),
        check_registrations_days=90,
        answer_issues_within_days=14,
        issues_name_raiser=True,
    ),
)
"""What holds where a team has published nothing. HB 5.22 has individual supervision every six to
eight weeks, and HB 6.14 the times of the pathway. A team's own versions are numbered from 2."""

TRUST_FLOOR = SupervisionRules(
    kinds=(
        KindRule(kind="developmental", longest_interval_weeks=26),
        KindRule(kind="performance_review", longest_interval_weeks=104),
        KindRule(kind="case", longest_interval_weeks=26),
    ),
    target_percent=80,
    sign_within_days=42,
    pathway=(
        PathwayStep(course="induction", within_weeks=26),
        PathwayStep(course="record_keeping", within_weeks=26, before_unsupervised=True),
        PathwayStep(course="level_3", within_weeks=156),
    ),
    check_registrations_days=365,
    answer_issues_within_days=60,
    issues_name_raiser=True,
)
"""The loosest that a team may set, unless the trust's settings say otherwise. HB 5.21 says what
supervision *may* include: a team may do without the other kinds, if two people say so."""
