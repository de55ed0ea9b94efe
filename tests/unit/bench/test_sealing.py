"""What sealing costs is measured on the product's own code, and can be told from nothing."""

from bench.sealing import cost_us


def test_sealing_takes_longer_than_not_sealing() -> None:
    sealed, plain = cost_us(times=50)
    assert 0 < plain < sealed
