"""Mistakes of what a trust fills in."""

from tests.kubernetes import filled_in
from tests.kubernetes.mistakes.making import Found, put
from tests.kubernetes.trust import witness

RANGE = "spec|egress|0|to|0|ipBlock|cidr"

MISTAKES: list[Found] = [
    (
        filled_in.networks,
        put("NetworkPolicy", "notes-api-to-the-issuer", RANGE, "203.0.113.10"),
        "203.0.113.10 says not how long it is",
    ),
    (
        filled_in.networks,
        put("NetworkPolicy", "databases-to-kubernetes", RANGE, "203.0.113.40/24"),
        "203.0.113.40/24 has host bits set",
    ),
    (
        filled_in.networks,
        put("NetworkPolicy", "databases-to-kubernetes", RANGE, "kubernetes.example/24"),
        "does not appear to be",
    ),
    (
        filled_in.addresses,
        put("ObjectStore", "notes-db", "spec|configuration|endpointURL", "https://s3.example:9000"),
        "databases-to-the-object-store doesn't open port 9000",
    ),
    (
        filled_in.addresses,
        put("ConfigMap", "collector", "data|BACKEND", "https://traces.example:4318"),
        "collector-to-its-backend doesn't open port 4318",
    ),
    (
        filled_in.addresses,
        put("ConfigMap", "settings", "data|ISSUER", "https://id.example:8443"),
        "notes-api-to-the-issuer doesn't open port 8443",
    ),
    (
        filled_in.addresses,
        put("ConfigMap", "collector", "data|BACKEND", "traces.example"),
        "traces.example is not an address of https",
    ),
    (
        filled_in.witnessed,
        put("ConfigMap", "audit", "data|WITNESSES", witness().replace(" http", "http")),
        "ConfigMap audit",
    ),
]
