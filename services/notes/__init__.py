"""Notes of work with service users, and their countersignature (domain, sections 2 and 3)."""
