"""Secrets: long enough, none used for two purposes, none a placeholder. None of them is said."""

from collections import defaultdict
from collections.abc import Sequence
from hashlib import sha256

from countersign.doctor.at_hand import AtHand, password_of
from countersign.doctor.finding import Findings, or_fine, wrong

SHORTEST = 16
"""Characters: what is shorter, programs guess."""
PLACEHOLDERS = ("change", "password", "secret", "example", "placeholder")
SHARED = ("key_encryption_keys",)
"""The same in all four on purpose."""


def secrets(hands: Sequence[AtHand]) -> Findings:
    given = [(f"{hand.name.upper()}_{name}", value) for hand in hands for name, value in of(hand)]
    yield from or_fine(
        "secrets are long enough, and each has one purpose",
        [*weak(given), *used_twice(given)],
    )


def of(hand: AtHand) -> list[tuple[str, str]]:
    """A service's secrets that are one word each."""
    passwords = [("DATABASE_DSN's password", password_of(hand.raw("database_dsn") or ""))]
    for setting in ("nats_password", "idempotency_secret", "lookup_secret"):
        passwords.append((setting.upper(), hand.raw(setting) or ""))
    seeds = (hand.raw("ledger_keys") or "").split()
    keys = [("LEDGER_KEYS", seed) for seed in seeds]
    ring = [line.split() for line in (hand.raw("key_encryption_keys") or "").splitlines()]
    keys += [("KEY_ENCRYPTION_KEYS", line[1]) for line in ring if len(line) > 1]
    return [(name, value) for name, value in (*passwords, *keys) if value]


def weak(given: Sequence[tuple[str, str]]) -> Findings:
    for name, value in given:
        if len(value) < SHORTEST or len(set(value)) < SHORTEST // 2:
            yield wrong(
                f"{name} is short or monotonous", "It can be guessed.",
                "Use 32 random bytes: openssl rand -base64 32.",
            )  # fmt: skip
        elif any(word in value.lower() for word in PLACEHOLDERS):
            yield wrong(
                f"{name} looks like a placeholder", "Whoever read the manual knows it.",
                "Use 32 random bytes: openssl rand -base64 32.",
            )  # fmt: skip


def used_twice(given: Sequence[tuple[str, str]]) -> Findings:
    """The same value under two names; key-encryption keys are the same in all four."""
    names: dict[bytes, set[str]] = defaultdict(set)
    for name, value in given:
        purpose = name.partition("_")[2] if name.endswith("KEY_ENCRYPTION_KEYS") else name
        names[sha256(value.encode()).digest()].add(purpose)
    for same in names.values():
        if len(same) > 1:
            yield wrong(
                f"{' and '.join(sorted(same))} are the same",
                "Who learns one has the other too; and a service could pass for another.",
                "Make one of them anew: docs/runbooks/rotate-keys.md.",
            )
