"""A whole local stack for tests that speak HTTP to it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local.layout import Layout
from deploy.local.stack import Stack, running
from tests.support.client import Client
from tests.support.ports import free_port_base, own_directory

NMC = [{"body": "NMC", "number": "18A1234E", "expires_on": "2030-01-31"}]
HCPC = [{"body": "HCPC", "number": "OT12345", "expires_on": None}]


@contextmanager
def whole_stack() -> Iterator[tuple[Stack, Client]]:
    """Everything running and nothing registered; what dies is started again, as by `up`."""
    with own_directory() as data, running(Layout(data, free_port_base())) as stack:
        threading.Thread(target=stack.watch, daemon=True).start()
        yield stack, Client(stack.layout)


def introduce_team(client: Client) -> None:
    """Registers the people whom most journeys need, in both teams."""
    for staff_id in ("str-worker-1", "str-worker-2", "str-worker-3"):
        assert client.put_worker(staff_id).status == 201
    for staff_id in ("nurse-1", "coordinator-1"):
        assert client.put_worker(staff_id, level=None, registrations=NMC).status == 201
    assert client.put_worker("ot-1", level=None, registrations=HCPC).status == 201
    south = ["south-cmht"]
    nurse = client.put_worker("nurse-9", "manager-9", teams=south, registrations=NMC)
    assert nurse.status == 201
    assert client.put_worker("str-worker-9", "manager-9", teams=south).status == 201
