"""What a team's policy refuses, whichever service's it is, each with its code."""

from shared.kernel.errors import Conflict, Forbidden


class NotYourTeam(Forbidden):
    code = "not_your_team"
    detail = "A team's policy is set by a manager who works in it."


class OwnProposal(Forbidden):
    code = "own_proposal"
    detail = "Somebody else decides on what you proposed."


class NoProposal(Conflict):
    code = "no_proposal"
    detail = "Nothing is proposed here that waits for a second person."


class NothingChanged(Conflict):
    code = "nothing_changed"
    detail = "These are the rules that are in force then already."


class EffectiveInThePast(Conflict):
    code = "effective_in_the_past"
    detail = "Nothing applies backwards: effective_from is now, or later."


class BelowTrustFloor(Conflict):
    code = "below_trust_floor"
    detail = "The trust allows no team to be this loose; `loosened` names the rules."


class LooseningNeedsCommittee(Conflict):
    code = "loosening_needs_committee"
    detail = (
        "This loosens the rules that `loosened` names, so it needs the committee_reference, and "
        "the day on which to review_on it."
    )
