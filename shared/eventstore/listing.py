"""Lists by keyset: any of some filters, a page at a time, each combination compiled once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, bindparam, tuple_

from shared.eventstore.database import Database, Rows
from shared.eventstore.sql import Prepared

Order = Literal["asc", "desc"]


@dataclass(frozen=True, slots=True)
class Slice:
    """Some rows of a list, in order, and whether more follow."""

    rows: Rows
    more: bool

    @classmethod
    def of(cls, rows: Rows, limit: int) -> "Slice":
        """From rows that were looked up one more than `limit`, to tell whether more follow."""
        return cls(rows[:limit], len(rows) > limit)

    def shown(self, document: Callable[[Mapping[str, Any]], Any]) -> "Slice":
        """The same rows, each with the `document` that is made of it."""
        return Slice([{**row, "document": document(row)} for row in self.rows], self.more)


class Listing:
    """`key` is what a list is sorted by, unique as a whole. A filter whose value is None is off.

    `reuse_plan` as of `Prepared`.
    """

    def __init__(
        self,
        select: Select[Any],
        key: Sequence[ColumnElement[Any]],
        filters: Mapping[str, ColumnElement[bool]],
        *,
        reuse_plan: bool = True,
    ) -> None:
        self._select = select
        self._key = key
        self._filters = filters
        self._reuse_plan = reuse_plan
        self._prepared = cache(self._prepare)

    async def page(
        self,
        database: Database,
        *,
        limit: int,
        order: Order = "desc",
        after: Sequence[Any] | None = None,
        **values: Any,
    ) -> Slice:
        """At most `limit` rows after the key `after`."""
        given = {name: value for name, value in values.items() if value is not None}
        query = self._prepared(frozenset(given), order, after is not None)
        keys = {f"after_{number}": value for number, value in enumerate(after or ())}
        return Slice.of(await database.fetch(query, **given, **keys, limit=limit + 1), limit)

    def _prepare(self, names: frozenset[str], order: Order, after: bool) -> Prepared:
        query = self._select.where(*(self._filters[name] for name in sorted(names)))
        if after:
            last = tuple_(
                *(bindparam(f"after_{n}", type_=each.type) for n, each in enumerate(self._key))
            )
            here = tuple_(*self._key)
            query = query.where(here > last if order == "asc" else here < last)
        sort = [each.asc() if order == "asc" else each.desc() for each in self._key]
        query = query.order_by(*sort).limit(bindparam("limit"))
        return Prepared(query, reuse_plan=self._reuse_plan)
