"""What support goes by: plans, goals, carers, what may be shared, visiting safely (section 2)."""

from services.referrals.domain.support.alert import VisitAlert
from services.referrals.domain.support.carer import Carer
from services.referrals.domain.support.goal import Goal
from services.referrals.domain.support.kept import Kept
from services.referrals.domain.support.plan import Plan
from services.referrals.domain.support.sharing import SharingPreference

__all__ = ["Carer", "Goal", "Kept", "Plan", "SharingPreference", "VisitAlert"]
