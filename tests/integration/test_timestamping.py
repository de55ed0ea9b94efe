"""Timestamps of checkpoints: kept if they are right, and nothing hangs on them."""

from datetime import timedelta

import pytest
from cryptography.x509 import load_pem_x509_certificates
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from services.audit.application.cosigning import Cosigning
from services.audit.application.signing import Signing
from services.audit.application.timestamping import AGAIN_AFTER, Authorities, Timestamping
from services.audit.projection import Checkpoints, Timestamp, Timestamps, Trees
from shared.kernel.clock import SystemClock
from shared.platform.deadlines import clock_call
from shared.platform.settings import MalformedSetting
from shared.platform.signed_note import split
from tests.support.authority import Authority
from tests.support.build import NOW, SERVICE_USER
from tests.support.ledger import KEYS, AuditService, read

pytestmark = pytest.mark.anyio
URL = "http://time.example/tsa"
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


class Stamping:
    def __init__(self, audit: AuditService, authority: Authority, root: str | None = None) -> None:
        self._audit = audit
        authorities = Authorities.parse(URL, root or authority.root, 60)
        authority.state, authority.asked = "up", 0
        self._job = Timestamping(audit.database, authorities, authority)
        self._signing = Signing(audit.database, KEYS, SystemClock(), Cosigning(audit.database, ()))
        self._at = NOW

    async def grow(self) -> None:
        await self._audit.arrive(read(SERVICE_USER))
        await self._signing.look(clock_call(self._at))

    async def look(self, later: timedelta = timedelta()) -> Timestamp | None:
        self._at += later
        await self._job.look(clock_call(self._at))
        return await Timestamps(self._audit.database).last(URL)

    async def text(self, size: int) -> bytes:
        [shard] = await Trees(self._audit.database).shards()
        published = await Checkpoints(self._audit.database).published(shard.id)
        assert published
        assert published.size == size
        return split(published.note)[0].encode()


async def test_the_newest_checkpoint_is_stamped_each_hour(
    audit: AuditService, authority: Authority
) -> None:
    stamping = Stamping(audit, authority)
    assert await stamping.look() is None, "there is nothing to stamp"
    await stamping.grow()
    first = await stamping.look()
    assert first
    assert (first.size, first.at) == (1, NOW)
    [root] = load_pem_x509_certificates(authority.root.encode())
    verifier = VerifierBuilder(roots=[root]).build()
    token = decode_timestamp_response(first.token)
    assert verifier.verify_message(token, await stamping.text(1))
    with pytest.raises(VerificationError):
        verifier.verify_message(token, await stamping.text(1) + b"x")

    await stamping.grow()
    assert await stamping.look(HOUR - timedelta(seconds=1)) == first
    second = await stamping.look(timedelta(seconds=1))
    assert second
    assert (second.size, second.at) == (2, NOW + HOUR)
    assert await stamping.look(5 * HOUR) == second, "what has not grown is not stamped again"
    assert authority.asked == 2


@pytest.mark.parametrize("state", ["down", "refuses", "another_text", "another_nonce", "garbage"])
async def test_an_authority_that_fails_is_asked_again_later(
    audit: AuditService, authority: Authority, state: str
) -> None:
    stamping = Stamping(audit, authority)
    await stamping.grow()
    authority.state = state
    assert await stamping.look() is None
    authority.state = "up"
    assert await stamping.look(AGAIN_AFTER - timedelta(seconds=1)) is None
    assert authority.asked == 1
    assert await stamping.look(timedelta(seconds=1))


async def test_an_authority_of_another_root_is_not_believed(
    audit: AuditService, authority: Authority
) -> None:
    stamping = Stamping(audit, authority, Authority().root)
    await stamping.grow()
    assert await stamping.look() is None
    assert authority.asked == 1


@pytest.mark.parametrize(
    ("urls", "roots", "setting"),
    [
        ("time.example", "", "timestamp_authorities"),
        (f"\n{URL}\nftp://time.example", "", "timestamp_authorities"),
        (URL, "", "timestamp_roots"),
        (URL, "not a certificate", "timestamp_roots"),
    ],
)
async def test_what_is_malformed_is_named(urls: str, roots: str, setting: str) -> None:
    with pytest.raises(MalformedSetting) as malformed:
        Authorities.parse(urls, roots, 60)
    assert malformed.value.setting == setting
