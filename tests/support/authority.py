"""A time-stamping authority (RFC 3161) in this process, with a root of its own."""

import hashlib
from datetime import UTC, datetime, timedelta

import httpx
from asn1crypto import algos, cms, core, tsp, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

SHA256 = algos.DigestAlgorithm({"algorithm": "sha256"})
REJECTION = bytes.fromhex("30053003020102")
"""`TimeStampResp { status { status 2 } }`, without a token."""
RSA = algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"})


class Authority(httpx.AsyncBaseTransport):
    """Answers whatever URL is asked; `state` is `up`, `down`, or one of the ways to be wrong:
    `refuses`, `another_text`, `another_nonce`, `garbage`."""

    def __init__(self) -> None:
        root_key, self._key = (rsa.generate_private_key(65537, 2048) for _ in range(2))
        root_name, name = _name("Root of time"), _name("Authority of time")
        root = _certificate(root_name, root_name, root_key, root_key).add_extension(
            certificates.BasicConstraints(ca=True, path_length=0), critical=True
        )
        own = _certificate(name, root_name, self._key, root_key).add_extension(
            certificates.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
        self._root = root.sign(root_key, hashes.SHA256())
        self._own = own.sign(root_key, hashes.SHA256())
        self.state = "up"
        self.asked = 0

    @property
    def root(self) -> str:
        return self._root.public_bytes(Encoding.PEM).decode()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.state == "down":
            raise httpx.ConnectError("refused")
        assert request.headers["content-type"] == "application/timestamp-query"
        body = b"garbage" if self.state == "garbage" else self._answer(await request.aread())
        headers = {"content-type": "application/timestamp-reply"}
        return httpx.Response(200, headers=headers, content=body)

    def _answer(self, query: bytes) -> bytes:
        if self.state == "refuses":
            return REJECTION
        asked = tsp.TimeStampReq.load(query)
        imprint, nonce = asked["message_imprint"], asked["nonce"].native
        if self.state == "another_text":
            imprint["hashed_message"] = bytes(32)
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": "1.2.3.4.1",
                "message_imprint": imprint,
                "serial_number": self.asked,
                "gen_time": datetime.now(UTC).replace(microsecond=0),
                "nonce": nonce + (self.state == "another_nonce"),
            }
        )
        answer = {
            "status": {"status": "granted"},
            "time_stamp_token": {"content_type": "signed_data", "content": self._signed(info)},
        }
        return bytes(tsp.TimeStampResp(answer).dump())

    def _signed(self, info: tsp.TSTInfo) -> cms.SignedData:
        own = x509.Certificate.load(self._own.public_bytes(Encoding.DER))
        content = info.dump()
        attributes = cms.CMSAttributes(
            [
                {"type": "content_type", "values": ["tst_info"]},
                {"type": "message_digest", "values": [hashlib.sha256(content).digest()]},
                {
                    "type": "signing_certificate_v2",
                    "values": [{"certs": [{"cert_hash": hashlib.sha256(own.dump()).digest()}]}],
                },
            ]
        )
        signer = cms.SignerInfo(
            {
                "version": "v1",
                "sid": {
                    "issuer_and_serial_number": {
                        "issuer": own.issuer,
                        "serial_number": own.serial_number,
                    }
                },
                "digest_algorithm": SHA256,
                "signed_attrs": attributes,
                "signature_algorithm": RSA,
                "signature": self._key.sign(
                    attributes.untag().dump(), padding.PKCS1v15(), hashes.SHA256()
                ),
            }
        )
        return cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [SHA256],
                "encap_content_info": {
                    "content_type": "tst_info",
                    "content": core.ParsableOctetString(content),
                },
                "certificates": [own],
                "signer_infos": [signer],
            }
        )


def _name(common: str) -> certificates.Name:
    return certificates.Name([certificates.NameAttribute(NameOID.COMMON_NAME, common)])


def _certificate(
    subject: certificates.Name,
    issuer: certificates.Name,
    key: rsa.RSAPrivateKey,
    issuer_key: rsa.RSAPrivateKey,
) -> certificates.CertificateBuilder:
    now = datetime.now(UTC)
    public = issuer_key.public_key()
    return (
        certificates.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(certificates.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            certificates.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .add_extension(
            certificates.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False
        )
    )
