"""Use cases of development plans, by subject: who takes part, going on with one, reading it."""

from services.supervision.application.development.agreeing import Agreeing, Plan
from services.supervision.application.development.reading import Reading

__all__ = ["Agreeing", "Plan", "Reading"]
