"""Supervision and the workforce register (domain, section 5)."""
