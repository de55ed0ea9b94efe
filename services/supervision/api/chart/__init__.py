"""The chart of who supervises whom: its route, and how it is laid out and drawn."""

from services.supervision.api.chart.routes import chart

__all__ = ["chart"]
