"""Mistakes of who may reach whom."""

from tests.kubernetes import network, routes
from tests.kubernetes.mistakes.making import Found, both, put, without
from tests.kubernetes.objects import Object

ANYONE: Object = {"podSelector": {}}

MISTAKES: list[Found] = [
    (network.default_deny, without("NetworkPolicy", "default-deny"), "countersign is open"),
    (
        network.among_pods,
        without("NetworkPolicy", "notes-to-its-database"),
        "Job migrate-notes-2026-11 can't reach Cluster notes-db on 5432",
    ),
    (
        network.among_pods,
        without("NetworkPolicy", "audit-to-nats"),
        "Deployment audit-worker can't reach StatefulSet nats on 4222",
    ),
    (
        network.among_pods,
        both(
            put("NetworkPolicy", "notes-to-its-database", "spec|egress|0|to|1", ANYONE),
            put("NetworkPolicy", "audit-db-from-its-service", "spec|ingress|0|from|1", ANYONE),
        ),
        "Deployment notes-worker may reach Cluster audit-db on 5432 and needs not",
    ),
    (
        network.beyond,
        without("NetworkPolicy", "audit-worker-to-witnesses"),
        "Deployment audit-worker: egress countersign-witness:8106 is closed",
    ),
    (network.beyond, without("NetworkPolicy", "to-dns"), "notes-api: egress dns is closed"),
    (
        network.beyond,
        put("NetworkPolicy", "to-dns", "spec|egress|0|ports|0|port", 443),
        "egress kube-system:443,53 is open",
    ),
    (
        network.beyond,
        put("NetworkPolicy", "notes-api-to-the-issuer", "spec|podSelector|matchLabels", {}),
        "egress network:443 is open",
    ),
    (
        network.beyond,
        put("NetworkPolicy", "notes-api-to-the-issuer", "spec|egress|0|ports", None),
        "on any port",
    ),
    (
        network.beyond,
        without("NetworkPolicy", "apis-from-the-gateway"),
        "Deployment notes-api: ingress gateway:8000 is closed",
    ),
    (
        routes.outside,
        put("HTTPRoute", "notes", "spec|rules|0|matches|0|path|value", "/"),
        "shows /metrics",
    ),
    (
        routes.outside,
        put("HTTPRoute", "notes", "spec|rules|0|matches", None),
        "shows /health/ready",
    ),
    (
        routes.outside,
        put("HTTPRoute", "notes", "spec|hostnames|0", "audit.care.trust.example"),
        "two services are served at one host",
    ),
    (
        routes.outside,
        put("HTTPRoute", "notes", "spec|hostnames|0", "other.trust.example"),
        "other.trust.example has no certificate",
    ),
    (
        routes.outside,
        put("Gateway", "countersign", "spec|listeners|0|protocol", "HTTP"),
        "listens in clear",
    ),
]
