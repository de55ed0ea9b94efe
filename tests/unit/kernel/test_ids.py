"""Identifiers order by time and are what RFC 9562 says."""

from uuid import RFC_4122

from shared.kernel.ids import named_id, new_id


def test_ids_are_version_7_and_unique() -> None:
    made = [new_id() for _ in range(1000)]
    assert {(each.version, each.variant) for each in made} == {(7, RFC_4122)}
    assert len(set(made)) == 1000


def test_ids_order_by_the_millisecond() -> None:
    made = [new_id() for _ in range(1000)]
    stamps = [each.int >> 80 for each in made]
    assert stamps == sorted(stamps)


def test_named_ids_are_fixed_by_kind_and_name() -> None:
    assert named_id("worker", "str-worker-1") == named_id("worker", "str-worker-1")
    assert named_id("worker", "str-worker-1") != named_id("worker", "str-worker-2")
    assert named_id("worker", "a") != named_id("team", "a")
