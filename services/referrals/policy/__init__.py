"""Rules that are data, and pure functions of them and of facts."""

from services.referrals.policy.closing import may_close
from services.referrals.policy.coherence import contradictions
from services.referrals.policy.loosening import loosened
from services.referrals.policy.rules import DEFAULT, TRUST_FLOOR, InForce

__all__ = ["DEFAULT", "TRUST_FLOOR", "InForce", "contradictions", "loosened", "may_close"]
