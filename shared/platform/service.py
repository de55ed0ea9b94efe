"""The factory: a service is what it declares here, and everything else is the same for all four."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import psycopg
from fastapi import APIRouter, FastAPI

from shared.eventstore.commands import Commands
from shared.eventstore.database import Database
from shared.eventstore.mapper import EventMapper
from shared.eventstore.recovery import Store
from shared.eventstore.sql import Write
from shared.eventstore.store import PostgresEventStore
from shared.eventstore.unit_of_work import UnitOfWork
from shared.kernel.aggregate import Aggregate
from shared.kernel.clock import Clock, SystemClock
from shared.kernel.errors import Refusal, Unavailable
from shared.platform import headers, health, problems, telemetry
from shared.platform.accesslog import AccessLog, Denial, Reading
from shared.platform.identity import TokenVerifier
from shared.platform.limits import Admission, BodyLimit
from shared.platform.messaging import Messaging
from shared.platform.migrations import expected_revision
from shared.platform.projecting import Handler
from shared.platform.settings import ServiceSettings
from shared.platform.worker import Worker

Role = Literal["api", "worker", "all"]


@dataclass(frozen=True, kw_only=True)
class Service:
    """What makes one service different from another.

    `rows` gives the read-model rows of an aggregate, written with its events. `refusals` names the
    rule each database constraint stands for. `handlers` says what is done with others' events.
    """

    name: str
    title: str
    description: str
    aggregates: tuple[type[Aggregate], ...]
    rows: Callable[[Any], Sequence[Write]]
    application: Callable[["Runtime"], Any]
    routers: tuple[APIRouter, ...]
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    refusals: Mapping[str, type[Refusal]] = field(default_factory=dict)


def mapper_of(service: Service) -> EventMapper:
    """Maps the service's own events, and those that every service has."""
    return EventMapper(service.name, (*service.aggregates, Reading, Denial, Store))


class Runtime:
    """The parts of a running service, made by the factory and used through `runtime(app)`."""

    def __init__(
        self, service: Service, settings: ServiceSettings, clock: Clock, role: Role
    ) -> None:
        self.service = service
        self.settings = settings
        self.clock = clock
        self.role = role
        self.idempotency_secret = settings.idempotency_secret.get_secret_value().encode()
        self.admission = Admission(
            TokenVerifier(settings), settings.rate_limit_per_second, settings.rate_limit_burst
        )
        self.database = Database(
            settings.database_dsn.get_secret_value(),
            pool_size=settings.pool_size,
            application=f"countersign-{service.name}",
        )
        self.mapper = mapper_of(service)
        self.store = PostgresEventStore(self.database, self.mapper)
        self.messaging = Messaging(settings, service.name, self.database, tuple(service.handlers))
        self.worker = Worker(
            service.name, self.database, self.store, self.messaging, service.handlers
        )
        self.unit_of_work = UnitOfWork(self.database, appended=self.worker.relay.wake)
        self.commands = Commands(
            self.database, self.store, self.mapper, self.unit_of_work, service.rows,
            service.refusals,
        )  # fmt: skip
        self.access_log = AccessLog(self.commands)
        self.expected_revision = expected_revision(service.name)
        self.application = service.application(self)

    async def revision(self) -> str | None:
        """The revision the database is at; None when it has never been migrated."""
        try:
            rows = await self.database.run("SELECT version_num FROM alembic_version")
        except Unavailable as error:
            if isinstance(error.__cause__, psycopg.errors.UndefinedTable):
                return None
            raise
        return rows[0]["version_num"] if rows else None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.database.open()
        await self.unit_of_work.start()
        await self.messaging.start()
        working = asyncio.create_task(self._work()) if self.role != "api" else None
        try:
            yield
        finally:
            if working:
                working.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await working
            await self.unit_of_work.stop()
            await self.messaging.stop()
            await self.database.close()

    async def _work(self) -> None:
        """The worker waits for the expected schema; readiness says what it waits for."""
        while True:
            with contextlib.suppress(Unavailable):
                if await self.revision() == self.expected_revision:
                    break
            await asyncio.sleep(0.5)
        await self.worker.run()


def runtime(app: FastAPI) -> Runtime:
    found: Runtime = app.state.runtime
    return found


def create_service(
    service: Service,
    settings: ServiceSettings,
    *,
    role: Role = "all",
    clock: Clock | None = None,
) -> FastAPI:
    """The ASGI application of a service in a role: `api` answers requests, `worker` relays and
    consumes (and answers health and metrics only), `all` does both."""
    telemetry.configure(service.name, settings)
    made = Runtime(service, settings, clock or SystemClock(), role)

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with made.running():
            yield

    app = FastAPI(
        title=service.title,
        description=service.description,
        version="1",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses={"default": problems.DESCRIPTION},
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.runtime = made
    on_every_answer = headers.on_every_answer(settings)
    problems.install(app, made.access_log.denied, on_every_answer)
    app.add_middleware(BodyLimit, most=settings.max_body_bytes, refusal=problems.of_status)
    app.add_middleware(telemetry.RequestTelemetry)
    app.add_middleware(headers.AnswerHeaders, headers=on_every_answer)
    headers.document(app)
    app.include_router(health.router(made))
    if role != "worker":
        for router in service.routers:
            app.include_router(router)
    return app
