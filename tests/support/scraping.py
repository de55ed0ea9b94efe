"""What Prometheus would read of a process, by name and labels."""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families

from deploy.local.layout import ODS_CODE
from deploy.local.stack import service
from services.notes.settings import NotesSettings
from shared.kernel.clock import SystemClock
from shared.platform.metrics import Exposition
from shared.platform.service import Role, Runtime
from tests.support.engines import Engines, Fresh
from tests.support.keys import ring_file


@dataclass(frozen=True)
class Sample:
    name: str
    labels: Mapping[str, str]
    value: float


def samples(text: str) -> list[Sample]:
    return [
        Sample(each.name, each.labels, each.value)
        for family in text_string_to_metric_families(text)
        for each in family.samples
    ]


def names(texts: Iterable[str]) -> Iterator[str]:
    """Every name that a query could ask for, those of which there is nothing to say yet too."""
    for text in texts:
        for family in text_string_to_metric_families(text):
            yield from {
                "histogram": (
                    f"{family.name}_bucket",
                    f"{family.name}_sum",
                    f"{family.name}_count",
                ),
                "summary": (f"{family.name}_sum", f"{family.name}_count"),
                "counter": (f"{family.name}_total",),
            }.get(family.type, (family.name,))


class Process:
    """A process of the notes service as it runs, without its port."""

    def __init__(self, made: Runtime) -> None:
        self.made = made
        self._exposition = Exposition(made)

    async def scraped(self) -> list[Sample]:
        return samples((await self._exposition.text()).decode())

    async def said(self, name: str, **labels: str) -> float | None:
        """The one value of a metric of ours; None where the process says nothing of it."""
        found = [
            each.value
            for each in await self.scraped()
            if each.name == f"countersign_{name}" and labels.items() <= each.labels.items()
        ]
        assert len(found) < 2, f"{name} is said {len(found)} times"
        return found[0] if found else None


@asynccontextmanager
async def notes_process(
    engines: Engines, fresh: Fresh, role: Role, dsn: str | None = None
) -> AsyncIterator[Process]:
    """No issuer answers it."""
    settings = NotesSettings.model_validate(
        {
            "database_dsn": dsn or fresh.dsn,
            "nats_url": engines.layout.nats_url,
            "nats_user": "notes",
            "nats_password": engines.layout.secret("nats", "notes"),
            "ods_code": ODS_CODE,
            "issuer": "http://127.0.0.1:9",
            "idempotency_secret": "not used here",
            "key_encryption_keys": ring_file("kek-1"),
        }
    )
    made = Runtime(service("notes"), settings, SystemClock(), role)
    async with made.running():
        yield Process(made)
