"""A member of staff, by subject: their entry in the register, what they learnt and may do alone."""

from services.supervision.domain.worker.worker import Worker

__all__ = ["Worker"]
