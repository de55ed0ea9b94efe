"""Routes of what support goes by, below the service user."""

from services.referrals.api.support.alerts import alerts
from services.referrals.api.support.carers import carers
from services.referrals.api.support.goals import goals
from services.referrals.api.support.plans import plans
from services.referrals.api.support.sharing import sharing

SUPPORT = (plans, goals, carers, sharing, alerts)

__all__ = ["SUPPORT"]
