"""Responses: the ledger's trees, and proofs. Hashes are in base64, as C2SP writes them."""

from uuid import UUID

from shared.platform.http import ResponseModel


class ShardView(ResponseModel):
    """One tree. `size` is how far it is published; a closed one grows no more."""

    id: str
    origin: str
    url: str
    first_index: int
    size: int
    closed: bool


class LedgerView(ResponseModel):
    """`keys` and `witnesses` are verifiers' keys (C2SP signed-note). Trust none for being here."""

    origin: str
    shards: list[ShardView]
    keys: list[str]
    witnesses: list[str]


class InclusionProof(ResponseModel):
    """RFC 9162, 2.1.3: `hashes` lead from the hash of `leaf`, which is the bytes of that text, to
    the root. `checkpoint` is null of a size at which none was signed, or is kept."""

    event_id: UUID
    index: int
    shard: str
    leaf_index: int
    size: int
    leaf: str
    leaf_hash: str
    root: str
    hashes: list[str]
    checkpoint: str | None


class ConsistencyProof(ResponseModel):
    """RFC 9162, 2.1.4."""

    shard: str
    first: int
    second: int
    first_root: str
    second_root: str
    hashes: list[str]
