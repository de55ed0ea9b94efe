"""The workforce register as a persona keeps it: many entries at once, training put right."""

from typing import Any

from tests.support.client import Answer, Client, Json, day

FIRST_AID = "first_aid"


def row(staff_id: str, **changes: Any) -> Json:
    """One entry of many."""
    return {
        "staff_id": staff_id,
        "name": staff_id.replace("-", " "),
        "job_title": "STR worker",
        "employer": "Demonstration NHS Foundation Trust",
        "teams": ["north-cmht"],
        **changes,
    }


def put_all(client: Client, *rows: Any, by: str = "ehr-1") -> Answer:
    return client.call("PUT", "supervision", "/v1/workers", by, {"items": rows})


def withdrawn(
    client: Client,
    staff_id: str,
    by: str = "manager-1",
    /,
    course: str = "record_keeping",
    **changes: Any,
) -> Answer:
    """The completion of a course that counts, of the version they have or of `if_match`."""
    path, key = f"/v1/workers/{staff_id}", changes.pop("key", None)
    if_match = changes.pop("if_match", None) or client.get("supervision", path, "manager-1").etag
    body = {"reason": "The certificate was a colleague's.", **changes}
    path = f"{path}/training/{course}/withdrawals"
    return client.post("supervision", path, by, body, if_match=if_match, key=key)


def events_of_the_register(client: Client, staff_id: str) -> None:
    """Every event that the register has of a worker without words but a withdrawal's."""
    made = client.put_worker(staff_id)
    assert made.status == 201, made.body
    assert client.trained(staff_id, course=FIRST_AID).status == 201
    taken_back = withdrawn(client, staff_id, course=FIRST_AID)
    assert taken_back.status == 201, taken_back.body
    away = client.put_worker(staff_id, status="absent", if_match=taken_back.etag)
    assert away.status == 200, away.body
    left = client.put_worker(staff_id, status="left", left_on=day(ago=1), if_match=away.etag)
    assert left.status == 200, left.body


def marked(client: Client, staff_id: str, reason: str) -> None:
    """What a withdrawal says, said with a mark."""
    assert client.trained(staff_id, course=FIRST_AID).status == 201
    taken_back = withdrawn(client, staff_id, course=FIRST_AID, reason=reason)
    assert taken_back.status == 201, taken_back.body
