"""How one service reaches what it depends on, as its settings say: where, and how protected."""

from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from countersign.doctor.finding import Findings, advised, demanded, wrong
from shared.platform.settings import ServiceSettings

VERIFIED = "verify-full"


def to_broker(given: ServiceSettings) -> Findings:
    servers = [urlsplit(each.strip()) for each in given.nats_url.split(",")]
    if any(each.password or each.username for each in servers):
        yield wrong(
            "NATS_URL has a name or a password in it",
            "Addresses are logged; passwords in them too.",
            "Give them as NATS_USER and in the file …_nats_password.",
        )
    if any(each.scheme != "tls" for each in servers):
        yield demanded(
            "the broker's address doesn't begin with tls://",
            "Its password and all messages travel in clear, and it isn't known who answers.",
            "Set NATS_URL to tls://…, and NATS_CA to the authority of its certificate.",
        )
    if given.nats_ca and not Path(given.nats_ca).is_file():
        yield wrong(
            f"the file {given.nats_ca}, which NATS_CA names, isn't there",
            "The service doesn't start like this.", "Mount the authority's certificate there.",
        )  # fmt: skip
    if not given.nats_user or not given.nats_password:
        yield demanded(
            "NATS_USER or NATS_PASSWORD isn't set",
            "Without a user of its own a service may do what everyone may.",
            "Set both, as the broker's configuration has them.",
        )


def to_collector(given: ServiceSettings) -> Findings:
    if given.otlp_endpoint is None:
        yield advised(
            "OTLP_ENDPOINT isn't set", "Traces are not recorded; metrics and logs are.",
            "Set it to the collector, as http://collector:4318.",
        )  # fmt: skip
    elif urlsplit(given.otlp_endpoint).scheme not in ("http", "https"):
        yield wrong(
            "OTLP_ENDPOINT is no http address", "Spans are dropped.",
            "Set it to the collector, as http://collector:4318.",
        )  # fmt: skip
    if not given.strict_transport_security:
        yield advised(
            "STRICT_TRANSPORT_SECURITY is empty",
            "Browsers may be led to talk to the service in clear.",
            "Leave it out: its default is a year.",
        )


def to_database(dsn: str) -> Findings:
    try:
        parts = conninfo_to_dict(dsn)
    except ProgrammingError:
        yield wrong(
            "DATABASE_DSN can't be read", "The service can't reach its database.",
            "Write it as libpq does: host=… dbname=… user=… password=… sslmode=verify-full.",
        )  # fmt: skip
        return
    host = str(parts.get("host") or "")
    mode = parts.get("sslmode")
    if mode != VERIFIED and not host.startswith("/"):
        yield demanded(
            f"DATABASE_DSN has sslmode={mode or 'prefer'}",
            "Whoever is between can pass for the database, or have the connection in clear.",
            "Set sslmode=verify-full and sslrootcert to the database's authority.",
        )
    elif host.startswith("/"):
        yield demanded(
            "DATABASE_DSN goes to a socket of this machine",
            "A production database is a cluster of its own with a standby, reached over TLS.",
            "Set host, sslmode=verify-full and sslrootcert.",
        )
    root = parts.get("sslrootcert")
    if root and root != "system" and not Path(str(root)).exists():
        yield wrong(
            f"the file {root}, which DATABASE_DSN names, isn't there",
            "No connection can be made.", "Mount the authority's certificate there.",
        )  # fmt: skip


def is_loopback(host: str | None) -> bool:
    if host is None or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def web_address(setting: str, url: str | None, why: str) -> Findings:
    if url is None:
        return
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield wrong(f"{setting} is no http address", why, "Set an address that begins https://.")
    elif parts.scheme != "https":
        yield demanded(f"{setting} begins with http://", why, "Set its https:// address.")
    elif is_loopback(parts.hostname):
        yield demanded(f"{setting} is this machine itself", why, "Set the trust's own.")
