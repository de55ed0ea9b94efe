"""What goes wrong outside of us ends a command in words: no traceback, and nothing secret."""

import socket
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import nats.errors
import psycopg
import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError
from typer.core import TyperGroup

from shared.eventstore.stream import NO_STREAM, StreamRefused
from shared.eventstore.wrapping import MalformedKeyRing
from shared.kernel.errors import Refusal
from shared.platform.settings import MalformedSetting

CANNOT = 2
"""Exit code: nothing was done, since it can't be, or was asked wrongly."""
OUTSIDE = (
    psycopg.Error, nats.errors.Error, StreamRefused, Refusal, ValidationError, SettingsError,
    MalformedKeyRing, MalformedSetting, OSError,
)  # fmt: skip
"""What others' programs, networks and settings make a command raise. Anything else is our mistake,
and its traceback says where."""


class Plain(TyperGroup):
    """All commands: whatever one of them meets outside is said plainly."""

    def invoke(self, ctx: Any) -> Any:
        with plainly():
            return super().invoke(ctx)


@contextmanager
def plainly() -> Iterator[None]:
    try:
        yield
    except OUTSIDE as error:
        for line in in_words(error):
            print(line, file=sys.stderr)
        raise typer.Exit(CANNOT) from None


def in_words(error: BaseException) -> list[str]:
    """What an error means, a line each. No value of a setting is among them."""
    match error:
        case ValidationError() | SettingsError():
            return settings_in_words(error)
        case psycopg.ProgrammingError() if error.sqlstate is None:
            # Its message repeats the string, and so the password in it.
            return ["The database's connection string can't be read: it is no libpq string."]
        case psycopg.errors.UndefinedTable() | psycopg.errors.UndefinedColumn():
            return ["The database has not been migrated (countersign migrate)."]
        case psycopg.OperationalError() if error.sqlstate is None:
            return [f"The database can't be reached: {first_line(error)}"]
        case psycopg.Error():
            return [f"The database refuses: {error.diag.message_primary or first_line(error)}"]
        case nats.errors.Error() if "authorization violation" in str(error).lower():
            return ["The broker doesn't let this user in: its name or password is wrong."]
        case StreamRefused(code=code) if code == NO_STREAM:
            return ["The broker doesn't have the stream."]
        case nats.errors.Error() | StreamRefused():
            return [f"The broker can't do it: {first_line(error)}"]
        case Refusal():
            return [str(error)]
        case MalformedSetting():
            return [f"{error.setting.upper()}: {error}"]
        case ConnectionError() | ssl.SSLError() | socket.gaierror():
            return [f"It can't be reached: {first_line(error)}"]
        case OSError(filename=str()):
            return [f"{error.filename}: {error.strerror}"]
        case _:
            return [first_line(error) or type(error).__name__]


def settings_in_words(error: ValidationError | SettingsError) -> list[str]:
    """Which settings lack or are malformed, and how; never what was given."""
    if isinstance(error, SettingsError):
        return [f"A setting can't be read: {first_line(error)}"]
    service = error.title.removesuffix("Settings").upper()
    said = []
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        name = "_".join([service, *(str(part).upper() for part in each["loc"][:1])])
        missing = each["type"] == "missing"
        said.append(f"{name} is not set" if missing else f"{name} can't be used: {each['msg']}")
    return said


def first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]
