"""The commands. What they do is in modules of their own.

Each imports what it does when it is called: all of it together takes longer than most of them.
"""

import asyncio
import logging
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from typer.core import TyperGroup

from countersign import checkout


class Plain(TyperGroup):
    """What goes wrong outside of us ends a command in words, and with 2."""

    def invoke(self, ctx: Any) -> Any:
        for library in ("psycopg.pool", "nats"):
            # What they would print besides, where nobody has set logging up, is said in words.
            logging.getLogger(library).addHandler(logging.NullHandler())
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:
            from countersign.plainly import CANNOT, outside

            lines = outside(error)
            if lines is None:
                raise
            print("\n".join(lines), file=sys.stderr)
            raise typer.Exit(CANNOT) from None


app = typer.Typer(
    cls=Plain,
    help="Event-sourced care records for support, time and recovery teams.",
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
)
RUN, SET_UP, OPERATE, PROVE, LOCAL = "Run", "Set up", "Operate", "Prove", "Local stack"
"""What a command is for: how the help groups them."""
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


@app.command(rich_help_panel=RUN)
def serve(
    service: ServiceName,
    role: Annotated[RoleName, typer.Option(help="api, worker or both")] = RoleName.ALL,
    host: str = "127.0.0.1",
    port: Annotated[int, typer.Option(envvar="COUNTERSIGN_LISTEN_PORT")] = 8000,
    drain: Annotated[
        float | None,
        typer.Option(help="Seconds to go on answering when asked to stop; 5 for api, else 0"),
    ] = None,
) -> None:
    """Run one service, configured by its environment."""
    from countersign import serving

    serving.serve(service.value, role.value, host, port, drain)


@app.command(rich_help_panel=RUN)
def witness(host: str = "127.0.0.1", port: int = 8106) -> None:
    """Run a witness of the ledger, for another team than the ledger's (COUNTERSIGN_WITNESS_…).

    Its key is 32 random bytes in base64, as `countersign ledger-key` prints; what others need to
    verify its cosignatures it says at its start.
    """
    from countersign.witness import run

    run(host, port)


@app.command(rich_help_panel=SET_UP)
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


@app.command(rich_help_panel=SET_UP)
def provision(
    replicas: Annotated[int, typer.Option(min=1, max=5, help="3 in production")] = 1,
    adjust: Annotated[bool, typer.Option(help="Change what can be, and loses nothing")] = False,
) -> None:
    """Make the streams of all services, as the operator (COUNTERSIGN_OPERATOR_…).

    Nothing happens to those that exist. Exits with 1 where one is not what it must be, and says
    how; with --adjust only where that can't be changed.
    """
    from countersign.provision import run

    raise typer.Exit(run(out, replicas, adjust=adjust))


@app.command("reload-broker", rich_help_panel=SET_UP)
def reload_broker() -> None:
    """Let each server of the broker read its configuration and certificate again, as the user
    `system` (COUNTERSIGN_SYSTEM_…). Exits with 1 where one did not."""
    from countersign.reload import run

    raise typer.Exit(run(out))


@app.command("nats-config", rich_help_panel=SET_UP)
def nats_config(
    ods_code: Annotated[str, typer.Option(help="The trust's, as in <SERVICE>_ODS_CODE")] = "LOCAL",
    servers: Annotated[int, typer.Option(min=1, max=5)] = 3,
) -> None:
    """Print the configuration of the broker on Kubernetes, with every user's permissions."""
    from countersign.configuration import service_of
    from shared.platform.nats_config import configuration

    services = [service_of(each.value) for each in ServiceName]
    print(configuration(services, ods_code, servers), end="")


