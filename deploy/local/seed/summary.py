"""Where the seed goes, and what it says that it did."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Urls:
    """Where the five services answer, without a trailing slash."""

    identity: str
    notes: str
    referrals: str
    supervision: str
    audit: str


@dataclass
class Summary:
    """What this run added, and the ids by the seed's own keys ("one", "one-budget").

    `support` counts unmet needs, visit alerts, carers and sharing preferences, `sessions` those of
    groups too, `outcomes` what came of supervision: decisions, disclosures, issues and plans.
    `already_there`
    counts the workers, service users, referrals, plans, agencies, onward referrals, support,
    agreements, sessions, outcomes and notes that an earlier run had made.
    """

    workers: int = 0
    trained: int = 0
    courses: int = 0
    service_users: int = 0
    referrals: int = 0
    decisions: int = 0
    allocations: int = 0
    plans: int = 0
    agencies: int = 0
    onward_referrals: int = 0
    support: int = 0
    agreements: int = 0
    sessions: int = 0
    outcomes: int = 0
    notes: int = 0
    amendments: int = 0
    countersignatures: int = 0
    signed_off: int = 0
    already_there: int = 0
    service_user_ids: dict[str, str] = field(default_factory=dict)
    note_ids: dict[str, str] = field(default_factory=dict)
    known_before: set[str] = field(default_factory=set)
    """The people whom an earlier run had registered, by their keys."""
