"""Our codes as the NHS Data Dictionary has them. None: it has no code for ours.

Read in the stored NHS Data Dictionary, release June 2026 (archive.datadictionary.nhs.uk): clinical
response priority type, referral rejection reason, consultation mechanism (mental health), attended
or did not attend, NHS number status. Read in what NHS England publishes of its own processing, and
to be confirmed against the dictionary [check]: source of referral, primary reason, referral closure
reason, care contact subject. Not found, and so never given: onward referral reason [check].
"""

from collections.abc import Mapping

from shared.contracts.notes.content import Attendance, ContactKind, Mechanism
from shared.contracts.referrals import (
    ClosureOutcome,
    DeclineReason,
    NhsNumberStatus,
    PrimaryReason,
    Priority,
    Source,
    WithdrawalReason,
)

SOURCE: Mapping[Source, str] = {
    "gp_practice": "A1",
    "health_visitor": "A2",
    "primary_care": "A3",
    "maternity_service": "A4",
    "self": "B1",
    "carer": "B2",
    "social_services": "C1",
    "education": "C2",
    "housing": "C3",
    "employer": "D1",
    "occupational_health": "D2",
    "police": "E1",
    "court": "E2",
    "probation": "E3",
    "prison": "E4",
    "court_liaison": "E5",
    "youth_offending": "E6",
    "school_nurse": "F1",
    "hospital_paediatrics": "F2",
    "community_paediatrics": "F3",
    "medium_secure_unit": "G1",
    "low_secure_unit": "G2",
    "independent_sector": "G3",
    "voluntary_sector": "G4",
    "emergency_department": "H1",
    "acute_hospital": "H2",
    "other_mental_health_trust_temporary": "I1",
    "other_mental_health_trust": "I2",
    "asylum_service": "M1",
    "telephone_access": "M2",
    "out_of_area_agency": "M3",
    "substance_misuse": "M4",
    "job_centre": "M5",
    "other": "M6",
    "single_point_of_access": "M7",
    "debt_agency": "M8",
    "cmht": "P1",
    "inpatient_ward": "P1",
    "crisis_team": "P1",
    "early_intervention": "P1",
    "drop_in_service": "Q1",
}
"""SourceOfReferralMH. A trust's own teams are one code: internal referral."""
PRIORITY: Mapping[Priority, str] = {
    "emergency": "1", "urgent": "2", "routine": "3", "very_urgent": "4",
}  # fmt: skip
"""ClinRespPriorityType."""
PRIMARY_REASON: Mapping[PrimaryReason, str] = {
    "first_episode_psychosis": "01",
    "ongoing_psychosis": "02",
    "bipolar": "03",
    "depression": "04",
    "anxiety": "05",
    "obsessive_compulsive": "06",
    "phobias": "07",
    "organic_brain_disorder": "08",
    "drug_alcohol": "09",
    "unexplained_physical_symptoms": "10",
    "post_traumatic_stress": "11",
    "eating_disorder": "12",
    "perinatal": "13",
    "personality_disorder": "14",
    "self_harm": "15",
    "conduct_disorder": "16",
    "in_crisis": "18",
    "relationship_difficulties": "19",
    "gender_discomfort": "20",
    "attachment_difficulties": "21",
    "self_care": "22",
    "adjustment_to_health": "23",
    "neurodevelopmental": "24",
    "suspected_autism": "25",
    "diagnosed_autism": "26",
    "preconception_perinatal": "27",
    "gambling": "28",
    "perinatal_partner_assessment": "29",
    "behaviour_that_challenges": "30",
    "employment_support": "31",
}
"""PrimReasonReferralMH; 17 is retired."""
CLOSURE: Mapping[ClosureOutcome, str | None] = {
    "admitted": "01",
    "goals_met": "02",
    "moved": "03",
    "no_further_support": "04",
    "disengaged": "05",
    "died": "06",
    "person_declined": "07",
    "needs_met_elsewhere": "08",
    "refused_to_be_seen": "09",
    "other": None,
}
"""ReferClosReason."""
WITHDRAWAL: Mapping[WithdrawalReason, str | None] = {
    "admitted": "01",
    "moved": "03",
    "died": "06",
    "needs_met_elsewhere": "08",
    "person_declined": "09",
    "referrer_withdrew": None,
    "other": None,
}
"""ReferClosReason too: who declines before anyone has seen them refuses to be seen."""
REJECTION: Mapping[DeclineReason, str | None] = {
    "duplicate_referral": "01",
    "outside_criteria": "02",
    "insufficient_information": "03",
    "needs_met_elsewhere": None,
    "no_capacity": None,
    "person_declined": None,
    "other": None,
}
"""ReferRejectReason, which knows duplicate, inappropriate and incomplete referrals only."""
MECHANISM: Mapping[Mechanism, str] = {
    "face_to_face": "01",
    "telephone": "02",
    "talk_type": "04",
    "email": "05",
    "text": "09",
    "instant_message": "10",
    "video": "11",
    "message_board": "12",
    "chat_room": "13",
    "other": "98",
}
"""ConsMechanismMH."""
ATTENDANCE: Mapping[Attendance, str] = {
    "cancelled_by_service_user": "2",
    "did_not_attend": "3",
    "cancelled_by_provider": "4",
    "attended": "5",
    "attended_late": "6",
    "late_not_seen": "7",
}
"""AttendStatus."""
SEEN: frozenset[Attendance] = frozenset({"attended", "attended_late"})
SUBJECT: Mapping[ContactKind, str | None] = {"direct": "01", "proxy": "02", "indirect": None}
"""CareContSubj. What was done for someone without meeting them is no care contact: MHS204."""
NHS_NUMBER_STATUS: Mapping[NhsNumberStatus, str | None] = {
    "verified": "01",
    "not_traced": "02",
    "trace_required": "03",
    "no_match": "04",
    "unresolved": "05",
    "in_progress": "06",
    "not_required": "07",
    "postponed": None,
}
"""NHSNumberStatus. 08, trace postponed, is not valid in this data set."""
