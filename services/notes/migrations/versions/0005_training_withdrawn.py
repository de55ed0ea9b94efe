"""Training that was recorded in error: all that was said of a course is kept, not what counts."""

from shared.eventstore.ddl import apply

revision = "0005"
down_revision = "0004"

COURSES = """
ALTER TABLE courses
  ADD COLUMN withdrawal boolean NOT NULL DEFAULT false,
  ALTER COLUMN completed_on DROP NOT NULL,
  DROP CONSTRAINT courses_pkey,
  ADD PRIMARY KEY (staff_id, course, version);
ALTER TABLE courses ALTER COLUMN withdrawal DROP DEFAULT;
"""
"""Of courses learnt before there is what counted: a withdrawal says what counts after it."""


def upgrade() -> None:
    apply(COURSES)
