"""The personas of the local stack: who the local identity provider can sign in, and what the
workforce register is told about them. All are invented and are named by role. Registration
numbers have the register's form but are never issued (no month letter Z, serials near zero)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

NORTH = ("north-cmht",)
SOUTH = ("south-cmht",)


TRUST = "Demonstration NHS Foundation Trust"
COUNCIL = "Demonstration Borough Council"


@dataclass(frozen=True)
class Registration:
    """`checked_days_ago` is when somebody last looked at the body's own register."""

    body: Literal["NMC", "HCPC"]
    number: str
    expires_on: date
    checked_days_ago: int | None = None


@dataclass(frozen=True)
class Employment:
    """One of several that somebody holds (HB 8.2)."""

    employer: str
    job_title: str
    hours_per_week: float
    started_on: date
    teams: tuple[str, ...] = ()


@dataclass(frozen=True)
class Persona:
    """`started_on` is None for a system: it has no place in the workforce register. `trained_on` is
    when they completed record keeping, if they have.

    `employments` are told of who holds more than one, `whole_time_equivalent` of who works part of
    the week here.

    `scope` is space-separated as in a token, and empty for most."""

    sub: str
    name: str
    roles: tuple[str, ...]
    teams: tuple[str, ...]
    job_title: str
    description: str
    scope: str = ""
    level: Literal["foundation", "intermediate", "senior"] | None = None
    band: int | None = None
    registrations: tuple[Registration, ...] = ()
    started_on: date | None = None
    trained_on: date | None = None
    line_manager_id: str | None = None
    employer: str = TRUST
    employments: tuple[Employment, ...] = ()
    whole_time_equivalent: float | None = None
    lead_for: tuple[str, ...] = ()


def _nmc(number: str, checked_days_ago: int | None = None) -> tuple[Registration, ...]:
    return (Registration("NMC", number, date(2035, 1, 31), checked_days_ago),)


