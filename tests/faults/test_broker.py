"""The broker of Kubernetes, three servers with TLS: who comes in, and what goes with a server.

Each test leaves the cluster whole, with the streams it found.
"""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from pydantic import SecretStr

from countersign.configuration import service_of
from countersign.doctor import broker as doctor
from countersign.provision import provision
from countersign.reload import reload
from shared.eventstore.cloudevents import Names
from shared.eventstore.stream import ask, read_at
from shared.eventstore.unit_of_work import Unit
from shared.kernel.ids import new_id
from shared.platform.broker import Broker
from shared.platform.messaging import Messaging
from shared.platform.projecting import Projection
from shared.platform.settings import ServiceSettings
from shared.platform.ties import learnt
from shared.platform.worker import Worker
from tests.support.broker import Cluster, password, three_servers
from tests.support.certificates import Authority
from tests.support.doctoring import said
from tests.support.engines import Engines, Fresh, Opened
from tests.support.keeping import service_user
from tests.support.ports import own_directory
from tests.support.wait import until

pytestmark = pytest.mark.anyio
REFERRALS = Names("LOCAL", "referrals")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    with own_directory() as directory, three_servers(directory) as running:
        asyncio.run(provision(running.settings("operator"), 3))
        yield running


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with own_directory() as data, Engines(data).running() as running:
        yield running


class Flow:
    """Referrals publishes what it registers, and notes learns it: each worker as it runs."""

    def __init__(self, cluster: Cluster, producer: Opened, consumer: Fresh, worker: Worker) -> None:
        self._cluster = cluster
        self._producer = producer
        self._consumer = consumer
        self._worker = worker
        self.registered = 0

    async def register(self, count: int) -> None:
        for _ in range(count):
            unit = Unit(await self._producer.stored(service_user(new_id(), None)))
            await self._producer.unit_of_work.commit(unit)
            self.registered += 1

    @asynccontextmanager
    async def meanwhile(self) -> AsyncIterator[None]:
        """Events go on being recorded while something happens to the broker."""
        stopping = asyncio.Event()

        async def flowing() -> None:
            while not stopping.is_set():
                await self.register(1)
                await asyncio.sleep(0.01)

        running = asyncio.create_task(flowing())
        before = self.registered
        try:
            yield
            await until(lambda: self.registered > before + 20)
        finally:
            stopping.set()
            await running

    async def nothing_is_missing(self) -> None:
        """The stream holds what the store does, once and in order; and notes has learnt it all."""
        await until(lambda: self._learnt() == self.registered)
        stored = [each.event_id for each in await self._producer.store.read_after(0, 100_000)]
        assert len(stored) == self.registered
        connection = await Broker.of(self._cluster.settings("operator")).connect("operator")
        try:
            info = await ask(connection, f"STREAM.INFO.{REFERRALS.stream}")
            assert info["state"]["messages"] == info["state"]["last_seq"] == len(stored)
            held = [await read_at(connection, REFERRALS.stream, n + 1) for n in range(len(stored))]
        finally:
            await connection.close()
        assert [each and each.event_id for each in held] == [str(each) for each in stored]

    def _learnt(self) -> int:
        with psycopg.connect(self._consumer.dsn) as connection:
            row = connection.execute("SELECT count(*) FROM people").fetchone()
        assert row
        return int(row[0])


@asynccontextmanager
async def working(
    cluster: Cluster, opened: Opened, name: str, worker: dict[str, Projection]
) -> AsyncIterator[Worker]:
    settings = ServiceSettings(
        database_dsn=SecretStr(opened.database.dsn),
        nats_url=cluster.url,
        nats_ca=str(cluster.ca),
        nats_user=name,
        nats_password=SecretStr(password(name)),
        idempotency_secret=SecretStr("not used here"),
        key_encryption_keys=SecretStr("not used here"),
    )
    messaging = Messaging(settings, name, opened.database)
    await messaging.start()
    made = Worker(name, opened.database, opened.store, messaging, worker)
    running = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await messaging.stop()


@pytest.fixture(scope="module")
async def flow(engines: Engines, cluster: Cluster) -> AsyncIterator[Flow]:
    consumer = engines.fresh("notes")
    learning = {"referrals": Projection("referrals", learnt)}
    async with (
        engines.fresh("referrals").opened() as producer,
        consumer.opened() as learner,
        working(cluster, producer, "referrals", {}) as worker,
        working(cluster, learner, "notes", learning),
    ):
        yield Flow(cluster, producer, consumer, worker)


async def _leader(cluster: Cluster) -> int:
    """Which server leads the stream: it is the one to lose."""
    connection = await Broker.of(cluster.settings("operator")).connect("operator")
    try:
        info = await ask(connection, f"STREAM.INFO.{REFERRALS.stream}")
        return int(info["cluster"]["leader"].removeprefix("nats-"))
    finally:
        await connection.close()


async def test_one_server_is_killed_while_events_flow(cluster: Cluster, flow: Flow) -> None:
    await flow.register(20)
    await flow.nothing_is_missing()
    lost = await _leader(cluster)
    async with flow.meanwhile():
        cluster.servers[lost].kill()
        await flow.register(20)
    await flow.nothing_is_missing()
    async with flow.meanwhile():
        cluster.start(lost)
        cluster.whole(lost)
    await flow.nothing_is_missing()


