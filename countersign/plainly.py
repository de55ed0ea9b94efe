"""What goes wrong outside of us ends a command in words: no traceback, and nothing secret."""

import socket
import ssl

import nats.errors
import psycopg
from pydantic import ValidationError
from pydantic_settings import SettingsError
from sqlalchemy.exc import DBAPIError

from countersign.misconfigured import Misconfigured, complaints
from shared.eventstore.stream import NO_STREAM, StreamRefused
from shared.eventstore.wrapping import MalformedKeyRing
from shared.kernel.errors import Refusal
from shared.platform.broker import BrokerAway
from shared.platform.settings import MalformedSetting

CANNOT = 2
"""Exit code: nothing was done, since it can't be, or was asked wrongly."""
OUTSIDE = (
    psycopg.Error, DBAPIError, nats.errors.Error, StreamRefused, Refusal, ValidationError,
    SettingsError, MalformedKeyRing, MalformedSetting, Misconfigured, OSError,
)  # fmt: skip
"""What others' programs, networks and settings make a command raise. Anything else is our mistake,
and its traceback says where."""


def outside(error: BaseException) -> list[str] | None:
    """What an error of the world outside means, a line each; None for one of our own."""
    return in_words(error) if isinstance(error, OUTSIDE) else None


def in_words(error: BaseException) -> list[str]:
    """What an error means, a line each. No value of a setting is among them."""
    match error:
        case ValidationError() | SettingsError():
            return complaints(_whose(error), error)
        case psycopg.ProgrammingError() if error.sqlstate is None:
            # Its message repeats the string, and so the password in it.
            return ["The database's connection string can't be read: it is no libpq string."]
        case psycopg.errors.UndefinedTable() | psycopg.errors.UndefinedColumn():
            return ["The database has not been migrated (countersign migrate)."]
        case psycopg.OperationalError() if error.sqlstate is None:
            return [f"The database can't be reached: {first_line(error)}"]
        case psycopg.Error():
            return [f"The database refuses: {error.diag.message_primary or first_line(error)}"]
        case BrokerAway():
            return [f"The broker can't be reached: {first_line(error)}"]
        case nats.errors.TimeoutError():
            return ["The broker did not answer in time."]
        case nats.errors.Error() if "authorization violation" in str(error).lower():
            return ["The broker doesn't let this user in: its name or password is wrong."]
        case StreamRefused(code=code) if code == NO_STREAM:
            return ["The broker doesn't have the stream."]
        case nats.errors.Error() | StreamRefused():
            return [f"The broker can't do it: {first_line(error)}"]
        case Refusal():
            return [str(error)]
        case MalformedKeyRing():
            return [f"KEY_ENCRYPTION_KEYS: {error}"]
        case DBAPIError(orig=psycopg.Error() as cause):
            return in_words(cause)
        case MalformedSetting():
            return [f"{error.setting.upper()}: {error}"]
        case TimeoutError() if not str(error):
            # What waited for it isn't said: a client that gives up waiting has no words of its own.
            return ["The broker or the database did not answer in time. Is it up, and not hung?"]
        case ConnectionError() | ssl.SSLError() | socket.gaierror():
            return [f"It can't be reached: {first_line(error)}"]
        case OSError(filename=str()):
            return [f"{error.filename}: {error.strerror}"]
        case Misconfigured():
            return str(error).splitlines()
        case _:
            return [first_line(error) or type(error).__name__]


def first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0]


def _whose(error: ValidationError | SettingsError) -> str:
    """What the names of the settings begin with that an error is about."""
    title = error.title if isinstance(error, ValidationError) else ""
    return title.removesuffix("Settings")
