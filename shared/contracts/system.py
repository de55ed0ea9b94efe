"""Events about the system itself, which any of the services may publish."""

from dataclasses import dataclass

from shared.contracts.contract import published

SERVICES = ("notes", "referrals", "supervision", "audit")


@dataclass(frozen=True, kw_only=True)
class StoreRestored:
    """The event store was set back behind its stream, and an operator went on from there.

    `tail_position` is the last position the stream held; `base` is what positions now start from.
    Of what the store lost since `common_position` it has `taken_back` so many events from the
    stream, as they were, and `lost` so many for good: only the stream and the ledger have them.
    `lost` is null where nothing could be taken back yet, and how many there were was not said.
    """

    tail_position: int
    common_position: int
    base: int
    repositioned: int
    taken_back: int = 0
    lost: int | None = None


@dataclass(frozen=True, kw_only=True)
class KeyRotated:
    """The data keys kept here were wrapped again, under another key-encryption key."""

    from_keys: tuple[str, ...]
    to_key: str
    rewrapped: int


for _service in SERVICES:
    published(_service, "key-store", "key-rotated")(KeyRotated)
    published(_service, "store", "store-restored")(StoreRestored)
