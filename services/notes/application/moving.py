"""What goes along when a note is filed anew under the right person."""

from services.notes.domain import Note
from shared.eventstore.commands import Further


def moved_with(note: Note, new: Note) -> tuple[Further, ...]:
    """What belongs to a misfiled note, under the key of the person whom `new` is about."""
    return ()
