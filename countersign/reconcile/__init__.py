"""`countersign reconcile`: compares every service's own events with the ledger, and the parts of
the ledger with each other, whoever changed them.

For operators: it reads the databases, all of them whole, and writes nothing. Its memory grows with
how many people there are, not with events. A ledger that was made again from its leaves up agrees
with itself: only what was signed, and seen by a witness, shows that.
"""

from countersign.reconcile.comparing import (
    Agreement,
    Places,
    Progress,
    at_a_moment,
    reconcile,
)

__all__ = ["Agreement", "Places", "Progress", "at_a_moment", "reconcile"]