PERSONAS: tuple[Persona, ...] = (
    Persona(
        sub="str-worker-1",
        name="STR worker 1",
        roles=("str_worker",),
        teams=NORTH,
        job_title="Support, time and recovery worker",
        description="Intermediate, trained in record keeping.",
        level="intermediate",
        band=3,
        started_on=date(2024, 1, 8),
        trained_on=date(2024, 2, 14),
        line_manager_id="manager-1",
    ),
    Persona(
        sub="str-worker-2",
        name="STR worker 2",
        roles=("str_worker",),
        teams=NORTH,
        job_title="Support, time and recovery worker",
        description="Foundation, not yet trained in record keeping.",
        level="foundation",
        band=2,
        started_on=date(2026, 9, 7),
        line_manager_id="manager-1",
    ),
    Persona(
        sub="str-worker-3",
        name="STR worker 3",
        roles=("str_worker",),
        teams=NORTH,
        job_title="Senior support, time and recovery worker",
        description="Senior, mentors other STR workers.",
        level="senior",
        band=4,
        started_on=date(2019, 5, 13),
        trained_on=date(2019, 6, 19),
        line_manager_id="manager-1",
        employments=(
            Employment(
                TRUST, "Senior support, time and recovery worker", 30, date(2019, 5, 13), NORTH
            ),
            Employment("Hillside Recovery College", "Peer tutor", 7.5, date(2023, 9, 4)),
        ),
        whole_time_equivalent=0.8,
        lead_for=NORTH,
    ),
    Persona(
        sub="nurse-1",
        name="Nurse 1",
        roles=("registered_practitioner",),
        teams=NORTH,
        job_title="Community mental health nurse",
        description="Registered with the NMC, may countersign.",
        band=6,
        registrations=_nmc("00Z0001E", 20),
        started_on=date(2021, 3, 1),
        line_manager_id="manager-1",
    ),
    Persona(
        sub="ot-1",
        name="Occupational therapist 1",
        roles=("registered_practitioner",),
        teams=NORTH,
        job_title="Occupational therapist",
        description="Registered with the HCPC, may countersign.",
        band=6,
        registrations=(Registration("HCPC", "OT00001", date(2035, 10, 31), 100),),
        started_on=date(2022, 6, 6),
        line_manager_id="manager-1",
        employer=COUNCIL,
    ),
    Persona(
        sub="coordinator-1",
        name="Care co-ordinator 1",
        roles=("registered_practitioner", "care_coordinator"),
        teams=NORTH,
        job_title="Care co-ordinator",
        description="Co-ordinates care plans; registered with the NMC.",
        band=6,
        registrations=_nmc("00Z0002E", 45),
        started_on=date(2018, 10, 1),
        line_manager_id="manager-1",
    ),
    Persona(
        sub="manager-1",
        name="Team manager 1",
        roles=("team_manager",),
        teams=NORTH,
        job_title="Team manager",
        description="Decides referrals and sets local policy for the north team.",
        band=7,
        started_on=date(2017, 4, 3),
    ),
    Persona(
        sub="supervisor-1",
        name="Supervisor 1",
        roles=("supervisor",),
        teams=NORTH,
        job_title="Practice supervisor",
        description="Agrees, holds and signs supervision.",
        band=6,
        started_on=date(2020, 2, 3),
        line_manager_id="manager-1",
    ),
    Persona(
        sub="auditor-1",
        name="Auditor 1",
        roles=("auditor",),
        teams=NORTH,
        job_title="Record-keeping auditor",
        description="Reads the record and its ledger within an engagement; changes nothing.",
        scope="ledger.read",
        band=7,
        started_on=date(2023, 9, 4),
    ),
    Persona(
        sub="ig-lead-1",
        name="IG lead 1",
        roles=("ig_lead",),
        teams=NORTH,
        job_title="Information governance lead",
        description="Reviews break-glass access, answers rights requests, sets holds.",
        scope="ledger.read",
        band=8,
        started_on=date(2019, 1, 7),
    ),
    Persona(
        sub="ig-lead-2",
        name="IG lead 2",
        roles=("ig_lead",),
        teams=NORTH,
        job_title="Information governance lead",
        description="The second person where two must approve.",
        scope="ledger.read",
        band=8,
        started_on=date(2022, 11, 14),
    ),
    Persona(
        sub="ehr-1",
        name="EHR system 1",
        roles=("ehr_system",),
        teams=NORTH,
        job_title="Electronic health record system",
        description="The trust's record system, a machine client.",
        scope="system/*.cruds",
    ),
    Persona(
        sub="nurse-9",
        name="Nurse 9",
        roles=("registered_practitioner",),
        teams=SOUTH,
        job_title="Community mental health nurse",
        description="Registered with the NMC, unrelated to the north team's people.",
        band=6,
        registrations=_nmc("00Z0009E", 70),
        started_on=date(2021, 8, 2),
        line_manager_id="manager-9",
    ),
    Persona(
        sub="str-worker-9",
        name="STR worker 9",
        roles=("str_worker",),
        teams=SOUTH,
        job_title="Support, time and recovery worker",
        description="Intermediate, unrelated to the north team's people.",
        level="intermediate",
        band=3,
        started_on=date(2023, 2, 6),
        trained_on=date(2023, 3, 15),
        line_manager_id="manager-9",
        employments=(
            Employment(TRUST, "Support, time and recovery worker", 22.5, date(2023, 2, 6), SOUTH),
            Employment("Millbrook Housing Association", "Tenancy worker", 15, date(2024, 6, 3)),
        ),
        whole_time_equivalent=0.6,
    ),
    Persona(
        sub="manager-9",
        name="Team manager 9",
        roles=("team_manager",),
        teams=SOUTH,
        job_title="Team manager",
        description="Decides referrals and sets local policy for the south team.",
        band=7,
        started_on=date(2016, 7, 4),
    ),
)

BY_SUB: Mapping[str, Persona] = MappingProxyType({each.sub: each for each in PERSONAS})
SYSTEMS: Mapping[str, Persona] = MappingProxyType(
    {each.sub: each for each in PERSONAS if "ehr_system" in each.roles}
)
"""Machine clients: those that can prove who they are with a key of their own."""
