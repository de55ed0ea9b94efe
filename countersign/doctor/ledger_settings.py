"""Audit's own settings: the ledger's name, its keys, who witnesses and who stamps it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from countersign.doctor.at_hand import AtHand
from countersign.doctor.finding import Findings, advised, careful, demanded, fine, wrong
from countersign.doctor.transport import is_loopback
from services.audit.application import Authorities, LedgerKeys, parse_witnesses
from services.audit.application.witnesses import Witness
from services.audit.settings import AuditSettings
from shared.platform.settings import MalformedSetting


def ledger_settings(hand: AtHand) -> Findings:
    settings = hand.settings
    if not isinstance(settings, AuditSettings):
        return
    if is_loopback(settings.ledger_origin.partition("/")[0].partition(":")[0]):
        yield demanded(
            f"AUDIT_LEDGER_ORIGIN is {settings.ledger_origin}",
            "It names the ledger in every checkpoint for ever: a name that many have is no name.",
            "Set where the ledger is served, without the scheme, before the first event.",
        )
    try:
        keys = LedgerKeys.parse(settings.ledger_origin, settings.ledger_keys.get_secret_value())
        yield fine(f"the ledger is {settings.ledger_origin}, signed by {_count(keys)}")
        yield from witnesses(parse_witnesses(settings.witnesses), keys)
        yield from stamps(settings)
    except MalformedSetting as malformed:
        yield wrong(
            f"AUDIT_{malformed.setting.upper()}: {malformed}", "Audit doesn't start like this.",
            "docs/evidence.md says how it is written.",
        )  # fmt: skip


def witnesses(found: Sequence[Witness], keys: LedgerKeys) -> Findings:
    own = {signer.verifier.key for signer in keys.signers(str(datetime.now(UTC).year))}
    if not found:
        yield demanded(
            "AUDIT_WITNESSES names no witness",
            "Who holds the ledger's key and its database could make all of it anew, and nobody"
            " would see.",
            "Have another team run one: docs/runbooks/add-a-witness.md.",
        )
    for each in found:
        name = each.verifier.name
        if each.verifier.key in own:
            yield wrong(
                f"the witness {name} has the ledger's own key",
                "Who makes the ledger anew then cosigns it too: that is no witness.",
                "The witness makes a key of its own, which nobody else has.",
            )
        address = urlsplit(each.url)
        if is_loopback(address.hostname):
            yield demanded(
                f"the witness {name} is on this machine",
                "Who has this machine has the witness too.",
                "Another team runs it elsewhere: docs/runbooks/add-a-witness.md.",
            )
        elif address.scheme != "https":
            yield advised(
                f"the witness {name} is asked over http",
                "Its answers are signed, but whoever is between can keep them from arriving.",
                "Use https.",
            )


def stamps(settings: AuditSettings) -> Findings:
    """Raises `MalformedSetting`."""
    found = Authorities.parse(
        settings.timestamp_authorities, settings.timestamp_roots, settings.timestamp_every_minutes
    )
    if found.roots and not found.urls:
        yield careful(
            "AUDIT_TIMESTAMP_ROOTS is set, but no authority", "Nothing is stamped.",
            "Set AUDIT_TIMESTAMP_AUTHORITIES, or take the roots away.",
        )  # fmt: skip
    elif not found.urls:
        yield advised(
            "no time stamp authority is set",
            "When a checkpoint was there is shown by the witnesses alone.",
            "Set AUDIT_TIMESTAMP_AUTHORITIES and _ROOTS, where the trust has one.",
        )
    now = datetime.now(UTC)
    for each in found.roots:
        if not each.not_valid_before_utc <= now <= each.not_valid_after_utc:
            yield wrong(
                f"a certificate of AUDIT_TIMESTAMP_ROOTS is not valid today"
                f" (until {each.not_valid_after_utc:%Y-%m-%d})",
                "No time stamp of that authority is believed.", "Get its present root.",
            )  # fmt: skip


def _count(keys: LedgerKeys) -> str:
    number = len(keys.signers("0000"))
    return "one key" if number == 1 else f"{number} keys: a rotation is under way"
