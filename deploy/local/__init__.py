"""The one-machine stack for trying Countersign out and for tests. Never part of a deployment."""
