"""The one way to the broker: as one's own user and, beyond this machine, over TLS only."""

import ipaddress
import ssl
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlsplit

from nats.aio.client import Client
from nats.errors import Error, NoServersError
from pydantic import SecretStr

from shared.platform.settings import BrokerSettings, MalformedSetting

PLAIN, SECURE = "nats", "tls"


class BrokerAway(Error):
    """Why no server was reached."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why

    def __str__(self) -> str:
        return self.why


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is, who connects, and which certificates are believed there."""

    servers: list[str]
    user: str | None
    password: SecretStr | None
    trusted: ssl.SSLContext | None

    @classmethod
    def of(cls, settings: BrokerSettings) -> Self:
        """Raises `MalformedSetting` where a password, or anything else, would cross in clear."""
        servers = [each.strip() for each in settings.nats_url.split(",")]
        schemes = {urlsplit(each).scheme for each in servers}
        if schemes == {SECURE}:
            trusted = _trusted(settings.nats_ca)
        elif schemes != {PLAIN}:
            raise MalformedSetting("nats_url", "every address begins with nats://, or with tls://")
        elif settings.nats_ca:
            raise MalformedSetting("nats_ca", "it needs an address that begins with tls://")
        elif not all(_is_here(urlsplit(each).hostname) for each in servers):
            raise MalformedSetting(
                "nats_url", "what is sent to another machine would cross in clear: use tls://"
            )
        else:
            trusted = None
        return cls(servers, settings.nats_user, settings.nats_password, trusted)

    async def connect(self, name: str, connection: Client | None = None, **options: Any) -> Client:
        """Connect as `name`, which prefixes the inbox: nobody else may hear its answers.

        The handshake comes first: a server that says it needs none is then never told a password.
        """
        connection = connection or Client()
        await connection.connect(
            self.servers,
            user=self.user,
            password=self.password.get_secret_value() if self.password else None,
            name=f"countersign-{name}",
            inbox_prefix=f"_INBOX_{name}",
            tls=self.trusted,
            tls_handshake_first=self.trusted is not None,
            **options,
        )
        return connection

    async def connect_once(self, name: str) -> Client:
        """For a command: who isn't there is tried twice, and not waited for.

        Raises `nats.errors.Error`: `BrokerAway` where nobody was reached.
        """
        problems: list[Exception] = []

        async def noted(error: Exception) -> None:
            problems.append(error)

        try:
            return await self.connect(
                name,
                allow_reconnect=False,
                connect_timeout=5,
                max_reconnect_attempts=1,
                reconnect_time_wait=0.2,
                error_cb=noted,
            )
        except NoServersError:
            why = next(iter(problems), NoServersError())
            raise BrokerAway(str(why)) if isinstance(why, OSError) else why from None


def _trusted(authority: str | None) -> ssl.SSLContext:
    """Those of one authority, or else of the system's; the server's name is always verified."""
    try:
        context = ssl.create_default_context(cafile=authority)
    except OSError as error:
        raise MalformedSetting("nats_ca", f"it can't be read: {type(error).__name__}") from None
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def _is_here(host: str | None) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host or "").is_loopback
    except ValueError:
        return False
