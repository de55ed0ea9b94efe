"""Settings of one service: names nobody reads, identity, bounds."""

import re
import stat
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from countersign.access import ROLES
from countersign.doctor.at_hand import SECRETS, AtHand, settings_class
from countersign.doctor.finding import Findings, advised, careful, demanded, fine, wrong
from countersign.doctor.transport import to_broker, to_collector, to_database, web_address
from shared.platform.settings import ServiceSettings

SERVICE_LINKS = re.compile(r".*_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)\w*)?)")
"""What Kubernetes puts into a pod's environment for each Service, unless told not to."""
READABLE_BY_OTHERS = stat.S_IROTH | stat.S_IWOTH


def settings(hand: AtHand) -> Findings:
    yield from hand.problems
    yield from unknown_names(hand)
    yield from secret_files(hand)
    if hand.settings is None:
        return
    yield fine("all that the service needs is set, and can be read")
    yield from identity(hand.settings)
    yield from to_broker(hand.settings)
    yield from to_database(hand.settings.database_dsn.get_secret_value())
    yield from to_collector(hand.settings)
    yield from bounds(hand.settings)
    yield from roles(hand.settings.role_mapping)


def unknown_names(hand: AtHand) -> Findings:
    """Names that begin like ours and are none of ours: nobody reads them."""
    known = {f"{hand.name}_{field}".upper() for field in settings_class(hand.name).model_fields}
    prefix = f"{hand.name.upper()}_"
    given = {name for name in hand.environment if name.upper().startswith(prefix)}
    if hand.directory and hand.directory.is_dir():
        files = {each.name for each in hand.directory.iterdir()}
        given |= {name for name in files if name.startswith(prefix.lower())}
    for name in sorted(given):
        if name.upper() in known or SERVICE_LINKS.fullmatch(name):
            continue
        [near, *_] = get_close_matches(name.upper(), known, n=1, cutoff=0)
        yield wrong(
            f"{name} is no setting",
            "Nobody reads it: what it was meant to set has another value, probably its default.",
            f"Correct the name; did you mean {near}?",
        )


def secret_files(hand: AtHand) -> Findings:
    for setting in SECRETS:
        name = f"{hand.name}_{setting}"
        path = hand.directory / name if hand.directory else None
        if path and path.exists() and path.stat().st_mode & READABLE_BY_OTHERS:
            yield wrong(
                f"everyone on this machine may read the file {name}",
                "Any process here can have the secret.",
                "chmod 0600 it; in Kubernetes defaultMode: 0440 of the Secret's volume.",
            )
        if name.upper() in hand.environment:
            yield advised(
                f"{name.upper()} is given in the environment",
                "Environments are shown by kubectl describe and end up in crash reports.",
                "Give it as a file of that name in lower case, below COUNTERSIGN_SECRETS_DIR.",
            )


def identity(given: ServiceSettings) -> Findings:
    if given.ods_code == "LOCAL":
        yield demanded(
            "ODS_CODE is LOCAL",
            "It is in every event's source and subject, and can't be changed afterwards.",
            "Set the trust's ODS code in all four services, before anything is recorded.",
        )
    for setting, url in (("ISSUER", given.issuer), ("JWKS_URI", given.jwks_uri)):
        yield from web_address(setting, url, "Whoever is between can hand in keys of their own.")
    if not given.algorithms:
        yield wrong(
            "ALGORITHMS is empty", "No token is accepted: nobody can sign in.",
            "Leave it out, or name what the issuer signs with.",
        )  # fmt: skip
    if not given.audience.strip():
        yield wrong(
            "AUDIENCE is empty", "Tokens that are meant for others would do here.",
            "Set the audience that the issuer puts into tokens for Countersign.",
        )  # fmt: skip


def bounds(given: ServiceSettings) -> Findings:
    if given.rate_limit_per_second == 0:
        yield advised(
            "RATE_LIMIT_PER_SECOND is 0", "One caller can take all the service can do.",
            "Leave it out (200 for each caller and process), or set what systems really need.",
        )  # fmt: skip
    elif given.rate_limit_burst < given.rate_limit_per_second:
        yield careful(
            "RATE_LIMIT_BURST is less than RATE_LIMIT_PER_SECOND",
            "A caller never reaches the rate that is allowed.",
            "Set the burst to some seconds of the rate.",
        )
    if given.log_level.upper() == "DEBUG":
        yield careful(
            "LOG_LEVEL is DEBUG", "Libraries log what they send, addresses and headers included.",
            "Set INFO.",
        )  # fmt: skip
    if given.pool_size < 2:
        yield careful(
            "POOL_SIZE is less than 2", "One slow question holds up all others.",
            "Leave it out (6), or set 4 and more.",
        )  # fmt: skip


def roles(mapping: Mapping[str, Iterable[str]]) -> Findings:
    """Roles that no operation is open to are typing errors."""
    unknown = sorted({role for given in mapping.values() for role in given} - ROLES.keys())
    if unknown:
        yield wrong(
            f"ROLE_MAPPING gives roles that there are not: {', '.join(unknown)}",
            "Who has only these may do nothing.",
            f"The roles are {', '.join(ROLES)}.",
        )
