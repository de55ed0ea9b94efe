"""What sealing costs is measured on the product's own code."""

import re

from bench.sealing import cost_us, report


def test_both_take_time() -> None:
    assert all(each > 0 for each in cost_us(times=5, rounds=1))


def test_the_cost_is_told_beside_that_of_a_request() -> None:
    assert re.match(
        r"Sealing a note's event and its document takes \d+ µs .* 1,000 µs", report(1000)
    )
