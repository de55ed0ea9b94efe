"""What audit tells of a note and a worker at a time is what was served over HTTP at that time."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.support.client import Answer, Client, moment
from tests.support.moving import MovableClock
from tests.support.wait import until

pytestmark = pytest.mark.anyio
SAME = ("version", "status", "digest", "flags", "outstanding", "late", "author", "recorded_at")


async def test_a_note_and_its_author_at_each_time(client: Client, person: str) -> None:
    worker = "str-worker-7"
    assert client.put_worker(worker).status == 201
    served: list[tuple[str, Any, Any]] = []

    def keep() -> None:
        now = client.get("supervision", f"/v1/workers/{worker}", "nurse-1")
        served.append((moment(), client.seen(note, "str-worker-1").body, now.body))

    note = client.note(person, occurred_at=moment(hours_ago=40))
    keep()
    note = client.on_note(note, "late-reasons", "str-worker-1", reason="A flood.")
    assert client.trained(worker).status == 201
    keep()
    note = client.returned(note)
    assert client.signed_off(worker).status == 201
    keep()
    note = client.amended(note, narrative="Went through the gas letter.")
    assert client.revoked(worker).status == 201
    keep()
    note = client.countersign(note)
    assert note.status == 201, note.body
    keep()
    for at, was, was_worker in served:
        now = asked(client, f"/v1/audit/notes/{was['id']}", at)
        assert now["caught_up"] is True
        assert {name: now[name] for name in SAME} == {name: was[name] for name in SAME}
        assert now["versions"][-1]["content"]["narrative"] == was["narrative"]
        signed = was["countersignature"]["signed"]
        digests = [signed["digest"]] if signed else []
        assert [each["digest"] for each in now["signatures"]] == digests
        then = asked(client, f"/v1/audit/workers/{worker}", at)
        for name, words in (("training", "evidence"), ("competences", "basis")):
            assert [e[words] for e in then[name]] == [e[words] for e in was_worker[name]]
        assert then["version"] == was_worker["version"]
    readers = asked(client, f"/v1/audit/notes/{note.body['id']}", moment())["readers"]
    assert {"str-worker-1", "nurse-1", "auditor-1"} <= {each["staff_id"] for each in readers}
    early = client.get(
        "audit", f"/v1/audit/notes/{note.body['id']}", "auditor-1",
        params={"as_of": moment(hours_ago=1)},
    )  # fmt: skip
    assert (early.status, early.code) == (404, "not_found")


async def test_who_is_on_a_caseload_without_an_entry(
    moving: tuple[Client, MovableClock],
) -> None:
    client, clock = moving
    quiet, written = client.service_user(), client.service_user()
    referrals = [client.allocated(each, "str-worker-3") for each in (quiet, written)]
    begun = clock.now().isoformat()

    def gaps(**query: str) -> dict[str, Any]:
        path = f"/v1/audit/record-keeping/gaps?{urlencode({'days': '28', **query})}"
        items = client.every("audit", path, "ig-lead-1")
        return {each["service_user_id"]: each for each in items}

    with clock.moved(days=30):
        note = client.note(written, "str-worker-3", occurred_at=clock.now().isoformat())
        assert note.status == 201, note.body
        await until(lambda: written not in gaps())
        found = gaps(team_id="north-cmht")[quiet]
        assert (found["worker_id"], found["last_entry"], found["days"]) == (
            "str-worker-3",
            None,
            30,
        )
        assert not {quiet, written} & gaps(as_of=begun).keys()
        for each in referrals:
            assert client.closed(each).status == 201
        await until(lambda: quiet not in gaps())


@pytest.mark.parametrize(
    "query",
    ["gaps?days=0", "gaps?days=x", "gaps?days=4000", "gaps?as_of=2026-11-20", "gaps?cursor=x",
     "gaps?cursor=WyIyMDI2LTExLTIwVDEyOjAwOjAwIiwieCJd", "gaps?limit=201", "gaps?team_id=%00"],
)  # fmt: skip
async def test_what_is_malformed_is_said_to_be(client: Client, query: str) -> None:
    answer = client.get("audit", f"/v1/audit/record-keeping/{query}", "auditor-1")
    assert answer.status == 422, answer.body


def asked(client: Client, path: str, as_of: str) -> Any:
    answer: Answer = client.get("audit", path, "auditor-1", params={"as_of": as_of})
    assert answer.status == 200, answer.body
    return answer.body
