"""The two tables: the note as it is now, and a row for each change to one."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Text, create_engine, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    type_annotation_map = {  # noqa: RUF012  (declared so by SQLAlchemy)
        str: Text,
        datetime: DateTime(timezone=True),
        list[str]: JSONB,
        list[dict[str, Any]]: JSONB,
        dict[str, Any]: JSONB(none_as_null=True),
    }


class Note(Base):
    __tablename__ = "notes"
    __table_args__ = (Index("notes_by_service_user", "service_user_id", "occurred_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(server_default="1")
    author_id: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="complete")
    recorded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    service_user_id: Mapped[UUID]
    occurred_at: Mapped[datetime]
    duration_minutes: Mapped[int | None]
    recorded_from: Mapped[str]
    contact: Mapped[str]
    setting: Mapped[str]
    mechanism: Mapped[str]
    attendance: Mapped[str]
    others_present: Mapped[list[str]]
    staff_present: Mapped[list[str]]
    functions: Mapped[list[str]]
    needs: Mapped[list[str]]
    plan: Mapped[dict[str, Any] | None]
    narrative: Mapped[str]
    service_user_view: Mapped[str | None]
    carer_view: Mapped[str | None]
    boundary_activities: Mapped[list[dict[str, Any]]]
    concern: Mapped[dict[str, Any] | None]
    money: Mapped[dict[str, Any] | None]
    late_entry_reason: Mapped[str | None]


class AuditRow(Base):
    __tablename__ = "audit_rows"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    who: Mapped[str]
    what: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    note_id: Mapped[UUID] = mapped_column(ForeignKey("notes.id"), index=True)
    change: Mapped[dict[str, Any]]

    note: Mapped[Note] = relationship()


def create_tables(dsn: str) -> None:
    """Both tables, empty: whatever an earlier run left in them is dropped."""
    engine = create_engine(dsn)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    engine.dispose()
