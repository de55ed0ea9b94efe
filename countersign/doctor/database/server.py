"""Whether the server keeps what it says it has kept, in what order it was written, and no longer
than it should. Pure."""

from collections.abc import Mapping

from countersign.doctor.database.looking import NEEDED, Seen
from countersign.doctor.finding import Findings, advised, careful, demanded, fine, or_fine, wrong

PARAMETERS = ("fsync", "full_page_writes")
CLOCK_CAREFUL, CLOCK_WRONG = 1.0, 10.0
"""Seconds between two clocks."""
HELD_CAREFUL, HELD_WRONG = 5.0, 60.0
"""Seconds for which one transaction may hold back what others wrote."""
FULL = 0.8
CONNECTIONS_BESIDES = 4
"""What a process takes besides its pool: a writer, the lead, consumers."""


def server(seen: Seen, pool_size: int) -> Findings:
    version = seen.server["version"]
    if version < NEEDED:
        yield wrong(
            f"PostgreSQL is {version // 10000}: 17 at least is needed",
            "Without transaction_timeout one forgotten transaction holds back all publishing.",
            "Upgrade the cluster.",
        )
        return
    yield fine(f"PostgreSQL {version // 10000}.{version % 10000} answers")
    if seen.server["standby"]:
        yield wrong(
            "the connection goes to a standby", "Nothing can be recorded there.",
            "Point the DSN at the service of the primary (…-rw).",
        )  # fmt: skip
        return
    if not seen.server["encrypted"]:
        yield demanded(
            "the connection isn't encrypted", "What is personal is sealed, but not who did what.",
            "sslmode=verify-full in the DSN, and ssl on at the server.",
        )  # fmt: skip
    yield from durability(seen)
    yield from standbys(seen)
    yield from archive(seen)
    yield from horizon(seen)
    yield from logging(seen)
    yield from room(seen, pool_size)
    yield from clock(seen.clock, "the database")


def durability(seen: Seen) -> Findings:
    yield from or_fine("what it has acknowledged survives a crash", _volatile(seen.settings, seen))


def _volatile(settings: Mapping[str, str], seen: Seen) -> Findings:
    for name in PARAMETERS:
        if settings[name] != "on":
            yield wrong(
                f"{name} is off", "A power cut can lose or tear what was acknowledged.",
                f"Set {name} = on, and check the data.",
            )  # fmt: skip
    if settings["synchronous_commit"] == "off":
        yield wrong(
            "synchronous_commit is off",
            "What was acknowledged can be gone after a crash of the server.",
            "Set it to on, for the server, the database and the role.",
        )
    if settings["data_checksums"] != "on":
        yield careful(
            "data checksums are off", "What a disk spoils isn't noticed when it is read.",
            "pg_checksums --enable with the server stopped, or a new cluster.",
        )  # fmt: skip
    if seen.server["encoding"] != "UTF8":
        yield wrong(
            f"the database's encoding is {seen.server['encoding']}",
            "Names that it can't write are refused.",
            "Make it anew with ENCODING 'UTF8', and restore into it.",
        )
    isolation = settings["default_transaction_isolation"]
    if isolation != "read committed":
        yield wrong(
            f"default_transaction_isolation is {isolation}",
            "Group commit is written for read committed; others fail under load.",
            "Set it back to read committed.",
        )


def standbys(seen: Seen) -> Findings:
    if not seen.settings["synchronous_standby_names"]:
        yield demanded(
            "no standby is synchronous (synchronous_standby_names is empty)",
            "A fail-over loses what was acknowledged last, and the store is behind its stream.",
            "One synchronous standby: spec.postgresql.synchronous of the CloudNativePG Cluster.",
        )
    elif not seen.server["standbys"]:
        yield wrong(
            "a standby is to be synchronous, and none is connected",
            "Commits wait for it, or are on one machine only.",
            "Look at the standby's pod; docs/runbooks/fail-over.md.",
        )
    elif seen.server["sees_all"] and not seen.server["synchronous"]:
        yield wrong(
            "standbys are connected, and none of them is synchronous",
            "A fail-over loses what was acknowledged last.",
            "Look at pg_stat_replication: names must match synchronous_standby_names.",
        )


