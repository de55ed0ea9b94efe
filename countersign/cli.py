"""The commands. What they do is in modules of their own.

Each imports what it does when it is called: all of it together takes longer than most of them.
"""

import asyncio
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

app = typer.Typer(
    help="Event-sourced care records for support, time and recovery teams.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
out = Console(highlight=False, soft_wrap=True)


class ServiceName(StrEnum):
    NOTES = "notes"
    REFERRALS = "referrals"
    SUPERVISION = "supervision"
    AUDIT = "audit"


class Rebuildable(StrEnum):
    AUDIT = "audit"


class RoleName(StrEnum):
    API = "api"
    WORKER = "worker"
    ALL = "all"


@app.command()
def serve(
    service: ServiceName,
    role: Annotated[RoleName, typer.Option(help="api, worker or both")] = RoleName.ALL,
    host: str = "127.0.0.1",
    port: int = 8000,
    drain: Annotated[
        float | None,
        typer.Option(help="Seconds to go on answering when asked to stop; 5 for api, else 0"),
    ] = None,
) -> None:
    """Run one service, configured by its environment."""
    from countersign import serving

    serving.serve(service.value, role.value, host, port, drain)


@app.command()
def identity(port: int = 8100) -> None:
    """Run the local identity provider. For local use only: everyone's secret is `local`."""
    import uvicorn

    from deploy.local.identity.app import create_app
    from deploy.local.identity.keys import IdentitySettings
    from deploy.local.layout import Layout

    settings = IdentitySettings(port, Layout.from_environment().data)
    uvicorn.run(create_app(settings), port=port, access_log=False, log_level="warning")


@app.command()
def witness(host: str = "127.0.0.1", port: int = 8106) -> None:
    """Run a witness of the ledger, for another team than the ledger's (COUNTERSIGN_WITNESS_…).

    Its key is 32 random bytes in base64, as `countersign ledger-key` prints; what others need to
    verify its cosignatures it says at its start.
    """
    from countersign.witness import run

    run(host, port)


@app.command()
def migrate(
    service: ServiceName,
    owner_dsn: Annotated[str | None, typer.Option(envvar="COUNTERSIGN_OWNER_DSN")] = None,
    force: Annotated[
        bool, typer.Option(help="Even if releases still run that it would make unavailable")
    ] = False,
) -> None:
    """Bring a service's database to this release's schema, while the release before runs on.

    Refuses where the release that runs could not go on. Safe to interrupt and to run again.
    """
    from countersign.configuration import dsn_of_owner
    from shared.platform import migrations

    try:
        owner = dsn_of_owner(service.value, owner_dsn)
        at = migrations.migrate(service.value, owner, force=force, say=out.print)
        out.print(f"{service.value} is at {at}")
    except migrations.CannotMigrate as refused:
        out.print(str(refused))
        raise typer.Exit(1) from None


@app.command()
def replay(service: ServiceName) -> None:
    """Apply again the events a service had to park."""
    from countersign import operations

    applied, left = asyncio.run(operations.replay(service.value))
    out.print(f"{applied} applied, {left} still parked")
    raise typer.Exit(1 if left else 0)


@app.command()
def recover(
    service: ServiceName,
    owner_dsn: Annotated[str | None, typer.Option(envvar="COUNTERSIGN_OWNER_DSN")] = None,
    operator: Annotated[str, typer.Option(help="Your staff id, for the record")] = "operator",
) -> None:
    """Go on after the store was set back behind its stream. Stop the service first."""
    from countersign import operations

    done = asyncio.run(operations.recover(service.value, owner_dsn, operator))
    if done is None:
        out.print("The store holds the end of its stream: there is nothing to recover from.")
    else:
        out.print(f"Going on from base {done.base}; {done.repositioned} events were moved up.")


@app.command("rotate-key")
def rotate_key(
    service: ServiceName,
    operator: Annotated[str, typer.Option(help="Your staff id, for the record")] = "operator",
) -> None:
    """Wrap a service's data keys again, under the first key-encryption key of its ring.

    Give all four services the new ring and restart them before; then rotate each, the owners of
    keys (referrals, supervision) first. Safe to interrupt and to run again.
    """
    from countersign import operations

    done, kek = asyncio.run(operations.rotate_key(service.value, operator))
    out.print(f"{done} keys wrapped again; all are under {kek}.")


@app.command("ledger-key")
def ledger_key(
    origin: Annotated[str | None, typer.Option(help="The ledger's, AUDIT_LEDGER_ORIGIN")] = None,
    year: Annotated[int | None, typer.Option(help="Whose checkpoints are to be verified")] = None,
    keys: Annotated[Path | None, typer.Option(help="A file of keys there are already")] = None,
) -> None:
    """Print a new key for AUDIT_LEDGER_KEYS; for an origin and a year, what verifies it.

    A key's public half has the year's origin in it, so verifiers are given one for each year. The
    new key alone goes to the standard output, its public half to the standard error. With --keys no
    key is made, and the public halves of those go to the standard output.
    """
    from countersign import operations

    lines = keys.read_text() if keys else operations.new_ledger_key()
    if not keys:
        print(lines)
    if origin and year:
        for vkey in operations.ledger_vkeys(origin, year, lines):
            print(vkey, file=None if keys else sys.stderr)


@app.command(
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def verify(context: typer.Context) -> None:
    """Check an export, or a log that runs (--against URL), with keys of your own: see --help.

    Exits with 0 proved, 1 disproved, 2 can't be read, 3 no key of yours vouches for it.
    """
    from countersign import against

    raise typer.Exit(against.main(context.args))


@app.command()
def reconcile(
    services: Annotated[list[ServiceName] | None, typer.Argument(help="all four")] = None,
    key: Annotated[list[str] | None, typer.Option(help="vkey of a retired key, too")] = None,
    restored: Annotated[
        list[ServiceName] | None, typer.Option(help="whose store you know was set back")
    ] = None,
    wait: Annotated[float, typer.Option(help="Seconds, for what is on its way")] = 10,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Compare services' own events with the ledger, and the ledger's parts with each other.

    Exits with 0 they agree, 1 they differ, 2 they can't be read. It only reads.
    """
    from countersign.reconcile.command import run

    names = [each.value for each in services or ServiceName]
    known = [each.value for each in restored or ()]
    raise typer.Exit(run(names, key or [], known, wait, as_json=as_json))


@app.command()
def rebuild(
    service: Annotated[Rebuildable, typer.Argument(help="audit")],
    check: Annotated[bool, typer.Option(help="Only compare, and change nothing")] = False,
    owner_dsn: Annotated[str | None, typer.Option(envvar="COUNTERSIGN_OWNER_DSN")] = None,
) -> None:
    """Read the whole ledger again, and make anew what questions are answered from.

    What serves goes on serving, and is replaced at once at the end. Safe to interrupt, and to run
    again. With --check, exits with 1 where what serves is not what the ledger says.
    """
    from countersign.rebuild import run

    raise typer.Exit(run(out, owner_dsn, check=check))


@app.command()
def token(persona: str) -> None:
    """Print a bearer token of a persona of the local stack."""
    from countersign import local

    try:
        print(local.token(persona))
    except LookupError:
        out.print(f"There is no persona {persona}. Known: {', '.join(local.personas())}.")
        raise typer.Exit(2) from None


@app.command()
def assertion(client: str) -> None:
    """Print a signed assertion of a system of the local stack (SMART Backend Services): good for
    one token, within five minutes."""
    from countersign import local

    try:
        print(local.assertion(client))
    except LookupError:
        out.print(f"There is no system {client}. Known: {', '.join(local.systems())}.")
        raise typer.Exit(2) from None


@app.command()
def up(
    detach: Annotated[bool, typer.Option(help="Leave it running in the background")] = False,
) -> None:
    """Start the local stack; seed the demo team the first time (unless COUNTERSIGN_SEED=0)."""
    if detach:
        from countersign import local

        raise typer.Exit(local.up_detached(out))
    from countersign import up

    raise typer.Exit(up.up(out))


@app.command()
def down() -> None:
    """Stop the local stack. Data stay."""
    from countersign import local

    raise typer.Exit(local.down(out))


@app.command()
def status() -> None:
    """Say what of the local stack runs, and whether it is ready."""
    from countersign import local

    raise typer.Exit(local.status(out))
