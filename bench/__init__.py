"""The benchmark: Countersign beside FastAPI doing nothing and beside a conventional service."""
