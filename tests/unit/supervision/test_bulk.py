"""Many entries in one request: what is wrong with one is said of that one."""

from typing import Any

import pytest
from pydantic import ValidationError

from services.supervision.application import Done
from services.supervision.domain import Asked, NotYourTeam
from services.supervision.schemas import BulkRequest, answered
from shared.kernel.errors import IfMatchRequired, Malformed

FIELDS = {"name": "n", "job_title": "j", "employer": "e", "teams": ["north-cmht"]}


def _rows(*items: Any) -> list[Any]:
    return BulkRequest.model_validate({"items": items}).rows()


def test_a_row_is_an_entry_and_the_version_that_it_changes() -> None:
    new, known = _rows({"staff_id": "a", **FIELDS}, {"staff_id": "b", "version": 3, **FIELDS})
    assert (new.staff_id, new.version, known.staff_id, known.version) == ("a", None, "b", 3)
    assert isinstance(new.asked, Asked)
    assert new.asked == known.asked


@pytest.mark.parametrize(
    ("item", "staff_id", "pointer"),
    [
        ({"staff_id": "b", **FIELDS, "band": 99}, "b", "#/items/1/band"),
        ({"staff_id": "b", **FIELDS, "shoe_size": 9}, "b", "#/items/1/shoe_size"),
        ({"staff_id": "b"}, "b", "#/items/1/name"),
        ({"staff_id": "not a name", **FIELDS}, None, "#/items/1/staff_id"),
        ({"staff_id": ["b"], **FIELDS}, None, "#/items/1/staff_id"),
        (FIELDS, None, "#/items/1/staff_id"),
        ({"staff_id": "b", **FIELDS, "version": "3"}, "b", "#/items/1/version"),
        ({"staff_id": "b", **FIELDS, "version": True}, "b", "#/items/1/version"),
        ("b", None, "#/items/1"),
        (None, None, "#/items/1"),
        ({"staff_id": "a", **FIELDS}, "a", "#/items/1/staff_id"),
        ({"staff_id": "a"}, "a", "#/items/1/staff_id"),
    ],
)
def test_a_row_that_is_wrong_leaves_the_others_alone(
    item: Any, staff_id: str | None, pointer: str
) -> None:
    first, wrong, last = _rows({"staff_id": "a", **FIELDS}, item, {"staff_id": "c", **FIELDS})
    assert isinstance(first.asked, Asked)
    assert isinstance(last.asked, Asked)
    assert isinstance(wrong.asked, Malformed)
    shown = answered([Done("a", 1), Done(wrong.staff_id, refusal=wrong.asked)]).items[1]
    assert (shown.staff_id, shown.status, shown.version) == (staff_id, 422, None)
    assert shown.error is not None
    assert shown.error.code == "malformed"
    assert shown.error.errors is not None
    assert shown.error.errors[0].pointer == pointer


def test_what_became_of_each_is_told_in_order() -> None:
    refused = Malformed("left_on is in the future", "#/left_on")
    told = answered(
        [
            Done("a", 1, new=True),
            Done("b", 4),
            Done("c", refusal=IfMatchRequired()),
            Done("d", refusal=NotYourTeam()),
            Done("e", refusal=refused),
        ]
    ).items
    assert [(each.status, each.version) for each in told] == [
        (201, 1), (200, 4), (428, None), (403, None), (422, None),
    ]  # fmt: skip
    assert [each.error and each.error.code for each in told] == [
        None, None, "if_match_required", "not_your_team", "malformed",
    ]  # fmt: skip
    assert told[3].error is not None
    assert told[3].error.errors is None
    assert told[4].error is not None
    assert told[4].error.errors is not None
    assert told[4].error.errors[0].pointer == "#/items/4/left_on"


@pytest.mark.parametrize("count", [0, 501])
def test_how_many_rows(count: int) -> None:
    with pytest.raises(ValidationError):
        _rows(*({"staff_id": f"s{n}", **FIELDS} for n in range(count)))
    assert len(_rows(*({"staff_id": f"s{n}", **FIELDS} for n in range(500)))) == 500
