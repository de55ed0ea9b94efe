"""Everything that can be said and done in supervision, for the tests of every event, every
operation and every word."""

from collections.abc import Mapping

from tests.support.client import Answer, Client, Json, moment
from tests.support.supervising import (
    AGREEMENTS,
    SESSIONS,
    agreed,
    group_held,
    held,
    introduced,
    on_agreement,
    on_session,
    record,
    scheduled,
    signed_by,
)

NAMED = {
    "supervision-agreed", "supervision-agreement-accepted", "supervision-agreement-ended",
    "supervision-scheduled", "supervision-rescheduled", "supervision-held", "supervision-amended",
    "supervision-signed", "supervision-cancelled", "supervision-missed",
    "supervision-action-updated", "group-supervision-held",
}  # fmt: skip
SUPERVISED = (
    "sup_purpose", "sup_limits", "sup_moved", "sup_called_off", "sup_missed", "sup_agenda",
    "sup_discussion", "sup_action", "sup_reworded", "sup_amended", "sup_disagreed", "sup_outcome",
    "sup_remarks", "sup_ended",
)  # fmt: skip
"""What `everything_supervised` is given words for."""


def everything_supervised(client: Client, said: Mapping[str, str]) -> str:
    """All that happens between two, each field with words of its own; what the worker is shown of
    it afterwards."""
    worker = introduced(client, "said-worker", "str_worker", "said-cmht")
    by = introduced(client, "said-supervisor", "supervisor", "said-cmht")
    agreement = agreed(
        client, worker, by, purpose=said["sup_purpose"], further_limits=said["sup_limits"]
    )
    agreement = _done(on_agreement(client, agreement, "acceptances", worker))
    called_off = _done(scheduled(client, agreement, scheduled_for=moment(hours_ago=-24)))
    moved: Json = {"scheduled_for": moment(hours_ago=-48), "reason": said["sup_moved"]}
    called_off = _done(on_session(client, called_off, "reschedulings", worker, **moved))
    called_off = _done(
        on_session(client, called_off, "cancellations", worker, reason=said["sup_called_off"])
    )
    missed = _done(scheduled(client, agreement))
    missed = _done(on_session(client, missed, "non-attendances", by, reason=said["sup_missed"]))
    recorded = _recorded(client, agreement, said)
    peer = _done(agreed(client, worker, by, kind="peer"))
    part = {"agreement_id": peer.body["id"], "attended": True, "remarks": said["sup_remarks"]}
    group = _done(group_held(client, by, [part]))
    agreement = _done(on_agreement(client, agreement, "endings", by, reason=said["sup_ended"]))
    of_group = group.body["sessions"][0]["session_id"]
    paths = [
        f"{AGREEMENTS}/{agreement.body['id']}",
        *(f"{SESSIONS}/{each.body['id']}" for each in (called_off, missed, recorded)),
        f"{SESSIONS}/{of_group}",
    ]
    return str([_done(client.get("supervision", path, worker), 200).body for path in paths])


def _recorded(client: Client, agreement: Answer, said: Mapping[str, str]) -> Answer:
    """A record that is put right, signed by both, and whose action is followed."""
    worker, by = agreement.body["worker_id"], agreement.body["supervisor_id"]
    made = _done(
        held(
            client,
            _done(scheduled(client, agreement)),
            agenda=[said["sup_agenda"]],
            discussion=said["sup_discussion"],
            actions=[{"action": said["sup_action"]}],
        )
    )
    words: Json = {"reason": said["sup_amended"], "discussion": said["sup_reworded"]}
    made = _done(on_session(client, made, "amendments", by, **words))
    made = _done(signed_by(client, made, "supervisor"))
    made = _done(signed_by(client, made, "worker", agrees=False, comment=said["sup_disagreed"]))
    done: Json = {"status": "done", "outcome": said["sup_outcome"]}
    path = f"actions/{made.body['actions'][0]['id']}/updates"
    return _done(on_session(client, made, path, worker, **done))


def _done(answer: Answer, status: int = 201) -> Answer:
    assert answer.status == status, answer.body
    return answer


def supervised_table(client: Client, worker_id: str, supervisor_id: str) -> dict[str, str]:
    """An agreement of two who have tokens already, a session, and a group session, by name."""
    agreement = _done(agreed(client, worker_id, supervisor_id, kind="ad_hoc"))
    session = _done(
        held(client, _done(scheduled(client, agreement)), actions=[{"action": "Read it."}])
    )
    part = {"agreement_id": agreement.body["id"], "attended": True}
    group = _done(group_held(client, supervisor_id, [part], kind="ad_hoc"))
    return {
        "agreement": agreement.body["id"],
        "supervision": session.body["id"],
        "supervision_action": session.body["actions"][0]["id"],
        "supervision_group": group.body["id"],
    }


def supervised_bodies(ids: Mapping[str, str]) -> dict[str, Json]:
    """What goes with each operation; of what makes something, as it is refused for what it says."""
    return {
        "agreement": {
            "worker_id": "str-worker-1", "supervisor_id": "nurse-1", "kind": "no_such_kind",
            "purpose": "To grow in the role.",
        },
        "to_schedule": {"agreement_id": ids["agreement"], "scheduled_for": moment()},
        "record": record(),
        "put_right": {"reason": "A slip.", "discussion": "As it was."},
        "moved": {"scheduled_for": moment()},
        "signed": {"digest": "0" * 64},
        "action_done": {"status": "done"},
        "group": {
            **record(), "kind": "peer",
            "attendance": [{"agreement_id": ids["agreement"], "attended": True}],
        },
    }  # fmt: skip
