"""The event store on PostgreSQL: append, read in order, group commit, and the relay to NATS."""
