"""What is wrong with a service's settings, in words; never what is in them."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import SettingsError

from shared.eventstore.wrapping import MalformedKeyRing
from shared.platform.settings import MalformedSetting

SECRETS_DIR = "COUNTERSIGN_SECRETS_DIR"
UNSET = "is not set"
WHERE = f"""Settings come from the environment, or from files in the directory that {SECRETS_DIR}
names, which are called as they are, in lower case."""


class Misconfigured(Exception):
    """What is wrong with what is configured, or that nothing is: in words, a line each."""

    def __init__(self, *complaints: str, hint: str = "") -> None:
        super().__init__("\n".join([*complaints, hint] if hint else complaints))
        self.complaints = complaints


@contextmanager
def in_words(service: str) -> Iterator[None]:
    """Raises `Misconfigured` where the settings of a service can't be used."""
    if found := unreadable(service):
        raise Misconfigured(*found)
    try:
        yield
    except (ValidationError, SettingsError, MalformedKeyRing, MalformedSetting) as error:
        said = complaints(service, error)
        unset = any(each.endswith(UNSET) for each in said)
        raise Misconfigured(*said, hint=WHERE if unset else "") from None


def unreadable(service: str) -> list[str]:
    """What there is in the directory of secrets and can't be read, by who this runs as."""
    given = os.environ.get(SECRETS_DIR)
    if given is None:
        return []
    directory = Path(given)
    if not directory.is_dir():
        return [f"{SECRETS_DIR}: {given} is not a directory"]
    who = f"can't be read by user {os.geteuid()}"
    if not os.access(directory, os.R_OK | os.X_OK):
        return [f"{SECRETS_DIR}: {given} {who}"]
    ours = (file for file in directory.iterdir() if file.name.lower().startswith(f"{service}_"))
    return [f"{file} {who}" for file in sorted(ours) if not os.access(file, os.R_OK)]


def complaints(service: str, error: Exception) -> list[str]:
    """One line for each setting that is missing or malformed."""
    if isinstance(error, ValidationError):
        return [_complaint(service, each["type"], each["loc"], each["msg"])
                for each in error.errors(include_input=False, include_url=False)]  # fmt: skip
    if isinstance(error, MalformedSetting):
        return [f"{_named(service, error.setting)}: {error}"]
    if isinstance(error, MalformedKeyRing):
        return [f"{_named(service, 'key_encryption_keys')}: {error}"]
    field = re.search(r'field "(\w+)"', str(error))
    return [f"{_named(service, field[1])}: it is not JSON" if field else str(error)]


def _complaint(service: str, kind: str, place: tuple[int | str, ...], why: str) -> str:
    setting = _named(service, str(place[0]))
    if kind == "missing" and len(place) == 1:
        return f"{setting} {UNSET}"
    within = "".join(f"[{part}]" for part in place[1:])
    return f"{setting}{within}: {why[:1].lower()}{why[1:]}"


def _named(service: str, setting: str) -> str:
    return f"{service}_{setting}".upper()
