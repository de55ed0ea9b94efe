"""Queries of what is kept about a person."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic_core import from_json
from sqlalchemy import Column, ColumnElement, Table, Uuid, any_, bindparam, select, tuple_

from services.referrals.projection.support.tables import GOALS, SHARING_PREFERENCES, VISIT_ALERTS
from shared.eventstore.database import Database
from shared.eventstore.listing import Listing, Slice
from shared.eventstore.sql import Prepared
from shared.platform.ties import registrations

Row = Mapping[str, Any]


def of_person(service_user_id: Column[Any]) -> ColumnElement[bool]:
    """Whose rows they are: what is recorded under any registration of a person."""
    person = bindparam("service_user_id", type_=Uuid)
    return service_user_id == any_(registrations(person))


class KeptRows:
    """The rows of one kind. `told` adds what is known of them only when they are read."""

    def __init__(
        self,
        database: Database,
        table: Table,
        *besides: ColumnElement[Any],
        **filters: ColumnElement[bool],
    ) -> None:
        self._database = database
        rows = select(table, *besides)
        self._one = Prepared(
            rows.where(of_person(table.c.service_user_id), table.c.id == bindparam("id"))
        )
        self._list = Listing(
            rows,
            key=(table.c.recorded_at, table.c.id),
            filters={"service_user_id": of_person(table.c.service_user_id), **filters},
        )

    async def one(self, service_user_id: UUID, id: UUID) -> dict[str, Any] | None:
        """The row of this id, if it is about this person."""
        return await self._database.fetch_one(self._one, service_user_id=service_user_id, id=id)

    async def page(self, **arguments: Any) -> Slice:
        return await self._list.page(self._database, **arguments)

    def told(self, row: Row, today: date) -> Any:
        """The document of a row whose document is open."""
        return row["document"]


_OF_PLAN = Prepared(
    select(GOALS)
    .where(
        GOALS.c.plan_id == bindparam("plan_id"),
        GOALS.c.recorded_at <= bindparam("by"),
        # Those of somebody else were set while the two were taken for one person.
        of_person(GOALS.c.service_user_id),
    )
    .order_by(GOALS.c.recorded_at, GOALS.c.id)
)


class GoalRows(KeptRows):
    def __init__(self, database: Database) -> None:
        super().__init__(database, GOALS)

    async def of_plan(self, plan_id: UUID, service_user_id: UUID, by: datetime) -> Slice:
        """The goals of a person's plan that were set by some time, oldest first."""
        found = await self._database.fetch(
            _OF_PLAN, plan_id=plan_id, service_user_id=service_user_id, by=by
        )
        return Slice(found, more=False)


def _is_newest() -> ColumnElement[bool]:
    """Whether nothing was said later of the same recipient."""
    this, later = SHARING_PREFERENCES.c, SHARING_PREFERENCES.alias("later").c
    said_later = select(later.id).where(
        later.service_user_id == any_(registrations(this.service_user_id)),
        later.recipient == this.recipient,
        later.carer_id.is_not_distinct_from(this.carer_id),
        tuple_(later.recorded_at, later.id) > tuple_(this.recorded_at, this.id),
    )
    return ~said_later.exists()


class SharingPreferenceRows(KeptRows):
    """Of each recipient, and each carer, what was said last is `current`."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, SHARING_PREFERENCES, _is_newest().label("current"))

    def told(self, row: Row, today: date) -> Any:
        return {**from_json(row["document"]), "current": row["current"]}


class VisitAlertRows(KeptRows):
    """Those in force, or those that were ended."""

    def __init__(self, database: Database) -> None:
        ended = VISIT_ALERTS.c.ended == bindparam("ended")
        super().__init__(database, VISIT_ALERTS, ended=ended)

    def told(self, row: Row, today: date) -> Any:
        due = row["review_due"]
        return {**from_json(row["document"]), "review_overdue": due is not None and due < today}
