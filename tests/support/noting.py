"""A note as its service would publish it, to come to a test's ledger."""

from uuid import UUID

from shared.contracts.notes import NoteRecorded, Requirement
from shared.kernel.ids import new_id
from tests.support.build import NOW, SERVICE_USER, account, contact
from tests.support.ledger import Said, said

NOTE, CONCERN = new_id(), new_id()
SECRET = "Words that stay here."


def recorded(
    person: UUID = SERVICE_USER, note_id: UUID = NOTE, words: str = SECRET, team: str = "north-cmht"
) -> Said:
    payload = NoteRecorded(
        service_user_id=person, team_id=team, contact=contact(),
        account=account(narrative=words), salt="5a17" * 8, digest="ab" * 32, flags=(),
        outstanding=(), concern_id=CONCERN,
        countersignature=Requirement(required=True, due_at=NOW, policy_version=4, reasons=()),
    )  # fmt: skip
    return said("notes", payload, person, resource_id=note_id, team=team)
