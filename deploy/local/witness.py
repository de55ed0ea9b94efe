"""The local stack's witness, and what it and the audit service know of each other."""

from base64 import b64encode

from deploy.local.layout import Layout
from shared.platform.signed_note import COSIGNATURE, Signer

LEDGER_KEYS = "audit_ledger_keys"
NAME = "witness.localhost/countersign"


def ledger_origin(layout: Layout) -> str:
    return f"127.0.0.1:{layout.ports['audit']}/v1/audit/ledger"


def witness_of(layout: Layout) -> str:
    """The audit service's setting: whom to ask."""
    signer = Signer.parse(NAME, _key(layout), COSIGNATURE)
    return f"{signer.verifier.vkey} {layout.url('witness')}"


def witness_environment(layout: Layout) -> dict[str, str]:
    """The witness's settings; its key is in a file of its own."""
    _key(layout)
    origin = ledger_origin(layout)
    keys = layout.seed("audit", LEDGER_KEYS).split()
    public = [b64encode(Signer.parse(origin, each).verifier.key).decode() for each in keys]
    return {
        "COUNTERSIGN_SECRETS_DIR": str(layout.secrets_of("witness")),
        "COUNTERSIGN_WITNESS_NAME": NAME,
        "COUNTERSIGN_WITNESS_LOGS": "\n".join(f"{origin} {key}" for key in public),
        "COUNTERSIGN_WITNESS_DIRECTORY": str(layout.data / "witness"),
    }


def _key(layout: Layout) -> str:
    return layout.seed("witness", "countersign_witness_key")
