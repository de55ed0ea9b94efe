"""An entry of the register as it is asked for, and what its silence means."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from shared.contracts.supervision import RegistrationEntry, WorkerDetails
from shared.kernel.errors import Malformed
from shared.kernel.times import refuse_future_day

Known = dict[tuple[str, str], RegistrationEntry]
"""What the register knows of registrations, by body and number: of those that it holds no more,
what it held last."""
OF_THE_BODY = frozenset({"status", "conditions", "checked_on"})
"""What a body's own register says. An HR feed doesn't know: its silence lifts no suspension."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An entry as somebody asks for it. `unsaid` is, of each registration, what of `OF_THE_BODY`
    they don't say."""

    details: WorkerDetails
    unsaid: tuple[frozenset[str], ...]

    def entry(
        self,
        held: WorkerDetails | None,
        known: Mapping[tuple[str, str], RegistrationEntry],
        on: date,
    ) -> WorkerDetails:
        """The entry as it would be from a day, with what the register knows and they don't say.

        Raises `Malformed`.
        """
        registrations = tuple(
            _as_known(each, known.get((each.body, each.number)), unsaid)
            for each, unsaid in zip(self.details.registrations, self.unsaid, strict=True)
        )
        entry = dated(replace(self.details, registrations=registrations), held, on)
        _refuse_impossible(entry, on)
        return entry


def dated(details: WorkerDetails, held: WorkerDetails | None, on: date) -> WorkerDetails:
    """With the day since when they are away, or that was their last, where it isn't said: what is
    held while they stay so, else `on`."""
    same = held if held and held.status == details.status else None
    if details.status == "absent" and details.absent_from is None:
        return replace(details, absent_from=same.absent_from if same else on)
    if details.status == "left" and details.left_on is None:
        return replace(details, left_on=same.left_on if same else on)
    return details


def _as_known(
    said: RegistrationEntry, known: RegistrationEntry | None, unsaid: frozenset[str]
) -> RegistrationEntry:
    if known is None:
        return said
    return replace(said, **{name: getattr(known, name) for name in unsaid})


def _refuse_impossible(entry: WorkerDetails, on: date) -> None:
    refuse_future_day(entry.absent_from, on, "absent_from")
    refuse_future_day(entry.left_on, on, "left_on")
    for number, registration in enumerate(entry.registrations):
        refuse_future_day(registration.checked_on, on, f"registrations/{number}/checked_on")
    if entry.absent_from and entry.absent_until and entry.absent_until < entry.absent_from:
        raise Malformed("absent_until is before absent_from", "#/absent_until")
    for number, employment in enumerate(entry.employments):
        over = employment.ended_on is not None and employment.ended_on < on
        if not over and not set(employment.teams) <= set(entry.teams):
            raise Malformed(
                "a team of a current employment isn't among teams", f"#/employments/{number}/teams"
            )
