"""The part of supervision that seeding meets, in memory: who may, and in which order."""

from collections.abc import Callable
from typing import Any

from deploy.local.personas import BY_SUB

Held = dict[str, Any]
PREFIX = "/v1/supervision"


class Refused(Exception):
    """Answered with this code, and a status that goes with it."""


def party(held: Held, caller: str) -> str:
    for name in ("worker", "supervisor"):
        if held[f"{name}_id"] == caller:
            return name
    raise Refused("confidential")


def made(caller: str, what: str, sent: Held, all_held: dict[str, Held]) -> Held:
    """A new one of some kind, by whom it may be made."""
    return MAKING[what](caller, sent, all_held)


def _agreement(caller: str, sent: Held, all_held: dict[str, Held]) -> Held:
    by, worker = BY_SUB[caller], BY_SUB[sent["worker_id"]]
    if not {"supervisor", "team_manager"} & set(by.roles) or not set(by.teams) & set(worker.teams):
        raise Refused("not_your_team")
    of_it = ("worker_id", "supervisor_id", "kind")
    for where, held in all_held.items():
        if where.startswith(f"{PREFIX}/agreements/") and all(held[n] == sent[n] for n in of_it):
            raise Refused("already_agreed")
    mine = [name for name in ("worker", "supervisor") if sent[f"{name}_id"] == caller]
    return {**sent, "accepted": {name: {} for name in mine}}


def _session(caller: str, sent: Held, all_held: dict[str, Held]) -> Held:
    agreement = all_held[f"{PREFIX}/agreements/{sent['agreement_id']}"]
    if party(agreement, caller) != "supervisor":
        raise Refused("not_yours")
    return {
        **{name: agreement[name] for name in ("worker_id", "supervisor_id", "kind")},
        **sent,
        "status": "scheduled",
        "digest": None,
        "actions": [],
        "signatures": [],
        "case_decisions": [],
        "disclosures": [],
    }


def _group(caller: str, sent: Held, all_held: dict[str, Held]) -> Held:
    """With a session for each who came, held."""
    parts = []
    for each in sent["attendance"]:
        said = {"agreement_id": each["agreement_id"], "scheduled_for": sent["held_at"]}
        session = _session(caller, said, all_held)
        id_ = f"part-{len(all_held)}"
        session |= {"id": id_, "version": 2, "digest": f"digest-{id_}", "status": "held"}
        if each["attended"]:
            parts.append({"session_id": id_, "worker_id": session["worker_id"]})
        else:
            session |= {"status": "missed", "digest": None}
        all_held[f"{PREFIX}/sessions/{id_}"] = session
    return {**sent, "supervisor_id": caller, "sessions": parts}


def _issue(caller: str, sent: Held, _: dict[str, Held]) -> Held:
    return {**sent, "raised_by": caller, "answers": []}


def _plan(caller: str, sent: Held, all_held: dict[str, Held]) -> Held:
    known = {held["id"] for where, held in all_held.items() if "/agreements/" in where}
    objectives = [
        {**each, "id": f"objective-{number}", "progress": []}
        for number, each in enumerate(sent["objectives"])
    ]
    assert all(known.issuperset(each["agreement_ids"]) for each in objectives)
    return {**sent, "agreed_by": caller, "objectives": objectives}


MAKING: dict[str, Callable[[str, Held, dict[str, Held]], Held]] = {
    "agreements": _agreement,
    "sessions": _session,
    "group-sessions": _group,
    "issues": _issue,
    "development-plans": _plan,
}


def changed(caller: str, command: list[str], held: Held, sent: Held) -> None:
    """A command on one that is held; raises `Refused`."""
    match command:
        case ["acceptances"]:
            if party(held, caller) in held["accepted"]:
                raise Refused("already_accepted")
            held["accepted"][party(held, caller)] = {}
        case ["records"]:
            _first_of_two(held, caller)
            actions = [
                {**each, "id": f"action-{number}", "status": "open"}
                for number, each in enumerate(sent["actions"])
            ]
            held |= {**sent, "actions": actions, "status": "held", "digest": f"of-{held['id']}"}
        case ["cancellations"] | ["non-attendances"]:
            _first_of_two(held, caller)
            held |= {"status": command[0], "not_held": sent}
        case ["actions", id_, "updates"]:
            party(held, caller)
            [action] = (each for each in held["actions"] if each["id"] == id_)
            action |= sent
        case ["signatures"]:
            signed = {each["party"] for each in held["signatures"]}
            if sent["digest"] != held["digest"] or party(held, caller) in signed:
                raise Refused("digest_mismatch")
            held["signatures"].append({**sent, "party": party(held, caller)})
        case ["case-decisions"]:
            _first_of_two(held, caller, "held")
            held["case_decisions"].append(sent)
        case ["disclosures"]:
            party(held, caller)
            held["disclosures"].append(sent)
        case ["responses"]:
            if "team_manager" not in BY_SUB[caller].roles:
                raise Refused("not_yours_to_answer")
            held["answers"].append(sent)
        case ["objectives", id_, "progress"]:
            [objective] = (each for each in held["objectives"] if each["id"] == id_)
            objective["progress"].append(sent)
        case _:
            raise AssertionError(command)


def _first_of_two(held: Held, caller: str, status: str = "scheduled") -> None:
    if party(held, caller) != "supervisor":
        raise Refused("not_yours")
    if held["status"] != status:
        raise Refused("already_held")


def lists(caller: str, what: str, query: dict[str, str]) -> Callable[[Held], bool]:
    """What a list of some kind shows to whom."""

    def shown(held: Held) -> bool:
        if query.get("mine") and held["raised_by"] != caller:
            return False
        if what in ("agreements", "sessions") and caller not in (
            held["worker_id"], held["supervisor_id"]
        ):  # fmt: skip
            return False
        names = ("agreement_id", "worker_id", "supervisor_id", "topic")
        return all(held[name] == query[name] for name in names if name in query)

    return shown
