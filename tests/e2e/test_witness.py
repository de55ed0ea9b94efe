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
        served = client.get("audit", "/v1/audit/ledger/checkpoint")
        if served.status == 404:  # nothing has been published yet
            return False
        _, by = opened(served.body, [*log, witness])
        return witness in by and any(each in by for each in log)

    await until(signed)

    def the_same() -> bool:
        served = client.get("audit", "/v1/audit/ledger/checkpoint").body
        [*_, seen] = client.get("witness", "/checkpoints").body["checkpoints"]
        checkpoint = Checkpoint.parse(split(served)[0])
        assert seen["origin"] == checkpoint.origin
        return bool(seen["size"] == checkpoint.size and split(seen["note"])[0] == checkpoint.text)

    await until(the_same)
