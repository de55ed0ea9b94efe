"""The Mental Health Services Data Set: our codes as its own, rows of its tables, what is missing.

Tables and columns are those of version 5.0 that the contract names. Version 6.0 has what was
MHS102ServiceTypeReferredTo of a referral's own team in MHS101Referral, so MHS101 has it here too.
"""

from services.referrals.policy.mhsds.building import extract
from services.referrals.policy.mhsds.facts import (
    ContactFact,
    Ending,
    Facts,
    OnwardFact,
    ReferralFact,
)
from services.referrals.policy.mhsds.files import as_csv, as_zip
from services.referrals.policy.mhsds.tables import Extract

__all__ = [
    "ContactFact",
    "Ending",
    "Extract",
    "Facts",
    "OnwardFact",
    "ReferralFact",
    "as_csv",
    "as_zip",
    "extract",
]
