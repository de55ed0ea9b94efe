"""The demo team: its people and notes as data, and the loader that posts them to a local stack."""

from deploy.local.seed.calling import SeedFailed
from deploy.local.seed.load import seed
from deploy.local.seed.summary import Summary, Urls

__all__ = ["SeedFailed", "Summary", "Urls", "seed"]
