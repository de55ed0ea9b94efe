"""The conventional service to compare with: current state in a table, an audit row beside it.

FastAPI and SQLAlchemy's ORM as their own documentation shows them, a session for each request.
It keeps no versions, checks no rule and knows no caller. The faster of its two forms counts.
"""

from bench.crud.app import create_app, create_sync_app
from bench.crud.tables import create_tables

__all__ = ["create_app", "create_sync_app", "create_tables"]
