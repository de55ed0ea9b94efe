"""`countersign recover`: goes on after a service's store was set back behind its stream.

The stream still holds what the store lost, byte for byte, so it is taken back from there; what
can't be is named, and lost only if the operator says so (ADR 23).
"""
