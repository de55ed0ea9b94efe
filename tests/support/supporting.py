"""What support goes by, as a persona puts it in: plans, goals, carers, preferences, alerts."""

from typing import Any

from tests.support.client import Answer, Client, Json, day

BODIES: dict[str, Json] = {
    "plans": {"kind": "care_plan", "valid_from": day(ago=30)},
    "goals": {"goal": "Pay the rent on time"},
    "carers": {"name": "A sister", "relationship": "Sister"},
    "sharing-preferences": {"recipient": "gp", "may_share": "some"},
    "visit-alerts": {
        "risk": "animals",
        "instructions": "Ring first, so that the dog is put away.",
        "review_due": day(ago=-30),
    },
}
"""The least that each kind says."""
PROMPT = {"boundary": "medication", "task": "prompt"}


def where(person: str, kind: str) -> str:
    return f"/v1/service-users/{person}/{kind}"


def kept(
    client: Client, person: str, kind: str, by: str = "coordinator-1", /, **said: Any
) -> Answer:
    """One thing of a kind, newly recorded about a person."""
    key = said.pop("key", None)
    return client.post("referrals", where(person, kind), by, {**BODIES[kind], **said}, key=key)


def planned(client: Client, person: str, reference: str = "CP-7", **said: Any) -> str:
    """The id of a plan that authorises prompts, unless it is said."""
    made = kept(client, person, "plans", reference=reference, **{"tasks": [PROMPT], **said})
    assert made.status == 201, made.body
    return str(made.body["id"])


def on_kept(
    client: Client, made: Answer, kind: str, command: str, by: str = "coordinator-1", **said: Any
) -> Answer:
    """A command on the version of a thing that an answer showed."""
    if_match, key = said.pop("if_match", made.etag), said.pop("key", None)
    path = f"{where(made.body['service_user_id'], kind)}/{made.body['id']}/{command}"
    return client.post("referrals", path, by, said, if_match=if_match, key=key)


def carer_changed(client: Client, made: Answer, by: str = "coordinator-1", **said: Any) -> Answer:
    """A carer with some fields replaced, on the version that an answer showed."""
    if_match = said.pop("if_match", made.etag)
    path = f"{where(made.body['service_user_id'], 'carers')}/{made.body['id']}"
    return client.call("PATCH", "referrals", path, by, said, if_match=if_match)


def read(client: Client, made: Answer, kind: str, by: str = "coordinator-1") -> Answer:
    path = f"{where(made.body['service_user_id'], kind)}/{made.body['id']}"
    return client.get("referrals", path, by)
