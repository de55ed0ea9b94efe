"""Clocks of tests."""

from datetime import datetime

from tests.support.build import NOW


class Standing:
    """A clock that a test sets."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at
