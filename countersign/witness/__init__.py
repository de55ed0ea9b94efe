"""A witness of logs (C2SP `tlog-witness`): cosigns a checkpoint if the log has only grown since.

Run by another team than the log, on another machine, with a key of its own (ADR 17). It knows no
database, no broker and nothing of care: a directory, its key, and the public keys of logs.
"""

from countersign.witness.app import create_app
from countersign.witness.run import run
from countersign.witness.settings import WitnessSettings

__all__ = ["WitnessSettings", "create_app", "run"]