async def test_one_ends_as_its_pod_does_and_comes_back_without_its_disk(
    cluster: Cluster, flow: Flow
) -> None:
    leaving = await _leader(cluster)
    async with flow.meanwhile():
        cluster.lame_duck(leaving)
        await until(lambda: not cluster.servers[leaving].running)
        cluster.wipe(leaving)
        cluster.start(leaving)
        cluster.whole(leaving)
    await flow.nothing_is_missing()


async def test_two_servers_are_away(cluster: Cluster, flow: Flow) -> None:
    """Nothing is acknowledged without a majority, and nothing recorded is lost meanwhile."""
    first, second, left = 0, 1, 2
    async with flow.meanwhile():
        cluster.servers[first].kill()
        cluster.servers[second].kill()
        await flow.register(20)
    assert cluster.servers[left].running
    cluster.start(first, second)
    cluster.whole(first, second, left)
    await flow.nothing_is_missing()


async def test_every_disk_is_lost(cluster: Cluster, flow: Flow) -> None:
    """Streams are made again, and the stores fill them."""
    for server in cluster.servers:
        server.kill()
    cluster.wipe(0, 1, 2)
    await flow.register(20)
    cluster.start(0, 1, 2)
    cluster.whole(0, 1, 2)
    made = await provision(cluster.settings("operator"), 3)
    assert all(each.made for each in made)
    await flow.register(5)
    await flow.nothing_is_missing()
    found = await provision(cluster.settings("operator"), 3)
    assert [each for each in found if each.made or each.differences or each.away] == []


async def _refused(cluster: Cluster, reason: str, **changes: object) -> None:
    said: list[str] = []

    async def problem(error: Exception) -> None:
        said.append(str(error))

    broker = Broker.of(cluster.settings("notes", **changes))
    with contextlib.suppress(Exception):
        connection = await broker.connect(
            "notes", error_cb=problem, allow_reconnect=False, max_reconnect_attempts=1
        )
        await connection.close()
    assert any(reason in each.lower() for each in said), said


async def test_a_server_of_another_authority_is_not_believed(
    cluster: Cluster, tmp_path: Path
) -> None:
    stranger = Authority().write(tmp_path)
    await _refused(cluster, "certificate verify failed", nats_ca=str(stranger))
    await _refused(cluster, "certificate verify failed", nats_ca=None)


async def test_a_server_of_another_name_is_not_believed(cluster: Cluster) -> None:
    elsewhere = cluster.url.replace("127.0.0.1", "localhost")
    await _refused(cluster, "certificate is not valid for 'localhost'", nats_url=elsewhere)


async def test_without_tls_nothing_is_said(cluster: Cluster) -> None:
    """Not even what the server is: it waits for a handshake."""
    reader, writer = await asyncio.open_connection(*cluster.address(0))
    try:
        writer.write(b'CONNECT {"verbose": true}\r\nPING\r\n')
        said = await asyncio.wait_for(reader.read(), 10)
        assert b"INFO" not in said
    finally:
        writer.close()


async def test_a_wrong_password_is_refused(cluster: Cluster) -> None:
    await _refused(cluster, "authorization violation", nats_password=SecretStr("another"))


async def test_notes_publishes_nobody_elses_subjects(cluster: Cluster) -> None:
    said: list[str] = []

    async def problem(error: Exception) -> None:
        said.append(str(error).lower())

    connection = await Broker.of(cluster.settings("notes")).connect("notes", error_cb=problem)
    try:
        for subject in (
            "care.LOCAL.referrals.referral.referral-decided",
            f"$JS.API.STREAM.DELETE.{REFERRALS.stream}",
            "$SYS.REQ.SERVER.PING",
        ):
            await connection.publish(subject, b"{}")
            await connection.flush()
            await until(lambda s=subject: any(s.lower() in each for each in said))  # type: ignore[misc]
    finally:
        await connection.close()


async def test_the_doctor_finds_nothing_wrong_with_it(cluster: Cluster) -> None:
    """Not even what only production demands: TLS, three copies, and no more than each may."""
    for name in ("notes", "referrals", "supervision", "audit"):
        broker = cluster.settings(name)
        settings = ServiceSettings(
            **broker.model_dump(), database_dsn="", idempotency_secret="", key_encryption_keys=""
        )
        service = service_of(name)
        seen = await doctor.look(service, settings, {})
        assert said([*doctor.broker(service, settings.ods_code, seen)]) == []


async def test_a_renewed_certificate_is_read_without_a_restart(cluster: Cluster) -> None:
    serial = cluster.renew()
    assert _served(cluster, 0) != serial
    assert await reload(cluster.settings("system")) == dict.fromkeys(
        ["nats-0", "nats-1", "nats-2"], ""
    )
    await until(lambda: all(_served(cluster, number) == serial for number in range(3)))


def _served(cluster: Cluster, number: int) -> int:
    context = ssl.create_default_context(cafile=str(cluster.ca))
    with (
        socket.create_connection(cluster.address(number)) as plain,
        context.wrap_socket(plain, server_hostname="nats") as secure,
    ):
        certificate = secure.getpeercert(binary_form=True)
    assert certificate
    return x509.load_der_x509_certificate(certificate).serial_number
