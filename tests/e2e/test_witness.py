"""The running stack's ledger, and the witness beside it, a process of another team."""

import pytest

from shared.platform.signed_note import COSIGNATURE, Checkpoint, Verifier, opened, split
from tests.support.client import Client
from tests.support.wait import until

pytestmark = pytest.mark.anyio


async def test_what_is_served_the_log_has_signed_and_the_witness(client: Client) -> None:
    ledger = client.get("audit", "/v1/audit/ledger").body
    log = [Verifier.parse(each) for each in ledger["keys"]]
    [witness] = [Verifier.parse(each) for each in ledger["witnesses"]]
    assert witness.kind == COSIGNATURE
    assert client.get("witness", "/checkpoints").body["witness"] == witness.vkey

    def signed() -> bool:
        _, by = opened(client.get("audit", "/v1/audit/ledger/checkpoint").body, [*log, witness])
        return witness in by and any(each in by for each in log)

    await until(signed)


async def test_the_witness_has_seen_what_the_log_serves(client: Client) -> None:
    def the_same() -> bool:
        served = client.get("audit", "/v1/audit/ledger/checkpoint").body
        seen = client.get("witness", "/checkpoints").body["checkpoints"]
        text, known = split(served)[0], split(seen[-1]["note"])[0]
        checkpoint = Checkpoint.parse(text)
        assert (seen[-1]["origin"], seen[-1]["size"]) == (
            checkpoint.origin, Checkpoint.parse(known).size,
        )  # fmt: skip
        return text == known

    await until(the_same)
