"""What a service knows of who is tied to whom, learnt from events of the services that decide it.

Facts only: the rule is `shared.kernel.relationship`. For services that show service users' data.
"""

from shared.platform.ties.asking import Facts, Ties
from shared.platform.ties.learning import (
    allocation_is,
    concern_is_over,
    concern_reaches,
    learnt,
    override_is,
    person_is,
    restriction_is,
    rota_is,
    staff_is,
)
from shared.platform.ties.merging import (
    living,
    merged_is,
    of_person,
    of_team,
    registrations,
    root_of,
    unexcluded,
    visible,
    whose,
)
from shared.platform.ties.tables import (
    METADATA,
    TABLES,
    TABLES_2,
    TABLES_3,
    TIES_1,
    TIES_2,
    TIES_3,
    has_not_left,
    left_team_at,
    reaching,
)

__all__ = [
    "METADATA",
    "TABLES",
    "TABLES_2",
    "TABLES_3",
    "TIES_1",
    "TIES_2",
    "TIES_3",
    "Facts",
    "Ties",
    "allocation_is",
    "concern_is_over",
    "concern_reaches",
    "has_not_left",
    "learnt",
    "left_team_at",
    "living",
    "merged_is",
    "of_person",
    "of_team",
    "override_is",
    "person_is",
    "reaching",
    "registrations",
    "restriction_is",
    "root_of",
    "rota_is",
    "staff_is",
    "unexcluded",
    "visible",
    "whose",
]
