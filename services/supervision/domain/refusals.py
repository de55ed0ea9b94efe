"""What this domain refuses, each with its code."""

from shared.kernel.errors import Conflict, Forbidden


class WorkerNotRegistered(Conflict):
    code = "worker_not_registered"
    detail = "The workforce register has no such worker at work."


class OwnEntry(Forbidden):
    code = "own_entry"
    detail = (
        "Nobody adds a team, changes a registration, or records training or competence in their "
        "own entry."
    )


class NotYourTeam(Forbidden):
    code = "not_your_team"
    detail = "This is for someone who works in the team that it concerns."


class NotRegistered(Forbidden):
    code = "not_registered"
    detail = "Competence is judged by a registered practitioner, with registration in force."


class CompetenceNotInForce(Conflict):
    code = "competence_not_in_force"
    detail = "This worker has no sign-off of this activity in force."
