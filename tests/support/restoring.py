"""Base backups, archived WAL, and clusters restored from both to a point in time."""

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg

from deploy.local.layout import Layout
from deploy.local.postgres import BINARIES, Postgres
from deploy.local.processes import Process, become, wait_until
from deploy.local.stack import Stack

ARCHIVING = """
wal_level = replica
archive_mode = on
archive_command = 'test ! -f {archive}/%f && cp %p {archive}/%f'
"""
RECOVERY = """
restore_command = 'cp {archive}/%f %p'
recovery_target_time = '{to}'
recovery_target_action = 'promote'
archive_mode = off
unix_socket_directories = '{sockets}'
"""


@dataclass
class Archive:
    """Of one local PostgreSQL: where its WAL goes, and its base backup."""

    postgres: Postgres
    directory: Path
    restored: list[Process] = field(default_factory=list)

    @classmethod
    def of(cls, layout: Layout) -> "Archive":
        """Have a cluster that was not started yet archive its WAL."""
        postgres = Postgres(layout)
        postgres.initialise()
        made = cls(postgres, layout.data / "archive")
        made._own(made.directory)
        with (postgres.directory / "postgresql.auto.conf").open("a") as file:
            file.write(ARCHIVING.format(archive=made.directory))
        return made

    def back_up(self) -> Path:
        """Take a base backup, and see that its files are what its manifest says."""
        backup = self.directory.with_name("base")
        self._own(backup)
        self._run("pg_basebackup", "-h", self.postgres.sockets, "-U", "postgres", "-D", backup,
                  "-c", "fast", "-X", "none", "--no-sync",
                  "--manifest-checksums", "SHA256")  # fmt: skip
        # As pg_verifybackup does, which the wheel has, but broken.
        for file in json.loads((backup / "backup_manifest").read_text())["Files"]:
            digest = hashlib.sha256((backup / file["Path"]).read_bytes()).hexdigest()
            assert digest == file["Checksum"], file["Path"]
        return backup

    def now(self) -> datetime:
        """A moment after everything that was committed, by the server's clock."""
        with psycopg.connect(self.postgres.superuser_dsn()) as connection:
            row = connection.execute("SELECT clock_timestamp()").fetchone()
            assert row
            found: datetime = row[0]
            return found

    def flush(self) -> None:
        """Wait until all WAL written by now is in the archive."""
        with psycopg.connect(self.postgres.superuser_dsn(), autocommit=True) as connection:
            row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
            assert row
            wait_until((self.directory / row[0]).exists, 30, "the last WAL is archived")

    def restore(self, backup: Path, to: datetime) -> "Restored":
        """A new cluster as the old one was at a moment."""
        made = Restored(self.postgres, self.directory.with_name("restored"))
        shutil.copytree(backup, made.directory)
        self._own(made.directory, *made.directory.rglob("*"))
        self._own(made.sockets)
        with (made.directory / "postgresql.auto.conf").open("a") as file:
            file.write(
                RECOVERY.format(archive=self.directory, to=to.isoformat(), sockets=made.sockets)
            )
        (made.directory / "recovery.signal").touch()
        command = [str(BINARIES / "postgres"), "-D", str(made.directory),
                   "-c", f"unix_socket_directories={made.sockets}"]  # fmt: skip
        log = self.directory.with_name("logs") / "restored.log"
        process = Process("restored", command, log, user=self.postgres.user)
        process.start()
        self.restored.append(process)
        wait_until(made.is_promoted, 60, "the restored cluster is promoted")
        return made

    def _own(self, *paths: Path) -> None:
        for path in paths:
            if not path.exists():
                path.mkdir(mode=0o700)
            if self.postgres.user:
                os.chown(path, self.postgres.user.pw_uid, -1)

    def _run(self, program: str, *arguments: object) -> None:
        password = self.postgres.superuser_dsn().rpartition("password=")[2]
        subprocess.run(
            [BINARIES / program, *map(str, arguments)], check=True, capture_output=True, cwd="/",
            env={**os.environ, "PGPASSWORD": password}, **become(self.postgres.user),
        )  # fmt: skip


@dataclass
class Restored:
    """The restored cluster; it has all the databases, of which one is to be used."""

    original: Postgres
    directory: Path

    @property
    def sockets(self) -> Path:
        return self.directory.with_name("restored-sockets")

    def here(self, dsn: str) -> str:
        """The same database of this cluster."""
        return dsn.replace(f"host={self.original.sockets} ", f"host={self.sockets} ")

    def is_promoted(self) -> bool:
        try:
            with psycopg.connect(self.here(self.original.superuser_dsn())) as connection:
                row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
        except psycopg.OperationalError:
            return False
        return row == (False,)

    def serve(self, stack: Stack, service: str) -> None:
        """Have a service use its database here from its next start."""
        dsn = self.here(self.original.run_time_dsn(service))
        (stack.layout.secrets_of(service) / f"{service}_database_dsn").write_text(dsn)


@contextmanager
def archived(layout: Layout) -> Iterator[Archive]:
    """For a stack that is started within; what was restored is stopped after it."""
    archive = Archive.of(layout)
    try:
        yield archive
    finally:
        for process in archive.restored:
            process.stop()
