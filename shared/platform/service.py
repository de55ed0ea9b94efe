"""The factory: a service is what it declares here, and everything else is the same for all four."""

import asyncio
import contextlib
import logging
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from dataclasses import dataclass, field
from typing import Any, Literal

from fastapi import APIRouter, FastAPI
from prometheus_client import Metric
from sqlalchemy import MetaData

from shared.eventstore.commands import Commands, Rows
from shared.eventstore.database import Database
from shared.eventstore.documents import Documents
from shared.eventstore.handover import KeyHandover
from shared.eventstore.keys import DataKeys
from shared.eventstore.mapper import EventMapper
from shared.eventstore.recovery import Store
from shared.eventstore.rotation import KeyStore
from shared.eventstore.store import PostgresEventStore
from shared.eventstore.unit_of_work import UnitOfWork
from shared.eventstore.wrapping import KeyRing
from shared.kernel.aggregate import Aggregate
from shared.kernel.clock import Clock, SystemClock
from shared.kernel.errors import Refusal
from shared.platform import describing, headers, health, problems, telemetry
from shared.platform.accesslog import AccessLog, Denial, Reading
from shared.platform.deadlines import Deadline, Deadlines
from shared.platform.identity import TokenVerifier
from shared.platform.key_follower import KeyFollower
from shared.platform.limits import Admission, BodyLimit
from shared.platform.messaging import Messaging
from shared.platform.migrations import application_name, revisions, schema_of
from shared.platform.projecting import Handler
from shared.platform.settings import ServiceSettings
from shared.platform.stopping import Stopping
from shared.platform.worker import Worker