@app.command(rich_help_panel=OPERATE)
def doctor(
    services: Annotated[
        list[ServiceName] | None, typer.Argument(help="those whose settings are here")
    ] = None,
    production: Annotated[bool, typer.Option(help="Also what only production demands")] = False,
    role: Annotated[
        RoleName,
        typer.Option(envvar="COUNTERSIGN_ROLE", help="The pod's, which may not go further"),
    ] = RoleName.ALL,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Say what is misconfigured, why it matters and what to do. It only reads.

    Where one service's settings are, as in its pod: countersign doctor notes --production --role
    worker. There a worker can't reach the issuer, nor an api the witnesses: the other role is asked
    for that. Exits with 0 nothing is wrong, 1 something is, 2 something could not be looked at.
    """
    from countersign.doctor.command import run
    from countersign.doctor.roles import Role

    names = [each.value for each in services or ()]
    raise typer.Exit(run(names, Role(role.value), production=production, as_json=as_json))


@app.command(rich_help_panel=OPERATE)
def replay(service: ServiceName) -> None:
    """Apply again the events a service had to park."""
    from countersign import operations

    applied, left = asyncio.run(operations.replay(service.value))
    out.print(f"{applied} applied, {left} still parked")
    raise typer.Exit(1 if left else 0)


@app.command(rich_help_panel=OPERATE)
def republish(
    service: ServiceName,
    after: Annotated[int, typer.Option(min=0, help="Begin after this position")] = 0,
    until: Annotated[int | None, typer.Option(min=0, help="End with this position")] = None,
    remove: Annotated[bool, typer.Option(help="Delete the replay stream instead")] = False,
) -> None:
    """Publish a service's events once more, into CARE_<SERVICE>_REPLAY, for who begins to follow.

    As the operator (COUNTERSIGN_OPERATOR_…). The live stream isn't touched. Safe to interrupt: run
    again, it goes on where it ended.
    """
    from countersign.republish.command import run, take_away

    raise typer.Exit(
        take_away(out, service.value) if remove else run(out, service.value, after, until)
    )


@app.command(rich_help_panel=OPERATE)
def recover(
    service: ServiceName,
    owner_dsn: Annotated[str | None, typer.Option(envvar="COUNTERSIGN_OWNER_DSN")] = None,
    operator: Annotated[str, typer.Option(help="Your staff id, for the record")] = "operator",
    report: Annotated[Path | None, typer.Option(help="A line of JSON for each event")] = None,
    only_list: Annotated[
        bool, typer.Option("--list", help="Only say what is missing; change nothing")
    ] = False,
    accept_loss: Annotated[
        bool, typer.Option(help="Go on without what can't be taken back")
    ] = False,
    from_ledger: Annotated[
        bool, typer.Option(help="From audit's ledger: the broker has lost its streams too")
    ] = False,
    without_stream: Annotated[
        bool, typer.Option(help="Take nothing back: leave the store as it was restored")
    ] = False,
    keys: Annotated[
        bool, typer.Option("--keys", help="See to data keys where no event is missing, too")
    ] = False,
) -> None:
    """Go on after the store was set back behind its stream. Stop the service first.

    What the store lost is taken back from the stream, as it was; data keys too, and those that were
    destroyed since are destroyed again. Exits with 1 where nothing could be done, or with --list
    where something is missing; with 2 where what it goes by was made anew. Safe to run again.
    """
    from countersign.recover.command import StillRunning, Wish, recover
    from countersign.recover.copies import CopyBroken
    from countersign.recover.missing import CannotTell
    from countersign.recover.telling import tell, write_report

    if from_ledger and service is ServiceName.AUDIT:
        out.print("The ledger is in audit's own database: it can't be gone by.")
        raise typer.Exit(2)
    wish = Wish(
        only_list=only_list, accept_loss=accept_loss, from_ledger=from_ledger,
        without_stream=without_stream, keys=keys,
    )  # fmt: skip
    try:
        outcome = asyncio.run(recover(service.value, owner_dsn, operator, wish))
    except (StillRunning, CopyBroken, CannotTell) as refused:
        out.print(str(refused))
        raise typer.Exit(2 if isinstance(refused, CannotTell) else 1) from None
    if report:
        write_report(report, outcome)
    raise typer.Exit(tell(service.value, outcome, wish, out))


@app.command("backup-check", rich_help_panel=OPERATE)
def backup_check(
    service: ServiceName,
    dsn: Annotated[
        str | None,
        typer.Option(
            envvar="COUNTERSIGN_COPY_DSN",
            help="The copy, as the service's run-time role; else what the service is set to use",
        ),
    ] = None,
    ledger_dsn: Annotated[
        str | None,
        typer.Option(
            envvar="COUNTERSIGN_LEDGER_DSN", help="Audit's database, to compare with; read only"
        ),
    ] = None,
    sample: Annotated[int, typer.Option(help="Streams whose lists are compared; 0: none")] = 1000,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Say whether a restored copy of a service's database is fit to go on from. It only reads.

    Exits with 0 usable, 1 not usable, 2 can't be read.
    """
    from countersign.backup_check.command import run
    from countersign.configuration import dsn_of

    copy = dsn or dsn_of(service.value)
    raise typer.Exit(run(service.value, copy, ledger_dsn, sample, as_json=as_json))


@app.command("rotate-key", rich_help_panel=OPERATE)
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


@app.command("ledger-key", rich_help_panel=SET_UP)
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


@app.command("secrets", rich_help_panel=SET_UP)
def new_secrets(
    directory: Annotated[Path, typer.Argument(help="Where to: new, or empty")],
    witness: Annotated[bool, typer.Option(help="A witness's key only, for its own team")] = False,
) -> None:
    """Write the secrets of a new installation: a directory for each, and a kustomization of them.

    Passwords, what databases are reached by, and keys, at random, in files of mode 0600. Nothing is
    ever overwritten.
    """
    from countersign.secret_files import CannotWrite, write

    try:
        made = write(directory, witness=witness)
    except CannotWrite as refused:
        out.print(str(refused))
        raise typer.Exit(1) from None
    out.print(f"{len(made)} directories in {directory}. Keep them where nobody else reads them.")


@app.command(
    rich_help_panel=PROVE,
    add_help_option=False,
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
)
def verify(context: typer.Context) -> None:
    """Check an export, or a log that runs (--against URL), with keys of your own: see --help.

    Exits with 0 proved, 1 disproved, 2 can't be read, 3 no key of yours vouches for it.
    """
    from countersign import against

    raise typer.Exit(against.main(context.args))


@app.command(rich_help_panel=PROVE)
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


@app.command(rich_help_panel=OPERATE)
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


@app.command(rich_help_panel=LOCAL)
def identity(port: int = 8100) -> None:
    """Run the local identity provider. For local use only: everyone's secret is `local`."""
    checkout.required()
    import uvicorn

    from deploy.local.identity.app import create_app
    from deploy.local.identity.keys import IdentitySettings
    from deploy.local.layout import Layout

    settings = IdentitySettings(port, Layout.from_environment().data)
    uvicorn.run(create_app(settings), port=port, access_log=False, log_level="warning")


@app.command(rich_help_panel=LOCAL)
def token(persona: str) -> None:
    """Print a bearer token of a persona of the local stack."""
    checkout.required()
    from countersign import local

    try:
        print(local.token(persona))
    except LookupError:
        out.print(f"There is no persona {persona}. Known: {', '.join(local.personas())}.")
        raise typer.Exit(2) from None


@app.command(rich_help_panel=LOCAL)
def assertion(client: str) -> None:
    """Print a signed assertion of a system of the local stack (SMART Backend Services): good for
    one token, within five minutes."""
    checkout.required()
    from countersign import local

    try:
        print(local.assertion(client))
    except LookupError:
        out.print(f"There is no system {client}. Known: {', '.join(local.systems())}.")
        raise typer.Exit(2) from None


@app.command(rich_help_panel=LOCAL)
def up(
    detach: Annotated[bool, typer.Option(help="Leave it running in the background")] = False,
) -> None:
    """Start the local stack; seed the demo team the first time (unless COUNTERSIGN_SEED=0)."""
    checkout.required()
    if detach:
        from countersign import local

        raise typer.Exit(local.up_detached(out))
    from countersign import up

    raise typer.Exit(up.up(out))


@app.command(rich_help_panel=LOCAL)
def down() -> None:
    """Stop the local stack. Data stay."""
    checkout.required()
    from countersign import local

    raise typer.Exit(local.down(out))


@app.command(rich_help_panel=LOCAL)
def status() -> None:
    """Say what of the local stack runs, and whether it is ready."""
    checkout.required()
    from countersign import local

    raise typer.Exit(local.status(out))
