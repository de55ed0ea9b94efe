"""Making what is read from the ledger again, beside what serves meanwhile."""

from services.audit.projection.rebuilding.beside import Difference
from services.audit.projection.rebuilding.rebuild import CannotSwap, OneIsRunning, Rebuild, Rebuilt

__all__ = ["CannotSwap", "Difference", "OneIsRunning", "Rebuild", "Rebuilt"]