Role = Literal["api", "worker", "all"]
IN_EVERY_SERVICE: tuple[type[Aggregate], ...] = (Reading, Denial, Store, KeyStore)
"""Aggregates that no service declares, and of which there is no read model."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Service:
    """What makes one service different from another.

    `rows` gives the read-model rows of an aggregate, written with its events; `read_models` are
    their tables; `counted` are statements that count again what of them isn't a row of any one
    aggregate. `refusals` names the rule each database constraint stands for. `handlers` says
    what is done with others' events, and `keys_from` whose data subjects' keys are needed here.
    With `asks_for_events` it may ask whom it follows for what it missed, as only the ledger does.
    `deadlines`, of the application, are what the leading worker looks for, one after another; each
    of `jobs` it looks after on its own, since it may take long. `checks`, of the application, are
    what readiness says besides: whatever isn't `ok` makes the service `degraded`. `measures`, of
    the application, are metrics that any process reads in the database when it is scraped;
    `leader_measures` are those that only the leading worker knows.
    """

    name: str
    title: str
    description: str
    aggregates: tuple[type[Aggregate], ...]
    rows: Callable[[ServiceSettings], Rows]
    read_models: MetaData
    counted: tuple[str, ...] = ()
    application: Callable[["Runtime"], Any]
    routers: tuple[APIRouter, ...]
    handlers: Mapping[str, Handler] = field(default_factory=dict)
    keys_from: tuple[str, ...] = ()
    asks_for_events: bool = False
    refusals: Mapping[str, type[Refusal]] = field(default_factory=dict)
    deadlines: Callable[[Any], Sequence[Deadline]] = lambda _: ()
    jobs: Callable[[Any], Sequence[Deadline]] = lambda _: ()
    checks: Callable[[Any], Mapping[str, str]] = lambda _: {}
    measures: Callable[[Any], Awaitable[Iterable[Metric]]] | None = None
    leader_measures: Callable[[Any], Iterable[Metric]] = lambda _: ()

    @property
    def owns_keys(self) -> bool:
        """Whether data subjects come into being here, and so their keys."""
        return any(aggregate.owns_key for aggregate in self.aggregates)

    def mapper(self) -> EventMapper:
        """The mapper of all its events, those that every service has among them."""
        return EventMapper(self.name, (*self.aggregates, *IN_EVERY_SERVICE))


class Runtime:
    """The parts of a running service, made by the factory and used through `runtime(app)`."""

    def __init__(
        self, service: Service, settings: ServiceSettings, clock: Clock, role: Role
    ) -> None:
        self.service = service
        self.settings = settings
        self.clock = clock
        self.role = role
        self.stopping = Stopping()
        self.revisions = revisions(service.name)
        self.idempotency_secret = settings.idempotency_secret.get_secret_value().encode()
        self.tokens = TokenVerifier(settings)
        self.admission = Admission(
            self.tokens, settings.rate_limit_per_second, settings.rate_limit_burst
        )
        self.database = Database(
            settings.database_dsn.get_secret_value(),
            pool_size=settings.pool_size,
            application=application_name(service.name, self.revisions[-1]),
        )
        self.mapper = service.mapper()
        self.wrapper = KeyRing.parse(settings.key_encryption_keys.get_secret_value())
        self.keys = DataKeys(self.database, self.wrapper, service.name)
        self.documents = Documents(self.keys)
        self.store = PostgresEventStore(self.database, self.mapper, self.keys)
        self.messaging = Messaging(settings, service.name, self.database, tuple(service.handlers))
        handover = KeyHandover(self.database, self.messaging.connection, self.messaging.names())
        followers = [
            KeyFollower(
                self.database, self.messaging, service.name, owner, self.keys, service.read_models
            )
            for owner in service.keys_from
        ]
        self.worker = Worker(
            service.name, self.database, self.store, self.messaging, service.handlers,
            followers, handover if service.owns_keys else None, self._looks, clock,
            self.schema_state,
        )  # fmt: skip
        self.unit_of_work = UnitOfWork(self.database, appended=self.worker.wake)
        self.commands = Commands(
            self.database, self.store, self.mapper, self.keys, self.unit_of_work,
            service.rows(settings), service.refusals,
        )  # fmt: skip
        self.access_log = AccessLog(self.commands)
        self.application = service.application(self)

    def _looks(self) -> list[Deadlines]:
        """What the worker looks for when it leads: the application, which knows it, is put together
        last."""
        together = tuple(self.service.deadlines(self.application))
        apart = [(job,) for job in self.service.jobs(self.application)]
        held = self.worker.relay
        return [
            Deadlines(each, self.clock, held=lambda: held.unsure)
            for each in (together, *apart)
            if each
        ]

    async def schema_state(self) -> str:
        """`ok` if the database serves this release, or why it doesn't, in words."""
        found = await schema_of(self.database)
        return found.said_to(self.revisions[-1], self.revisions)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        await self.database.open()
        await self.unit_of_work.start()
        await self.messaging.start()
        beside = [asyncio.create_task(each, name=name) for name, each in self._beside_requests()]
        for task in beside:
            task.add_done_callback(_say_failure)
        try:
            yield
        finally:
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await self.unit_of_work.stop()
            await self.messaging.stop()
            await self.database.close()

    def _beside_requests(self) -> Iterator[tuple[str, Coroutine[Any, Any, None]]]:
        yield "store-watch", self.worker.relay.watch()
        if self.role != "api":
            yield "worker", self.worker.run()
        if self.role != "worker":
            yield "issuer-keys", self.tokens.keep_keys()


def _say_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("%s failed: %s", task.get_name(), type(error).__name__)


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
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.runtime = made
    on_every_answer = headers.on_every_answer(settings)
    problems.install(app, made.access_log.denied, on_every_answer)
    app.add_middleware(BodyLimit, most=settings.max_body_bytes, refusal=problems.of_status)
    app.add_middleware(telemetry.RequestTelemetry)
    app.add_middleware(headers.AnswerHeaders, headers=on_every_answer, stopping=made.stopping)
    headers.document(app)
    app.include_router(health.router(made))
    served = service.routers if role != "worker" else ()
    for router in served:
        app.include_router(router)
    describing.describe(app, served)
    return app
