"""What is kept of who is tied to whom.

Whole rows, each as of the version of what it was learnt from, so that an event that is applied
again, or late (`countersign replay`), never takes back a newer one.
"""

from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    MetaData,
    ScalarSelect,
    Table,
    Text,
    Uuid,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from shared.eventstore.sql import time_column

TIES_1 = """
CREATE TABLE people (
  id uuid PRIMARY KEY,
  team_id text NOT NULL,
  care_coordinator_id text,
  version integer NOT NULL
);
CREATE TABLE restrictions (
  service_user_id uuid PRIMARY KEY,
  restricted boolean NOT NULL,
  named jsonb NOT NULL,
  excluded jsonb NOT NULL,
  version integer NOT NULL
);
CREATE TABLE allocated (
  referral_id uuid,
  worker_id text,
  service_user_id uuid NOT NULL,
  ended_at timestamptz,
  version integer NOT NULL,
  PRIMARY KEY (referral_id, worker_id)
);
CREATE INDEX ix_allocated_service_user ON allocated (service_user_id);
CREATE TABLE staff (
  staff_id text PRIMARY KEY,
  at_work boolean NOT NULL,
  memberships jsonb NOT NULL,
  registrations jsonb NOT NULL,
  version integer NOT NULL
);
CREATE TABLE shifts (
  team_id text NOT NULL,
  staff_id text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  version integer NOT NULL
);
CREATE INDEX ix_shifts_team ON shifts (team_id);
CREATE INDEX ix_shifts_staff ON shifts (staff_id, ends_at);
CREATE TABLE overrides (
  id uuid PRIMARY KEY,
  service_user_id uuid NOT NULL,
  staff_id text NOT NULL,
  granted_at timestamptz NOT NULL,
  until timestamptz NOT NULL
);
CREATE INDEX ix_overrides ON overrides (service_user_id, staff_id, until);
CREATE TABLE ended_overrides (
  id uuid PRIMARY KEY,
  ended_at timestamptz NOT NULL
);
CREATE TABLE engagements (
  id uuid PRIMARY KEY,
  auditor_id text NOT NULL,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  teams jsonb NOT NULL,
  service_user_ids jsonb NOT NULL,
  identities boolean NOT NULL
);
CREATE INDEX ix_engagements_auditor ON engagements (auditor_id, ends_at);
CREATE TABLE ended_engagements (
  id uuid PRIMARY KEY,
  ended_at timestamptz NOT NULL
);
"""
TIES_2 = """
CREATE TABLE escalated (
  concern_id uuid,
  staff_id text,
  clock integer,
  reached_at timestamptz,
  service_user_id uuid NOT NULL,
  PRIMARY KEY (concern_id, staff_id, clock, reached_at)
);
CREATE INDEX ix_escalated ON escalated (service_user_id, staff_id);
CREATE INDEX ix_escalated_staff ON escalated (staff_id);
CREATE TABLE ended_escalations (
  concern_id uuid,
  version integer,
  ended_at timestamptz NOT NULL,
  PRIMARY KEY (concern_id, version)
);
"""
TIES_3 = """
ALTER TABLE people ADD COLUMN died_on date;
CREATE TABLE same_person (
  id uuid PRIMARY KEY,
  into_id uuid,
  root uuid,
  version integer NOT NULL
);
CREATE INDEX ix_same_person_root ON same_person (root);
"""

METADATA = MetaData()


