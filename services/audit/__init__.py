"""The record of everything: a ledger of every service's events, and questions put to it."""
