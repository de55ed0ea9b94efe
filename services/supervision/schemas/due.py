"""Responses that tell what is due of workers' learning."""

from datetime import date

from services.supervision.policy import Kind, State
from shared.platform.http import ResponseModel


class ItemView(ResponseModel):
    """`name` is a course, an activity, or the body of a registration.

    `due_on` is the last day for it: to be done, or, of what is done, until which it holds. Null: it
    holds for good, or nobody knows that day. `done_on` is when it was done last, of a registration
    when somebody looked at the body's register last.
    """

    kind: Kind
    name: str
    due_on: date | None
    done_on: date | None
    state: State
    before_unsupervised: bool


class LearningView(ResponseModel):
    """As it stands on a day in England: none of a worker who has left."""

    staff_id: str
    as_of: date
    items: list[ItemView]


class DueView(ItemView):
    """One item of a worker's. `absent`: the register has them away from work."""

    staff_id: str
    absent: bool
