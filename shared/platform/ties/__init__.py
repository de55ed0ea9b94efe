"""What a service knows of who is tied to whom, learnt from events of the services that decide it.

Facts only: the rule is `shared.kernel.relationship`. For services that show service users' data.
"""

from shared.platform.ties.asking import Facts, Ties
from shared.platform.ties.learning import (
    allocation_is,
    learnt,
    override_is,
    person_is,
    restriction_is,
)
from shared.platform.ties.tables import METADATA, TABLES, TIES_1, has_not_left, unexcluded, visible

__all__ = [
    "METADATA",
    "TABLES",
    "TIES_1",
    "Facts",
    "Ties",
    "allocation_is",
    "has_not_left",
    "learnt",
    "override_is",
    "person_is",
    "restriction_is",
    "unexcluded",
    "visible",
]
