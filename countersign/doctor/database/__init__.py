"""One service's database: whether it is fit, and whether the role may do no more than it must."""

from countersign.doctor.database.looking import DatabaseAway, Seen, look
from countersign.doctor.database.rights import rights
from countersign.doctor.database.server import server

__all__ = ["DatabaseAway", "Seen", "look", "rights", "server"]
