"""What the services at hand must have in common."""

from collections.abc import Sequence
from hashlib import sha256

from countersign.doctor.at_hand import AtHand
from countersign.doctor.finding import Findings, or_fine, wrong

THE_SAME = {
    "ods_code": "Each publishes under a code of its own, and none hears the other.",
    "issuer": "Who can sign in to one can't to the other.",
    "audience": "A token that does for one doesn't for the other.",
    "access_grace_hours": "Who may see a record in one may not in the other, and audit, which"
    " works out who could have seen it, is wrong about one of them.",
    "claims": "The same token gives other roles in one than in the other.",
    "nats_url": "They are connected to different brokers, and none hears the other.",
}
"""Settings that have to be the same in all services, and what happens if they aren't."""


def across(hands: Sequence[AtHand]) -> Findings:
    yield from or_fine(
        f"{', '.join(hand.name for hand in hands)} agree on what they have in common",
        [*differing(hands), *rings(hands)],
    )


def differing(hands: Sequence[AtHand]) -> Findings:
    read = {hand.name: hand.settings for hand in hands if hand.settings}
    for setting, why in THE_SAME.items():
        values = {name: getattr(settings, setting) for name, settings in read.items()}
        if len(set(values.values())) > 1:
            said = ", ".join(f"{name} {value}" for name, value in values.items())
            what = f"{setting.upper()} differs"
            yield wrong(
                what if setting == "nats_url" else f"{what}: {said}", why,
                f"Give all services the same {setting.upper()}, and restart them.",
            )  # fmt: skip


def rings(hands: Sequence[AtHand]) -> Findings:
    """Key rings agree: the same keys under the same names, and the same one first."""
    read = {hand.name: fingerprints(hand.raw("key_encryption_keys") or "") for hand in hands}
    read = {name: ring for name, ring in read.items() if ring}
    known: dict[str, dict[str, str]] = {}
    for name, ring in read.items():
        for kek, fingerprint in ring.items():
            known.setdefault(kek, {})[name] = fingerprint
    for kek, held in known.items():
        lacking = sorted(read.keys() - held.keys())
        if lacking:
            yield wrong(
                f"{' and '.join(lacking)} lack the key-encryption key {kek}",
                "Data keys that are wrapped under it and handed to them can't be opened there.",
                "Give all four services the same ring; docs/runbooks/rotate-keys.md.",
            )
        if len(set(held.values())) > 1:
            yield wrong(
                f"the key-encryption key {kek} is another one in {' than in '.join(sorted(held))}",
                "What one service wraps under it the other can't open.",
                "Find which of them opens what is stored, and give all four that one.",
            )
    firsts = {name: next(iter(ring)) for name, ring in read.items()}
    if len(set(firsts.values())) > 1:
        said = ", ".join(f"{name} {kek}" for name, kek in firsts.items())
        yield wrong(
            f"rings don't begin with the same key-encryption key: {said}",
            "Some services wrap new data keys under a key that is about to be taken away.",
            "Finish the rotation: docs/runbooks/rotate-keys.md.",
        )


def fingerprints(ring: str) -> dict[str, str]:
    """Of each key of a ring its name and what it hashes to, in the ring's order."""
    lines = (line.split() for line in ring.splitlines())
    return {line[0]: sha256(line[1].encode()).hexdigest() for line in lines if len(line) > 1}
