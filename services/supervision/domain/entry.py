"""Who may change an entry of the workforce register into what."""

from dataclasses import replace

from shared.contracts.supervision import WorkerDetails


def teams_of(details: WorkerDetails) -> frozenset[str]:
    """The teams that someone works in: none once they have left."""
    return frozenset() if details.status == "left" else frozenset(details.teams)


def may_change(before: WorkerDetails, after: WorkerDetails, own: frozenset[str]) -> bool:
    """Whether a manager of some teams, `own`, may.

    An entry is changed by a manager of the worker's first team; one of another team only takes
    them on as well, or lets them go again. Who is in no team is anyone's to correct, and taken on
    by a manager of a team that they come into.
    """
    held, wanted = teams_of(before), teams_of(after)
    if not held:
        return not wanted or bool(wanted & own)
    if before.teams[0] in own:
        return _moves_own(before, after, own)
    return _comes_and_goes(before, after, own)


def may_enter(
    before: WorkerDetails | None, after: WorkerDetails, own: frozenset[str], guarded: str
) -> bool:
    """Whether a manager of `own` teams may, as far as the `guarded` one goes: into this one only
    its own managers put anybody, by an entry that is new (`before` is None) as by a change."""
    held = teams_of(before) if before else frozenset()
    return guarded in own or guarded not in teams_of(after) - held


def _moves_own(before: WorkerDetails, after: WorkerDetails, own: frozenset[str]) -> bool:
    """Nobody is taken out of another's team, or put into one but by handing them over."""
    gone = set(before.teams) - set(after.teams)
    come = set(after.teams) - set(before.teams)
    return gone <= own and (come <= own or bool(gone))


def _comes_and_goes(before: WorkerDetails, after: WorkerDetails, own: frozenset[str]) -> bool:
    """Others' teams stay as they are, the first of them first: that is whose worker they are, and
    under which events of the worker are filed."""
    others = [team for team in before.teams if team not in own]
    return (
        after.teams[:1] == before.teams[:1]
        and [team for team in after.teams if team not in own] == others
        and replace(after, teams=before.teams) == before
    )
