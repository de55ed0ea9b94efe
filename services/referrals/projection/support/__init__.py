"""Read models of what support goes by: five tables of one shape."""

from services.referrals.projection.support.reading import (
    GoalRows,
    KeptRows,
    SharingPreferenceRows,
    VisitAlertRows,
)
from services.referrals.projection.support.shapes import kept_document, kept_rows
from services.referrals.projection.support.tables import CARERS, PLANS

__all__ = [
    "CARERS",
    "PLANS",
    "GoalRows",
    "KeptRows",
    "SharingPreferenceRows",
    "VisitAlertRows",
    "kept_document",
    "kept_rows",
]
