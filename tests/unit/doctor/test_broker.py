"""What is judged of the broker, from what was seen of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from countersign.configuration import service_of
from countersign.doctor.broker import Seen, broker, following
from shared.eventstore.cloudevents import KEYS, Names
from shared.eventstore.stream import NO_STREAM, StreamRefused
from shared.eventstore.streams import stream_of_events, stream_of_keys
from shared.platform.nats_config import LIMITS
from shared.platform.permissions import permissions
from tests.support.doctoring import only, said

ODS = "RXX"
SERVICE = service_of("referrals")
FOLLOWED = ("referrals", "supervision", "notes")


def info(config: Any, **changes: Any) -> dict[str, Any]:
    copies = [{"name": f"nats-{number}", "current": True} for number in (1, 2)]
    return {"config": {**config, **changes}, "cluster": {"replicas": copies}}


def permitted(**more: Any) -> dict[str, Any]:
    wanted: Any = permissions(SERVICE, ODS)
    given = {what: {"allow": [*wanted[what]]} for what in ("publish", "subscribe")}
    return {"user": "referrals", "permissions": given, **more}


def seen(**changes: Any) -> Seen:
    streams = {
        Names(ODS, name).stream: info(stream_of_events(Names(ODS, name), 3)) for name in FOLLOWED
    }
    fit = Seen(
        version=(2, 15), encrypted=True, max_payload=LIMITS["max_payload"], clock=0.0,
        user=permitted(), streams={**streams, KEYS: info(stream_of_keys(ODS, 3))}, tail=None,
        next={},
    )  # fmt: skip
    return replace(fit, **changes)


def test_a_broker_that_is_fit() -> None:
    assert said([*broker(SERVICE, ODS, seen())]) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"version": (2, 11)}, "NATS 2.11, and 2.12 at least"),
        ({"encrypted": False}, "isn't encrypted"),
        ({"max_payload": 1 << 20}, "takes 1048576 bytes at most"),
        ({"clock": 30.0}, "the clock of the broker is 30.0 s ahead"),
        ({"user": None}, "doesn't tell what its user may do"),
        ({"user": permitted(user="operator")}, "signs in at the broker as operator"),
        ({"user": permitted(permissions=None)}, "may do everything"),
    ],
)
def test_a_broker_that_is_not(changes: dict[str, Any], words: str) -> None:
    only([*broker(SERVICE, ODS, seen(**changes))], words)


@pytest.mark.parametrize("what", ["publish", "subscribe"])
def test_a_user_who_may_more_or_less(what: str) -> None:
    user = permitted()
    user["permissions"][what]["allow"].append(f"care.{ODS}.notes.>")
    words = f"its user may also {what} care.RXX.notes.>"
    only([*broker(SERVICE, ODS, seen(user=user))], words)
    user["permissions"][what]["allow"] = user["permissions"][what]["allow"][1:-1]
    only([*broker(SERVICE, ODS, seen(user=user))], f"its user may not {what}")


def test_a_user_who_may_answer_at_any_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def declared(*given: Any) -> dict[str, object]:
        return {
            what: allowed
            for what, allowed in permissions(*given).items()
            if what != "allow_responses"
        }

    monkeypatch.setattr("countersign.doctor.broker.judging.permissions", declared)
    assert said([*broker(SERVICE, ODS, seen())]) == []
    user = permitted()
    user["permissions"]["responses"] = {"max": 1, "ttl": 5_000_000_000}
    only([*broker(SERVICE, ODS, seen(user=user))], "its user may also answer whatever it is asked")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("max_age", 86_400_000_000_000),
        ("discard", "old"),
        ("storage", "memory"),
        ("deny_delete", False),
        ("allow_atomic", False),
        ("max_bytes", 1000),
        ("num_replicas", 1),
        ("subjects", ["care.>"]),
    ],
)
def test_a_stream_that_is_not_as_it_must_be(setting: str, value: Any) -> None:
    streams = {**seen().streams}
    config = stream_of_events(Names(ODS, "referrals"), 3)
    streams["CARE_REFERRALS"] = info(config, **{setting: value})
    found = only([*broker(SERVICE, ODS, seen(streams=streams))], f"CARE_REFERRALS: {setting} is")
    assert found.production is (setting == "num_replicas")


def test_a_stream_that_is_missing_or_lacks_a_copy() -> None:
    streams = {**seen().streams, "CARE_NOTES": StreamRefused(NO_STREAM, "stream not found")}
    only([*broker(SERVICE, ODS, seen(streams=streams))], "CARE_NOTES: there is no such stream")
    lagging = info(stream_of_keys(ODS, 3))
    lagging["cluster"]["replicas"][0]["current"] = False
    streams = {**seen().streams, KEYS: lagging}
    only([*broker(SERVICE, ODS, seen(streams=streams))], "CARE_KEYS has no whole copy at nats-1")


def test_what_waits_too_long_to_be_taken() -> None:
    now = datetime(2026, 1, 1, 12, tzinfo=UTC)
    waits = seen(next={"CARE_NOTES": now - timedelta(minutes=5)})
    only([*following(waits, now)], "what CARE_NOTES holds since 2026-01-01 11:55")
    moves = seen(next={"CARE_NOTES": now - timedelta(seconds=5)})
    assert said([*following(moves, now)]) == []
