"""Ideas every layer may use: refusals, ids, the clock, actors, aggregates, the store's port."""
