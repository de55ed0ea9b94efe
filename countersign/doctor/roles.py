"""Which of a service's processes asks: policies let each go only where it must."""

from enum import StrEnum


class Role(StrEnum):
    """Where pods have no policies, `all` is looked at."""

    api = "api"
    worker = "worker"
    all = "all"

    @property
    def asks_the_issuer(self) -> bool:
        return self is not Role.worker

    @property
    def asks_witnesses(self) -> bool:
        return self is not Role.api
