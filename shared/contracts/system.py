"""Events about the system itself, which any of the services may publish."""

from dataclasses import dataclass

from shared.contracts.contract import published

SERVICES = ("notes", "referrals", "supervision", "audit")


@dataclass(frozen=True, kw_only=True)
class StoreRestored:
    """The event store was set back behind its stream, and an operator went on from there.

    `tail_position` is the last position the stream held; `base` is what positions now start from.
    """

    tail_position: int
    common_position: int
    base: int
    repositioned: int


for _service in SERVICES:
    published(_service, "store", "store-restored")(StoreRestored)
