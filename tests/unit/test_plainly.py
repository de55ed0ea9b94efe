"""What waits in vain is said in words, though the error has none."""

import nats.errors
import pytest

from countersign.plainly import outside


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (TimeoutError(), "The broker or the database did not answer in time."),
        (nats.errors.TimeoutError(), "The broker did not answer in time."),
        (TimeoutError(110, "Connection timed out"), "Connection timed out"),
    ],
)
def test_what_does_not_answer(error: Exception, words: str) -> None:
    [said] = outside(error) or []
    assert words in said