def archive(seen: Seen) -> Findings:
    if seen.settings["archive_mode"] == "off" or seen.settings["wal_level"] == "minimal":
        yield demanded(
            "WAL isn't archived", "Without it nothing can be restored to a point in time.",
            "Configure backups: the ObjectStore of the Barman Cloud plugin.",
        )  # fmt: skip
    elif seen.server["archiving_fails"]:
        last = seen.server["archived_at"]
        yield wrong(
            f"archiving WAL fails (last done: {f'{last:%Y-%m-%d %H:%M}' if last else 'never'})",
            "What was recorded since is in no backup, and the disk fills.",
            "Look at the server's log; countersign backup-check.",
        )


def horizon(seen: Seen) -> Findings:
    yield from or_fine("no transaction holds back what is published", _holding(seen))


def _holding(seen: Seen) -> Findings:
    if seen.settings["max_prepared_transactions"] != "0":
        yield wrong(
            "max_prepared_transactions is not 0",
            "A prepared transaction that is forgotten holds back all publishing, for ever.",
            "Set it to 0.",
        )
    if seen.settings["transaction_timeout"] == "0":
        yield wrong(
            "transaction_timeout isn't set",
            "A transaction that someone leaves open, of any role or database of this cluster,"
            " holds back what is published, until it ends.",
            "Set transaction_timeout = 60s for the server. Migrations set their own.",
        )
    if seen.oldest:
        yield from held(seen.oldest["seconds"], _whose(seen))


def held(seconds: float | None, whose: str) -> Findings:
    if seconds is None or seconds < HELD_CAREFUL:
        return
    say = wrong if seconds >= HELD_WRONG else careful
    yield say(
        f"{whose} has been writing in one transaction for {seconds:.0f} s",
        "What others wrote since is kept back from streams and readers until it ends.",
        "Have it end; if nobody knows it: SELECT pg_terminate_backend(<pid>) as a superuser.",
    )


def logging(seen: Seen) -> Findings:
    settings = seen.settings
    logged = settings["log_statement"] in ("mod", "all") or (
        int(settings["log_min_duration_statement"]) >= 0
    )
    shown = settings["log_parameter_max_length"] != "0"
    if (logged and shown) or settings["log_parameter_max_length_on_error"] != "0":
        yield careful(
            "statements are logged with their values",
            "Content is sealed before it gets here, but ids of people and staff are not: the"
            " server's log then is a record of care too.",
            "Set log_parameter_max_length = 0 and log_parameter_max_length_on_error = 0.",
        )


def room(seen: Seen, pool_size: int) -> Findings:
    most = int(seen.settings["max_connections"]) - int(
        seen.settings["superuser_reserved_connections"]
    )
    one = pool_size + CONNECTIONS_BESIDES
    if seen.server["connections"] > FULL * most:
        yield careful(
            f"{seen.server['connections']} of {most} connections are taken",
            "Who comes next is refused.", "Raise max_connections, or lower POOL_SIZE.",
        )  # fmt: skip
    elif most < 4 * one:
        yield advised(
            f"{most} connections, of which a process of the service takes up to {one}",
            "Two APIs and two workers, and a second set during an upgrade, don't fit.",
            f"Raise max_connections above {8 * one}, or lower POOL_SIZE.",
        )


def clock(ahead: float, whose: str) -> Findings:
    if abs(ahead) < CLOCK_CAREFUL:
        return
    say = wrong if abs(ahead) >= CLOCK_WRONG else careful
    yield say(
        f"the clock of {whose} is {abs(ahead):.1f} s {'ahead' if ahead > 0 else 'behind'}",
        "Times in the record, tokens and deadlines go by these clocks.",
        "Have both follow the same time service (chrony, NTP).",
    )


def _whose(seen: Seen) -> str:
    assert seen.oldest is not None
    application = seen.oldest["application"] or "an unnamed program"
    return f"{application} (role {seen.oldest['role']}, pid {seen.oldest['pid']})"
