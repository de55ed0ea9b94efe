"""Service users, referrals, decisions with reasons, and caseloads (domain, section 4)."""
