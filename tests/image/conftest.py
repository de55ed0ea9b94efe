"""The image, built once, and the stack whose services it runs."""

import os
from collections.abc import Iterator

import pytest

from tests.support.client import Client
from tests.support.contained import ContainedStack, contained_stack
from tests.support.containers import ROOT, Engine, missing
from tests.support.stack import introduce_team


@pytest.fixture(scope="session")
def image() -> Iterator[Engine]:
    """Something that runs the image of this source."""
    if (absent := missing()) and not os.environ.get("CI"):
        pytest.skip(f"not installed: {', '.join(absent)}")
    engine = Engine(ROOT / "build" / "image" / "tested")
    engine.build()
    yield engine
    engine.close()


@pytest.fixture(scope="session")
def stack(image: Engine) -> Iterator[ContainedStack]:
    with contained_stack(image) as stack:
        yield stack


@pytest.fixture(scope="session")
def client(stack: ContainedStack) -> Client:
    client = Client(stack.layout)
    introduce_team(client)
    return client
