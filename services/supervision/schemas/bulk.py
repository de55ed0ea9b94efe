"""Many entries of the register in one request, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, cast

from pydantic import (
    Field,
    TypeAdapter,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from services.supervision.application import Done, Row
from services.supervision.schemas.workers import WorkerRequest
from shared.kernel.errors import Malformed, Refusal
from shared.platform.http import Name, RequestModel, ResponseModel
from shared.platform.problems import WRONG_SHAPE, item_of, members_of, status_of

MOST_ROWS = 500
_NAME: TypeAdapter[str] = TypeAdapter(Name)


class WorkerRow(WorkerRequest):
    """An entry, and the version that it changes: null of who is new, or said again unchanged."""

    staff_id: Name
    version: Annotated[int, Field(ge=0, strict=True)] | None = None

    def row(self) -> Row:
        return Row(self.staff_id, self.version, self.asked())


@dataclass(frozen=True, slots=True)
class WrongRow:
    """What is wrong with a row that can't be read as one: the others are."""

    staff_id: str | None
    errors: list[dict[str, str]]

    def row(self) -> Row:
        return Row(self.staff_id, None, Malformed(WRONG_SHAPE, errors=self.errors))


def _or_what_is_wrong(row: Any, read: ValidatorFunctionWrapHandler) -> Any:
    try:
        return read(row)
    except ValidationError as error:
        found = ({**each, "loc": ("body", *each["loc"])} for each in error.errors())
        return WrongRow(_staff_id(row), [item_of(each) for each in found])


def _staff_id(row: Any) -> str | None:
    """Whose a row is, if it says so in a form that can be repeated."""
    try:
        return _NAME.validate_python(row["staff_id"])
    except (ValidationError, TypeError, KeyError):
        return None


class BulkRequest(RequestModel):
    items: Annotated[
        tuple[Annotated[WorkerRow, WrapValidator(_or_what_is_wrong)], ...],
        Field(min_length=1, max_length=MOST_ROWS),
    ]

    def rows(self) -> list[Row]:
        """Each row, in order. A worker has one: what is said of them further down is refused."""
        rows, seen = [], set[str | None]()
        for item in cast("tuple[WorkerRow | WrongRow, ...]", self.items):
            twice = item.staff_id is not None and item.staff_id in seen
            seen.add(item.staff_id)
            refused = Malformed("an earlier row is of the same worker", "#/staff_id")
            rows.append(Row(item.staff_id, None, refused) if twice else item.row())
        return rows


class ProblemView(ResponseModel):
    pointer: str
    detail: str
    code: str


class RowErrorView(ResponseModel):
    """Why a row was refused, as the answer to it alone would say. `errors` point into the whole
    request."""

    code: str
    detail: str
    errors: list[ProblemView] | None = None


class RowView(ResponseModel):
    """`status` is what the answer to the row alone would have; `version` the entry's afterwards."""

    staff_id: str | None
    status: int
    version: int | None
    error: RowErrorView | None = None


class BulkView(ResponseModel):
    items: list[RowView]


def answered(rows: Sequence[Done]) -> BulkView:
    return BulkView(items=[_row(number, done) for number, done in enumerate(rows)])


def _row(number: int, done: Done) -> RowView:
    if done.refusal is None:
        status = 201 if done.new else 200
        return RowView(staff_id=done.staff_id, status=status, version=done.version)
    status, _ = status_of(done.refusal)
    error = _error(number, done.refusal)
    return RowView(staff_id=done.staff_id, status=status, version=None, error=error)


def _error(number: int, refusal: Refusal) -> RowErrorView:
    errors = members_of(refusal).get("errors")
    placed = errors and [
        ProblemView(**{**each, "pointer": f"#/items/{number}{each['pointer'][1:]}"})
        for each in errors
    ]
    return RowErrorView(code=refusal.code, detail=str(refusal), errors=placed)