PEOPLE = Table(
    "people",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("team_id", Text, nullable=False),
    Column("care_coordinator_id", Text),
    Column("died_on", Date),
    Column("version", Integer, nullable=False),
)
RESTRICTIONS = Table(
    "restrictions",
    METADATA,
    Column("service_user_id", Uuid, primary_key=True),
    Column("restricted", Boolean, nullable=False),
    Column("named", JSONB, nullable=False),
    Column("excluded", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
)
ALLOCATED = Table(
    "allocated",
    METADATA,
    Column("referral_id", Uuid, primary_key=True),
    Column("worker_id", Text, primary_key=True),
    Column("service_user_id", Uuid, nullable=False),
    time_column("ended_at", nullable=True),
    Column("version", Integer, nullable=False),
)
STAFF = Table(
    "staff",
    METADATA,
    Column("staff_id", Text, primary_key=True),
    Column("at_work", Boolean, nullable=False),
    Column("memberships", JSONB, nullable=False),
    Column("registrations", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
)
SHIFTS = Table(
    "shifts",
    METADATA,
    Column("team_id", Text, nullable=False),
    Column("staff_id", Text, nullable=False),
    time_column("starts_at"),
    time_column("ends_at"),
    Column("version", Integer, nullable=False),
)
OVERRIDES = Table(
    "overrides",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("service_user_id", Uuid, nullable=False),
    Column("staff_id", Text, nullable=False),
    time_column("granted_at"),
    time_column("until"),
)
ENDED_OVERRIDES = Table(
    "ended_overrides",
    METADATA,
    Column("id", Uuid, primary_key=True),
    time_column("ended_at"),
)
ENGAGEMENTS = Table(
    "engagements",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("auditor_id", Text, nullable=False),
    time_column("starts_at"),
    time_column("ends_at"),
    Column("teams", JSONB, nullable=False),
    Column("service_user_ids", JSONB, nullable=False),
    Column("identities", Boolean, nullable=False),
)
ENDED_ENGAGEMENTS = Table(
    "ended_engagements",
    METADATA,
    Column("id", Uuid, primary_key=True),
    time_column("ended_at"),
)
TABLES = tuple(METADATA.tables)
"""Those of `TIES_1`."""
ESCALATED = Table(
    "escalated",
    METADATA,
    Column("concern_id", Uuid, primary_key=True),
    Column("staff_id", Text, primary_key=True),
    Column("clock", Integer, primary_key=True),
    Column("reached_at", DateTime(timezone=True), primary_key=True),
    Column("service_user_id", Uuid, nullable=False),
)
"""Whom a concern reached, under which of its clocks: the version at which that started."""
ENDED_ESCALATIONS = Table(
    "ended_escalations",
    METADATA,
    Column("concern_id", Uuid, primary_key=True),
    Column("version", Integer, primary_key=True),
    time_column("ended_at"),
)
"""At which version a concern was closed or moved, which ends what clocks before it brought."""
TABLES_2 = (ESCALATED.name, ENDED_ESCALATIONS.name)
SAME_PERSON = Table(
    "same_person",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("into_id", Uuid),
    Column("root", Uuid),
    Column("version", Integer, nullable=False),
)
"""Registrations that were merged, each with what it was merged into, and with the registration
that stands for the person (`root`), which follows from that (`merging.py`). Both are null of one
that was separated again."""
TABLES_3 = (SAME_PERSON.name,)


def reaching(concern_id: Column[Any]) -> ColumnElement[bool]:
    """A condition on a list's rows: of concerns that reached `reached_id`, and aren't over."""
    ended = select(ENDED_ESCALATIONS.c.version).where(
        ENDED_ESCALATIONS.c.concern_id == ESCALATED.c.concern_id,
        ENDED_ESCALATIONS.c.version > ESCALATED.c.clock,
    )
    reached = select(ESCALATED.c.concern_id).where(
        ESCALATED.c.concern_id == concern_id,
        ESCALATED.c.staff_id == bindparam("reached_id", type_=Text),
        ~ended.exists(),
    )
    return reached.exists()


def has_not_left(staff_id: Column[Any]) -> ColumnElement[bool]:
    """Whether someone is at work, as far as is known: only who has left is not."""
    left = select(STAFF.c.staff_id).where(STAFF.c.staff_id == staff_id, ~STAFF.c.at_work)
    return ~left.exists()


def left_team_at(staff_id: Column[Any], team_id: Column[Any]) -> ScalarSelect[Any]:
    """When someone's place in a team ended; null while they have it, or if they never had."""
    place = func.jsonb_array_elements(STAFF.c.memberships).table_valued("value")
    value = cast(place.c.value, JSONB)
    return (
        select(func.max(cast(value["ended_at"].astext, DateTime(timezone=True))))
        .select_from(STAFF, place)
        .where(STAFF.c.staff_id == staff_id, value["team_id"].astext == team_id)
        .scalar_subquery()
    )
