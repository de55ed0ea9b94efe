"""The witnesses: each answers, is who settings say, and has cosigned what is published."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import psycopg

from countersign.doctor.finding import Findings, fine, wrong
from countersign.reconcile.witnesses import Seen, asked
from countersign.verify import COSIGNATURE, read_key
from services.audit.application import LedgerKeys
from services.audit.application.witnesses import Witness
from shared.platform.signed_note import MalformedNote, NotSigned, opened

SETTLED = timedelta(minutes=1)
_NEWEST = """
SELECT DISTINCT ON (shard) shard, size, note, now() - published_at AS age FROM checkpoints
WHERE published_at IS NOT NULL ORDER BY shard DESC, size DESC LIMIT 1
"""
_STANDING = "SELECT witness, state FROM witnessed WHERE shard = %s"
Ask = Callable[[Witness], Seen]


def ask(witness: Witness) -> Seen:
    return asked(witness.url, read_key(witness.verifier.vkey, COSIGNATURE))


def witnessing(
    witnesses: Sequence[Witness],
    keys: LedgerKeys,
    connection: psycopg.Connection[dict[str, Any]],
    ask: Ask | None = ask,
) -> Findings:
    """Without `ask` no witness is asked, and what they said to the ledger is all that is known."""
    with connection.transaction():
        newest = connection.execute(_NEWEST).fetchone()
        standing = connection.execute(_STANDING, (newest and newest["shard"],)).fetchall()
    if newest is None:
        return
    yield from signed(newest, keys)
    said = {row["witness"]: row["state"] for row in standing}
    for each in witnesses:
        yield from told(each, said.get(each.id))
        if ask:
            yield from of_one(each, ask(each), newest, keys.origin)


def signed(newest: Mapping[str, Any], keys: LedgerKeys) -> Findings:
    """What is published bears a signature by each key that settings have, under their origin."""
    for signer in keys.signers(newest["shard"]):
        try:
            opened(newest["note"], [signer.verifier])
        except (MalformedNote, NotSigned):
            yield wrong(
                f"the newest checkpoint isn't signed by the key {signer.verifier.id.hex()} of"
                f" {signer.name}",
                "Settings have another key, or another origin, than the ledger was signed with.",
                "Put AUDIT_LEDGER_KEYS and AUDIT_LEDGER_ORIGIN back as they were; a new key goes"
                " below the old one: docs/runbooks/rotate-keys.md.",
            )


def told(witness: Witness, state: str | None) -> Findings:
    """What it said when the ledger's newest checkpoints were brought to it."""
    if state == "contradicts":
        yield wrong(
            f"the witness {witness.verifier.name} has seen another ledger than this",
            "The ledger was changed, or set back; nothing is published until that is settled.",
            "Stop nothing, change nothing; docs/runbooks/integrity-alert.md.",
        )


def of_one(witness: Witness, seen: Seen, newest: Mapping[str, Any], origin: str) -> Findings:
    name = witness.verifier.name
    if seen.unreadable:
        yield wrong(
            f"the witness {name} can't be asked: {seen.unreadable}",
            "Checkpoints go out without it, and a second ledger would not be seen.",
            "Is the address right, and may this pod go there? Call the witness's team.",
        )
        return
    listed = [head for _, _, head in seen.listed if head.origin == f"{origin}/{newest['shard']}"]
    followed = max((head.size for head in listed), default=0)
    if any(not head.signed_by([seen.key]) for head in listed):
        yield wrong(
            f"what answers as the witness {name} has another key",
            "It is somebody else, or it made its key anew and settings have the old one.",
            "Ask the witness's team for its vkey, on another way than this address.",
        )
    elif witness.has_cosigned(newest["note"]) and followed < newest["size"]:
        yield wrong(
            f"the witness {name} has cosigned {newest['size']} entries, but remembers {followed}",
            "It was set back, or lost its memory: it would cosign another ledger now.",
            "Its team gives it a new key and an empty directory: docs/runbooks/add-a-witness.md.",
        )
    elif not witness.has_cosigned(newest["note"]) and newest["age"] > SETTLED:
        yield wrong(
            f"the witness {name} hasn't cosigned the newest checkpoint,"
            f" published {newest['age'].total_seconds():.0f} s ago",
            "Until it does nobody else vouches for what was added since.",
            "Does it know the ledger's key and origin? COUNTERSIGN_WITNESS_LOGS of its team.",
        )
    else:
        yield fine(f"the witness {name} answers and has cosigned the ledger")
