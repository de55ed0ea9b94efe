"""`python -m bench sizing`: how much disk, memory and processor time records take.

A day's work again and again, over HTTP: a note is written, looked at three times and countersigned.
What each service keeps of it is asked of PostgreSQL and of the broker afterwards.
"""

import argparse
import asyncio
import time
from collections.abc import Sequence

import httpx
import psutil
import psycopg

from bench.body import note
from bench.ground import AUTHOR, TEAM, ground, introduce, machine, token
from deploy.local.stack import Stack
from shared.contracts.system import SERVICES
from shared.eventstore.cloudevents import KEYS, Names
from shared.eventstore.stream import ask

SIGNER = "nurse-1"
LOOKS = 3
LIMITS = httpx.Limits(keepalive_expiry=2)
"""A connection is given up before the service would."""
ARRIVES_WITHIN = 300.0
NOTES_A_YEAR = 1_200_000
"""500 workers, ten contacts a day, 230 days."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench sizing", description=__doc__)
    parser.add_argument("--notes", type=int, default=4000)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--connections", type=int, default=16)
    given = parser.parse_args(arguments)
    with ground() as stack:
        print(machine(stack), end="\n\n")
        people = [introduce_once(stack), *(register(stack) for _ in range(given.people - 1))]
        _checkpoint(stack)
        before, busy = kept(stack), processor(stack)
        asyncio.run(work(stack, people, given.notes, given.connections))
        wait_until_recorded(stack)
        _checkpoint(stack)
        print(report(given.notes, before, kept(stack), busy, processor(stack), memory(stack)))
    return 0


def introduce_once(stack: Stack) -> str:
    """Register the author, who signs, and the first person. Returns the person's id."""
    first = introduce(stack.layout)
    signer = {
        "name": "Nurse 1",
        "job_title": "Nurse",
        "employer": "Local trust",
        "teams": [TEAM],
        "registrations": [{"body": "NMC", "number": "18A1234E", "expires_on": "2099-01-31"}],
    }
    workers = f"{stack.layout.url('supervision')}/v1/workers/{SIGNER}"
    bearer = {"Authorization": f"Bearer {token(stack.layout, 'manager-1')}"}
    httpx.put(workers, json=signer, headers=bearer).raise_for_status()
    return first


def register(stack: Stack) -> str:
    body = {
        "name": {"family": "Example", "given": ["Person"]},
        "date_of_birth": "1980-01-01",
        "team_id": TEAM,
    }
    bearer = {"Authorization": f"Bearer {token(stack.layout, 'manager-1')}"}
    url = f"{stack.layout.url('referrals')}/v1/service-users"
    return str(httpx.post(url, json=body, headers=bearer).raise_for_status().json()["id"])


async def work(stack: Stack, people: Sequence[str], notes: int, connections: int) -> None:
    """Write, look at and countersign so many notes, evenly about the people."""
    url = f"{stack.layout.url('notes')}/v1/notes"
    author, signer = (
        {"Authorization": f"Bearer {token(stack.layout, who)}"} for who in (AUTHOR, SIGNER)
    )
    turns = iter(range(notes))
    async with httpx.AsyncClient(timeout=60, limits=LIMITS) as client:

        async def one_after_another() -> None:
            for turn in turns:
                person = people[turn % len(people)]
                made = await client.post(url, json=note(person), headers=author)
                written = made.raise_for_status()
                path = f"{url}/{written.json()['id']}"
                for _ in range(LOOKS):
                    seen = await client.get(path, headers=signer)
                    seen.raise_for_status()
                body = {"basis": "validated", "digest": seen.json()["digest"]}
                match = {"If-Match": seen.headers["etag"]}
                signed = await client.post(
                    f"{path}/countersignatures", json=body, headers={**signer, **match}
                )
                signed.raise_for_status()

        await asyncio.gather(*(one_after_another() for _ in range(connections)))


def wait_until_recorded(stack: Stack) -> None:
    """Until the ledger holds all that the services have."""
    url = f"{stack.layout.url('audit')}/v1/audit/completeness"
    deadline = time.monotonic() + ARRIVES_WITHIN
    while True:
        bearer = {"Authorization": f"Bearer {token(stack.layout, 'auditor-1')}"}
        if httpx.get(url, headers=bearer).raise_for_status().json()["complete"]:
            return
        if time.monotonic() > deadline:
            raise SystemExit("The ledger did not catch up.")
        time.sleep(0.5)


def kept(stack: Stack) -> dict[str, dict[str, int]]:
    """Of each service: events, bytes of its database, and bytes of its stream; and all the WAL."""
    found: dict[str, dict[str, int]] = {}
    streams = asyncio.run(_streams(stack))
    for name in SERVICES:
        with psycopg.connect(stack.postgres.owner_dsn(name)) as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM events), pg_database_size(current_database()),"
                " pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
            ).fetchone()
        assert row is not None
        found[name] = {"events": row[0], "database": row[1], "stream": streams[name]}
        found["all"] = {"wal": row[2]}
    return found


async def _streams(stack: Stack) -> dict[str, int]:
    connection = await stack.nats.connect()
    try:
        names = {name: Names("LOCAL", name).stream for name in SERVICES} | {"keys": KEYS}
        return {
            name: int((await ask(connection, f"STREAM.INFO.{stream}"))["state"]["bytes"])
            for name, stream in names.items()
        }
    finally:
        await connection.close()


def processor(stack: Stack) -> dict[str, float]:
    """Seconds of processor time each process has taken, its children included."""
    return {name: sum(sum(each.cpu_times()[:2]) for each in _family(stack, name))
            for name in stack.processes}  # fmt: skip


def memory(stack: Stack) -> dict[str, int]:
    """Bytes that each process has to itself or shares (PSS), its children included."""
    return {name: sum(each.memory_full_info().pss for each in _family(stack, name))
            for name in stack.processes}  # fmt: skip


def _family(stack: Stack, name: str) -> list[psutil.Process]:
    running = stack.processes[name].pid
    first = psutil.Process(running)
    return [first, *first.children(recursive=True)]


def _checkpoint(stack: Stack) -> None:
    with psycopg.connect(stack.postgres.superuser_dsn(), autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def report(
    notes: int,
    before: dict[str, dict[str, int]],
    after: dict[str, dict[str, int]],
    busy_before: dict[str, float],
    busy: dict[str, float],
    held: dict[str, int],
) -> str:
    def grown(name: str, what: str) -> int:
        return after[name][what] - before[name][what]

    lines = [
        f"{notes:,} notes, each looked at {LOOKS} times and countersigned",
        "",
        "| of one note | events | database | stream | a year |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name in SERVICES:
        events, database, stream = (grown(name, each) for each in ("events", "database", "stream"))
        year = (database + stream) / notes * NOTES_A_YEAR / 1e9
        lines.append(
            f"| {name} | {events / notes:.1f} | {database / notes / 1000:.1f} kB"
            f" | {stream / notes / 1000:.1f} kB | {year:.1f} GB |"
        )
    wal = grown("all", "wal") / notes
    lines += [
        "",
        f"Write-ahead log of all four: {wal / 1000:.1f} kB a note, {wal * NOTES_A_YEAR / 1e9:.0f}"
        f" GB a year of {NOTES_A_YEAR:,} notes, before compression.",
        "",
        "| process | memory | processor time of a note |",
        "| --- | ---: | ---: |",
    ]
    for name, seconds in busy.items():
        each = (seconds - busy_before.get(name, 0)) / notes * 1000
        lines.append(f"| {name} | {held[name] / 1e6:.0f} MB | {each:.2f} ms |")
    return "\n".join(lines)
