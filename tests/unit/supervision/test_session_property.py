"""Whatever is asked of a session, in whatever order: its status follows from its events, and each
signature is of what the record said when it was given."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.supervision.domain import Session
from services.supervision.domain.session.content import Record
from shared.contracts.supervision import Party
from shared.kernel.errors import Refusal
from tests.support.agreeing import ONE_HOUR, SUPERVISOR, WORKER, content, replayed, session
from tests.support.build import NOW

Command = Callable[[Session], None]


def _salt(made: Session) -> str:
    """No two versions have the same, as the use cases make them: so the same words said again
    have another digest."""
    return f"{made.version:032}"


def _hold(words: str) -> Command:
    return lambda made: made.hold(
        SUPERVISOR, NOW, NOW - ONE_HOUR, 60, content(discussion=words), _salt(made)
    )


def _amend(words: str) -> Command:
    return lambda made: made.amend(SUPERVISOR, NOW, "r", {"discussion": words}, _salt(made))


def _sign(party: Party, agrees: bool, stale: bool) -> Command:
    """With what the record says, or with what it said first."""

    def sign(made: Session) -> None:
        first = next((each["replaced_digest"] for each in made.amendments), made.digest)
        by = WORKER if party == "worker" else SUPERVISOR
        made.sign(by, NOW, party, str(first if stale else made.digest), agrees, "c")

    return sign


def _move(hours: int) -> Command:
    return lambda made: made.reschedule(WORKER, NOW, NOW + timedelta(hours=hours), None)


def _cancel(made: Session) -> None:
    made.cancel(WORKER, NOW, "other", "r")


def _miss(made: Session) -> None:
    made.miss(SUPERVISOR, NOW, "other", "r")


WORDS = st.sampled_from(("one", "two"))
COMMANDS = st.lists(
    st.one_of(
        WORDS.map(_hold),
        WORDS.map(_amend),
        st.builds(_sign, st.sampled_from(("worker", "supervisor")), st.booleans(), st.booleans()),
        st.integers(-2, 2).map(_move),
        st.sampled_from((_cancel, _miss)),
    ),
    max_size=12,
)


def _status(events: list[Any]) -> str:
    """What the events amount to, told without the aggregate."""
    status, digest, signed = "scheduled", None, set[str]()
    for each in events:
        match type(each).__name__:
            case "Held" | "Amended":
                status, digest, signed = "held", each.digest, set()
            case "Signed":
                assert each.digest == digest
                assert each.party not in signed
                signed.add(each.party)
                status = "signed" if len(signed) == 2 else status
            case "Cancelled":
                status = "cancelled"
            case "Missed":
                status = "missed"
    return status


@given(COMMANDS)
def test_status_follows_from_events_and_signatures_bind(commands: list[Command]) -> None:
    made = session()
    for command in commands:
        before = len(made.pending_events), made.status
        try:
            command(made)
        except Refusal:
            assert (len(made.pending_events), made.status) == before
    events: list[Any] = list(made.pending_events)
    assert made.status == _status(events)
    assert vars(replayed(made)) == vars(made) | {"_pending_events": []}
    said = {each.digest: each for each in events if type(each).__name__ in ("Held", "Amended")}
    for signature in made.signatures:
        version = said[signature["digest"]]
        record = Record(
            held_at=version.held_at,
            duration_minutes=version.duration_minutes,
            content=version.content,
        )
        assert record.digest(version.salt) == signature["digest"]
