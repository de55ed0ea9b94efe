"""Mistakes of settings."""

from tests.kubernetes import configuring
from tests.kubernetes.mistakes.making import Found, put

MISTAKES: list[Found] = [
    (
        configuring.settings,
        put("ConfigMap", "settings", "data|CLAIMS", None),
        "Deployment notes-api: NOTES_CLAIMS is not set",
    ),
    (
        configuring.settings,
        put("ConfigMap", "settings", "data|POOLSIZE", "6"),
        "Deployment notes-api: nobody reads NOTES_POOLSIZE",
    ),
    (
        configuring.settings,
        put("ConfigMap", "notes", "data|DATABASE_DSN", "host=any"),
        "NOTES_DATABASE_DSN is no secret there",
    ),
    (
        configuring.settings,
        put("ConfigMap", "settings", "data|NATS_CA", "/elsewhere/ca.crt"),
        "nothing is mounted for /elsewhere/ca.crt",
    ),
    (configuring.users, put("ConfigMap", "notes", "data|NATS_USER", "audit"), "is audit at the"),
    (configuring.broker, put("ConfigMap", "settings", "data|ODS_CODE", "RX8"), "is made for"),
]
