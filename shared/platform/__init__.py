"""The frame every service stands in: HTTP edge, identity, telemetry, messaging, health."""
