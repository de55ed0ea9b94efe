"""An invented trust, which has filled everything in."""

import hashlib
from base64 import b64encode

from shared.platform.signed_note import COSIGNATURE, Signer
from tests.kubernetes.rendering import ODS_CODE

RELEASE = "2026-11"


def digest_of(image: str) -> str:
    """A digest that no image has."""
    return f"registry.trust.example/{image}@sha256:{hashlib.sha256(image.encode()).hexdigest()}"


def witness() -> str:
    seed = b64encode(hashlib.sha256(b"a witness of tests").digest()).decode()
    signer = Signer.parse("witness.other.example/care", seed, COSIGNATURE)
    return f"{signer.verifier.vkey} http://witness.countersign-witness:8106"


VALUES = {
    "release": RELEASE,
    "image": digest_of("countersign"),
    "image-nats": digest_of("nats"),
    "image-postgresql": digest_of("postgresql"),
    "image-collector": digest_of("collector"),
    "ods-code": ODS_CODE,
    "issuer": "https://id.trust.example",
    "audience": "countersign",
    "host-notes": "notes.care.trust.example",
    "host-referrals": "referrals.care.trust.example",
    "host-supervision": "supervision.care.trust.example",
    "host-audit": "audit.care.trust.example",
    "witnesses": witness(),
    "gateway-class": "cilium",
    "gateway-namespace": "gateways",
    "cluster-issuer": "trust",
    "secret-store": "vault",
    "prometheus-namespace": "observability",
    "prometheus-release": "prometheus-of-the-trust",
    "database-notes": "notes-db",
    "database-referrals": "referrals-db",
    "database-supervision": "supervision-db",
    "database-audit": "audit-db",
    "object-store": "https://s3.trust.example",
    "object-store-path": "s3://care-backups/countersign",
    "traces": "https://traces.trust.example",
    "documents": "https://wiki.trust.example/countersign",
    "network-traces": "203.0.113.50/32",
    "network-issuer": "203.0.113.10/32",
    "network-witnesses": "203.0.113.20/32",
    "network-object-store": "203.0.113.30/32",
    "network-kubernetes": "203.0.113.40/32",
}
