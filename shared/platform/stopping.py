"""Whether this process has been asked to end.

It goes on answering for a while then, since what sends it requests notices only by and by.
Readiness says so, every answer asks for its connection to be closed, and whoever waits for
something new is answered with what there is.
"""


class Stopping:
    """Begun by a signal, which may come between any two lines: a flag, and nothing that wakes."""

    def __init__(self) -> None:
        self.begun = False

    def begin(self) -> None:
        self.begun = True
